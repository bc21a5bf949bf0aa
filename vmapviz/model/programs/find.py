"""Finds text in a layout."""

from __future__ import annotations

from typing import Literal

import msgspec

from vmapviz.model.programs.layout import Layout, Row
from vmapviz.model.programs.words import line_text, second_text


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
    rows = (row for rows in layout.rows for row in rows if row.kind not in ("note", "added", "body", "pass"))
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
