"""How a figure is laid out in one style: the tracks of its cells, and the sizes of its cells, blocks and tables."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vmapviz.model.scenes import layout
from vmapviz.model.scenes.layout import Figure, Index, Pair, Plan, Slot, Style, TwoSlot
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.trace import type_text

Place = tuple[float, float, float, float]  # x, y, width, height
Where = tuple[Pair, Pair]  # of a small array: the indices of its table and in it, downwards and across
STRIKE = 6.0  # by which the stroke through a number is longer than the number
EMPTY = 16.0  # what an axis without entries takes
GROUP_GAP = 12.0  # between tables, besides twice the gap in them


class Frame(msgspec.Struct):
    """The tracks of a figure and the size of its cells, blocks and tables."""

    figure: Figure
    style: Style
    places: Plan
    numbers: dict[Index, str]
    cell: tuple[float, float]
    block: tuple[float, float]
    depth: tuple[Slot, ...]
    down: tuple[Slot, ...]
    across: tuple[Slot, ...]
    outer: tuple[tuple[TwoSlot, ...], tuple[TwoSlot, ...]]
    table: tuple[float, float]
    rest: dict[Index, Place]
    fixed: dict[int, int]

    @property
    def lift(self) -> float:
        """How far the last sheet stands from the front one."""
        return layout.length(self.depth)


def frame_of(figure: Figure, style: Style, places: Plan) -> Frame:
    """The tracks of a figure in a style."""
    shown = layout.windows(figure, places, style)
    numbers = {} if places.boxes else layout.texts(figure, shown, style)
    width, height = layout.cell_size(style, numbers)
    width += STRIKE if figure.kept is not None and style.numbers else 0
    step = min(layout.DEPTH_STEP, style.height * 0.58)

    def inner(dim: int | None, extent: float, dots: float) -> tuple[Slot, ...]:
        if dim is not None and not shown[dim]:
            return ((None, 0.0, EMPTY),)
        return layout.track(shown[dim], extent, 0, dots) if dim is not None else ((0, 0.0, extent),)

    down = inner(places.down, height, layout.GAP_DOWN)
    across = inner(places.across, width, layout.GAP_ACROSS)
    sheets = max(len(shown[places.depth]), 1) if places.depth is not None else 1
    depth = layout.track(shown[places.depth], 0, step, 0) if places.depth is not None else ()
    lift = (sheets - 1) * step
    block = (layout.length(across) + lift, layout.length(down) + lift)
    if places.boxes:
        rest = figure.inside
        block = (text_width(type_text(figure.dtype, rest), 11, mono=True) + 12, max(style.height, 20))
        block = block if style.numbers else (2 * style.width, style.height)
    sizes = (max(block[1], style.block if places.outer[0] is not None else 0), block[0])
    tables = layout.tracks(places.outer, shown, sizes, style.gap)
    table = (layout.length(tables[1]), layout.length(tables[0]))
    groups = layout.tracks(places.around, shown, (table[1], table[0]), 2 * style.gap + GROUP_GAP)
    outer = (layout.nested(groups[0], tables[0]), layout.nested(groups[1], tables[1]))
    fixed = figure.fixed
    return Frame(figure, style, places, numbers, (width, height), block, depth, down, across, outer, table, {}, fixed)


def front_box_of(frame: Frame) -> tuple[float, float]:
    """Width and height of what the inner brackets measure: the first table, or the front sheet of a whole array."""
    return frame.table if frame.figure.apart else (layout.length(frame.across), layout.length(frame.down))


def block_height(figure: Figure, style: Style) -> float:
    """The height of one slice of a split array."""
    figure = layout.spread_out(figure, style)
    return frame_of(figure, style, layout.plan(figure)).block[1]


def cell_width(figure: Figure, style: Style) -> float:
    """The width of a figure's cells."""
    figure = layout.spread_out(figure, style)
    return frame_of(figure, style, layout.plan(figure)).cell[0]


def extent_of(frame: Frame) -> tuple[float, float]:
    """Width and height of all of its cells."""
    return layout.length(frame.outer[1]), layout.length(frame.outer[0])


def indices(frame: Frame, where: Where) -> Callable[[int | None, int | None], Index]:
    """The index of a cell of a small array of the front sheet, by its own place in it: downwards and across."""
    first, rows, columns = index_of(frame, where), frame.places.down, frame.places.across

    def at(down: int | None, across: int | None) -> Index:
        index = list(first)
        if rows is not None and down is not None:
            index[rows] = down
        if columns is not None and across is not None:
            index[columns] = across
        return tuple(index)

    return at


def index_of(frame: Frame, where: Where) -> Index:
    """The index of the first cell of a small array of the front sheet, from its place."""
    index, places = [0] * len(frame.figure.shape), frame.places
    for alone, here in frame.fixed.items():
        index[alone] = here
    dims = places.around[0], places.outer[0], places.around[1], places.outer[1], places.depth
    for dim, at in zip(dims, (*where[0], *where[1], front_of(frame)), strict=True):
        if dim is not None and at is not None:
            index[dim] = at
    return tuple(index)


def name_of(frame: Frame, where: Where) -> str:
    """How the key of a small array ends."""
    (group_row, row), (group_column, column) = where
    grouped = frame.figure.around != layout.NONE
    return f"{group_row}.{row},{group_column}.{column}" if grouped else f"{row},{column}"


def front_of(frame: Frame) -> int | None:
    """The sheet that lies in front: the followed one, else the first."""
    if frame.places.depth is None:
        return None
    return frame.figure.followed(frame.places.depth) or 0
