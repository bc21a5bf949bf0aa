"""The values panel: follows the selection, scrolls, and says what state the numbers are in."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.pictures import CASES, made
from vmapviz.gui.panels.sheet_panel import SheetPanel
from vmapviz.gui.panels.values import NOTHING, values_panel
from vmapviz.model.problem import Problem
from vmapviz.model.scenes.scene import Text
from vmapviz.model.session import Jobs, Session


def panel(qtbot: QtBot, session: Session) -> SheetPanel:
    found = values_panel()
    qtbot.addWidget(found)
    found.resize(910, 240)
    found.show()
    found.show_session(Session(), session)
    return found


def texts(found: SheetPanel) -> list[str]:
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
