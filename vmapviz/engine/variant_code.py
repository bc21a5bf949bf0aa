"""The Python that each variant runs, as a user would write it."""

from __future__ import annotations

import dataclasses
from typing import Any

import jax

from vmapviz.engine.calls import Call, Vmap
from vmapviz.engine.load import Loaded

INDEX = "kji"


def called(fun: str, loaded: Loaded) -> str:
    """A call with the whole batch: `layer(W, x, b)`."""
    return f"{fun}({_arguments(loaded, list(loaded.names))})"


def vmap(call: Call, loaded: Loaded, around: str = "") -> str:
    """`jax.vmap(layer, in_axes=(None, 0, None))(W, x, b)`, inside `around` such as `jax.jit`."""
    mapped = nested(call, loaded)
    return called(f"{around}({mapped})" if around else mapped, loaded)


def nested(call: Call, loaded: Loaded) -> str:
    """The vmapped function without its call."""
    text = loaded.name
    for level in call.levels:
        text = f"jax.vmap({text}{settings(level)})"
    return text


def settings(level: Vmap) -> str:
    """The arguments of a vmap that differ from their defaults: `, in_axes=(None, 0)`."""
    given = [
        f", {name}={getattr(level, name)!r}"
        for name in ("in_axes", "out_axes", "axis_name", "axis_size", "spmd_axis_name")
        if getattr(level, name) != getattr(Vmap(), name)
    ]
    return "".join(given)


def pmap(call: Call, loaded: Loaded, devices: int, all_at_once: bool) -> str:
    """`jax.pmap(jax.vmap(layer), …)(W, x.reshape(8, 128, 3), b)`, shortened to the reshape's first sizes."""
    outer, size = call.levels[-1], call.stages[-1].size
    if all_at_once:
        return called(f"jax.pmap({loaded.name}{settings(outer)})", loaded)
    axes = _argument_axes(call, loaded)
    cut = [
        name if axis is None else f"{name}.reshape({', '.join(map(str, _cut_shape(call, axis, devices, size)))})"
        for name, axis in zip(loaded.names, axes, strict=True)
    ]
    spread = settings(Vmap(outer.in_axes, outer.out_axes))
    share = dataclasses.replace(outer, axis_size=size // devices) if outer.axis_size is not None else outer
    inside = nested(dataclasses.replace(call, levels=(*call.levels[:-1], share)), loaded)
    return f"jax.pmap({inside}{spread})({_arguments(loaded, cut)})"


def _cut_shape(call: Call, axis: int, devices: int, size: int) -> list[Any]:
    return [*(["..."] if axis else []), devices, size // devices, "..."]


def loop(call: Call, loaded: Loaded, fun: str, one_array: bool) -> str:
    """`jnp.stack([layer(W, x[k], b) for k in range(5)])`; `fun` may wrap the name, as in `jax.jit({f})`."""
    return _loops(call, loaded, list(loaded.names), fun, one_array, len(call.levels))


def loop_split(call: Call, loaded: Loaded, one_array: bool) -> str:
    """The loop over examples that were sliced beforehand: `jnp.stack([jax.jit(layer)(W, x, b) for x in examples])`."""
    inside = _loops(call, loaded, list(loaded.names), "jax.jit({f})", one_array, len(call.levels) - 1)
    axes = _argument_axes(call, loaded)
    each = ", ".join(name for name, axis in zip(loaded.names, axes, strict=True) if axis is not None) or "_"
    return _stacked(f"{inside} for {each} in examples", call.levels[-1], one_array)


def _loops(call: Call, loaded: Loaded, names: list[str], fun: str, one_array: bool, depth: int) -> str:
    """The innermost `depth` levels as nested loops."""
    single = [len(argument.leaves) == 1 and not argument.leaves[0].path for argument in loaded.arguments]
    for level in reversed(range(depth)):
        axes = _argument_axes(call, loaded, level)
        rows = zip(names, axes, single, strict=True)
        names = [name if axis is None else _sliced(name, axis, _index(level), one) for name, axis, one in rows]
    text = f"{fun.format(f=loaded.name)}({_arguments(loaded, names)})"
    for level in range(depth):
        text = f"{text} for {_index(level)} in range({call.stages[level].size})"
        text = _stacked(text, call.levels[level], one_array)
    return text


def lax_map(call: Call, loaded: Loaded) -> str:
    """`lax.map(lambda x: layer(W, x, b), x)`."""
    text = f"{loaded.name}({_arguments(loaded, list(loaded.names))})"
    for level in range(len(call.levels)):
        axes = _argument_axes(call, loaded, level)
        mapped = [name for name, axis in zip(loaded.names, axes, strict=True) if axis is not None]
        one = ", ".join(mapped)
        many = f"lax.map(lambda t: (lambda {one}: {text})(*t), ({one}))"
        text = f"lax.map(lambda {one}: {text}, {one})" if len(mapped) == 1 else many
    return text


def _stacked(rows: str, level: Vmap, one_array: bool) -> str:
    axis = level.out_axes
    along = f", axis={axis}" if isinstance(axis, int) and axis else ""
    if one_array:
        return f"jnp.stack([{rows}]{along})"
    return f"jax.tree.map(lambda *rows: jnp.stack(rows{along}), *[{rows}])"


def _index(level: int) -> str:
    return INDEX[level % len(INDEX)]


def _sliced(name: str, axis: int, index: str, one: bool) -> str:
    return (
        f"{name}[{':, ' * axis}{index}]" if one else f"jax.tree.map(lambda leaf: leaf[{':, ' * axis}{index}], {name})"
    )


def _argument_axes(call: Call, loaded: Loaded, level: int | None = None) -> list[int | None]:
    """One axis per argument: that of its first mapped leaf, None when it is shared."""
    axes = iter(call.stages[-1 if level is None else level].axes)
    args, kwargs = call.arguments
    found = {}
    for name, value in [*zip(loaded.names, args, strict=False), *sorted(kwargs.items())]:
        of_leaves = [next(axes) for _ in jax.tree.leaves(value)]
        found[name] = next((axis for axis in of_leaves if axis is not None), None)
    return [found.get(name) for name in loaded.names]


def _arguments(loaded: Loaded, values: list[str]) -> str:
    count = len(loaded.args)
    named = [f"{name}={value}" for name, value in zip(loaded.names[count:], values[count:], strict=True)]
    return ", ".join([*values[:count], *named])
