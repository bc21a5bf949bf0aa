"""Of what the examples exchange: every cell of every example is changed, and JAX asked which cells of which examples change with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from jax import lax

import vmapviz
from vmapviz.model.depends import Case, sources
from vmapviz.model.depends.cells import no_value
from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.trace import Equation

N = 4
ROUND = [(k, (k + 1) % N) for k in range(N)]
CHAIN = [(3, 0), (0, 2), (2, 1), (1, 3)]
FAMILIES: dict[str, tuple[Callable[[Any], Any], tuple[tuple[int, ...], ...], str]] = {
    "psum": (lambda x: lax.psum(x, "i"), ((), (3,), (2, 3)), "psum"),
    "pmean": (lambda x: lax.pmean(x, "i"), ((), (3,), (2, 3)), "psum"),
    "pmax": (lambda x: lax.pmax(x, "i"), ((), (3,), (2, 3)), "pmax"),
    "pmin": (lambda x: lax.pmin(x, "i"), ((), (3,), (2, 3)), "pmin"),
    "all_gather": (lambda x: lax.all_gather(x, "i"), ((), (3,), (2, 3)), "all_gather"),
    "all_gather along": (lambda x: lax.all_gather(x, "i", axis=x.ndim), ((), (3,), (2, 3)), "all_gather"),
    "all_gather tiled": (lambda x: lax.all_gather(x, "i", tiled=True), ((1,), (3,), (2, 3)), "all_gather"),
    "ppermute": (lambda x: lax.ppermute(x, "i", ROUND), ((), (3,), (2, 3)), "ppermute"),
    "ppermute crossed": (lambda x: lax.ppermute(x, "i", CHAIN), ((), (3,), (2, 3)), "ppermute"),
    "all_to_all": (lambda x: lax.all_to_all(x, "i", 0, 0), ((4,), (4, 2), (4, 2, 1)), "all_to_all"),
    "all_to_all across": (lambda x: lax.all_to_all(x, "i", 0, 1), ((4, 2), (4, 3), (4, 1)), "all_to_all"),
    "all_to_all tiled": (
        lambda x: lax.all_to_all(x, "i", 0, x.ndim - 1, tiled=True), ((8,), (8, 2), (4, 2, 3)), "all_to_all"
    ),
    "psum_scatter": (lambda x: lax.psum_scatter(x, "i"), ((4,), (4, 2), (4, 2, 3)), "reduce_scatter"),
    "psum_scatter tiled": (
        lambda x: lax.psum_scatter(x, "i", scatter_dimension=x.ndim - 1, tiled=True),
        ((4,), (8,), (2, 8)),
        "reduce_scatter",
    ),
    "axis_index": (lambda x: x[..., :0].sum() + lax.axis_index("i"), ((1,), (3,), (2, 3)), "axis_index"),
}  # fmt: skip
Cells = set[tuple[int, tuple[int, ...]]]  # examples, with a cell each


def the_equation(fun: Any, primitive: str, batch: Any) -> Equation:
    original = vmapviz.trace(fun, axis_name="i")(batch).original
    return next(each for each in original.equations if each.primitive == primitive)


def alone(fun: Any, made: Equation) -> Callable[[Any], Any]:
    """The collective without what stands around it: of the cells of its own operand."""
    primitive = {"psum": lax.psum, "pmax": lax.pmax, "pmin": lax.pmin}.get(made.primitive)
    return (lambda x: primitive(x, "i")) if primitive else fun


def observed(run: Callable[[Any], Any], batch: Any) -> dict[tuple[int, tuple[int, ...]], Cells]:
    """For every cell of every example's result the examples and cells that change it."""
    found: dict[tuple[int, tuple[int, ...]], Cells] = {}
    before = np.asarray(run(batch))
    for place in np.ndindex(batch.shape):
        for step in (500.0, -500.0):
            other = batch.copy()
            other[place] += step
            for at in zip(*np.nonzero(np.asarray(run(other)) != before), strict=True):
                index = tuple(map(int, at))
                found.setdefault((index[0], index[1:]), set()).add((place[0], place[1:]))
    return found


def reshaped(made: Equation, shape: tuple[int, ...], cells: Cells) -> Cells:
    """Cells of the collective's operand as cells of the argument, which may lack axes of size 1."""
    return {(example, tuple(at[: len(shape)])) for example, at in cells}


@pytest.mark.parametrize(("name", "which"), [(name, n) for name in FAMILIES for n in range(3)])
@pytest.mark.parametrize("axis", [0, -1])
def test_a_cell_comes_from_exactly_the_examples_and_cells_that_change_it(name: str, which: int, axis: int) -> None:
    fun, shapes, primitive = FAMILIES[name]
    shape = shapes[which]
    batch = np.random.default_rng(which).permutation(N * int(np.prod(shape))).astype(np.float32).reshape(N, *shape)
    at = 0 if axis == 0 else len(shape)
    run = jax.jit(jax.vmap(lambda x: fun(x), in_axes=at, axis_name="i"))
    made = the_equation(fun, primitive, batch)
    truth = observed(lambda b: run(np.moveaxis(b, 0, at)), batch)
    result = np.shape(run(np.moveaxis(batch, 0, at)))[1:]
    operand = shape if len(made.outputs[0].shape) == len(result) else (*shape, 1)
    for example in range(N):
        for index in np.ndindex(made.outputs[0].shape):
            case = Case(
                made, (operand,) * len(made.inputs), (no_value,) * len(made.inputs), 0, index, at={"i": (example, N)}
            )
            found = sources(case)
            assert all(cells.exact for cells in found)
            said = {(e, cell) for cells in found for e in cells.examples for cell in cells.each()}
            outer = index if len(index) == len(result) else index[1:] if made.outputs[0].shape[0] == 1 else index[:-1]
            assert reshaped(made, shape, said) == truth.get((example, outer), set()), (example, index)


def test_every_collective_has_been_tried() -> None:
    tried = {primitive for _, _, primitive in FAMILIES.values()}
    assert COLLECTIVES.keys() - tried == {"psum_invariant", "all_gather_invariant", "pbroadcast"}


@pytest.mark.parametrize("name", ["all_to_all", "psum_scatter"])
def test_where_the_example_is_not_known_any_cell_may_be_meant(name: str) -> None:
    fun, shapes, primitive = FAMILIES[name]
    made = the_equation(fun, primitive, np.ones((N, *shapes[1]), np.float32))
    (cells,) = sources(Case(made, (shapes[1],), (no_value,), 0, (0,) * len(made.outputs[0].shape)))
    assert (cells.exact, cells.everyone, cells.count) == (False, True, 8)
