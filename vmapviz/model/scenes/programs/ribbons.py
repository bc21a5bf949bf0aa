"""Draws bands, ribbons, rules and lines between nested equations as scene items, in the coordinates of the layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from vmapviz.model.programs.columns import INDENT, Column, column_of
from vmapviz.model.programs.layout import LINE, Layout, Link, Row, Rule, Segment, belongs
from vmapviz.model.scenes.scene import Item, Path, Rect

State = Literal["idle", "hovered", "selected"]
_FILL: dict[State, float] = {"idle": 0.28, "hovered": 0.8, "selected": 1.0}


def state_of(root: str, selected: str | None, hovered: str | None) -> State:
    """How something that belongs to `root` is shown."""
    if belongs(root, selected):
        return "selected"
    return "hovered" if belongs(root, hovered) else "idle"


def row_state(row: Row, selected: str | None, hovered: str | None) -> State:
    """How a row is shown, which a fusion shares with several equations."""
    if row.marked(selected):
        return "selected"
    return "hovered" if row.marked(hovered) else "idle"


def band_items(segment: Segment, columns: Sequence[Column], state: State) -> Iterator[Item]:
    """The background of an outermost equation and of what it became."""
    if state == "idle":
        return
    role = "select" if state == "selected" else "hover"
    for column in columns:
        if (band := segment.bands[column.number]) is not None:
            yield Rect(column.x, band[0], column.right - column.x, band[1] - band[0], fill=role)


def row_band(row: Row, column: Column, state: State) -> Rect:
    """The background of a nested equation."""
    role = "select" if state == "selected" else "hover"
    return Rect(column.x, row.y, column.right - column.x, row.height, fill=role)


def rule_item(rule: Rule, column: Column) -> Rect:
    """The line beside a nested body."""
    return Rect(round(column.text + rule.depth * INDENT + 8), rule.top, 1, rule.bottom - rule.top - 4, fill="cell")


def across(layout: Layout, columns: Sequence[Column]) -> Iterator[Item]:
    """The two rules: under the inputs, and above the outputs."""
    for y in layout.rules_at:
        for column in columns:
            yield Rect(column.text, y, column.right - column.text, 1, fill="line")


def link_items(link: Link, columns: Sequence[Column], state: State) -> Iterator[Item]:
    """A link between its two columns."""
    left, right = column_of(columns, link.column), column_of(columns, link.column + 1)
    if link.kind == "ribbon":
        yield from _ribbon(link, left.right, right.x, state)
    elif link.kind == "nothing":
        yield from _nothing(link, left.right, right.x, state)
    elif link.kind == "inserted":
        yield from _inserted(link, left.right, right.x, state)
    else:
        yield from _inner(link, left.right, right.x, state)


def _curve(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], ...]:
    middle = (x0 + x1) / 2
    return ((x0, y0), (middle, y0), (middle, y1), (x1, y1))


def _straight(x: float, y0: float, y1: float) -> tuple[tuple[float, float], ...]:
    """A straight line as a Bézier without its first point."""
    return ((x, y0), (x, y1), (x, y1))


def _ribbon(link: Link, x0: float, x1: float, state: State) -> Iterator[Item]:
    (a, b), (c, d) = link.left, link.right
    upper, lower = _curve(x0, a, x1, c), _curve(x1, d, x0, b)
    outline = (*upper, *_straight(x1, c, d), *lower[1:])
    yield Path(outline, fill="ribbon", curved=True, opacity=_FILL[state])
    ink, thickness = ("ink", 1.5) if state == "selected" else ("ribbon_line", 1.0)
    faint = 0.5 if state == "idle" else 1.0
    yield Path(upper, ink, thickness, curved=True, opacity=faint)
    yield Path(lower, ink, thickness, curved=True, opacity=faint)
    if state == "selected":
        yield Path(((x0, a), (x0, b)), ink, thickness)
        yield Path(((x1, c), (x1, d)), ink, thickness)


def _nothing(link: Link, x0: float, x1: float, state: State) -> Iterator[Item]:
    """The ribbon tapers to a small bar."""
    (a, b), (c, d) = link.left, link.right
    end = x1 - 10
    middle = (c + d) / 2
    yield Path(((x0, a), (end, middle - 1.5), (end, middle + 1.5), (x0, b)), fill="ribbon", opacity=_FILL[state])
    if state == "selected":
        yield Path(((end, middle - 1.5), (x0, a), (x0, b), (end, middle + 1.5)), "ink", 1.5)
    yield Rect(end, c, 2, d - c, fill="ink" if state == "selected" else "edge")


def _inserted(link: Link, x0: float, x1: float, state: State) -> Iterator[Item]:
    """A dashed left edge with a dashed stub at the height of the first line."""
    ink = "ink" if state == "selected" else "edge"
    thickness = 1.5 if state == "selected" else 1.0
    c, d = link.right
    stub = c + LINE / 2 + 4
    yield Path(((x1, c), (x1, d)), ink, thickness, dash=(4, 3))
    yield Path(((x0 - 2, stub), (x1, stub)), ink, 1.0, dash=(4, 3))


def _inner(link: Link, x0: float, x1: float, state: State) -> Iterator[Item]:
    """A line with dots at its ends."""
    ink = {"idle": "ribbon_line", "hovered": "ink2", "selected": "ink"}[state]
    size = 6.0 if state == "selected" else 4.0
    y0, y1 = (sum(link.left) / 2, sum(link.right) / 2)
    start, end = x0 - 5, x1 + 4
    yield Path(_curve(start, y0, end, y1), ink, 1.5 if state != "idle" else 1.0, curved=True)
    for x, y in ((start, y0), (end, y1)):
        yield Rect(x - size / 2, y - size / 2, size, size, fill=ink, radius=size / 2)
