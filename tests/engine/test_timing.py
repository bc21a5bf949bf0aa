"""Timings: the same answer first, no invented points, every skipped one with its reason."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from tests.engine.experiments import experiment
from tests.engine.sweeps import MATVEC, SHARED, TREES, last, swept
from vmapviz.engine import timing
from vmapviz.engine.batches import batches
from vmapviz.engine.load import load
from vmapviz.engine.ways import NotPossibleError
from vmapviz.model.experiment import Vmap
from vmapviz.model.messages import Time


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
