"""pmap's program of a function, linked to the program for one example: what stands beside vmap's as a further view."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import jax
import msgspec

from vmapviz.engine import annotate, pairing
from vmapviz.engine.calls import Call, Function, argument_labels
from vmapviz.engine.evaluate import needs_all_at_once
from vmapviz.engine.links import Linked, link_inside
from vmapviz.engine.measuring.by_devices import pmap_out_axes
from vmapviz.engine.programs import program_of
from vmapviz.engine.sources import Sources
from vmapviz.engine.trace import Traced, annotated
from vmapviz.model.compare import same
from vmapviz.model.problem import Action, Problem
from vmapviz.model.timing import MOST_DEVICES
from vmapviz.model.trace import Level, Program, Trace, Value

NOT_EXACT = "This is not exactly what plain JAX makes with pmap: links may be incomplete."
NO_LINKS = "Links between the programs are not available here."
AXES_UNKNOWN = (
    "Which dimensions hold examples is not known for some values: the program changes with the number of devices."
)


class NoPmapError(Exception):
    """pmap cannot compute this call here: a sentence that says why, one that says more, and a number of devices that would do."""

    def __init__(self, title: str, text: str, devices: int | None = None) -> None:
        super().__init__(title)
        self.title, self.text, self._devices = title, text, devices

    def problem(self) -> Problem:
        """The problem as the window shows it; only devices of the CPU can be had by asking."""
        back = Action("Show vmap's program", edits=(("map", 0, "vmap"),))
        count = self._devices
        possible = count is not None and count <= MOST_DEVICES and jax.default_backend() == "cpu"
        use = (Action(f"Use {_devices(count)}", edits=(("devices", 0, str(count)),)),) if possible and count else ()
        return Problem("pmap", self.title, self.text, "warn", actions=(*use, back))


@dataclasses.dataclass(frozen=True)
class Cut:
    """A call whose outermost level's examples are cut over `devices`, `each` on every one.

    `alone`: each device computes one example with what is inside that level; else it runs its share under vmap. `axis` names the
    axis over the devices, None = JAX does.
    """

    call: Call
    devices: int
    each: int
    alone: bool
    axis: str | None = None

    @property
    def arguments(self) -> tuple[jax.ShapeDtypeStruct, ...]:
        """The types that pmap takes, one per leaf: the batch axis as devices, or as devices and examples."""
        leaves = jax.tree.leaves(self.call.arguments)
        axes = self.call.stages[-1].axes
        return tuple(self._cut(jax.typeof(leaf), axis) for leaf, axis in zip(leaves, axes, strict=True))

    def _cut(self, aval: Any, axis: int | None) -> jax.ShapeDtypeStruct:
        sizes = (self.devices,) if self.alone else (self.devices, self.each)
        shape = aval.shape if axis is None else (*aval.shape[:axis], *sizes, *aval.shape[axis + 1 :])
        return jax.ShapeDtypeStruct(shape, aval.dtype, weak_type=getattr(aval, "weak_type", False))

    def dimensions(self, axis: int | None) -> tuple[int, ...] | None:
        """The dimensions of a cut array that hold the examples which lay along `axis` of the whole one."""
        return None if axis is None else (axis,) if self.alone else (axis, axis + 1)

    def mapped(self, fun: Function) -> Function:
        """pmap of a function of flat leaves."""
        call, axes = self.call, tuple(self.call.stages[-1].axes)
        level = call.levels[-1]
        share = fun
        if not self.alone:
            share = dataclasses.replace(level, in_axes=axes, axis_size=self.each)(fun)
        pmapped: Function = jax.pmap(
            share,
            axis_name=self.axis,
            in_axes=axes,
            out_axes=pmap_out_axes(call),
            axis_size=self.devices,
            devices=jax.local_devices()[: self.devices],
        )
        return pmapped

    def flat(self, *leaves: Any) -> Any:
        """The user's function, or its inner vmaps, on leaves."""
        args, kwargs = jax.tree.unflatten(jax.tree.structure(self.call.arguments), leaves)
        return self.call.mapped(len(self.call.levels) - 1)(*args, **kwargs)


