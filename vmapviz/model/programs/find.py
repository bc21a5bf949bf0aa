"""Finds text in a layout."""

from __future__ import annotations

from typing import Literal

import msgspec

from vmapviz.model.programs.columns import CHAR, INDENT, PARAM_CHAR, Column
from vmapviz.model.programs.items import BASE
from vmapviz.model.programs.layout import LINE, Layout, Row
from vmapviz.model.programs.words import line_text, second_text
from vmapviz.model.scenes.scene import Item, Rect


class Match(msgspec.Struct, frozen=True):
    """Where a text was found: in the first line of a row, or in what stands below it or beside it."""

    row: Row
    line: Literal[1, 2]
    start: int
    length: int


def find(layout: Layout, text: str, raw: bool = False) -> tuple[Match, ...]:
    """Every place of a text in the programs, downwards, left before right; upper and lower case are the same.

    Words of ours, such as titles and notes, are not looked through.
    """
    wanted = text.casefold()
    if not wanted:
        return ()
    rows = (row for rows in layout.rows for row in rows if row.kind not in ("note", "added", "body"))
    found = [match for row in rows for match in _in_row(row, wanted, raw)]
    return tuple(sorted(found, key=lambda match: (match.row.y, match.row.column, match.line, match.start)))


def _in_row(row: Row, wanted: str, raw: bool) -> list[Match]:
    found = []
    lines: tuple[tuple[Literal[1, 2], str], ...] = ((1, line_text(row, raw)), (2, second_text(row, raw)))
    for line, text in lines:
        folded = text.casefold()
        at = folded.find(wanted)
        while at >= 0:
            found.append(Match(row, line, at, len(wanted)))
            at = folded.find(wanted, at + len(wanted))
    return found


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
