"""Draws one array: its cells with their numbers, its axes with brackets, the followed example, the name below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import msgspec

from vmapviz.model.scenes import layout
from vmapviz.model.scenes.brackets import brackets
from vmapviz.model.scenes.layout import Figure, Index, Pair, Plan, Slot, Style, TwoSlot
from vmapviz.model.scenes.marks import (
    CAP,
    LABEL,
    Box,
    bounds,
    level_role,
    shifted,
)
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.scenes.strips import strip, type_box
from vmapviz.model.trace import type_text

Place = tuple[float, float, float, float]  # x, y, width, height
Where = tuple[Pair, Pair]  # of a small array: the indices of its table and in it, downwards and across
GROUP_GAP = 12.0  # between tables, besides twice the gap in them


class Drawn(msgspec.Struct, frozen=True):
    """An array as items, the box around them, the box of its cells alone, and its cells by index."""

    items: tuple[Item, ...]
    box: Box
    grid: Box
    cells: dict[Index, Place]

    def at(self, dx: float, dy: float) -> Drawn:
        """The same, moved."""
        cells = {index: (x + dx, y + dy, w, h) for index, (x, y, w, h) in self.cells.items()}
        items = tuple(shifted(self.items, dx, dy))
        return Drawn(items, _moved(self.box, dx, dy), _moved(self.grid, dx, dy), cells)


def _moved(box: Box, dx: float, dy: float) -> Box:
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


class _Frame(msgspec.Struct):
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

    @property
    def lift(self) -> float:
        """How far the last sheet stands from the front one."""
        return layout.length(self.depth)


def draw(figure: Figure, style: Style = layout.LADDER[0]) -> Drawn:
    """Draw an array; its cells begin at (0, 0), brackets and labels stand around them."""
    figure = layout.spread_out(figure, style)
    places = layout.plan(figure)
    if places.strip and not figure.apart:
        body = strip(figure, style)
        return _named(figure, Drawn(tuple(body), bounds(body), bounds(body), {}))
    frame = _frame(figure, style, places)
    cells: dict[Index, Place] = {}
    items = list(_blocks(frame, cells))
    grid = (0.0, 0.0, *_extent(frame))
    items = [
        *_bands(frame, cells),
        *items,
        *_outline(frame, grid),
        *_slices(frame, cells),
        *brackets(figure, places, grid, _front_box(frame), frame.lift if frame.depth else 0.0),
    ]
    return _named(figure, Drawn(tuple(items), bounds([*items, Rect(*grid)]), grid, cells))


def _frame(figure: Figure, style: Style, places: Plan) -> _Frame:
    shown = layout.windows(figure, places, style)
    numbers = {} if places.strip else layout.texts(figure, shown)
    width, height = layout.cell_size(style, numbers)
    step = min(layout.DEPTH_STEP, style.height * 0.58)

    def inner(dim: int | None, extent: float, dots: float) -> tuple[Slot, ...]:
        return layout.track(shown[dim], extent, 0, dots) if dim is not None else ((0, 0.0, extent),)

    down = inner(places.down, height, layout.GAP_DOWN)
    across = inner(places.across, width, layout.GAP_ACROSS)
    sheets = len(shown[places.depth]) if places.depth is not None else 1
    depth = layout.track(shown[places.depth], 0, step, 0) if places.depth is not None else ()
    lift = (sheets - 1) * step
    block = (layout.length(across) + lift, layout.length(down) + lift)
    if places.strip:
        rest = figure.inside
        block = (text_width(type_text(figure.dtype, rest), 11, mono=True) + 12, max(style.height, 20))
    sizes = (max(block[1], style.block if places.outer[0] is not None else 0), block[0])
    tables = layout.tracks(places.outer, shown, sizes, style.gap)
    table = (layout.length(tables[1]), layout.length(tables[0]))
    groups = layout.tracks(places.around, shown, (table[1], table[0]), 2 * style.gap + GROUP_GAP)
    outer = (layout.nested(groups[0], tables[0]), layout.nested(groups[1], tables[1]))
    return _Frame(figure, style, places, numbers, (width, height), block, depth, down, across, outer, table, {})


def _front_box(frame: _Frame) -> tuple[float, float]:
    """Width and height of what the inner brackets measure: the first table, or the front sheet of a whole array."""
    return frame.table if frame.figure.apart else (layout.length(frame.across), layout.length(frame.down))


def block_height(figure: Figure, style: Style) -> float:
    """The height of one slice of a split array."""
    figure = layout.spread_out(figure, style)
    return _frame(figure, style, layout.plan(figure)).block[1]


def cell_width(figure: Figure, style: Style) -> float:
    """The width of a figure's cells."""
    figure = layout.spread_out(figure, style)
    return _frame(figure, style, layout.plan(figure)).cell[0]


