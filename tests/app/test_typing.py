"""Typing: what the editor says is traced when the keys rest, undone step by step, and never lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.app.conftest import Started, message, press, retype, wait_done, wait_for
from vmapviz.gui.app import TYPING_MS, App
from vmapviz.model import actions
from vmapviz.model.actions.history import STEPS
from vmapviz.model.messages import Failed
from vmapviz.model.problem import Problem


def source(app: App) -> str:
    return app.store.session.experiment.source


def caret_after(app: App, text: str) -> None:
    """Put the caret behind a piece of the source."""
    editor = app.window.function.editor
    cursor = editor.textCursor()
    cursor.setPosition(editor.text().index(text) + len(text))
    editor.setTextCursor(cursor)
    press(app, "Ctrl+1")


def test_typing_is_traced_once_the_keys_rest(qtbot: QtBot, app: App) -> None:
    caret_after(app, "return m @ v")
    jobs = Started(app)
    qtbot.keyClicks(app.window.function.editor, " + 1")
    assert "return m @ v + 1" in source(app)
    assert not jobs.kinds, "nothing runs while keys are pressed"
    assert app._typing.interval() == TYPING_MS
    assert actions.is_stale(app.store.session)
    session = wait_done(qtbot, app)
    assert (jobs.count("trace"), jobs.count("run")) == (1, 1), "for four keys"
    assert session.picture is not None
    assert "add" in [equation.primitive for equation in session.picture.trace.original.equations]


def test_a_pause_ends_a_step_of_undo(qtbot: QtBot, app: App) -> None:
    before = source(app)
    caret_after(app, "return m @ v")
    editor = app.window.function.editor
    qtbot.keyClicks(editor, " + 1")
    wait_done(qtbot, app)
    after_pause = source(app)
    qtbot.keyClicks(editor, " + 2")
    assert len(app.store.session.history.past) == 2
    press(app, "Ctrl+Z")
    assert source(app) == editor.text() == after_pause
    press(app, "Ctrl+Z")
    assert source(app) == editor.text() == before
    press(app, "Ctrl+Y")
    assert source(app) == after_pause
    press(app, "Ctrl+Shift+Z")
    assert source(app).count("+ 2") == 1
    assert wait_done(qtbot, app).problem is None


def test_two_hundred_steps_can_be_undone(qtbot: QtBot, app: App) -> None:
    for step in range(STEPS + 20):
        retype(app, f"def f(x):\n    return x + {step}\n")
        app.store.apply(actions.pause)
    assert len(app.store.session.history.past) == STEPS
    for _ in range(STEPS):
        app.window.actions_by_id["undo"].trigger()
    assert source(app) == app.window.function.editor.text() == "def f(x):\n    return x + 19\n"


def test_a_syntax_error_marks_its_line_and_keeps_the_last_good_picture(qtbot: QtBot, app: App) -> None:
    picture = app.store.session.picture
    caret_after(app, "return m @ v")
    qtbot.keyClicks(app.window.function.editor, " +")
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert session.problem.source is not None
    line = 1 + source(app).splitlines().index("    return m @ v +")
    assert session.problem.source.line == app.window.function.editor.error_line() == line
    assert message(app) != ""
    assert session.picture is picture
    assert app.window.programs.view._opacity < 1
    assert actions.status_text(session) == f"out of date: line {line}"
    qtbot.keyClicks(app.window.function.editor, " 1")
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert message(app) == ""
    assert app.window.programs.view._opacity == 1
    assert app.window.function.editor.error_line() is None


def test_an_exception_in_the_users_code_names_its_line(qtbot: QtBot, app: App) -> None:
    retype(app, "def f(x):\n    raise ValueError('not today')\n")
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert session.problem.source is not None
    assert session.problem.source.line == 2
    assert "not today" in session.problem.title + session.problem.text + session.problem.said
    assert session.picture is not None


def test_a_newer_edit_replaces_a_running_trace(qtbot: QtBot, app: App) -> None:
    retype(app, "def f(x):\n    while True: pass\n")
    wait_for(qtbot, app, actions.is_tracing)
    restarts = app.store.session.worker.restarts
    retype(app, "def f(x):\n    return x * 3\n")
    session = wait_done(qtbot, app)
    assert session.worker.restarts == restarts + 1
    assert session.problem is None
    assert session.picture is not None
    assert session.picture.trace.original.equations[0].primitive == "mul"


def test_an_answer_to_an_older_job_changes_nothing(qtbot: QtBot, app: App) -> None:
    session = app.store.session
    assert session.picture is not None
    app.worker.replied.emit(Failed(session.jobs.newest, Problem("error", "too late")))
    assert app.store.session is session


def test_what_is_printed_is_shown_under_output(qtbot: QtBot, app: App) -> None:
    tabs = app.window.bottom.tabs
    assert not tabs.isTabVisible(tabs.count() - 1)
    retype(app, "print('hello', 'from here')\n\ndef f(x):\n    return x\n")
    wait_done(qtbot, app)
    wait_for(qtbot, app, lambda s: "hello from here" in s.printed)
    assert tabs.isTabVisible(tabs.count() - 1)
    qtbot.mouseClick(app.window.status.output, Qt.MouseButton.LeftButton)
    assert app.store.session.view.tab == "output"
    panel = app.window.bottom.panels["output"]
    assert panel.isVisible()
    assert "hello from here" in panel.text.toPlainText()


def test_the_caret_stays_where_it_is_when_the_programs_arrive(qtbot: QtBot, app: App) -> None:
    caret_after(app, "return m")
    editor = app.window.function.editor
    qtbot.keyClicks(editor, " * 2")
    place = editor.textCursor().position()
    wait_done(qtbot, app)
    assert editor.textCursor().position() == place
    assert editor.hasFocus()
