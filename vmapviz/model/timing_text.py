"""Timings in words: times, factors, the sentence, the check, and what each variant is."""

from __future__ import annotations

import math
import re
from typing import Literal

import msgspec

from vmapviz.model.actions.swept import timed_experiment
from vmapviz.model.pinned import is_drawn
from vmapviz.model.session import Session, Sweep
from vmapviz.model.sweep_state import HELD, duration_text, has_points, is_starting, of_other, on_timer, starting_words
from vmapviz.model.timing import BATCH, DEVICES, UNSTEADY, Point, Timings
from vmapviz.model.timing_facts import (
    ACROSS,
    Crossing,
    Ratio,
    Side,
    Skip,
    by_name,
    compared,
    crossing,
    measured,
    ratio,
    trusted,
)

# What each variant runs, for people who have not measured yet.
VARIANT_WORDS = {
    "loop": "A Python loop over the function, one example at a time.",
    "loop jit": "A Python loop over the jitted function, slicing inside the loop.",
    "loop jit split": "A Python loop over the jitted function, on examples sliced beforehand.",
    "jit(loop)": "The Python loop inside jit: unrolled, so that it compiles longer with every example.",
    "vmap": "vmap without jit: every call traces and batches anew.",
    "jit(vmap)": "vmap inside jit: compiled once, the usual choice.",
    "pmap": "pmap over the devices of vmap over each device's share.",
    "shard_map": "shard_map inside jit: vmap over each device's share, the arguments placed beforehand.",
    "by hand": "The reference: the function that takes the whole batch, written by hand.",
    "lax.map": "lax.map: a compiled loop over the examples.",
    "lax.map 8": "lax.map with batch_size=8: a compiled loop over vmapped eights of examples.",
    "lax.map 64": "lax.map with batch_size=64: a compiled loop over vmapped sixty-fours of examples.",
}


def variant_words(variant: str) -> str:
    """What a variant runs; of `lax.map N` with any N."""
    number = variant.removeprefix("lax.map ")
    other = f"lax.map with batch_size={number}: a compiled loop over vmapped groups of so many examples."
    return VARIANT_WORDS.get(variant) or (other if number.isdecimal() else "")


_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


class Verdict(msgspec.Struct, frozen=True):
    """Whether all ways gave the same answer: the mark to show, a title and a line below it."""

    mark: Literal["check", "warn", "none"]
    title: str
    text: str = ""


def seconds_text(seconds: float) -> str:
    """A time in two or three digits: "2.7 ms", "164 ms", "35 µs"."""
    unit, name = next((row for row in _UNITS if seconds >= 0.9995 * row[0]), _UNITS[-1])
    value = seconds / unit
    return f"{value:.1f} {name}" if value < 9.95 else f"{_rounded(value, 3):.0f} {name}"


def tick_text(seconds: float) -> str:
    """A time at an axis, without digits that say nothing: "1 s", "0.1 ms", "20 µs"."""
    least = {"ms": 0.1}
    unit, name = next((row for row in _UNITS if seconds >= 0.9995 * row[0] * least.get(row[1], 1.0)), _UNITS[-1])
    return f"{_rounded(seconds / unit, 3):g} {name}"


def factor_text(factor: float) -> str:
    """How many times: "1.3", "60", "1,300"."""
    return f"{factor:.1f}" if factor < 9.95 else f"{_rounded(factor, 2):,.0f}"


def times_text(factor: float, change: str) -> str:
    """How much faster or slower: "61 times faster", "less than 10 % slower"."""
    return f"{factor_text(factor)} times {change}" if factor >= 1.095 else f"less than 10 % {change}"


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def examples_text(count: int) -> str:
    """ "1 example", "1024 examples"."""
    return f"{count} example{'' if count == 1 else 's'}"


def expected_s(sweep: Sweep) -> float:
    """About how long a sweep takes in seconds: most points need a third of their budget."""
    return min(sweep.total_s, len(sweep.variants) * len(sweep.numbers) * sweep.budget_s / 3)


def place_text(over: str, at: float) -> str:
    """A place on the axis of a sweep: "64 examples", "4 devices", "D = 64"."""
    if over not in (BATCH, DEVICES):
        return f"{over} = {at:.0f}"
    kind = "example" if over == BATCH else "device"
    return f"{at:.0f} {kind}{'' if at == 1 else 's'}"


