"""The plot of a sweep as data: curves in logarithms of base ten, and where every text goes in pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from vmapviz.model.place_labels import Box, Point, Wish, settle, spread
from vmapviz.model.timing import Series, Timings
from vmapviz.model.timing_facts import Crossing, Ratio, batches, crossing, measured, ratio
from vmapviz.model.timing_text import about, factor_text

Symbol = Literal["square", "circle", "diamond"]
Width = Callable[[str, int], float]  # of a text in pixels: its small type has weight 400, labels 600

LINE, SMALL = 18.0, 16.0  # heights of a label and of a small line
GAP = 14.0  # from a point to its label
BRACKET = 22.0  # from the last points to the bracket
PAD = 18.0  # around the curves


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
    "shard_map": Look("b1", "diamond", True),
}


class Frame(msgspec.Struct, frozen=True):
    """The window onto the logarithms: x0…x1 and y0…y1 (upwards) on width × height pixels (y down)."""

    width: float
    height: float
    x0: float
    x1: float
    y0: float
    y1: float

    def pixel(self, x: float, y: float) -> Point:
        """The pixel of a place in logarithms."""
        return (x - self.x0) / (self.x1 - self.x0) * self.width, (self.y1 - y) / (self.y1 - self.y0) * self.height

    def shows(self, y: float) -> bool:
        """Whether a text at this height has room."""
        return SMALL / 2 <= self.pixel(0, y)[1] <= self.height - SMALL / 2

    def place(self, x: float, y: float) -> Point:
        """The place in logarithms of a pixel."""
        return self.x0 + x / self.width * (self.x1 - self.x0), self.y1 - y / self.height * (self.y1 - self.y0)


class Curve(msgspec.Struct, frozen=True):
    """One variant: points (x, y), the quartile bars' reach below and above them, which points are unstable, and the label's place."""

    series: Series
    look: Look
    points: tuple[Point, ...]
    below: tuple[float, ...]
    above: tuple[float, ...]
    unstable: tuple[bool, ...]
    label: Box
    text: str
    pinned: bool = False


class SkipRow(msgspec.Struct, frozen=True):
    """× at the top, in pixels: a variant's skipped sizes with their reasons; the text ends or starts beside them."""

    variant: str
    level: int
    marks: tuple[tuple[float, str], ...]
    text: str
    text_x: float
    before: bool

    @property
    def y(self) -> float:
        """The middle of the row."""
        return 8 + self.level * SMALL


class Meeting(msgspec.Struct, frozen=True):
    """The ring where two curves cross, and the box of its two lines of text, in pixels."""

    at: Point
    title: str
    text: str
    box: Box


class Bracket(msgspec.Struct, frozen=True):
    """From the slow to the fast way at one size, in pixels, with the factor between them."""

    x: float
    top: float
    bottom: float
    text: str


class Plan(msgspec.Struct, frozen=True):
    """Everything the plot shows; `ticks` are the batch sizes named at the bottom axis, `times` the logarithms of seconds at the left."""

    frame: Frame
    curves: tuple[Curve, ...]
    skipped: tuple[SkipRow, ...]
    meeting: Meeting | None
    bracket: Bracket | None
    ticks: tuple[int, ...]
    times: tuple[float, ...]


def look(variant: str) -> Look:
    """How a variant is drawn; unknown ones like a batched way without jit, `lax.map N` like `lax.map`."""
    return LOOKS.get(variant) or LOOKS.get(variant.rsplit(" ", 1)[0]) or Look("b1", "circle", False)


def plan(timings: Timings, pinned: Timings | None, width: float, height: float, text_width: Width) -> Plan | None:
    """The plot of `timings` over the thin one of `pinned` on width × height pixels; None before there is a batch size."""
    sizes = batches(timings)
    if not sizes:
        return None
    shown = [series for series in timings.series if measured(series)]
    kept = pinned_series(pinned)
    found = ratio(timings)
    last = found is not None and found.batch == sizes[-1] and not found.same
    labels = [text_width(series.variant, 600) for series in shown] + [text_width(_pinned_text(kept), 400)] * bool(kept)
    factor = text_width(_times_words(found), 700) if found else 0.0
    right = GAP + max(labels, default=0.0) + (BRACKET + factor if last else 8.0)
    every = [*shown, *([kept] if kept else [])]
    frame = _frame(every, sizes, width, height, right, 0)
    skipped = _skip_rows(frame, timings, text_width)
    if skipped:
        frame = _frame(every, sizes, width, height, right, 1 + max(row.level for row in skipped))
    far = width - factor / 2 - 4
    bracket = _bracket(frame, found, last, far) if found and not found.same else None
    curves = _labelled(frame, shown, kept, bracket, text_width)
    return Plan(
        frame,
        curves,
        skipped,
        _meeting(frame, crossing(timings), curves, bracket, text_width),
        bracket,
        _thinned(frame, sizes, text_width),
        _times(frame),
    )


