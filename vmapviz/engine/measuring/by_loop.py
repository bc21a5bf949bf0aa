"""The ways that compute one example after another: Python's loop, jitted in parts or as a whole, and lax.map."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from vmapviz.engine import compat
from vmapviz.engine.calls import Call, Function, Stage, Vmap
from vmapviz.engine.measuring import variant_code
from vmapviz.engine.measuring.ways import Ahead, Batch, Made, Plan, floats, has_mapped


def loop(batch: Batch) -> Plan:
    """A Python loop over the function, slicing inside."""
    return Plan(
        lambda: variant_code.loop(batch.call, batch.loaded, batch.out_tree),
        lambda: Made(batch.called(looped(batch.call, batch.call.fun)), batch.values),
        floats(batch.values),
        refused=_all_or_none(batch),
    )


def loop_jit(batch: Batch) -> Plan:
    """A Python loop over the jitted function, slicing inside."""

    def make() -> Made:
        jitted = jax.jit(_fresh(batch.call.fun))
        return Made(batch.called(looped(batch.call, jitted)), batch.values, _each(batch, jitted))

    return Plan(
        lambda: variant_code.loop(batch.call, batch.loaded, batch.out_tree, jitted=True),
        make,
        floats(batch.values),
        refused=_all_or_none(batch),
    )


def loop_jit_split(batch: Batch) -> Plan:
    """A Python loop over the jitted function, on examples sliced before the clock starts."""
    mapped = _mapped(batch)
    of_shared = [is_float for is_float, is_mapped in zip(floats(batch.values), mapped, strict=True) if not is_mapped]
    of_mapped = [is_float for is_float, is_mapped in zip(floats(batch.values), mapped, strict=True) if is_mapped]
    partly = any(of_mapped) and not all(of_mapped)
    return Plan(
        lambda: variant_code.loop_split(batch.call, batch.loaded, batch.out_tree),
        functools.partial(_split, batch, mapped),
        (*of_shared, bool(of_mapped) and all(of_mapped)),
        note="sliced beforehand",
        refused=_all_or_none(batch),
        ungraded="its examples hold more than floats, so there is no gradient" if partly else "",
    )


def _mapped(batch: Batch) -> list[bool]:
    """Of every value, whether the outermost vmap takes an axis from any of its arrays."""
    return [any(axis is not None for axis in axes) for axes in batch.axes]


def _split(batch: Batch, mapped: list[bool]) -> Made:
    """What loops over the examples, which it slices."""
    call, jitted, outer = batch.call, jax.jit(_fresh(batch.call.fun)), len(batch.call.levels) - 1
    inner, out_axes = looped(call, jitted, outer), call.levels[-1].out_axes
    leaves, tree = jax.tree.flatten(call.arguments)
    rows = [jax.tree.unflatten(tree, _taken(leaves, call.stages[outer].axes, k)) for k in range(batch.size)]
    shared = [value for value, is_mapped in zip(batch.values, mapped, strict=True) if not is_mapped]
    parts = [[v for v, is_mapped in zip(batch.ordered(*row), mapped, strict=True) if is_mapped] for row in rows]
    examples = [part[0] if len(part) == 1 else tuple(part) for part in parts]
    of_one = batch.called(inner)

    def run(*values: Any) -> Any:
        *given, those = values
        outs = []
        for part in those:
            ours, others = iter(part if mapped.count(True) > 1 else [part]), iter(given)
            outs.append(of_one(*[next(ours) if is_mapped else next(others) for is_mapped in mapped]))
        return stacked(outs, out_axes)

    return Made(
        run,
        (*shared, examples),
        ahead=_each(batch, jitted),
        back=functools.partial(_gathered, batch, mapped),
        run=lambda: stacked([inner(*args, **kwargs) for args, kwargs in rows], out_axes),
    )


def _gathered(batch: Batch, mapped: list[bool], found: dict[int, Any]) -> dict[int, Any]:
    """Gradients by the shared values and by the examples as those by the arguments."""
    shared = [place for place, is_mapped in enumerate(mapped) if not is_mapped]
    made = {shared[place]: one for place, one in found.items() if place < len(shared)}
    rows = found.get(len(shared), [])
    for index, place in enumerate(place for place, is_mapped in enumerate(mapped) if is_mapped) if rows else ():
        parts = [row[index] if mapped.count(True) > 1 else row for row in rows]
        columns = zip(*map(jax.tree.leaves, parts), strict=True)
        leaves = [
            sum(column) if axis is None else jnp.stack(column, axis)
            for column, axis in zip(columns, batch.axes[place], strict=True)
        ]
        made[place] = jax.tree.unflatten(jax.tree.structure(batch.values[place]), leaves)
    return made


def jit_loop(batch: Batch) -> Plan:
    """The Python loop inside jit: unrolled."""
    return dataclasses.replace(loop(batch), jit=True)


def lax_map(batch: Batch, batch_size: int | None = None) -> Plan:
    """JAX's own loop over the examples, or over `batch_size` of them at a time, inside jit: outside it would compile at every call."""
    has_mapped(batch, "lax.map")

    def make() -> Made:
        run = batch.call.fun
        for level, stage in zip(batch.call.levels, batch.call.stages, strict=True):
            run = _by_lax_map(run, level, stage, batch_size)
        return Made(batch.called(run), batch.values)

    return Plan(
        lambda: variant_code.lax_map(batch.call, batch.loaded, batch.out_tree, batch_size),
        make,
        floats(batch.values),
        jit=True,
        note="inside jit",
        refused=_all_or_none(batch),
    )


