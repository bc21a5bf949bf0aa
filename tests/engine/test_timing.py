"""Timings: the same answer first, no invented points, every skipped one with its reason."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from tests.engine.experiments import experiment
from tests.engine.sweeps import MATVEC, NESTED, SHARED, TREES, last, swept
from vmapviz.engine import timing
from vmapviz.engine.load import load
from vmapviz.engine.measuring import ceilings
from vmapviz.engine.measuring.batches import batches
from vmapviz.engine.measuring.stopwatch import Stopwatch
from vmapviz.engine.measuring.ways import NotPossibleError, Way
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Time
from vmapviz.model.timing import UNSTEADY

BUDGETS = (timing.FIRST_BUDGETS, timing.RUN_BUDGETS)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with something else must not make a first run too long for its budget."""
    monkeypatch.setattr(timing, "FIRST_BUDGETS", 1000)
    monkeypatch.setattr(timing, "RUN_BUDGETS", 1000)


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
    assert updates[-1].timings.agreed == "by hand and loop differ by 1 at 4 examples."


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


def test_what_would_pass_a_budget_is_refused_before_it_starts() -> None:
    sweep = timing._Sweep(load(MATVEC), Time(1, MATVEC, ("loop", "jit(loop)"), (1, 100, 1000), 1, 2.0, total_s=60.0))
    known, places = sweep.forecast.known, {stop.at: stop for stop in sweep.stops}
    known["loop"].runs.append((1, 0.01))
    sweep._refuse("loop", places[100])
    with pytest.raises(NotPossibleError, match="would pass the 2 s budget"):
        sweep._refuse("loop", places[1000])
    known["jit(loop)"].compiling.append((10, 1.0))
    with pytest.raises(NotPossibleError, match="compile would pass the 10 s budget"):
        sweep._refuse("jit(loop)", places[1000])
    sweep.start -= 59.5
    with pytest.raises(NotPossibleError, match="would pass the total of 60 s"):
        sweep._refuse("loop", places[100])
    sweep.waited_s -= 30.0  # that long others asked for silence
    sweep._refuse("loop", places[100])


def test_of_a_point_that_is_being_sampled_only_its_samples_remain() -> None:
    sweep = timing._Sweep(load(MATVEC), Time(1, MATVEC, ("vmap",), (1, 4), 1, 3.0))
    sweep.forecast.known["vmap"].runs.append((1, 0.03))
    sweep.forecast.known["vmap"].starting.append((1, 5.0))
    samples_s = 25 * 0.03
    assert sweep._remaining() == pytest.approx(2 * (5.0 + samples_s))
    watch = Stopwatch(lambda: None, 1.0)
    sweep.at, sweep.watches = 1, {"vmap": watch}
    watch.spent_s = 0.5
    assert sweep._remaining() == pytest.approx(samples_s - 0.5 + 5.0 + samples_s)
    watch.spent_s = 9.0
    assert sweep._remaining() == pytest.approx(5.0 + samples_s)


# --- over something else than the number of examples ------------------------------------------------------------------

LETTERED = experiment("def f(W, x): return W @ x", "f32[D,D], f32[B,D]", Vmap("(None, 0)"))


def test_a_sweep_over_a_letter_fills_its_types_anew() -> None:
    updates = swept(LETTERED, ("vmap", "jit(vmap)"), (2, 8), over="D", examples=3)
    timings = updates[-1].timings
    assert timings.over == "D"
    assert "`D` filled by type" in timings.batches
    for series in timings.series:
        assert [(point.at, point.batch) for point in series.points] == [(2, 3), (8, 3)]
        assert all(point.median_s for point in series.points)
    flops = [point.compiled.cost.flops for point in timings.series[1].points if point.compiled]
    assert flops == [2 * 3 * D**2 for D in (2, 8)]
    assert any(update.doing.startswith("jit(vmap), D = 8") for update in updates)


def test_the_letter_of_the_examples_is_the_number_of_examples() -> None:
    points = last(LETTERED, "vmap", sizes=(2, 8), over="B")["vmap"].points
    assert [(point.at, point.batch) for point in points] == [(2, 2), (8, 8)]


def test_a_letter_that_no_type_has_is_skipped_with_the_reason() -> None:
    assert last(LETTERED, "vmap", over="Z")["vmap"].points[0].skipped == "no argument has a letter Z in its type"


def test_a_letter_whose_sizes_do_not_fit_fails_at_those_only() -> None:
    four = experiment("def f(x): return x @ jnp.ones((4,))", "f32[B,D]")
    points = last(four, "vmap", sizes=(4, 5), over="D")["vmap"].points
    assert points[0].median_s
    assert points[1].skipped
    assert points[1].skipped.startswith("TypeError: dot_general requires contracting dimensions")


