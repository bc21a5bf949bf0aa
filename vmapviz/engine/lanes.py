"""A call run by pmap: its result, and which device held what, as the shardings of the arrays that pmap used say."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from vmapviz.engine import compat, memory, pairing
from vmapviz.engine.calls import argument_labels
from vmapviz.engine.evaluate import is_array
from vmapviz.engine.measuring.by_devices import pmap_out_axes
from vmapviz.engine.pmapped import Cut, cut
from vmapviz.engine.previews import preview
from vmapviz.engine.programs import dtype_name, program_of
from vmapviz.engine.trace import Traced
from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.lanes import Device, Exchange, Lanes, Piece, Spread


class OnDevices:
    """A call cut over devices, its arguments placed on them; `run` computes it, `lanes` says afterwards what was where."""

    def __init__(self, shared: Cut, traced: Traced) -> None:
        self._shared, self._traced = shared, traced
        self._axes = tuple(shared.call.stages[-1].axes)
        leaves = jax.tree.leaves(shared.call.arguments)
        types = zip(leaves, shared.arguments, strict=True)
        self._placed = self._on_devices([jnp.reshape(leaf, kind.shape) for leaf, kind in types])
        self._out_axes = pmap_out_axes(shared.call)
        self._given: list[Any] = []

    def _on_devices(self, cut: list[Any]) -> tuple[Any, ...]:
        """The arrays where pmap itself puts them."""
        axes, count = self._axes, self._shared.devices
        same = jax.pmap(lambda *leaves: leaves, in_axes=axes, out_axes=axes, axis_size=count, devices=self._devices)
        placed: tuple[Any, ...] = same(*cut)
        return placed

    @property
    def _devices(self) -> list[Any]:
        return list(jax.local_devices()[: self._shared.devices])

    def run(self) -> Any:
        """The result, its examples along the axes that vmap gives them, too."""
        out = jax.block_until_ready(self._shared.mapped(self._shared.flat)(*self._placed))
        self._given, tree = jax.tree.flatten(out)
        return jax.tree.unflatten(tree, self._joined())

    def _result_axes(self) -> list[int | None]:
        tree = jax.tree.structure(self._out_axes, is_leaf=lambda axis: axis is None)
        axes: list[int | None] = compat.flatten_axes("out_axes", tree, self._out_axes)
        return axes

    def _joined(self) -> list[Any]:
        if self._shared.alone:
            return self._given
        pairs = zip(self._given, self._result_axes(), strict=True)
        return [leaf if axis is None else _merged(leaf, axis) for leaf, axis in pairs]

    def lanes(self) -> Lanes:
        """What every device held of the arguments and of the result, and what the devices exchanged."""
        shared = self._shared
        names = argument_labels(shared.call.fun, shared.call.arguments)
        whole = jax.tree.leaves(shared.call.arguments)
        arguments = zip(names, whole, self._placed, self._axes, strict=True)
        paths = [leaf.path for leaf in self._traced.results]
        results = zip(paths, self._joined(), self._given, self._result_axes(), strict=True)
        return Lanes(
            devices=tuple(Device(device.id, _kind(device)) for device in self._devices),
            each=shared.each,
            alone=shared.alone,
            arguments=tuple(self._spread(*row) for row in arguments),
            results=tuple(self._spread(*row) for row in results),
            exchanges=self._exchanges() if shared.alone and len(shared.call.levels) == 1 else (),
        )

    def _spread(self, name: str | None, whole: Any, used: Any, axis: int | None) -> Spread:
        held = {shard.device.id: shard for shard in used.addressable_shards}
        shards = (held.get(device.id) for device in self._devices)
        pieces = tuple(shard and self._piece(shard, axis, used.ndim) for shard in shards)
        aval = jax.typeof(whole)
        return Spread(name or "", dtype_name(aval), tuple(aval.shape), axis, tuple(used.shape), preview(whole), pieces)

    def _piece(self, shard: Any, axis: int | None, rank: int) -> Piece:
        if axis is None:
            return Piece(None, preview(shard.data))
        along = shard.index[axis]
        first, end = (along, along + 1) if isinstance(along, int) else along.indices(self._shared.devices)[:2]
        data = shard.data.squeeze(axis) if shard.data.ndim == rank else shard.data
        return Piece((first * self._shared.each, end * self._shared.each), preview(data))

    # --- what the devices exchanged -----------------------------------------------------------------------------------

    def _exchanges(self) -> tuple[Exchange, ...]:
        """Of the equations at the top that make devices talk, what each device gave and got: pmap's own values of them."""
        found: list[tuple[str, list[bool], int]] = []
        if not any(e.primitive in COLLECTIVES for e in self._traced.trace.original.equations):
            return ()

        def watched(*leaves: Any) -> list[Any]:
            jaxpr = jax.make_jaxpr(self._shared.flat)(*leaves)
            known = pairing.paths(program_of(jaxpr)[0], self._traced.trace.original) or {}
            found.clear()
            return _watched(jaxpr, leaves, known, found)

        pmapped = jax.pmap(
            watched,
            axis_name=self._shared.axis,
            in_axes=self._axes,
            out_axes=0,
            axis_size=self._shared.devices,
            devices=self._devices,
        )
        values = iter([self._spread("", value, value, 0) for value in pmapped(*self._placed)])
        return tuple(
            Exchange(
                path, tuple(next(values) if seen else None for seen in given), tuple(next(values) for _ in range(n))
            )
            for path, given, n in found
        )


def on_devices(traced: Traced, devices: int) -> Lanes:
    """What was on which of at most so many devices when pmap ran the call; or in words why it did not run."""
    try:
        memory.guard(traced.jaxprs[-1])
        made = OnDevices(cut(traced.call, devices), traced)
        made.run()
        return made.lanes()
    except Exception as error:  # whatever the user's function raises on a device; the program is there without it
        said = str(error).strip().splitlines() or [type(error).__name__]
        return Lanes(why=f"pmap could not run this: {said[0]}")


def _watched(jaxpr: Any, leaves: Any, known: pairing.Paths, found: list[tuple[str, list[bool], int]]) -> list[Any]:
    """Evaluates a jaxpr; the operands and results of its collectives, and by path which operands are variables, and how many results."""
    inner = compat.opened(jaxpr)
    values = dict(zip(inner.constvars, compat.constant_values(jaxpr), strict=True))
    values |= dict(zip(inner.invars, leaves, strict=True))
    kept: list[Any] = []
    for number, equation in enumerate(inner.eqns):
        read = [atom.val if compat.is_literal(atom) else values[atom] for atom in equation.invars]
        made = compat.bind(equation, equation.params, read)
        values.update(zip(equation.outvars, made, strict=True))
        path = known.get(str(number))
        if path is not None and equation.primitive.name in COLLECTIVES and all(map(is_array, made)):
            given = [not compat.is_literal(atom) for atom in equation.invars]
            found.append((path, given, len(made)))
            kept += [value for value, seen in zip(read, given, strict=True) if seen] + list(made)
    return kept


def _merged(leaf: Any, axis: int) -> Any:
    """The array with the axis over the devices and the one over a device's examples as one."""
    shape = leaf.shape
    return jnp.reshape(leaf, (*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]))


def _kind(device: Any) -> str:
    if device.platform == "cpu":
        return "CPU, simulated" if jax.local_device_count() > 1 else "CPU"
    return str(device.device_kind)
