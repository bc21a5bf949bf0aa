"""The plot of a sweep as a picture: what the window paints, and what is written as SVG and PNG."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from vmapviz.model.pinned import PointName
from vmapviz.model.plots.card import Card
from vmapviz.model.plots.labels import Point
from vmapviz.model.plots.marks import CAPTION, TEXT, Bracket, Meeting, SkipRow, text_width
from vmapviz.model.plots.times import Curve, Plan, Symbol, label_name, plan
from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text
from vmapviz.model.timing import BATCH
from vmapviz.model.timing_facts import Ratio
from vmapviz.model.timing_runs import Run, readout, side, spoken, title
from vmapviz.model.timing_text import tick_text

LEFT, BOTTOM = 64.0, 44.0
"""Pixels for the axes."""
SIZES = {"square": 3.5, "circle": 4.0, "diamond": 5.5}  # half the width of a mark
ROUND = 0.5523  # of the radius: a cubic Bézier that is a quarter of a circle
RING = 8.0
REACH = 8.0  # from a mark that still means it


def plot(
    shown: tuple[Run, ...], found: Ratio | None, words: str, width: float, height: float
) -> tuple[Scene, Plan | None]:
    """The runs on width × height pixels, with the plan it was made from; `words` say what there is to see."""
    made = (
        plan(shown, found, width - LEFT, height - BOTTOM, LEFT) if width > LEFT and height > BOTTOM and shown else None
    )
    return Scene(width, height, tuple(_items(made)) if made else (), spoken(shown, words)), made


def _items(made: Plan) -> Iterator[Item]:
    yield from _grid(made)
    yield from _axes(made)
    curves = sorted(made.curves, key=lambda curve: not curve.pinned)
    for curve in curves:
        yield from _bars(made, curve)
    for curve in curves:
        yield _line(made, curve)
    for curve in curves:
        yield from _points(made, curve)
    for curve in curves:
        yield from _label(made, curve)
    for row in made.skipped:
        yield from _skipped(row)
    if made.bracket:
        yield from bracket_items(made.bracket)
    if made.meeting:
        yield from _meeting(made.meeting)


# --- axes --------------------------------------------------------------------------------------------------------------


def _grid(made: Plan) -> Iterator[Item]:
    """Lines at the named times, only as far as the curves go."""
    start, end = made.frame.left, _end(made)
    for time in made.times:
        y = made.frame.pixel(0, time)[1]
        yield Path(((start, y), (end, y)), "line")
        yield Text(start - 8, y + 4, tick_text(10.0**time), "ink3", CAPTION, anchor="end")


def _end(made: Plan) -> float:
    """Where the axis ends: behind the last number of the sweep."""
    places = [made.frame.pixel(x, 0)[0] for curve in made.curves for x, _ in curve.points]
    places += [x for row in made.skipped for x, _ in row.marks]
    return max(places, default=made.frame.left + made.frame.width) + 8


def _axes(made: Plan) -> Iterator[Item]:
    height, batch = made.frame.height, made.over == BATCH
    colour = "b1" if batch else "ink2"
    start, end = made.frame.left, _end(made)
    yield Path(((start, height), (end, height)), "edge")
    for size in made.ticks:
        x = made.frame.pixel(math.log10(size), 0)[0]
        yield Path(((x, height), (x, height + 4)), "edge")
        yield Text(x, height + 18, str(size), colour, 11.5, 600, mono=True, anchor="middle")
    words = f"{'● ' * batch}{made.axis}"
    yield Text(
        max((start + end) / 2, text_width(words, 600) / 2), height + 36, words, colour, CAPTION, 600, anchor="middle"
    )


# --- curves ------------------------------------------------------------------------------------------------------------


def _colour(curve: Curve) -> str:
    return "edge" if curve.pinned else curve.look.colour


def _bars(made: Plan, curve: Curve) -> Iterator[Item]:
    """The quartiles of every point, and its outliers as dots."""
    for (x, y), below, above in zip(curve.points, curve.below, curve.above, strict=True):
        at, top = made.frame.pixel(x, y + above)
        bottom = made.frame.pixel(x, y - below)[1]
        if curve.pinned or bottom - top < 2:
            continue
        yield Path(((at, top), (at, bottom)), _colour(curve))
        for end in (top, bottom):
            yield Path(((at - 3, end), (at + 3, end)), _colour(curve))
    for place in curve.outliers:
        yield mark("circle", made.frame.pixel(*place), 1.3, _colour(curve), filled=True)


def _line(made: Plan, curve: Curve) -> Item:
    heavy = 2.5 if curve.series.variant == "jit(vmap)" else 1.5
    dash = None if curve.look.solid or curve.pinned else (6.0, 4.0)
    points = tuple(made.frame.pixel(*point) for point in curve.points)
    return Path(points if len(points) > 1 else points * 2, _colour(curve), 1.0 if curve.pinned else heavy, dash=dash)


def _points(made: Plan, curve: Curve) -> Iterator[Item]:
    symbol, colour = curve.look.symbol, _colour(curve)
    size = 3.0 if curve.pinned else SIZES[symbol]
    for place, sign in zip(curve.points, curve.signs, strict=True):
        x, y = made.frame.pixel(*place)
        yield mark(symbol, (x, y), size, colour, curve.look.solid and not curve.pinned)
        if sign and not curve.pinned:
            yield Text(x - size - 3, y - 3, sign, colour, TEXT, 700, anchor="end")


def mark(symbol: Symbol, at: Point, size: float, colour: str, filled: bool) -> Path:
    """A point's mark, `size` pixels from its middle to its side."""
    x, y = at
    fill = colour if filled else "surface"
    if symbol == "circle":
        return Path(circle(at, size), colour, 1.5, fill, curved=True)
    if symbol == "diamond":
        return Path(((x - size, y), (x, y - size), (x + size, y), (x, y + size)), colour, 1.5, fill)
    corners = ((x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size))
    return Path((*corners, corners[0]), colour, 1.5, fill)


