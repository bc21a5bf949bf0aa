"""The data of a layout: rows with their places, links between them, and what of it can be seen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Generic, Literal, TypeVar

import msgspec

from vmapviz.model.programs.index import Index
from vmapviz.model.trace import Equation, Trace, Value

LINE = 24.0  # an equation
PARAMS_LINE = 17.0  # its parameters
PAD = 4.0  # inside a band, above and below
GAP = 8.0  # between bands

Kind = Literal["constant", "input", "equation", "body", "run", "output", "note", "added", "pass"]


class Row(msgspec.Struct, frozen=True, gc=False):
    """One line of one program.

    `path` is the equation's, or the subprogram's for a "body". `root` is what selecting it selects ("" = nothing). `fold` is what
    `Session.folded` may hold for it ("" = cannot fold). `text` is the title of a body, run, note, pass or label of an input;
    `hint` what follows it in a quieter voice. `values` are those whose batch axes the row shows. A "run" stands for the equations in `run`.
    `also` are the other roots of a fusion: it is marked with each of them.
    """

    kind: Kind
    column: int
    y: float
    height: float
    depth: int = 0
    path: str = ""
    root: str = ""
    label: str = ""
    text: str = ""
    hint: str = ""
    fold: str = ""
    open: bool = False
    main: bool = True
    equation: Equation | None = None
    values: tuple[Value, ...] = ()
    run: tuple[Equation, ...] = ()
    also: tuple[str, ...] = ()

    def marked(self, path: str | None) -> bool:
        """Whether the row is marked when the equation at `path` is."""
        return belongs(self.root, path) or any(belongs(root, path) for root in self.also)


class Segment(msgspec.Struct, frozen=True, gc=False):
    """An outermost equation and what stands beside it: its band from top to bottom in each program, None where empty."""

    root: str
    bands: tuple[tuple[float, float] | None, ...]
    top: float
    bottom: float


LinkKind = Literal["ribbon", "inner", "far", "nothing", "inserted"]


class Link(msgspec.Struct, frozen=True, gc=False):
    """A link from program `column` to the next: from (y0, y1) on the left to (z0, z1) on the right.

    "far" ones lead to another use of a body.
    """

    kind: LinkKind
    column: int
    root: str
    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def top(self) -> float:
        """The smallest y."""
        return min(self.left[0], self.right[0])

    @property
    def bottom(self) -> float:
        """The largest y."""
        return max(self.left[1], self.right[1])


class Rule(msgspec.Struct, frozen=True, gc=False):
    """The vertical line beside a nested body."""

    column: int
    depth: int
    top: float
    bottom: float


Spanning = TypeVar("Spanning", Segment, Link, Rule)
_BUCKET = 1024.0


class Visible(Generic[Spanning]):
    """Things with a top and a bottom, found by where they are: a look-up costs the same among ten and a million."""

    def __init__(self, things: Sequence[Spanning]) -> None:
        self.things: Sequence[Spanning] = things
        self._buckets: dict[int, list[int]] = {}
        for i, thing in enumerate(things):
            for bucket in range(int(thing.top // _BUCKET), int(thing.bottom // _BUCKET) + 1):
                self._buckets.setdefault(bucket, []).append(i)

    def between(self, top: float, bottom: float) -> list[Spanning]:
        """Those that touch top…bottom, in order."""
        buckets = range(int(top // _BUCKET), int(bottom // _BUCKET) + 1)
        found = sorted({i for bucket in buckets for i in self._buckets.get(bucket, ())})
        return [t for t in map(self.things.__getitem__, found) if t.top <= bottom and t.bottom >= top]


class Layout(msgspec.Struct, frozen=True):
    """The programs of a trace, placed. `rows` has one list per program, downwards, empty for those not `shown`.

    `rules_at` are the two horizontal rules.
    """

    trace: Trace
    index: Index
    shown: range
    rows: tuple[tuple[Row, ...], ...]
    tops: tuple[tuple[float, ...], ...]
    segments: Visible[Segment]
    links: Visible[Link]
    rules: Visible[Rule]
    rules_at: tuple[float, float]
    height: float

    def between(self, column: int, top: float, bottom: float) -> Sequence[Row]:
        """The rows of a column that touch top…bottom."""
        tops = self.tops[column]
        first = max(bisect_right(tops, top) - 1, 0)
        return self.rows[column][first : bisect_left(tops, bottom)]

    def at(self, column: int, y: float) -> Row | None:
        """The row of a column at y."""
        i = bisect_right(self.tops[column], y) - 1
        row = self.rows[column][i] if i >= 0 else None
        return row if row is not None and y < row.y + row.height else None

    def root_at(self, y: float) -> str:
        """The root of the segment at y, "" between segments."""
        return next((s.root for s in self.segments.between(y, y)), "")


def belongs(root: str, selected: str | None) -> bool:
    """Whether a row's root is the selected one, or lies inside its bodies."""
    return bool(selected) and (root == selected or root.startswith(f"{selected}."))


def nearby(rows: Sequence[Row], height: float) -> list[Row]:
    """The rows of the first column, with those of others that can be seen together with them."""
    first = [row for row in rows if row.column == min(row.column for row in rows)]
    kept = list(first)
    others = (row for row in rows if row.column != first[0].column)
    for row in sorted(others, key=lambda row: abs(row.y - first[0].y)):
        together = [*kept, row]
        if max(r.y + r.height for r in together) - min(r.y for r in together) <= height:
            kept = together
    return kept
