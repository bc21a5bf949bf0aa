"""The plot of a sweep as data: curves in logarithms of base ten, and where every text goes in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from vmapviz.model.pinned import PointName
from vmapviz.model.plots.labels import Box, Point, Wish, settle, spread
from vmapviz.model.plots.marks import (
    LINE,
    SMALL,
    Bracket,
    Frame,
    Meeting,
    SkipRow,
    bracket_of,
    factor_words,
    meeting_of,
    skip_rows,
    text_width,
    thinned,
    times_named,
)
from vmapviz.model.scenes import measure
from vmapviz.model.timing import Series
from vmapviz.model.timing_facts import Ratio, crossing, measured, places
from vmapviz.model.timing_runs import Run
from vmapviz.model.timing_text import axis_text, marks

Symbol = Literal["square", "circle", "diamond"]

GAP = 14.0  # from a point to its label
PAD, ABOVE = 18.0, 26.0  # around the curves, and above them, where a label may stand
MARK, SIGN = 5.0, 17.0  # half of a point, and how far its sign reaches to its left
NAME = 150.0  # the most that the name of a pinned run may take
BRACKET = 22.0  # from the last points to the bracket


class Look(msgspec.Struct, frozen=True):
    """How a variant is drawn: colour role, mark, and whether line and mark are solid (jitted) or dashed and open."""

    colour: str
    symbol: Symbol
    solid: bool


LOOKS = {
    "loop": Look("ink2", "square", False),
    "loop jit": Look("ink2", "square", True),
    "loop jit split": Look("ink2", "square", True),
    "jit(loop)": Look("ink2", "square", True),
    "lax.map": Look("ink2", "square", True),
    "vmap": Look("b1", "circle", False),
    "jit(vmap)": Look("b1", "circle", True),
    "by hand": Look("b1", "circle", False),
    "pmap": Look("b1", "diamond", True),
    "shard_map": Look("b1", "diamond", False),
}


class Curve(msgspec.Struct, frozen=True):
    """One variant of a run: its points (x, y), the quartile bars' reach below and above them, the signs beside them ("~" unstable),
    the outliers, and the label's place. `name` is what a pinned run is called.
    """

    series: Series
    look: Look
    points: tuple[Point, ...]
    below: tuple[float, ...]
    above: tuple[float, ...]
    signs: tuple[str, ...]
    outliers: tuple[Point, ...]
    label: Box
    run: int = 0
    name: str = ""

    @property
    def pinned(self) -> bool:
        """Whether it is drawn thin, to compare with."""
        return bool(self.name)


class Spot(msgspec.Struct, frozen=True):
    """A point where it is drawn, in pixels."""

    point: PointName
    x: float
    y: float


class Plan(msgspec.Struct, frozen=True):
    """Everything the plot shows; `ticks` are the numbers named at the bottom axis, which `axis` says the meaning of (`batch`: of
    examples), `times` the logarithms of seconds at the left.
    """

    frame: Frame
    curves: tuple[Curve, ...]
    skipped: tuple[SkipRow, ...]
    meeting: Meeting | None
    bracket: Bracket | None
    ticks: tuple[int, ...]
    times: tuple[float, ...]
    axis: str
    over: str

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Every point in pixels."""
        return tuple(
            Spot(PointName(curve.run, curve.series.variant, point.at), *self.frame.pixel(*place))
            for curve in self.curves
            for point, place in zip(measured(curve.series), curve.points, strict=True)
        )


def look(variant: str) -> Look:
    """How a variant is drawn; unknown ones like a batched way without jit, `lax.map N` like `lax.map`."""
    return LOOKS.get(variant) or LOOKS.get(variant.rsplit(" ", 1)[0]) or Look("b1", "circle", False)


