"""The whole app for measurements, with its real worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui.app import App
from vmapviz.gui.main import first_session, make_app
from vmapviz.gui.settings import Settings


@pytest.fixture
def app(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[App]:
    """The window with matvec, after its result arrived."""
    settings = Settings(tmp_path)
    whole = make_app(qapp, first_session(settings, None, "light"), settings)
    qtbot.addWidget(whole.window)
    whole.window.show()
    whole.start()
    qtbot.waitUntil(lambda: whole.store.session.result is not None, timeout=60_000)
    yield whole
    whole.close()
