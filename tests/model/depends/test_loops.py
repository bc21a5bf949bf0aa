"""Through a while, where it is known how often it turned, for the whole call: exactly the cells that change its results."""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from msgspec.structs import replace

from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.model.depends import Case, Cells, look_at, sources, through
from vmapviz.model.depends.cells import no_value
from vmapviz.model.trace import Program, places_of
from vmapviz.model.values import Values

GIVEN = np.arange(8, dtype=np.float32).reshape(2, 4) + 1


def moved(x: Any, n: Any) -> Any:
    """Every turn moves the cells by one: after n turns a cell is that one so far away, and n decides."""
    return lax.while_loop(lambda c: c[1] > 0, lambda c: (jnp.roll(c[0], 1) * 2, c[1] - 1), (x, n))[0]


HELPER = jax.jit(moved)  # as functions of jnp's are


@jax.custom_jvp
def ruled(x: Any, n: Any) -> Any:
    return moved(x, n)


ruled.defjvp(lambda primals, tangents: (ruled(*primals), tangents[0]))
INSIDE: dict[str, Any] = {
    "at the top": moved,
    "in a call": HELPER,
    "in a call in a call": jax.jit(lambda x, n: HELPER(x + 1, n) * 2),
    "in two calls of one body": lambda x, n: HELPER(HELPER(x, n), n + 1),
    "with a rule of its own": ruled,
    "in the branch that is taken": lambda x, n: lax.cond(GIVEN.sum() > 1, moved, lambda x, n: moved(x, 2 * n), x, n),
}


@cache
def evaluated(fun: Any, counts: tuple[int, ...]) -> tuple[Program, Values]:
    traced = trace(fun, (Vmap(0, 0),), GIVEN, np.asarray(counts, np.int32))
    return traced.trace.batched, evaluate.values(traced)


def through_it(counts: tuple[int, ...], known: bool, example: int, at: int, fun: Any = moved) -> tuple[Cells, ...]:
    program, values = evaluated(fun, counts)
    looks = {name: look_at(preview) for name, preview in values.batched.items()}
    turns = {path: turning.turns for path, turning in values.turning.items()} | values.inner if known else {}
    return through(program, 0, (example, at), looks, places_of(program), turns)


@pytest.mark.parametrize("counts", [(0, 3), (1, 2), (6, 1)])
@pytest.mark.parametrize("fun", INSIDE.values(), ids=INSIDE)
def test_after_so_many_turns_a_cell_comes_from_the_one_so_far_away(fun: Any, counts: tuple[int, ...]) -> None:
    run = jax.jit(jax.vmap(fun))
    before = np.asarray(run(GIVEN, np.asarray(counts, np.int32)))
    others = {cell: GIVEN.copy() for cell in np.ndindex(GIVEN.shape)}
    for cell, other in others.items():
        other[cell] += 0.5
    changed = {cell: np.asarray(run(other, np.asarray(counts, np.int32))) != before for cell, other in others.items()}
    for example, at in np.ndindex(GIVEN.shape):
        x, n = through_it(counts, True, example, at, fun)
        assert x.exact
        assert set(x.each()) == {cell for cell, where in changed.items() if where[example, at]}
        assert (n.exact, list(n.each())) == (True, [(example,)])


@pytest.mark.parametrize("fun", INSIDE.values(), ids=INSIDE)
def test_of_one_example_alone_they_are_counted_as_well(fun: Any) -> None:
    traced = trace(fun, (Vmap(0, 0),), GIVEN, np.asarray((1, 2), np.int32))
    program, values = traced.trace.original, evaluate.values(traced)
    for example, at in np.ndindex(GIVEN.shape):
        looks = {name: look_at(preview) for name, preview in values.one[example].items()}
        turns = {path: turning.turns for path, turning in values.turning_one[example].items()}
        known = through(program, 0, (at,), looks, places_of(program), turns | values.inner_one[example])
        every = through_it((1, 2), True, example, at, fun)
        assert known[0].exact
        assert [(example, *cell) for cell in known[0].each()] == list(every[0].each())


def test_of_a_loop_in_a_loop_any_turn_may_be_meant() -> None:
    often: Any = lambda x, n: lax.scan(lambda c, _: (moved(c, n), None), x, None, 3)[0]  # noqa: E731
    x, n = through_it((1, 2), True, 0, 0, often)
    assert (x.exact, n.exact) == (False, False)
    assert evaluated(often, (1, 2))[1].inner == {}


def test_of_a_loop_that_turned_too_often_any_turn_may_be_meant() -> None:
    x, n = through_it((1, 4999), True, 1, 0)
    assert (x.exact, n.exact) == (False, False)
    assert set(x.each()) == {(1, at) for at in range(4)}


def test_of_a_loop_that_nobody_counted_any_turn_may_be_meant() -> None:
    x, n = through_it((1, 2), False, 0, 0)
    assert (x.exact, n.exact) == (False, False)
    assert set(x.each()) == {(0, at) for at in range(4)}


@pytest.mark.parametrize("output", [0, 1])
def test_what_a_scan_carries_is_told_by_ranks_where_no_parameter_says_it(output: int) -> None:
    fun = lambda w, c, xs: lax.scan(lambda c, x: (c[::-1] * w + x, c * x), c, xs)  # noqa: E731
    traced = trace(fun, (Vmap((None, 0, 0), 0),), np.float32(2), GIVEN, np.ones((2, 3, 4), np.float32))
    program = traced.trace.original
    (made,) = (each for each in program.equations if each.primitive == "scan")
    shapes = tuple(value.shape for value in program.inputs)
    without = tuple(each for each in made.params if each[0] not in ("num_consts", "num_carry"))
    index = (1,) if output == 0 else (2, 1)
    said, told = (
        sources(Case(equation, shapes, (no_value,) * 3, output, index, places_of(program)))
        for equation in (made, replace(made, params=without))
    )
    assert said == told
    assert [cells.count for cells in told] == [1, 1, 3]