def cut(call: Call, devices: int) -> Cut:
    """How pmap in place of the outermost vmap shares out a call over at most so many devices of this process; NoPmapError where it
    cannot."""
    size, there = call.stages[-1].size, min(devices, jax.local_device_count())
    if all(axis is None for axis in call.stages[-1].axes):
        raise NoPmapError("pmap needs an argument with a batch axis.", "Here every axis is `None`.")
    if size == 0:
        raise NoPmapError("pmap needs at least one example.", "This batch has none.")
    if size <= there:
        return Cut(call, size, 1, alone=True, axis=call.levels[-1].axis_name)
    if needs_all_at_once(call):
        named = f"Its function uses the axis `{call.levels[-1].axis_name}`"
        text = f"{named}, so every example needs a device of its own: pmap has {_devices(there)} for {size} examples."
        raise NoPmapError("pmap has too few devices.", text, size)
    if size % there:
        text = f"pmap gives every device the same number of examples, and {there} does not divide {size}."
        fitting = max(count for count in range(1, there) if size % count == 0)
        raise NoPmapError(f"{size} examples cannot be shared out over {_devices(there)}.", text, fitting)
    return Cut(call, there, size // there, alone=False)


def _devices(count: int) -> str:
    return f"{count} device{'' if count == 1 else 's'}"


def pmapped(traced: Traced, devices: int) -> tuple[Trace, str]:
    """The original program and pmap's, cut over at most so many devices, and in words what could not be found out; `exact` is decided.

    Raises NoPmapError, and what JAX raises for the function.
    """
    if len(traced.call.levels) != 1:
        levels = len(traced.call.levels)
        raise NoPmapError("pmap's program is shown for one vmap.", f"This experiment has {levels} levels.")
    shared = cut(traced.call, devices)
    labels = argument_labels(traced.call.fun, traced.call.arguments)
    plain = program_of(jax.make_jaxpr(shared.mapped(shared.flat))(*shared.arguments), labels)[0]
    linked, inside = _linked(shared)
    once = program_of(inside)[0]
    known = pairing.paths(once, traced.trace.original)
    if traced.note or known is None:
        return Trace(True, (_level(shared),), (traced.trace.original, plain)), NO_LINKS
    program, names = program_of(linked.jaxpr, labels, Sources(traced.files), linked.prefix)
    if shared.alone:
        program = pairing.with_backward(program, once)
    exact = same(program, plain)
    linked = linked._replace(landings=pairing.with_landings(linked.landings, known))
    original, program = annotated([traced.trace.original, program], [linked], (traced.names[0], names))
    program, unknown = _with_axes(program, shared)
    program = pairing.with_origins(program, known)
    notes = [note for note, said in ((NOT_EXACT, not exact), (AXES_UNKNOWN, unknown)) if said]
    return Trace(exact, (_level(shared),), (original, program)), " ".join(notes)


def _level(shared: Cut) -> Level:
    level, stage = shared.call.levels[0], shared.call.stages[0]
    return Level(stage.size, level.axis_name, repr(level.in_axes), repr(level.out_axes), shared.devices)


def _linked(shared: Cut) -> tuple[Linked, Any]:
    """pmap's jaxpr with its links, and the jaxpr for one example as it is inside pmap, where types know of the devices."""

    def inside(*leaves: Any) -> tuple[Any, Any]:
        jaxpr, shapes = jax.make_jaxpr(shared.flat, return_shape=True)(*leaves)
        return jaxpr, jax.tree.structure(shapes)

    return link_inside(inside, shared.mapped, (shared.arguments, {}), [])


# --- which dimensions hold examples -----------------------------------------------------------------------------------


def _with_axes(program: Program, shared: Cut) -> tuple[Program, bool]:
    """The program with the dimensions that grow with the devices or with a device's examples, and whether some are not known."""
    columns = [annotate.changed_dimensions(program, _retraced(other)) for other in _others(shared)]
    values = annotate.values_in_order(program)
    rows = [(_together(value, found),) for value, *found in zip(values, *columns, strict=True)]
    changed = annotate.with_axes(program, iter(rows))
    given = [shared.dimensions(axis) for axis in shared.call.stages[0].axes]
    inputs = tuple(
        msgspec.structs.replace(value, axes=(dimensions,))
        for value, dimensions in zip(changed.inputs, given, strict=True)
    )
    return msgspec.structs.replace(changed, inputs=inputs), any(annotate.UNKNOWN in column for column in columns)


def _together(value: Value, found: list[annotate.Found]) -> tuple[int, ...] | None:
    """The dimensions that changed in one trace or the other, and what the links already know."""
    linked = value.axes[0] if value.axes else None
    known = [dimensions for dimensions in (*found, linked) if isinstance(dimensions, tuple)]
    return tuple(sorted({d for dimensions in known for d in dimensions})) or None


def _others(shared: Cut) -> Iterator[Cut]:
    """The same call over another number of devices, and with another number of examples on each."""
    call, devices = shared.call, shared.devices
    if jax.local_device_count() > 1:  # of a single device the dimension says nothing
        other = devices - 1 or 2
        yield dataclasses.replace(shared, call=call.resized(0, other * shared.each), devices=other)
    if not shared.alone:
        each = shared.each + 1
        yield dataclasses.replace(shared, call=call.resized(0, devices * each), each=each)


def _retraced(shared: Cut) -> Program | None:
    """The program of another cut; None where the function refuses it."""
    try:
        linked, _ = _linked(shared)
    except Exception:  # a size that the function refuses: the dimensions stay unknown, and it is said
        return None
    return program_of(linked.jaxpr, tag_prefix=linked.prefix)[0]
