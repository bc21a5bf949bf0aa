"""The Python that each variant runs, as a user would write it: it can be pasted beside the function and its arguments."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

from vmapviz.engine import compat
from vmapviz.engine.calls import Call, Vmap
from vmapviz.engine.load import Loaded

INDEX = "kji"
SHARDED = "from jax.sharding import AxisType, NamedSharding, PartitionSpec as P"


@dataclasses.dataclass(frozen=True)
class Code:
    """An `expression` in `names`, or the text of a `callee` for them; `values` are what they stand for, the last `keywords` of them
    passed by keyword. The lines of `setup` run before the clock starts."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    expression: str = ""
    callee: str = ""
    setup: tuple[str, ...] = ()
    keywords: int = 0

    def text(self, jit: bool = False) -> str:
        """The lines; the last one is what is timed."""
        if self.callee:
            last = f"jax.jit({self.callee})" if jit else self.callee
            return self._lines(f"{last}({self._passed(self.values)})")
        whole = f"jax.jit(lambda {', '.join(self.names)}: {self.expression})({', '.join(self.values)})"
        return self._lines(whole if jit else self.expression)

    def gradient(self, jit: bool, argnums: tuple[int, ...], total: str) -> str:
        """The lines of the gradient by these arguments of a total, in which `{out}` stands for the answer."""
        inside = f"{self.callee}({self._passed(self.names)})" if self.callee else self.expression
        by = f", argnums={argnums[0] if len(argnums) == 1 else argnums}" if argnums != (0,) else ""
        fun = f"jax.grad(lambda {', '.join(self.names)}: {total.format(out=inside)}{by})"
        return self._lines(f"{f'jax.jit({fun})' if jit else fun}({', '.join(self.values)})")

    def _passed(self, values: tuple[str, ...]) -> str:
        count = len(values) - self.keywords
        named = [f"{name}={value}" for name, value in zip(self.names[count:], values[count:], strict=True)]
        return ", ".join([*values[:count], *named])

    def _lines(self, last: str) -> str:
        return "\n".join([*self.setup, last])


def names(loaded: Loaded) -> tuple[str, ...]:
    """Python's names for the arguments: `rest[0]` becomes `rest_0`."""
    return tuple(re.sub(r"\W+", "_", name).strip("_") for name in loaded.names)


def called(callee: str, loaded: Loaded) -> Code:
    """A call of a function with the whole batch: `layer(W, x, b)`."""
    known = names(loaded)
    return Code(known, known, callee=callee, keywords=len(known) - len(loaded.args))


def nested(call: Call, loaded: Loaded) -> str:
    """The vmapped function without its call: `jax.vmap(layer, in_axes=(None, 0, None))`."""
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


# --- over devices -----------------------------------------------------------------------------------------------------


def pmap(call: Call, loaded: Loaded, devices: int, spread: Vmap, share: Vmap) -> Code:
    """`jax.pmap(jax.vmap(layer), …)(W, x.reshape(8, 128, 3), b)`: `spread` is pmap's own setting, `share` that of each device."""
    inside = nested(dataclasses.replace(call, levels=(*call.levels[:-1], share)), loaded)
    trees, size = _trees(call, loaded, len(call.levels) - 1), call.stages[-1].size
    each = -1 if size % devices else size // devices
    cut = tuple(_cut(name, tree, f"{devices}, {each}") for name, tree in zip(names(loaded), trees, strict=True))
    return dataclasses.replace(called(f"jax.pmap({inside}{settings(spread)})", loaded), values=cut)


def pmap_alone(loaded: Loaded, level: Vmap) -> Code:
    """pmap with one example on each device."""
    return called(f"jax.pmap({loaded.name}{settings(level)})", loaded)


