"""Timings: the same answer first, no invented points, every skipped one with its reason."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.engine.experiments import experiment
from vmapviz.engine import stopwatch, timing, variants
from vmapviz.engine.agreement import agree
from vmapviz.engine.batches import batches
from vmapviz.engine.load import Loaded, load
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Time, Timed
from vmapviz.model.timing import VARIANTS, Series

MATVEC = experiment(
    "def f(W, x): return W @ x\ndef g(W, x): return x @ W.T\n", "f32[2,3], f32[5,3]", Vmap("(None, 0)"), reference="g"
)
TREES = experiment(
    "def f(p, x, *, s): return {'a': p['w'] * x, 'b': x.sum() + s}",
    "{'w': f32[3]}, f32[3,5], s=f32[5]",
    Vmap("(None, 1)", "{'a': 1, 'b': -1}"),
)
NESTED = experiment(
    "def f(a, b): return jnp.sum((a - b) ** 2)", "f32[3,2], f32[4,2]", Vmap("(None, 0)"), Vmap("(0, None)")
)
SHARED = experiment("def f(x): return x + 1, jnp.float32(2)", "f32[5]", Vmap("0", "(0, None)"))


def last(one: Experiment, *names: str, sizes: tuple[int, ...] = (4,), budget: float = 0.2) -> dict[str, Series]:
    """The series of a finished sweep, by variant."""
    return {series.variant: series for series in swept(one, names, sizes, budget)[-1].timings.series}


def swept(one: Experiment, names: tuple[str, ...], sizes: tuple[int, ...] = (4,), budget: float = 0.2) -> list[Timed]:
    return list(timing.sweep(load(one), Time(1, one, names, sizes, 1, budget)))


@pytest.mark.parametrize("one", [MATVEC, TREES, NESTED, SHARED], ids=["matvec", "trees", "nested", "shared"])
@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "by hand"])
def test_every_way_gives_vmaps_answer(one: Experiment, name: str) -> None:
    batch = _batch(load(one), 4)
    args, kwargs = batch.call.arguments
    expected = batch.call.mapped(len(batch.call.levels))(*args, **kwargs)
    way = variants.WAYS[name](batch)
    assert agree(way.whole(way.run()), expected).same


def _batch(loaded: Loaded, size: int) -> variants.Batch:
    return variants.Batch(batches(loaded).sized(size), loaded, 1, all_at_once=False)


def test_a_sweep_measures_every_point_and_ends_done() -> None:
    updates = swept(MATVEC, ("loop", "jit(vmap)", "by hand"), (1, 6))
    assert [update.done for update in updates] == [False] * (len(updates) - 1) + [True]
    assert updates[-1].progress == 1.0
    progress = [update.progress for update in updates]
    assert progress == sorted(progress)
    timings = updates[-1].timings
    for series in timings.series:
        assert [point.batch for point in series.points] == [1, 6]
        for point in series.points:
            assert point.samples >= 1
            assert point.q25_s is not None
            assert point.median_s is not None
            assert point.q75_s is not None
            assert 0 < point.q25_s <= point.median_s <= point.q75_s
    assert timings.agreed == "to 1e-4, relative, at every size that ran"
    assert "cores" in timings.machine or "core" in timings.machine
    assert "repeated in turn" in timings.batches


def test_compile_times_stand_where_something_is_compiled() -> None:
    series = last(MATVEC, "loop", "loop jit", "vmap", "jit(vmap)")
    assert [name for name, one in series.items() if one.compile_s] == ["loop jit", "jit(vmap)"]


def test_a_way_with_another_answer_is_not_timed() -> None:
    wrong = experiment("def f(x): return 2 * x\ndef r(x): return 2 * x + 1\n", "f32[5]", reference="r")
    updates = swept(wrong, ("loop", "by hand"))
    loop, by_hand = updates[-1].timings.series
    assert loop.points[0].skipped is None
    assert by_hand.points[0].median_s is None
    assert by_hand.points[0].skipped == by_hand.note == "its answer differs from that of loop"
    assert updates[-1].timings.agreed == "by hand and loop differ by 1 at 4."


def test_a_function_that_uses_its_axis_name_has_no_loops() -> None:
    series = last(
        experiment('def f(x): return x / lax.psum(x, "i")', "f32[5]", Vmap(axis_name="i")),
        "loop",
        "loop jit",
        "lax.map",
        "jit(vmap)",
        "pmap",
    )
    for name in ("loop", "loop jit", "lax.map"):
        assert series[name].points[0].skipped == "needs all examples at once"
    assert series["jit(vmap)"].points[0].median_s
    assert series["pmap"].points[0].skipped == "a function with an axis name needs one device per example"


def test_without_a_reference_by_hand_says_so() -> None:
    assert last(SHARED, "by hand")["by hand"].points[0].skipped == "there is no reference function"


def test_a_size_beyond_memory_is_skipped_with_the_bytes() -> None:
    point = last(MATVEC, "vmap", sizes=(10**12,))["vmap"].points[0]
    assert point.median_s is None
    assert point.skipped is not None
    assert point.skipped.startswith("would need ")
    assert "TB" in point.skipped


def test_a_function_that_fails_is_skipped_with_python_s_words() -> None:
    body = "def f(x):\n    return x\ndef r(x):\n    raise ValueError('not today')\n"
    assert (
        last(experiment(body, "f32[5]", reference="r"), "by hand")["by hand"].points[0].skipped
        == "ValueError: not today"
    )


@pytest.mark.parametrize(
    ("known", "linear", "expected"),
    [
        ([], True, 0.0),
        ([(4, 1.0)], True, 4.0),
        ([(4, 1.0)], False, 1.0),
        ([(4, 1.0), (8, 1.0)], False, 1.0),
        ([(4, 1.0), (8, 2.0)], False, 4.0),
    ],
)
def test_larger_sizes_are_judged_by_smaller_ones(known: list[tuple[int, float]], linear: bool, expected: float) -> None:
    assert timing._predicted(known, 16, linear) == pytest.approx(expected)


def test_what_would_pass_the_budget_is_skipped() -> None:
    sweep = timing._Sweep(load(MATVEC), Time(1, MATVEC, ("loop", "jit(loop)"), (1, 1000), 1, 2.0))
    sweep.points["loop"][1] = stopwatch_point(1, 0.01)
    sweep.compiled["jit(loop)"] = [(10, 1.0)]
    assert sweep._too_long("loop", 100) == ""
    assert sweep._too_long("loop", 1000) == "would pass the 2 s budget"
    assert sweep._too_long("jit(loop)", 1000) == "compile would pass the 10 s budget"


def stopwatch_point(batch: int, seconds: float) -> timing.Point:
    return timing.Point(batch, seconds, seconds, seconds, 5)


# --- batches of other sizes -------------------------------------------------------------------------------------------


def test_given_examples_repeat_in_turn_along_the_mapped_axis() -> None:
    loaded = load(TREES)
    args, kwargs = batches(loaded).sized(7).arguments
    turn = np.arange(7) % 5
    assert (args[1] == np.asarray(loaded.args[1])[:, turn]).all()
    assert (kwargs["s"] == np.asarray(loaded.kwargs["s"])[turn]).all()
    assert args[0]["w"].shape == (3,)


def test_keys_repeat_as_keys() -> None:
    args, _ = batches(load(experiment("def f(k): return jax.random.normal(k)", "key[2]"))).sized(3).arguments
    assert jax.dtypes.issubdtype(args[0].dtype, jax.dtypes.prng_key)
    assert (jax.random.key_data(args[0][2]) == jax.random.key_data(args[0][0])).all()


def test_letters_are_filled_by_type() -> None:
    made = batches(load(experiment("def f(W, x): return W @ x", "f32[N,3], f32[B,3]", Vmap("(None, 0)"))))
    args, _ = made.sized(100).arguments
    assert [arg.shape for arg in args] == [(5, 3), (100, 3)]
    assert len(np.unique(args[1], axis=0)) > 50
    assert "`B` filled by type" in made.words()


def test_an_axis_size_grows_with_the_batch() -> None:
    call = batches(load(experiment("def f(k): return k + 1", "f32[3]", Vmap("None", axis_size=4)))).sized(9)
    assert call.mapped(1)(*call.arguments[0]).shape == (9, 3)


# --- the stopwatch ----------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Clock:
    """A clock that moves only when something runs."""

    now: float = 0.0

    def running(self, seconds: float) -> Callable[[], None]:
        def run() -> None:
            self.now += seconds

        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: made.now)
    return made


def test_a_quick_run_is_repeated_within_a_sample(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(1e-5), budget=1.0)
    watch.calibrate()
    before = clock.now
    watch.sample()
    assert clock.now - before >= stopwatch.SAMPLE_S * 0.999
    assert watch.samples == pytest.approx([1e-5])


def test_a_slow_run_is_its_own_sample_and_ends_within_the_budget(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(0.3), budget=1.0)
    watch.calibrate()
    while not watch.done():
        watch.sample()
    assert len(watch.samples) == 4
    assert watch.point(8).median_s == pytest.approx(0.3)
    assert not watch.point(8).unstable


def test_one_sample_of_a_very_slow_run_is_marked_unstable(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(5.0), budget=1.0)
    watch.calibrate()
    assert watch.done()
    assert watch.point(8).unstable


def test_samples_far_apart_are_marked_unstable() -> None:
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    watch.samples = [1.0, 1.0, 2.0, 2.0]
    point = watch.point(8)
    assert point.unstable
    assert point.median_s == statistics.median(watch.samples)


def test_stacking_takes_the_first_of_what_is_shared() -> None:
    stacked = variants.stacked([(jnp.zeros(2), 1), (jnp.ones(2), 1)], (1, None))
    assert stacked[0].tolist() == [[0, 1], [0, 1]]
    assert stacked[1] == 1
