"""Runs of timings that are kept to be compared with later ones, named by what differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from vmapviz.model.arguments import join, split
from vmapviz.model.experiment import Experiment
from vmapviz.model.timing import Series, Timings
from vmapviz.model.timing_facts import by_name

SWEPT = {"batch": "batch sizes"}
NAME = 60
"""As many letters may a user's name for a run have."""
FUNCTION = re.compile(r"(?:\w+\()*([\w.<>]+)")
"""Of the text of a call what is called, within its vmaps."""
PREFERRED = ("jit(vmap)", "pmap", "vmap")


class Pinned(msgspec.Struct, frozen=True):
    """A kept run; `experiment` is what was timed, None when it came from the file `file`. `variant` is the one that is drawn.

    `name` is what the user calls it, "" = by what differs. `drawn` says whether it is, None where nobody has said: a run of an earlier
    start is drawn beside those of the same function.
    """

    timings: Timings
    variant: str
    experiment: Experiment | None = None
    file: str = ""
    name: str = ""
    drawn: bool | None = None

    @property
    def series(self) -> Series | None:
        """The one that is drawn."""
        return by_name(self.timings).get(self.variant)


class PointName(msgspec.Struct, frozen=True):
    """A point of a run: of the one measured here (0), or of the nth pinned one."""

    run: int
    variant: str
    at: int


def kept(timings: Timings, experiment: Experiment | None = None, file: str = "") -> Pinned:
    """A run to be pinned; of its variants the most telling is drawn."""
    known = by_name(timings)
    variant = next((name for name in PREFERRED if name in known), next(iter(known), ""))
    return Pinned(timings, variant, experiment, file, drawn=True)


def is_drawn(one: Pinned, now: Experiment) -> bool:
    """Whether a kept run is drawn beside those of this experiment."""
    if one.drawn is not None:
        return one.drawn
    if one.experiment is None:
        called = FUNCTION.match(one.timings.about)
        return called is not None and called[1] == now.function
    before = one.experiment
    return (before.path, before.name, before.function) == (now.path, now.name, now.function)


def names(pinned: tuple[Pinned, ...], timings: Timings | None, experiment: Experiment) -> tuple[str, ...]:
    """What each of the pinned runs is called: what differs from the run shown, or from the experiment before it is timed.

    What the user calls one comes first. One from a file is told by it first. Runs that differ in nothing are "earlier"; equal names are
    numbered.
    """
    found = [one.name or ", ".join(_differences(one, timings, experiment)) or "earlier" for one in pinned]
    many = {name for name, count in Counter(found).items() if count > 1}
    seen: Counter[str] = Counter()
    out = []
    for name in found:
        seen[name] += 1
        out.append(f"{name} ({seen[name]})" if name in many else name)
    return tuple(out)


def _differences(one: Pinned, timings: Timings | None, experiment: Experiment) -> Iterator[str]:
    if one.experiment is not None:
        yield from _call_differences(one.experiment, experiment)
    elif one.file:
        yield one.file
    run = one.timings
    yield from _machine_differences(run, timings)
    if timings is None:
        return
    if run.grad != timings.grad:
        yield "with grad" if run.grad else "forward only"
    if run.over != timings.over:
        yield f"over {SWEPT.get(run.over, run.over)}"
    elif _fixed(run) != _fixed(timings) and _fixed(run):
        yield f"{_fixed(run)} examples"


def _call_differences(before: Experiment, now: Experiment) -> Iterator[str]:
    if before.function != now.function:
        yield before.function
    elif before.source != now.source:
        yield "earlier code"
    if before.arguments != now.arguments:
        theirs = set(split(now.arguments))
        yield join(tuple(row for row in split(before.arguments) if row not in theirs)) or before.arguments
    if before.levels != now.levels:
        yield f"in_axes={', '.join(level.in_axes for level in before.levels)}"
    if before.x64 != now.x64:
        yield "64-bit" if before.x64 else "32-bit"


def _machine_differences(run: Timings, timings: Timings | None) -> Iterator[str]:
    if run.where and (timings is None or run.where != timings.where):
        yield run.where
    if timings is not None and run.machine != timings.machine:
        yield run.machine
    if timings is not None and run.devices != timings.devices:
        yield run.devices
    if run.processes > 1:
        yield f"{run.processes} processes"


def _fixed(timings: Timings) -> int:
    """The number of examples, where it is not what was swept; 0 where it is."""
    found = {p.batch for s in timings.series for p in s.points if p.over is not None}
    return found.pop() if len(found) == 1 else 0
