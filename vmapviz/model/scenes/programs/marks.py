"""Draws what was found in the programs."""

from __future__ import annotations

from vmapviz.model.programs.columns import CHAR, INDENT, Column
from vmapviz.model.programs.find import Match
from vmapviz.model.programs.layout import LINE, Layout, Row
from vmapviz.model.scenes.programs.items import BASE
from vmapviz.model.scenes.scene import Item, Rect, Text


def mark(match: Match, column: Column, strong: bool) -> tuple[Item, ...]:
    """The line under a match, relative to its row; thicker for the one that Enter goes to. What is cut off is marked at its end."""
    row = match.row
    left = column.text - column.x + row.depth * INDENT
    right = column.track - column.x - 8
    thick = 3.0 if strong else 1.5
    if row.kind == "equation" and match.line == 2:
        left, char, y = left + INDENT, column.param_char, LINE + 13
    elif row.kind in ("equation", "input", "constant", "output") and match.line == 1:
        char, y = CHAR, BASE + 3
    else:  # proportional text, or text beside the line: mark the row
        return (Rect(left, BASE + 3, max(right - left, CHAR), thick, fill="ink"),)
    start = min(left + match.start * char, right - char)
    end = min(left + (match.start + match.length) * char, right)
    return (Rect(start, y, max(end - start, char), thick, fill="ink"),)


def differing(layout: Layout, paths: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows of equations at which values differ, in every program that is shown; helpers are not among them."""
    rows = (row for column in layout.rows for row in column)
    return tuple(row for row in rows if row.kind == "equation" and row.main and row.root in paths)


def difference(row: Row, column: Column, first: bool) -> tuple[Item, ...]:
    """A sign at the left of an equation whose values are not those of the one example, with a bar where it is the first."""
    bar = (Rect(0, 2, 4, row.height - 4, fill="error"),) if first else ()
    return (*bar, Text(8, BASE, "≠", "error", 12.0, 700))
