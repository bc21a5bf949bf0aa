"""The values panel: follows the selection, scrolls, and says what state the numbers are in."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.pictures import CASES, made
from vmapviz.gui.panels.values import NOTHING, ValuesPanel
from vmapviz.model import actions
from vmapviz.model.matching import Difference, Matching
from vmapviz.model.messages import Match
from vmapviz.model.problem import Action, Problem
from vmapviz.model.scenes.scene import Text
from vmapviz.model.session import Jobs, Session


def panel(qtbot: QtBot, session: Session) -> ValuesPanel:
    found = ValuesPanel()
    qtbot.addWidget(found)
    found.resize(910, 240)
    found.show()
    found.show_session(Session(), session)
    return found


def texts(found: ValuesPanel) -> list[str]:
    return [item.text for item in found.sheet.scene().items if isinstance(item, Text)]


@pytest.mark.parametrize("name", CASES)
def test_it_paints(qtbot: QtBot, name: str) -> None:
    assert not panel(qtbot, made(name).session).grab().isNull()


def test_it_follows_the_selection(qtbot: QtBot) -> None:
    session = made("affine").session
    found = panel(qtbot, session)
    assert "argument W" in texts(found)
    found.show_session(session, replace(session, selected="1"))
    assert "2c add" in texts(found)
    assert found.sheet.accessibleDescription() == "step 2: values of add, every example"


def test_what_does_not_fit_scrolls(qtbot: QtBot) -> None:
    found = panel(qtbot, made("tilt").session)
    bar = found.sheet.verticalScrollBar()
    assert bar.maximum() == round(found.sheet.scene().height) - found.sheet.viewport().height() > 0
    before = found.sheet.grab().toImage()
    bar.setValue(60)
    assert found.sheet.grab().toImage() != before


def test_states_in_words(qtbot: QtBot) -> None:
    session = made("affine").session
    found = panel(qtbot, Session())
    assert texts(found) == [NOTHING]

    def said(after: Session) -> str:
        found.show_session(Session(), after)
        return " ".join(texts(found))

    assert "Not run yet. Ctrl+Enter runs it." in said(replace(session, values=None))
    assert "Running…" in said(replace(session, values=None, jobs=Jobs(newest=1, run=1)))
    assert "out of date" in said(replace(session, experiment=replace(session.experiment, source="x = 1")))
    problem = Problem("stopped", "**Stopped after 10 s.**", "Your function was still running.")
    assert "Stopped after 10 s. Your function was still running." in said(replace(session, run_problem=problem))
    assert "Running" not in said(session)


def test_the_line_above_says_whether_one_example_is_found_again(qtbot: QtBot) -> None:
    session = made("affine").session
    found = panel(qtbot, session)
    assert found.match.isHidden()
    found.show_session(session, replace(session, matching=Matching(0, 9)))
    assert found.match.text.text() == "All 9 values agree for example 0"
    assert found.match.first.isHidden()
    assert found.match.rest.isHidden()


def test_keys_go_to_the_first_difference(qtbot: QtBot) -> None:
    session = replace(made("affine").session, matching=Matching(0, 9, Difference("1", "e", (), 0.5, 1e-4), ("1",)))
    found = panel(qtbot, session)
    wanted: list[Session] = []
    found.wants.connect(lambda change: wanted.append(change(session)))
    assert found.match.first.text() == "First difference at equation 2"
    assert "largest difference 0.5" in found.match.first.accessibleDescription()
    QTest.keyClick(found.match.first, Qt.Key.Key_Space)
    assert [after.selected for after in wanted] == ["1"]
    found.show_session(session, wanted[0])
    assert "Here example 0 differs first: largest difference 0.5." in texts(found)
    part = replace(session, matching=Matching(0, 3, whole=False))
    found.show_session(session, part)
    QTest.keyClick(found.match.rest, Qt.Key.Key_Space)
    asked = actions.request(wanted[-1], "match")
    assert isinstance(asked, Match)
    assert asked.whole


def test_a_run_that_failed_says_what_to_try_in_place_of_numbers(qtbot: QtBot) -> None:
    again = Action("Run again", edits=(("run", 0, ""),))
    failed = Problem("memory", "**The numbers do not fit.**", "It needs 3 GB.", actions=(again,))
    session = replace(made("affine").session, values=None, run_problem=failed)
    found = panel(qtbot, session)
    heard: list[Action] = []
    found.acted.connect(heard.append)
    assert found.values.message.isVisible()
    assert not found.sheet.isVisible()
    (button,) = found.values.message.findChildren(QPushButton)
    button.click()
    assert heard == [again]
    found.show_session(session, replace(session, run_problem=None))
    assert found.sheet.isVisible()
