"""Whatever the user's code does to the worker: the window stays quick, the worker comes back, nothing typed is lost."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.app.conftest import Heart, Started, message, press, retype, wait_done, wait_for
from vmapviz.gui.app import App
from vmapviz.model import actions

GOOD = "def f(x):\n    return x * 2\n"
AT_MODULE_LEVEL = "while True:\n    pass\n\ndef f(x):\n    return x\n"
INSIDE = "def f(x):\n    while True:\n        pass\n"


def pid(app: App) -> int:
    """The number of the worker process."""
    assert app.worker._process is not None
    return app.worker._process.processId()


def is_alive(process: int) -> bool:
    """Whether there is a process of this number, for Linux and macOS."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("source", [AT_MODULE_LEVEL, INSIDE], ids=["module level", "inside"])
def test_an_endless_loop_leaves_the_window_quick_and_ctrl_dot_stops_it(qtbot: QtBot, app: App, source: str) -> None:
    restarts = app.store.session.worker.restarts
    picture = app.store.session.picture
    retype(app, source)
    wait_for(qtbot, app, actions.is_tracing)
    heart = Heart()
    qtbot.waitUntil(lambda: heart.beats >= 20)
    assert actions.is_tracing(app.store.session), "it still runs"
    assert app.window.status.stop.isVisible()
    process = pid(app)
    press(app, "Ctrl+1")
    press(app, "Ctrl+.")
    session = app.store.session
    assert not actions.running(session)
    assert session.problem is not None
    assert session.problem.severity == "stopped"
    assert "Stopped" in message(app)
    qtbot.waitUntil(lambda: not is_alive(process))
    session = wait_for(qtbot, app, lambda s: s.worker.ready)
    assert session.worker.restarts == restarts + 1
    assert session.experiment.source == app.window.function.editor.text() == source
    assert session.picture is picture
    assert not actions.running(session), "what never ended is not run again by itself"
    retype(app, GOOD)
    assert wait_done(qtbot, app).problem is None


def test_what_runs_too_long_is_stopped_by_itself_and_may_be_allowed_longer(qtbot: QtBot, app: App) -> None:
    app.store.apply(lambda s: replace(s, time_limit_s=0.5))
    retype(app, INSIDE)
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert session.problem.title == "**Stopped after 0.5 s.**"
    assert session.experiment.source == INSIDE
    longer = next(action for action in session.problem.actions if action.label.startswith("Allow"))
    app.window.programs_area.acted.emit(longer)
    session = wait_for(qtbot, app, actions.is_tracing)
    assert session.time_limit_s == 60
    retype(app, GOOD)
    assert wait_done(qtbot, app).problem is None


@pytest.mark.parametrize(
    "source",
    [
        "import os\n\nos._exit(1)\n\ndef f(x):\n    return x\n",
        "import ctypes\n\ndef f(x):\n    ctypes.string_at(0)\n    return x\n",
    ],
    ids=["exit", "segfault"],
)
def test_a_worker_that_dies_comes_back_by_itself(qtbot: QtBot, app: App, source: str) -> None:
    restarts = app.store.session.worker.restarts
    retype(app, source)
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert session.problem.title == "**JAX ended unexpectedly and was started again.**"
    assert "ended unexpectedly" in message(app)
    session = wait_for(qtbot, app, lambda s: s.worker.ready)
    assert session.worker.restarts == restarts + 1
    assert not actions.running(session), "what ended it is not run again by itself"
    assert session.experiment.source == app.window.function.editor.text() == source
    retype(app, GOOD)
    assert wait_done(qtbot, app).problem is None


def test_a_text_typed_while_the_worker_dies_is_traced_when_it_is_back(qtbot: QtBot, app: App) -> None:
    retype(app, INSIDE)
    wait_for(qtbot, app, actions.is_tracing)
    retype(app, GOOD)
    app._typing.stop()
    app._typing_paused()
    assert app.worker._process is not None
    app.worker._process.kill()
    wait_for(qtbot, app, lambda s: s.worker.ready is None)
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.picture is not None
    assert session.picture.experiment.source == GOOD


def test_a_restart_on_demand_traces_again(qtbot: QtBot, app: App) -> None:
    restarts, jobs = app.store.session.worker.restarts, Started(app)
    press(app, "Ctrl+Shift+R")
    assert app.store.session.worker.ready is None
    session = wait_done(qtbot, app)
    assert session.worker.restarts == restarts + 1
    assert (jobs.count("trace"), jobs.count("run")) == (1, 1)
    assert session.problem is None


def test_stopping_a_sweep_keeps_the_programs(qtbot: QtBot, make: Callable[..., App]) -> None:
    app = make()
    wait_done(qtbot, app)
    app.window.run_command("measure")
    wait_for(qtbot, app, lambda s: s.jobs.time is not None and s.timings)
    press(app, "Ctrl+.")
    session = app.store.session
    assert session.jobs.time is None
    assert session.problem is None
    assert session.time_problem is not None
    assert session.picture is not None
    assert session.picture.trace.exact
