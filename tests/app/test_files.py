"""The user's own files: opened with what lies beside them, watched, saved with as little change as possible, never run unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.app.conftest import activate, experiment, message, press, retype, wait_done, wait_for
from tests.model.sweeps import sweep
from vmapviz.export.table import Export
from vmapviz.export.timings import TimesExport
from vmapviz.gui import times_clipboard
from vmapviz.gui.app import App
from vmapviz.gui.export import EXPORTS
from vmapviz.model import actions
from vmapviz.model.experiment import read
from vmapviz.model.session import Session
from vmapviz.model.timing_runs import runs
from vmapviz.model.timings_file import write_timings
from vmapviz.model.what import GALLERY

PLAIN = "def double(x):\n    return x * 2\n\n\ndef triple(x):\n    return x * 3\n"
WITH_HEADER = f"""# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# function = "double"
# arguments = 'x=f32[4]'
# ///

{PLAIN}"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A file as people have it, without a word about vmapviz."""
    path = tmp_path / "plain.py"
    path.write_text(PLAIN)
    return path


def primitives(session: Session) -> list[str]:
    assert session.picture is not None
    return [equation.primitive for equation in session.picture.trace.original.equations]


def answer(qtbot: QtBot, button: str) -> None:
    """Click this button of the question that comes up."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        timer.stop()
        next(one for one in box.buttons() if one.text() == button).click()

    timer = QTimer(QApplication.instance())
    timer.timeout.connect(click)
    timer.start(10)


def open_and_run(qtbot: QtBot, app: App, path: Path) -> Session:
    app.files.open_path(str(path), auto=True)
    return wait_done(qtbot, app)


def test_a_function_of_a_file_on_the_command_line_runs_with_what_lies_beside_it(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside.py").write_text("factor = 2\n")
    (tmp_path / "mine.py").write_text(
        "from beside import factor\n\n\ndef g(x):\n    return x\n\n\ndef h(x):\n    return x * factor\n"
    )
    monkeypatch.chdir(tmp_path)
    app = make(experiment("mine.py::g"))
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.experiment.function == "g"
    assert session.experiment.path == str(tmp_path / "mine.py"), "the next start may be in another folder"
    assert session.recent == (str(tmp_path / "mine.py"),)
    (tmp_path / "mine.py").write_text("from beside import factor\n\n\ndef g(x):\n    return x - factor\n")
    wait_for(qtbot, app, lambda s: "x - factor" in s.experiment.source)
    assert primitives(wait_done(qtbot, app)) == ["sub"]


def test_a_change_on_disk_is_taken_over_and_the_call_stays(qtbot: QtBot, app: App, plain: Path) -> None:
    open_and_run(qtbot, app, plain)
    app.store.apply(lambda s: actions.set_function(s, "double"))
    app.store.apply(lambda s: actions.set_argument(s, 0, "f32[7,2]"))
    app.store.apply(lambda s: actions.set_axis(s, 0, 0, None, 1))
    before = wait_done(qtbot, app).experiment
    for text in (PLAIN.replace("x * 2", "x + 2"), PLAIN.replace("x * 2", "x - 2")):
        plain.write_text(text)
        wait_for(qtbot, app, lambda s, text=text: s.experiment.source == text)
        session = wait_done(qtbot, app)
        assert (session.experiment.function, session.experiment.arguments) == ("double", "x=f32[7,2]")
        assert session.experiment.levels == before.levels
    assert primitives(session) == ["sub"]
    assert app.window.function.editor.text() == text


def test_an_editor_that_replaces_the_file_is_followed_again_and_again(qtbot: QtBot, app: App, plain: Path) -> None:
    open_and_run(qtbot, app, plain)
    for text in (PLAIN, PLAIN.replace("x * 2", "x + 2"), PLAIN, PLAIN.replace("x * 2", "x - 2")):
        plain.unlink()  # some write anew, some move another file here
        other = plain.with_suffix(".tmp")
        other.write_text(text)
        other.replace(plain)
        wait_for(qtbot, app, lambda s, text=text: s.experiment.source == text and not app.files._settled.isActive())
    wait_done(qtbot, app)


def test_a_header_changed_on_disk_is_taken_over(qtbot: QtBot, app: App, plain: Path) -> None:
    plain.write_text(WITH_HEADER)
    assert primitives(open_and_run(qtbot, app, plain)) == ["mul"]
    plain.write_text(WITH_HEADER.replace("f32[4]", "f32[9]"))
    session = wait_for(qtbot, app, lambda s: s.experiment.arguments == "x=f32[9]")
    assert session.experiment.function == "double"
    plain.write_text(WITH_HEADER.replace('"double"', '"triple"'))
    wait_for(qtbot, app, lambda s: s.experiment.function == "triple")
    app.store.apply(lambda s: actions.saved_as(actions.set_function(s, "double"), s.experiment.path))
    plain.write_text(WITH_HEADER.replace('"double"', '"triple"') + "# more\n")
    session = wait_for(qtbot, app, lambda s: "# more" in s.experiment.source)
    assert session.experiment.function == "double", "chosen here, against the header"
    plain.write_text(WITH_HEADER.replace("function =", "functoin ="))
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert "functoin" in session.problem.title
    assert session.experiment.function == "double"
    press(app, "Esc")
    assert message(app) == ""


@pytest.mark.parametrize(("button", "kept"), [("Keep mine", True), ("Take the file's text", False)])
def test_changed_in_both_places_asks(qtbot: QtBot, app: App, plain: Path, button: str, kept: bool) -> None:
    open_and_run(qtbot, app, plain)
    mine, other = PLAIN.replace("x * 3", "x * 4"), PLAIN.replace("x * 3", "x * 5")
    retype(app, mine)
    answer(qtbot, button)
    plain.write_text(other)
    wait_for(qtbot, app, lambda s: app.files._disk == other and QApplication.activeModalWidget() is None)
    assert app.store.session.experiment.source == (mine if kept else other)
    activate(qtbot, app)
    press(app, "Ctrl+1")
    press(app, "Ctrl+Z")
    assert app.store.session.experiment.source == (PLAIN if kept else mine), "nothing typed is lost"
    wait_done(qtbot, app)


def test_saving_adds_no_header_and_other_changes_are_still_seen(qtbot: QtBot, app: App, plain: Path) -> None:
    open_and_run(qtbot, app, plain)
    app.store.apply(lambda s: actions.set_argument(s, 0, "f32[7,2]"))
    retype(app, PLAIN.replace("x * 3", "x * 4"))
    press(app, "Ctrl+S")
    assert plain.read_text() == PLAIN.replace("x * 3", "x * 4")
    assert not actions.is_edited(app.store.session)
    wait_for(qtbot, app, lambda s: not app.files._settled.isActive())
    plain.write_text(PLAIN.replace("x * 3", "x * 6"))
    session = wait_for(qtbot, app, lambda s: "x * 6" in s.experiment.source)
    assert session.experiment.arguments == "x=f32[7,2]"
    wait_done(qtbot, app)


def test_an_example_is_saved_elsewhere_with_its_call(
    qtbot: QtBot, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my own.py"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    before = app.store.session.experiment
    press(app, "Ctrl+S")
    session = app.store.session
    assert session.experiment.path == str(path)
    assert session.recent == (str(path),)
    found = read(path.read_text(), before.path)
    assert (found.source, found.arguments, found.levels) == (before.source, before.arguments, before.levels)


def test_saving_where_nothing_can_be_written_says_so_and_loses_nothing(
    qtbot: QtBot, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "such" / "folder.py"), ""))
    before = app.store.session.experiment
    app.window.run_command("save_as")
    session = app.store.session
    assert "folder.py could not be written" in message(app)
    assert session.experiment is before
    assert session.problem is not None
    app.window.programs_area.acted.emit(session.problem.actions[0])
    assert message(app) == ""


def test_a_dropped_file_is_shown_and_runs_when_it_is_asked_for(
    qtbot: QtBot, app: App, tmp_path: Path, plain: Path
) -> None:
    trace = tmp_path / "ran"
    plain.write_text(f"open({str(trace)!r}, 'w').close()\n{PLAIN}")
    drop(app, plain)
    session = app.store.session
    assert session.experiment.path == str(plain)
    assert "def triple" in app.window.function.editor.text()
    assert actions.status_text(session) == "not run yet"
    app.window.programs.setFocus()
    retype(app, session.experiment.source + "\n")
    assert not actions.running(app.store.session)
    assert not app._typing.isActive()
    assert not trace.exists()
    press(app, "Ctrl+Return")
    assert primitives(wait_done(qtbot, app)) == ["mul"]
    assert trace.exists()


def drop(app: App, path: Path) -> None:
    """Drag a file over the window and let it go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, mime, left, plain)
    QApplication.sendEvent(app.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(app.window, QDropEvent(QPointF(50, 50), copy, mime, left, plain, QEvent.Type.Drop))


def test_what_is_no_program_is_not_taken(app: App, tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "picture.png"))])
    enter = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(app.window, enter)
    assert not enter.isAccepted()


