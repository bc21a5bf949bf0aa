"""Where the cells of primitives come from that read or write at an index which is itself a value."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from msgspec.structs import replace

from vmapviz.model.depends.cells import (
    NONE,
    Box,
    Case,
    Cells,
    Index,
    Look,
    Sources,
    box,
    boxes,
    maybe,
    number_at,
    one,
    unknown,
)

MOST_WRITES = 4096


def _clipped(start: int, size: int, part: int) -> int:
    return min(max(start, 0), size - part)


def dynamic_slice(case: Case) -> Sources:
    """The cell it was cut from, and where the cut begins."""
    shape, parts = case.shapes[0], case.param("slice_sizes")
    starts = [number_at(look, ()) for look in case.looks[1 : 1 + len(shape)]]
    where = tuple(one(()) if part < size else NONE for size, part in zip(shape, parts, strict=True))
    found: list[range | tuple[int]] = []
    for start, size, part, at in zip(starts, shape, parts, case.index, strict=True):
        known = 0 if part == size else start
        found.append(range(at, size - part + at + 1) if known is None else (_clipped(known, size, part) + at,))
    return replace(box(*found), exact=all(map(_single, found))), *where


def _single(along: range | tuple[int]) -> bool:
    return len(along) == 1


def dynamic_update_slice(case: Case) -> Sources:
    """The cell of the update where it lies, else that of the array; and where the update begins."""
    shape, parts = case.shapes[:2]
    where = tuple(one(()) if part < size else NONE for size, part in zip(shape, parts, strict=True))
    inside = []
    for n, (size, part, at) in enumerate(zip(shape, parts, case.index, strict=True)):
        start = 0 if part == size else number_at(case.looks[2 + n], ())
        if start is None:
            return maybe(one(case.index)), unknown(parts), *where
        inside.append(at - _clipped(start, size, part))
    if all(0 <= at < part for at, part in zip(inside, parts, strict=True)):
        return NONE, one(inside), *where
    return one(case.index), NONE, *where


def gather(case: Case) -> Sources:
    """The cell that is looked up, and the numbers of the index that looked it up."""
    numbers, sizes, shape = case.param("dimension_numbers"), case.param("slice_sizes"), case.shapes[0]
    fill = case.param("mode") == "FILL_OR_DROP"
    offsets = set(numbers["offset_dims"])
    batch = tuple(at for dim, at in enumerate(case.index) if dim not in offsets)
    taken = {*numbers["collapsed_slice_dims"], *numbers["operand_batching_dims"]}
    rest = iter([case.index[dim] for dim in sorted(offsets)])
    place = [0 if dim in taken else next(rest) for dim in range(len(shape))]
    for dim, at in zip(numbers["operand_batching_dims"], numbers["start_indices_batching_dims"], strict=True):
        place[dim] = batch[at]
    used = [n for n, dim in enumerate(numbers["start_index_map"]) if fill or sizes[dim] < shape[dim]]
    looked = Cells(((*((at,) for at in batch), tuple(used)),)) if used else NONE
    exact = True
    found: list[range | tuple[int]] = [(at,) for at in place]
    for n, dim in enumerate(numbers["start_index_map"]):
        start, last = number_at(case.looks[1], (*batch, n)), shape[dim] - sizes[dim]
        if start is None and n in used:
            exact, found[dim] = False, range(place[dim], place[dim] + last + 1)
        elif start is not None and fill and not 0 <= start <= last:
            return NONE, looked
        else:
            found[dim] = (place[dim] + min(max(start or 0, 0), last),)
    return replace(box(*found), exact=exact), looked


class _Scatter:
    """Where each window of updates is written."""

    def __init__(self, case: Case) -> None:
        numbers: dict[str, Any] = case.param("dimension_numbers")
        self.shape, indices, self.updates = case.shapes[:3]
        self.many = indices[:-1]
        self.to = numbers["scatter_dims_to_operand_dims"]
        self.batching = list(
            zip(numbers["operand_batching_dims"], numbers["scatter_indices_batching_dims"], strict=True)
        )
        self.window_dims = sorted(numbers["update_window_dims"])
        gone = {*numbers["inserted_window_dims"], *numbers["operand_batching_dims"]}
        kept = iter([self.updates[dim] for dim in self.window_dims])
        self.sizes = [1 if dim in gone else next(kept) for dim in range(len(self.shape))]
        self.kept = [dim for dim in range(len(self.shape)) if dim not in gone]
        self.clip = case.param("mode") == "CLIP"

    def mine(self, index: Index) -> Box:
        """The windows that may write a cell: those of its example where examples are set apart."""
        along: list[range | tuple[int]] = [range(size) for size in self.many]
        for dim, at in self.batching:
            along[at] = (index[dim],)
        return tuple(along)

    def moving(self) -> tuple[int, ...]:
        """The numbers of an index that can move a window: all, but for those of a clipped one that has no room."""
        room = [not self.clip or self.sizes[dim] < self.shape[dim] for dim in self.to]
        return tuple(n for n, free in enumerate(room) if free)

    def start(self, look: Look, which: Index) -> list[int] | None:
        """Where a window begins; None where that is not known."""
        found = [0] * len(self.shape)
        for n, dim in enumerate(self.to):
            start = number_at(look, (*which, n))
            if start is None:
                return None
            found[dim] = _clipped(start, self.shape[dim], self.sizes[dim]) if self.clip else start
        for dim, at in self.batching:
            found[dim] = which[at]
        return found

    def fits(self, start: list[int]) -> bool:
        """Whether a window lies inside; others are dropped."""
        return all(0 <= at <= size - part for at, size, part in zip(start, self.shape, self.sizes, strict=True))

    def update(self, which: Index, start: list[int], index: Index) -> Index | None:
        """The update that a window writes to a cell; None where it does not reach it."""
        inside = [at - begin for at, begin in zip(index, start, strict=True)]
        if not all(0 <= at < part for at, part in zip(inside, self.sizes, strict=True)):
            return None
        windows = {dim: inside[at] for dim, at in zip(self.window_dims, self.kept, strict=True)}
        rest = iter(which)
        return tuple(windows[dim] if dim in windows else next(rest) for dim in range(len(self.updates)))


def scatter(case: Case) -> Sources:
    """What was written there last, or what was there; and every index, as each might write there."""
    found, where = _written(case)
    if found is None:
        return maybe(one(case.index)), where, unknown(case.shapes[2])
    return (NONE, where, one(found[-1])) if found else (one(case.index), where, NONE)


def scatter_into(case: Case) -> Sources:
    """What was there, all that was added (multiplied…) to it, and every index, as each might write there."""
    found, where = _written(case)
    if found is None:
        return one(case.index), where, unknown(case.shapes[2])
    return one(case.index), where, boxes(tuple((at,) for at in index) for index in found)


def _written(case: Case) -> tuple[list[Index] | None, Cells]:
    """The updates written to a cell, in order; None where that is not known; and the indices that may write there."""
    how = _Scatter(case)
    mine = how.mine(case.index)
    where = box(*mine, how.moving())
    if prod(map(len, mine)) > MOST_WRITES:
        return None, where
    found = []
    for which in product(*mine):
        start = how.start(case.looks[1], which)
        if start is None:
            return None, where
        update = how.update(which, start, case.index) if how.fits(start) else None
        if update is not None:
            found.append(update)
    return found, where
