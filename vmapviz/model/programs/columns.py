"""How the width of the view is shared out among the programs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from vmapviz.model.programs.layout import Layout, Row
from vmapviz.model.programs.text import equation_spans, length, params_text, plain, value_spans
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Value

CHAR = 7.8  # JetBrains Mono at 13 px: exactly 0.6 em
LABEL_CHAR = 7.2
PARAM_CHAR = 7.2
PARAMS = 12.0  # size of the parameters of an equation; smaller beside the large code of a lecture
LABELS = 34.0
MARGIN = 16.0
GUTTER = 56.0
GUTTERS = 40.0  # between more than two programs, and in narrow views
LEFT = 332.0
LEAST = 240.0  # a column is never narrower, unless it needs less
INDENT = 20.0
SQUARE, STEP = 9.0, 12.0
TRACK = 58.0
LONGEST, LONGEST_BELOW = 420.0, 620.0  # texts that a column makes room for; operations are longer than equations
_TRIES = 6
_LOOKED_AT = 200  # rows that decide how wide a column wants to be


class Column(msgspec.Struct, frozen=True):
    """Where program `number` stands: from `x` to `right`; text begins at `text`, the batch track at `track` (= `right`: none).
    `params` is the size of the parameters of its equations.
    """

    number: int
    x: float
    text: float
    track: float
    right: float
    params: float = PARAMS

    @property
    def param_char(self) -> float:
        """The width of a character of parameters."""
        return 0.6 * self.params

    def room(self, depth: int, after: float = 0.0) -> int:
        """Characters of code that fit at a depth, `after` so many pixels."""
        return max(int((self.track - 8 - self.text - depth * INDENT - after) / CHAR), 1)


def columns(layout: Layout, width: float, params: float = PARAMS) -> tuple[Column, ...]:
    """The columns of a view of `width` pixels: the first takes what it needs, the others share the rest.

    Where the view is too narrow for that they reach beyond it, so that a primitive's name can always be read.
    """
    many = len(layout.shown)
    gutter = _gutter(many, width)
    wishes = _wishes(layout, params)
    labels = [_labels(layout, number) for number in layout.shown]
    tracks = [_track(layout, number, params) for number in layout.shown]
    least = sum(min(wish, LEAST) for wish in wishes)
    free = max(width - 2 * MARGIN - gutter * (many - 1), least)
    made = []
    x = MARGIN
    for k, share in enumerate(_shares(wishes, free)):
        track = x + share - tracks[k]
        made.append(Column(layout.shown[k], x, x + labels[k], track, x + share, params))
        x += share + gutter
    return tuple(made)


def fitting(layout: Layout, width: float, most: float, least: float, params: float) -> float:
    """The largest zoom from `most` down to `least` at which columns have the room they wish for in `width` pixels of the screen.

    The parameters are `params` pixels high on the screen at every zoom.
    """
    for step in range(_TRIES):
        zoom = most - (most - least) * step / (_TRIES - 1)
        seen, many = width / zoom, len(layout.shown)
        if sum(_wishes(layout, params / zoom)) <= seen - 2 * MARGIN - _gutter(many, seen) * (many - 1):
            return zoom
    return least


def _gutter(many: int, width: float) -> float:
    return GUTTER if many == 2 and width >= 800 else GUTTERS


def _wishes(layout: Layout, params: float) -> list[float]:
    """The width that every column that is shown would like to have."""
    return [
        _labels(layout, number)
        + _wish(layout.rows[number], LONGEST_BELOW if layout.trace.below and number else LONGEST, params)
        + _track(layout, number, params)
        + 12
        for number in layout.shown
    ]


def column_of(columns: Sequence[Column], number: int) -> Column:
    """The column of a program among neighbouring ones."""
    return columns[number - columns[0].number]


def _shares(wishes: list[float], free: float) -> list[float]:
    """Widths that fill `free`: two programs as the guide has them where they fit, else the widest have to give way."""
    if sum(wishes) >= free:
        return _cut(wishes, free)
    if len(wishes) == 2:
        left = min(max(wishes[0], LEFT), max(free - wishes[1], wishes[0]))
        return [left, free - left]
    spare = (free - sum(wishes)) / len(wishes)
    return [wish + spare for wish in wishes]


def _cut(wishes: list[float], free: float) -> list[float]:
    """The wishes, the largest cut to one length so that together they fill `free`."""
    left, most = free, 0.0
    for count, wish in zip(range(len(wishes), 0, -1), sorted(wishes), strict=True):
        most = left / count
        if wish >= most:
            break
        left -= wish
    return [min(wish, most) for wish in wishes]


def _labels(layout: Layout, number: int) -> float:
    longest = max((len(row.label) for row in layout.rows[number][:_LOOKED_AT]), default=0)
    longest = max(longest, len(layout.rows[number][-2].label) if len(layout.rows[number]) > 1 else 0)
    return max(
        LABELS, longest * LABEL_CHAR + (12 if longest < 4 else 20)
    )  # links to nested equations end in a dot before it


def _track(layout: Layout, number: int, params: float) -> float:
    if number == 0 or layout.trace.below:  # where the examples lie is not known below the jaxpr
        return 0.0
    widest = max((track_width(row) for row in layout.rows[number][:_LOOKED_AT]), default=0.0)
    headed = number == layout.shown[-1] and params >= PARAMS  # in a lecture the squares go without their heading
    least = TRACK if headed else 0.0
    return min(max(least, widest + 6), 120.0)


def track_width(row: Row) -> float:
    """Pixels that the batch tracks of a row take."""
    values = row_values(row)
    return sum(max(len(value.shape), 1) * STEP for value in values) + 6.0 * max(len(values) - 1, 0)


def row_values(row: Row) -> tuple[Value, ...]:
    """The values whose batch axes a row shows."""
    if row.kind == "equation" and row.equation is not None:
        return row.equation.outputs
    return row.run[-1].outputs if row.kind == "run" and not row.open else row.values


def _wish(rows: tuple[Row, ...], most: float, params: float) -> float:
    """The width that the text of most rows needs; a few very long ones may be cut."""
    widths = sorted(max(code, below + 0.6 * params * letters) for code, below, letters in _texts(rows))
    return min(widths[math.ceil(0.95 * (len(widths) - 1))], most) if widths else 0.0


@by_identity(8)
def _texts(rows: tuple[Row, ...]) -> tuple[tuple[float, float, int], ...]:
    """Of each row the width of its code, where its parameters begin, and how many letters they have: what no size of the view changes."""
    return tuple(map(_text, rows[:_LOOKED_AT]))


def _text(row: Row) -> tuple[float, float, int]:
    indent = row.depth * INDENT
    if row.kind == "equation" and row.equation is not None:
        code = CHAR * length(equation_spans(row.equation, 400, 200))
        return indent + code, indent + INDENT, min(len(params_text(row.equation)), 40)
    if row.kind in ("input", "constant"):
        return CHAR * len(plain(value_spans(row.values[0]))) + 7.0 * (len(row.text) + len(row.hint)) + 24, 0.0, 0
    return indent, 0.0, 0
