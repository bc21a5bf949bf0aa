"""The ratios of the README's table, each measured against something plain in the same run; nothing here asserts a time."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest
from PySide6.QtCore import QElapsedTimer, QTimer

from vmapviz.engine.load import load
from vmapviz.engine.timing import sweep
from vmapviz.engine.trace import trace
from vmapviz.gui.panels.programs import Programs
from vmapviz.model import actions, messages, wire
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.session import Session

pytestmark = pytest.mark.bench
FIRST_PAINT = str(Path(__file__).with_name("first_paint.py"))


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


def source_of(name: str, number: int) -> tuple[str, str]:
    """A fresh function each time, since JAX remembers functions: its source and its arguments."""
    if name == "matvec":
        return f"def f(m, v):\n    return m @ v  # {number}\n", "f32[2,3], f32[5,3]"
    lines = [f"    x = x * {k}.5 + x" if k % 2 else "    x = jnp.sin(x)" for k in range(int(name) * 2 // 3)]
    body = "\n".join(lines)
    return f"import jax.numpy as jnp\n\ndef f(x):\n{body}\n    return x  # {number}\n", "f32[5,3]"


@pytest.mark.parametrize("name", ["matvec", "100", "1000"])
def test_edit_to_both_programs_shown_against_plain_jax(name: str, qtbot: object) -> None:
    panel = Programs()
    panel.resize(910, 430)
    qtbot.addWidget(panel)  # type: ignore[attr-defined]
    panel.show()

    def ours(number: int) -> float:
        source, arguments = source_of(name, 2 * number)
        axes = Vmap("(None, 0)" if name == "matvec" else "0")
        gc.collect()
        start = time.perf_counter()
        session = actions.started(Session(experiment=Experiment(source, "f", arguments, (axes,))), "trace")
        loaded = load(session.experiment)
        traced = trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)
        frame = wire.encode(
            messages.Traced(session.jobs.trace or 0, traced.trace, loaded.arguments, traced.results, 0.0)
        )
        reply = wire.decode_reply(next(wire.Frames().feed(frame)))
        shown = actions.receive(session, reply)
        panel.show_session(session, shown)
        panel.grab()
        return (time.perf_counter() - start) * 1000

    def plain(number: int) -> float:
        source, _ = source_of(name, 2 * number + 1)
        args = (jnp.ones((2, 3)), jnp.ones((5, 3))) if name == "matvec" else (jnp.ones((5, 3)),)
        one = (args[0], args[1][0]) if name == "matvec" else (args[0][0],)
        gc.collect()
        start = time.perf_counter()
        namespace: dict[str, object] = {"jnp": jnp}
        exec(source, namespace)
        fun = namespace["f"]
        str(jax.make_jaxpr(fun)(*one))
        str(jax.make_jaxpr(jax.vmap(fun, (None, 0) if name == "matvec" else 0))(*args))
        return (time.perf_counter() - start) * 1000

    ours(900), plain(900)
    row(f"edit to both programs shown ÷ plain JAX tracing and printing both ({name})", *paired(ours, plain, 9))


def test_our_median_against_timeit() -> None:
    m, v = jnp.ones((2, 3)), jnp.ones((1024, 3))
    fun = jax.jit(jax.vmap(lambda m, v: m @ v, (None, 0)))
    fun(m, v).block_until_ready()
    experiment = Experiment("def f(m, v):\n    return m @ v\n", "f", "f32[2,3], f32[1024,3]", (Vmap("(None, 0)"),))
    loaded = load(experiment)

    def ours(_: int) -> float:
        request = messages.Time(1, experiment, ("jit(vmap)",), (1024,), 1, 2.0)
        last = list(sweep(loaded, request))[-1]
        return (last.timings.series[0].points[0].median_s or float("nan")) * 1e6

    def plain(_: int) -> float:
        times = timeit.repeat(lambda: fun(m, v).block_until_ready(), number=200, repeat=25)
        return statistics.median(times) / 200 * 1e6

    row("our median ÷ timeit's for jit(vmap(matvec)) at B = 1024", *paired(ours, plain, 5), "µs")


def test_longest_stall_while_a_sweep_runs(app: object, qtbot: object) -> None:
    """The longest time between two beats of a 5 ms timer, with a sweep running, against the same with nothing running."""
    idle = _longest_gap(qtbot, lambda: None, 3000, lambda: False)
    start = lambda: app.store.apply(actions.measure)  # type: ignore[attr-defined]  # noqa: E731
    busy = _longest_gap(qtbot, start, 60_000, lambda: app.store.session.jobs.time is None)  # type: ignore[attr-defined]
    row("longest stall of the window, sweep running ÷ idle", busy / idle, busy, idle)


def _longest_gap(qtbot: object, start: Callable[[], None], milliseconds: int, ended: Callable[[], bool]) -> float:
    clock, gaps = QElapsedTimer(), [0.0]
    beat = QTimer()
    beat.setInterval(5)
    beat.timeout.connect(lambda: gaps.append(clock.nsecsElapsed() / 1e6 - 0) or clock.restart())
    clock.start()
    start()
    beat.start()
    limit = QElapsedTimer()
    limit.start()
    qtbot.waitUntil(lambda: ended() or limit.elapsed() > milliseconds, timeout=milliseconds + 5000)  # type: ignore[attr-defined]
    beat.stop()
    return max(gaps[2:])