def shard_map(call: Call, loaded: Loaded, devices: int, in_specs: Any, out_specs: Any, share: Vmap) -> Code:
    """`jax.shard_map(jax.vmap(layer), mesh=mesh, in_specs=(P(), P("devices")), …)(W, x)` on arguments that were placed before."""
    inside = nested(dataclasses.replace(call, levels=(*call.levels[:-1], share)), loaded)
    code = called(inside, loaded)
    if code.keywords:
        inside = f"lambda {', '.join(code.names)}: {inside}({code._passed(code.names)})"
    how = f"mesh=mesh, in_specs={specs_text(in_specs)}, out_specs={specs_text(out_specs)}, check_vma=False"
    places = [
        f"{name} = jax.device_put({name}, {_sharding(spec)})" for name, spec in zip(code.names, in_specs, strict=True)
    ]
    mesh = f'mesh = jax.make_mesh(({devices},), ("devices",), (AxisType.Auto,), devices=jax.devices()[:{devices}])'
    callee = f"jax.shard_map({inside}, {how})"
    return dataclasses.replace(code, callee=callee, setup=(SHARDED, mesh, *places), keywords=0)


def _sharding(spec: Any) -> str:
    if isinstance(spec, jax.sharding.PartitionSpec):
        return f"NamedSharding(mesh, {specs_text(spec)})"
    return f"jax.tree.map(lambda spec: NamedSharding(mesh, spec), {specs_text(spec)})"


def specs_text(specs: Any) -> str:
    """Specs of shard_map as Python, `P` for a PartitionSpec."""
    if isinstance(specs, jax.sharding.PartitionSpec):
        return f"P({', '.join(map(repr, specs))})"
    if isinstance(specs, dict):
        return "{" + ", ".join(f"{key!r}: {specs_text(value)}" for key, value in specs.items()) + "}"
    if isinstance(specs, list):
        return f"[{', '.join(map(specs_text, specs))}]"
    if isinstance(specs, tuple) and type(specs) is tuple:
        return f"({', '.join(map(specs_text, specs))}{',' if len(specs) == 1 else ''})"
    return re.sub(r"PartitionSpec\(", "P(", repr(specs))


def _cut(text: str, axes: _Axes, sizes: str) -> str:
    def cut(axis: int, leaf: str) -> str:
        if axes.shape is not None:
            return (
                f"{leaf}.reshape({', '.join([*map(str, axes.shape[:axis]), sizes, *map(str, axes.shape[axis + 1 :])])})"
            )
        before = f"*{leaf}.shape[:{axis}], " if axis else ""
        return f"{leaf}.reshape({before}{sizes}, *{leaf}.shape[{axis + 1}:])"

    return axes.applied(text, cut)


# --- loops ------------------------------------------------------------------------------------------------------------


def loop(call: Call, loaded: Loaded, out_tree: Any, jitted: bool = False) -> Code:
    """`jnp.stack([layer(W, x[k], b) for k in range(5)])`."""
    known = names(loaded)
    text = _loops(call, loaded, "jitted" if jitted else loaded.name, out_tree, len(call.levels))
    return Code(known, known, text, setup=_jitted(loaded) if jitted else ())


def loop_split(call: Call, loaded: Loaded, out_tree: Any) -> Code:
    """The loop over examples that were sliced beforehand: `jnp.stack([jitted(W, x, b) for x in examples])`."""
    known, depth = names(loaded), len(call.levels) - 1
    trees = _trees(call, loaded, depth)
    mapped = [(name, tree) for name, tree in zip(known, trees, strict=True) if tree.mapped]
    each = ", ".join(name for name, _ in mapped)
    parts = ", ".join(_sliced(name, tree, _index(depth)) for name, tree in mapped)
    one = parts if len(mapped) == 1 else f"({parts})"
    examples = f"examples = [{one} for {_index(depth)} in range({call.stages[depth].size})]"
    inside = _loops(call, loaded, "jitted", out_tree, depth)
    text = _stacked(f"{inside} for {each or '_'} in examples", call.levels[depth], out_tree)
    shared = tuple(name for name, tree in zip(known, trees, strict=True) if not tree.mapped)
    return Code((*shared, "examples"), (*shared, "examples"), text, setup=(*_jitted(loaded), examples))


