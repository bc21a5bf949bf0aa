"""What a sweep says: who is fast at which size, where two curves cross and how sure that is, how far apart two ways end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import msgspec

from vmapviz.model.timing import DEVICES, Point, Series, Timings

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
    ("jit(vmap)", "shard_map"),
)
ACROSS = ("pmap", "shard_map")
"""The ways that use more than one device."""


class Crossing(msgspec.Struct, frozen=True):
    """Where two curves truly cross: `winner` is faster from about `at` on; `seconds` is the time there.

    From the quartiles it lies between `low` and `high`. Measured are the ends: at `first` the loser is clearly faster, at `last` the
    winner; in between lines are drawn straight.
    """

    winner: str
    loser: str
    at: float
    seconds: float
    low: float
    high: float
    first: int
    last: int


class Side(msgspec.Struct, frozen=True):
    """A point with what it is of: `run` 0 is what was measured here, n the nth pinned run, whose `name` says what differs."""

    variant: str
    point: Point
    run: int = 0
    name: str = ""


class Ratio(msgspec.Struct, frozen=True):
    """Two points, the slower by its median first; `same` says that their quartiles overlap, so neither is shown to be faster.

    `low` and `high` are the factors that the quartiles allow.
    """

    slower: Side
    faster: Side
    same: bool
    low: float
    high: float

    @property
    def slow(self) -> str:
        """The variant that takes longer."""
        return self.slower.variant

    @property
    def fast(self) -> str:
        """The variant that takes less."""
        return self.faster.variant

    @property
    def slow_s(self) -> float:
        """The median of the slow one in seconds."""
        return self.slower.point.median_s or 0.0

    @property
    def fast_s(self) -> float:
        """The median of the fast one in seconds."""
        return self.faster.point.median_s or 0.0

    @property
    def batch(self) -> int:
        """The number of examples of the slow one."""
        return self.slower.point.batch

    @property
    def factor(self) -> float:
        """How many times longer the slow way takes, at least 1."""
        return self.slow_s / self.fast_s

    @property
    def disturbed(self) -> bool:
        """Whether something else kept the machine busy while one of them was measured."""
        return self.slower.point.disturbed or self.faster.point.disturbed

    @property
    def trusted(self) -> bool:
        """Whether both were measured with little spread."""
        return trusted(self.slower.point) and trusted(self.faster.point)


class Skip(msgspec.Struct, frozen=True):
    """Sizes that a variant did not run for one reason."""

    variant: str
    places: tuple[int, ...]
    why: str
    onwards: bool


def measured(series: Series) -> tuple[Point, ...]:
    """The points that have a time, in the order of the axis."""
    return tuple(sorted((p for p in series.points if p.median_s), key=lambda p: p.at))


def trusted(point: Point) -> bool:
    """Whether something may be claimed of a point: it is measured, and its samples agree."""
    return bool(point.median_s) and not point.unstable


def by_name(timings: Timings) -> dict[str, Series]:
    """The series that have at least one time, by variant."""
    return {series.variant: series for series in timings.series if measured(series)}


def places(timings: Timings) -> tuple[int, ...]:
    """Every number of the sweep at which something was measured or skipped, rising."""
    return tuple(sorted({point.at for series in timings.series for point in series.points}))


def skips(timings: Timings) -> tuple[Skip, ...]:
    """What was skipped and why, one entry per variant and reason."""
    return tuple(skip for series in timings.series for skip in _skips(series))


def _skips(series: Series) -> Iterator[Skip]:
    reasons: dict[str, list[int]] = {}
    for point in series.points:
        if point.skipped is not None:
            reasons.setdefault(point.skipped, []).append(point.at)
    largest = max((point.at for point in series.points), default=0)
    for why, found in reasons.items():
        last = [p.at for p in series.points if p.at >= min(found)]
        yield Skip(series.variant, tuple(sorted(found)), why, largest in found and sorted(found) == sorted(last))


# --- how far apart -----------------------------------------------------------------------------------------------------


def ratio(timings: Timings) -> Ratio | None:
    """The first of PAIRS that ran stably at a common size, at the largest such size; None when no pair did.

    Of a sweep over devices, first the pairs that use them.
    """
    return next((found for one, other in pairs(timings) if (found := ratio_between(timings, one, other))), None)


def pairs(timings: Timings) -> tuple[tuple[str, str], ...]:
    """PAIRS in the order that suits what was swept."""
    first = tuple(pair for pair in PAIRS if pair[1] in ACROSS) if timings.over == DEVICES else ()
    return (*first, *(pair for pair in PAIRS if pair not in first))


def ratio_between(timings: Timings, one: str, other: str) -> Ratio | None:
    """Two variants at the largest size at which both ran stably; None when there is none."""
    known = by_name(timings)
    common = _common(known[one], known[other]) if one in known and other in known else []
    both = [(p, q) for p, q in common if trusted(p) and trusted(q)]
    return compared(Side(one, both[-1][0]), Side(other, both[-1][1])) if both else None


def compared(one: Side, other: Side) -> Ratio:
    """Two measured points, of whatever variants, sizes and runs."""
    fast, slow = sorted((one, other), key=lambda side: side.point.median_s or 0.0)
    p, q = slow.point, fast.point
    return Ratio(slow, fast, order(p, q) == 0, low(p) / high(q), high(p) / low(q))


def _common(one: Series, other: Series) -> list[tuple[Point, Point]]:
    theirs = {point.at: point for point in measured(other)}
    return [(point, theirs[point.at]) for point in measured(one) if point.at in theirs]


def order(p: Point, q: Point) -> int:
    """1 when p is slower than q, -1 when faster, 0 when their quartiles overlap."""
    if low(p) > high(q):
        return 1
    return -1 if high(p) < low(q) else 0


def low(point: Point) -> float:
    """The lower quartile; where it is not known, the median."""
    return point.q25_s or point.median_s or 0.0


def high(point: Point) -> float:
    """The upper quartile; where it is not known, the median."""
    return point.q75_s or point.median_s or 0.0


# --- where they cross --------------------------------------------------------------------------------------------------


def crossing(timings: Timings) -> Crossing | None:
    """The crossing of the first of PAIRS whose curves truly cross: once, and clear of the quartiles on both sides.

    On both sides that is said by points that are not unstable, and none of the others says the contrary.
    """
    known = by_name(timings)
    possible = (pair for pair in pairs(timings) if pair[0] in known and pair[1] in known)
    return next((found for a, b in possible if (found := _crossing(known[a], known[b]))), None)


def _crossing(one: Series, other: Series) -> Crossing | None:
    clear = [(found, p, q) for p, q in _common(one, other) if (found := order(p, q))]
    if sum(a[0] != b[0] for a, b in pairwise(clear)) != 1:
        return None
    before, sure = clear[0][0], [(found, p.at) for found, p, q in clear if trusted(p) and trusted(q)]
    first = max((at for found, at in sure if found == before), default=0)
    last = min((at for found, at in sure if found != before), default=0)
    if not (first and last):
        return None
    winner, loser = (other, one) if before < 0 else (one, other)
    met = list(_meetings(_line(winner, _median), _line(loser, _median), first, last))
    earliest = list(_meetings(_line(winner, low), _line(loser, high), first, last))
    latest = list(_meetings(_line(winner, high), _line(loser, low), first, last))
    # Near a crossing the medians may change places several times within their spread: the middle one is as true as any.
    x, y = met[len(met) // 2]
    least, most = math.exp(min(earliest[0][0], x)), math.exp(max(latest[-1][0], x))
    return Crossing(winner.variant, loser.variant, math.exp(x), math.exp(y), least, most, first, last)


Line = list[tuple[float, float]]


def _meetings(a: Line, b: Line, first: int, last: int) -> Iterator[tuple[float, float]]:
    """Where two lines meet between two sizes, in logarithms: straight between the points of each."""
    xs = sorted({x for x, _ in (*a, *b) if math.log(first) <= x <= math.log(last)})
    for left, right in pairwise(xs):
        from_a, to_a, from_b, to_b = _at(a, left), _at(a, right), _at(b, left), _at(b, right)
        before, after = from_a - from_b, to_a - to_b
        if before * after <= 0 and before != after:
            share = before / (before - after)
            yield left + share * (right - left), from_a + share * (to_a - from_a)


def _median(point: Point) -> float:
    return point.median_s or 1.0


def _line(series: Series, height: Callable[[Point], float]) -> Line:
    return [(math.log(p.at), math.log(height(p))) for p in measured(series)]


def _at(curve: Line, x: float) -> float:
    """A curve's height at x, which lies between its ends."""
    (x0, y0), (x1, y1) = next(piece for piece in pairwise(curve) if piece[0][0] <= x <= piece[1][0])
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
