"""What the times are spent on: how much of each the measured best of the machine would need to start, to move and to compute."""

from __future__ import annotations

from itertools import groupby
from typing import Literal

import msgspec

from vmapviz.model.sizes_text import bytes_text, count_text
from vmapviz.model.timing import Ceiling, Point, Series, Timings
from vmapviz.model.timing_facts import ACROSS, by_name, measured, trusted
from vmapviz.model.timing_text import place_text, seconds_text

Part = Literal["starting", "memory", "arithmetic"]
PARTS: tuple[Part, ...] = ("starting", "memory", "arithmetic")
PART_WORDS: dict[Part, str] = {"starting": "starting programs", "memory": "moving memory", "arithmetic": "arithmetic"}
MANY = ("loop jit", "loop jit split")
"""The ways that start a compiled program for every example."""
MOSTLY = 0.5
BEYOND = 1.05
"""More than the measured best could do in the time: what XLA counts cannot all have been that."""


BEYOND_WORDS: dict[Part, str] = {
    "starting": "One by one, its starts would take longer than that: they overlap.",
    "memory": "XLA counts more bytes than memory carries in that time: some stay in the cache.",
    "arithmetic": "XLA counts more flops than a matmul does in that time, so their share is not known.",
}


class Shares(msgspec.Struct, frozen=True):
    """Of the time at one point, what each part would need at the machine's measured best; None where it is not known.

    Memory and arithmetic go on at the same time, so the three need not add up to 1. More than 1 says that the part was not done so:
    bytes come from a cache, programs start while others run.
    """

    point: Point
    starting: float | None = None
    memory: float | None = None
    arithmetic: float | None = None

    @property
    def limit(self) -> Part | None:
        """What takes most of the time; None where none of them accounts for half of it, or the point is unstable."""
        if not trusted(self.point):
            return None
        return next((part for part in ("starting", "arithmetic", "memory") if self.is_most(part)), None)

    def is_most(self, part: Part) -> bool:
        """Whether a part accounts for half of the time or more, and could be all of it."""
        share: float | None = getattr(self, part)
        return share is not None and MOSTLY <= share <= BEYOND


def ways(timings: Timings) -> tuple[str, ...]:
    """The variants that something can be said of, the most telling first."""
    known = by_name(timings)
    compiled = [name for name, series in known.items() if any(p.compiled for p in series.points)]
    first = [name for name in ("jit(vmap)",) if name in compiled]
    return (
        *first,
        *(name for name in compiled if name not in first),
        *(name for name in known if name not in compiled),
    )


def chosen(timings: Timings, way: str) -> Series | None:
    """The variant asked for, else the most telling one."""
    known = by_name(timings)
    return known.get(way) or next((known[name] for name in ways(timings)), None)


def shares(timings: Timings, series: Series) -> tuple[Shares, ...]:
    """What every point of a variant is spent on."""
    many = any(p.compiled for p in series.points)
    return tuple(_shares(timings, series.variant, point, many) for point in measured(series))


def _shares(timings: Timings, variant: str, point: Point, compiled: bool) -> Shares:
    best, cost = timings.ceiling, point.compiled.cost if point.compiled else None
    if best is None or not compiled or not point.median_s:
        return Shares(point)
    starting = best.dispatch_s * (point.batch if variant in MANY else 1) / point.median_s
    if cost is None or (variant in ACROSS and "CPU" not in timings.devices):
        return Shares(point, starting)  # the best that was measured is that of one device
    memory = cost.bytes / best.bytes_per_s / point.median_s if cost.bytes is not None else None
    arithmetic = cost.flops / best.flops_per_s / point.median_s if cost.flops is not None else None
    return Shares(point, starting, memory, arithmetic)


def stretches(found: tuple[Shares, ...]) -> tuple[tuple[Part, int, int], ...]:
    """Where on the axis one thing takes most of the time: what, from the point with this index to that one."""
    rows = []
    for limit, group in groupby(enumerate(found), key=lambda pair: pair[1].limit):
        places = [index for index, _ in group]
        if limit is not None:
            rows.append((limit, places[0], places[-1]))
    return tuple(rows)


# --- words -------------------------------------------------------------------------------------------------------------


