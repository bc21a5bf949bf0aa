"""Example i of every batched value is the value of that one example; where it is not, the first place is found."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from jax import lax
from jax.custom_batching import custom_vmap, sequential_vmap

from tests.engine.experiments import experiment, loaded_and_traced
from tests.there import there
from vmapviz import Vmap
from vmapviz.engine import compat
from vmapviz.engine import matching as engine
from vmapviz.engine.matching import matching
from vmapviz.engine.trace import trace
from vmapviz.model.matching import Matching
from vmapviz.model.trace import equations_of, is_literal, values_of

X = jnp.arange(5.0)
WRONG = 2  # the example that the rule computes wrongly


@custom_vmap
def wrong(x: Any) -> Any:
    return jnp.sin(x)


@wrong.def_vmap
def _(size: int, _batched: Any, x: Any) -> Any:
    return jnp.sin(x) * jnp.where(jnp.arange(size) == WRONG, 1.01, 1.0), True


def matched(fun: Any, *arguments: Any, example: int = 0, levels: tuple[Vmap, ...] = (Vmap(),)) -> Matching:
    return matching(trace(fun, levels, *arguments), example, budget=60)


def newton(a: Any) -> Any:
    return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-5 * a, lambda x: 0.5 * (x + a / x), a)


AGREE = {
    "calls": (lambda x: jax.jit(jnp.sin)(x) + jax.nn.relu(x), (Vmap(),), (X,)),
    "contraction": (lambda m, v: jnp.tanh(m @ v), (Vmap((None, 0)),), (jnp.ones((3, 4)), jnp.ones((5, 4)))),
    "while": (newton, (Vmap(),), (X + 1,)),
    "while of two levels": (newton, (Vmap(), Vmap(1)), (jnp.arange(15.0).reshape(5, 3) + 1,)),
    "scan": (lambda x: lax.scan(lambda c, y: (c * 0.5 + y, jnp.sin(c)), x, X, reverse=True), (Vmap(),), (X,)),
    "scan of all entries": (lambda x: lax.map(jnp.sin, x), (Vmap(1),), (jnp.ones((4, 5)),)),
    "branches": (lambda x: lax.cond(x > 2, jnp.sqrt, lambda x: 0.0 * x, x), (Vmap(),), (X,)),
    "one branch": (lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), (Vmap((None, 0)),), (True, X)),
    "not a number": (lambda x: jnp.log(x - 1) + 1, (Vmap(),), (X,)),
    "keys": (lambda k: jax.random.split(k), (Vmap(),), (jax.random.split(jax.random.key(0), 5),)),
    "gradients": (jax.grad(lambda w, x: jnp.sum(jnp.tanh(w * x)) ** 2), (Vmap((None, 0)),), (X, jnp.ones((5, 5)))),
    "one after the other": (lambda x: sequential_vmap(lambda x: jnp.sin(x) + 1)(x) * 2, (Vmap(),), (X,)),
    "no loops turn": (lambda x: lax.fori_loop(0, 0, lambda i, x: x + 1, x), (Vmap(),), (X,)),
}


@pytest.mark.parametrize("example", [0, 3])
@pytest.mark.parametrize("name", AGREE)
def test_what_vmap_makes_agrees_at_every_equation(name: str, example: int) -> None:
    fun, levels, arguments = AGREE[name]
    traced = trace(fun, levels, *arguments)
    found = matching(traced, example, budget=60)
    assert found.first is None
    assert found.differing == ()
    assert found.note == ""
    assert found.whole
    values = [v for v in values_of(traced.trace.original) if v.name != "_" and v.batched and v.batched[-1]]
    linked = {v.name for v in values if not is_literal(there(v.batched[-1]).name)}
    assert 0 < found.values <= len(linked)
    taken = {"branches", "one branch", "while", "while of two levels", "no loops turn"}
    assert found.values == len(linked) or name in taken  # what one example does not run cannot be compared


def test_a_wrong_rule_is_found_where_it_is() -> None:
    for example in range(5):
        found = matched(lambda x: wrong(x * 2) + 1, X, example=example)
        assert (found.first is None) == (example != WRONG)
    found = matched(lambda x: wrong(x * 2) + 1, X, example=WRONG)
    assert found.first is not None
    assert (found.first.path, found.first.turn) == ("1", ())
    assert found.first.difference == pytest.approx(abs(float(jnp.sin(4.0))) * 0.01, rel=1e-3)
    assert found.first.tolerance == 1e-4
    assert found.differing == ("1", "2")


def test_in_a_loop_the_iteration_is_found_too() -> None:
    def fun(x: Any) -> Any:
        return lax.scan(lambda c, n: (lax.cond(n == 3, wrong, lambda c: c + 1, c), c), x, jnp.arange(5))

    found = matched(fun, X, example=WRONG)
    assert found.first is not None
    assert found.first.turn == (3,)
    primitive = next(
        e.primitive for e in equations_of(trace(fun, (Vmap(),), X).trace.original) if e.path == found.first.path
    )
    assert primitive == "custom_vmap_call"


def test_in_a_long_loop_the_nearest_iteration_that_was_compared_is_told() -> None:
    def fun(x: Any) -> Any:
        return lax.fori_loop(0, 1000, lambda i, c: lax.cond(i == 500, wrong, lambda c: c, c), x)

    found = matched(fun, X, example=WRONG)
    assert found.some
    assert found.first is not None
    assert 500 <= found.first.turn[0] < 520


def test_rounding_that_grows_is_no_difference() -> None:
    """The logistic map forgets where it came from: after a hundred turns nothing agrees, though every turn does."""
    start = jnp.linspace(0.1, 0.9, 37)

    def fun(x: Any) -> Any:
        return lax.scan(lambda x, _: (wobbly(x), x), x, None, length=100)[1]

    found = matched(fun, start, example=1)
    assert found.grown > 0
    assert found.first is None


@custom_vmap
def wobbly(x: Any) -> Any:
    return 3.9 * x * (1 - x)


@wobbly.def_vmap
def _(size: int, _batched: Any, x: Any) -> Any:
    return 3.9 * x * (1 - x) * (1 + 1e-6), True  # as another order of the same sums may round


def test_a_long_chaotic_loop_is_followed_from_the_iteration_before() -> None:
    start = jnp.linspace(0.1, 0.9, 37)
    found = matched(lambda x: lax.fori_loop(0, 150, lambda i, x: wobbly(x), x), start, example=1)
    assert found.some
    assert found.grown > 0
    assert found.first is None


def test_nearly_nothing_left_of_a_difference_is_no_difference() -> None:
    """`x - f(x) / f'(x)` near a root: f(x) is all rounding."""

    def fun(a: Any) -> Any:
        def f(x: Any) -> Any:
            return x * x * x - a

        return lax.fori_loop(0, 20, lambda i, x: x - f(x) / jax.grad(f)(x), a)

    for example in range(5):
        assert matched(fun, jnp.linspace(1.0, 9.0, 5), example=example).first is None


def test_without_one_example_there_is_nothing_to_compare() -> None:
    _, traced = loaded_and_traced(experiment('def f(x): return x / lax.psum(x, "i")', "f32[5]", Vmap(axis_name="i")))
    found = matching(traced, 0)
    assert (found.values, found.first) == (0, None)
    assert "needs all examples at once" in found.note


def test_what_takes_too_long_is_left_for_later() -> None:
    traced = trace(lambda x: jnp.cos(jnp.sin(x)), (Vmap(),), X)
    found = matching(traced, 0, budget=-1.0)
    assert not found.whole
    assert found.note
    assert matching(traced, 0, budget=60).whole


def test_too_large_values_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_BYTES", 100)
    found = matched(lambda x: jnp.ones(1000).sum() * x, X)
    assert "too large" in found.note
    assert found.values > 0


def test_a_result_that_is_not_what_its_body_gave_last_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every iteration agrees, and the batched loop hands on something else."""
    traced = trace(lambda x: lax.while_loop(lambda s: s < 100, lambda s: s * 2, x) + 1, (Vmap(),), X + 1)
    bind = compat.bind

    def wrong(equation: Any, given: dict[str, Any], operands: Any) -> list[Any]:
        outputs = bind(equation, given, operands)
        batched = str(equation.primitive) == "while" and jnp.ndim(outputs[0]) == 1
        return [value * 1.5 for value in outputs] if batched else outputs

    monkeypatch.setattr(compat, "bind", wrong)
    found = matching(traced, 2, budget=60)
    assert found.first is not None
    assert (found.first.path, found.grown) == ("0", 0)


@pytest.mark.skipif(not hasattr(jax, "new_ref"), reason="references came later")
def test_what_is_written_to_is_written_once() -> None:
    def fun(x: Any) -> Any:
        ref = jax.new_ref(x)
        lax.fori_loop(0, 3, lambda i, c: (jax.ref.addupdate(ref, ..., c), c)[1], x)
        return ref[...]

    found = matched(fun, X, example=2)
    assert found.first is None
    assert found.values > 1
