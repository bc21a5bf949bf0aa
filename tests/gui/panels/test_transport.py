"""The transport: buttons, keys, scrubbing, words, and one selection everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.pictures import made
from vmapviz.gui.clock import Clock
from vmapviz.gui.panels.transport import Transport
from vmapviz.model import actions
from vmapviz.model.session import Session


class Driven:
    """A transport whose wishes are applied."""

    def __init__(self, qtbot: QtBot, name: str = "affine") -> None:
        self.clock = Clock()
        self.panel = Transport(self.clock)
        qtbot.addWidget(self.panel)
        self.session = Session()
        self.wishes = 0
        self.panel.wants.connect(self.want)
        self.panel.resize(945, 52)
        self.panel.show()
        self.show(made(name).session)

    def want(self, change: Callable[[Session], Session]) -> None:
        self.wishes += 1
        self.show(change(self.session))

    def show(self, session: Session) -> None:
        old, self.session = self.session, session
        self.panel.show_session(old, session)


def test_it_is_off_until_there_is_a_picture(qtbot: QtBot) -> None:
    panel = Transport(Clock())
    qtbot.addWidget(panel)
    panel.show_session(Session(), Session())
    assert not panel.isEnabled()
    assert panel.words.text() == ""


def test_the_words_say_where_we_are(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    assert it.panel.words.text() == "inputs"
    it.show(replace(it.session, selected="1"))
    assert it.panel.words.text() == "2 of 4 · after"


def test_the_speed_is_chosen_by_its_box_and_by_keys(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    box = it.panel.speed
    assert [action.text() for action in box.menu().actions()] == ["0.25×", "0.5×", "1×", "2×", "4×"]
    box.menu().actions()[4].trigger()
    assert it.clock.speed == it.session.view.speed == 4.0
    for speed in (2.0, 1.0, 0.5, 0.25, 0.25):
        qtbot.keyClick(next(one for one in box.segments if one.isChecked()), Qt.Key.Key_Left)
        assert it.clock.speed == speed
    it.want(partial(actions.set_speed, speed=0.0))
    assert it.clock.speed == 0.25, "never stands still"


def test_the_loop_goes_round_and_says_what_it_does(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    said = []
    for _ in range(3):
        it.panel.loop.click()
        said.append((it.clock.loop, it.panel.loop.accessibleName(), it.panel.loop.isChecked()))
    assert said == [
        ("film", "Loop: whole film (L)", True),
        ("equation", "Loop: this picture (L)", True),
        ("once", "No loop (L)", False),
    ]


def test_the_track_keeps_its_width_while_it_plays(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    widths = set()
    for t in it.clock.timeline.boundaries():
        it.clock.seek(t)
        qtbot.waitUntil(lambda: it.panel.words.text() == it.panel.place_text())
        widths.add(it.panel.track.width())
    assert len(widths) == 1
    assert it.panel.words.shown_text() == it.panel.words.text()


def test_buttons_move_the_clock(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    it.panel.play.click()
    assert it.clock.playing
    assert it.panel.play.icon_name() == "pause"
    it.panel.play.click()
    assert it.panel.play.icon_name() == "play"
    it.clock.seek(600)
    it.panel.back.click()
    assert it.clock.t == 0
    it.panel.forward.click()
    it.panel.forward.click()
    assert it.clock.t == 600
    it.panel.start.click()
    assert it.clock.t == 0


@pytest.mark.parametrize(("key", "t"), [(Qt.Key.Key_Home, 0), (Qt.Key.Key_End, None), (Qt.Key.Key_Left, 600)])
def test_keys_move_the_clock(qtbot: QtBot, key: Qt.Key, t: float | None) -> None:
    it = Driven(qtbot)
    it.clock.seek(700)
    qtbot.keyClick(it.panel, key)
    assert it.clock.t == (it.clock.timeline.total if t is None else t)


def test_up_and_down_go_from_picture_to_picture(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    seen = []
    for key in (*[Qt.Key.Key_Down] * 5, *[Qt.Key.Key_Up] * 5):
        qtbot.keyClick(it.panel, key)
        seen.append(it.session.selected)
        place = it.clock.place
        assert place.segment == it.clock.timeline.segment_of(it.session.selected)
        last = len(it.clock.timeline.segments[place.segment].phases) - 1
        assert place[1:] == (last if place.segment else 0, 0.0), "equations stand complete, the call at its start"
    assert seen == ["0", "1", "2", "+5", "+5", "2", "1", "0", None, None]


def test_dragging_beyond_the_track_goes_on_to_what_is_not_in_view(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    it.panel.resize(480, 52)
    track = it.panel.track
    qtbot.waitUntil(lambda: track.width() < 300)
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() // 2, 30))
    first = it.clock.t
    for _ in range(3):  # the segments stay under the pointer
        qtbot.mouseMove(track, QPoint(track.width() // 2 + 1, 30))
        qtbot.mouseMove(track, QPoint(track.width() // 2, 30))
    assert it.clock.t == first
    for n in range(8):
        qtbot.mouseMove(track, QPoint(track.width() - n % 2, 30))
    assert it.session.selected == "+5"
    for n in range(8):
        qtbot.mouseMove(track, QPoint(n % 2, 30))
    assert it.session.selected is None
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(1, 30))


def test_space_plays_and_right_steps(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    qtbot.keyClick(it.panel, Qt.Key.Key_Space)
    assert it.clock.playing
    qtbot.keyClick(it.panel, Qt.Key.Key_Space)
    assert not it.clock.playing
    qtbot.keyClick(it.panel, Qt.Key.Key_Right)
    assert it.clock.playing
    it.clock.pause()


def test_scrubbing_follows_the_pointer_and_selects_what_it_passes(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    track = it.panel.track
    it.clock.toggle()
    seen = []
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(14, 30))
    assert not it.clock.playing
    for x in range(14, track.width() - 12, 10):
        qtbot.mouseMove(track, QPoint(x, 30))
        seen.append(it.session.selected)
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 14, 30))
    assert list(dict.fromkeys(seen)) == [None, "0", "1", "2", "+5"]


def test_playing_into_an_equation_selects_it(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    it.clock.seek(it.clock.timeline.starts[1] - 1)
    assert it.wishes == 0
    it.clock.advance(5)
    assert it.session.selected == "0"
    assert it.clock.t == it.clock.timeline.starts[1] + 4  # the selection does not move the clock


def test_selecting_elsewhere_moves_the_clock_there_and_wants_nothing(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    it.clock.toggle()
    it.show(replace(it.session, selected="2"))
    assert (it.clock.place.segment, it.clock.playing) == (3, False)
    it.show(replace(it.session, selected=None))
    assert (it.clock.place.segment, it.clock.t) == (0, 0)
    assert it.wishes == 0


def test_another_trace_begins_anew_and_a_verified_one_does_not(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    it.clock.seek(700)
    picture = it.session.picture
    assert picture is not None
    verified = replace(picture, trace=replace(picture.trace, exact=False))
    it.show(replace(it.session, picture=verified))
    assert it.clock.t == 700
    it.show(made("gap").session)
    assert it.clock.t == 0
    assert it.clock.timeline.segments[0].title == "gap"


def test_it_stands_still_while_something_is_timed(qtbot: QtBot) -> None:
    it = Driven(qtbot)
    it.clock.toggle()
    it.show(replace(it.session, jobs=replace(it.session.jobs, time=3)))
    assert not it.clock.playing
    t = it.clock.t
    qtbot.keyClick(it.panel, Qt.Key.Key_Space)
    assert (it.clock.playing, it.clock.t) == (False, t)
    assert "being measured" in it.panel.play.toolTip()
    qtbot.keyClick(it.panel, Qt.Key.Key_Right)
    assert not it.clock.playing
    assert it.clock.t > t, "a step jumps"
    it.show(replace(it.session, jobs=replace(it.session.jobs, time=None)))
    qtbot.keyClick(it.panel, Qt.Key.Key_Space)
    assert it.clock.playing
    assert it.panel.play.isEnabled()
    it.clock.pause()
