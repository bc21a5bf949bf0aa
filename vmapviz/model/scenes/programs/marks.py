"""Draws what was found in the programs."""

from __future__ import annotations

from vmapviz.model.programs.columns import CHAR, INDENT, PARAM_CHAR, Column
from vmapviz.model.programs.find import Match
from vmapviz.model.programs.layout import LINE
from vmapviz.model.scenes.programs.items import BASE
from vmapviz.model.scenes.scene import Item, Rect


def mark(match: Match, column: Column, strong: bool) -> tuple[Item, ...]:
    """The line under a match, relative to its row; thicker for the one that Enter goes to. What is cut off is marked at its end."""
    row = match.row
    left = column.text - column.x + row.depth * INDENT
    right = column.track - column.x - 8
    thick = 3.0 if strong else 1.5
    if row.kind == "equation" and match.line == 2:
        left, char, y = left + INDENT, PARAM_CHAR, LINE + 13
    elif row.kind in ("equation", "input", "constant", "output") and match.line == 1:
        char, y = CHAR, BASE + 3
    else:  # proportional text, or text beside the line: mark the row
        return (Rect(left, BASE + 3, max(right - left, CHAR), thick, fill="ink"),)
    start = min(left + match.start * char, right - char)
    end = min(left + (match.start + match.length) * char, right)
    return (Rect(start, y, max(end - start, char), thick, fill="ink"),)
