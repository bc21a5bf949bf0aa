"""Over whole programs: every cell that is named is one of its operand, and what is said of examples together is said so."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import vmapviz
from tests.engine.corpus import PROGRAMS
from vmapviz.model.depends import Case, sources
from vmapviz.model.depends.cells import no_value
from vmapviz.model.trace import Equation, Program, equations_of, places_of, values_of

SOME = list(PROGRAMS)[::12]


def first_and_last(program: Program) -> list[Case]:
    """The first and the last cell of all that the equations of a program give, at any depth."""
    places, shapes = places_of(program), {value.name: value.shape for value in values_of(program)}
    found = []
    for each in equations_of(program):
        operands = tuple(shapes.get(name, ()) for name in each.inputs)
        for output, value in enumerate(each.outputs):
            corners = [tuple(0 for _ in value.shape), tuple(size - 1 for size in value.shape)]
            looks = (no_value,) * len(operands)
            found += [Case(each, operands, looks, output, at, places) for at in corners if 0 not in value.shape]
    return found


@pytest.mark.parametrize("name", SOME)
def test_every_cell_that_is_named_is_there(name: str) -> None:
    made = PROGRAMS[name]
    for program in vmapviz.trace(made.fun, levels=made.levels)(*made.args).programs:
        for case in first_and_last(program):
            found = sources(case)
            assert len(found) == len(case.shapes), case.equation.primitive
            for cells, shape in zip(found, case.shapes, strict=True):
                for box in cells.boxes:
                    ends = [(along[0], along[-1]) for along in box]
                    assert all(0 <= at < size for pair, size in zip(ends, shape, strict=True) for at in pair)


def equation(primitive: str, fun: Any, batched: bool) -> tuple[Equation, tuple[tuple[int, ...], ...]]:
    trace = vmapviz.trace(fun, axis_name="i")(jnp.ones((4, 3)))
    program = trace.batched if batched else trace.original
    shapes = {value.name: value.shape for value in values_of(program)}
    made = next(each for each in equations_of(program) if each.primitive == primitive)
    return made, tuple(shapes.get(name, ()) for name in made.inputs)


def test_a_sum_over_the_examples_comes_from_all_of_them() -> None:
    made, shapes = equation("psum", lambda x: lax.psum(x, "i"), batched=False)
    (cells,) = sources(Case(made, shapes, (no_value,), 0, (1,)))
    assert (list(cells.each()), cells.exact, cells.everyone) == ([(1,)], True, True)


def test_in_the_batched_program_they_lie_along_an_axis() -> None:
    made, shapes = equation("psum", lambda x: lax.psum(x, "i"), batched=True)
    (cells,) = sources(Case(made, shapes, (no_value,), 0, (1,)))
    assert (list(cells.each()), cells.everyone) == ([(n, 1) for n in range(4)], False)


def test_what_one_other_example_sends_is_not_said_to_be_known() -> None:
    made, shapes = equation("ppermute", lambda x: lax.ppermute(x, "i", [(n, (n + 1) % 4) for n in range(4)]), False)
    (cells,) = sources(Case(made, shapes, (no_value,), 0, (2,)))
    assert (list(cells.each()), cells.exact, cells.everyone) == ([(2,)], False, True)


def test_an_exchange_of_rows_reaches_those_from_its_own_on() -> None:
    trace = vmapviz.trace(lambda p: lax.linalg.lu_pivots_to_permutation(p, 3))(np.array([[0, 1, 2]], np.int32))
    made = next(each for each in trace.original.equations if each.primitive == "lu_pivots_to_permutation")
    pivots = [np.array(each, np.int32) for each in product(range(3), range(1, 3), range(2, 3))]  # none goes back up
    orders = {tuple(each): np.asarray(lax.linalg.lu_pivots_to_permutation(each, 3)) for each in pivots}
    for row in range(3):
        (cells,) = sources(Case(made, ((3,),), (no_value,), 0, (row,)))
        changed = {
            n
            for one, other in combinations(orders, 2)
            for n in range(3)
            if orders[one][row] != orders[other][row] and [k for k in range(3) if one[k] != other[k]] == [n]
        }
        assert (
            changed <= {at for (at,) in cells.each()} <= changed | {2}
        )  # the last one has no other to change places with


def test_a_way_back_that_is_too_long_is_not_gone_to_its_end() -> None:
    def long(x: Any) -> Any:
        return lax.fori_loop(0, 10_000, lambda _, c: c + jax.nn.softmax(c), x)

    trace = vmapviz.trace(long)(np.ones((2, 5), np.float32))
    case = next(case for case in first_and_last(trace.original) if case.equation.primitive == "scan")
    found = sources(case)
    assert not any(cells.exact for cells in found if cells.boxes)
    assert case.steps[0] < 10_000