def test_recent_files_are_in_the_menu_and_the_palette_and_do_not_run(qtbot: QtBot, app: App, plain: Path) -> None:
    open_and_run(qtbot, app, plain)
    app.files.open_example(f"{GALLERY}square")
    wait_done(qtbot, app)
    press(app, "Ctrl+K")
    qtbot.keyClicks(app.window.palette_box.field, "plain.py")
    qtbot.keyClick(app.window.palette_box.field, Qt.Key.Key_Return)
    assert app.store.session.experiment.path == str(plain)
    assert not app.store.session.auto
    menu = app.window.topbar.menus["File"].menu()
    recent = next(action.menu() for action in menu.actions() if action.text() == "Open recent")
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions()] == [str(plain)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"caf\xe9 = 1\n", "not UTF-8"),
        (b"# /// script\n# [tool.vmapviz\n# ///\n", "not TOML"),
        (None, "could not be opened"),
    ],
    ids=["latin-1", "header", "missing"],
)
def test_a_file_that_cannot_be_read_says_why(
    qtbot: QtBot, app: App, tmp_path: Path, data: bytes | None, words: str
) -> None:
    path = tmp_path / "odd.py"
    if data is not None:
        path.write_bytes(data)
    before = app.store.session.experiment
    app.files.open_path(str(path))
    assert words in message(app)
    assert app.store.session.experiment is before
    press(app, "Esc")
    assert message(app) == ""


