"""The 2-D slice that is drawn of an array of more than three axes: which two axes are seen, and where it lies in all others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import prod

import msgspec

from vmapviz.model.values import Piece, Preview

Index = tuple[int, ...]
Named = tuple[str, bool]  # a variable, and whether it is one of the last program
MOST_AXES = 3  # that are drawn without a slice
FIRST = 8  # entries of an axis that are drawn at once


class Slice(msgspec.Struct, frozen=True):
    """Two axes of an array, in order, and for every axis the entry that is seen; of those two the first one that is.

    A cell to `hold` moves what is seen along those two no farther than it must.
    """

    at: Index
    dims: tuple[int, int]
    hold: Index = ()

    def begins(self, dim: int, length: int) -> int:
        """The first entry that is seen of one of the two axes, where so many are."""
        if not self.hold or self.at[dim] <= self.hold[dim] < self.at[dim] + length:
            return self.at[dim]
        return self.hold[dim] if self.hold[dim] < self.at[dim] else self.hold[dim] - length + 1


Slices = Mapping[Named, Slice]


class SliceError(Exception):
    """A text that says no slice; the message is a sentence for the user."""


def is_sliced(shape: Sequence[int], batch: Collection[int]) -> bool:
    """Whether an array has more axes than are drawn together; those of size 1 that hold no examples count for nothing."""
    return sum(size != 1 or dim in batch for dim, size in enumerate(shape)) > MOST_AXES


def first_slice(shape: Sequence[int], batch: Collection[int]) -> Slice:
    """The slice that is seen first: the two longest axes that hold no examples, from their beginning."""
    order = sorted(range(len(shape)), key=lambda dim: (dim in batch, -shape[dim], dim))
    one, other = sorted(order[:2])
    return Slice((0,) * len(shape), (one, other))


def shown_slice(chosen: Slice | None, shape: Sequence[int], follow: Mapping[int, int]) -> Slice:
    """The slice that is seen, inside the array and at the followed example; `follow` holds the index of that by batch axis."""
    if chosen is None or len(chosen.at) != len(shape):
        chosen = first_slice(shape, follow)
    at = [follow.get(dim, at) if dim not in chosen.dims else at for dim, at in enumerate(chosen.at)]
    inside = tuple(max(0, min(at, size - 1)) for at, size in zip(at, shape, strict=True))
    return Slice(inside, chosen.dims, chosen.hold if len(chosen.hold) == len(shape) else ())


def slice_entries(found: Slice, shape: Sequence[int], spans: Mapping[int, tuple[int, int]]) -> list[str]:
    """The entries of the index of a slice as Python writes them: "0", ":8", "4:12"; `spans` = first entry and length along its two axes."""

    def entry(dim: int, at: int) -> str:
        if dim not in spans:
            return str(at)
        start, length = spans[dim]
        return f"{start or ''}:{'' if start + length >= shape[dim] else start + length}"

    return [entry(dim, at) for dim, at in enumerate(found.at)]


def parsed_slice(text: str, shape: Sequence[int]) -> Slice:
    """The slice that a text such as "[0, :, 4:, 2]" says.

    Raises SliceError where it says none of an array of this shape.
    """
    entries = [entry.strip() for entry in text.strip().removeprefix("[").removesuffix("]").split(",")]
    if len(entries) != len(shape):
        raise SliceError(f"Write one entry for each of the {len(shape)} axes.")
    dims = tuple(dim for dim, entry in enumerate(entries) if ":" in entry)
    if len(dims) != 2:
        raise SliceError("Write a colon for two of the axes, and a number for each other.")
    at = tuple(_entry(dim, entry, size) for dim, (entry, size) in enumerate(zip(entries, shape, strict=True)))
    return Slice(at, (dims[0], dims[1]))


def _entry(dim: int, entry: str, size: int) -> int:
    number, colon, end = entry.partition(":")
    try:
        at = int(number or "0" if colon else number)
        int(end or "0")
    except ValueError:
        raise SliceError(f"{entry or 'Nothing'} is no entry of axis {dim}.") from None
    at += size if at < 0 else 0
    if not 0 <= at < max(size, 1):
        raise SliceError(f"Axis {dim} has the entries 0 to {size - 1}." if size else f"Axis {dim} is empty.")
    return at


def holding(found: Slice, index: Index) -> Slice:
    """The slice in which a cell is seen."""
    at = tuple(at if dim in found.dims else index[dim] for dim, at in enumerate(found.at))
    return Slice(at, found.dims, index)


def beginning(found: Slice, dim: int, at: int, size: int) -> Slice:
    """The slice that is seen at another entry of one axis; about it where it is one of the two."""
    if dim in found.dims:
        at = max(0, min(at - FIRST // 2, size - FIRST))
    return Slice((*found.at[:dim], at, *found.at[dim + 1 :]), found.dims)


class Region(msgspec.Struct, frozen=True):
    """A box of the cells of a variable, `sizes` long from `start` on; of the original's for one example, counted flat."""

    name: str
    batched: bool
    example: int
    start: Index
    sizes: Index


def box_of(shape: Sequence[int], follow: Mapping[int, int], chosen: Slice | None) -> tuple[Index, Index]:
    """Where the cells begin that may be drawn with numbers, and how long they go on: a slice, or the followed example."""
    if is_sliced(shape, follow):
        found = shown_slice(chosen, shape, follow)
        long = [FIRST if dim in found.dims else 1 for dim in range(len(shape))]
        start = tuple(found.begins(dim, FIRST) if dim in found.dims else at for dim, at in enumerate(found.at))
    else:
        long = [1 if dim in follow else FIRST for dim in range(len(shape))]
        start = tuple(follow.get(dim, 0) for dim in range(len(shape)))
    return start, tuple(max(0, min(n, size - at)) for n, size, at in zip(long, shape, start, strict=True))


def is_known(wanted: Region, preview: Preview | None, pieces: Sequence[Piece]) -> bool:
    """Whether all cells of a region have their numbers, or it is known that they have none."""
    if prod(wanted.sizes) == 0:
        return True
    ends = [at + size for at, size in zip(wanted.start, wanted.sizes, strict=True)]
    if preview is not None and all(end <= shown for end, shown in zip(ends, preview.shown, strict=True)):
        return True
    about = wanted.name, wanted.batched, wanted.example
    same = (piece for piece in pieces if (piece.name, piece.batched, piece.example) == about)
    return any(_covers(piece, wanted.start, ends) for piece in same)


def _covers(piece: Piece, start: Sequence[int], ends: Sequence[int]) -> bool:
    rows = zip(start, ends, piece.start, piece.sizes, strict=True)
    return all(at <= one and end <= at + size for one, end, at, size in rows)
