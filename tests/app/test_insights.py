"""Insights in the whole app: the worker looks at the numbers by itself, and one click follows the advice."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.app.conftest import press, wait_done
from vmapviz.gui.app import App
from vmapviz.gui.panels.insights import InsightsPanel
from vmapviz.model import actions


def test_what_the_values_give_away_is_found_without_being_asked(qtbot: QtBot, app: App) -> None:
    app.files.open_example("gallery:guarded_root")
    session = wait_done(qtbot, app)
    kinds = {one.kind for one in actions.found_insights(session)}
    assert {"thrown away", "both branches", "memory"} <= kinds
    press(app, "Ctrl+7")
    assert app.store.session.view.tab == "insights"


def test_advice_is_followed_by_a_click_and_the_transpose_is_gone(qtbot: QtBot, app: App) -> None:
    session = wait_done(qtbot, app)
    assert session.facts is not None
    assert session.facts.transposes == 1
    press(app, "Ctrl+7")
    panel = app.window.bottom.panels["insights"]
    assert isinstance(panel, InsightsPanel)
    assert panel.page is not None
    (set_axes,) = [b for b in panel.page.findChildren(QPushButton) if b.text() == "Set out_axes to 1"]
    set_axes.click()
    session = wait_done(qtbot, app)
    assert session.facts is not None
    assert session.facts.transposes == 0
    assert "transposes" not in [one.kind for one in actions.found_insights(session)]