def pinned_series(pinned: Timings | None) -> Series | None:
    """The one series of a pinned run that is drawn: jit(vmap), else its first."""
    shown = [series for series in pinned.series if measured(series)] if pinned else []
    return next((s for s in shown if s.variant == "jit(vmap)"), shown[0] if shown else None)


def _pinned_text(series: Series | None) -> str:
    return f"pinned: {series.variant}" if series else ""


def _frame(shown: list[Series], sizes: tuple[int, ...], width: float, height: float, right: float, rows: int) -> Frame:
    ends = [v for series in shown for p in measured(series) for v in (p.q25_s, p.median_s, p.q75_s) if v]
    x0, x1 = math.log10(sizes[0]), math.log10(sizes[-1])
    low, high = (math.log10(min(ends)), math.log10(max(ends))) if ends else (-5.0, -2.0)
    if high - low < 1:
        low, high = (low + high - 1) / 2, (low + high + 1) / 2
    if x1 - x0 < 0.5:
        x0, x1 = (x0 + x1 - 0.5) / 2, (x0 + x1 + 0.5) / 2
    x_pixel = (x1 - x0) / max(width - PAD - right, 1.0)
    y_pixel = (high - low) / max(height - 2 * PAD - rows * SMALL, 1.0)
    return Frame(
        width,
        height,
        x0 - PAD * x_pixel,
        x1 + right * x_pixel,
        low - PAD * y_pixel,
        high + (PAD + rows * SMALL) * y_pixel,
    )


# --- curves and the labels at their ends -------------------------------------------------------------------------------


def _labelled(
    frame: Frame, shown: list[Series], kept: Series | None, bracket: Bracket | None, text_width: Width
) -> tuple[Curve, ...]:
    empty = Box(0, 0, 0, 0)
    curves = [_curve(series, series.variant, empty) for series in shown]
    if kept:
        curves.append(msgspec.structs.replace(_curve(kept, _pinned_text(kept), empty), pinned=True))
    if not curves:
        return ()
    widths = [text_width(curve.text, 400 if curve.pinned else 600) for curve in curves]
    ends = [frame.pixel(*curve.points[-1]) for curve in curves]
    right = max(x for x, _ in ends)
    stack = [i for i, (x, _) in enumerate(ends) if x > right - 1]
    centres = spread([ends[i][1] for i in stack], [LINE] * len(stack), 0.0, frame.height)
    boxes = {i: Box(right + GAP, y - LINE / 2, widths[i], LINE) for i, y in zip(stack, centres, strict=True)}
    inner = [i for i in range(len(curves)) if i not in boxes]
    wishes = [Wish(widths[i], LINE, _beside(ends[i], widths[i])) for i in inner]
    lines = [[frame.pixel(*point) for point in curve.points] for curve in curves]
    lines += [[(bracket.x, bracket.top), (bracket.x, bracket.bottom)]] if bracket else []
    area = Box(0, 0, frame.width, frame.height)
    boxes |= dict(zip(inner, settle(wishes, lines, list(boxes.values()), area), strict=True))
    return tuple(msgspec.structs.replace(curve, label=boxes[i]) for i, curve in enumerate(curves))


def _curve(series: Series, text: str, label: Box) -> Curve:
    points = measured(series)
    logs = [math.log10(p.median_s or 1.0) for p in points]
    return Curve(
        series,
        look(series.variant),
        tuple((math.log10(p.batch), y) for p, y in zip(points, logs, strict=True)),
        tuple(max(0.0, y - math.log10(p.q25_s)) if p.q25_s else 0.0 for p, y in zip(points, logs, strict=True)),
        tuple(max(0.0, math.log10(p.q75_s) - y) if p.q75_s else 0.0 for p, y in zip(points, logs, strict=True)),
        tuple(p.unstable for p in points),
        label,
        text,
    )


