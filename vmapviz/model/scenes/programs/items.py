"""Draws the rows of a layout as scene items, each from its own top left corner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmapviz.model.programs.columns import CHAR, INDENT, PARAM_CHAR, SQUARE, STEP, Column, row_values
from vmapviz.model.programs.layout import LINE, Row
from vmapviz.model.programs.text import Span, cut, equation_spans, params_text, value_spans
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.theme import level_role
from vmapviz.model.trace import Value

BASE = 17.0  # the baseline of a line, from its top
MAIN, HELPER = 700, 500


def row_items(row: Row, column: Column, strong: bool = False, raw: bool = False) -> tuple[Item, ...]:
    """The items of a row relative to (column.x, row.y); `strong` for the selected one."""
    items = [*_label(row, column, strong), *_DRAWN[row.kind](row, column, raw)]
    if column.right > column.track and row.kind not in ("note", "added", "body", "pass"):
        items += track(row_values(row), column.track - column.x, column.right - column.x)
    return tuple(items)


def _label(row: Row, column: Column, strong: bool) -> Iterator[Item]:
    if row.label:
        size = 12.0 if len(row.label) < 5 else 11.0
        weight = 700 if strong else 400
        x = column.text - column.x - 8
        yield Text(x, BASE, row.label, "ink" if strong else "ink3", size, weight, mono=True, anchor="end")


def _equation(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    if row.equation is None:
        return
    x = _left(row, column)
    yield from span_items(equation_spans(row.equation, MAIN if row.main else HELPER, column.room(row.depth), raw), x)
    if row.height > LINE:
        room = int((column.track - column.x - 8 - x - INDENT) / column.param_char)
        params = "".join(span.text for span in cut((Span(params_text(row.equation, raw)),), max(room, 1)))
        yield Text(x + INDENT, LINE + 11, params, "ink3", column.params, mono=True)


def _value(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    x = _left(row, column)
    spans = cut(value_spans(row.values[0]), column.room(0))
    yield from span_items(spans, x)
    x += CHAR * sum(len(span.text) for span in spans) + 14
    room = column.track - column.x - 8 - x
    wide = text_width(row.text, 12.0, mono=row.kind == "input")
    if row.text and room > 20:
        yield Text(x, BASE, row.text, "ink3", 12.0, mono=row.kind == "input", width=room)
    if row.hint and room - wide > 50:
        yield Text(x + wide + 12 * bool(row.text), BASE, row.hint, "ink3", 12.0, width=room - wide - 12)


def _title(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    x = _left(row, column)
    if row.fold:
        yield chevron(x - 12, LINE / 2, row.open)
    room = column.track - column.x - 8 - x
    wide = text_width(row.text, 13.0)
    yield Text(x, BASE - 0.5, row.text, "ink2", 13.0, width=room)
    left = int((room - wide - 12) / PARAM_CHAR)
    if left > 3:
        hint = "".join(span.text for span in cut((Span(row.hint),), left))
        yield Text(x + wide + 12, BASE - 0.5, hint, "ink3", 12.0, mono=True)


def _output(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    x = _left(row, column)
    spans = cut((Span(row.text),), column.room(0))
    yield from span_items(spans, x)
    x += CHAR * sum(len(span.text) for span in spans) + 16
    room = column.track - column.x - 8 - x
    if row.hint and room > 40:
        yield Text(x, BASE, row.hint, "ink3", 12.0, width=room)


def _note(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    x = _left(row, column)
    yield Text(x, BASE, row.text, "ink3", 12.0, width=max(column.track - column.x - 8 - x, 20))


def _pass(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    x = _left(row, column)
    yield Text(x, BASE, row.text, "ink2", 12.0, 600, width=max(column.right - column.x - x, 20))


def _added(row: Row, column: Column, raw: bool) -> Iterator[Item]:
    right = column.right - column.x - 6
    room = int((right - 80) / PARAM_CHAR)
    code = "".join(span.text for span in cut((Span(row.hint),), max(room, 1)))
    yield Text(right, BASE, code, "ink2", 12.0, mono=True, anchor="end")
    yield Text(right - PARAM_CHAR * len(code) - 5 * bool(code), BASE, row.text, "ink2", 12.0, anchor="end")


_DRAWN = {
    "constant": _value,
    "input": _value,
    "equation": _equation,
    "body": _title,
    "run": _title,
    "output": _output,
    "note": _note,
    "added": _added,
    "pass": _pass,
}


def _left(row: Row, column: Column) -> float:
    return column.text - column.x + row.depth * INDENT


def chevron(x: float, y: float, opened: bool) -> Path:
    """The mark of what can be folded, centred at (x, y)."""
    points = (
        ((x - 3.5, y - 2), (x, y + 1.5), (x + 3.5, y - 2))
        if opened
        else ((x - 1.5, y - 3.5), (x + 2, y), (x - 1.5, y + 3.5))
    )
    return Path(points, "ink2", 1.25)


def span_items(spans: Iterable[Span], x: float, base: float = BASE, size: float = 13.0) -> Iterator[Item]:
    """Spans as texts; what counts the examples of a vmap is underlined, as often as its level."""
    char = 0.6 * size
    for span in spans:
        text = span.text.strip(" ")
        if text:
            at = x + char * (len(span.text) - len(span.text.lstrip(" ")))
            yield Text(at, base, text, span.colour, size, span.weight, mono=True)
        if span.levels:
            yield from underline(x, base + 3, char * len(span.text), span.levels[0])
        x += char * len(span.text)


def underline(x: float, y: float, width: float, level: int) -> Iterator[Rect]:
    """The mark of a level under its size: one thick line, two thin ones, three."""
    lines = {1: ((1.0, 2.0),), 2: ((0.0, 1.0), (3.0, 1.0))}.get(level, ((0.0, 1.0), (2.0, 1.0), (4.0, 1.0)))
    for offset, height in lines:
        yield Rect(x, y + offset, width, height, fill=level_role(level))


def track(values: tuple[Value, ...], x: float, right: float) -> Iterator[Item]:
    """One square per axis of each value, the batch axes filled; `…` where there is no more room."""
    y = (LINE - SQUARE) / 2 + 0.5
    for value in values:
        width = max(len(value.shape), 1) * STEP
        if x + width > right + 4:
            yield Text(x, BASE, "…", "ink3", 12.0)
            return
        if not value.shape:
            yield Rect(x + 3, y + 3, 3, 3, fill="ink3", radius=1.5)
        for dimension in range(len(value.shape)):
            level = next((n for n, axes in enumerate(value.axes, start=1) if axes and dimension in axes), 0)
            yield from square(x + dimension * STEP, y, level)
        x += width + 6


def square(x: float, y: float, level: int) -> Iterator[Rect]:
    """An axis: empty, or filled in the colour of its level, cut into as many bars as the level says."""
    if not level:
        yield Rect(x, y, SQUARE, SQUARE, line="edge")
        return
    bars = {1: ((0.0, 9.0),), 2: ((0.0, 4.0), (5.0, 4.0))}.get(level, ((0.0, 2.0), (3.5, 2.0), (7.0, 2.0)))
    for offset, height in bars:
        yield Rect(x, y + offset, SQUARE, height, fill=level_role(level))
