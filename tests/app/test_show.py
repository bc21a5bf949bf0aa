"""The window of `vmapviz.show`, with the process that called it at the other end of two pipes: here, this very process."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.conftest import closed, experiment, message, press, wait_done, wait_for
from tests.there import there
from vmapviz.engine.calls import Vmap
from vmapviz.engine.live import Live
from vmapviz.engine.show import Server
from vmapviz.gui import shown, theme
from vmapviz.gui.caller import Caller
from vmapviz.gui.settings import Settings
from vmapviz.model import actions

W, X = jnp.arange(6.0).reshape(2, 3), jnp.arange(15.0).reshape(5, 3)


class Shown:
    """A call of `show`: the app, and the server with both its pipes."""

    def __init__(self, qt: QApplication, folder: Path, fun: Any, args: tuple[Any, ...], level: Vmap) -> None:
        requests, self._asks = os.pipe()
        self._hears, self.replies = os.pipe()
        self.settings = Settings(folder)
        live = Live(fun, args, {}, (level,))
        self.server = Server(live, lambda: os.read(requests, 65536), lambda data: os.write(self.replies, data))
        self.server.start()
        caller = Caller(self._hears, self._asks)
        first = caller.first()
        assert first is not None
        self.app = shown.make_app(qt, first, caller, self.settings, "light")
        self.app.window.resize(1440, 900)
        self.app.window.show()
        self.app.start()

    def end(self) -> None:
        """The window is closed, then the process ends."""
        closed(self.app)
        self.server.join()
        self.leave()

    def leave(self) -> None:
        """The process ends."""
        if self.replies:
            os.close(self.replies)
            self.replies = 0


@pytest.fixture
def show(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    """Calls of `show` that do not wait."""
    made: list[Shown] = []

    def make(fun: Any, *args: Any, level: Vmap = Vmap()) -> Shown:  # noqa: B008
        made.append(Shown(qapp, tmp_path, fun, args, level))
        return made[-1]

    yield make
    for one in made:
        one.end()
    theme.apply(qapp, "light")


def scaled(by: float) -> Any:
    def inner(W: Any, x: Any) -> Any:
        return by * (W @ x)

    return inner


def test_a_closure_is_shown_linked_run_and_checked(qtbot: QtBot, show: Callable[..., Shown]) -> None:
    app = show(scaled(2.0), W, X, level=Vmap((None, 0))).app
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.picture is not None
    assert session.picture.trace.exact
    assert session.result is not None
    assert session.result.leaves[0].batched.cells[0] == 10.0
    editor = app.window.function.editor
    assert editor.isReadOnly()
    assert app.window.function.title.text() == "Function in test_show.py, read-only"
    app.store.apply(actions.select_next)
    source = editor.ranges()[0]
    assert source is not None
    assert editor.text().splitlines()[source.line - 1][source.column : source.end_column] == "W @ x"
    assert not app.window.actions_by_id["save"].isEnabled()
    assert not app.window.status.x64.isEnabled()


def test_axes_types_levels_and_times_can_be_asked_for(qtbot: QtBot, show: Callable[..., Shown]) -> None:
    app = show(scaled(2.0), W, X, level=Vmap((None, 0))).app
    wait_done(qtbot, app)
    app.store.apply(partial(actions.set_argument, index=1, text="f32[7,3]"))
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.trace.levels[0].size == 7
    app.store.apply(actions.add_level)
    assert len(there(wait_done(qtbot, app).picture).trace.programs) == 3
    app.store.apply(partial(actions.remove_level, level=1))
    wait_done(qtbot, app)
    app.store.apply(partial(actions.set_axis, level=0, argument=0, leaf=None, axis=0))
    wrong = wait_for(qtbot, app, lambda s: s.problem)
    assert wrong.problem is not None
    assert wrong.problem.kind == "sizes"
    app.store.apply(actions.undo)
    wait_done(qtbot, app)
    app.store.apply(actions.measure)
    timed = wait_for(qtbot, app, lambda s: s.timings is not None and s.jobs.time is None)
    assert timed.timings is not None
    assert timed.time_problem is None


def test_stop_detaches_says_so_and_what_is_asked_next_waits(qtbot: QtBot, show: Callable[..., Shown]) -> None:
    waits, goes_on = threading.Event(), threading.Event()

    def slow(x: Any) -> Any:
        if x.shape == (4,):
            waits.set()
            goes_on.wait()
        return x * 2

    app = show(slow, X).app
    wait_done(qtbot, app)
    app.store.apply(partial(actions.set_argument, index=0, text="f32[5,4]"))
    qtbot.waitUntil(waits.is_set)
    app.stop()
    assert "Detached" in message(app)
    assert "cannot stop your own process" in message(app)
    assert actions.status_text(app.store.session) == "waiting for your process"
    app.store.apply(partial(actions.set_argument, index=0, text="f32[6,3]"))
    assert app.store.session.worker.ready is None, "the process is not free yet"
    goes_on.set()
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.experiment.arguments == "x=f32[6,3]", "the answer of the job before was dropped"


def test_when_the_process_ends_the_picture_stays_and_it_is_said(qtbot: QtBot, show: Callable[..., Shown]) -> None:
    call = show(scaled(1.0), W, X, level=Vmap((None, 0)))
    wait_done(qtbot, call.app)
    call.leave()
    session = wait_for(qtbot, call.app, lambda s: s.problem)
    assert "has ended" in message(call.app)
    assert session.picture is not None
    assert actions.status_text(session) == "your process has ended"
    press(call.app, "Esc")
    assert message(call.app) == ""
    call.app.run_now()
    wait_for(qtbot, call.app, lambda s: s.problem)
    assert "has ended" in message(call.app), "running again says the same"


def test_an_example_runs_in_a_worker_and_undo_goes_back(
    qtbot: QtBot, show: Callable[..., Shown], own_settings: Path
) -> None:
    call = show(scaled(1.0), W, X, level=Vmap((None, 0)))
    app = call.app
    wait_done(qtbot, app)
    assert not app.worker.running
    app.files.open_example("gallery:matvec")
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.experiment.path == "gallery:matvec"
    assert app.worker.running
    assert not app.window.function.editor.isReadOnly()
    assert app.window.function.title.text() == "Function"
    app.store.apply(actions.undo)
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.experiment.function == "inner"
    assert not app.worker.running


def test_it_leaves_the_draft_of_other_windows_alone(qtbot: QtBot, show: Callable[..., Shown]) -> None:
    call = show(scaled(1.0), W, X, level=Vmap((None, 0)))
    wait_done(qtbot, call.app)
    call.app.window.close()
    assert call.settings.draft() is None
    assert call.settings.remembered().recent == ()


def test_another_precision_than_the_process_has_by_default(qtbot: QtBot, show: Callable[..., Shown]) -> None:
    with jax.enable_x64(True):
        app = show(lambda x: x * 2, jnp.ones(3, jnp.float64)).app
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.picture is not None
    assert session.picture.results[0].dtype == "float64"


def test_the_matvec_of_the_gallery_is_no_live_one() -> None:
    assert not actions.is_shown(actions.open_experiment(shown.Session(), experiment("matvec")))
