"""Of what the examples exchange: every cell of every example is changed, and JAX asked which cells of which examples change with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from jax import lax

import vmapviz
from vmapviz.engine import programs
from vmapviz.model.depends import Case, sources
from vmapviz.model.depends.cells import no_value
from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.trace import Equation, equations_of

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
    tried = {row[2] for row in (*FAMILIES.values(), *ON_DEVICES.values())}
    assert COLLECTIVES.keys() == tried | {"pbroadcast"}


@pytest.mark.parametrize("name", ["all_to_all", "psum_scatter"])
def test_where_the_example_is_not_known_any_cell_may_be_meant(name: str) -> None:
    fun, shapes, primitive = FAMILIES[name]
    made = the_equation(fun, primitive, np.ones((N, *shapes[1]), np.float32))
    (cells,) = sources(Case(made, (shapes[1],), (no_value,), 0, (0,) * len(made.outputs[0].shape)))
    assert (cells.exact, cells.everyone, cells.count) == (False, True, 8)


# --- on devices -------------------------------------------------------------------------------------------------------

GROUPS = [[0, 2], [3, 1]]


def all_alike(x: Any) -> Any:
    """all_gather whose result is known to be the same on all devices, which JAX 0.8 has a function of its own for."""
    found = getattr(lax, "all_gather_invariant", None)
    return found(x, "i", tiled=True) if found else lax.all_gather(x, "i", tiled=True, to="invarying")


ON_DEVICES: dict[str, tuple[Callable[[Any], Any], tuple[tuple[int, ...], ...], str, bool]] = {
    "psum": (lambda x: lax.psum(x, "i"), ((), (3,), (2, 3)), "psum_invariant", True),
    "all_gather": (all_alike, ((1,), (3,), (2, 3)), "all_gather_invariant", True),
    "psum groups": (lambda x: lax.psum(x, "i", axis_index_groups=GROUPS), ((), (3,), (2, 3)), "psum", False),
    "pmax groups": (lambda x: lax.pmax(x, "i", axis_index_groups=GROUPS), ((), (3,), (2, 3)), "pmax", False),
    "all_gather groups": (
        lambda x: lax.all_gather(x, "i", axis_index_groups=GROUPS), ((), (3,), (2, 3)), "all_gather", False
    ),
    "all_to_all groups": (
        lambda x: lax.all_to_all(x, "i", 0, 0, axis_index_groups=GROUPS), ((2,), (2, 2), (2, 3)), "all_to_all", False
    ),
    "psum_scatter groups": (
        lambda x: lax.psum_scatter(x, "i", axis_index_groups=GROUPS), ((2,), (2, 2), (2, 3)), "reduce_scatter", False
    ),
}  # fmt: skip


def over_devices(fun: Callable[[Any], Any], rank: int, axis: int, alike: bool) -> Callable[[Any], Any]:
    """The function on every device of a mesh, of its own entry along an axis; the results of all one after another."""
    mesh = jax.sharding.Mesh(np.array(jax.devices()[:N]), ("i",))
    cut = jax.sharding.PartitionSpec(*[None] * axis, "i", *[None] * (rank - axis))
    out = jax.sharding.PartitionSpec() if alike else jax.sharding.PartitionSpec("i")

    def on_one(x: Any) -> Any:
        made = fun(lax.squeeze(x, (axis,)))
        return made if alike else lax.expand_dims(made, (0,))

    return jax.shard_map(on_one, mesh=mesh, in_specs=cut, out_specs=out, check_vma=alike)


def shards(result: Any, alike: bool) -> np.ndarray[Any, Any]:
    """What every device holds of a result."""
    found = sorted(result.addressable_shards, key=lambda shard: shard.device.id)
    return np.stack([np.asarray(shard.data if alike else shard.data[0]) for shard in found])


def equation_inside(jaxpr: Any, primitive: str) -> Equation:
    """The equation in the body of the function on every device."""
    program = programs.program_of(jaxpr)[0]
    return next(each for each in equations_of(program) if each.primitive == primitive)


@pytest.mark.parametrize(("name", "which"), [(name, n) for name in ON_DEVICES for n in range(3)])
@pytest.mark.parametrize("axis", [0, -1])
def test_a_cell_comes_from_exactly_the_devices_and_cells_that_change_it(name: str, which: int, axis: int) -> None:
    fun, shapes, primitive, alike = ON_DEVICES[name]
    shape = shapes[which]
    at = 0 if axis == 0 else len(shape)
    batch = np.random.default_rng(which).permutation(N * int(np.prod(shape))).astype(np.float32).reshape(N, *shape)
    whole = over_devices(fun, len(shape), at, alike)
    compiled = jax.jit(whole)
    truth = observed(lambda b: shards(compiled(np.moveaxis(b, 0, at)), alike), batch)
    made = equation_inside(jax.make_jaxpr(whole)(np.moveaxis(batch, 0, at)), primitive)
    for device in range(N):
        for index in np.ndindex(made.outputs[0].shape):
            (found,) = sources(Case(made, (shape,), (no_value,), 0, index, at={"i": (device, N)}))
            said = {(sender, cell) for sender in found.examples for cell in found.each()}
            assert found.exact
            assert said == truth.get((device, index), set()), (device, index)


@pytest.mark.parametrize("source", [0, 1, 3])
def test_a_broadcast_comes_from_the_device_that_xla_is_told(source: int) -> None:
    """No CPU can run it (JAX lowers it for others), so that what JAX writes for a GPU says who sends."""
    whole = over_devices(lambda x: lax.pbroadcast(x, "i", source), 1, 0, False)
    x = np.ones((N, 3), np.float32)
    text = jax.jit(whole).trace(x).lower(lowering_platforms=("cuda",)).as_text()
    first = re.search(r"collective_broadcast.*replica_groups = dense<\[\[(\d+)", text)
    assert first is not None
    made = equation_inside(jax.make_jaxpr(whole)(x), "pbroadcast")
    for device in range(N):
        (found,) = sources(Case(made, ((3,),), (no_value,), 0, (2,), at={"i": (device, N)}))
        assert (found.exact, found.examples, list(found.each())) == (True, (int(first[1]),), [(2,)])
    (found,) = sources(Case(made, ((3,),), (no_value,), 0, (2,)))
    assert (found.exact, found.everyone) == (False, True)
