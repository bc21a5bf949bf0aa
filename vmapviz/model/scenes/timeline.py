"""The order in which pictures are played: the whole call, then equation after equation, each in its phases."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from itertools import accumulate, groupby
from typing import NamedTuple

import msgspec

from vmapviz.model.actions.selection import order
from vmapviz.model.programs.index import index, top
from vmapviz.model.remember import by_identity
from vmapviz.model.scenes import device_lanes, equation, steps, story
from vmapviz.model.trace import Trace

Row = tuple[str, int, int]  # a phase: its name, milliseconds, and the place of its stills

STILL_MS = 1200
ONE_MS = 600


class Phase(msgspec.Struct, frozen=True, gc=False):
    """A stretch of a segment; `number` is the place of its stills in its picture.

    Where the stills of one place are gone through in several phases, this one is the `part` of `parts`.
    """

    name: str
    ms: int
    number: int
    part: int = 0
    parts: int = 1


class Segment(msgspec.Struct, frozen=True, gc=False):
    """A picture with its phases; `path` as in `Session.selected`, None for the whole call."""

    title: str
    path: str | None
    phases: tuple[Phase, ...]

    @property
    def ms(self) -> int:
        """How long it plays."""
        return sum(phase.ms for phase in self.phases)


class Place(NamedTuple):
    """A moment: segment, phase of the segment, and the share of the phase that has passed."""

    segment: int
    phase: int
    share: float


class Timeline(msgspec.Struct, frozen=True):
    """Segments in order; `starts` are their beginnings in milliseconds, with the end of the last one."""

    segments: tuple[Segment, ...]
    starts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The length in milliseconds."""
        return self.starts[-1]

    def locate(self, ms: float) -> Place:
        """The place of a moment; a boundary belongs to what begins there."""
        number = min(max(bisect_right(self.starts, ms) - 1, 0), len(self.segments) - 1)
        at = ms - self.starts[number]
        phases = self.segments[number].phases
        for phase, each in enumerate(phases):
            if at < each.ms or phase == len(phases) - 1:
                return Place(number, phase, min(max(at / each.ms, 0.0), 1.0))
            at -= each.ms
        raise AssertionError("a segment without phases")

    def moment(self, place: Place) -> float:
        """The milliseconds of a place."""
        phases = self.segments[place.segment].phases
        before = sum(phase.ms for phase in phases[: place.phase])
        return self.starts[place.segment] + before + place.share * phases[place.phase].ms

    def boundaries(self) -> list[int]:
        """Where phases begin and end, in order."""
        lengths = [phase.ms for segment in self.segments for phase in segment.phases]
        return list(accumulate(lengths, initial=0))

    def segment_of(self, path: str | None) -> int:
        """The segment of a selected equation; one inside a body belongs to the equation around it; else 0."""
        if path is None:
            return 0
        outermost = path if path.startswith("+") else top(path)
        return next((n for n, segment in enumerate(self.segments) if segment.path == outermost), 0)


EMPTY = Timeline((Segment("", None, (Phase("", 1, 0),)),), (0, 1))


def timeline(
    trace: Trace, name: str, all_at_once: bool = True, reduced: bool = False, on_devices: bool = False
) -> Timeline:
    """The timeline of a trace; `name` is the function's. `reduced` motion shows every keyframe for 1.2 s. `on_devices`: pmap runs it."""
    turns = () if all_at_once or len(trace.levels) != 1 else tuple((each, ONE_MS) for each in story.turns(trace))

    @cache
    def phases(rows: tuple[Row, ...], run: int) -> tuple[Phase, ...]:
        found: list[Phase] = []
        for number, stretches in groupby(rows, key=lambda row: row[2]):
            stretch = [row[:2] for row in stretches] if number != run or not turns else turns
            found += [
                Phase(each, STILL_MS if reduced else ms, number, part, len(stretch))
                for part, (each, ms) in enumerate(stretch)
            ]
        return tuple(found)

    named = device_lanes.PHASES if on_devices else story.PHASES
    whole = tuple((each, ms, number) for number, (each, ms) in enumerate(named))
    segments = [Segment(name, None, phases(whole, -1 if on_devices else story.RUN))]
    for title, path, rows in equation_rows(trace):
        segments.append(Segment(title, path, phases(rows, equation.RUN_PHASE)))
    return Timeline(tuple(segments), tuple(accumulate((segment.ms for segment in segments), initial=0)))


@by_identity(2)
def equation_rows(trace: Trace) -> tuple[tuple[str, str, tuple[Row, ...]], ...]:
    """Title, path and phases of every equation in the timeline."""
    return tuple((title, path, phases_of(trace, path)) for title, path in _equations(trace))


def _equations(trace: Trace) -> list[tuple[str, str]]:
    """Title and path of every top-level equation of the original, and of those that vmap inserted, in order."""
    look = index(trace)
    found = []
    for path in order(trace):
        inserted = path.startswith("+")
        equation = look.equations[-1].get(path[1:]) if inserted else look.equations[0].get(path)
        label = "+" if inserted else look.labels[0].get(path, "")
        if equation is not None:
            found.append((f"{label} {equation.primitive}".strip(), path))
    return found


def phases_of(trace: Trace, path: str) -> tuple[tuple[str, int, int], ...]:
    """The phases of an equation, with a step for each of those that it became."""
    return steps.with_phases(trace, path, equation.phases_of(trace, path), len(equation.PHASES))
