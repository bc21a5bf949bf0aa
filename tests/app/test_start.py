"""Starting: the window is there at once, JAX loads meanwhile, then programs, numbers and the check arrive."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from tests.app.conftest import message, wait_done
from vmapviz.gui.app import App


def test_the_window_shows_matvec_at_once_and_says_that_jax_starts(qtbot: QtBot, make: Callable[..., App]) -> None:
    app = make()
    window = app.window
    assert window.isVisible()
    assert "def matvec" in window.function.editor.text()
    assert window.windowTitle() == "matvec - vmapviz"
    assert "Starting JAX" in message(app)
    assert app.store.session.worker.ready is None
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.trace.exact
    assert session.values is not None
    assert session.result is not None
    assert message(app) == ""
