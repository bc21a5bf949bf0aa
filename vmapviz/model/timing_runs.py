"""The runs that the plot shows side by side, its points in words, and two of them compared."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vmapviz.model.actions.swept import timed_experiment
from vmapviz.model.pinned import PointName, is_drawn, names
from vmapviz.model.session import Session
from vmapviz.model.sizes_text import bytes_text, count_text
from vmapviz.model.timing import BATCH, Point, Series, Timings
from vmapviz.model.timing_facts import Ratio, Side, by_name, compared, measured, ratio, trusted
from vmapviz.model.timing_text import BUSY, factor_text, place_text, seconds_text, times_text


class Run(msgspec.Struct, frozen=True):
    """A run in the plot: the one measured here has the index 0 and no name; of a pinned one (n, named by what differs) one variant is
    drawn.
    """

    timings: Timings
    index: int = 0
    name: str = ""
    variant: str = ""

    @property
    def series(self) -> tuple[Series, ...]:
        """What is drawn."""
        known = by_name(self.timings)
        return tuple(one for name, one in known.items() if not self.variant or name == self.variant)


def runs(session: Session) -> tuple[Run, ...]:
    """The run measured here and the pinned ones that are drawn; before anything is measured here, the newest of these stands in its place,
    whole.
    """
    now = timed_experiment(session)
    called = names(session.pinned, session.timings, now)
    kept = [
        Run(one.timings, n + 1, called[n], one.variant) for n, one in enumerate(session.pinned) if is_drawn(one, now)
    ]
    if session.timings is not None:
        return Run(session.timings), *kept
    if session.jobs.time is not None or not kept:
        return (Run(Timings("", "", ())), *kept) if kept else ()
    return msgspec.structs.replace(kept[-1], variant=""), *kept[:-1]


def side(shown: tuple[Run, ...], name: PointName) -> Side | None:
    """The point that a name stands for; None where it is not measured, or not shown."""
    for run in shown:
        for series in run.series if run.index == name.run else ():
            for point in measured(series) if series.variant == name.variant else ():
                if point.at == name.at:
                    return Side(series.variant, point, run.index, run.name)
    return None


def comparison(shown: tuple[Run, ...], picked: tuple[PointName, ...]) -> Ratio | None:
    """What the bracket compares: the two picked points, else what the sentence speaks of."""
    sides = [found for name in picked if (found := side(shown, name))]
    if len(sides) == 2:
        return compared(*sides)
    return ratio(shown[0].timings) if shown and not sides else None


def picked_sentence(shown: tuple[Run, ...], picked: tuple[PointName, ...]) -> str:
    """What the picked points say; "" while none is picked."""
    sides = [one for name in picked if (one := side(shown, name))]
    if not sides or not shown:
        return ""
    over = shown[0].timings.over
    if len(sides) == 1:
        return f"{_side_words(sides[0], over)}: {_time(sides[0])}. Pick another point to compare it with."
    found = compared(*sides)
    slow, fast = found.slower, found.faster
    words = f"{_side_words(slow, over)}: {_time(slow)}; {_side_words(fast, over)}: {_time(fast)}"
    return f"{words}. {_verdict(found)}{_doubt(found)}{f' {BUSY}' if found.disturbed else ''}"


def _verdict(found: Ratio) -> str:
    slow, fast = found.slower, found.faster
    if found.same:
        return "Their quartiles overlap, so neither is shown to be faster."
    between = f"{factor_text(found.low)} to {factor_text(found.high)} by the quartiles"
    if slow.variant == fast.variant and slow.run == fast.run:  # along one curve
        return f"That is {factor_text(found.factor)} times as long ({between}){_grown(slow.point, fast.point)}."
    return f"The second is {times_text(found.factor, 'faster')} ({between})."


def _grown(slow: Point, fast: Point) -> str:
    more = slow.batch / fast.batch
    return f" for {factor_text(more)} times the examples" if more > 1 else ""


def _doubt(found: Ratio) -> str:
    doubtful = [one for one in (found.slower, found.faster) if not trusted(one.point)]
    if not doubtful:
        return ""
    which = "Both points are" if len(doubtful) == 2 else f"`{doubtful[0].variant}` at {doubtful[0].point.at} is"
    return f" {which} unstable: the samples differ much."


def _side_words(one: Side, over: str) -> str:
    name = f" ({one.name})" if one.name else ""
    return f"`{one.variant}`{name} at {place_text(over, one.point.at)}"


def _time(one: Side) -> str:
    return seconds_text(one.point.median_s or 0.0)


# --- a point in words --------------------------------------------------------------------------------------------------


def title(one: Side, over: str) -> str:
    """A point's name: "jit(vmap), 64 examples"."""
    name = f", {one.name}" if one.name else ""
    return f"{one.variant}{name}, {place_text(over, one.point.at)}"


def readout(point: Point, timings: Timings) -> tuple[tuple[str, str], ...]:
    """All that is known about a point, as rows of a name and a value."""
    return tuple(_readout(point, timings))


def _readout(point: Point, timings: Timings) -> Iterator[tuple[str, str]]:
    median = point.median_s or 0.0
    yield "median", seconds_text(median)
    if point.q25_s and point.q75_s:
        yield "quartiles", f"{seconds_text(point.q25_s)} to {seconds_text(point.q75_s)}"
    repeats = f" × {point.repeats:,} runs each" if point.repeats > 1 else ""
    yield "samples", f"{point.samples}{repeats}"
    if point.outliers_s:
        yield "outliers", f"{len(point.outliers_s)}, up to {seconds_text(max(point.outliers_s))}"
    if point.batch > 1:
        yield "per example", seconds_text(median / point.batch)
    if timings.over != BATCH:
        yield "examples", str(point.batch)
    yield from _compiled(point)
    if point.unstable:
        yield "~ unstable", "the samples differ much"
    if point.disturbed:
        yield "! disturbed", "something else kept the machine busy"


def _compiled(point: Point) -> Iterator[tuple[str, str]]:
    made = point.compiled
    if made is None:
        return
    phases = (("trace", made.trace_s), ("lower", made.lower_s), ("compile", made.compile_s))
    yield "once before", ", ".join(f"{name} {seconds_text(took)}" for name, took in phases if took is not None)
    cost = made.cost
    counted = [f"{count_text(cost.flops)} flops"] if cost.flops is not None else []
    counted += [f"{bytes_text(cost.bytes)} read and written"] if cost.bytes is not None else []
    if counted:
        yield "XLA counts", ", ".join(counted)
    sizes = [f"{bytes_text(cost.peak_bytes)} at most"] if cost.peak_bytes is not None else []
    sizes += [f"the program {bytes_text(cost.code_bytes)}"] if cost.code_bytes is not None else []
    sizes += [f"{cost.instructions} instructions"] if cost.instructions is not None else []
    if sizes:
        yield "memory", ", ".join(sizes)


def spoken(shown: tuple[Run, ...], words: str) -> str:
    """The plot for who does not see it: the sentence, then every curve as a list of numbers."""
    lines = [words]
    for run in shown:
        for series in run.series:
            points = ", ".join(f"{p.at}: {seconds_text(p.median_s or 0.0)}" for p in measured(series))
            lines.append(f"{series.variant}{f' ({run.name})' if run.name else ''}: {points}")
    return "\n".join(lines)
