"""The ways to compute a whole batch that are timed against each other, each named by what it runs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vmapviz.engine import compat, variant_code
from vmapviz.engine.calls import Call, Function, Stage, Vmap
from vmapviz.engine.load import Loaded


@dataclasses.dataclass(frozen=True)
class Batch:
    """What is timed: a call with all its examples, and the devices that pmap may use.

    `all_at_once`: the function needs all examples at once; `one_array`: it returns one array, no container.
    """

    call: Call
    loaded: Loaded
    devices: int
    all_at_once: bool
    one_array: bool = True

    @property
    def size(self) -> int:
        """The number of examples of the outermost level."""
        return self.call.stages[-1].size


@dataclasses.dataclass(frozen=True)
class Way:
    """One way to compute the batch: `run` gives its answer, `whole` brings that into vmap's form.

    `compile` traces, lowers and compiles once, None where nothing is compiled ahead; `code` is the Python of `run`.
    """

    run: Callable[[], Any]
    code: str
    compile: Callable[[], Any] | None = None
    whole: Callable[[Any], Any] = lambda out: out
    note: str = ""


class NotPossibleError(Exception):
    """This batch cannot be computed this way; the text says why."""


# --- loops ------------------------------------------------------------------------------------------------------------


def loop(batch: Batch) -> Way:
    """A Python loop over the function, slicing inside."""
    _one_by_one(batch)
    args, kwargs = batch.call.arguments
    run = looped(batch.call, batch.call.fun)
    return Way(lambda: run(*args, **kwargs), variant_code.loop(batch.call, batch.loaded, "{f}", batch.one_array))


def loop_jit(batch: Batch) -> Way:
    """A Python loop over the jitted function, slicing inside."""
    _one_by_one(batch)
    args, kwargs = batch.call.arguments
    jitted = jax.jit(_fresh(batch.call.fun))
    run = looped(batch.call, jitted)
    code = variant_code.loop(batch.call, batch.loaded, "jax.jit({f})", batch.one_array)
    return Way(lambda: run(*args, **kwargs), code, lambda: _compile(jitted, *batch.call.arguments_of(0)))


def loop_jit_split(batch: Batch) -> Way:
    """A Python loop over the jitted function, on examples sliced before the clock starts."""
    _one_by_one(batch)
    jitted, outer = jax.jit(_fresh(batch.call.fun)), len(batch.call.levels) - 1
    inner = looped(batch.call, jitted, outer)
    parts = _split(batch.call)
    out_axes = batch.call.levels[-1].out_axes
    code = variant_code.loop_split(batch.call, batch.loaded, batch.one_array)
    return Way(
        lambda: stacked([inner(*args, **kwargs) for args, kwargs in parts], out_axes),
        code,
        lambda: _compile(jitted, *batch.call.arguments_of(0)),
        note="sliced beforehand",
    )


def jit_loop(batch: Batch) -> Way:
    """The Python loop inside jit: unrolled."""
    _one_by_one(batch)
    args, kwargs = batch.call.arguments
    jitted = jax.jit(looped(batch.call, batch.call.fun))
    code = f"jax.jit(lambda: {variant_code.loop(batch.call, batch.loaded, '{f}', batch.one_array)})()"
    return Way(lambda: jitted(*args, **kwargs), code, lambda: _compile(jitted, args, kwargs))


def lax_map(batch: Batch) -> Way:
    """JAX's own loop over the examples, inside jit: outside it would compile at every call."""
    _one_by_one(batch)
    _has_mapped(batch, "lax.map")
    call, run = batch.call, batch.call.fun
    for level, stage in zip(call.levels, call.stages, strict=True):
        run = _by_lax_map(run, level, stage)
    args, kwargs = call.arguments
    jitted = jax.jit(run)
    code = f"jax.jit(lambda: {variant_code.lax_map(call, batch.loaded)})()"
    return Way(lambda: jitted(*args, **kwargs), code, lambda: _compile(jitted, args, kwargs), note="inside jit")


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


def _split(call: Call) -> list[Any]:
    leaves, tree = jax.tree.flatten(call.arguments)
    stage = call.stages[-1]
    return [jax.tree.unflatten(tree, _taken(leaves, stage.axes, k)) for k in range(stage.size)]


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


def _by_lax_map(fun: Function, level: Vmap, stage: Stage) -> Function:
    def run(*args: Any, **kwargs: Any) -> Any:
        leaves, tree = jax.tree.flatten((args, kwargs))
        places = [place for place, axis in enumerate(stage.axes) if axis is not None]

        def one(parts: list[Any]) -> Any:
            filled = list(leaves)
            for place, part in zip(places, parts, strict=True):
                filled[place] = part
            one_args, one_kwargs = jax.tree.unflatten(tree, filled)
            return fun(*one_args, **one_kwargs)

        mapped = lax.map(one, [_to_front(leaves[place], stage.axes[place]) for place in places])
        outs, out_tree = jax.tree.flatten(mapped)
        axes = compat.flatten_axes("out_axes", out_tree, level.out_axes)
        moved = [out[0] if axis is None else _from_front(out, axis) for out, axis in zip(outs, axes, strict=True)]
        return jax.tree.unflatten(out_tree, moved)

    return run


def _to_front(leaf: Any, axis: int | None) -> Any:
    return leaf if axis == 0 else jnp.moveaxis(leaf, axis or 0, 0)


def _from_front(leaf: Any, axis: int) -> Any:
    return leaf if axis == 0 else jnp.moveaxis(leaf, 0, axis)


def _one_by_one(batch: Batch) -> None:
    if batch.all_at_once:
        raise NotPossibleError("needs all examples at once")
    if batch.size == 0:
        raise NotPossibleError("there are no examples")