def circle(at: Point, radius: float) -> tuple[Point, ...]:
    """A circle as Béziers."""
    (x, y), r, k = at, radius, ROUND * radius
    turns = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
    points: list[Point] = [(x + r, y)]
    for (ax, ay), (bx, by) in pairwise(turns):
        points.append((x + r * ax + k * bx, y + r * ay + k * by))
        points.append((x + r * bx + k * ax, y + r * by + k * ay))
        points.append((x + r * bx, y + r * by))
    return tuple(points)


def _label(made: Plan, curve: Curve) -> Iterator[Item]:
    box, colour = curve.label, "ink3" if curve.pinned else curve.look.colour
    middle = box.y + box.height / 2
    end = made.frame.pixel(*curve.points[-1])
    if box.x > end[0]:
        if abs(middle - end[1]) > 12:
            yield Path(((end[0] + 6, end[1]), (box.x - 2, middle)), "cell")
    elif abs(middle - end[1]) > 18:
        above = middle < end[1]
        near = min(max(end[0], box.x), box.x + box.width), box.y + box.height if above else box.y
        yield Path(((end[0], end[1] + (-7 if above else 7)), near), "cell")
    if curve.pinned:
        yield Text(box.x, middle - 3, curve.series.variant, colour, CAPTION, 500)
        yield Text(box.x, middle + 12, label_name(curve), colour, CAPTION)
    else:
        yield Text(box.x, middle + 4.5, curve.series.variant, colour, TEXT, 600)


# --- marks and words ---------------------------------------------------------------------------------------------------


