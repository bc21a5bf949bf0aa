"""Looking up and writing at an index: an arrow from every index to the cells it leads to, which are framed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from vmapviz.model.scenes.arrays import Drawn
from vmapviz.model.scenes.captions import caption
from vmapviz.model.scenes.layout import GAP_ACROSS, Figure, Index
from vmapviz.model.scenes.look_up import Pick, picks
from vmapviz.model.scenes.marks import Box, bounds, item_box
from vmapviz.model.scenes.operation import MOST_OPERANDS, Operand, Operation, general, row_of
from vmapviz.model.scenes.ordering import winners
from vmapviz.model.scenes.rows import RUN, Row, Space
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.scenes.sweep import FRAME, framed
from vmapviz.model.scenes.symbols import SCATTERS

ROOM = 30.0
NOT_ALL = "not all indices are known here"


def looked_up(operation: Operation) -> Row:
    """What is read, the indices with their arrows, and what was found."""
    return _with_arrows(operation, written=False)


def written(operation: Operation) -> Row:
    """What is written to, the indices with their arrows, the updates, and the result with what was written framed."""
    return _with_arrows(operation, written=True)


def _with_arrows(operation: Operation, written: bool) -> Row:
    found = picks(operation)
    named = sorted({which for pick in found for which, _ in pick.cells})
    facing = [_facing(o, n in named) for n, o in enumerate(operation.operands)]
    facing[0] = facing[0]._replace(figure=_reached(operation, facing[0].figure, found))
    operation = operation._replace(operands=tuple(facing))
    tokens = [(Space(ROOM), n) for n in named[:1] if n < MOST_OPERANDS]
    row = row_of(operation, _note(operation), {n: space for space, n in tokens})
    key = operation.results[0].key
    marks = [
        (item, max(operand.when for operand in operation.operands)) for item in _arrows(operation, row, found, key)
    ]
    at = next((n for n, (item, _) in enumerate(row.items) if named and _is_of(item, operation, named[0])), 0)
    items = [*row.items[:at], *marks, *row.items[at:]]
    if written and key in row.arrays:
        items += [(item, RUN) for item in _frames(row.arrays[key][1], found, f"{key}.written")]
    return row._replace(items=items, box=bounds([item for item, _ in items]))


def _note(operation: Operation) -> str:
    """What is done at the index, or that not all of the indices were sent here, so that not all have arrows."""
    named = operation.figures[2 if operation.equation.primitive == "dynamic_update_slice" else 1 :]
    indices = named[:1] if operation.equation.primitive in ("gather", *SCATTERS) else named
    known = [figure.preview is not None and figure.preview.shown == figure.shape for figure in indices]
    if all(known) or all(figure.preview is None for figure in indices):
        return caption(operation)
    return NOT_ALL


def _facing(operand: Operand, index: bool) -> Operand:
    """An index with its bracket on the far side, so that its arrow crosses nothing."""
    return operand._replace(figure=replace(operand.figure, right=True)) if index else operand


def _reached(operation: Operation, table: Figure, found: Iterable[Pick]) -> Figure:
    """The array with the place in sight that the followed example's index leads to."""
    for pick in found:
        if all(_is_followed(operation.figures[which], at) for which, at in pick.cells):
            starts = (
                (dim, at) for dim, (at, wide) in enumerate(zip(pick.window, pick.sizes, strict=True)) if wide == 1
            )
            return replace(table, reached=tuple((dim, at) for dim, at in starts if table.known(dim) > at))
    return table


def _is_followed(figure: Figure, index: Index) -> bool:
    """Whether a cell belongs to the followed example."""
    return all(figure.followed(dim) in (None, at) for dim, at in enumerate(index))


def _is_of(item: Item, operation: Operation, n: int) -> bool:
    return item.key.startswith(f"{operation.operands[n].figure.key}:")


def _arrows(operation: Operation, row: Row, found: Iterable[Pick], key: str) -> Iterator[Item]:
    table = row.arrays.get(operation.operands[0].figure.key)
    if table is None:
        return
    yield from _frames(table[1], found, f"{key}.picked")
    leads: list[tuple[int, float, float, Box]] = []
    for n, pick in enumerate(found):
        target = _window(table[1], pick)
        starts = [_cell(operation, row, which, at) for which, at in pick.cells]
        boxes = [box for box in starts if box is not None]
        if target is not None and boxes:
            leads.append((n, min(box[0] for box in boxes), (boxes[0][1] + boxes[0][3]) / 2, target))
    words = _words_before(row, operation, {level for _, _, level, _ in leads})
    for n, left, height, target in leads:
        level = (target[1] + target[3]) / 2
        start = left if words is None else min(left, words)
        yield _arrow((start, height), (_edge(*table, target[2], level) + FRAME, level), f"{key}.leads{n}")


def _words_before(row: Row, operation: Operation, levels: set[float]) -> float | None:
    """Where the indices begin with the sizes that stand left of them; None where these are at no such height: no arrow strikes them."""
    _, given = row.arrays.get(operation.operands[1].figure.key, (None, None))
    boxes = [item_box(item) for item in given.items if isinstance(item, Text)] if given is not None else []
    left = given.grid[0] if given is not None else 0.0
    struck = any(top < level < bottom for _, top, right, bottom in boxes if right <= left for level in levels)
    return given.box[0] - 4 if given is not None and struck else None


def _edge(figure: Figure, drawn: Drawn, right: float, level: float) -> float:
    """Where the row of cells at a height ends, from `right` on: an arrow that goes farther would strike their numbers."""
    for x, y, width, height in sorted(drawn.cells.values()):
        if y < level < y + height and abs(x - right) < 1:
            right = x + width
    cut = not figure.apart and drawn.grid[2] - right <= GAP_ACROSS + 1
    return max(right, drawn.grid[2]) if cut else right


def _arrow(start: tuple[float, float], end: tuple[float, float], key: str) -> Path:
    reach = (start[0] - end[0]) / 2
    bends = (start[0] - reach, start[1]), (end[0] + reach, end[1])
    return Path((start, *bends, end), "ink2", 1.25, curved=True, arrow=True, key=key)


def _cell(operation: Operation, row: Row, which: int, at: Index) -> Box | None:
    array = row.arrays.get(operation.operands[which].figure.key)
    place = array[1].cells.get(at) if array is not None else None
    return None if place is None else (place[0], place[1], place[0] + place[2], place[1] + place[3])


def _window(drawn: Drawn, pick: Pick) -> Box | None:
    """The box of the cells of a window that are drawn."""
    rows = list(zip(pick.window, pick.sizes, strict=True))
    inside = [
        Rect(*place)
        for index, place in drawn.cells.items()
        if all(start <= i < start + wide for i, (start, wide) in zip(index, rows, strict=True))
    ]
    return bounds(inside) if inside else None


def _frames(drawn: Drawn, found: Iterable[Pick], key: str) -> Iterator[Item]:
    boxes = dict.fromkeys(box for pick in found if (box := _window(drawn, pick)) is not None)
    for n, box in enumerate(boxes):
        yield framed(box, f"{key}{n}")


def extreme_index(operation: Operation) -> Row:
    """argmax and argmin: the cells that were found framed, and their indices."""
    row = general(operation, caption(operation))
    array = row.arrays.get(operation.operands[0].figure.key)
    if array is None:
        return row
    cells = [array[1].cells[index] for index in winners(operation) if index in array[1].cells]
    frames = [(framed((x, y, x + w, y + h), f"{array[0].key}.found{n}"), RUN) for n, (x, y, w, h) in enumerate(cells)]
    return row._replace(items=[*row.items, *frames])
