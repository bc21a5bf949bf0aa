"""StableHLO and compiled HLO in the whole app, made by the real worker."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.app.conftest import press, wait_done, wait_for
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.actions import shown_trace


def form(app: App) -> str:
    shown = shown_trace(app.store.session)
    return shown.form if shown else ""


def primitives(app: App) -> list[str]:
    placed = app.window.programs.view.layout_
    return [r.equation.primitive for r in placed.rows[1] if r.kind == "equation" and r.equation] if placed else []


def test_a_click_shows_stablehlo_a_key_compiled_hlo_and_an_edit_refreshes_it(qtbot: QtBot, app: App) -> None:
    switch = app.window.programs.switch
    QTest.mouseClick(switch.segments[2], Qt.MouseButton.LeftButton)
    wait_for(qtbot, app, lambda s: form(app) == "StableHLO")
    assert primitives(app) == ["dot_general", "transpose"]
    app.store.apply(partial(actions.select, path="0"))
    assert "became `dot_general`" in app.window.sentence.text()
    press(app, "Ctrl+Shift+L")
    wait_for(qtbot, app, lambda s: form(app) == "HLO")
    assert "dot" in primitives(app)
    assert app.store.session.lowered[-1].exact
    app.store.apply(partial(actions.set_argument, index=1, text="f32[16,3]"))
    wait_for(qtbot, app, lambda s: form(app) == "HLO" and "[16,3]" in s.lowered[-1].batched.text)
    wait_done(qtbot, app)
    press(app, "Ctrl+Shift+L")
    assert (app.store.session.by, form(app)) == ("vmap", "")
