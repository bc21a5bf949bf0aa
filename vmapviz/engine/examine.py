"""What is worth knowing about a function's programs: compiled memory, numbers thrown away, turns of loops, better layouts."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp

from vmapviz.engine import compat, memory, params
from vmapviz.engine.calls import Call, Vmap
from vmapviz.engine.evaluate import Clock, needs_all_at_once
from vmapviz.engine.load import Loaded
from vmapviz.engine.seen import Seen, seen
from vmapviz.engine.trace import Traced
from vmapviz.model.facts import Facts, Layout, Memory

MOST_EQUATIONS = 1000  # compiled without being asked to
SEEN_S = 3.0
MOST_LAYOUTS = 12


def examine(traced: Traced, loaded: Loaded, whole: bool = False) -> Facts:
    """The facts of a trace; programs of more than MOST_EQUATIONS equations are compiled only if `whole`.

    Raises memory.NeedsMemoryError before anything runs, and whatever running the equations raises.
    """
    memory.guard(traced.jaxprs[-1])
    found = seen(traced, Clock(SEEN_S)) if _has(traced.jaxprs[-1], ("select_n", "while")) else Seen()
    transposes = count(traced.jaxprs[-1], "transpose")
    added = transposes > count(traced.jaxprs[0], "transpose")
    tried = layouts(traced.call, loaded.names) if added else ()
    better = tuple(sorted((one for one in tried if one.transposes < transposes), key=lambda one: one.transposes))
    equations = count(traced.jaxprs[-1])
    one, batched, why = None, None, f"Its {equations:,} equations are compiled only when you ask for it."
    if whole or equations <= MOST_EQUATIONS:
        one, batched, why = _memory(traced.call, 0), _memory(traced.call, len(traced.call.levels)), ""
    spoilt = spoilt_gradient(traced.call) if found.thrown else None
    return Facts(one, batched, found.thrown, spoilt, found.turns, transposes, better, len(tried), why)


def _memory(call: Call, depth: int) -> Memory | None:
    """What the compiled program under `depth` vmaps needs; None where it cannot be compiled alone or XLA does not say."""
    if depth < len(call.levels) and needs_all_at_once(call):
        return None
    args, kwargs = jax.tree.map(jax.typeof, call.arguments_of(depth)) if depth else call.arguments_of(depth)
    stats = jax.jit(call.mapped(depth)).lower(*args, **kwargs).compile().memory_analysis()
    if stats is None:
        return None
    sizes = (stats.argument_size_in_bytes, stats.output_size_in_bytes, stats.temp_size_in_bytes)
    return Memory(*map(int, sizes))


def spoilt_gradient(call: Call) -> int | None:
    """How many numbers of the gradient of the summed results are NaN or infinite; None where there is none, or the results are so."""
    leaves, tree = jax.tree.flatten(call.arguments)
    places = [i for i, leaf in enumerate(leaves) if jnp.issubdtype(jax.typeof(leaf).dtype, jnp.floating)]
    if not places:
        return None

    def total(floats: list[Any]) -> Any:
        given = dict(zip(places, floats, strict=True))
        args, kwargs = jax.tree.unflatten(tree, [given.get(i, leaf) for i, leaf in enumerate(leaves)])
        results = jax.tree.leaves(call.mapped(len(call.levels))(*args, **kwargs))
        return sum(jnp.sum(one, dtype=jnp.float32) for one in results if jnp.issubdtype(one.dtype, jnp.floating))

    try:
        value, gradient = jax.value_and_grad(total)([jnp.asarray(leaves[i]) for i in places])
    except Exception:  # a loop that cannot be differentiated, results without floats: nothing is said
        return None
    return sum(int((~jnp.isfinite(one)).sum()) for one in gradient) if jnp.isfinite(value) else None


# --- counting ---------------------------------------------------------------------------------------------------------


def count(jaxpr: Any, primitive: str = "") -> int:
    """How many equations a jaxpr has at any depth, of one primitive or of all; every inner jaxpr counts once."""
    return sum(not primitive or str(e.primitive) == primitive for e in _equations(jaxpr, set()))


def _has(jaxpr: Any, primitives: tuple[str, ...]) -> bool:
    return any(str(e.primitive) in primitives for e in _equations(jaxpr, set()))


def _equations(jaxpr: Any, known: set[int]) -> Iterator[Any]:
    if id(jaxpr) in known:
        return
    known.add(id(jaxpr))
    for equation in compat.opened(jaxpr).eqns:
        yield equation
        for _, inner in params.split_jaxprs(equation.params)[1]:
            yield from _equations(inner, known)


# --- other places of the batch axis -----------------------------------------------------------------------------------


def layouts(call: Call, names: tuple[str, ...]) -> tuple[Layout, ...]:
    """Settings of a single vmap that differ in one axis, each traced; none for nested vmaps."""
    if len(call.levels) != 1:
        return ()
    others = itertools.islice(_others(call, names), MOST_LAYOUTS)
    return tuple(_traced(other, layout) for other, layout in others)


def _others(call: Call, names: tuple[str, ...]) -> Iterator[tuple[Call, Layout]]:
    level = call.levels[0]
    if isinstance(level.out_axes, int):
        _, shapes = call.plain(1)
        ranks = {len(leaf.shape) for leaf in jax.tree.leaves(shapes)}
        for axis in range(min(ranks, default=0)):
            if axis != level.out_axes:
                yield _with_level(call, out_axes=axis), Layout("out_axes", str(axis), 0)
    for index, array in enumerate(call.arguments[0]):
        before = _axis_of(level, index)
        if before is None or not hasattr(array, "ndim"):
            continue
        for axis in range(array.ndim):
            if axis != before % array.ndim:
                yield _moved(call, names, index, before % array.ndim, axis)


def _axis_of(level: Vmap, index: int) -> int | None:
    """The batch axis of one positional argument, None where it is shared or differs between its arrays."""
    axes = level.in_axes
    axis = axes[index] if isinstance(axes, tuple | list) else axes
    return axis if isinstance(axis, int) else None


def _with_level(call: Call, **changes: Any) -> Call:
    return Call(call.fun, (dataclasses.replace(call.levels[0], **changes),), call.arguments)


def _moved(call: Call, names: tuple[str, ...], index: int, before: int, after: int) -> tuple[Call, Layout]:
    """The call whose argument comes with its batch axis elsewhere."""
    args, kwargs = call.arguments
    axes = call.levels[0].in_axes
    every = list(axes) if isinstance(axes, tuple | list) else [axes] * len(args)
    every[index] = after
    shape = list(args[index].shape)
    shape.insert(after, shape.pop(before))
    moved = jax.ShapeDtypeStruct(tuple(shape), args[index].dtype)
    other = _with_level(call, in_axes=tuple(every))
    args = (*args[:index], moved, *args[index + 1 :])
    text = repr(tuple(every)) if len(every) > 1 else str(after)
    return Call(other.fun, other.levels, (args, kwargs)), Layout("in_axes", text, 0, names[index], tuple(shape))


def _traced(call: Call, layout: Layout) -> Layout:
    return Layout(layout.field, layout.text, count(call.plain(1)[0], "transpose"), layout.argument, layout.shape)