def _beside(end: Point, width: float) -> tuple[Point, ...]:
    """Places for the label of a line that ends inside the plot: right of its end, above it, below it, farther off."""
    x, y = end
    places = [(x + 10, y - LINE / 2), (x - width - 8, y - LINE - 4), (x - width / 2, y - LINE - 8), (x + 8, y + 4)]
    places += [(x - width - 8, y + 6), (x - width / 2, y + 8), (x + 10, y - LINE - 10), (x + 10, y + 16)]
    return tuple(places)


# --- skipped, crossing, bracket, ticks ---------------------------------------------------------------------------------


def _skip_rows(frame: Frame, timings: Timings, text_width: Width) -> tuple[SkipRow, ...]:
    """A row per variant that skipped something; rows that leave room for each other share a level."""
    rows: list[SkipRow] = []
    taken: list[list[tuple[float, float]]] = []
    for series in timings.series:
        marks = [(frame.pixel(math.log10(p.batch), 0)[0], p.skipped) for p in series.points if p.skipped is not None]
        if not marks:
            continue
        marks.sort()
        text = f"{series.variant} skipped"
        long = text_width(text, 400)
        before = marks[0][0] > long + 12
        text_x = marks[0][0] - 10 if before else marks[-1][0] + 10
        span = (text_x - long - 8, marks[-1][0] + 8) if before else (marks[0][0] - 8, text_x + long + 8)
        free = (i for i, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans))
        level = next(free, len(taken))
        taken += [[]] if level == len(taken) else []
        taken[level].append(span)
        rows.append(SkipRow(series.variant, level, tuple(marks), text, text_x, before))
    return tuple(rows)


def _meeting(
    frame: Frame, found: Crossing | None, curves: tuple[Curve, ...], bracket: Bracket | None, text_width: Width
) -> Meeting | None:
    if found is None:
        return None
    x, y = frame.pixel(math.log10(found.batch), math.log10(found.seconds))
    title, text = f"{found.winner} overtakes {found.loser}", f"from {about(found.batch)} on"
    width, height = max(text_width(title, 600), text_width(text, 400)), LINE + SMALL
    lines = [[frame.pixel(*point) for point in curve.points] for curve in curves]
    lines += [[(bracket.x - 12, bracket.top), (bracket.x + 12, bracket.bottom)]] if bracket else []
    wish = Wish(width, height, tuple(_around((x, y), width, height, frame)))
    box = settle([wish], lines, [curve.label for curve in curves], Box(0, 0, frame.width, frame.height))[0]
    return Meeting((x, y), title, text, box)


def _around(at: Point, width: float, height: float, frame: Frame) -> Iterator[Point]:
    """Places for the words at a crossing: above or below it, farther and farther, straight or aside."""
    x, y = at
    for distance in range(24, max(int(frame.height), 25), 12):
        for left in (x - 6, x - width / 2, x - width + 6, x - width - 24, x + 24):
            yield left, y - distance - height
            yield left, y + distance


def _bracket(frame: Frame, found: Ratio, last: bool, far: float) -> Bracket:
    x, top = frame.pixel(math.log10(found.batch), math.log10(found.slow_s))
    bottom = frame.pixel(0, math.log10(found.fast_s))[1]
    return Bracket(far if last else x + BRACKET, top, bottom, _times_words(found))


def _times_words(found: Ratio) -> str:
    return f"{factor_text(found.factor)}×"


def _thinned(frame: Frame, sizes: tuple[int, ...], text_width: Width) -> tuple[int, ...]:
    """The batch sizes that have room for their number, from the largest down."""
    kept: list[int] = []
    edge = math.inf
    for size in reversed(sizes):
        x, half = frame.pixel(math.log10(size), 0)[0], text_width(str(size), 600) / 2 + 4
        if x + half <= edge:
            kept.append(size)
            edge = x - half
    return tuple(reversed(kept))


def _times(frame: Frame) -> tuple[float, ...]:
    """Logarithms of the times to name: powers of ten, and 2 and 5 times them where those would be too few."""
    decades = range(math.floor(frame.y0), math.ceil(frame.y1) + 1)
    tens = tuple(float(d) for d in decades if frame.shows(d))
    if len(tens) > 2:
        return tens
    return tuple(y for d in decades for part in (1, 2, 5) if frame.shows(y := d + math.log10(part)))
