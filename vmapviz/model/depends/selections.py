"""Where the cells come from of what picks one cell of every window: the gradients of pools."""

from __future__ import annotations

from itertools import product
from math import isnan

from vmapviz.model.depends.cells import Box, Case, Index, Sources, box, boxes, maybe, one
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