def plan(shown: tuple[Run, ...], found: Ratio | None, width: float, height: float, left: float = 0.0) -> Plan | None:
    """The plot of runs, the first in full and the others thin, on width × height pixels right of `left`; None before there is a place on
    its axis.

    `found` is what the bracket compares. Runs over something else have no place here.
    """
    fitting = [run for run in shown if run.timings.over == shown[0].timings.over]
    sizes = tuple(sorted({at for run in fitting for at in places(run.timings)}))
    if not sizes:
        return None
    timings = shown[0].timings
    curves = [_curve(run, series, thin=n > 0) for n, run in enumerate(fitting) for series in run.series]
    last = found is not None and not found.same and _right(found) == sizes[-1]
    factor = _widest_factor(curves)
    labels = GAP + max(map(_label_width, curves), default=0.0)
    right = labels + (BRACKET + factor if factor else 8.0)
    area = Box(left, 0, width, height)
    frame = _frame(curves, sizes, area, right, 0)
    skipped = skip_rows(frame, timings)
    if skipped:
        frame = _frame(curves, sizes, area, right, 1 + max(row.level for row in skipped))
    far = frame.pixel(math.log10(sizes[-1]), 0)[0] + labels + 10 + factor / 2 if last else None
    lines = [[frame.pixel(*point) for point in curve.points] for curve in curves]
    taken = points_taken(frame, curves)
    stack = _stacked(frame, curves)
    bracket = bracket_of(frame, found, far, lines, [*stack.values(), *taken]) if found and not found.same else None
    labelled = _labelled(frame, curves, stack, lines, taken, bracket)
    labels_at = [curve.label for curve in labelled]
    meeting = meeting_of(frame, crossing(timings), timings.over, lines, labels_at, taken, bracket)
    ticks = thinned(frame, sizes)
    return Plan(frame, labelled, skipped, meeting, bracket, ticks, times_named(frame), axis_text(timings), timings.over)


def _widest_factor(curves: list[Curve]) -> float:
    """Room for the largest factor there can be between two points, whether or not any are compared: picking moves no point."""
    logs = [y for curve in curves for _, y in curve.points]
    if len(logs) < 2:
        return 0.0
    return max(text_width(factor_words(factor), 700) for factor in (9.9, 10 ** (max(logs) - min(logs))))


def _right(found: Ratio) -> int:
    return max(found.slower.point.at, found.faster.point.at)


def _frame(curves: list[Curve], sizes: tuple[int, ...], area: Box, right: float, rows: int) -> Frame:
    ends = [y + reach for c in curves for (_, y), up in zip(c.points, c.above, strict=True) for reach in (0.0, up)]
    ends += [y - down for c in curves for (_, y), down in zip(c.points, c.below, strict=True)]
    ends += [y for c in curves for _, y in c.outliers]
    x0, x1 = math.log10(sizes[0]), math.log10(sizes[-1])
    low, high = (min(ends), max(ends)) if ends else (-5.0, -2.0)
    if high - low < 1:
        low, high = (low + high - 1) / 2, (low + high + 1) / 2
    if x1 - x0 < 0.5:
        x0, x1 = (x0 + x1 - 0.5) / 2, (x0 + x1 + 0.5) / 2
    x_pixel = (x1 - x0) / max(area.width - PAD - right, 1.0)
    y_pixel = (high - low) / max(area.height - PAD - ABOVE - rows * SMALL, 1.0)
    return Frame(
        area.width,
        area.height,
        x0 - PAD * x_pixel,
        x1 + right * x_pixel,
        low - PAD * y_pixel,
        high + (ABOVE + rows * SMALL) * y_pixel,
        rows * SMALL + (4 if rows else 0),
        area.x,
    )


# --- curves and the labels at their ends -------------------------------------------------------------------------------


def _curve(run: Run, series: Series, thin: bool) -> Curve:
    points = measured(series)
    return Curve(
        series,
        look(series.variant),
        tuple((math.log10(p.at), math.log10(p.median_s or 1.0)) for p in points),
        tuple(_log(p.median_s, p.q25_s) for p in points),
        tuple(_log(p.q75_s, p.median_s) for p in points),
        tuple(map(marks, points)),
        tuple((math.log10(p.at), math.log10(s)) for p in points for s in p.outliers_s if s > 0 and not thin),
        Box(0, 0, 0, 0),
        run.index,
        (run.name or "earlier") if thin else "",
    )


def _log(upper: float | None, lower: float | None) -> float:
    """How far apart two times are in logarithms; 0 where one is not known."""
    return max(0.0, math.log10(upper / lower)) if upper and lower else 0.0


def label_name(curve: Curve) -> str:
    """The second line of a pinned run's label, no longer than it may be."""
    return measure.elided(curve.name, NAME, 12)


