"""Where the cells come from of what picks: one cell of every window, or one matrix for every group of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from math import isnan

from vmapviz.model.depends.cells import NONE, Box, Case, Index, Sources, box, boxes, maybe, number_at, one, unknowns
from vmapviz.model.depends.sums import reach


class _Windows:
    """The windows of an equation that picks the largest or smallest of each: `array` is the operand they lie on."""

    def __init__(self, case: Case, array: int) -> None:
        self.case, self.look, self.shape = case, case.looks[array], case.shapes[array]
        self.sizes = case.param("window_dimensions")
        ones = [1] * len(self.sizes)
        self.strides, self.padding = case.param("window_strides", ones), case.param("padding")
        self.apart, self.spread = case.param("window_dilation", ones), case.param("base_dilation", ones)
        self.smallest = case.text("select_prim") == "le"

    def along(self, dim: int, at: int) -> tuple[int, ...]:
        """The places under a window, along one dimension."""
        how = (
            self.strides[dim],
            self.padding[dim][0],
            self.sizes[dim],
            self.apart[dim],
            self.shape[dim],
            self.spread[dim],
        )
        return tuple(place for _, place in reach(at, *how))

    def cells(self, at: Index) -> Box:
        """The cells under a window, along every dimension."""
        return tuple(self.along(dim, i) for dim, i in enumerate(at))

    def over(self, index: Index, counts: Index) -> Box:
        """The windows that lie over a cell, of so many along every dimension."""
        pairs = enumerate(zip(index, counts, strict=True))
        return tuple(tuple(n for n in range(count) if at in self.along(dim, n)) for dim, (at, count) in pairs)

    def picked(self, at: Index) -> Index | None:
        """The cell that a window picks, of equal ones the first; None where that is not known."""
        found = [(self.look(index), index) for index in product(*self.cells(at))]
        values = [float(value) for value, _ in found if isinstance(value, int | float)]
        if not values or len(values) < len(found) or any(map(isnan, values)):
            return None
        return found[values.index(min(values) if self.smallest else max(values))][1]


def gathered_by_selection(case: Case) -> Sources:
    """The tangent of the cell that the window picks, and all cells that it picks from."""
    windows = _Windows(case, 1)
    under, picked = windows.cells(case.index), windows.picked(case.index)
    return (maybe(box(*under)) if picked is None else one(picked)), box(*under)


def scattered_by_selection(case: Case) -> Sources:
    """What the windows that pick the cell bring to it, and all cells under the windows over it."""
    windows = _Windows(case, 1)
    over = windows.over(case.index, case.shapes[0])
    under = [sorted({at for n in along for at in windows.along(dim, n)}) for dim, along in enumerate(over)]
    picks = {at: windows.picked(at) for at in product(*over)}
    if None in picks.values():
        return maybe(box(*over)), box(*under)
    return boxes(tuple((n,) for n in at) for at, picked in picks.items() if picked == case.index), box(*under)


def ragged_dot(case: Case) -> Sources:
    """A row of the left, a column of the matrix of its group, and the sizes of the groups up to that one."""
    how = case.param("ragged_dot_dimension_numbers")
    summed, batched = how["dot_dimension_numbers"]
    (ragged,), groups = how["lhs_ragged_dimensions"], how["rhs_group_dimensions"]
    if len(groups) != 1 or ragged in summed[0] or len(case.shapes[2]) not in (1, 1 + len(batched[0])):
        return unknowns(case)  # of the gradient each group has its own result
    rest = iter(case.index[len(batched[0]) :])
    left = _rows(case, 0, summed[0], batched[0], rest)
    right = _rows(case, 1, (*summed[1], *groups), batched[1], rest)
    which = case.index[: len(case.shapes[2]) - 1]
    count = case.shapes[2][-1]
    sizes = [number_at(case.looks[2], (*which, n)) for n in range(count)]
    given = tuple((n,) for n in which)
    if None in sizes:
        return maybe(box(*left)), maybe(box(*right)), maybe(box(*given, range(count)))
    ends = list(accumulate(size or 0 for size in sizes))
    group = next((n for n, end in enumerate(ends) if left[ragged][0] < end), count)
    if group == count:  # rows behind the last group are zero
        return NONE, NONE, box(*given, range(count))
    own = tuple((group,) if dim == groups[0] else along for dim, along in enumerate(right))
    return box(*left), box(*own), box(*given, range(group + 1))


def _rows(case: Case, operand: int, whole: Sequence[int], batched: Sequence[int], rest: Iterator[int]) -> Box:
    """The cells of an operand of a product along every dimension: all of those that are summed, else those of the result's cell."""
    at = dict(zip(batched, case.index, strict=False))
    shape = enumerate(case.shapes[operand])
    return tuple(range(n) if d in whole else (at[d] if d in at else next(rest),) for d, n in shape)
