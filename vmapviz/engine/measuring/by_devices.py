"""The ways that share a batch out over devices: pmap, and shard_map inside jit; the arguments are cut and placed beforehand."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from vmapviz.engine import compat, distributed
from vmapviz.engine.calls import Call, Vmap
from vmapviz.engine.measuring import variant_code
from vmapviz.engine.measuring.ways import Ahead, Batch, Made, NotPossibleError, Plan, Values, floats, has_mapped

AXIS = "devices"


def pmap(batch: Batch) -> Plan:
    """pmap over devices of vmap over each device's share."""
    devices, why = _shares(batch, "pmap")
    if batch.all_at_once:
        return _pmap_alone(batch, devices, why)
    call, share = batch.call, _share(batch, devices)

    @functools.cache
    def spread() -> Vmap:
        return Vmap(_in_axes(batch), pmap_out_axes(call))

    return Plan(
        lambda: variant_code.pmap(call, batch.loaded, devices, _shown(batch, spread()), share),
        lambda: _cut_and_placed(batch, devices, spread(), share),
        floats(batch.values),
        note=f"{_devices(devices)}, cut beforehand",
        refused=why,
    )


def _cut_and_placed(batch: Batch, devices: int, spread: Vmap, share: Vmap) -> Made:
    """What pmap runs, on arguments that are cut and on their devices."""
    pmapped = _pmapped(batch, share(batch.call.mapped(len(batch.call.levels) - 1)), spread, devices)
    values = _placed(batch, _cut(batch, devices), spread.in_axes, devices)
    return Made(
        fun=pmapped,
        values=values,
        ahead=Ahead(pmapped, values, devices=devices),
        whole=lambda out: _together(_merged(out, spread.out_axes), spread.out_axes),
        back=lambda found: {
            place: _together(_merged(one, spread.in_axes[place]), spread.in_axes[place]) for place, one in found.items()
        },
    )


def _pmap_alone(batch: Batch, devices: int, why: str) -> Plan:
    """pmap of the function itself, with one example on each device."""
    outer = batch.call.levels[-1]
    if batch.size > devices or len(batch.call.levels) > 1:
        why = "a function with an axis name needs one device per example"

    @functools.cache
    def spread() -> Vmap:
        return Vmap(_in_axes(batch), pmap_out_axes(batch.call), outer.axis_name)

    return Plan(
        lambda: variant_code.pmap_alone(batch.loaded, _shown(batch, spread())),
        lambda: _one_on_each(batch, devices, spread()),
        floats(batch.values),
        note=_devices(devices),
        refused=why,
    )


def _one_on_each(batch: Batch, devices: int, spread: Vmap) -> Made:
    pmapped = _pmapped(batch, batch.call.fun, spread, devices)
    parts = tuple(_each_leaf(_part, value, axes) for value, axes in zip(batch.values, batch.axes, strict=True))
    values = _placed(batch, parts, spread.in_axes, devices)
    ahead = Ahead(pmapped, values, devices=devices)
    return Made(pmapped, values, ahead, whole=lambda out: _together(out, spread.out_axes))


def shard_map(batch: Batch) -> Plan:
    """jit(shard_map) over devices of vmap over each device's share."""
    devices, why = _shares(batch, "shard_map")
    call, share = batch.call, _share(batch, devices)
    in_specs = _specs(_in_axes(batch), batch.values)

    @functools.cache
    def out_specs() -> Any:
        return _specs(pmap_out_axes(call), jax.tree.unflatten(batch.out_tree, [0] * batch.out_tree.num_leaves))

    return Plan(
        lambda: variant_code.shard_map(call, batch.loaded, devices, in_specs, out_specs(), share),
        lambda: _on_mesh(batch, devices, in_specs, out_specs(), share),
        floats(batch.values),
        jit=True,
        note=f"inside jit, {_devices(devices)}, placed beforehand",
        refused="needs all examples at once" if batch.all_at_once else why,
    )


def _on_mesh(batch: Batch, devices: int, in_specs: Any, out_specs: Any, share: Vmap) -> Made:
    """What shard_map runs, on arguments that are on their devices."""
    chosen = distributed.devices(devices)
    mesh = jax.make_mesh((devices,), (AXIS,), (AxisType.Auto,), devices=chosen)
    fun = batch.called(share(batch.call.mapped(len(batch.call.levels) - 1)))
    places = jax.tree.map(lambda spec: NamedSharding(mesh, spec), in_specs, is_leaf=_is_spec)
    return Made(
        # Without check_vma: a scan that begins with zeros is refused with it.
        fun=jax.shard_map(fun, mesh=mesh, in_specs=in_specs, out_specs=out_specs, check_vma=False),
        values=jax.device_put(batch.values, places),
        devices=devices,
        whole=lambda out: jax.tree.map(distributed.fetched, out),
    )


def _shares(batch: Batch, what: str) -> tuple[int, str]:
    """Over how many devices the batch is shared out, and why it cannot be, "" where it can; raises NotPossibleError where there is nothing
    to share out."""
    has_mapped(batch, what)
    size, there = batch.size, distributed.device_count() if batch.there is None else batch.there
    if size == 0:
        raise NotPossibleError("there are no examples")
    if batch.exactly and size < batch.devices:
        return batch.devices, f"{size} example{'s' if size > 1 else ''} for {batch.devices} devices"
    devices = batch.devices if batch.exactly else min(batch.devices, there, size)
    together = distributed.processes()
    if devices % together:
        return devices, f"{together} processes cannot share {_devices(devices)} evenly"
    if size % devices and not batch.all_at_once:
        return devices, f"{devices} devices do not divide {size}"
    return devices, ""


