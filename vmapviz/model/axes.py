"""in_axes and out_axes: their text and the batch axis of every array, each made from the other."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial
from typing import TypeGuard

from msgspec.structs import replace

from vmapviz.model.arguments import frame_at
from vmapviz.model.axis_trees import Frame, Leaves, Spec, UnfitError, axis_at, changed, edited
from vmapviz.model.experiment import Vmap
from vmapviz.model.expressions import UNREADABLE, expression, why_unreadable
from vmapviz.model.messages import Argument, ArgumentLeaf, ResultLeaf
from vmapviz.model.paths import Key, parse_path
from vmapviz.model.problem import Problem

Axes = tuple[int | None, ...]


def parse(text: str, field: str = "in_axes") -> Spec | Problem:
    """The axes as a value: whole numbers, None, and tuples, lists and dicts of them."""
    parsed = expression(text)
    try:
        value = ast.literal_eval(parsed.tree) if parsed else ...
    except UNREADABLE:
        value = ...
    if _is_axes(value):
        return value
    if parsed:
        told = "It is used as it stands; chips show and change whole numbers, None, tuples, lists and dicts alone."
        return Problem(f"{field} structure", f"**`{field}` is more than plain axes.**", told)
    told = "Axes are whole numbers and None, alone or in tuples, lists and dicts: `0` or `(None, 0)`."
    return Problem(f"{field} structure", f"**`{field}` cannot be read as axes.**", told, said=why_unreadable(text))


def _is_axes(value: object) -> TypeGuard[Spec]:
    if isinstance(value, list | tuple):
        return all(map(_is_axes, value))
    if isinstance(value, dict):
        return all(type(key) in (int, str) for key in value) and all(map(_is_axes, value.values()))
    return value is None or type(value) is int


def expand(text: str, arguments: Sequence[Argument]) -> tuple[Axes, ...] | Problem:
    """The batch axis of every array of every argument, counted from 0; None = shared by all examples.

    The arguments are those that this vmap gets (see `level_arguments`). Keyword arguments always have axis 0.
    """
    entries = _entries(text, arguments)
    if isinstance(entries, Problem):
        return entries
    found: list[Axes] = []
    for index, entry in enumerate(entries):
        axes = _expanded(entry, arguments, index)
        if isinstance(axes, Problem):
            return axes
        found.append(axes)
    return tuple(found)


def expand_each(text: str, arguments: Sequence[Argument]) -> tuple[Axes | Problem, ...]:
    """The same for each argument on its own: what does not fit one of them says nothing of the others."""
    entries = _entries(text, arguments)
    if isinstance(entries, Problem):
        return (entries,) * len(arguments)
    return tuple(_expanded(entry, arguments, index) for index, entry in enumerate(entries))


def _expanded(entry: Spec, arguments: Sequence[Argument], index: int) -> Axes | Problem:
    argument = arguments[index]
    try:
        axes = tuple(axis_at(entry, parse_path(leaf.path)) for leaf in argument.leaves)
    except UnfitError as reason:
        return _unfit(f"**`in_axes` does not fit `{argument.name}`.**", str(reason), index, "in_axes structure")
    for leaf, axis in zip(argument.leaves, axes, strict=True):
        if axis is not None and not -len(leaf.shape) <= axis < len(leaf.shape):
            return no_axis(argument, leaf, axis, index)
    ranks = [len(leaf.shape) for leaf in argument.leaves]
    return tuple(axis if axis is None else axis % rank for axis, rank in zip(axes, ranks, strict=True))


def _entries(text: str, arguments: Sequence[Argument]) -> tuple[Spec, ...] | Problem:
    """The axes of each argument; those given by keyword have 0."""
    spec = parse(text)
    if isinstance(spec, Problem):
        return spec
    count = sum(not argument.keyword for argument in arguments)
    if isinstance(spec, dict):
        return _unfit("**`in_axes` cannot be a dict.**", "It is one axis, or a tuple with an entry per argument.", None)
    if isinstance(spec, list | tuple) and len(spec) != count:
        entries, given = _count(len(spec), "entry", "entries"), _count(count, "argument", "arguments")
        advice = "It needs one entry per argument that is not passed by keyword, or one number for all."
        return _unfit(f"**`in_axes` has {entries} for {given}.**", advice, None)
    places = iter(spec if isinstance(spec, list | tuple) else [spec] * count)
    return tuple(0 if argument.keyword else next(places) for argument in arguments)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _unfit(title: str, text: str, index: int | None, kind: str = "in_axes structure") -> Problem:
    return Problem(kind, title, text, arguments=() if index is None else (index,))


def no_axis(argument: Argument, leaf: ArgumentLeaf, axis: int, index: int) -> Problem:
    """That an array of an argument has no such axis, and which it has."""
    rank = len(leaf.shape)
    numbers = ", ".join(map(str, range(rank - 1))) + f" and {rank - 1}"
    has = {0: "It is a single number, the same for every example.", 1: "It has 1 axis: 0."}
    told = has.get(rank, f"It has {rank} axes: {numbers}.")
    return _unfit(f"**`{argument.name}{leaf.path}` has no axis {axis}.**", told, index, "axis range")


def level_arguments(
    arguments: Sequence[Argument], levels: Sequence[Vmap], level: int
) -> tuple[Argument, ...] | Problem:
    """The arguments as the vmap of this level gets them: without the batch axes of the vmaps around it.

    The leaves' `axes` are left out, since they count in the whole shapes.
    """
    found = tuple(arguments)
    for outer in reversed(levels[level + 1 :]):
        axes = expand(outer.in_axes, found)
        if isinstance(axes, Problem):
            return axes
        found = tuple(_without(argument, own) for argument, own in zip(found, axes, strict=True))
    return tuple(_without(argument, (None,) * len(argument.leaves)) for argument in found)


def _without(argument: Argument, axes: Axes) -> Argument:
    leaves = zip(argument.leaves, axes, strict=True)
    return replace(
        argument,
        leaves=tuple(
            ArgumentLeaf(leaf.path, leaf.dtype, tuple(size for i, size in enumerate(leaf.shape) if i != axis), ())
            for leaf, axis in leaves
        ),
    )


def set_axis(text: str, arguments: Sequence[Argument], index: int, path: str | None, axis: int | None) -> str | Problem:
    """The text of in_axes with another batch axis of one argument, or of one array in it (`path`); None = shared.

    What the user wrote is kept where it says the same; equal arrays share one value, and one number stays one
    number while all arguments agree. A Problem says why a choice is impossible.
    """
    argument = arguments[index]
    if argument.keyword:
        told = "JAX maps every argument that is passed by keyword along axis 0."
        return _unfit(f"**`{argument.name}` is passed by keyword.**", told, index, "axis choice")
    for leaf in argument.leaves:
        if path in (None, leaf.path) and axis is not None and axis >= len(leaf.shape):
            return no_axis(argument, leaf, axis, index)
    spec = parse(text)
    if isinstance(spec, Problem):
        return spec
    place = sum(not other.keyword for other in arguments[:index])
    entries = _padded(spec, sum(not other.keyword for other in arguments))
    try:
        frame: Frame = partial(frame_at, argument.text)
        entries[place] = _choice(entries[place], argument.leaves, path, axis, frame)
    except UnfitError as reason:
        return _unfit(f"**`{argument.name}{path}` cannot have an axis of its own.**", str(reason), index, "axis choice")
    return _written(text, spec, entries)


def _padded(spec: Spec, count: int) -> list[Spec]:
    if isinstance(spec, list | tuple):
        return [*spec[:count], *[0] * (count - len(spec))]
    return [0 if isinstance(spec, dict) else spec] * count


def _choice(entry: Spec, leaves: Sequence[ArgumentLeaf], path: str | None, axis: int | None, frame: Frame) -> Spec:
    """The entry after the choice; the entry itself where it says the same already, and 0 first where it does not fit."""
    steps = {leaf.path: parse_path(leaf.path) for leaf in leaves}
    before: Leaves = {}
    try:
        before.update((place, axis_at(entry, place)) for place in steps.values())
    except UnfitError:
        entry, before = 0, dict.fromkeys(steps.values(), 0)
    chosen = [leaf for leaf in leaves if path in (None, leaf.path)]
    if chosen and all(_counted(before[steps[leaf.path]], len(leaf.shape)) == axis for leaf in chosen):
        return entry
    if path is None or not chosen:
        return axis
    return changed(entry, before, parse_path(path), axis, frame)


def _counted(axis: int | None, rank: int) -> int | None:
    return axis + rank if axis is not None and axis < 0 else axis


def _written(text: str, spec: Spec, entries: list[Spec]) -> str:
    if isinstance(spec, list | tuple):
        return _edited(text, spec, entries if isinstance(spec, list) else tuple(entries))
    first = entries[0]
    if (first is None or isinstance(first, int)) and all(entry == first for entry in entries):
        return text if first == spec else repr(first)
    return repr(tuple(entries))


def _edited(text: str, old: Spec, new: Spec) -> str:
    parsed = expression(text)
    return edited(parsed, old, new) if parsed else repr(new)


def rearranged(text: str, before: Sequence[str], after: Sequence[str]) -> str:
    """The text of in_axes when the arguments given by place changed: each name keeps its entry, a new one gets 0.

    One axis for all stays, and so does a text that did not fit the arguments before.
    """
    parsed = expression(text)
    if parsed is None or not isinstance(parsed.tree, ast.List | ast.Tuple) or len(parsed.tree.elts) != len(before):
        return text
    if list(before) == list(after):
        return text
    own = dict(zip(before, map(parsed.of, parsed.tree.elts), strict=True))
    renamed = dict(zip(after, before, strict=False)) if len(before) == len(after) else {}
    entries = [own.get(name) or own.get(_old(renamed.get(name), after)) or "0" for name in after]
    if not entries:
        return "0"
    inner = ", ".join(entries)
    if isinstance(parsed.tree, ast.List):
        return f"[{inner}]"
    return f"({inner},)" if len(entries) == 1 else f"({inner})"


def _old(name: str | None, after: Sequence[str]) -> str:
    return name if name is not None and name not in after else ""


def level_results(results: Sequence[ResultLeaf], level: int) -> tuple[ResultLeaf, ...]:
    """The results as the vmap of this level gives them: without the batch axes of the vmaps around it."""
    return tuple(_result(leaf, level) for leaf in results)


def _result(leaf: ResultLeaf, level: int) -> ResultLeaf:
    outer = sorted(axis for axis in leaf.axes[level + 1 :] if axis is not None)
    shape = tuple(size for axis, size in enumerate(leaf.shape) if axis not in outer)
    axes = [None if axis is None else axis - sum(o < axis for o in outer) for axis in leaf.axes[: level + 1]]
    return replace(leaf, shape=shape, axes=tuple(axes))


def expand_out(text: str, results: Sequence[ResultLeaf]) -> Axes | Problem:
    """Where out_axes puts the batch axis of every array of the result, counted from 0; None = it has none.

    The results are those that this vmap gives (see `level_results`).
    """
    spec = parse(text, "out_axes")
    if isinstance(spec, Problem):
        return spec
    try:
        axes = [axis_at(spec, parse_path(leaf.path)) for leaf in results]
    except UnfitError as reason:
        return _unfit("**`out_axes` does not fit the result.**", str(reason), None, "out_axes structure")
    return tuple(_counted(axis, _rank(leaf)) for axis, leaf in zip(axes, results, strict=True))


def _rank(leaf: ResultLeaf) -> int:
    """The number of axes of a result with its batch axis."""
    return len(leaf.shape) + (leaf.axes[-1] is None)


def _usual(_: tuple[Key, ...]) -> Spec:
    """Functions return several arrays in tuples."""
    return ()


def set_out_axis(text: str, results: Sequence[ResultLeaf], path: str | None, axis: int | None) -> str | Problem:
    """The text of out_axes with another batch axis of the whole result, or of one array in it (`path`)."""
    for leaf in results:
        if path in (None, leaf.path) and axis is not None and axis >= _rank(leaf):
            told = f"With the batch axis it has {_count(_rank(leaf), 'axis', 'axes')}."
            return _unfit(f"**The result{leaf.path} has no axis {axis}.**", told, None, "axis choice")
    spec = parse(text, "out_axes")
    if isinstance(spec, Problem):
        return spec
    leaves = tuple(ArgumentLeaf(leaf.path, leaf.dtype, (1,) * _rank(leaf), ()) for leaf in results)
    try:
        return _edited(text, spec, _choice(spec, leaves, path, axis, _usual))
    except UnfitError as reason:
        return _unfit(f"**The result{path} cannot have an axis of its own.**", str(reason), None, "axis choice")
