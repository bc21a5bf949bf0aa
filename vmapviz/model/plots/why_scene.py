"""The picture of what the times are spent on: shares over the sizes, and below each size what XLA counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import msgspec

from vmapviz.model.plots.card import Card
from vmapviz.model.plots.labels import Point, spread
from vmapviz.model.plots.marks import CAPTION, text_width
from vmapviz.model.plots.times import Symbol
from vmapviz.model.plots.times_scene import mark
from vmapviz.model.plots.why import (
    BEYOND,
    PART_WORDS,
    PARTS,
    Part,
    Shares,
    chosen,
    percent,
    shares,
    stretches,
    why_rows,
)
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.scene import Item, Path, Scene, Text
from vmapviz.model.sizes_text import bytes_short, count_short
from vmapviz.model.timing import BATCH, Timings
from vmapviz.model.timing import Point as Measured
from vmapviz.model.timing_text import axis_text, place_text, seconds_text

LEFT, TOP, ROW = 96.0, 34.0, 17.0
CHART = 80.0  # the least height of the shares, before there are numbers below
RIGHT = 18 + text_width("starting programs under 1 %", 600) + 8  # the longest label
TALLEST = 1.0  # the share at the top
LOOKS: dict[Part, tuple[Symbol, bool, tuple[float, float] | None]] = {
    "starting": ("square", True, None),
    "memory": ("circle", False, (6.0, 4.0)),
    "arithmetic": ("diamond", True, None),
}
COUNTS: tuple[tuple[str, Callable[[Measured], str]], ...] = (
    ("time", lambda p: seconds_text(p.median_s or 0.0)),
    ("flops", lambda p: _counted(p, "flops", count_short)),
    ("bytes", lambda p: _counted(p, "bytes", bytes_short)),
    ("memory", lambda p: _counted(p, "peak_bytes", bytes_short)),
)


class WhyPlan(msgspec.Struct, frozen=True):
    """Where the columns of the picture are: the shares with the x of each, in pixels; so many `rows` of numbers have room."""

    columns: tuple[tuple[float, Shares], ...]
    variant: str
    over: str
    rows: int = len(COUNTS)

    def card_at(self, x: float) -> tuple[Card, int] | None:
        """What is known of the column at an x, and its index."""
        near = [(abs(at - x), index) for index, (at, _) in enumerate(self.columns)]
        found = min(near, default=None)
        return (self.card(found[1]), found[1]) if found is not None and found[0] < 24 else None

    def card(self, index: int) -> Card:
        """What is known of a column."""
        one = self.columns[index][1]
        return Card(f"{self.variant}, {place_text(self.over, one.point.at)}", why_rows(one))


def why(timings: Timings, way: str, words: str, width: float, height: float) -> tuple[Scene, WhyPlan | None]:
    """The shares of a variant on width × height pixels; `words` say what there is to see."""
    series = chosen(timings, way)
    found = shares(timings, series) if series is not None else ()
    rows = max(0, min(len(COUNTS), int((height - 40 - TOP - CHART) / ROW)))
    bottom = height - 40 - rows * ROW
    if series is None or not found or bottom < TOP + 20 or width < LEFT + RIGHT + 40:
        return Scene(width, height, (), words), None
    columns = tuple(zip(_places(found, width), found, strict=True))
    made = WhyPlan(columns, series.variant, timings.over, rows)
    items = (
        *_grid(made, bottom),
        *_stretches(made),
        *_lines(made, bottom),
        *_axis(made, timings, bottom),
        *_table(made, bottom),
    )
    told = [f"{place_text(timings.over, one.point.at)}: {_spoken(one)}" for one in found]
    return Scene(width, height, items, "\n".join([words, *told])), made


def _spoken(one: Shares) -> str:
    return ", ".join(f"{name} {value}" for name, value in why_rows(one))


def _places(found: tuple[Shares, ...], width: float) -> list[float]:
    logs = [math.log(one.point.at) for one in found]
    span = logs[-1] - logs[0] or 1.0
    return [LEFT + 30 + (at - logs[0]) / span * (width - LEFT - RIGHT - 40) for at in logs]


def _y(share: float, bottom: float) -> float:
    return bottom - min(share, TALLEST) / TALLEST * (bottom - TOP)


def _grid(made: WhyPlan, bottom: float) -> Iterator[Item]:
    end = made.columns[-1][0] + 12
    for share in (0.0, 0.5, 1.0):
        y = _y(share, bottom)
        yield Path(((LEFT, y), (end, y)), "line" if share else "edge")
        yield Text(LEFT - 8, y + 4, f"{share:.0%}".replace("%", " %"), "ink3", CAPTION, anchor="end")


def _stretches(made: WhyPlan) -> Iterator[Item]:
    """Above the shares, what takes most of the time where."""
    places = [x for x, _ in made.columns]
    for part, first, last in stretches(tuple(one for _, one in made.columns)):
        left = places[first] - 10 if first == 0 else (places[first - 1] + places[first]) / 2 + 4
        right = places[last] + 10 if last == len(places) - 1 else (places[last] + places[last + 1]) / 2 - 4
        room = right - left
        fitting = [text for text in (f"mostly {PART_WORDS[part]}", PART_WORDS[part]) if text_width(text, 600) <= room]
        yield Path(((left, 21), (right, 21)), "ink", 2.5)
        yield Text(left, 14, fitting[0] if fitting else part, "ink", CAPTION, 600)


def _lines(made: WhyPlan, bottom: float) -> Iterator[Item]:
    ends: list[tuple[Part, Point, float]] = []
    for part in PARTS:
        known = [(x, getattr(one, part)) for x, one in made.columns if getattr(one, part) is not None]
        if not known:
            continue
        points = tuple((x, _y(share, bottom)) for x, share in known)
        symbol, filled, dash = LOOKS[part]
        yield Path(points if len(points) > 1 else points * 2, "ink2", 1.5, dash=dash)
        for (x, y), (_, share) in zip(points, known, strict=True):
            yield mark(symbol, (x, y), 4.0, "ink2", filled and share <= TALLEST)
        ends.append((part, points[-1], known[-1][1]))
    centres = spread([y for _, (_, y), _ in ends], [18.0] * len(ends), TOP - 8, bottom + 8)
    right = made.columns[-1][0]
    for (part, (x, y), share), middle in zip(ends, centres, strict=True):
        if abs(middle - y) > 10 or x < right - 1:
            yield Path(((x + 7, y), (right + 14, middle)), "cell")
        more = "over 100 %" if share > BEYOND else percent(share)
        yield Text(right + 18, middle + 4, f"{PART_WORDS[part]} {more}", "ink", CAPTION, 600)


def _axis(made: WhyPlan, timings: Timings, bottom: float) -> Iterator[Item]:
    colour = "b1" if timings.over == BATCH else "ink2"
    for x, one in _roomy(made):
        yield Path(((x, bottom), (x, bottom + 4)), "edge")
        sign = "~" * one.point.unstable
        yield Text(x, bottom + 17, f"{one.point.at}{sign}", colour, 11.5, 600, mono=True, anchor="middle")
    words = f"{'● ' * (timings.over == BATCH)}{axis_text(timings)}"
    middle = max((made.columns[0][0] + made.columns[-1][0]) / 2, text_width(words, 600) / 2)
    yield Text(middle, bottom + 34 + made.rows * ROW, words, colour, CAPTION, 600, anchor="middle")


def _table(made: WhyPlan, bottom: float) -> Iterator[Item]:
    """Below every size that has room: the time, and what XLA counts for one whole batch."""
    for row, (name, text) in enumerate(COUNTS[: made.rows], 1):
        y = bottom + 17 + row * ROW
        yield Text(LEFT - 8, y, name if name == "time" else f"XLA: {name}", "ink3", CAPTION, anchor="end")
        for x, one in _roomy(made):
            yield Text(x, y, text(one.point), "ink", 11.5, 500, mono=True, anchor="middle")


def _counted(point: Measured, name: str, text: Callable[[float], str]) -> str:
    number = getattr(point.compiled.cost, name) if point.compiled else None
    return text(number) if number is not None else "–"


def _roomy(made: WhyPlan) -> Iterator[tuple[float, Shares]]:
    """The columns whose numbers have room, from the last one down."""
    edge = math.inf
    for x, one in reversed(made.columns):
        texts = [str(one.point.at), *(text(one.point) for _, text in COUNTS[: made.rows])]
        half = max(measure.text_width(text, 11.5, mono=True) for text in texts) / 2 + 4
        if x + half <= edge:
            edge = x - half
            yield x, one