def _jitted(loaded: Loaded) -> tuple[str]:
    return (f"jitted = jax.jit({loaded.name})",)


def _loops(call: Call, loaded: Loaded, fun: str, out_tree: Any, depth: int) -> str:
    """The innermost `depth` levels as nested loops."""
    texts = list(names(loaded))
    for level in reversed(range(depth)):
        trees = _trees(call, loaded, level)
        texts = [_sliced(text, tree, _index(level)) for text, tree in zip(texts, trees, strict=True)]
    text = _call(fun, loaded, texts)
    for level in range(depth):
        text = f"{text} for {_index(level)} in range({call.stages[level].size})"
        text = _stacked(text, call.levels[level], out_tree)
    return text


def _call(fun: str, loaded: Loaded, texts: list[str]) -> str:
    return f"{fun}({dataclasses.replace(called(fun, loaded), values=())._passed(tuple(texts))})"


def _stacked(rows: str, level: Vmap, out_tree: Any) -> str:
    axes, whole = _out_axes(level, out_tree)
    if len(set(axes)) != 1 or axes[0] is None:
        row = "rows[0] if axis is None else jnp.stack(rows, axis)"
        return f"jax.tree.map(lambda axis, *rows: {row}, {whole!r}, *[{rows}], is_leaf=lambda axis: axis is None)"
    along = f", axis={axes[0]}" if axes[0] else ""
    if jax.tree_util.treedef_is_leaf(out_tree):
        return f"jnp.stack([{rows}]{along})"
    return f"jax.tree.map(lambda *rows: jnp.stack(rows{along}), *[{rows}])"


def _out_axes(level: Vmap, out_tree: Any) -> tuple[list[int | None], Any]:
    """The axis of every result, and the same as a tree."""
    axes = compat.flatten_axes("out_axes", out_tree, level.out_axes)
    return axes, jax.tree.unflatten(out_tree, axes)


def _index(level: int) -> str:
    return INDEX[level % len(INDEX)]


def _sliced(text: str, axes: _Axes, index: str) -> str:
    return axes.applied(text, lambda axis, leaf: f"{leaf}[{':, ' * axis}{index}]")


# --- lax.map ----------------------------------------------------------------------------------------------------------


def lax_map(call: Call, loaded: Loaded, out_tree: Any, batch_size: int | None) -> Code:
    """`lax.map(lambda x: layer(W, x, b), x)`, with `batch_size=8` for as many examples at a time."""
    known = names(loaded)
    text = _call(loaded.name, loaded, list(known))
    for depth, level in enumerate(call.levels):
        rows = list(zip(known, _trees(call, loaded, depth), strict=True))
        text = _from_front(_mapped(text, rows, batch_size), level, out_tree)
    return Code(known, known, text)


def _mapped(text: str, rows: list[tuple[str, _Axes]], batch_size: int | None) -> str:
    mapped: list[tuple[str, str]] = []
    for name, axes in rows:
        if axes.mapped and not axes.whole:
            inside = axes.applied(name, lambda axis, leaf: _plain(leaf))
            text = f"(lambda {name}: {text})({inside})"
        mapped += [(_plain(leaf), _to_front(leaf, axis)) for leaf, axis in axes.parts(name)]
    chunks = f", batch_size={batch_size}" if batch_size else ""
    each, all_of = ", ".join(name for name, _ in mapped), ", ".join(value for _, value in mapped)
    if len(mapped) == 1:
        return f"lax.map(lambda {each}: {text}, {all_of}{chunks})"
    return f"lax.map(lambda t: (lambda {each}: {text})(*t), ({all_of}){chunks})"


