"""Timings in words: times, factors, the sentence, the check, what each variant is, and the table as CSV."""

from __future__ import annotations

import csv
import io
import re
from typing import Literal

import msgspec

from vmapviz.model.session import Session, Sweep
from vmapviz.model.sweep_state import HELD, duration_text, is_starting, of_other, on_timer, starting_words
from vmapviz.model.timing import Timings
from vmapviz.model.timing_facts import Crossing, Ratio, Skip, by_name, crossing, measured, ratio

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


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def examples_text(count: int) -> str:
    """ "1 example", "1024 examples"."""
    return f"{count} example{'' if count == 1 else 's'}"


def expected_s(sweep: Sweep) -> float:
    """About how long a sweep takes in seconds: most points need a third of their budget."""
    return len(sweep.variants) * len(sweep.batches) * sweep.budget_s / 3


def caption(session: Session) -> tuple[str, str]:
    """The line above the plot and its colour role: what is measured now, what went wrong, or how to read the curves."""
    timings, other = session.timings, of_other(session).replace("`", "")
    if session.jobs.time is not None:
        return doing_words(session), "ink2"
    if timings is None:
        return "", "ink3"
    problem = session.time_problem
    if problem is not None:
        said = re.sub(r"[`*]", "", problem.title)
        return said, {"error": "error", "warn": "warn"}.get(problem.severity, "ink2")
    words = "time for one whole batch, log scale: medians, bars are the quartiles"
    unstable = any(point.unstable for series in timings.series for point in series.points)
    disturbed = any(point.disturbed for series in timings.series for point in series.points)
    marks = ("; ~ unstable" if unstable else "") + ("; some samples taken anew" if disturbed else "")
    return (f"of {other}: " if other else "") + words + marks, "ink2" if other else "ink3"


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
    """What the sweep shows, in one or two sentences made from its numbers; "" before anything is measured."""
    found, meets = ratio(timings), crossing(timings)
    return " ".join(
        part for part in (_ratio_words(found) if found else _alone(timings), _crossing_words(meets)) if part
    )


def _ratio_words(found: Ratio) -> str:
    fast, slow, size = f"`{found.fast}`", f"`{found.slow}`", examples_text(found.batch)
    if found.same:
        return f"For {size}, {fast} and {slow} take about the same time, {seconds_text(found.fast_s)}."
    times = f"{seconds_text(found.fast_s)} with {fast} and {seconds_text(found.slow_s)} with {slow}"
    verb = "takes" if found.batch == 1 else "take"
    return f"{size} {verb} {times}: {fast} is {factor_text(found.factor)} times faster."


def _alone(timings: Timings) -> str:
    known = by_name(timings)
    if not known:
        return ""
    name = "jit(vmap)" if "jit(vmap)" in known else next(iter(known))
    point = measured(known[name])[-1]
    verb = "takes" if point.batch == 1 else "take"
    return f"{examples_text(point.batch)} {verb} {seconds_text(point.median_s or 0.0)} with `{name}`."


def _crossing_words(meets: Crossing | None) -> str:
    if meets is None:
        return ""
    return f"Below {about(meets.batch)} `{meets.winner}` is slower than `{meets.loser}`."


def about(batch: float) -> str:
    """A number of examples that was read off a line: "about 10 examples"."""
    return f"about {examples_text(max(2, round(_rounded(batch, 2))))}"


def skip_words(skip: Skip) -> tuple[str, str]:
    """At which sizes a variant was skipped, and why: ("256 and up", "would pass the budget")."""
    if skip.onwards and len(skip.batches) > 1:
        return f"{skip.batches[0]} and up", skip.why
    return ", ".join(map(str, skip.batches)), skip.why


def compile_text(rows: list[tuple[str, float]]) -> str:
    """Compile times as one line for a screen reader."""
    return "Compile time: " + ", ".join(f"{variant} {seconds_text(seconds)}" for variant, seconds in rows)


def verdict(timings: Timings | None) -> Verdict:
    """The check of the answers; a warning where the sweep has none."""
    if timings is None or not by_name(timings):
        return Verdict("none", "Not compared yet", "Every way's answer is compared before its time counts.")
    if "differ" in timings.agreed or any("differs" in series.note for series in timings.series):
        return Verdict("warn", "Not all gave the same result", timings.agreed)
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


# --- table -------------------------------------------------------------------------------------------------------------

COLUMNS = ("variant", "batch", "median_s", "q25_s", "q75_s", "samples", "unstable", "skipped", "compile_s")


def csv_text(timings: Timings) -> str:
    """The sweep as CSV, one line per point; seconds for one whole batch, empty where there is no number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for series in timings.series:
        for p in series.points:
            row = (series.variant, p.batch, p.median_s, p.q25_s, p.q75_s, p.samples, str(p.unstable).lower())
            writer.writerow((*row, p.skipped, series.compile_s))
    return out.getvalue()
