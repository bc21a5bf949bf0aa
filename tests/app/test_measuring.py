"""A sweep in its own process: it goes on while the user explores, neither stops the other, and what was measured stays."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.app.conftest import Started, press, retype, wait_done, wait_for
from tests.app.test_stopping import GOOD, INSIDE, is_alive, pid
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.messages import Hush
from vmapviz.model.session import Session, Sweep
from vmapviz.model.sweep_state import on_timer

SWEEP = Sweep(variants=("loop", "vmap", "jit(vmap)"), batches=(1, 2, 4, 8, 16), devices=2, budget_s=0.3)
POINTS = len(SWEEP.variants) * len(SWEEP.batches)


def measuring_pid(app: App) -> int:
    """The number of the process that measures."""
    assert app.measuring.worker._process is not None
    return app.measuring.worker._process.processId()


def points(session: Session) -> int:
    """How many points there are."""
    return sum(len(series.points) for series in session.timings.series) if session.timings else 0


@contextmanager
def standing_still(app: App) -> Iterator[None]:
    """The process that measures gets no time from the system: a sweep of a second cannot end before the test has done its part."""
    process = measuring_pid(app)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.fixture(scope="module", autouse=True)
def plot(shared_app: App) -> None:
    """The plot, whose menus live as long as the app: made here, so that no test leaves one behind."""
    assert shared_app.window.bottom.panels["timing"].plot


@pytest.fixture
def measuring(qtbot: QtBot, app: App) -> App:
    """The app in the middle of a sweep, with another tab in front."""
    app.store.apply(lambda session: replace(session, sweep=SWEEP))
    app.window.run_command("measure")
    app.store.apply(lambda session: actions.set_tab(session, "shapes"))
    wait_for(qtbot, app, points)
    assert on_timer(app.store.session)
    return app


def ended(qtbot: QtBot, app: App) -> Session:
    """The session when the sweep has ended."""
    return wait_for(qtbot, app, lambda s: s.jobs.time is None)


def test_a_sweep_goes_on_while_the_user_explores_and_loses_no_point(
    qtbot: QtBot, measuring: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarts, process, timed = (
        measuring.store.session.worker.restarts,
        pid(measuring),
        measuring.store.session.experiment,
    )
    held: list[str] = []
    measuring.store.changed.connect(lambda _old, new: held.append(new.timer.held))
    asked: list[object] = []
    send = measuring.measuring.worker.send
    monkeypatch.setattr(measuring.measuring.worker, "send", lambda request: (asked.append(request), send(request)))
    jobs = Started(measuring)
    with standing_still(measuring):
        retype(measuring, GOOD)
        session = wait_for(
            qtbot, measuring, lambda s: jobs.count("run") and not actions.running(s) and not actions.is_stale(s)
        )
    assert session.problem is None
    assert session.result is not None
    assert (session.worker.restarts, pid(measuring)) == (restarts, process)
    assert "works" in held, "no samples are taken while JAX works for the user"
    assert asked[:2] == [Hush(True), Hush(False)]
    session = ended(qtbot, measuring)
    assert points(session) == POINTS
    assert session.timings is not None
    assert all(point.median_s for series in session.timings.series for point in series.points)
    assert session.timed == timed
    assert not actions.snapshot_of(session).timings, "they are not of what is shown now"
    measuring.store.apply(lambda s: actions.set_tab(s, "timing"))
    assert "of the code before your edits" in measuring.window.bottom.panels["timing"].caption.text()


def test_stopping_a_run_leaves_the_sweep_which_was_quiet_meanwhile(qtbot: QtBot, measuring: App) -> None:
    with standing_still(measuring):
        retype(measuring, INSIDE)
        wait_for(qtbot, measuring, lambda s: actions.is_tracing(s) and s.timer.held == "works")
        press(measuring, "Ctrl+.")
        session = measuring.store.session
        assert not actions.running(session)
        assert on_timer(session), "only the run was stopped"
    assert points(ended(qtbot, measuring)) == POINTS
    retype(measuring, GOOD)
    wait_done(qtbot, measuring)


def test_stopping_the_sweep_ends_its_process_alone_and_at_once(qtbot: QtBot, measuring: App) -> None:
    restarts, process, timer = measuring.store.session.worker.restarts, pid(measuring), measuring_pid(measuring)
    press(measuring, "Ctrl+.")
    session = measuring.store.session
    assert session.jobs.time is None
    assert points(session)
    assert session.time_problem is not None
    assert session.time_problem.severity == "stopped"
    qtbot.waitUntil(lambda: not is_alive(timer))
    assert (measuring.store.session.worker.restarts, pid(measuring)) == (restarts, process)
    measuring.act(session.time_problem.actions[0])
    assert points(ended(qtbot, measuring)) == POINTS, "the next one starts afresh"


COMPILES_LONG = """
import os, pathlib, time