def _skipped(row: SkipRow) -> Iterator[Item]:
    for x, _ in row.marks:
        yield Path(((x - 4, row.y - 4), (x + 4, row.y + 4)), "ink2", 1.5)
        yield Path(((x - 4, row.y + 4), (x + 4, row.y - 4)), "ink2", 1.5)
    yield Text(row.text_x, row.y + 4, row.text, "ink3", CAPTION, anchor="end" if row.before else "start")


def bracket_items(bracket: Bracket) -> Iterator[Item]:
    """A bracket with its factor."""
    for guide in bracket.guides:
        yield Path(guide, "ink2", 1.0, dash=(2.0, 3.0))
    yield Path(((bracket.x, bracket.top), (bracket.x, bracket.bottom)), "ink", 1.5)
    for y in (bracket.top, bracket.bottom):
        yield Path(((bracket.x - 4, y), (bracket.x + 4, y)), "ink", 1.5)
    box = bracket.box
    yield Rect(box.x, box.y, box.width, box.height, "surface")
    yield Text(box.x + box.width / 2, box.y + 13.5, bracket.text, "ink", TEXT, 700, anchor="middle")


def _meeting(meeting: Meeting) -> Iterator[Item]:
    """A ring at the crossing, a bar as far as it may be to its left and right, and the words."""
    (x, y), box = meeting.at, meeting.box
    for start, end in ((meeting.left, x - RING), (x + RING, meeting.right)):
        if start < end:
            yield Path(((start, y), (end, y)), "ink", 1.25)
    for end in (meeting.left, meeting.right):
        if abs(end - x) > RING:
            yield Path(((end, y - 4), (end, y + 4)), "ink", 1.25)
    yield Path(circle(meeting.at, RING), "ink", 2.0, curved=True)
    if box is None:
        return
    above = box.y < y
    edge = box.y + box.height if above else box.y
    yield Path(((x, y - RING if above else y + RING), (min(max(x, box.x), box.x + box.width), edge)), "ink", 1.25)
    yield Text(box.x, box.y + box.height * 0.27 + 4.5, meeting.title, "ink", TEXT, 600)
    yield Text(box.x, box.y + box.height * 0.77 + 4, meeting.text, "ink2", CAPTION)


def ringed(made: Plan, points: tuple[PointName, ...], thickness: float = 2.0) -> tuple[Item, ...]:
    """Rings around points, in the coordinates of the picture."""
    spots = [spot for spot in made.spots if spot.point in points]
    return tuple(Path(circle((spot.x, spot.y), RING), "ink", thickness, curved=True) for spot in spots)


# --- what is pointed at ------------------------------------------------------------------------------------------------


def card_of(shown: tuple[Run, ...], name: PointName) -> Card | None:
    """What is known about a point."""
    found = side(shown, name)
    timings = next((run.timings for run in shown if run.index == name.run), None)
    if found is None or timings is None:
        return None
    return Card(title(found, timings.over), readout(found.point, timings))


def card_at(made: Plan, x: float, y: float) -> tuple[Card, Point] | None:
    """The Python of the variant whose label is at a place of the picture, or why a size was skipped; with the place it belongs to."""
    for curve in made.curves:
        box = curve.label
        if box.x - 4 <= x <= box.x + box.width + 4 and box.y <= y <= box.y + box.height:
            rows = ((curve.name, ""),) if curve.pinned else ()
            return Card(curve.series.variant, rows, curve.series.code), (box.x, box.y + box.height / 2)
    if made.meeting and math.hypot(made.meeting.at[0] - x, made.meeting.at[1] - y) <= RING + 2:
        lines = ("measured", made.meeting.measured), ("in between", "lines drawn straight, bounds from the quartiles")
        return Card(f"{made.meeting.title} {made.meeting.text}", lines), made.meeting.at
    for row in made.skipped:
        for mark_x, why in row.marks:
            if math.hypot(mark_x - x, row.y - y) <= REACH:
                return Card(f"{row.variant} skipped", tuple((line, "") for line in why.split("\n"))), (mark_x, row.y)
    return None