def _plain(leaf: str) -> str:
    """A name for `p['w']`: `p_w`."""
    return re.sub(r"\W+", "_", leaf).strip("_")


def _to_front(leaf: str, axis: int) -> str:
    return f"jnp.moveaxis({leaf}, {axis}, 0)" if axis else leaf


def _from_front(text: str, level: Vmap, out_tree: Any) -> str:
    axes, whole = _out_axes(level, out_tree)
    if set(axes) == {0}:
        return text
    if len(set(axes)) != 1 or axes[0] is None:
        leaf = "leaf[0] if axis is None else jnp.moveaxis(leaf, 0, axis)"
        return f"jax.tree.map(lambda axis, leaf: {leaf}, {whole!r}, {text}, is_leaf=lambda axis: axis is None)"
    if jax.tree_util.treedef_is_leaf(out_tree):
        return f"jnp.moveaxis({text}, 0, {axes[0]})"
    return f"jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 0, {axes[0]}), {text})"


# --- the axes of one argument -----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Axes:
    """The axes that a vmap takes from the arrays of one argument: as a tree, and one by one; `shape` is that of a lone array."""

    tree: Any
    leaves: tuple[int | None, ...]
    alone: bool
    shape: tuple[int, ...] | None

    @property
    def mapped(self) -> bool:
        """Whether any array of the argument is mapped."""
        return any(axis is not None for axis in self.leaves)

    @property
    def whole(self) -> bool:
        """Whether lax.map can take the argument as it is."""
        return self.alone or set(self.leaves) == {0}

    def applied(self, text: str, change: Callable[[int, str], str]) -> str:
        """The argument with `change(axis, array)` in place of every mapped array."""
        first = self.leaves[0] if self.leaves else None
        if not self.mapped:
            return text
        if self.alone and first is not None:
            return change(first, text)
        if len(set(self.leaves)) == 1 and first is not None:
            return f"jax.tree.map(lambda leaf: {change(first, 'leaf')}, {text})"
        return _rebuilt(text, self.tree, change)

    def parts(self, text: str) -> Iterator[tuple[str, int]]:
        """What lax.map takes, with its axis: the whole argument, or each mapped array."""
        if not self.whole:
            yield from _arrays(text, self.tree)
        elif self.leaves[0] is not None:
            yield text, self.leaves[0]


def _rebuilt(text: str, tree: Any, change: Callable[[int, str], str]) -> str:
    """A dict, list or tuple written out, its mapped arrays changed."""
    if isinstance(tree, int):
        return change(tree, text)
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{k!r}: {_rebuilt(f'{text}[{k!r}]', v, change)}" for k, v in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        inside = [_rebuilt(f"{text}[{i}]", part, change) for i, part in enumerate(tree)]
        return f"[{', '.join(inside)}]" if isinstance(tree, list) else f"({', '.join(inside)},)"
    return text


def _arrays(text: str, tree: Any) -> Iterator[tuple[str, int]]:
    if isinstance(tree, int):
        yield text, tree
    elif isinstance(tree, dict):
        for key, part in tree.items():
            yield from _arrays(f"{text}[{key!r}]", part)
    elif isinstance(tree, list | tuple):
        for index, part in enumerate(tree):
            yield from _arrays(f"{text}[{index}]", part)


def _trees(call: Call, loaded: Loaded, level: int) -> list[_Axes]:
    """The axes of every argument at one level."""
    axes = iter(call.stages[level].axes)
    args, kwargs = call.arguments
    found = {}
    for name, value in [*zip(loaded.names, args, strict=False), *sorted(kwargs.items())]:
        leaves, tree = jax.tree.flatten(value)
        taken = tuple(next(axes) for _ in leaves)
        alone = jax.tree_util.treedef_is_leaf(tree)
        found[name] = _Axes(jax.tree.unflatten(tree, taken), taken, alone, np.shape(value) if alone else None)
    return [found[name] for name in loaded.names]