def ceiling_words(best: Ceiling) -> str:
    """The measured best of the machine: "31 µs to start a program, …"."""
    flops, moved = count_text(best.flops_per_s), bytes_text(best.bytes_per_s)
    return f"{seconds_text(best.dispatch_s)} to start a program; per second {moved} copied, {flops} flops of a matmul"


def why_caption(timings: Timings, series: Series | None) -> str:
    """How to read the shares."""
    of = f" of {series.variant}" if series is not None else ""
    return f"share of the time{of} at this machine's measured best"


def why_sentence(timings: Timings, series: Series | None) -> str:
    """What the times of a variant are spent on, as far as the numbers say it; what is not known is said to be so."""
    if series is None:
        return ""
    if timings.ceiling is None:
        return "This run did not measure what the machine does at best, so nothing is known of what the times are spent on."
    found = shares(timings, series)
    if all(one.starting is None for one in found):
        return (
            f"`{series.variant}` is not one compiled program: Python starts every equation by itself, "
            "so what XLA would count is not known."
        )
    steady = [one for one in found if trusted(one.point)]
    if not steady:
        return "Every point is unstable, so nothing is said of what the times are spent on."
    first, last = steady[0], steady[-1]
    if not any(one.limit for one in steady):
        first = last
    said = [_limit_words(one, series.variant, timings.over, one is first) for one in dict.fromkeys((first, last))]
    beyond = (part for part in PARTS if any((getattr(one, part) or 0.0) > BEYOND for one in steady))
    return " ".join([*said, *(BEYOND_WORDS[part] for part in beyond)])


def _limit_words(one: Shares, variant: str, over: str, named: bool) -> str:
    at = f"At {place_text(over, one.point.at)}"
    if one.limit == "starting":
        if variant in MANY and one.point.batch > 1:
            each = f"starting {one.point.batch} programs one by one"
            return f"{at}, {each} would take {percent(one.starting)} of the time of `{variant}`."
        return f"{at}, {percent(one.starting)} of the time of `{variant}` is starting the program."
    if one.limit == "arithmetic":
        whose = f"the arithmetic of `{variant}`" if named else "its arithmetic"
        return f"{at} {whose} runs at {percent(one.arithmetic)} of this machine's measured best."
    if one.limit == "memory":
        who = f"`{variant}`" if named else "it"
        return f"{at} {who} moves memory at {percent(one.memory)} of this machine's measured best."
    return f"{at} nothing measured accounts for most of the time of `{variant}`{_rest(one)}."


def _rest(one: Shares) -> str:
    """What is known of the parts where none of them takes most of the time, and what is not."""
    each = [(PART_WORDS[part], getattr(one, part)) for part in PARTS]
    known = [f"{words} {percent(share)}" for words, share in each if share is not None and share <= BEYOND]
    unknown = [words for words, share in each if share is None]
    lacks = f"; XLA does not count its {' and '.join(unknown)}" if unknown else ""
    return f"{': ' * bool(known)}{', '.join(known)}{lacks}"


def percent(share: float | None) -> str:
    """ "92 %"; "under 1 %" for less than half of one, and no more than "100 %"."""
    if share is None:
        return "an unknown part"
    return f"{min(share, 1.0):.0%}".replace("%", " %") if share >= 0.005 else "under 1 %"


def why_rows(one: Shares) -> tuple[tuple[str, str], ...]:
    """What is known of a point, as rows of a name and a value."""
    rows = [("time", seconds_text(one.point.median_s or 0.0))]
    rows += [(PART_WORDS[part], _row_words(part, one)) for part in PARTS]
    cost = one.point.compiled.cost if one.point.compiled else None
    if cost is not None and cost.peak_bytes is not None:
        rows.append(("memory at most", bytes_text(cost.peak_bytes)))
    if one.point.unstable:
        rows.append(("~ unstable", "the samples differ much"))
    return tuple(rows)


def _row_words(part: Part, one: Shares) -> str:
    share: float | None = getattr(one, part)
    if share is None:
        return "not known"
    cost = one.point.compiled.cost if one.point.compiled else None
    counted = ""
    if cost is not None and part == "memory" and cost.bytes is not None:
        counted = f", XLA counts {bytes_text(cost.bytes)}"
    elif cost is not None and part == "arithmetic" and cost.flops is not None:
        counted = f", XLA counts {count_text(cost.flops)} flops"
    return f"{'over 100 %' if share > BEYOND else percent(share)}{counted}"
