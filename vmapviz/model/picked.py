"""A picked cell, and where it stands in the programs."""

from __future__ import annotations

import msgspec

from vmapviz.model.trace import Batched, Trace, Value, values_of

Index = tuple[int, ...]


class Picked(msgspec.Struct, frozen=True):
    """A cell of a value by name: of the original, in the followed example; or of the last program, where the original has none such.

    Of what a loop carries, with a `turn` from 0: what the body made in that turn, else what is there in the end.
    """

    name: str
    index: Index
    batched: bool = False
    turn: int | None = None


def value_of(trace: Trace, cell: Picked) -> Value | None:
    """The value that a cell belongs to; None where there is none of that name and rank, or it is not that long."""
    program = trace.batched if cell.batched else trace.original
    found = next((value for value in values_of(program) if value.name == cell.name), None)
    if found is None or len(found.shape) != len(cell.index):
        return None
    return found if all(at < size for at, size in zip(cell.index, found.shape, strict=True)) else None


def in_batch(entry: Batched, index: Index, example: Index) -> Index:
    """The place in the batched value of a cell of one example, levels innermost first."""
    axes = {dim: at for dim, at in zip(entry.axes, example, strict=False) if dim is not None}
    rest = iter(index)
    return tuple(axes[dim] if dim in axes else next(rest) for dim in range(len(entry.shape)))


def in_one(entry: Batched, index: Index, example: Index) -> tuple[Index, Index]:
    """The example of a cell of a batched value, and its place in that; in levels that have no axis there the given example."""
    pairs = zip(entry.axes, example, strict=False)
    found = tuple(at if dim is None else index[dim] for dim, at in pairs)
    return tuple(at for dim, at in enumerate(index) if dim not in entry.axes), found
