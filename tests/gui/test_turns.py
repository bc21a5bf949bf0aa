"""The sliders of iterations: by keyboard alone, one for every loop, and without feedback."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.model.actions.test_inside import DIV, TEST, found, ready
from vmapviz.gui.turns import TurnControls
from vmapviz.model import actions
from vmapviz.model.session import Session

Change = Callable[[Session], Session]


class Bench:
    """The controls with a session that follows what they want, as the app's does."""

    def __init__(self, qtbot: QtBot, session: Session) -> None:
        self.controls = TurnControls()
        qtbot.addWidget(self.controls)
        self.session, self.wanted = Session(), 0
        self.controls.wants.connect(self._apply)
        self.show(session)

    def show(self, session: Session) -> None:
        old, self.session = self.session, session
        self.controls.show_session(old, session)

    def _apply(self, change: Change) -> None:
        self.wanted += 1
        self.show(change(self.session))

    def press(self, key: Qt.Key) -> tuple[int, ...]:
        QTest.keyClick(self.controls.sliders[0], key)
        return self.session.turn


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    session = replace(ready(selected=DIV), view=replace(Session().view, tab="values"))
    return Bench(qtbot, replace(session, inside=found(session)))


def test_every_iteration_is_reached_by_keys(bench: Bench) -> None:
    assert bench.press(Qt.Key.Key_Right) == (1,)
    assert bench.press(Qt.Key.Key_End) == (6,)
    assert bench.press(Qt.Key.Key_Left) == (5,)
    assert bench.press(Qt.Key.Key_PageDown) == (4,)
    assert bench.press(Qt.Key.Key_Home) == (0,)


def test_it_says_where_it_stands(bench: Bench) -> None:
    slider = bench.controls.sliders[0]
    assert slider.accessibleName() == "Iteration of while"
    assert slider.accessibleDescription() == "while: iteration 1 of 7"
    bench.show(actions.set_turn(bench.session, 0, 4))
    assert slider.accessibleDescription() == "while: iteration 5 of 7"
    assert bench.wanted == 0
    bench.show(replace(actions.select(bench.session, TEST), inside=None))
    assert slider.accessibleDescription() == "while: …"
    assert not slider.isEnabled()
    assert bench.wanted == 0


def test_more_than_there_are_is_the_last(bench: Bench) -> None:
    bench.show(actions.set_turn(bench.session, 0, 99))
    assert bench.controls.sliders[0].value() == 6
    assert bench.wanted == 0
    assert bench.press(Qt.Key.Key_Left) == (5,)


def test_buttons_go_to_the_first_and_the_last(bench: Bench) -> None:
    row = bench.controls._rows[0]
    assert row.last.accessibleName() == "Last iteration of while"
    row.last.click()
    assert bench.session.turn == (6,)
    row.first.click()
    assert bench.session.turn == (0,)


def test_it_is_there_only_inside_loops_and_with_pictures_of_values(bench: Bench) -> None:
    assert not bench.controls.isHidden()
    for other in (
        actions.select(bench.session, "0"),
        actions.select(bench.session, None),
        actions.set_tab(bench.session, "timing"),
        Session(),
    ):
        before = bench.session
        bench.show(other)
        assert bench.controls.isHidden()
        bench.show(before)
    bench.controls.show_beside(False)
    assert bench.controls.isHidden()


def test_nested_loops_have_a_slider_each(bench: Bench) -> None:
    path = "0.jaxpr.0.body_jaxpr.0"
    session = ready("loop in a loop", selected=path, view=bench.session.view)
    bench.show(replace(session, inside=replace(found(session), turn=(0, 0), asked=(0, 0), counts=(3, 7))))
    assert [slider.accessibleName() for slider in bench.controls.sliders] == ["Iteration of scan", "Iteration of while"]
    QTest.keyClick(bench.controls.sliders[1], Qt.Key.Key_End)
    QTest.keyClick(bench.controls.sliders[0], Qt.Key.Key_Right)
    assert bench.session.turn == (1, 6)