def _devices(count: int) -> str:
    return f"{count} device{'s' if count != 1 else ''}"


def _share(batch: Batch, devices: int) -> Vmap:
    """The outermost vmap over one device's examples."""
    outer = batch.call.levels[-1]
    each = None if batch.size % devices else batch.size // devices
    return outer if outer.axis_size is None else dataclasses.replace(outer, axis_size=each)


def _in_axes(batch: Batch) -> tuple[Any, ...]:
    """The outermost axes as one tree per value."""
    trees = [jax.tree.structure(value) for value in batch.values]
    return tuple(jax.tree.unflatten(tree, axes) for tree, axes in zip(trees, batch.axes, strict=True))


def _shown(batch: Batch, spread: Vmap) -> Vmap:
    """The same as a user would write it."""
    given = spread.in_axes[: len(batch.call.arguments[0])]
    simple = all(isinstance(axis, int) and axis == 0 for axis in given)
    return dataclasses.replace(spread, in_axes=0 if simple else given)


def _pmapped(batch: Batch, fun: Callable[..., Any], spread: Vmap, devices: int) -> Any:
    return jax.pmap(
        batch.called(fun),
        axis_name=spread.axis_name,
        in_axes=spread.in_axes,
        out_axes=spread.out_axes,
        axis_size=devices,
        devices=distributed.devices(devices),
    )


def _cut(batch: Batch, devices: int) -> Values:
    def cut(leaf: Any, axis: int | None) -> Any:
        shape = np.shape(leaf)
        if axis is None:
            return leaf
        pieces = jnp.reshape(leaf, (*shape[:axis], devices, shape[axis] // devices, *shape[axis + 1 :]))
        return distributed.part(pieces, axis)

    return tuple(_each_leaf(cut, value, axes) for value, axes in zip(batch.values, batch.axes, strict=True))


def _each_leaf(change: Callable[[Any, int | None], Any], value: Any, axes: tuple[int | None, ...]) -> Any:
    leaves, tree = jax.tree.flatten(value)
    return jax.tree.unflatten(tree, [change(leaf, axis) for leaf, axis in zip(leaves, axes, strict=True)])


def _placed(batch: Batch, values: Values, in_axes: tuple[Any, ...], devices: int) -> Values:
    """The values, the mapped ones already on their devices."""
    leaves, tree = jax.tree.flatten(values)
    axes = [axis for of_value in batch.axes for axis in of_value]
    where = tuple(axis for axis in axes if axis is not None)
    mapped = [leaf for leaf, axis in zip(leaves, axes, strict=True) if axis is not None]
    chosen = distributed.devices(devices)
    spread = iter(
        jax.pmap(lambda *parts: parts, in_axes=where, out_axes=where, axis_size=devices, devices=chosen)(*mapped)
    )
    placed = [leaf if axis is None else next(spread) for leaf, axis in zip(leaves, axes, strict=True)]
    made: Values = jax.tree.unflatten(tree, placed)
    return made


def _part(leaf: Any, axis: int | None) -> Any:
    return leaf if axis is None else distributed.part(leaf, axis)


def _is_spec(one: Any) -> bool:
    return isinstance(one, P)


def _specs(axes: Any, tree: Any) -> Any:
    """Specs for shard_map: one per leaf of `tree`, from a tree of axes like it."""
    leaves, structure = jax.tree.flatten(tree)
    flat = jax.tree.leaves(axes, is_leaf=lambda one: one is None)
    assert len(flat) == len(leaves)
    return jax.tree.unflatten(structure, [P() if axis is None else P(*[None] * axis, AXIS) for axis in flat])


def pmap_out_axes(call: Call) -> Any:
    """The outermost out_axes as a tree of axes from 0, as pmap takes them."""
    args, kwargs = call.arguments_of(len(call.levels) - 1)
    inside = jax.make_jaxpr(
        call.mapped(len(call.levels) - 1), return_shape=True, axis_env=call.axis_env(len(call.levels) - 1)
    )
    shapes, tree = jax.tree.flatten(inside(*args, **kwargs)[1])
    axes = compat.flatten_axes("out_axes", tree, call.levels[-1].out_axes)
    normal = [None if axis is None else axis % (len(leaf.shape) + 1) for leaf, axis in zip(shapes, axes, strict=True)]
    return jax.tree.unflatten(tree, normal)


def _merged(out: Any, axes: Any) -> Any:
    """A result of pmap as vmap gives it: devices and their examples as one axis."""
    return _along(_joined, out, axes)


def _together(out: Any, axes: Any) -> Any:
    """The same of all processes, each of which has the part of its devices."""
    return _along(distributed.whole, out, axes)


def _along(change: Callable[[Any, int], Any], out: Any, axes: Any) -> Any:
    leaves, tree = jax.tree.flatten(out)
    flat = compat.flatten_axes("out_axes", tree, axes)
    return jax.tree.unflatten(
        tree, [leaf if axis is None else change(leaf, axis) for leaf, axis in zip(leaves, flat, strict=True)]
    )


def _joined(leaf: Any, axis: int) -> Any:
    shape = np.shape(leaf)
    return jnp.reshape(leaf, (*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]))