def _extent(frame: _Frame) -> tuple[float, float]:
    return layout.length(frame.outer[1]), layout.length(frame.outer[0])


def _index(frame: _Frame, where: Where, down: int | None = None, across: int | None = None) -> Index:
    """The index of a cell of the front sheet from the place of its small array and its own in it."""
    index, places = [0] * len(frame.figure.shape), frame.places
    for alone, here in frame.figure.cut_dims.items():
        index[alone] = here
    dims = (
        places.around[0],
        places.outer[0],
        places.around[1],
        places.outer[1],
        places.depth,
        places.down,
        places.across,
    )
    for dim, at in zip(dims, (*where[0], *where[1], _front(frame), down, across), strict=True):
        if dim is not None and at is not None:
            index[dim] = at
    return tuple(index)


def _name(frame: _Frame, where: Where) -> str:
    """How the key of a small array ends."""
    (group_row, row), (group_column, column) = where
    grouped = frame.figure.around != layout.NONE
    return f"{group_row}.{row},{group_column}.{column}" if grouped else f"{row},{column}"


def _blocks(frame: _Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    """Every small array of the table, or the one there is; their cells are noted on the way."""
    for (row, y, height), (column, x, width) in product(*frame.outer):
        where = row, column
        y += (height - frame.block[1]) / 2 if None not in row else 0
        if None in row or None in column:
            yield _dots(x + width / 2, y + height / 2, None in row, f"{frame.figure.key}:{_name(frame, where)}...")
        elif frame.places.strip:
            index = _index(frame, where)
            cells[index] = (x, y, *frame.block)
            yield from type_box(
                frame.figure.cell_key(index),
                type_text(frame.figure.dtype, frame.figure.inside),
                cells[index],
                _fill(frame, index, True),
            )
        else:
            yield from _sheets(frame, where, x, y)
            yield from _grid(frame, where, x, y + (frame.lift if frame.depth else 0), cells)


def _dots(x: float, y: float, upright: bool, key: str) -> Text:
    return Text(x, y + (4 if not upright else 3), "⋮" if upright else "…", "ink3", 12, anchor="middle", key=key)


def _front(frame: _Frame) -> int | None:
    """The sheet that lies in front: the followed one, else the first."""
    if frame.places.depth is None:
        return None
    return frame.figure.followed(frame.places.depth) or 0


def _sheets(frame: _Frame, where: Where, x: float, y: float) -> Iterator[Item]:
    """The sheets behind the front one, the last first."""
    width, height = layout.length(frame.across), layout.length(frame.down)
    behind = [slot[0] for slot in frame.depth if slot[0] != _front(frame)]
    role = frame.figure.role(frame.places.depth) if frame.places.depth is not None else ""
    line = level_role(role) if isinstance(role, int) else "edge"
    fill = level_role(role, "fill") if isinstance(role, int) else _fill(frame, None)
    if frame.figure.preview is None:
        fill = "sunken"
    for n in range(len(behind), 0, -1):
        offset = frame.depth[n][1]
        key = f"{frame.figure.key}:{_name(frame, where)}/{behind[n - 1]}"
        yield Rect(x + offset, y + frame.lift - offset, width, height, fill, line, key=key)


def _grid(frame: _Frame, where: Where, x: float, y: float, cells: dict[Index, Place]) -> Iterator[Item]:
    for (i, dy, height), (j, dx, width) in product(frame.down, frame.across):
        if i is None or j is None:
            key = f"{frame.figure.key}:{_name(frame, where)},{i},{j}"
            box = (x + dx, y + dy, width, height)
            index = _index(frame, where, i, j)
            left_out = (frame.places.down if i is None else None, frame.places.across if j is None else None)
            if not any(dim is not None and frame.figure.level_at(dim) for dim in left_out):
                frame.rest[(*index, len(frame.rest))] = box
            yield Rect(*box, _fill(frame, index if len(frame.rest) else None, True), key=key)
            if (i is None) != (j is None):
                yield _dots(x + dx + width / 2, y + dy + height / 2, i is None, f"{key}...")
        else:
            index = _index(frame, where, i, j)
            cells[index] = (x + dx, y + dy, width, height)
            yield from _cell(frame, index, cells[index])


def _fill(frame: _Frame, index: Index | None, whole: bool = False) -> str:
    """The colour role of a cell: white, tinted by its batch axis, strong when followed, sunken when not known."""
    figure = frame.figure
    levels = [(level, dim) for level, dim in enumerate(figure.levels, 1) if dim is not None]
    if index is not None and not whole and figure.cell(index) is None:
        return "sunken"
    if figure.framed:
        return level_role(figure.tint, "fill" if figure.framed == "slice" else "strong") if figure.tint else "surface"
    if figure.kept is not None and index is not None:
        return level_role(levels[0][0] if levels else 1, "strong") if index in figure.kept else "surface"
    if len(levels) != 1:
        return "surface"
    level, dim = levels[0]
    chosen = index is not None and figure.followed(dim) == index[dim]
    return level_role(level, "strong" if chosen else "fill")


def _cell(frame: _Frame, index: Index, place: Place) -> Iterator[Item]:
    figure, (x, y, width, height) = frame.figure, place
    key = figure.cell_key(index)
    thrown = figure.kept is not None and index not in figure.kept
    again = figure.repeats is not None and index[figure.repeats[0]] > 0
    dashed = again or index in figure.dashed
    fill = "" if dashed else _fill(frame, index)
    tinted = fill.replace("fill", "strong") if fill.endswith("_fill") else "cell"
    hatch = tinted if thrown or "sum" in figure.roles else ""
    yield Rect(
        x,
        y,
        width,
        height,
        fill,
        "cell",
        dash=(3, 3) if dashed else None,
        hatch=hatch,
        key=key,
    )
    if frame.style.numbers and index in frame.numbers:
        weight = 700 if figure.kept is not None and not thrown else 500
        yield Text(
            x + width / 2,
            y + height / 2 + CAP * frame.style.font,
            frame.numbers[index],
            "ink3" if dashed or thrown else "ink",
            frame.style.font,
            weight,
            mono=True,
            anchor="middle",
            width=width - 2,
            strike=thrown,
            key=f"{key}#",
        )


def _outline(frame: _Frame, grid: Box) -> Iterator[Item]:
    """The line around a whole array; slices of a split array have their own."""
    figure = frame.figure
    if figure.apart:
        return
    top = grid[1] + (frame.lift if frame.depth else 0)
    width, height = layout.length(frame.across), layout.length(frame.down)
    if figure.repeats is not None and figure.repeats[0] == frame.places.down:
        height = frame.cell[1]
    role = figure.role(frame.places.depth) if frame.places.depth is not None else ""
    line, thickness = (level_role(role), 1.5) if isinstance(role, int) else ("edge", 1.25)
    yield Rect(grid[0], top, width, height, "", line, thickness, key=f"{figure.key}|")


def _examples(frame: _Frame, cells: dict[Index, Place]) -> dict[tuple[int | None, ...], Box]:
    """The boxes of the shown examples: one index per level, None where the array has no such batch axis."""
    found: dict[tuple[int | None, ...], Box] = {}
    for index, (x, y, w, h) in [*cells.items(), *frame.rest.items()]:
        which = tuple(None if dim is None else index[dim] for dim in frame.figure.levels)
        left, top, right, bottom = found.get(which, (x, y, x + w, y + h))
        found[which] = min(left, x), min(top, y), max(right, x + w), max(bottom, y + h)
    return found


def _slices(frame: _Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    """One frame per example: invisible inside a whole array, a line when split, bold when followed."""
    figure = frame.figure
    if all(dim is None for dim in figure.levels):
        if figure.framed:
            yield from _copy_frame(frame, cells)
        return
    last: list[Item] = []
    for which, (left, top, right, bottom) in _examples(frame, cells).items():
        line, thickness = _example_line(figure, which)
        followed = thickness > 2
        key = f"{figure.key}@{','.join('-' if i is None else str(i) for i in which)}"
        shown = line if figure.apart or followed else ""
        item = Rect(left, top, right - left, bottom - top, "", shown, thickness, key=key)
        last.append(item) if followed else (yield item)
        if figure.apart:
            yield from _example_number(frame, which, item)
    yield from last


def _example_line(figure: Figure, which: tuple[int | None, ...]) -> tuple[str, float]:
    present = [(level, at) for level, at in enumerate(which, 1) if at is not None]
    followed = all(level <= len(figure.follow) and figure.follow[level - 1] == at for level, at in present)
    if len(present) > 1:
        return ("ink", 2.5) if followed and figure.follow else ("edge", 1.25)
    return level_role(present[0][0]), 2.5 if followed and figure.follow and figure.kept is None else 1.5


def _copy_frame(frame: _Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    left, top, right, bottom = bounds([Rect(*place) for place in (*cells.values(), *frame.rest.values())])
    plain = "edge" if frame.figure.framed == "slice" else "ink"
    line = level_role(frame.figure.tint) if frame.figure.tint else plain
    key, thickness = f"{frame.figure.key}@{frame.figure.framed}", 1.5 if frame.figure.framed == "slice" else 2.5
    yield Rect(left, top, right - left, bottom - top, "", line, thickness, key=key)


def _example_number(frame: _Frame, which: tuple[int | None, ...], rect: Rect) -> Iterator[Item]:
    """The index of a slice, outside it: left of a row, above a column; in a table of two levels brackets say it."""
    present = [(level, at) for level, at in enumerate(which, 1) if at is not None]
    if len(present) != 1 or len(frame.figure.levels) > 1:
        return
    level, at = present[0]
    rows = frame.places.outer[0] is not None
    x = rect.x - 8 if rows else rect.x + rect.width / 2
    y = rect.y + rect.height / 2 + CAP * LABEL if rows else rect.y - 6
    yield Text(
        x, y, str(at), level_role(level), 11.5, mono=True, anchor="end" if rows else "middle", key=f"{rect.key}.n"
    )


def _bands(frame: _Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    """Behind a table: the followed row and column, tinted; of tables in a table those of the followed one, and it in theirs."""
    figure = frame.figure
    present = [level for level, dim in enumerate(figure.levels, 1) if dim is not None]
    if len(present) < 2 or len(figure.follow) < len(figure.levels):
        return
    examples = _examples(frame, cells)
    for level in sorted(present, key=lambda level: (-((level - 1) // 2), level)):
        around = [other for other in present if (other - 1) // 2 > (level - 1) // 2]
        same = [other - 1 for other in (level, *around)]
        found = [box for at, box in examples.items() if all(at[n] == figure.follow[n] for n in same)]
        if found:
            left, top, right, bottom = bounds([Rect(b[0], b[1], b[2] - b[0], b[3] - b[1]) for b in found])
            out = 4.0 if level < 3 else 8.0
            fill = level_role(level, "fill")
            place = left - out, top - out, right - left + 2 * out, bottom - top + 2 * out
            yield Rect(*place, fill, key=f"{figure.key}=band{level}")


def _named(figure: Figure, drawn: Drawn) -> Drawn:
    """The array with its name and notes below."""
    if figure.unnamed or not (figure.name or figure.notes):
        return drawn
    x, y = (drawn.grid[0] + drawn.grid[2]) / 2, max(drawn.grid[3], drawn.box[3]) + 4
    items: list[Item] = []
    if figure.name:
        y += 12
        items.append(Text(x, y, figure.name, "ink", 12, 600, True, "middle", key=f"{figure.key}.name"))
    for n, note in enumerate(figure.notes):
        y += 15
        items.append(Text(x, y, note, "ink3", 11, anchor="middle", key=f"{figure.key}.note{n}"))
    both = (*drawn.items, *items)
    return Drawn(both, bounds([*both, Rect(*drawn.box[:2], drawn.box[2] - drawn.box[0], 1)]), drawn.grid, drawn.cells)
