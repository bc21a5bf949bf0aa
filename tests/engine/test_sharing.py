"""An inner jaxpr that is used many times is traced, batched, kept and printed once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from vmapviz import Vmap, trace
from vmapviz.engine import memory
from vmapviz.model.trace import Program, Trace, equations_of, places_of


@jax.jit
def g(x: Any) -> Any:
    return jnp.sin(x) * 2.0


def twice(x: Any, y: Any) -> Any:
    return g(x) + g(y) + g(x + y) + g(g(y))


def unrolled(turns: int, fun: Callable[[Any], Any] = g) -> Callable[[Any], Any]:
    return lambda x: functools.reduce(lambda y, _: fun(y), range(turns), x)


def doubled(deep: int) -> Callable[[Any], Any]:
    """A function that calls a jitted one twice, which calls another twice, and so on."""

    def calls(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return jax.jit(lambda x: inner(x) + inner(x * 2.0))

    return functools.reduce(lambda fun, _: calls(fun), range(deep), jnp.sin)


def bodies(program: Program) -> list[str | None]:
    return [inner.same_as for e in equations_of(program) for _, inner in e.subprograms]


def test_a_function_called_again_is_kept_where_it_stands_first() -> None:
    traced = trace(twice)(jnp.ones(5), jnp.ones(5))
    assert bodies(traced.original) == [None, "0.jaxpr", "0.jaxpr", "0.jaxpr", "0.jaxpr"]
    assert bodies(traced.batched) == bodies(traced.original)
    assert traced.exact
    again = traced.batched.equations[1].subprograms[0][1]
    assert again == Program((), (), (), (), "0.jaxpr")


def test_two_ways_to_batch_it_are_two_programs_of_one_origin() -> None:
    traced = trace(twice, in_axes=(0, None))(jnp.ones(5), jnp.float32(1))
    assert bodies(traced.original).count(None) == 1
    batched, shared = places_of(traced.batched).values()
    assert [e.origin for e in batched.equations] == [e.origin for e in shared.equations] == ["0.jaxpr.0", "0.jaxpr.1"]
    assert [v.axes for e in batched.equations for v in e.outputs] == [((0,),)] * 2
    assert [v.axes for e in shared.equations for v in e.outputs] == [(None,)] * 2
    assert traced.exact


def test_every_level_keeps_it_once() -> None:
    traced = trace(twice, levels=[Vmap(in_axes=(0, 0)), Vmap(in_axes=(0, None))])(jnp.ones((3, 5)), jnp.ones(5))
    assert traced.exact
    assert [bodies(program).count(None) for program in traced.programs] == [1, 1, 2]
    values = [v for e in places_of(traced.original)["0.jaxpr"].equations for v in e.outputs]
    assert [[b.shape for b in value.batched if b] for value in values] == [[(5,), (3, 5)]] * 2


def test_text_does_not_grow_with_the_length_of_what_is_called() -> None:
    def size(turns: int, length: int) -> int:
        long = jax.jit(unrolled(length, jnp.sin))
        return len(trace(unrolled(turns, long))(jnp.ones(5)).to_json())

    assert size(40, 100) - size(20, 100) < 1.2 * (size(40, 10) - size(20, 10))


def test_calls_within_calls_do_not_multiply() -> None:
    traced = trace(doubled(40))(jnp.ones(5))
    assert traced.exact
    assert len(list(equations_of(traced.original))) == len(list(equations_of(traced.batched))) == 1 + 40 * 4
    assert memory.peak_bytes(jax.make_jaxpr(jax.vmap(doubled(40)))(jnp.ones(5))) > 0


@pytest.mark.parametrize("branch", [jnp.sin, g])
def test_branches_that_vmap_unfolds_are_shown_at_each_use(branch: Callable[[Any], Any]) -> None:
    def f(x: Any) -> Any:
        choose = functools.partial(jax.lax.cond, true_fun=branch, false_fun=jnp.cos)
        return choose(x > 0, operand=x) + choose(x > 1, operand=x)

    traced: Trace = trace(f)(jnp.linspace(-1.0, 2.0, 5))
    assert traced.exact
    conds = [e.path for e in traced.original.equations if e.primitive == "cond"]
    for path in conds:
        assert any(e.origin == f"{path}.branches[0].0" for e in traced.batched.equations)