def matvec(m, v):
    if os.path.exists({slow!r}):
        pathlib.Path({inside!r}).touch()
        time.sleep(600)
    return m @ v
"""


def test_stop_in_the_middle_of_compiling_ends_it_at_once_and_the_points_stay(
    qtbot: QtBot, app: App, tmp_path: Path
) -> None:
    slow, inside = tmp_path / "slow", tmp_path / "inside"
    retype(app, COMPILES_LONG.format(slow=str(slow), inside=str(inside)))
    assert wait_done(qtbot, app).problem is None
    app.store.apply(lambda session: replace(session, sweep=replace(SWEEP, variants=("jit(vmap)",))))
    app.window.run_command("measure")
    wait_for(qtbot, app, points)
    slow.touch()
    qtbot.waitUntil(inside.exists, timeout=60_000)
    before, timer = points(app.store.session), measuring_pid(app)
    press(app, "Ctrl+.")
    session = app.store.session
    assert (session.jobs.time, points(session)) == (None, before)
    qtbot.waitUntil(lambda: not is_alive(timer))


def test_a_worker_that_dies_in_the_middle_leaves_its_points_and_says_at_what(qtbot: QtBot, measuring: App) -> None:
    before = points(measuring.store.session)
    os.kill(measuring_pid(measuring), 9)
    session = ended(qtbot, measuring)
    assert points(session) >= before
    assert session.time_problem is not None
    assert session.time_problem.title.startswith("**JAX ended while measuring ")
    assert session.time_problem.title.endswith("; the points so far stay.**")
    assert session.worker.ready is not None
    assert session.problem is None


def test_other_devices_start_only_the_worker_that_measures_anew(qtbot: QtBot, measuring: App) -> None:
    ended(qtbot, measuring)
    restarts, timer, starts = (
        measuring.store.session.worker.restarts,
        measuring_pid(measuring),
        measuring.store.session.timer.starts,
    )
    measuring.window.run_command("measure")
    ended(qtbot, measuring)
    assert measuring_pid(measuring) == timer, "kept while its settings hold"
    measuring.store.apply(lambda s: actions.set_devices(s, 3))
    measuring.window.run_command("measure")
    session = ended(qtbot, measuring)
    assert session.timings is not None
    assert session.timings.devices.startswith("3 CPU devices on ")
    assert (session.timer.starts, session.worker.restarts) == (starts + 1, restarts)


def test_the_tab_tells_how_far_it_is_and_that_it_ended_unseen(qtbot: QtBot, measuring: App) -> None:
    tabs = measuring.window.bottom.tabs
    titles: list[str] = []
    measuring.store.changed.connect(lambda *_: titles.append(tabs.tabText(5)))
    ended(qtbot, measuring)
    wait_for(qtbot, measuring, lambda s: s.timing_news)
    assert any(title.startswith("Timing ") and title.endswith(" %") for title in titles)
    assert (tabs.tabText(5), tabs.accessibleTabName(5)) == ("Timing ✓", "Timing, finished")
    measuring.store.apply(lambda s: actions.set_tab(s, "timing"))
    assert tabs.tabText(5) == "Timing"


def test_a_picture_that_moves_makes_the_sweep_wait(qtbot: QtBot, measuring: App) -> None:
    clock = measuring.window.clock
    with standing_still(measuring):
        clock.home()
        clock.toggle()
        wait_for(qtbot, measuring, lambda s: s.timer.held == "plays")
    clock.pause()
    wait_for(qtbot, measuring, lambda s: not s.timer.held)
    assert points(ended(qtbot, measuring)) == POINTS


def test_the_worker_that_measures_is_not_behind_all_others(measuring: App, qtbot: QtBot) -> None:
    nice = {process: os.getpriority(os.PRIO_PROCESS, process) for process in (pid(measuring), measuring_pid(measuring))}
    assert nice[measuring_pid(measuring)] == os.getpriority(os.PRIO_PROCESS, 0) < nice[pid(measuring)]
    ended(qtbot, measuring)


def test_a_sweep_ends_where_a_snapshot_is_opened(qtbot: QtBot, measuring: App) -> None:
    snapshot = actions.snapshot_of(replace(measuring.store.session, timings=None))
    timer = measuring_pid(measuring)
    measuring.store.apply(lambda s: actions.open_snapshot(s, snapshot))
    assert measuring.store.session.jobs.time is None
    qtbot.waitUntil(lambda: not is_alive(timer))
    assert measuring.store.session.timings is None
