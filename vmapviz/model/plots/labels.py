"""Finds room for the labels of a plot: in a stack at the ends of lines, or beside a point where nothing is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

Point = tuple[float, float]
AIR = 3.0  # pixels between a label and a line
EDGE = 1e-6


class Box(msgspec.Struct, frozen=True):
    """A rectangle in pixels, y down."""

    x: float
    y: float
    width: float
    height: float


class Wish(msgspec.Struct, frozen=True):
    """A label of a size and the places (left, top) where it may go, the best first."""

    width: float
    height: float
    places: tuple[Point, ...]


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres moved as little as possible so that labels of these heights do not overlap and stay between low and high.

    The order is kept; labels that do not all fit overlap evenly.
    """
    order = sorted(range(len(centres)), key=lambda i: centres[i])
    room = max(high - low, 1.0)
    shrink = min(1.0, room / max(sum(heights), 1.0))
    # Each block is a stack of labels that touch: its wished-for top (the mean of its labels' wishes), height and count.
    blocks: list[tuple[float, float, list[int]]] = []
    for i in order:
        height = heights[i] * shrink
        block = (centres[i] - height / 2, height, [i])
        while blocks and _top(blocks[-1], low, high) + blocks[-1][1] > _top(block, low, high) + 1e-9:
            block = _merged(blocks.pop(), block)
        blocks.append(block)
    placed = [0.0] * len(centres)
    for block in blocks:
        y = _top(block, low, high)
        for i in block[2]:
            placed[i] = y + heights[i] * shrink / 2
            y += heights[i] * shrink
    return placed


def _top(block: tuple[float, float, list[int]], low: float, high: float) -> float:
    return max(low, min(block[0], high - block[1]))


def _merged(
    above: tuple[float, float, list[int]], below: tuple[float, float, list[int]]
) -> tuple[float, float, list[int]]:
    m, n = len(above[2]), len(below[2])
    top = (above[0] * m + (below[0] - above[1]) * n) / (m + n)
    return top, above[1] + below[1], above[2] + below[2]


def settle(wishes: Sequence[Wish], lines: Sequence[Sequence[Point]], taken: Sequence[Box], area: Box) -> list[Box]:
    """A box for each wish in turn: the place that lies inside `area` and covers the fewest boxes and lines."""
    boxes = list(taken)
    for wish in wishes:
        boxes.append(_best(wish, lines, boxes, area))
    return boxes[len(taken) :]


def _best(wish: Wish, lines: Sequence[Sequence[Point]], boxes: Sequence[Box], area: Box) -> Box:
    """The first place that covers nothing, else the first of those that cover least."""
    found: list[tuple[int, Box]] = []
    for x, y in wish.places:
        box = Box(x, y, wish.width, wish.height)
        cost = _cost(box, lines, boxes, area)
        if cost == 0:
            return box
        found.append((cost, box))
    return min(found, key=lambda pair: pair[0])[1]


def _cost(box: Box, lines: Sequence[Sequence[Point]], boxes: Sequence[Box], area: Box) -> int:
    outside = (
        box.x < area.x
        or box.y < area.y
        or box.x + box.width > area.x + area.width
        or box.y + box.height > area.y + area.height
    )
    covered = sum(overlap(box, other) for other in boxes)
    wide = Box(box.x - AIR, box.y - AIR, box.width + 2 * AIR, box.height + 2 * AIR)
    crossed = sum(touches(wide, a, b) for line in lines for a, b in pairwise(line))
    return 100 * outside + 10 * covered + crossed


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge."""
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return min(across, down) > EDGE


def touches(box: Box, a: Point, b: Point) -> bool:
    """Whether the line from a to b runs through a box."""
    if max(a[0], b[0]) <= box.x or min(a[0], b[0]) >= box.x + box.width:
        return False
    enter, leave = 0.0, 1.0
    for start, end, low, size in ((a[0], b[0], box.x, box.width), (a[1], b[1], box.y, box.height)):
        step = end - start
        if step == 0:
            if not low < start < low + size:
                return False
            continue
        first, second = sorted(((low - start) / step, (low + size - start) / step))
        enter, leave = max(enter, first), min(leave, second)
    return enter < leave