def looped(call: Call, fun: Function, depth: int | None = None) -> Function:
    """The function under its innermost `depth` vmaps (None = all), each as a Python loop that slices and stacks."""
    for level, stage in list(zip(call.levels, call.stages, strict=True))[:depth]:
        fun = _looped(fun, level, stage)
    return fun


def _looped(fun: Function, level: Vmap, stage: Stage) -> Function:
    def run(*args: Any, **kwargs: Any) -> Any:
        leaves, tree = jax.tree.flatten((args, kwargs))
        outs = []
        for k in range(stage.size):
            one_args, one_kwargs = jax.tree.unflatten(tree, _taken(leaves, stage.axes, k))
            outs.append(fun(*one_args, **one_kwargs))
        return stacked(outs, level.out_axes)

    return run


def _taken(leaves: list[Any], axes: tuple[int | None, ...], k: int) -> list[Any]:
    return [
        leaf if axis is None else leaf[k] if axis == 0 else leaf[(slice(None),) * axis + (k,)]
        for leaf, axis in zip(leaves, axes, strict=True)
    ]


def stacked(outs: list[Any], out_axes: Any) -> Any:
    """Examples' results as one, along `out_axes`; for None the first stands for all."""
    rows = [jax.tree.leaves(out) for out in outs]
    tree = jax.tree.structure(outs[0])
    axes = compat.flatten_axes("out_axes", tree, out_axes)
    leaves = [
        column[0] if axis is None else jnp.stack(column, axis)
        for column, axis in zip(zip(*rows, strict=True), axes, strict=True)
    ]
    return jax.tree.unflatten(tree, leaves)


def _by_lax_map(fun: Function, level: Vmap, stage: Stage, batch_size: int | None) -> Function:
    def run(*args: Any, **kwargs: Any) -> Any:
        leaves, tree = jax.tree.flatten((args, kwargs))
        places = [place for place, axis in enumerate(stage.axes) if axis is not None]

        def one(parts: list[Any]) -> Any:
            filled = list(leaves)
            for place, part in zip(places, parts, strict=True):
                filled[place] = part
            one_args, one_kwargs = jax.tree.unflatten(tree, filled)
            return fun(*one_args, **one_kwargs)

        fronts = [_to_front(leaves[place], stage.axes[place]) for place in places]
        outs, out_tree = jax.tree.flatten(lax.map(one, fronts, batch_size=batch_size))
        axes = compat.flatten_axes("out_axes", out_tree, level.out_axes)
        moved = [out[0] if axis is None else _from_front(out, axis) for out, axis in zip(outs, axes, strict=True)]
        return jax.tree.unflatten(out_tree, moved)

    return run


def _to_front(leaf: Any, axis: int | None) -> Any:
    return leaf if axis == 0 else jnp.moveaxis(leaf, axis or 0, 0)


def _from_front(leaf: Any, axis: int) -> Any:
    return leaf if axis == 0 else jnp.moveaxis(leaf, 0, axis)


def _all_or_none(batch: Batch) -> str:
    """Why its examples cannot be computed one by one, "" where they can."""
    if batch.all_at_once:
        return "needs all examples at once"
    return "" if batch.count else "there are no examples"


def _each(batch: Batch, jitted: Any) -> Ahead:
    """What is compiled is for one example."""
    args, kwargs = batch.call.arguments_of(0)
    return Ahead(jitted, args, kwargs, times=batch.count)


def _fresh(fun: Function) -> Function:
    """The same function as a new object, which JAX has not compiled before."""

    @functools.wraps(fun)
    def again(*args: Any, **kwargs: Any) -> Any:
        return fun(*args, **kwargs)

    return again
