"""What one click on the advice of a message does, with the real worker: the line is written anew and traced."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.app.conftest import message, retype, wait_done, wait_for
from vmapviz.gui.app import App

HEAD = "import jax\nimport jax.numpy as jnp\n\n\ndef matvec(m, v):\n"


def use_this(app: App) -> None:
    view = app.window.programs_area.message
    button = next(one for one in view.findChildren(QPushButton) if one.text() == "Use this")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)


@pytest.mark.parametrize(
    ("body", "title", "line"),
    [
        ("    return m @ v if v[0] > 0 else m @ -v\n", "if cannot look", "jnp.where(v[0] > 0, m @ v, m @ -v)"),
        ("    v[0] = 1.0\n    return m @ v\n", "JAX arrays cannot be changed", "v = v.at[0].set(1.0)"),
    ],
)
def test_the_keyboard_alone_writes_the_line_anew(qtbot: QtBot, app: App, body: str, title: str, line: str) -> None:
    retype(app, HEAD + body)
    wait_for(qtbot, app, lambda session: session.problem)
    assert message(app).startswith(title)
    use_this(app)
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert line in session.experiment.source
    assert app.window.function.editor.text() == session.experiment.source
    assert session.result is not None
    app.window.actions_by_id["undo"].trigger()
    assert app.store.session.experiment.source == HEAD + body
