"""The ratios of the README's table, each measured against something plain in the same run; nothing here asserts a time."""

from __future__ import annotations

import ast
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from PySide6.QtCore import QElapsedTimer, QTimer
from pytestqt.qtbot import QtBot

from tests.bench import programs
from vmapviz.engine.load import load
from vmapviz.engine.trace import trace
from vmapviz.gui.app import App
from vmapviz.gui.panels.programs import Programs
from vmapviz.model import actions, messages, wire
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.session import Session

pytestmark = pytest.mark.bench
FIRST_PAINT, MEMORY = (str(Path(__file__).with_name(name)) for name in ("first_paint.py", "memory.py"))


def row(what: str, ratio: float, ours: float, plain: float, unit: str = "ms") -> None:
    """One line of the table."""
    print(f"\n| {what} | {ratio:.2f} | {ours:.4g} {unit} | {plain:.4g} {unit} |", flush=True)


def paired(ours: Callable[[int], float], plain: Callable[[int], float], rounds: int) -> tuple[float, float, float]:
    """Median ratio and medians of two measurements taken in turn."""
    pairs = [(ours(i), plain(i)) for i in range(rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    return ratio, statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def test_first_painted_window_against_a_bare_one() -> None:
    def paint(kind: str) -> Callable[[int], float]:
        def run(_: int) -> float:
            command = [sys.executable, FIRST_PAINT, kind, str(time.time())]
            return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) * 1000

        return run

    ours, plain = paint("vmapviz"), paint("bare")
    ours(0), plain(0)
    row("first painted window ÷ bare window with one label", *paired(ours, plain, 7))


MATVEC = "import jax.numpy as jnp\n\ndef f(m, v):\n    return m @ v"
SIZES = [(shape, count) for shape in ("flat", "nested") for count in (10, 100, 1_000, 10_000)]


def source_of(shape: str, count: int, number: int) -> str:
    """A fresh function each time, since JAX remembers functions."""
    if shape == "matvec":
        return f"{MATVEC}  # {number}\n"
    return {"flat": programs.flat, "nested": programs.nested}[shape](count, number)


@pytest.mark.parametrize(("shape", "count"), [("matvec", 1), *SIZES])
def test_edit_to_both_programs_shown_against_plain_jax(shape: str, count: int, qtbot: QtBot) -> None:
    panel = Programs()
    panel.resize(910, 430)
    qtbot.addWidget(panel)
    panel.show()
    types, axes = ("f32[2,3], f32[5,3]", "(None, 0)") if shape == "matvec" else ("f32[5,3]", "0")
    sent: list[float] = []

    def ours(number: int) -> float:
        source = source_of(shape, count, 2 * number)
        gc.collect()
        start = time.perf_counter()
        session = actions.started(Session(experiment=Experiment(source, "f", types, (Vmap(axes),))), "trace")
        loaded = load(session.experiment)
        traced = trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)
        frame = wire.encode(messages.Traced(1, traced.trace, loaded.arguments, traced.results, 0.0))
        sent.append((time.perf_counter() - start) * 1000)
        shown = actions.receive(session, wire.decode_reply(next(wire.Frames().feed(frame))))
        panel.show_session(session, shown)
        panel.grab()
        return (time.perf_counter() - start) * 1000

    def plain(number: int) -> float:
        source = source_of(shape, count, 2 * number + 1)
        args = (jnp.ones((2, 3)), jnp.ones((5, 3))) if shape == "matvec" else (jnp.ones((5, 3)),)
        one = (*args[:-1], args[-1][0])
        gc.collect()
        start = time.perf_counter()
        namespace: dict[str, Any] = {}
        exec(source, namespace)
        fun = namespace["f"]
        str(jax.make_jaxpr(fun)(*one))
        str(jax.make_jaxpr(jax.vmap(fun, ast.literal_eval(axes)))(*args))
        return (time.perf_counter() - start) * 1000

    ours(900), plain(900)
    sent.clear()
    name = shape if shape == "matvec" else f"{count:,} equations, {shape}"
    ratio, shown, printed = paired(ours, plain, 9 if count < 1_000 else 5)
    row(f"edit to both programs shown ÷ plain JAX tracing and printing both ({name})", ratio, shown, printed)
    row(
        f"  of that, until the worker has sent them ({name})",
        statistics.median(sent) / printed,
        statistics.median(sent),
        printed,
    )


@pytest.mark.parametrize("shape", ["flat", "nested"])
def test_peak_memory_against_plain_jax(shape: str) -> None:
    def grown(who: str) -> float:
        command = [sys.executable, MEMORY, who, shape, "10000"]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / 1e6

    ours, plain = grown("ours"), grown("plain")
    row(f"peak memory of both programs of 10,000 equations, {shape} ÷ plain JAX's", ours / plain, ours, plain, "MB")


def test_longest_stall_while_a_sweep_runs(app: App, qtbot: QtBot) -> None:
    """The longest time between two beats of a 5 ms timer, with a sweep running, against the same with nothing running."""
    idle = _longest_gap(qtbot, lambda: None, 3000, lambda: False)
    busy = _longest_gap(
        qtbot, lambda: app.store.apply(actions.measure), 60_000, lambda: app.store.session.jobs.time is None
    )
    row("longest stall of the window, sweep running ÷ idle", busy / idle, busy, idle)


def _longest_gap(qtbot: QtBot, start: Callable[[], None], milliseconds: int, ended: Callable[[], bool]) -> float:
    clock, gaps = QElapsedTimer(), [0.0]
    beat = QTimer()
    beat.setInterval(5)
    beat.timeout.connect(lambda: gaps.append(clock.nsecsElapsed() / 1e6 - 0) or clock.restart())
    clock.start()
    start()
    beat.start()
    limit = QElapsedTimer()
    limit.start()
    qtbot.waitUntil(lambda: ended() or limit.elapsed() > milliseconds, timeout=milliseconds + 5000)
    beat.stop()
    return max(gaps[2:])