def _has_mapped(batch: Batch, what: str) -> None:
    if all(axis is None for axis in batch.call.stages[-1].axes):
        raise NotPossibleError(f"{what} needs an argument with a batch axis")


def _fresh(fun: Function) -> Function:
    """The same function as a new object, which JAX has not compiled before."""

    @functools.wraps(fun)
    def again(*args: Any, **kwargs: Any) -> Any:
        return fun(*args, **kwargs)

    return again


def _compile(jitted: Any, args: Any, kwargs: Any) -> Any:
    return jitted.trace(*args, **kwargs).lower().compile()


# --- the whole batch --------------------------------------------------------------------------------------------------


def vmap(batch: Batch) -> Way:
    """vmap without jit."""
    args, kwargs = batch.call.arguments
    run = batch.call.mapped(len(batch.call.levels))
    return Way(lambda: run(*args, **kwargs), variant_code.vmap(batch.call, batch.loaded))


def jit_vmap(batch: Batch) -> Way:
    """vmap inside jit."""
    args, kwargs = batch.call.arguments
    jitted = jax.jit(batch.call.mapped(len(batch.call.levels)))
    code = variant_code.vmap(batch.call, batch.loaded, "jax.jit")
    return Way(lambda: jitted(*args, **kwargs), code, lambda: _compile(jitted, args, kwargs))


def by_hand(batch: Batch) -> Way:
    """The reference: the function that takes the whole batch."""
    reference = batch.loaded.reference
    if reference is None:
        raise NotPossibleError("there is no reference function")
    args, kwargs = batch.call.arguments
    code = variant_code.called(getattr(reference, "__name__", "reference"), batch.loaded)
    return Way(lambda: reference(*args, **kwargs), code)


def pmap(batch: Batch) -> Way:
    """pmap over devices of vmap over each device's share; the cut is made, and placed, before the clock starts."""
    call, size = batch.call, batch.size
    devices = min(batch.devices, jax.local_device_count(), size)
    _cuttable(batch, devices)
    outer = call.levels[-1]
    leaves, tree = jax.tree.flatten(call.arguments)
    axes = call.stages[-1].axes
    cut = [leaf if axis is None else _cut(leaf, axis, devices) for leaf, axis in zip(leaves, axes, strict=True)]
    out_axes = pmap_out_axes(call)
    share = call.mapped(len(call.levels)) if not batch.all_at_once else call.fun
    if outer.axis_size is not None and not batch.all_at_once:
        share = dataclasses.replace(outer, axis_size=size // devices)(call.mapped(len(call.levels) - 1))
    if batch.all_at_once:
        cut = leaves

    def run(*parts: Any) -> Any:
        args, kwargs = jax.tree.unflatten(tree, parts)
        return share(*args, **kwargs)

    name = outer.axis_name if batch.all_at_once else None
    chosen = jax.local_devices()[:devices]
    settings = {"in_axes": tuple(axes), "axis_size": devices, "devices": chosen}
    pmapped = jax.pmap(run, axis_name=name, out_axes=out_axes, **settings)
    placed = _placed(cut, axes, settings)
    return Way(
        run=lambda: pmapped(*placed),
        code=variant_code.pmap(call, batch.loaded, devices, batch.all_at_once),
        compile=lambda: pmapped.lower(*placed).compile(),
        whole=(lambda out: out) if batch.all_at_once else lambda out: _merged(out, out_axes),
        note=f"{devices} device{'s' if devices != 1 else ''}, cut beforehand",
    )


def _cuttable(batch: Batch, devices: int) -> None:
    _has_mapped(batch, "pmap")
    if devices == 0:
        raise NotPossibleError("there are no examples")
    if batch.all_at_once and (batch.size > devices or len(batch.call.levels) > 1):
        raise NotPossibleError("a function with an axis name needs one device per example")
    if batch.size % devices:
        raise NotPossibleError(f"{devices} devices do not divide {batch.size}")


def _cut(leaf: Any, axis: int, devices: int) -> Any:
    shape = np.shape(leaf)
    return jnp.reshape(leaf, (*shape[:axis], devices, shape[axis] // devices, *shape[axis + 1 :]))


def _placed(cut: list[Any], axes: tuple[int | None, ...], settings: Mapping[str, Any]) -> list[Any]:
    """The arguments, the mapped ones already on their devices."""
    mapped = [leaf for leaf, axis in zip(cut, axes, strict=True) if axis is not None]
    if not mapped:
        return cut
    where = tuple(axis for axis in axes if axis is not None)
    spread = iter(jax.pmap(lambda *parts: parts, **{**settings, "in_axes": where}, out_axes=where)(*mapped))
    return [leaf if axis is None else next(spread) for leaf, axis in zip(cut, axes, strict=True)]


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


def _merged(out: Any, out_axes: Any) -> Any:
    leaves, tree = jax.tree.flatten(out)
    axes = compat.flatten_axes("out_axes", tree, out_axes)
    return jax.tree.unflatten(
        tree, [leaf if axis is None else _joined(leaf, axis) for leaf, axis in zip(leaves, axes, strict=True)]
    )


def _joined(leaf: Any, axis: int) -> Any:
    shape = np.shape(leaf)
    return jnp.reshape(leaf, (*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]))


WAYS: Mapping[str, Callable[[Batch], Way]] = {
    "loop": loop,
    "loop jit": loop_jit,
    "loop jit split": loop_jit_split,
    "jit(loop)": jit_loop,
    "vmap": vmap,
    "jit(vmap)": jit_vmap,
    "pmap": pmap,
    "by hand": by_hand,
    "lax.map": lax_map,
}
LOOPS = ("loop", "loop jit", "loop jit split", "jit(loop)")
