"""How true the timing lab's numbers are: against timeit in the same run, what measuring costs beside, how well it foresees its end."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import pytest

from vmapviz.engine.load import load
from vmapviz.engine.measuring import ceilings, rounds, variants
from vmapviz.engine.measuring.batches import batches
from vmapviz.engine.measuring.bystanders import Bystanders
from vmapviz.engine.measuring.stopwatch import SAMPLE_S, Stopwatch
from vmapviz.engine.measuring.ways import Batch
from vmapviz.engine.timing import sweep
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Time

pytestmark = pytest.mark.bench
BUSY = str(Path(__file__).with_name("busy.py"))
IDLE = str(Path(__file__).with_name("idle_window.py"))
TIMES_OPENED = 3
HEAD = "import jax, jax.numpy as jnp\nfrom jax import lax\nimport numpy as np\n"
MOST_ROUNDS, FEWEST_ROUNDS, ENOUGH_S = 1001, 15, 3.0

# From nanoseconds to 100 milliseconds: what it is, the function, its arguments, the way it runs.
FUNCTIONS = (
    ("Python that does nothing", "def f(x): return x\ndef r(x): return None\n", "f32[4]", "by hand"),
    ("Python's sum of ten numbers", "def f(x): return x\ndef r(x): return sum(range(10))\n", "f32[4]", "by hand"),
    ("numpy's sum of 1,000", "a = np.ones(1000)\ndef f(x): return x\ndef r(x): return a.sum()\n", "f32[4]", "by hand"),
    ("one addition", "def f(x): return x + 1", "f32[1]", "jit(vmap)"),
    ("matvec, 16 examples", "def f(x): return jnp.ones((2, 3)) @ x", "f32[16,3]", "jit(vmap)"),
    ("matvec, 8 examples, loop jit", "def f(x): return jnp.ones((2, 3)) @ x", "f32[8,3]", "loop jit"),
    ("matvec 64, 1,024 examples", "def f(x): return jnp.ones((64, 64)) @ x", "f32[1024,64]", "jit(vmap)"),
    ("softmax of 1,000, 256 examples", "def f(x): return jax.nn.softmax(x)", "f32[256,1000]", "jit(vmap)"),
    ("vmap without jit", "def f(x): return jnp.tanh(jnp.ones((8, 8)) @ x)", "f32[64,8]", "vmap"),
    (
        "solve 32, 64 examples",
        "def f(x): return jnp.linalg.solve(x + 40 * jnp.eye(32), x[0])",
        "f32[64,32,32]",
        "jit(vmap)",
    ),
    ("matmul 512, 8 examples", "def f(x): return x @ x", "f32[8,512,512]", "jit(vmap)"),
    ("matmul 1024, 6 examples", "def f(x): return x @ x", "f32[6,1024,1024]", "jit(vmap)"),
)


@pytest.mark.parametrize(("what", "body", "arguments", "name"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS])
def test_our_median_against_timeits(what: str, body: str, arguments: str, name: str) -> None:
    """Of the same compiled callable, one sample of each in turn."""
    experiment = Experiment(HEAD + body, "f", arguments, (Vmap(),), reference="r" if "def r" in body else None)
    loaded = load(experiment)
    call = batches(loaded).call
    way = variants.way(name, Batch(call, loaded, 1, all_at_once=False))
    watch = Stopwatch(way.run, 1e9, way.run())
    watch.calibrate()
    timer = timeit.Timer(plain(way, loaded, call))
    number = max(1, math.ceil(SAMPLE_S / (timer.timeit(max(1, watch.repeats // 4)) / max(1, watch.repeats // 4))))
    theirs: list[float] = []
    bystanders = Bystanders()
    watch.samples.clear()
    end = time.perf_counter() + ENOUGH_S
    for k in range(MOST_ROUNDS):
        if k >= FEWEST_ROUNDS and time.perf_counter() > end:
            break
        for first in (k % 2, 1 - k % 2):
            if first:
                watch.sample()
            else:
                if number > 1:
                    timer.timeit(1)
                theirs.append(timer.timeit(number) / number)
    taken = bystanders.lap()
    ours, plainly = watch.point(1).median_s or math.nan, statistics.median(theirs)
    low, _, high = statistics.quantiles(theirs, n=4)
    fastest = statistics.quantiles(watch.samples, n=4)[0] / low
    busy = "unknown" if taken is None else f"{taken.others_s / taken.wall_s:.2f} cores"
    print(
        f"\n| {what} | {ours / plainly:.3f} | {1e6 * ours:.5g} µs | {1e6 * plainly:.5g} µs "
        f"| ± {(high - low) / 2 / plainly:.0%} of {len(theirs)}, of the lower quartiles {fastest:.3f} "
        f"| others {busy}, load {os.getloadavg()[0]:.1f} |",
        flush=True,
    )


def plain(way: Any, loaded: Any, call: Any) -> Callable[[], Any]:
    """What a user would give to timeit: the call, waited for."""
    args, _ = call.arguments
    if loaded.reference is not None:
        reference = loaded.reference
        return lambda: reference(*args)
    if way.ahead is None or way.ahead.times > 1:
        run = way.run
        return lambda: run().block_until_ready()
    fun, values = way.ahead.jitted, way.ahead.args
    if len(values) == 1:
        (x,) = values
        return lambda: fun(x).block_until_ready()
    return lambda: fun(*values).block_until_ready()


# --- what measuring costs, and how well its end is foreseen -----------------------------------------------------------

MATVEC = Experiment(HEAD + "def f(m, v): return m @ v", "f", "f32[64,64], f32[5,64]", (Vmap("(None, 0)"),))
WAYS = ("loop", "loop jit", "vmap", "jit(vmap)", "pmap", "lax.map")
SIZES = (1, 4, 16, 64, 256, 1024)


def test_time_outside_the_measured_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, sampled, sampling = [0.0], [0.0], [0.0]
    timed, sample, taken = Stopwatch._timed, Stopwatch.sample, rounds.rounds

    def counted(self: Stopwatch, repeats: int) -> float:
        seconds = timed(self, repeats)
        inside[0] += seconds
        return seconds

    def counted_sample(self: Stopwatch) -> None:
        before = inside[0]
        sample(self)
        sampled[0] += inside[0] - before

    def clocked(*args: Any) -> Any:
        before = time.perf_counter()
        for name in taken(*args):
            sampling[0] += time.perf_counter() - before
            yield name
            before = time.perf_counter()

    monkeypatch.setattr(Stopwatch, "_timed", counted)
    monkeypatch.setattr(Stopwatch, "sample", counted_sample)
    monkeypatch.setattr("vmapviz.engine.timing.rounds", clocked)
    ceilings.ceiling.cache_clear()
    loaded = load(MATVEC)
    start, left = time.perf_counter(), []
    for update in sweep(loaded, Time(1, MATVEC, WAYS, SIZES, jax.local_device_count(), 2.0)):
        left.append((time.perf_counter() - start, update.remaining_s))
    whole = time.perf_counter() - start
    print(
        f"\n| a sweep of {len(WAYS)} ways and {len(SIZES)} sizes | {whole:.1f} s, of which measured calls {inside[0]:.1f} s |"
    )
    print(f"| outside ÷ inside: all, with first runs and compiling | {whole / inside[0] - 1:.2f} |")
    print(f"| outside ÷ inside: between samples | {sampling[0] / sampled[0] - 1:.4f} |")
    for share in (0.1, 0.25, 0.5, 0.75):
        at, expected = min(left, key=lambda row: abs(row[0] - share * whole))
        print(f"| remaining time foreseen ÷ true after {share:.0%} | {expected / (whole - at):.2f} |", flush=True)


def test_the_ceilings_are_cheap() -> None:
    ceilings.ceiling.cache_clear()
    start = time.perf_counter()
    found = ceilings.ceiling()
    seconds = time.perf_counter() - start
    print(
        f"\n| ceilings | {seconds:.2f} s | {found.flops_per_s / 1e9:.0f} Gflop/s "
        f"| {found.bytes_per_s / 1e9:.0f} GB/s | {found.dispatch_s * 1e6:.1f} µs |",
        flush=True,
    )


# --- when others are busy: what stopwatch.BUSY stands on --------------------------------------------------------------

BUSY_BODIES = tuple(FUNCTIONS[k][:3] for k in (3, 6, 7))
SHARES = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0)
REPETITIONS = 5


def test_what_others_do_to_a_median() -> None:
    """Medians beside a process that is busy for a share of the time, against those beside none, each several times in turn."""
    runs = {what: run_of(body, arguments) for what, body, arguments in BUSY_BODIES}
    medians: dict[tuple[str, float], list[float]] = {}
    taken: dict[float, list[float]] = {}
    for _ in range(REPETITIONS):
        for share in SHARES:
            with busy(share):
                watches = {what: Stopwatch(run, 1.0, run()) for what, run in runs.items()}
                for watch in watches.values():
                    watch.calibrate()
                bystanders = Bystanders()
                list(rounds.rounds(watches, lambda: False))
                found = bystanders.lap()
            for what, watch in watches.items():
                medians.setdefault((what, share), []).append(watch.point(1).median_s or math.nan)
            taken.setdefault(share, []).append(math.nan if found is None else found.others_s / found.wall_s)
    for share in SHARES:
        shifts = (
            f"{what}: {statistics.median(medians[what, share]) / statistics.median(medians[what, 0.0]):.2f}"
            for what in runs
        )
        print(
            f"\n| others busy for {share:.0%} of a core, {statistics.median(taken[share]):.2f} cores seen | {', '.join(shifts)} |",
            flush=True,
        )


def run_of(body: str, arguments: str) -> Callable[[], Any]:
    """jit(vmap(f)) of these."""
    loaded = load(Experiment(HEAD + body, "f", arguments, (Vmap(),)))
    return variants.way("jit(vmap)", Batch(batches(loaded).call, loaded, 1, all_at_once=False)).run


@contextmanager
def busy(share: float) -> Iterator[None]:
    """Another process is busy for a share of the time."""
    if not share:
        yield
        return
    with beside(BUSY, str(share)):
        yield


@contextmanager
def beside(script: str, *arguments: str) -> Iterator[None]:
    """A script runs meanwhile, which has said that it begins."""
    with subprocess.Popen([sys.executable, script, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def test_an_open_window_that_is_idle_changes_nothing() -> None:
    """The same sweep with the window open and idle, and closed, in turn."""
    open_s: dict[str, list[float]] = {}
    closed_s: dict[str, list[float]] = {}
    for _ in range(TIMES_OPENED):
        with beside(IDLE):
            _add_medians(open_s)
        _add_medians(closed_s)
    for name, medians in open_s.items():
        ratio = statistics.median(medians) / statistics.median(closed_s[name])
        spread = max(closed_s[name]) / min(closed_s[name])
        print(f"\n| {name}: window open and idle ÷ closed | {ratio:.3f} | closed runs differ {spread:.2f} times |")


def _add_medians(found: dict[str, list[float]]) -> None:
    body = "def f(x): return jnp.tanh(jnp.ones((64, 64)) @ x)"
    experiment = Experiment(HEAD + body, "f", "f32[256,64]", (Vmap(),))
    request = Time(1, experiment, ("loop jit", "vmap", "jit(vmap)"), (256,), 1, 2.0)
    for series in list(sweep(load(experiment), request))[-1].timings.series:
        found.setdefault(series.variant, []).append(series.points[0].median_s or math.nan)
