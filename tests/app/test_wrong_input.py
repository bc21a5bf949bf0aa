"""What goes wrong in a user's text is said in a sentence; the window goes on, and putting it right is all it takes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.app.conftest import chips, message, press, retype, wait_done, wait_for
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.session import Session
from vmapviz.model.what import GALLERY

LAYER = "import jax.numpy as jnp\n\ndef layer(W, x):\n    return jnp.tanh(W @ x)\n"


def failed(qtbot: QtBot, app: App) -> Session:
    """Wait for the problem with what is in the editor now."""
    session = wait_for(qtbot, app, lambda s: s.problem is not None and not actions.running(s))
    assert message(app), "it is said over the programs"
    assert session.worker.restarts == 0
    return session


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1\n", "function"),
        ("def f(x)\n    return x\n", "1"),
        ("import nothing_of_that_name\ndef f(x):\n    return x\n", "nothing_of_that_name"),
        ("def f(x):\n    return undefined + x\n", "undefined"),
        ("raise SystemExit\ndef f(x):\n    return x\n", "SystemExit"),
        ("def f(x):\n    raise KeyboardInterrupt\n", "KeyboardInterrupt"),
        ("def f(x):\n    return f(x)\n", "itself"),
        ("def f(x):\n    return 'text'\n", "str"),
        ("def f(x):\n    return x if x > 0 else -x\n", "if"),
    ],
    ids=["no function", "syntax", "import", "name", "exit", "interrupt", "recursion", "text", "if"],
)
def test_a_text_that_cannot_be_traced(qtbot: QtBot, app: App, source: str, words: str) -> None:
    picture = app.store.session.picture
    retype(app, source)
    session = failed(qtbot, app)
    assert session.problem is not None
    assert words.casefold() in f"{session.problem} ".casefold()
    assert session.picture is picture
    assert app.window.function.editor.text() == session.experiment.source == source


def test_wrong_number_of_arguments(qtbot: QtBot, app: App) -> None:
    app.store.apply(lambda s: actions.remove_argument(s, 1))
    session = failed(qtbot, app)
    assert session.problem is not None
    assert "`v`" in session.problem.title + session.problem.text
    press(app, "Ctrl+Z")
    assert wait_done(qtbot, app).problem is None


def test_in_axes_of_the_wrong_structure(qtbot: QtBot, app: App) -> None:
    field = app.window.function.argument_levels[0].in_axes.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "(None, [0, 0])")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    session = failed(qtbot, app)
    assert session.problem is not None
    assert "in_axes" in f"{session.problem.title} {session.problem.text}"


def test_inconsistent_sizes_are_put_right_by_one_click(qtbot: QtBot, app: App) -> None:
    app.files.open_example(f"{GALLERY}inconsistent_sizes")
    failed(qtbot, app)
    buttons = app.window.programs_area.message.findChildren(QPushButton)
    fix = next(button for button in buttons if "W" in button.text() and "None" in button.text())
    qtbot.mouseClick(fix, Qt.MouseButton.LeftButton)
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.experiment.levels[0].in_axes == "(None, 0, None)"
    assert session.result is not None
    press(app, "Ctrl+Z")
    assert app.store.session.experiment.levels[0].in_axes == "(0, 0, None)"


def test_every_in_axes_none_is_refused_in_words_and_put_right_by_a_chip(qtbot: QtBot, app: App) -> None:
    app.files.open_example(f"{GALLERY}nothing_mapped")
    failed(qtbot, app)
    qtbot.mouseClick(chips(app, 0)[0], Qt.MouseButton.LeftButton)
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.experiment.levels[0].in_axes == "(0, None)"


def test_sizes_far_beyond_memory_are_refused_before_anything_runs(qtbot: QtBot, app: App) -> None:
    retype(app, "import jax.numpy as jnp\n\ndef f(x):\n    return jnp.sin(x)\n")
    wait_for(qtbot, app, lambda s: s.problem is not None or s.result is not None)
    app.store.apply(lambda s: actions.set_argument(s, 0, "f32[1000000,1000000]"))
    session = wait_for(qtbot, app, lambda s: s.problem or (s.run_problem and not actions.running(s)))
    problem = session.problem or session.run_problem
    assert problem is not None
    assert "memory" in f"{problem.title} {problem.text}"
    assert session.worker.restarts == 0


def test_a_new_argument_whose_type_does_not_fit_is_asked_for(qtbot: QtBot, app: App) -> None:
    retype(app, "import jax.numpy as jnp\n\ndef matvec(m, v, w):\n    return m @ v + m @ w\n")
    session = failed(qtbot, app)
    assert session.problem is not None
    assert session.problem.wants_type == 2
    assert app.window.function.argument_levels[0].arguments[2].field.hasFocus()
