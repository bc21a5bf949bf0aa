"""One call of a function under its vmaps: what the function inside each of them sees, asked of JAX itself."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Any

import jax

Function = Callable[..., Any]
Arguments = tuple[tuple[Any, ...], dict[str, Any]]
AxisEnv = list[tuple[str, int]]


@dataclasses.dataclass(frozen=True)
class Vmap:
    """The settings of one `jax.vmap`, with its names and defaults."""

    in_axes: Any = 0
    out_axes: Any = 0
    axis_name: str | None = None
    axis_size: int | None = None
    spmd_axis_name: str | tuple[str, ...] | None = None

    def __call__(self, fun: Function) -> Function:
        """`fun` vmapped; errors are JAX's own."""
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        mapped: Function = jax.vmap(fun, **settings)
        return mapped


@dataclasses.dataclass(frozen=True)
class Stage:
    """What the function inside one vmap sees: its arguments' types, and per leaf the axis that this vmap takes away."""

    arguments: Arguments
    axes: tuple[int | None, ...]
    size: int


@dataclasses.dataclass(frozen=True)
class Call:
    """A function, its vmaps innermost first, and the whole-batch arguments of the outermost."""

    fun: Function
    levels: tuple[Vmap, ...]
    arguments: Arguments

    @functools.cached_property
    def stages(self) -> tuple[Stage, ...]:
        """One stage per level, innermost first; raises what `jax.vmap` raises for these axes and arguments."""
        stages: list[Stage] = []
        arguments = self.arguments
        for level in reversed(self.levels):
            stages.insert(0, _stage(self.fun, level, arguments))
            arguments = stages[0].arguments
        return tuple(stages)

    def arguments_of(self, depth: int) -> Arguments:
        """What the function inside `depth` vmaps from the innermost sees: 0 = one example, len(levels) = the whole batch."""
        return self.stages[depth].arguments if depth < len(self.levels) else self.arguments

    def axis_env(self, depth: int) -> AxisEnv:
        """Names and sizes of the vmaps around the innermost `depth`."""
        pairs = zip(self.levels[depth:], self.stages[depth:], strict=True)
        return [(level.axis_name, stage.size) for level, stage in pairs if level.axis_name]

    def mapped(self, depth: int) -> Function:
        """The function under its innermost `depth` vmaps."""
        return functools.reduce(lambda fun, level: level(fun), self.levels[:depth], self.fun)

    def plain(self, depth: int) -> tuple[Any, Any]:
        """What plain JAX makes of `mapped(depth)`: the jaxpr and the result's types; raises what JAX raises."""
        args, kwargs = self.arguments_of(depth)
        jaxpr, shapes = jax.make_jaxpr(self.mapped(depth), return_shape=True, axis_env=self.axis_env(depth))(
            *args, **kwargs
        )
        return jaxpr, shapes

    def resized(self, level: int, size: int) -> Call:
        """The same call with another number of examples at one level, on types instead of arrays."""
        arguments = self.arguments_of(level)
        for k in range(level, len(self.levels)):
            arguments = _inserted(arguments, self.stages[k].axes, size if k == level else self.stages[k].size)
        vmap = self.levels[level]
        if vmap.axis_size is not None:
            vmap = dataclasses.replace(vmap, axis_size=size)
        return Call(self.fun, (*self.levels[:level], vmap, *self.levels[level + 1 :]), arguments)


def _stage(fun: Function, level: Vmap, arguments: Arguments) -> Stage:
    seen: list[Any] = []

    def spy(*args: Any, **kwargs: Any) -> tuple[()]:
        seen.append(jax.tree.map(_type_of, (args, kwargs)))
        return ()

    spy.__name__ = spy.__qualname__ = getattr(fun, "__name__", "function")
    with contextlib.suppress(TypeError, ValueError):  # built-in callables have no signature
        spy.__signature__ = inspect.signature(fun)  # type: ignore[attr-defined]  # JAX's errors name arguments by it
    vmap = dataclasses.replace(level, out_axes=0)
    jax.make_jaxpr(vmap(spy))(*arguments[0], **arguments[1])
    shapes = [jax.typeof(leaf).shape for leaf in jax.tree.leaves(arguments)]
    in_axes = tuple(level.in_axes) if isinstance(level.in_axes, list) else level.in_axes
    axes = spread((in_axes, 0), arguments)  # keyword arguments are mapped along axis 0
    places = tuple(None if axis is None else axis % len(shape) for axis, shape in zip(axes, shapes, strict=True))
    sizes = [shape[place] for place, shape in zip(places, shapes, strict=True) if place is not None]
    return Stage(seen[0], places, sizes[0] if sizes else level.axis_size or 0)


def spread(axes: Any, tree: Any) -> list[int | None]:
    """One axis per leaf of `tree` from a prefix of it; ValueError when `axes` is none."""

    def none(x: Any) -> bool:
        return x is None

    rows = jax.tree.map(lambda axis, part: [axis] * len(jax.tree.leaves(part)), axes, tree, is_leaf=none)
    leaves: list[int | None] = jax.tree.leaves(rows, is_leaf=none)
    return leaves


def _type_of(leaf: Any) -> jax.ShapeDtypeStruct:
    aval = jax.typeof(leaf)
    return jax.ShapeDtypeStruct(aval.shape, aval.dtype, weak_type=getattr(aval, "weak_type", False))


def _inserted(arguments: Arguments, axes: tuple[int | None, ...], size: int) -> Arguments:
    leaves, tree = jax.tree.flatten(arguments)
    types = [
        _type_of(leaf) if axis is None else _widened(leaf, axis, size) for leaf, axis in zip(leaves, axes, strict=True)
    ]
    widened: Arguments = jax.tree.unflatten(tree, types)
    return widened


def _widened(leaf: Any, axis: int, size: int) -> jax.ShapeDtypeStruct:
    shape = (*leaf.shape[:axis], size, *leaf.shape[axis:])
    return jax.ShapeDtypeStruct(shape, leaf.dtype, weak_type=getattr(leaf, "weak_type", False))


def argument_labels(fun: Function, arguments: Arguments) -> tuple[str | None, ...]:
    """The arguments' names per leaf: "W", "state['mean']"; None where the function's signature does not say."""
    args, kwargs = arguments
    try:
        named = list(inspect.signature(fun).bind_partial(*args).arguments.items())
    except (TypeError, ValueError):
        return (None,) * len(jax.tree.leaves(arguments))
    named += sorted(kwargs.items())
    return tuple(
        name + jax.tree_util.keystr(path)
        for name, value in named
        for path, _ in jax.tree_util.tree_flatten_with_path(value)[0]
    )


def files_of(fun: Function) -> frozenset[str]:
    """The file that holds the user's function; empty when unknown."""
    code = getattr(inspect.unwrap(fun), "__code__", None)
    return frozenset({code.co_filename}) if code else frozenset()
