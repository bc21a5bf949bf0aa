"""What a sweep says: who is fast at which size, where two curves cross, how far apart two ways end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from vmapviz.model.timing import Point, Series, Timings

# The pairs worth comparing, the most telling first: a loop, and the batched way that a user would put in its place.
PAIRS = (
    ("loop", "jit(vmap)"),
    ("loop jit", "jit(vmap)"),
    ("loop", "vmap"),
    ("loop jit", "vmap"),
    ("loop jit split", "jit(vmap)"),
    ("jit(loop)", "jit(vmap)"),
    ("by hand", "jit(vmap)"),
    ("jit(vmap)", "pmap"),
)


class Crossing(msgspec.Struct, frozen=True):
    """Where two curves truly cross: `winner` is faster from about `batch` examples on; `seconds` is the time there."""

    winner: str
    loser: str
    batch: float
    seconds: float


class Ratio(msgspec.Struct, frozen=True):
    """Two ways at the largest size both ran; `same` says that their quartiles overlap, so neither is shown to be faster."""

    slow: str
    fast: str
    batch: int
    slow_s: float
    fast_s: float
    same: bool

    @property
    def factor(self) -> float:
        """How many times longer the slow way takes, at least 1."""
        return self.slow_s / self.fast_s


class Skip(msgspec.Struct, frozen=True):
    """Sizes that a variant did not run for one reason."""

    variant: str
    batches: tuple[int, ...]
    why: str
    onwards: bool


def measured(series: Series) -> tuple[Point, ...]:
    """The points that have a time, by batch size."""
    return tuple(sorted((p for p in series.points if p.median_s), key=lambda p: p.batch))


def by_name(timings: Timings) -> dict[str, Series]:
    """The series that have at least one time, by variant."""
    return {series.variant: series for series in timings.series if measured(series)}


def batches(timings: Timings) -> tuple[int, ...]:
    """Every batch size that was measured or skipped, rising."""
    return tuple(sorted({point.batch for series in timings.series for point in series.points}))


def skips(timings: Timings) -> tuple[Skip, ...]:
    """What was skipped and why, one entry per variant and reason."""
    return tuple(skip for series in timings.series for skip in _skips(series))


def _skips(series: Series) -> Iterator[Skip]:
    reasons: dict[str, list[int]] = {}
    for point in series.points:
        if point.skipped is not None:
            reasons.setdefault(point.skipped, []).append(point.batch)
    largest = max((point.batch for point in series.points), default=0)
    for why, sizes in reasons.items():
        last = [p.batch for p in series.points if p.batch >= min(sizes)]
        yield Skip(series.variant, tuple(sorted(sizes)), why, largest in sizes and sorted(sizes) == sorted(last))


# --- how far apart -----------------------------------------------------------------------------------------------------


def ratio(timings: Timings) -> Ratio | None:
    """The first of PAIRS that ran at a common size, at the largest such size; None when no pair did."""
    pairs = (ratio_between(timings, one, other) for one, other in PAIRS)
    return next((found for found in pairs if found is not None), None)


def ratio_between(timings: Timings, one: str, other: str) -> Ratio | None:
    """Two variants at the largest size that both ran; None when there is none."""
    known = by_name(timings)
    return _ratio(known[one], known[other]) if one in known and other in known else None


def _ratio(one: Series, other: Series) -> Ratio | None:
    common = _common(one, other)
    if not common:
        return None
    p, q = common[-1]
    sides = sorted(((p.median_s or 0.0, one.variant), (q.median_s or 0.0, other.variant)))
    (fast_s, fast), (slow_s, slow) = sides
    return Ratio(slow, fast, p.batch, slow_s, fast_s, _order(p, q) == 0)


def _common(one: Series, other: Series) -> list[tuple[Point, Point]]:
    theirs = {point.batch: point for point in measured(other)}
    return [(point, theirs[point.batch]) for point in measured(one) if point.batch in theirs]


def _order(p: Point, q: Point) -> int:
    """1 when p is slower than q, -1 when faster, 0 when their quartiles overlap."""
    if _low(p) > _high(q):
        return 1
    return -1 if _high(p) < _low(q) else 0


def _low(point: Point) -> float:
    return point.median_s or 0.0 if point.q25_s is None else point.q25_s


def _high(point: Point) -> float:
    return point.median_s or 0.0 if point.q75_s is None else point.q75_s


# --- where they cross --------------------------------------------------------------------------------------------------


def crossing(timings: Timings) -> Crossing | None:
    """The crossing of the first of PAIRS whose curves truly cross: once, and clear of the quartiles on both sides."""
    known = by_name(timings)
    pairs = (pair for pair in PAIRS if pair[0] in known and pair[1] in known)
    return next((found for a, b in pairs if (found := _crossing(known[a], known[b]))), None)


def _crossing(one: Series, other: Series) -> Crossing | None:
    common = _common(one, other)
    clear = [(order, p.batch) for p, q in common if (order := _order(p, q))]
    changes = [(a, b) for a, b in pairwise(clear) if a[0] != b[0]]
    if len(changes) != 1:
        return None
    (before, first), (_, last) = changes[0]
    winner, loser = (other, one) if before < 0 else (one, other)
    places = list(_meetings(one, other, first, last))
    # Near a crossing the medians may change places several times within their spread: the middle one is as true as any.
    x, y = places[len(places) // 2]
    return Crossing(winner.variant, loser.variant, math.exp(x), math.exp(y))


def _meetings(one: Series, other: Series, first: int, last: int) -> Iterator[tuple[float, float]]:
    """Where the drawn lines meet between two sizes, in logarithms: straight between the points of each series."""
    a, b = _curve(one), _curve(other)
    xs = sorted({x for x, _ in (*a, *b) if math.log(first) <= x <= math.log(last)})
    for left, right in pairwise(xs):
        from_a, to_a, from_b, to_b = _at(a, left), _at(a, right), _at(b, left), _at(b, right)
        before, after = from_a - from_b, to_a - to_b
        if before * after <= 0 and before != after:
            share = before / (before - after)
            yield left + share * (right - left), from_a + share * (to_a - from_a)


def _curve(series: Series) -> list[tuple[float, float]]:
    return [(math.log(point.batch), math.log(point.median_s or 1.0)) for point in measured(series)]


def _at(curve: list[tuple[float, float]], x: float) -> float:
    """A curve's height at x, which lies between its ends."""
    (x0, y0), (x1, y1) = next(piece for piece in pairwise(curve) if piece[0][0] <= x <= piece[1][0])
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