def axis_text(timings: Timings) -> str:
    """What the axis of the sweep counts."""
    words = {BATCH: "batch size: number of examples", DEVICES: "number of devices"}
    return words.get(timings.over, f"{timings.over}, a size in the arguments' types")


def what_text(timings: Timings) -> str:
    """What was timed at every place: "one whole batch", "one whole batch of 64 examples, with its gradient"."""
    fixed = {p.batch for s in timings.series for p in s.points} if timings.over != BATCH else set()
    whole = "one whole batch" + (f" of {examples_text(fixed.pop())}" if len(fixed) == 1 else "")
    return f"{whole}, with its gradient" if timings.grad else whole


BUSY = "Something else kept the machine busy meanwhile."
MARKS = {"~": "unstable", "!": "disturbed"}


def marks(point: Point) -> str:
    """The sign beside a point: "~" for unstable, else "!" for disturbed, else ""."""
    return "~" if point.unstable else "!" * point.disturbed


def how_to_read(timings: Timings, brief: bool = False) -> str:
    """The line above the plot: what is shown, and what the marks mean that are in it; `brief` where there is little room."""
    points = [point for series in timings.series for point in series.points]
    signs = [f"{sign} {word}" for sign, word in MARKS.items() if any(sign in marks(p) for p in points)]
    dots = ["dots: outliers"] if any(p.outliers_s for p in points) else []
    if brief:
        return ", ".join(["medians", "quartiles", *(["outliers"] if dots else []), *signs])
    return ", ".join([f"time for {what_text(timings)}, log scale: medians", "bars: quartiles", *dots, *signs])


def caption(session: Session, brief: bool = False) -> tuple[str, str]:
    """The line above the plot and its colour role: what is measured now, what went wrong, or how to read the curves; `brief` of those."""
    timings, other = session.timings, of_other(session).replace("`", "")
    if session.jobs.time is not None:
        return doing_words(session), "ink2"
    problem, now = session.time_problem, timed_experiment(session)
    pinned = [one for one in session.pinned if is_drawn(one, now)]
    if problem is not None and (has_points(session) or pinned):
        said = re.sub(r"[`*]", "", problem.title)
        return said, {"error": "error", "warn": "warn"}.get(problem.severity, "ink2")
    if timings is not None and has_points(session):
        return (f"of {other}: " if other else "") + how_to_read(timings, brief), "ink2" if other else "ink3"
    if pinned:
        shown = pinned[-1]
        return f"{shown.name or shown.file or 'an earlier run'}: {how_to_read(shown.timings, brief)}", "ink3"
    return "", "ink3"


def doing_words(session: Session) -> str:
    """What a running sweep does, for the line above the plot."""
    if is_starting(session):
        return starting_words(session)
    if on_timer(session) and session.timer.held:
        return HELD[session.timer.held]
    other = of_other(session).replace("`", "")
    of = f", of {other}" if other else ""
    left = f", about {duration_text(session.remaining_s)} left" if session.remaining_s > 0 else ""
    return f"Measuring {session.doing}{of}{left}" if session.doing else f"Measuring{of}"


# --- sentences ---------------------------------------------------------------------------------------------------------


def sentence(timings: Timings) -> str:
    """What the sweep shows, in one or two sentences made from its numbers; "" before anything is measured.

    Nothing is claimed of points that are unstable.
    """
    found, meets = ratio(timings), crossing(timings)
    first = _ratio_words(found, timings) if found else _alone(timings)
    second = crossing_words(meets, timings.over) if meets else _scaling_words(timings)
    third = BUSY if found and found.disturbed else ""
    return " ".join(part for part in (first, second, third) if part)


def _subject(timings: Timings, point: Point) -> tuple[str, str]:
    """What takes the time at a point, and its verb."""
    examples = examples_text(point.batch)
    one = point.batch == 1 or timings.grad
    subject = f"the gradient of {examples}" if timings.grad else examples
    if timings.over == DEVICES:
        subject = f"with {place_text(timings.over, point.at)}, {subject}"
    elif timings.over != BATCH:
        subject = f"at {place_text(timings.over, point.at)}, {subject}"
    return subject[0].upper() + subject[1:], "takes" if one else "take"


def _ratio_words(found: Ratio, timings: Timings) -> str:
    fast, slow = f"`{found.fast}`", f"`{found.slow}`"
    subject, verb = _subject(timings, found.faster.point)
    if found.same:
        return f"{subject} {verb} about the same time with {fast} and {slow}, {seconds_text(found.fast_s)}."
    times = f"{seconds_text(found.fast_s)} with {fast} and {seconds_text(found.slow_s)} with {slow}"
    return f"{subject} {verb} {times}: {fast} is {times_text(found.factor, 'faster')}."