def test_a_broken_snapshot_says_why(app: App, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{}")
    app.files.open_path(str(tmp_path / "broken.json"))
    assert "broken.json could not be opened" in message(app)
    app.files.open_path(str(tmp_path / "missing.json"))
    assert "missing.json could not be opened: No such file" in message(app)


def test_a_snapshot_shows_what_was_kept_and_runs_nothing(
    qtbot: QtBot, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    app.files.ask_export(next(export for export in EXPORTS if export.suffix == "json"))
    app.files.open_example(f"{GALLERY}square")
    wait_done(qtbot, app)
    newest = app.store.session.jobs.newest
    app.files.open_path(str(path))
    session = app.store.session
    assert primitives(session) == ["dot_general"]
    assert not actions.is_stale(session)
    assert session.jobs.newest == newest
    assert not actions.running(session)


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.id)
def test_every_export_writes_its_file(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: Export
) -> None:
    path = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    app.files.ask_export(export)
    assert path.stat().st_size > 100
    assert message(app) == ""


def test_times_are_saved_and_opened_again_beside_those_measured_here(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "times.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    app.window.run_command("save_times")
    assert not path.exists(), "nothing is measured yet"
    app.store.apply(lambda session: replace(session, timings=sweep()))
    app.window.run_command("save_times")
    drop(app, path)
    session = app.store.session
    assert [one.file for one in session.pinned] == ["times.json"]
    assert session.view.tab == "timing"
    assert [(run.index, run.timings.series) for run in runs(session)] == [(n, sweep().series) for n in (0, 1)]
    assert runs(session)[1].name == "times.json"


def test_times_that_are_damaged_say_why(app: App, tmp_path: Path) -> None:
    path = tmp_path / "times.json"
    path.write_bytes(write_timings(sweep()).replace(b'"batch": 16', b'"batch": 0'))
    app.files.open_path(str(path))
    assert "times.json could not be opened: These timings are damaged: the point of loop at 0 has no size." in message(
        app
    )


@pytest.mark.parametrize("export", times_clipboard.EXPORTS, ids=lambda export: export.id)
def test_every_export_of_the_times_writes_its_file(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: TimesExport
) -> None:
    path = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    app.store.apply(lambda session: replace(session, timings=sweep()))
    app.files.ask_export(export)
    assert path.stat().st_size > 100
    assert message(app) == ""
