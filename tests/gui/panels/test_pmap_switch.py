"""The switch between vmap's program and pmap's: what it asks for, and what is shown then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.model.traces import on_devices, traced
from vmapviz.gui import theme
from vmapviz.gui.overlay import BEHIND, STALE, ProgramsWithMessage
from vmapviz.model import actions, messages
from vmapviz.model.experiment import Experiment
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Picture, Session

Change = Callable[[Session], Session]


class Shown:
    """The programs with their messages over a session; what they want is done at once, as the store does it."""

    def __init__(self, qtbot: QtBot, name: str = "matvec") -> None:
        self.area = ProgramsWithMessage()
        self.panel = self.area.programs
        qtbot.addWidget(self.area)
        self.area.resize(900, 420)
        self.area.show()
        self.name, self.session = name, Session()
        self.area.wants.connect(lambda change: self.go(change(self.session)))
        experiment = Experiment("def f(): ...", "f")
        self.go(Session(experiment, picture=Picture(experiment, traced(name), (), (), 0.1)))

    def go(self, new: Session) -> None:
        old, self.session = self.session, new
        self.area.show_session(old, new)

    def click(self, text: str) -> None:
        segment = next(s for s in self.panel.switch.segments if s.text() == text)
        QTest.mouseClick(segment, Qt.MouseButton.LeftButton)

    def arrived(self) -> None:
        """The worker's answer to what the click asked for."""
        self.go(actions.started(self.session, "pmap"))
        self.go(actions.receive(self.session, messages.Pmapped(self.session.jobs.pmap or 0, on_devices(self.name))))

    def primitives(self) -> list[str]:
        placed = self.panel.view.layout_
        return [r.equation.primitive for r in placed.rows[1] if r.kind == "equation" and r.equation] if placed else []


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")
    QGuiApplication.clipboard().clear()


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_a_click_asks_for_pmaps_program_and_a_second_one_goes_back(shown: Shown) -> None:
    assert shown.primitives() == ["dot_general", "transpose"]
    shown.click("pmap")
    assert shown.session.by == "pmap"
    shown.arrived()
    assert shown.primitives() == ["jit", "shard_map", "squeeze", "dot_general", "broadcast_in_dim"]
    shown.click("vmap")
    assert shown.primitives() == ["dot_general", "transpose"]


def test_the_selection_stays_in_sight(shown: Shown) -> None:
    shown.area.resize(900, 200)
    shown.go(actions.select(shown.session, "0"))
    shown.click("pmap")
    shown.arrived()
    view = shown.panel.view
    row = next(r for r in view.layout_.rows[1] if r.root == "0") if view.layout_ else None
    assert row is not None
    assert view.top <= row.y
    assert row.y + row.height <= view.top + view._seen_height()


def test_the_keyboard_chooses_too_and_screen_readers_hear_what_it_is(shown: Shown) -> None:
    switch = shown.panel.switch
    assert (switch.accessibleName(), [s.accessibleName() for s in switch.segments]) == (
        "Which program",
        ["vmap", "pmap", "StableHLO", "HLO", "by hand"],
    )
    switch.segments[0].setFocus()
    QTest.keyClick(switch.segments[0], Qt.Key.Key_Right)
    assert shown.session.by == "pmap"


def test_until_it_is_there_what_was_shown_stays_fainter(shown: Shown) -> None:
    shown.click("pmap")
    before = shown.panel.view.layout_
    shown.go(actions.started(shown.session, "pmap"))
    assert shown.panel.view.layout_ is before
    assert shown.panel.view._opacity == STALE
    shown.go(replace(shown.session, selected="0"))
    assert shown.panel.view.selected == "0"


def test_a_new_picture_does_not_show_vmaps_in_between(shown: Shown) -> None:
    shown.click("pmap")
    shown.arrived()
    picture = shown.session.picture
    assert picture is not None
    shown.go(replace(shown.session, picture=replace(picture, seconds=0.2), pmapped=None))
    shown.go(actions.started(shown.session, "pmap"))
    assert "shard_map" in shown.primitives()


def test_the_heading_stands_behind_the_switch(shown: Shown) -> None:
    switch, view = shown.panel.switch, shown.panel.view
    assert switch.isVisible()
    column = view.columns[-1]
    assert switch.x() == round(column.text)
    assert view._after_control() >= switch.width()
    shown.area.resize(700, 420)
    assert switch.x() == round(view.columns[-1].text - view.left)


def test_several_levels_have_no_pmap_and_say_why(qtbot: QtBot) -> None:
    nested = Shown(qtbot, "pairwise")
    vmap, pmap, stablehlo, _, _ = nested.panel.switch.segments
    assert (pmap.isEnabled(), pmap.toolTip()) == (False, "pmap's program is shown for one vmap")
    vmap.setFocus()
    QTest.keyClick(vmap, Qt.Key.Key_Right)
    assert (nested.session.by, nested.area.focusWidget()) == ("StableHLO", stablehlo)
    QTest.keyClick(stablehlo, Qt.Key.Key_Left)
    assert nested.session.by == "vmap"


def test_a_problem_stands_over_the_picture_and_its_way_out_is_taken(shown: Shown, qtbot: QtBot) -> None:
    back = Action("Show vmap's program", edits=(("map", 0, "vmap"),))
    shown.click("pmap")
    shown.go(actions.started(shown.session, "pmap"))
    number = shown.session.jobs.pmap or 0
    shown.go(actions.receive(shown.session, messages.Failed(number, Problem("pmap", "Too few.", actions=(back,)))))
    assert shown.area.message.isVisible()
    assert shown.area.message.y() >= shown.panel.switch.geometry().bottom()  # which stays the way back, too
    assert shown.area.message.accessibleName() == "Too few."
    assert shown.panel.view._opacity == BEHIND
    with qtbot.waitSignal(shown.area.acted) as signal:
        shown.area.message.acted.emit("0")
    assert signal.args == [back]
    QTest.keyClick(shown.area, Qt.Key.Key_Escape)
    assert (shown.session.by, shown.area.message.isVisible()) == ("vmap", False)


def test_copying_and_finding_speak_of_what_is_shown(shown: Shown) -> None:
    shown.click("pmap")
    shown.arrived()
    shown.panel.copy_all()
    assert "shard_map" in QGuiApplication.clipboard().text()
    shown.go(actions.select(shown.session, "0"))
    shown.panel.copy()
    assert QGuiApplication.clipboard().text().count("dot_general") == 2
    shown.panel.open_find()
    shown.panel.bar.field.setText("squeeze")
    assert shown.panel.bar.count.text() == "1 of 1"


def test_what_is_wrong_with_the_function_leaves_the_switch_in_view(shown: Shown) -> None:
    shown.area.resize(900, 700)
    said = "TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[]. " * 3
    shown.go(replace(shown.session, problem=Problem("branch", "`if` cannot look inside a batch.", said=said)))
    message = shown.area.message
    switch = shown.panel.switch
    assert message.y() > switch.mapTo(shown.area, switch.rect().bottomLeft()).y()
    assert message.verticalScrollBar().maximum() == 0