def _label_width(curve: Curve) -> float:
    if not curve.pinned:
        return text_width(curve.series.variant, 600)
    return max(text_width(curve.series.variant, 400), text_width(label_name(curve), 400))


def _label_height(curve: Curve) -> float:
    return 2 * SMALL if curve.pinned else LINE


def _stacked(frame: Frame, curves: list[Curve]) -> dict[int, Box]:
    """The labels of the curves that go to the end, in a stack at the right, by the index of the curve."""
    ends = [frame.pixel(*curve.points[-1]) for curve in curves]
    right = max((x for x, _ in ends), default=0.0)
    stack = [i for i, (x, _) in enumerate(ends) if x > right - 1]
    heights = [_label_height(curves[i]) for i in stack]
    centres = spread([ends[i][1] for i in stack], heights, frame.top, frame.height)
    return {
        i: Box(right + GAP, y - height / 2, _label_width(curves[i]), height)
        for i, y, height in zip(stack, centres, heights, strict=True)
    }


def _labelled(
    frame: Frame,
    curves: list[Curve],
    stack: dict[int, Box],
    lines: list[list[Point]],
    taken: list[Box],
    bracket: Bracket | None,
) -> tuple[Curve, ...]:
    """The curves with their labels: in the stack where the line goes to the end, else beside its last point."""
    boxes = dict(stack)
    inner = [i for i in range(len(curves)) if i not in boxes]
    sizes = [(_label_width(curves[i]), _label_height(curves[i])) for i in inner]
    places = [_beside(frame.pixel(*curves[i].points[-1]), *size) for i, size in zip(inner, sizes, strict=True)]
    wishes = [Wish(*size, place) for size, place in zip(sizes, places, strict=True)]
    bar = [[(bracket.x, bracket.top), (bracket.x, bracket.bottom)]] if bracket else []
    covered = [*boxes.values(), *([bracket.box] if bracket else []), *taken]
    placed = settle(wishes, [*lines, *bar], covered, frame.area)
    boxes |= dict(zip(inner, placed, strict=True))
    return tuple(msgspec.structs.replace(curve, label=boxes[i]) for i, curve in enumerate(curves))


def points_taken(frame: Frame, curves: Sequence[Curve]) -> list[Box]:
    """Where points are, with the signs beside them: words there could not be read."""
    found = []
    for curve in curves:
        for (x, y), sign in zip((frame.pixel(*point) for point in curve.points), curve.signs, strict=True):
            found.append(Box(x - MARK, y - MARK, 2 * MARK, 2 * MARK))
            if sign and not curve.pinned:
                found.append(Box(x - SIGN, y - LINE, SIGN, LINE))
    return found


def _beside(end: Point, width: float, height: float) -> tuple[Point, ...]:
    """Places for the label of a line that ends inside the plot: right of its end, above it, below it, farther off."""
    x, y = end
    places = [
        (x + 10, y - height / 2),
        (x - width - 8, y - height - 4),
        (x - width / 2, y - height - 8),
        (x + 8, y + 4),
    ]
    places += [(x - width - 8, y + 6), (x - width / 2, y + 8), (x + 10, y - height - 10), (x + 10, y + 16)]
    for off in (14, 28, 42):
        above, below = y - height - off, y + off
        places += [(left, top) for top in (above, below) for left in (x + 12, x - width / 2, x - width - 12)]
    return tuple(places)


# --- pointing ----------------------------------------------------------------------------------------------------------


def stepped(made: Plan, at: PointName | None, across: int, down: int) -> PointName | None:
    """The point reached from `at` by one step along its curve, or to the curve above or below; at first the last point of the first."""
    here = next((spot for spot in made.spots if spot.point == at), None)
    if here is None:
        last = [spot for spot in made.spots if spot.point.variant == made.spots[0].point.variant] if made.spots else []
        return last[-1].point if last else None
    if across:
        beside = [s for s in made.spots if (s.point.run, s.point.variant) == (here.point.run, here.point.variant)]
        return beside[min(max(beside.index(here) + across, 0), len(beside) - 1)].point
    column = sorted((s for s in made.spots if s.point.at == here.point.at), key=lambda s: s.y)
    return column[min(max(column.index(here) + down, 0), len(column) - 1)].point
