"""The sizes of the Shapes panel that tests/truth looks at are those that the window gives it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.truth.subjects import PANELS
from vmapviz.gui.main import first_session, make_app
from vmapviz.gui.panels.shapes import ShapesPanel
from vmapviz.gui.settings import Settings
from vmapviz.gui.widgets.focus import FocusRing
from vmapviz.gui.window import Window
from vmapviz.model import actions


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[Window]:
    """The window of an app whose worker is not started."""
    settings = Settings()
    app = make_app(qapp, first_session(settings, None, "light"), settings)
    app.window.show()
    yield app.window
    app.close()
    app.window.hide()
    app.window.deleteLater()
    app.deleteLater()
    for ring in qapp.findChildren(FocusRing):  # the app's own, which lives as long as Qt
        ring.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def waits_for(window: Window, qtbot: QtBot, size: tuple[float, float]) -> None:
    (panel,) = window.findChildren(ShapesPanel)
    qtbot.waitUntil(lambda: (round(panel.scene().width, 1), round(panel.scene().height, 1)) == size)


@pytest.mark.parametrize(("name", "size"), [("1440", (1440, 900)), ("1280", (1280, 720))])
def test_pictures_are_looked_at_in_the_sizes_that_windows_give_them(
    window: Window, qtbot: QtBot, name: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    waits_for(window, qtbot, PANELS[name])
    opened = window.body.split_down.sizes()
    window.body.split_down.setSizes([0, 9999])
    waits_for(window, qtbot, PANELS[f"{name}, drawn up"])
    window.body.split_down.setSizes(opened)
    window.start_lecture()
    window._app.store.apply(partial(actions.show_panel, panel="shapes"))
    waits_for(window, qtbot, PANELS[f"{name}, lecture"])