def test_a_sweep_over_devices_uses_so_many_or_none() -> None:
    timings = swept(MATVEC, ("jit(vmap)", "pmap", "shard_map"), (1, 2, 3, 64), over="devices", examples=4)[-1].timings
    assert timings.devices.startswith(f"{jax.local_device_count()} CPU devices on ")
    series = {one.variant: one for one in timings.series}
    for name in ("pmap", "shard_map"):
        points = series[name].points
        assert [(point.at, point.batch) for point in points] == [(1, 4), (2, 4), (3, 4), (64, 4)]
        assert points[0].median_s
        assert points[1].median_s
        assert points[2].skipped == "3 devices do not divide 4"
        assert points[3].skipped == f"there are {jax.local_device_count()} devices"
    assert [bool(point.median_s) for point in series["jit(vmap)"].points] == [True, True, True, False]


def test_fewer_examples_than_devices_are_skipped_where_the_devices_are_what_is_swept() -> None:
    assert last(MATVEC, "pmap", sizes=(8,), over="devices", examples=4)["pmap"].points[0].skipped == (
        "4 examples for 8 devices"
    )
    assert last(MATVEC, "pmap", devices=8)["pmap"].note == "4 devices, cut beforehand"


# --- with the gradient ------------------------------------------------------------------------------------------------


def test_gradients_agree_before_they_count() -> None:
    updates = swept(MATVEC, ("loop", "loop jit split", "jit(vmap)", "pmap", "by hand"), grad=True)
    timings = updates[-1].timings
    assert timings.grad
    assert timings.agreed == "to 1e-4, relative, or 5e-07, at every size that ran"
    assert all(series.points[0].median_s for series in timings.series)
    assert timings.series[2].code == (
        "jax.jit(jax.grad(lambda W, x: jnp.sum(jax.vmap(f, in_axes=(None, 0))(W, x)), argnums=(0, 1)))(W, x)"
    )


def test_a_gradient_that_cancels_to_nothing_agrees() -> None:
    one = experiment("def f(x): return 0.0 * x\ndef r(x): return 1e-7 * x\n", "f32[5]", reference="r")
    series = last(one, "vmap", "by hand", grad=True)
    assert series["by hand"].points[0].median_s
    assert series["by hand"].difference == pytest.approx(1e-7)


def test_what_cannot_be_differentiated_is_skipped_in_jaxs_words() -> None:
    turning = experiment("def f(x): return lax.while_loop(lambda y: y < 9, lambda y: y + 1, x)", "f32[5]")
    why = last(turning, "jit(vmap)", grad=True)["jit(vmap)"].points[0].skipped
    assert why
    assert why.startswith("ValueError: Reverse-mode differentiation does not work")


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_what_fails_at_some_sizes_is_skipped_there_alone() -> None:
    body = "def f(x): return 2 * x\ndef r(x):\n    if len(x) == 6: raise ValueError('six')\n    return 2 * x\n"
    points = last(experiment(body, "f32[5]", reference="r"), "vmap", "by hand", sizes=(4, 6, 8))["by hand"].points
    assert [point.skipped for point in points] == [None, "ValueError: six", None]


def test_what_does_not_fit_into_memory_is_skipped_there_alone() -> None:
    body = "def f(x): return x\ndef r(x): return x + jnp.zeros((10**13 if len(x) == 6 else 1,))[0]\n"
    points = last(experiment(body, "f32[5]", reference="r"), "by hand", sizes=(4, 6, 8))["by hand"].points
    assert [point.skipped for point in points] == [None, "not enough memory", None]


WILD = "count = [0]\ndef f(x):\n    count[0] += 1\n    return x + count[0]\n"


def test_a_function_that_gives_other_numbers_each_time_is_told_and_timed() -> None:
    updates = swept(experiment(WILD, "f32[5]"), ("loop", "vmap", "jit(vmap)"))
    timings = updates[-1].timings
    assert all(series.points[0].median_s for series in timings.series)
    assert [series.note for series in timings.series] == [UNSTEADY, UNSTEADY, ""]
    assert timings.agreed == f"The function {UNSTEADY}: its answers cannot be compared."


def test_so_is_one_whose_compiled_programs_each_keep_other_numbers() -> None:
    series = last(experiment(WILD, "f32[5]"), "jit(loop)", "jit(vmap)")
    assert all(one.points[0].median_s for one in series.values())
    assert [one.note for one in series.values()] == [UNSTEADY, UNSTEADY]


def test_so_is_one_that_begins_to_at_a_later_size() -> None:
    body = "count = [0]\ndef f(x): return x\ndef r(x):\n    count[0] += len(x) == 6\n    return x + count[0]\n"
    series = last(experiment(body, "f32[5]", reference="r"), "vmap", "by hand", sizes=(4, 6))["by hand"]
    assert [point.skipped for point in series.points] == [None, None]
    assert series.note == UNSTEADY


def test_nan_equals_nan_and_it_is_said() -> None:
    updates = swept(experiment("def f(x): return jnp.sqrt(-1.0 - x * x)", "f32[5]"), ("loop", "jit(vmap)"))
    timings = updates[-1].timings
    assert all(series.points[0].median_s for series in timings.series)
    assert timings.agreed == "to 1e-4, relative, at every size that ran; NaN counts as equal to NaN"


