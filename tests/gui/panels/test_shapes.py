"""The shapes: the picture of the moment, examples to click, and nothing made twice."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.gui.panels.pair import Pair, click
from tests.on_devices import ran
from tests.pictures import CASES, made
from vmapviz.gui.clock import Clock
from vmapviz.gui.panels.shapes import NOTHING, ShapesPanel
from vmapviz.model.experiment import Experiment
from vmapviz.model.lanes import NOT_RUN
from vmapviz.model.picked import Picked
from vmapviz.model.problem import Problem
from vmapviz.model.scenes import device_lanes
from vmapviz.model.scenes.film import Film, filmed
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.steps import steps
from vmapviz.model.scenes.timeline import Place
from vmapviz.model.session import Picture, Session
from vmapviz.model.values import Result


@pytest.mark.parametrize("name", CASES)
def test_every_moment_is_painted(qtbot: QtBot, name: str) -> None:
    pair = Pair(qtbot, made(name).session)
    for n in range(25):
        pair.clock.seek(pair.clock.timeline.total * n / 24)
        assert not pair.shapes.grab().isNull()


def test_before_a_trace_it_says_so(qtbot: QtBot) -> None:
    panel = ShapesPanel(Clock())
    qtbot.addWidget(panel)
    assert [i.text for i in panel.scene().items if isinstance(i, Text)] == [NOTHING]


def test_keyframes_are_made_once_for_all_moments(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    first = pair.shapes._film()
    pair.clock.seek(300)
    assert pair.shapes._film() is first
    pair.shapes.resize(800, 280)
    assert pair.shapes._film() is not first


def test_who_goes_to_and_fro_waits_for_each_picture_once(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    film, starts = pair.shapes._film(), pair.clock.timeline.starts
    assert film is not None
    seen = {}
    for number in (0, 1, 2, 1, 0, 2):
        pair.clock.seek(starts[number] + 1)
        assert pair.session.selected == pair.clock.timeline.segments[number].path
        assert pair.shapes.scene().items
        assert pair.shapes._film() is film
        stills = film.stills(pair.session.selected)
        assert seen.setdefault(number, stills) is stills


def test_while_it_plays_and_nothing_moves_the_next_picture_is_made(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    film, timeline = pair.shapes._film(), pair.clock.timeline
    assert film is not None
    held = timeline.moment(Place(1, len(timeline.segments[1].phases) - 1, 0.1))
    pair.shapes.show()
    pair.clock.seek(held)
    pair.shapes.grab()
    pair.clock.seek(held + 1)
    assert set(film._made) == {timeline.segments[1].path}
    pair.clock.toggle()
    pair.clock.seek(held + 2)
    pair.clock.pause()
    assert set(film._made) == {timeline.segments[1].path, timeline.segments[2].path}


def test_of_many_equations_only_the_last_are_kept() -> None:
    session = made("affine").session
    film = Film(filmed(session), (760.0, 300.0))
    film._stills = lambda path: ((Scene(1, 1, (), path or ""),),)  # type: ignore[method-assign]
    seen = [film.stills(str(n)) for n in range(20)]
    assert film.stills("19") is seen[19]
    assert film.stills("12") is seen[12]
    assert film.stills("11") is not seen[11]


def test_clicking_an_example_follows_it(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    (frame,) = [i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "a1@3"]
    point = QPointF(frame.x + 5, frame.y + 5).toPoint()
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=point)
    assert pair.session.example == (3,)
    (bold,) = [i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "a1@3"]
    assert bold.thickness == 2.5
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(2, 2).toPoint())
    assert (pair.session.example, pair.session.cell) == ((3,), None)
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(2, 2).toPoint())
    assert len(pair.changes) == 2


def test_clicking_in_a_table_follows_both_levels_and_a_row_only_its_own(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("gap").session)
    frame = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "a1@2,-")
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(frame.x + 5, frame.y + 5).toPoint())
    assert pair.session.example == (2, 0)
    pair.clock.end()
    pair.clock.home()
    pair.show(replace(pair.session, selected="0"))
    frame = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "q0@3,1")
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(frame.x + 5, frame.y + 5).toPoint())
    assert pair.session.example == (3, 1)


def test_e_goes_through_the_examples(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    qtbot.keyClick(pair.shapes, Qt.Key.Key_E)
    assert pair.session.example == (1,)
    qtbot.keyClick(pair.shapes, Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pair.shapes, Qt.Key.Key_E, Qt.KeyboardModifier.ShiftModifier)
    assert pair.session.example == (4,)


def test_a_selected_equation_is_shown_complete(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.show(replace(pair.session, selected="1"))
    found = [i.text for i in pair.shapes.scene().items if isinstance(i, Text)]
    assert "for all 5, in one go" in found
    one_by_one = Pair(qtbot, replace(pair.session, view=replace(pair.session.view, all_at_once=False)))
    assert "for all 5, shown one by one" in [i.text for i in one_by_one.shapes.scene().items if isinstance(i, Text)]
    assert any(text.startswith("2c") for text in found)
    assert not pair.changes


def test_with_reduced_motion_only_keyframes_are_seen(qtbot: QtBot) -> None:
    session = made("affine").session
    pair = Pair(qtbot, replace(session, view=replace(session.view, motion="reduced")))
    pair.clock.seek(1300)
    early = pair.shapes.scene()
    pair.clock.seek(2300)
    assert pair.shapes.scene() is early


class Painted(ShapesPanel):
    """Counts how often it is painted."""

    times = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.times += 1
        super().paintEvent(event)


@pytest.mark.parametrize("picked", [None, Picked("a1", (0,))])
def test_what_does_not_change_is_not_painted_again(qtbot: QtBot, picked: Picked | None) -> None:
    pair = Pair(qtbot, replace(made("affine").session, cell=picked))
    panel = Painted(pair.clock)
    qtbot.addWidget(panel)
    panel.show_session(Session(), pair.session)
    panel.show()
    qtbot.waitUntil(lambda: panel.times > 0)
    before = panel.times
    for t in (100, 200, 300):  # the inputs hold still
        pair.clock.seek(t)
        QApplication.sendPostedEvents()
    assert panel.times == before
    pair.clock.seek(800)
    qtbot.waitUntil(lambda: panel.times > before)


@pytest.mark.parametrize("all_at_once", [True, False])
@pytest.mark.parametrize("name", ["affine", "gap", "forked"])
def test_scrubbing_to_a_moment_from_either_side_shows_the_picture_of_it(
    qtbot: QtBot, name: str, all_at_once: bool
) -> None:
    session = made(name).session
    pair = Pair(qtbot, replace(session, view=replace(session.view, all_at_once=all_at_once)))
    timeline = pair.clock.timeline
    size = pair.shapes.scene().width, pair.shapes.scene().height
    for n in range(41):
        t = timeline.total * n / 40
        seen = []
        for start in (0.0, timeline.total, t - 30, t + 30):
            pair.clock.seek(start)
            pair.clock.seek(t)
            seen.append(pair.shapes.scene())
        place = timeline.locate(t)
        path = timeline.segments[place.segment].path
        assert pair.session.selected == path
        alone = Film(filmed(pair.session), size, all_at_once).scene(timeline, place, path)
        assert all(scene == alone for scene in seen), t
    assert pair.session == replace(session, view=pair.session.view, selected=pair.session.selected)


def test_behind_a_problem_the_last_picture_stays(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    before = pair.shapes.grab().toImage()
    pair.show(replace(pair.session, problem=Problem("syntax", "Line 3 is not finished.")))
    assert pair.shapes.scene().items
    assert pair.shapes.grab().toImage() != before


def test_twenty_sessions_in_a_row_want_nothing(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    for n in range(20):
        name = list(CASES)[n % len(CASES)]
        session = made(name).session
        pair.show(replace(session, selected=("0", None)[n % 2], view=replace(session.view, speed=(0.5, 2.0)[n % 2])))
    assert not pair.changes


def test_a_large_panel_shows_a_larger_picture_and_clicks_still_meet_it(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    small = pair.shapes.scene()
    pair.shapes.resize(1520, 600)
    assert pair.shapes.scene().width == 760
    frame = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "a1@2")
    assert frame.height == next(i for i in small.items if isinstance(i, Rect) and i.key == "a1@2").height
    point = QPointF(2 * frame.x + 5, 2 * frame.y + 5)
    assert pair.shapes.example_at(point) == (2,)


def test_clicking_a_cell_follows_its_example_and_says_where_it_comes_from(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.show(replace(pair.session, selected="1"))
    cell = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "q0:3,1")
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(cell.x + 5, cell.y + 5).toPoint())
    assert pair.session.example == (3,)
    assert pair.session.cell == Picked("e", (1,))
    pair.shapes.grab()
    assert pair.shapes.accessibleDescription().startswith("e[1] comes from d[1] and c[1]")
    keys = {i.key for i in pair.shapes.scene().items}
    assert {"q0:3,1=", "m0:1=", "o0:3,1=", "l1:1="} <= keys
    qtbot.keyClick(pair.shapes, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pair.session.cell == Picked("e", (0,))
    qtbot.keyClick(pair.shapes, Qt.Key.Key_Escape)
    assert pair.session.cell is None
    assert "q0:3,0=" not in {i.key for i in pair.shapes.scene().items}


def test_a_pointer_that_rests_on_a_cell_shows_its_number_with_all_digits(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.show(replace(pair.session, selected="1"))
    pair.shapes.show()
    cell = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "q0:3,1")
    assert cell.cell is not None
    point = QPointF(cell.x + 5, cell.y + 5).toPoint()
    assert float(pair.shapes.number_at(QPointF(point))) == cell.cell[0]
    QApplication.sendEvent(pair.shapes, QHelpEvent(QEvent.Type.ToolTip, point, pair.shapes.mapToGlobal(point)))
    assert QToolTip.text() == pair.shapes.number_at(QPointF(point))
    assert pair.shapes.number_at(QPointF(1, 1)) == ""
    pair.show(replace(pair.session, cell=Picked("e", (1,)), example=(3,)))
    pair.shapes.grab()
    assert f"Its number is {QToolTip.text()}." in pair.shapes.accessibleDescription()
    QToolTip.hideText()


def test_clicking_a_result_of_the_whole_call_says_which_arguments_it_comes_from(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.clock.seek(pair.clock.timeline.moment(Place(0, 5, 0.3)))
    cell = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == "r0:0,4")
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(cell.x + 5, cell.y + 5).toPoint())
    assert pair.session.example == (4,)
    assert pair.shapes.scene().caption.startswith("f[0] comes from W[0, :], x[:] and bias[0].")
    for phase, marked in enumerate(({"a0:0,2=", "a1:4,0=", "a2:0="}, {"ca1:0=", "a1:4,0="}, {"ca1:2=", "r0:0,4="})):
        pair.clock.seek(pair.clock.timeline.moment(Place(0, phase, 1.0)))
        assert marked <= {i.key for i in pair.shapes.scene().items}


def test_clicking_a_cell_of_a_step_frames_what_that_step_made_it_of(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("forked").session)
    pair.shapes.resize(1400, 400)
    pair.show(replace(pair.session, selected="2"))
    number = pair.clock.timeline.segment_of("2")
    pair.clock.seek(pair.clock.timeline.moment(Place(number, 2, 0.99)))  # its second step
    pair.show(pair.session)
    click(qtbot, pair, "e1q0:4")
    step = steps(made("forked").trace, "2")[1]
    root = made("forked").trace.original.equations[2].subprograms[1][1].equations[0]
    assert (step.primitive, root.primitive) == ("sqrt", "sqrt")
    assert (pair.session.cell, pair.session.example) == (Picked(root.outputs[0].name, ()), (4,))
    scene = pair.shapes.scene()
    assert {i.key for i in scene.items if isinstance(i, Rect) and i.key.endswith("=")} == {"e1q0:4=", "e1o0:4=", "l1:="}
    assert scene.caption.startswith(f"{step.outputs[0].name}[4] comes from {step.inputs[0]}[4].")


def test_keys_alone_pick_a_cell_of_a_step(qtbot: QtBot) -> None:
    pair = Pair(qtbot, replace(made("forked").session, selected="2", example=(3,)))
    pair.clock.seek(pair.clock.timeline.moment(Place(pair.clock.timeline.segment_of("2"), 1, 0.99)))
    qtbot.keyClick(pair.shapes, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert {"e0q0:3=", "e0o0:3="} <= {i.key for i in pair.shapes.scene().items}
    qtbot.keyClick(pair.shapes, Qt.Key.Key_E)
    assert {"e0q0:4=", "e0o0:4="} <= {i.key for i in pair.shapes.scene().items}


def test_the_marks_go_on_where_the_film_comes_into_the_next_picture(qtbot: QtBot) -> None:
    pair = Pair(qtbot, replace(made("affine").session, selected="0", cell=Picked("d", (1,))))
    pair.clock.seek(pair.clock.timeline.moment(Place(2, 0, 0.5)))
    assert (pair.session.selected, pair.session.cell) == ("1", Picked("d", (1,)))
    assert {"l0:1=", "s0:1,0="} <= {i.key for i in pair.shapes.scene().items}


def test_clicking_a_cell_on_its_way_to_the_next_picture_frames_where_it_came_from(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.show(replace(pair.session, selected="0"))
    whole = {f"{which} a:1,{n}=" for which in ("one", "all") for n in range(3)}
    whole |= {f"one b:{n}=" for n in range(3)} | {f"all b:3,{n}=" for n in range(3)}
    for share, key, others in (
        (0.55, "all d:1,3", {"one d:1="} | whole),
        (0.5, "one a:1,2", {"all a:1,2="}),
        (0.9, "one d:0", {"all d:0,3="}),
    ):
        pair.clock.seek(pair.clock.timeline.moment(Place(1, 3, share)))
        click(qtbot, pair, key)
        framed = {i.key for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key.endswith("=")}
        assert framed == {f"{key}=", *others}


def test_clicking_elsewhere_lets_the_cell_go(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.show(replace(pair.session, selected="1", cell=Picked("e", (1,))))
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=QPointF(2, 2).toPoint())
    assert pair.session.cell is None


def devices_of(name: str) -> Session:
    """An experiment that pmap has run."""
    found = ran(name)
    experiment = Experiment("def f(): ...", "f", map="pmap")
    picture = Picture(experiment, found.trace, (), (), 0.1)
    return Session(experiment, picture=picture, result=Result((), (), 0.1, lanes=found.lanes), example=(0,))


def test_the_lanes_of_devices_are_stepped_like_any_picture_and_a_click_follows_the_example_of_a_lane(
    qtbot: QtBot,
) -> None:
    pair = Pair(qtbot, devices_of("one each"))
    names = [phase.name for phase in pair.clock.timeline.segments[0].phases]
    assert names == [name for name, _ in device_lanes.PHASES]
    qtbot.keyClick(pair.shapes, Qt.Key.Key_Right)
    assert pair.clock.place.phase > 0 or pair.clock.playing
    pair.clock.seek(pair.clock.timeline.boundaries()[4])
    frames = {item.key: item for item in pair.shapes.scene().items if isinstance(item, Rect)}
    frame = frames["d2.a0@2"]
    zoom = pair.shapes.width() / pair.shapes.scene().width
    point = QPointF(zoom * (frame.x + 4), zoom * (frame.y + 4)).toPoint()
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=point)
    assert pair.session.example == (2,)


def test_clicking_a_cell_in_the_lane_of_a_device_frames_what_it_comes_from(qtbot: QtBot) -> None:
    pair = Pair(qtbot, devices_of("psum"))
    pair.clock.seek(pair.clock.timeline.moment(Place(0, 4, 0.99)))
    there = {item.key for item in pair.shapes.scene().items if isinstance(item, Rect) and ":" in item.key}
    click(qtbot, pair, "d2.r0:2,1")
    assert (pair.session.cell, pair.session.example) == (Picked("d", (1,)), (2,))
    framed = {i.key[:-1] for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key.endswith("=")}
    assert framed == {"d2.r0:2,1", "r0:2,1"} | {
        key for key in there if "a0:" in key
    }  # all devices exchange all they have


def test_before_pmap_has_run_words_say_so_and_vmaps_picture_stays(qtbot: QtBot) -> None:
    pair = Pair(qtbot, replace(devices_of("one each"), result=None))
    assert pair.clock.timeline.segments[0].phases[0].name == "Inputs"
    assert pair.shapes.scene().caption.startswith(NOT_RUN)
    assert NOT_RUN in [item.text for item in pair.shapes.scene().items if isinstance(item, Text)]
    pair.show(devices_of("one each"))
    assert pair.clock.timeline.segments[0].phases[0].name == "On the host"


def test_a_click_on_a_number_of_a_turn_frames_what_it_is_made_of_and_keys_go_on_from_there(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("root").session)
    pair.shapes.resize(1400, 400)
    pair.show(replace(pair.session, selected=made("root").path_of("while")))
    click(qtbot, pair, "tq0:2,1")
    name = made("root").trace.original.outputs[0]
    assert (pair.session.cell, pair.session.example) == (Picked(name, (), turn=1), (2,))
    assert {"tq0:2,1=", "tq0:2,0=", "tm0:1=", "tm0:0="} <= {i.key for i in pair.shapes.scene().items}
    pair.shapes.grab()
    assert pair.shapes.accessibleDescription().startswith(f"{name} after turn 2 comes from a")
    for key, example, turn in ((Qt.Key.Key_Up, 1, 1), (Qt.Key.Key_Right, 1, 2), (Qt.Key.Key_Down, 2, 2)):
        qtbot.keyClick(pair.shapes, key, Qt.KeyboardModifier.ShiftModifier)
        assert (pair.session.cell, pair.session.example) == (Picked(name, (), turn=turn), (example,))
    first = replace(pair.session, cell=Picked(name, (), turn=0), example=(0,))
    pair.show(first)
    qtbot.keyClick(pair.shapes, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pair.session == first
    qtbot.keyClick(pair.shapes, Qt.Key.Key_Escape)
    assert pair.session.cell is None
