"""The next start finds what was there before: the text, the files, the look, the window; even after a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.app.conftest import experiment, message, press, retype, wait_done, wait_for
from tests.model.sweeps import sweep
from vmapviz.gui import app as app_module
from vmapviz.gui.app import App
from vmapviz.gui.main import first_session
from vmapviz.gui.settings import Remembered, Settings
from vmapviz.model import actions
from vmapviz.model.session import View

MINE = "def mine(x):\n    return x * 7\n"


def test_what_was_typed_is_kept_within_five_seconds_and_there_again_after_a_crash(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app_module.AUTOSAVE_MS <= 5000
    monkeypatch.setattr(app_module, "AUTOSAVE_MS", 20)
    settings = Settings(tmp_path / "settings")
    app = make(settings=settings)
    retype(app, MINE)
    qtbot.waitUntil(lambda: (draft := settings.draft()) is not None and draft.experiment.source == MINE)
    again = make(settings=Settings(tmp_path / "settings"))  # while the first was never closed
    assert again.window.function.editor.text() == MINE
    assert actions.is_edited(again.store.session)
    assert not again.store.session.history.past, "there is nothing before the start"
    assert wait_done(qtbot, again).problem is None


def test_look_window_and_files_are_remembered(qtbot: QtBot, make: Callable[..., App], tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    settings = Settings(tmp_path / "settings")
    app = make(experiment(str(path)), settings)
    for command in ("zoom_in", "examples", "result", "projector", "x64"):
        app.window.run_command(command)
    app.window.close()
    again = make(settings=Settings(tmp_path / "settings"))
    session = again.store.session
    assert session.experiment.path == str(path)
    assert session.recent == (str(path),)
    assert session.experiment.x64
    assert (session.view.zoom, session.view.examples_open, session.view.tab) == (1.1, False, "result")
    assert first_session(Settings(tmp_path / "settings"), None, None).view.theme == "projector"


def test_pinned_runs_are_there_again_also_after_a_crash(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "AUTOSAVE_MS", 20)
    folder = tmp_path / "settings"
    app = make(settings=Settings(folder))
    app.store.apply(lambda session: replace(session, timings=sweep(), timed=session.experiment))
    app.window.run_command("pin")
    app.store.apply(lambda session: actions.rename_pinned(session, 1, "before the change"))
    qtbot.waitUntil(lambda: [one.name for one in Settings(folder).pinned()[0]] == ["before the change"])
    app.window.run_command("timing")
    again = make(settings=Settings(folder))  # while the first was never closed
    panel = again.window.bottom.open("timing")
    assert [one.name for one in again.store.session.pinned] == ["before the change"]
    assert panel.caption.text().startswith("before the change: time for one whole batch"), "of the same function"
    again.window.run_command("unpin_all")
    assert panel.stack.currentWidget() is panel.empty
    again.window.close()
    assert Settings(folder).pinned() == ((), "")


def test_the_times_have_their_room_from_the_start(make: Callable[..., App], tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings")
    settings.remember(Remembered(view=View(tab="timing")))
    above, below = make(settings=settings).window.body.split_down.sizes()
    assert below > 1.5 * above


def test_the_window_is_where_it_was(make: Callable[..., App], tmp_path: Path) -> None:
    app = make()
    app.window.resize(790, 640)  # smaller than the screen, which bounds what is restored
    app.window.body.split_down.setSizes([300, 200])
    state = app.window.layout_state()
    app.window.close()
    kept = Settings(tmp_path / "settings")
    assert {key: kept.bytes(key) for key in state} == state
    again = make(settings=kept)
    again.window.restore_layout(state)
    assert (again.window.width(), again.window.height()) == (790, 640)
    assert again.window.body.split_down.saveState() == state["down"]


def test_a_file_that_was_only_shown_does_not_run_at_the_next_start(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path
) -> None:
    path, trace = tmp_path / "foreign.py", tmp_path / "ran"
    path.write_text(f"open({str(trace)!r}, 'w').close()\n{MINE}")
    app = make()
    app.files.open_path(str(path))
    app.window.close()
    again = make()
    wait_for(qtbot, again, lambda s: s.worker.ready)
    assert not actions.running(again.store.session)
    assert actions.status_text(again.store.session) == "not run yet"
    assert not trace.exists()
    press(again, "Ctrl+Return")
    wait_done(qtbot, again)
    assert trace.exists()


def test_a_file_that_changed_between_two_starts_is_shown_as_it_is_now(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    app = make(experiment(str(path)))
    app.store.apply(lambda s: actions.set_argument(s, 0, "f32[9]"))
    app.window.close()
    path.write_text(MINE.replace("7", "8"))
    again = make()
    session = wait_for(qtbot, again, lambda s: s.experiment.source == MINE.replace("7", "8"))
    assert session.experiment.arguments == "x=f32[9]"


def test_settings_that_cannot_be_read_are_as_if_there_were_none(make: Callable[..., App], tmp_path: Path) -> None:
    folder = tmp_path / "settings"
    folder.mkdir()
    for name in ("settings.json", "draft.json", "window.ini"):
        (folder / name).write_bytes(b"\xff{")
    app = make()
    assert app.store.session.experiment.name == "matvec"
    assert "Starting JAX" in message(app)