def test_a_nan_where_others_have_a_number_is_no_agreement() -> None:
    body = "def f(x): return x\ndef r(x): return x.at[0].set(jnp.nan)\n"
    assert last(experiment(body, "f32[5]", reference="r"), "loop", "by hand")["by hand"].points[0].skipped == (
        "its answer differs from that of loop"
    )


def test_the_largest_difference_stands_beside_the_series() -> None:
    body = "def f(x): return x\ndef r(x): return x.at[1].add(1e-5)\n"
    series = last(experiment(body, "f32[5]", reference="r"), "loop", "by hand", "vmap")
    assert series["by hand"].difference == pytest.approx(1e-5, rel=0.1)
    assert series["vmap"].difference == 0.0
    assert last(MATVEC, "vmap")["vmap"].difference is None


def test_one_run_that_passes_the_budget_is_not_repeated() -> None:
    points = last(MATVEC, "loop", "vmap", sizes=(1, 2), budget=1e-9)["loop"].points
    assert points[0].skipped == "its first run passes the 1e-09 s budget"


@pytest.mark.parametrize(
    ("seconds", "why"),
    [
        ((8.0,), ""),
        ((20.0, 1.0), ""),  # it compiled in the first
        ((20.0, 9.0), "one run passes the 2 s budget"),
        ((25.0,), "its first run passes the 2 s budget"),
    ],
)
def test_a_first_run_may_be_longer_than_later_ones(
    monkeypatch: pytest.MonkeyPatch, seconds: tuple[float, ...], why: str
) -> None:
    assert BUDGETS == (12, 4)
    monkeypatch.setattr(timing, "FIRST_BUDGETS", 12)
    monkeypatch.setattr(timing, "RUN_BUDGETS", 4)
    sweep = timing._Sweep(load(MATVEC), Time(1, MATVEC, ("vmap",), (1,), 1, 2.0))
    now, left = [0.0], iter(seconds)
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])

    def run() -> None:
        now[0] += next(left)

    if why:
        with pytest.raises(NotPossibleError, match=why):
            sweep._affordable(Way(run, ""), 0.0)
    else:
        sweep._affordable(Way(run, ""), 0.0)
    assert next(left, None) is None


def test_what_the_total_does_not_allow_is_skipped_and_what_ran_stays() -> None:
    updates = swept(MATVEC, ("vmap", "jit(vmap)"), (1, 2, 4), total_s=1e-3)
    points = [point for series in updates[-1].timings.series for point in series.points]
    assert len(points) == 6
    assert points[-1].skipped == "would pass the total of 0.001 s"
    assert updates[-1].done


def test_a_batch_without_examples_is_skipped_with_the_reason() -> None:
    series = last(MATVEC, "loop", "jit(vmap)", "pmap", sizes=(0, 4))
    assert series["loop"].points[0].skipped == series["pmap"].points[0].skipped == "there are no examples"
    assert series["jit(vmap)"].points[0].median_s
    none = experiment("def f(x): return x.sum()", "jnp.zeros((0, 3))")
    assert last(none, "vmap")["vmap"].points[0].skipped == "there are no examples to repeat"


@pytest.mark.parametrize("one", [TREES, NESTED], ids=["trees", "nested"])
def test_trees_and_nested_vmaps_are_timed_in_every_way(one: Experiment) -> None:
    updates = swept(
        one, ("loop", "loop jit split", "jit(vmap)", "pmap", "shard_map", "lax.map", "lax.map 2"), devices=2
    )
    assert [series.points[0].skipped for series in updates[-1].timings.series] == [None] * 7
    assert updates[-1].timings.agreed == "to 1e-4, relative, at every size that ran"


def test_what_is_compiled_ahead_stands_with_its_point() -> None:
    series = last(MATVEC, "vmap", "loop jit", "jit(vmap)", sizes=(2, 4))
    assert [point.compiled for point in series["vmap"].points] == [None, None]
    for name in ("loop jit", "jit(vmap)"):
        costs = [point.compiled.cost.flops for point in series[name].points if point.compiled]
        assert costs == [24.0, 48.0]


def test_the_ceilings_come_after_the_first_size_and_stay() -> None:
    updates = swept(MATVEC, ("vmap",), (1, 2))
    known = [update.timings.ceiling is not None for update in updates]
    first = known.index(True)
    assert known == [False] * first + [True] * (len(known) - first)
    assert any(point.median_s for series in updates[first - 1].timings.series for point in series.points)
    assert updates[-1].timings.ceiling == ceilings.ceiling()


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


def test_examples_are_filled_by_type_beside_another_letter_too() -> None:
    args, _ = batches(load(LETTERED)).lettered("D", 7, 100).arguments
    assert [arg.shape for arg in args] == [(7, 7), (100, 7)]
    assert len(np.unique(args[1], axis=0)) > 50


def test_an_axis_size_grows_with_the_batch() -> None:
    call = batches(load(experiment("def f(k): return k + 1", "f32[3]", Vmap("None", axis_size=4)))).sized(9)
    assert call.mapped(1)(*call.arguments[0]).shape == (9, 3)
