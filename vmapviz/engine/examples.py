"""One example out of the whole batch, for any number of levels; examples are counted flat, outermost level first."""

from __future__ import annotations

import math
from typing import Any

import jax
import numpy as np

from vmapviz.engine.calls import Arguments, Call

Mask = np.ndarray[Any, Any]


def sizes(call: Call) -> tuple[int, ...]:
    """The number of examples of each level, outermost first."""
    return tuple(stage.size for stage in reversed(call.stages))


def count(call: Call) -> int:
    """How many examples there are in all."""
    return math.prod(sizes(call))


def spread(total: int, most: int) -> tuple[int, ...]:
    """At most `most` numbers below `total`, evenly spaced, the first and the last among them."""
    return tuple(int(k) for k in np.unique(np.linspace(0, total - 1, min(most, total)).round())) if total else ()


def arguments_of(call: Call, example: int) -> Arguments:
    """The arguments of one example."""
    leaves, tree = jax.tree.flatten(call.arguments)
    for stage, index in zip(reversed(call.stages), np.unravel_index(example, sizes(call)), strict=True):
        leaves = [
            leaf if axis is None else take(leaf, axis, int(index))
            for leaf, axis in zip(leaves, stage.axes, strict=True)
        ]
    arguments: Arguments = jax.tree.unflatten(tree, leaves)
    return arguments


def result_of(leaf: Any, axes: tuple[int | None, ...], call: Call, example: int) -> Any:
    """One example of a batched array; `axes` are its batch axes, one per level, innermost first."""
    where: list[Any] = [slice(None)] * np.ndim(leaf)
    for axis, index in zip(reversed(axes), np.unravel_index(example, sizes(call)), strict=True):
        if axis is not None:
            where[axis] = int(index)
    return leaf[tuple(where)] if where else leaf


def take(leaf: Any, axis: int, index: int) -> Any:
    """One entry along an axis, as a user would write it: `x[:, k]`."""
    return leaf[(slice(None),) * (axis % np.ndim(leaf)) + (index,)]


def by_level(array: Mask, axes: tuple[int | None, ...], call: Call) -> Mask | None:
    """An array of one entry per example with one axis per level, outermost first; None where its `axes`, innermost first, are not known."""
    every = sizes(call)
    places = tuple(reversed(axes))
    if array.ndim != sum(place is not None for place in places) and array.ndim == len(every):
        places = tuple(range(len(every)))
    order = [place for place in places if place is not None]
    if sorted(order) != list(range(array.ndim)):
        return None
    shape = [size if place is not None else 1 for size, place in zip(every, places, strict=True)]
    return np.broadcast_to(array.transpose(order).reshape(shape), every)
