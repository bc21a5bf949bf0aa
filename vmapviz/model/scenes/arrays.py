"""Draws one array: its cells with their numbers, its axes with brackets, the followed example, the name below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import msgspec

from vmapviz.model.scenes import layout
from vmapviz.model.scenes.brackets import brackets
from vmapviz.model.scenes.example_frames import bands, slices
from vmapviz.model.scenes.layout import Figure, Index, Pair, Slot, Style
from vmapviz.model.scenes.marks import CAP, Box, bounds, level_role, scaled, shifted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.scenes.strips import LINE, NOT_SENT, bars, breaks, index_line, type_box
from vmapviz.model.scenes.style import hollow
from vmapviz.model.scenes.tracks import (
    Frame,
    Place,
    Where,
    extent_of,
    frame_of,
    front_box_of,
    front_of,
    index_of,
    indices,
    name_of,
)
from vmapviz.model.slices import Slice
from vmapviz.model.trace import type_text

NO_CELLS = "no cells"
BESIDE = 22.0  # from the bars to a slice beside them


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

    def scaled(self, by: float) -> Drawn:
        """The same, larger or smaller."""
        cells = {index: (x * by, y * by, w * by, h * by) for index, (x, y, w, h) in self.cells.items()}
        return Drawn(tuple(scaled(self.items, by)), _scaled(self.box, by), _scaled(self.grid, by), cells)


def _scaled(box: Box, by: float) -> Box:
    left, top, right, bottom = box
    return left * by, top * by, right * by, bottom * by


def _moved(box: Box, dx: float, dy: float) -> Box:
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def draw(figure: Figure, style: Style = layout.LADDER[0]) -> Drawn:
    """Draw an array; its cells begin at (0, 0), brackets and labels stand around them."""
    figure = layout.spread_out(figure, style)
    return _named(figure, _drawn(figure, style))


def fitting(figure: Figure, styles: Sequence[Style], room: float) -> Style:
    """The first style in which an array is no wider than there is room, else the last."""
    boxes = ((style, draw(figure, hollow(style)).box) for style in styles)
    return next((style for style, (left, _, right, _) in boxes if right - left <= room), styles[-1])


def _drawn(figure: Figure, style: Style) -> Drawn:
    places = layout.plan(figure)
    frame = frame_of(figure, style, places)
    cells: dict[Index, Place] = {}
    items = list(_blocks(frame, cells))
    grid = (0.0, 0.0, *extent_of(frame))
    items = [
        *(bands(frame, cells) if figure.seen is None else ()),
        *items,
        *_outline(frame, grid),
        *slices(frame, cells),
    ]
    if figure.seen is not None:
        return _strip(frame, _hollow(items) if style.hollow else items, grid, cells)
    items += brackets(figure, places, grid, front_box_of(frame), frame.lift if frame.depth else 0.0)
    items = _hollow(items) if style.hollow else items
    return Drawn(tuple(items), bounds([*items, Rect(*grid)]), grid, cells)


def _hollow(items: list[Item]) -> list[Item]:
    """The corners of the box around items, and the frames of the examples among them."""
    left, top, right, bottom = bounds(items)
    frames = [item for item in items if "@" in item.key and isinstance(item, Rect)]
    return [Rect(left, top, 0, 0), Rect(right, bottom, 0, 0), *frames]


def _strip(frame: Frame, items: list[Item], grid: Box, cells: dict[Index, Place]) -> Drawn:
    """A slice below the bars of all axes, or beside them."""
    figure, seen = frame.figure, frame.figure.seen
    assert seen is not None
    spans = {dim: (track[0][0] or 0, len(track)) if track else (0, 0) for dim, track in _tracks(frame, seen)}
    above, height = bars(figure, frame.style, seen, spans)
    below = not frame.style.beside
    items += [*index_line(figure, seen, spans, -LINE - 6, below), *breaks(figure, seen, spans, grid)]
    if figure.preview is not None and not frame.numbers and cells:
        items += _not_sent(figure, grid)
    left, top = (0.0, height + 4 + LINE + 6) if below else (bounds(above)[2] + BESIDE, LINE + 6)
    slice_ = Drawn(tuple(items), grid, grid, cells).at(left, top)
    if not below:
        above = list(shifted(above, 0, max(0.0, (top + grid[3] - height) / 2)))
    both = (*above, *slice_.items)
    right = max(item.x + item.width for item in both if isinstance(item, Rect) and "/" in item.key)
    box = (0.0, 0.0, max(right, slice_.grid[2]), max(height, slice_.grid[3]))
    return Drawn(both, bounds(both), box, slice_.cells)


def _not_sent(figure: Figure, grid: Box) -> list[Item]:
    """That the numbers of a slice are not there."""
    x, y = (grid[0] + grid[2]) / 2, (grid[1] + grid[3]) / 2 + CAP * 11
    width = text_width(NOT_SENT, 11) + 8
    return [
        Rect(x - width / 2, y - 12, width, 16, "sunken", key=f"{figure.key}/behind"),
        Text(x, y, NOT_SENT, "ink3", 11, anchor="middle", key=f"{figure.key}/unknown"),
    ]


def _tracks(frame: Frame, seen: Slice) -> Iterator[tuple[int, tuple[Slot, ...]]]:
    return zip(seen.dims, (frame.down, frame.across), strict=True)


def _blocks(frame: Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    """Every small array of the table, or the one there is; their cells are noted on the way."""
    for (row, y, height), (column, x, width) in product(*frame.outer):
        where = row, column
        y += (height - frame.block[1]) / 2 if None not in row else 0
        if None in row or None in column:
            yield _dots(x + width / 2, y + height / 2, None in row, f"{frame.figure.key}:{name_of(frame, where)}...")
        elif frame.places.boxes:
            index = index_of(frame, where)
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


def _dots(x: float, y: float, upright: bool, key: str, colour: str = "ink3") -> Text:
    sign, down = ("⋮", 3) if upright else ("…", 4)
    return Text(x, y + down, sign, colour, 12, mono=upright, anchor="middle", key=key)  # Inter has no upright dots


def _sheets(frame: Frame, where: Where, x: float, y: float) -> Iterator[Item]:
    """The sheets behind the front one, the last first."""
    width, height = layout.length(frame.across), layout.length(frame.down)
    behind = [slot[0] for slot in frame.depth if slot[0] != front_of(frame)]
    role = frame.figure.role(frame.places.depth) if frame.places.depth is not None else ""
    line = level_role(role) if isinstance(role, int) else "edge"
    fill = level_role(role, "fill") if isinstance(role, int) else _fill(frame, None)
    if frame.figure.preview is None:
        fill = "sunken"
    for n in range(len(behind) if 0 not in frame.figure.shape else 0, 0, -1):
        offset = frame.depth[n][1]
        key = f"{frame.figure.key}:{name_of(frame, where)}/{behind[n - 1]}"
        if behind[n - 1] is None:
            again = ".again" if frame.figure.again(frame.places.depth) else ""
            yield from _sheets_left_out(x + offset + width / 2, y + frame.lift - offset, f"{key}{again}")
            continue
        left, top, real = x + offset, y + frame.lift - offset, _real(frame)
        repeat = frame.figure.again(frame.places.depth) and behind[n - 1] != 0
        if repeat or real != (width, height):
            yield Rect(left, top, width, height, "surface", "cell", dash=(3, 3), key=f"{key}.again")
        if not repeat:
            yield Rect(left, top, *real, fill, line, key=key)


def _real(frame: Frame) -> tuple[float, float]:
    """Width and height of the cells of a sheet that are no repeats."""
    width = frame.cell[0] if frame.figure.again(frame.places.across) else layout.length(frame.across)
    height = frame.cell[1] if frame.figure.again(frame.places.down) else layout.length(frame.down)
    return width, height


def _sheets_left_out(x: float, y: float, key: str) -> Iterator[Item]:
    """Three dots into depth."""
    for n in range(3):
        yield Rect(x + 4 * n - 5, y + 7 - 4 * n, 2, 2, "ink3", radius=1, key=f"{key}.{n}")


def _grid(frame: Frame, where: Where, x: float, y: float, cells: dict[Index, Place]) -> Iterator[Item]:
    if 0 in frame.figure.shape:
        yield from _empty(frame, x, y)
        return
    at = indices(frame, where)
    for (i, dy, height), (j, dx, width) in product(frame.down, frame.across):
        index, place = at(i, j), (x + dx, y + dy, width, height)
        if i is not None and j is not None:
            cells[index] = place
        elif _whose(frame, i, j):
            frame.rest[(*index, len(frame.rest))] = place
        if frame.style.hollow and not (_at_end(i, frame.down) and _at_end(j, frame.across)):
            continue
        if i is None or j is None:
            yield from _left_out(frame, where, (i, j), index, place)
        else:
            yield from _cell(frame, index, place)


def _at_end(at: int | None, slots: tuple[Slot, ...]) -> bool:
    """Whether a place is the first or the last, or that of what is left out: such cells make the box of all."""
    return at is None or at == slots[0][0] or at == slots[-1][0] or (slots[-1][0] is None and at == slots[-2][0])


def _whose(frame: Frame, down: int | None, across: int | None) -> bool:
    """Whether what is left out belongs to one example."""
    left_out = (frame.places.down if down is None else None, frame.places.across if across is None else None)
    return not any(dim is not None and frame.figure.level_at(dim) for dim in left_out)


def _left_out(frame: Frame, where: Where, at: Pair, index: Index, place: Place) -> Iterator[Item]:
    """What stands for the cells that are left out of a row or a column, or of both."""
    (x, y, width, height), (down, across) = place, at
    fill, line, dash = _fill(frame, index if _whose(frame, down, across) else None, True), "", None
    again, places = frame.figure.again, frame.places
    if (down != 0 and again(places.down)) or (across != 0 and again(places.across)):
        fill, line, dash = "surface" if frame.depth else "", "cell", (3.0, 3.0)
    key = f"{frame.figure.key}:{name_of(frame, where)},{down},{across}"
    yield Rect(*place, fill, line, dash=dash, key=key)
    if (down is None) != (across is None):
        colour = "ink" if fill.endswith("_strong") else "ink3"
        yield _dots(x + width / 2, y + height / 2, down is None, f"{key}...", colour)


def _empty(frame: Frame, x: float, y: float) -> Iterator[Item]:
    """What stands for no cells at all."""
    width, height = layout.length(frame.across), layout.length(frame.down)
    yield Rect(x, y, width, height, "", "edge", dash=(3, 3), key=f"{frame.figure.key}/empty")
    if text_width(NO_CELLS, 11) + 8 <= width:
        middle = y + height / 2 + CAP * 11
        yield Text(x + width / 2, middle, NO_CELLS, "ink3", 11, anchor="middle", key=f"{frame.figure.key}/none")


def _fill(frame: Frame, index: Index | None, whole: bool = False) -> str:
    """The colour role of a cell: white, tinted by its batch axis, strong when followed, sunken when not known."""
    figure = frame.figure
    levels = [(level, dim) for level, dim in enumerate(figure.levels, 1) if dim is not None]
    if index is not None and not whole and figure.cell(index) is None:
        return "sunken"
    if figure.framed:
        return level_role(figure.tint, "fill" if figure.framed == "slice" else "strong") if figure.tint else "surface"
    if figure.kept is not None and index is not None and (whole or figure.judged(index)):
        if whole:
            return "surface"  # what is left out is partly kept
        return kept_role(figure) if index in figure.kept else "surface"
    if len(levels) != 1:
        return "surface"
    level, dim = levels[0]
    chosen = index is not None and figure.followed(dim) == index[dim]
    return level_role(level, "strong" if chosen else "fill")


def kept_role(figure: Figure) -> str:
    """The colour of a kept cell: the strong one of its batch axis, of no batch that of no level."""
    level = next((level for level, dim in enumerate(figure.levels, 1) if dim is not None), 3)
    return level_role(level, "strong")


def _cell(frame: Frame, index: Index, place: Place) -> Iterator[Item]:
    figure, (x, y, width, height) = frame.figure, place
    key = figure.cell_key(index)
    thrown = figure.kept is not None and index not in figure.kept and figure.judged(index)
    again = any(index[dim] > 0 for dim, _ in figure.repeats)
    dashed = again or index in figure.dashed
    behind = "surface" if frame.depth else ""  # no line of a sheet strikes its number through
    fill = behind if dashed else _fill(frame, index)
    tinted = fill.replace("fill", "strong") if fill.endswith("_fill") else "cell"
    hatch = tinted if thrown or "sum" in figure.roles else ""
    holds = figure.cell(index)
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
        cell=None if holds is None else (holds, figure.dtype),
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


def _outline(frame: Frame, grid: Box) -> Iterator[Item]:
    """The line around a whole array; slices of a split array have their own."""
    figure = frame.figure
    if figure.apart or 0 in figure.shape:
        return
    top = grid[1] + (frame.lift if frame.depth else 0)
    width, height = _real(frame)
    role = figure.role(frame.places.depth) if frame.places.depth is not None else ""
    line, thickness = (level_role(role), 1.5) if isinstance(role, int) else ("edge", 1.25)
    yield Rect(grid[0], top, width, height, "", line, thickness, key=f"{figure.key}|")


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
