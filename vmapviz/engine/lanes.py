"""A call run by pmap: its result, and which device held what, as the shardings of the arrays that pmap used say."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import msgspec

from vmapviz.engine import compat, memory
from vmapviz.engine.bodies import NotRunError
from vmapviz.engine.calls import argument_labels
from vmapviz.engine.exchanges import DIFFERS, Body
from vmapviz.engine.measuring.by_devices import pmap_out_axes
from vmapviz.engine.pmapped import Cut, cut
from vmapviz.engine.previews import preview
from vmapviz.engine.programs import dtype_name
from vmapviz.engine.trace import Traced
from vmapviz.model.inside import loops_around
from vmapviz.model.lanes import Device, Exchange, Lanes, Piece, Spread
from vmapviz.model.programs.index import index
from vmapviz.model.talk import talking


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
        self._bodies: dict[str, tuple[Body, Any]] = {}

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
            exchanges=self._at_the_top(),
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

    def _at_the_top(self) -> tuple[Exchange, ...]:
        try:
            return self.exchanges()
        except NotRunError:  # what was where is known all the same
            return ()

    def exchanges(self, place: str = "", turns: tuple[int, ...] = ()) -> tuple[Exchange, ...]:
        """Of the equations in a body of the program that each device runs ("" is the top) that make devices talk, what each gave and got
        when pmap makes one pass through it, in these turns of the loops around it: pmap's own values of them.

        Raises bodies.NotRunError, and what running the function raises.
        """
        if place not in talking(self._traced.trace.programs[-2]) or not self._shared.alone:
            return ()
        body, run = self._bodies.get(place) or self._bodies.setdefault(place, self._body(place, turns))
        here, values = run(*self._placed, *map(jnp.asarray, turns))
        comes = [bool(each) for each in here]
        spreads = iter([self._held(value, comes) for value in values])
        return tuple(
            Exchange(
                talk.path,
                tuple(next(spreads) if seen else None for seen in talk.given),
                tuple(next(spreads) for _ in range(talk.results)),
            )
            for talk in body.talks
        )

    def _body(self, place: str, turns: tuple[int, ...]) -> tuple[Body, Any]:
        """A body, and the pmapped function of the placed arguments and the turns that makes a pass through it."""
        trace = self._traced.trace
        body = Body(trace.programs[-2], place)
        count = len(self._axes)

        def watched(*given: Any) -> tuple[Any, list[Any]]:
            leaves = given[:count]
            return body.traced(jax.make_jaxpr(self._shared.flat)(*leaves), leaves, given[count:])

        loops = loops_around(index(trace).equations[len(trace.programs) - 2], place)
        if len(loops) != len(turns):
            raise NotRunError(DIFFERS)
        run = jax.pmap(
            watched,
            axis_name=self._shared.axis,
            in_axes=(*self._axes, *(None for _ in turns)),
            out_axes=0,
            axis_size=self._shared.devices,
            devices=self._devices,
        )
        return body, run

    def _held(self, value: Any, comes: list[bool]) -> Spread:
        """What was held of a value by the devices that come to it."""
        made = self._spread("", value, value, 0)
        pieces = (piece if there else None for piece, there in zip(made.pieces, comes, strict=True))
        return msgspec.structs.replace(made, pieces=tuple(pieces))


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


def _merged(leaf: Any, axis: int) -> Any:
    """The array with the axis over the devices and the one over a device's examples as one."""
    shape = leaf.shape
    return jnp.reshape(leaf, (*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]))


def _kind(device: Any) -> str:
    if device.platform == "cpu":
        return "CPU, simulated" if jax.local_device_count() > 1 else "CPU"
    return str(device.device_kind)
