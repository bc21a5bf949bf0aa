"""The numbers shown are JAX's own, for one example and for all, and a wrong result is found out."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.engine.experiments import experiment, loaded_and_traced
from vmapviz.engine import examples, memory
from vmapviz.engine.agreement import agree
from vmapviz.engine.evaluate import values
from vmapviz.engine.previews import histogram, preview
from vmapviz.engine.results import result
from vmapviz.model.experiment import Experiment, Vmap

DISTANCE = "def f(a, b):\n    return jnp.sqrt(jnp.sum((a - b) ** 2))\n"
DISTANCES = experiment(DISTANCE, "f32[3,2], f32[4,2]", Vmap("(None, 0)"), Vmap("(0, None)"))
FUNCTIONS = [
    experiment(
        "def f(W, x): return {'y': W @ x, 'z': x.sum()}", "f32[2,3], f32[5,3]", Vmap("(None, 0)", "{'y': 1, 'z': 0}")
    ),
    DISTANCES,
    experiment("def f(x): return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)", "jnp.array([4.0, -1, 9, 0, 2.25])"),
    experiment("def f(x): return lax.while_loop(lambda s: s < 100, lambda s: s * 2, x)", "jnp.array([1.0, 3, 7])"),
    experiment("def f(k): return jax.random.normal(k, (3,)), k", "key[5]"),
    experiment("def f(x, *, s): return x * s + jnp.arange(3.0)", "f32[5,3], s=f32[5]"),
    experiment("def f(x): return x.astype(jnp.bfloat16), x * 1j", "f32[5]"),
]


@pytest.mark.parametrize("one", FUNCTIONS, ids=[one.source.splitlines()[3] for one in FUNCTIONS])
def test_every_value_is_the_slice_of_its_batched_value(one: Experiment) -> None:
    _, traced = loaded_and_traced(one)
    found = values(traced)
    assert found.examples == tuple(range(min(8, examples.count(traced.call))))
    program = traced.trace.original
    checked = 0
    for value in (*program.inputs, *(out for equation in program.equations for out in equation.outputs)):
        became = value.batched[-1]
        if became is None or became.name not in found.batched or value.name == "_":
            continue
        whole = found.batched[became.name]
        if whole.shown != whole.shape or not whole.cells:
            continue
        array = np.array(whole.cells, object).reshape(whole.shape)
        for example, shown in zip(found.examples, found.one, strict=True):
            part = examples.result_of(array, became.axes, traced.call, example)
            got = np.array(part, object).ravel().tolist()
            assert _close(got, list(shown[value.name].cells)), value.name
            checked += 1
    assert checked >= len(found.examples)


def _close(ones: list[object], others: list[object]) -> bool:
    numbers = all(isinstance(one, int | float) for one in [*ones, *others])
    return np.allclose(ones, others, equal_nan=True) if numbers else ones == others  # type: ignore[arg-type]


@pytest.mark.parametrize("one", FUNCTIONS, ids=[one.source.splitlines()[3] for one in FUNCTIONS])
def test_the_result_agrees_with_the_loop(one: Experiment) -> None:
    loaded, traced = loaded_and_traced(one)
    found = result(traced, loaded)
    (check,) = found.checks
    assert check.against == "loop"
    assert all(check.same)
    assert len(check.examples) == check.of == examples.count(traced.call)
    for leaf in found.leaves:
        assert len(leaf.loop) == check.of


def test_the_followed_example_is_among_those_shown() -> None:
    _, traced = loaded_and_traced(experiment("def f(x): return x + 1", "f32[100]"))
    assert values(traced, (42,)).examples == (*range(8), 42)


def test_two_levels_are_counted_outermost_first() -> None:
    loaded, traced = loaded_and_traced(DISTANCES)
    args, _ = examples.arguments_of(traced.call, 6)
    assert (args[0] == loaded.args[0][1]).all()
    assert (args[1] == loaded.args[1][2]).all()


def test_a_long_batch_is_compared_at_64_evenly_spaced_examples() -> None:
    loaded, traced = loaded_and_traced(experiment("def f(x): return x + 1", "f32[1000]"))
    (check,) = result(traced, loaded).checks
    assert check.of == 1000
    assert 1 <= len(check.examples) <= 64
    assert examples.spread(1000, 64)[0] == 0
    assert examples.spread(1000, 64)[-1] == 999


def test_a_wrong_reference_is_found_out() -> None:
    body = "def f(x): return 2 * x\ndef r(x): return 2 * x + jnp.array([0, 0, 0.5, 0, 0])\n"
    loaded, traced = loaded_and_traced(experiment(body, "f32[5]", reference="r"))
    loop, reference = result(traced, loaded).checks
    assert all(loop.same)
    assert (reference.against, reference.same) == ("r", (True, True, False, True, True))
    assert reference.differences[2] == 0.5


def test_a_reference_of_another_shape_is_said() -> None:
    body = "def f(x): return 2 * x\ndef r(x): return x[:2]\n"
    loaded, traced = loaded_and_traced(experiment(body, "f32[5]", reference="r"))
    check = result(traced, loaded).checks[1]
    assert not any(check.same)
    assert check.note == "The shapes differ: [5] and [2]."


def test_a_function_that_uses_its_axis_name_has_no_loop() -> None:
    loaded, traced = loaded_and_traced(
        experiment('def f(x): return x / lax.psum(x, "i")', "f32[5,2]", Vmap(axis_name="i"))
    )
    found, shown = result(traced, loaded), values(traced)
    assert [check.against for check in found.checks] == ["jit(vmap)"]
    assert "needs all examples at once" in found.note
    assert shown.one == ()
    assert "needs all examples at once" in shown.why
    assert shown.batched


def test_an_axis_name_that_is_not_used_keeps_its_loop() -> None:
    loaded, traced = loaded_and_traced(experiment("def f(x): return x + 1", "f32[5]", Vmap(axis_name="i")))
    assert [check.against for check in result(traced, loaded).checks] == ["loop"]


def test_nan_equals_nan_and_it_is_said() -> None:
    loaded, traced = loaded_and_traced(experiment("def f(x): return x / x", "jnp.array([0.0, 1.0])"))
    (check,) = result(traced, loaded).checks
    assert all(check.same)
    assert check.note == "NaN counts as equal to NaN."
    assert not agree(jnp.array([jnp.nan]), jnp.array([1.0])).same


@pytest.mark.parametrize(
    ("dtype", "gap", "same"),
    [("float32", 1e-5, True), ("float32", 1e-3, False), ("bfloat16", 1e-2, True), ("int32", 1, False)],
)
def test_the_tolerance_follows_the_type(dtype: str, gap: float, same: bool) -> None:
    one = jnp.array([1, 100], dtype)
    other = (jnp.array([1, 100], "float32") + jnp.array([0, 100 * gap if gap < 1 else gap])).astype(dtype)
    assert agree(other, one).same is same


def test_previews_show_the_first_eight_and_sum_up_all() -> None:
    shown = preview(jnp.arange(100.0).reshape(10, 10).at[9, 9].set(jnp.nan).at[9, 8].set(jnp.inf))
    assert shown.shown == (8, 8)
    assert shown.cells[8] == 10.0
    assert (shown.low, shown.high, shown.nans, shown.infs) == (0.0, 97.0, 1, 1)
    assert shown.mean == pytest.approx(48.5)


def test_keys_and_complex_numbers_are_shown_as_text() -> None:
    keys = preview(jax.random.split(jax.random.key(0), 2))
    assert keys.shape == (2,)
    assert all(isinstance(cell, str) and len(cell.split()) == 2 for cell in keys.cells)
    assert preview(jnp.array(1 + 2j)).cells == ("1+2j",)


def test_empty_arrays_have_no_statistics() -> None:
    shown = preview(jnp.zeros((0, 3)))
    assert (shown.cells, shown.low, histogram(jnp.zeros(0))) == ((), None, ())


def test_a_histogram_counts_every_finite_entry() -> None:
    assert sum(histogram(jnp.arange(100.0).at[0].set(jnp.nan))) == 99


def test_more_than_memory_holds_is_refused_before_anything_runs() -> None:
    body = "def f(x):\n    print('ran')\n    return jnp.ones((1000000, 1000000)) * x\n"
    loaded, traced = loaded_and_traced(experiment(body, "f32[5]"))
    with pytest.raises(memory.NeedsMemoryError):
        values(traced)
    with pytest.raises(memory.NeedsMemoryError):
        result(traced, loaded)


def test_memory_counts_what_is_alive_at_once() -> None:
    chain = jax.make_jaxpr(lambda x: jnp.sin(jnp.sin(jnp.sin(x))))(jnp.zeros(1000))
    assert memory.peak_bytes(chain) == 3 * 4000  # the argument and two links of the chain