def _alone(timings: Timings) -> str:
    known = by_name(timings)
    if not known:
        return ""
    name = "jit(vmap)" if "jit(vmap)" in known else next(iter(known))
    points = measured(known[name])
    point = next((p for p in reversed(points) if trusted(p)), points[-1])
    subject, verb = _subject(timings, point)
    doubt = "" if trusted(point) else ", roughly: the samples differ much"
    return f"{subject} {verb} {seconds_text(point.median_s or 0.0)} with `{name}`{doubt}."


def crossing_words(meets: Crossing, over: str) -> str:
    """Where one way overtakes another, with how sure that is."""
    near, between = crossing_place(meets, over)
    return f"`{meets.winner}` overtakes `{meets.loser}` {near}{f' ({between})' if between else ''}."


def crossing_place(meets: Crossing, over: str) -> tuple[str, str]:
    """ "near 10 examples" and "between 6 and 16"; the second is "" where both ends are the same number."""
    least, most = max(1, _floor(meets.low)), _ceiling(meets.high)
    near = min(max(round(_rounded(meets.at, 2)), least), most)
    return f"near {place_text(over, near)}", f"between {least} and {most}" if least < most else ""


def _scaling_words(timings: Timings) -> str:
    """What more devices bring to the ways that use them."""
    known = by_name(timings) if timings.over == DEVICES else {}
    for name in ACROSS:
        points = [point for point in measured(known[name]) if trusted(point)] if name in known else []
        if len(points) > 1:
            few, many = Side(name, points[0]), Side(name, points[-1])
            found = compared(few, many)
            from_to = f"From {place_text(DEVICES, few.point.at)} to {many.point.at}"
            if found.same:
                return f"{from_to} `{name}` becomes neither faster nor slower."
            change = "faster" if found.faster is many else "slower"
            return f"{from_to} `{name}` becomes {times_text(found.factor, change)}."
    return ""


def _floor(value: float) -> int:
    """Rounded down to two digits."""
    unit = _unit(value)
    return int(value / unit + 1e-9) * unit


def _ceiling(value: float) -> int:
    unit = _unit(value)
    return math.ceil(value / unit - 1e-9) * unit


def _unit(value: float) -> int:
    """What the second digit of a number counts, at least 1."""
    return int(10 ** max(0, math.floor(math.log10(value)) - 1))


def skip_words(skip: Skip) -> tuple[str, str]:
    """At which sizes a variant was skipped, and why: ("256 and up", "would pass the budget")."""
    if skip.onwards and len(skip.places) > 1:
        return f"{skip.places[0]} and up", skip.why
    return ", ".join(map(str, skip.places)), skip.why


def compile_text(rows: list[tuple[str, float]]) -> str:
    """Compile times as one line for a screen reader."""
    return "Compile time: " + ", ".join(f"{variant} {seconds_text(seconds)}" for variant, seconds in rows)


def difference_words(timings: Timings) -> str:
    """The largest difference between the answers that were compared; "" where it is not known."""
    known = [(series.difference, series.variant) for series in timings.series if series.difference is not None]
    if not known:
        return ""
    largest, variant = max(known)
    return f"largest difference {largest:.2g}, of `{variant}`" if largest else "no difference in any digit"


def verdict(timings: Timings | None) -> Verdict:
    """The check of the answers; a warning where the sweep has none."""
    if timings is None or not by_name(timings):
        return Verdict("none", "Not compared yet", "Every way's answer is compared before its time counts.")
    if "differ" in timings.agreed or any("differs" in series.note for series in timings.series):
        return Verdict("warn", "Not all gave the same result", timings.agreed)
    if any(UNSTEADY in series.note for series in timings.series):
        return Verdict("warn", "Not the same numbers each time", timings.agreed)
    count = len(by_name(timings))
    if not timings.agreed:
        why = "Only one way ran." if count == 1 else "Nobody has compared the answers of these ways."
        return Verdict("warn", "Nothing to compare with" if count == 1 else "Answers not compared", why)
    words = {
        1: "All",
        2: "Both",
        3: "All three",
        4: "All four",
        5: "All five",
        6: "All six",
        7: "All seven",
        8: "All eight",
    }
    return Verdict("check", f"{words.get(count, 'All')} gave the same result", timings.agreed)
