"""Cells on their way: until an equation runs, the cells of its results lie where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from vmapviz.model.scenes import stage
from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import Figure, Index, Style
from vmapviz.model.scenes.marks import Box, bounds
from vmapviz.model.scenes.moves import origins
from vmapviz.model.scenes.operation import Operation, Origin
from vmapviz.model.scenes.rows import BEFORE, FIRST, HELPERS, MADE, UNTIL_RUN, Row
from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.scenes.tracks import Place

Places = Mapping[Index, Place]


def travelling(operation: Operation, row: Row) -> Row:
    """The row, beneath it the cells of turned operands and of results where they come from."""
    hidden = {n: there for n in range(len(operation.operands)) if (there := _source(operation, row, n)) is not None}
    turned = {n: _turned(operation, row, n, hidden.get(n)) for n in range(len(operation.operands))}
    waiting: list[tuple[Item, int]] = []
    for n, places in turned.items():
        if places:
            figure, drawn = row.arrays[operation.operands[n].figure.key]
            waiting += [(item, FIRST) for item in stage.onto(drawn, figure, dict(places))]
    find = None if operation.style.hollow else origins(operation)  # what lies on other cells takes no room
    for n, result in enumerate(operation.results):
        if find is not None and result.key in row.arrays:
            found = {index: find(n, index) for index in row.arrays[result.key][1].cells}
            waiting += _from(operation, row, result, {at: o for at, o in found.items() if o is not None}, turned)
    items = [*waiting, *((item, FIRST) for drawn in hidden.values() for item in drawn.items), *row.items]
    return row._replace(items=items, box=bounds([item for item, _ in items]))


def _source(operation: Operation, row: Row, n: int) -> Drawn | None:
    """What a turned operand is made of, in its place until it is turned, where there was no room for both beside each other."""
    operand = operation.operands[n]
    if not operand.order or operand.source is None or operand.source.key in row.arrays:
        return None
    if operand.figure.key not in row.arrays:
        return None
    turned, drawn = row.arrays[operand.figure.key][1], draw(operand.source, operation.style)
    x = (turned.grid[0] + turned.grid[2] - drawn.grid[0] - drawn.grid[2]) / 2
    drawn = drawn.at(x, stage.middle(turned) - stage.middle(drawn))
    others = [
        array.box
        for key, (_, array) in row.arrays.items()
        if key != operand.figure.key and key[0] != operation.results[0].key[0]
    ]
    return None if any(_meet(drawn.box, box) for box in others) else drawn


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _turned(operation: Operation, row: Row, n: int, hidden: Drawn | None) -> Places:
    """The places of a turned operand's cells in its source; none where it was not turned or the source is not drawn."""
    operand = operation.operands[n]
    if not operand.order or operand.source is None or (hidden is None and operand.source.key not in row.arrays):
        return {}
    there = (hidden or row.arrays[operand.source.key][1]).cells
    places = {}
    for index in row.arrays[operand.figure.key][1].cells:
        at = dict(zip(operand.order, index, strict=True))
        where = tuple(at[dim] for dim in range(len(at)))
        if where in there:
            places[index] = there[where]
    return places


def _from(
    operation: Operation, row: Row, result: Figure, found: Mapping[Index, Origin], turned: Mapping[int, Places]
) -> Iterator[tuple[Item, int]]:
    """A result's cells in the cells they were, with the numbers that stand there."""
    figure, drawn = row.arrays[result.key]
    for n, operand in enumerate(operation.operands):
        if operand.figure.key not in row.arrays:
            continue
        cells = row.arrays[operand.figure.key][1].cells
        here = {index: at for index, (which, at) in found.items() if which == n and at in cells}
        moments = [(UNTIL_RUN if operand.when == BEFORE else MADE, cells)]
        if operand.when == HELPERS and turned[n]:
            moments.append((FIRST, dict(turned[n])))
        for moment, places in moments:
            there = {index: places[at] for index, at in here.items() if at in places}
            for item in _onto(drawn, figure, there, operand.figure, here, operation.style):
                yield item, moment


def _onto(
    drawn: Drawn, figure: Figure, places: dict[Index, Place], origin: Figure, cells: Mapping[Index, Index], style: Style
) -> Iterator[Item]:
    numbers = {f"{figure.cell_key(index)}#": origin.cell(at) for index, at in cells.items()}
    for item in stage.onto(drawn, figure, places):
        if isinstance(item, Text):
            cell = numbers.get(item.key)
            yield item if cell is None else replace(item, text=style.number(cell))
        else:
            cell = numbers.get(f"{item.key}#")
            moved = isinstance(item, Rect) and item.cell is not None and cell is not None  # it arrives with a number
            yield replace(item, cell=(cell, origin.dtype)) if moved else item
