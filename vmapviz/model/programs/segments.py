"""Which equations of several programs stand side by side: one segment per equation of the first, more for what was added."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby

from vmapviz.model.trace import Equation

Cells = list[list[Equation]]  # one list of equations per column


def element(path: str | None, prefix: str) -> str | None:
    """The equation directly inside a program (whose paths begin with `prefix`) that is, or holds, the one at `path`."""
    if path is None or not path.startswith(prefix):
        return None
    return prefix + path[len(prefix) :].partition(".")[0]


def segments(columns: Sequence[Sequence[Equation]], prefixes: Sequence[str]) -> list[Cells]:
    """Line up columns of equations, keeping the order of each.

    A segment holds an equation of the first column and what it became, one run per later column. Runs that would break a column's
    order, and runs without an origin here, get segments of their own.
    """
    width = len(columns)
    order = [[[equation], *([] for _ in range(width - 1))] for equation in columns[0]]
    for column in range(1, width):
        place = {e.path: i for i, cells in enumerate(order) for e in cells[column - 1]}
        prefix = prefixes[column - 1]
        runs = groupby(columns[column], key=lambda e: place.get(element(e.origin, prefix) or ""))
        order = _with_column(order, column, width, [(at, list(run)) for at, run in runs])
    return order


def _with_column(
    order: list[Cells], column: int, width: int, runs: list[tuple[int | None, list[Equation]]]
) -> list[Cells]:
    kept = _longest_rise([at for at, _ in runs])
    added: dict[int, list[Cells]] = {}
    last = -1
    for number, (at, run) in enumerate(runs):
        if at is not None and number in kept:
            order[at][column] = run
            last = at
        else:
            added.setdefault(last, []).append([run if k == column else [] for k in range(width)])
    result = added.get(-1, [])
    for i, cells in enumerate(order):
        result += [cells, *added.get(i, [])]
    return result


def _longest_rise(positions: Sequence[int | None]) -> set[int]:
    """The indices of a longest strictly rising subsequence; None never belongs to it."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for i, position in enumerate(positions):
        if position is None:
            continue
        at = bisect_left(tails, position)
        if tails[at : at + 1] == [position]:  # the earlier one keeps its place
            continue
        before[i] = ends[at - 1] if at else None
        tails[at : at + 1] = [position]
        ends[at : at + 1] = [i]
    rise: set[int] = set()
    i_or_none = ends[-1] if ends else None
    while i_or_none is not None:
        rise.add(i_or_none)
        i_or_none = before[i_or_none]
    return rise
