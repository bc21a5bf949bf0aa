"""Through a while, where it is known how often it turned, for the whole call: exactly the cells that change its results."""

from __future__ import annotations

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
from vmapviz.model.trace import places_of

GIVEN = np.arange(8, dtype=np.float32).reshape(2, 4) + 1


def moved(x: Any, n: Any) -> Any:
    """Every turn moves the cells by one: after n turns a cell is that one so far away, and n decides."""
    return lax.while_loop(lambda c: c[1] > 0, lambda c: (jnp.roll(c[0], 1) * 2, c[1] - 1), (x, n))[0]


def through_it(counts: tuple[int, ...], known: bool, example: int, at: int) -> tuple[Cells, ...]:
    traced = trace(moved, (Vmap(0, 0),), GIVEN, np.asarray(counts, np.int32))
    program, values = traced.trace.batched, evaluate.values(traced)
    looks = {name: look_at(preview) for name, preview in values.batched.items()}
    turns = {path: turning.turns for path, turning in values.turning.items()} if known else {}
    return through(program, 0, (example, at), looks, places_of(program), turns)


@pytest.mark.parametrize("counts", [(0, 3), (1, 2), (6, 1)])
def test_after_so_many_turns_a_cell_comes_from_the_one_so_far_away(counts: tuple[int, ...]) -> None:
    run = jax.jit(jax.vmap(moved))
    before = np.asarray(run(GIVEN, np.asarray(counts, np.int32)))
    for example, at in np.ndindex(GIVEN.shape):
        x, n = through_it(counts, True, example, at)
        truth = set()
        for cell in np.ndindex(GIVEN.shape):
            other = GIVEN.copy()
            other[cell] += 0.5
            if np.asarray(run(other, np.asarray(counts, np.int32)))[example, at] != before[example, at]:
                truth.add(cell)
        assert x.exact
        assert set(x.each()) == truth
        assert (n.exact, list(n.each())) == (True, [(example,)])


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
