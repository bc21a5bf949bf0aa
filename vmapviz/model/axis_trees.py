"""Axes as Python literals over a pytree: the axis of every leaf, and a literal with one of them changed."""

from __future__ import annotations

import ast
from collections.abc import Callable

from vmapviz.model.expressions import Expression
from vmapviz.model.paths import Key

Spec = int | None | tuple["Spec", ...] | list["Spec"] | dict[str | int, "Spec"]
Leaves = dict[tuple[Key, ...], int | None]
Frame = Callable[[tuple[Key, ...]], Spec]


class UnfitError(Exception):
    """Axes that cannot be had; says why in one sentence."""


def axis_at(spec: Spec, steps: tuple[Key, ...]) -> int | None:
    """The axis that a literal gives one leaf; raises UnfitError where the literal has another structure."""
    for step in steps:
        if spec is None or isinstance(spec, int):
            return spec
        spec = _down(spec, step)
    if spec is None or isinstance(spec, int):
        return spec
    raise UnfitError(f"`{spec!r}` stands where one array is.")


def _down(spec: Spec, step: Key) -> Spec:
    if isinstance(spec, dict) and step.value in spec and step.value is not None:
        return spec[step.value]
    if isinstance(spec, list | tuple) and isinstance(step.value, int) and step.value < len(spec):
        return spec[step.value]
    raise UnfitError(f"`{spec!r}` has nothing for `{step.text}`.")


def changed(spec: Spec, leaves: Leaves, target: tuple[Key, ...], axis: int | None, frame: Frame) -> Spec:
    """The literal with another axis at one leaf: one value where all leaves agree, else containers down to the leaf.

    `leaves` are the axes so far; `frame` gives the dict, list or tuple at a place of the pytree with None for every
    part, and None itself where it is not known. Raises UnfitError where no literal can say it.
    """
    return _changed(spec, {**leaves, target: axis}, (), target, frame)


def _changed(spec: Spec, below: Leaves, place: tuple[Key, ...], target: tuple[Key, ...], frame: Frame) -> Spec:
    """The literal at a place on the way to the target; `below` are the leaves under it."""
    axes = list(below.values())
    if all(axis == axes[0] for axis in axes):
        return axes[0]
    written = isinstance(spec, list | tuple | dict)
    groups: dict[Key, Leaves] = {}
    for steps, axis in below.items():
        groups.setdefault(steps[len(place)], {})[steps] = axis
    children: dict[str | int | None, Spec] = {}
    for step, group in groups.items():
        inner = _down(spec, step) if written else spec
        if target[len(place)] == step:
            children[step.value] = _changed(inner, group, (*place, step), target, frame)
        else:
            children[step.value] = inner if isinstance(inner, list | tuple | dict) else next(iter(group.values()))
    return _container(children, spec if written else frame(place))


def _container(children: dict[str | int | None, Spec], frame: Spec) -> Spec:
    """A dict, list or tuple of the parts; those without arrays (None in a pytree) stay as the frame has them."""
    keys = [key for key in children if key is not None]
    if len(keys) < len(children):
        raise UnfitError("Its parts are no dict, list or tuple, so they can only be batched along one axis together.")
    indices = [key for key in keys if isinstance(key, int)]
    if isinstance(frame, dict) or not indices:
        known = frame if isinstance(frame, dict) else {}
        return {key: children.get(key, known.get(key)) for key in dict.fromkeys((*known, *keys))}
    if not isinstance(frame, list | tuple):
        raise UnfitError("Whether its parts stand in a list or a tuple is not known here. Write their axes as text.")
    rest = dict(enumerate(frame))
    row = [children.get(index, rest.get(index)) for index in range(max(len(frame), max(indices) + 1))]
    return row if isinstance(frame, list) else tuple(row)


def edited(parsed: Expression, old: Spec, new: Spec) -> str:
    """The text of one literal turned into that of another, leaving what is equal in both as the user wrote it."""
    text = parsed.text
    for (start, end), value in sorted(_edits(parsed, parsed.tree, old, new), reverse=True):
        text = text[:start] + value + text[end:]
    return text


def _edits(parsed: Expression, node: ast.expr, old: Spec, new: Spec) -> list[tuple[tuple[int, int], str]]:
    if old == new and type(old) is type(new):
        return []
    if isinstance(node, ast.Dict) and isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        pairs = zip(node.values, old.values(), new.values(), strict=True)
    elif isinstance(node, ast.List | ast.Tuple) and _same_row(old, new):
        pairs = zip(node.elts, old, new, strict=True)  # type: ignore[arg-type]  # both are rows here
    else:
        return [(parsed.span(node), repr(new))]
    return [edit for child, before, after in pairs for edit in _edits(parsed, child, before, after)]


def _same_row(old: Spec, new: Spec) -> bool:
    return (
        isinstance(old, list | tuple)
        and isinstance(new, list | tuple)
        and type(old) is type(new)
        and len(old) == len(new)
    )
