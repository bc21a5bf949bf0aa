"""What a sweep will still take, judged by what it took so far; it says what is skipped and how long to wait, never a time to show."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

from vmapviz.engine.measuring.stopwatch import ENOUGH_S, ENOUGH_SAMPLES
from vmapviz.engine.measuring.variants import LOOPS

STEEPEST = {"batch": 1.5, "devices": 0.0}
"""The largest power with which times are expected to grow: with examples, with devices, and else with a letter."""
WITH_A_LETTER = 3.0
FIRST_RUNS = 2
"""As many runs a point has before its samples."""


@dataclasses.dataclass
class Known:
    """What was seen of one variant, each with the number swept: seconds of a run, of compiling, and of all before the first sample."""

    runs: list[tuple[int, float]] = dataclasses.field(default_factory=list)
    compiling: list[tuple[int, float]] = dataclasses.field(default_factory=list)
    starting: list[tuple[int, float]] = dataclasses.field(default_factory=list)


class Forecast:
    """Of one sweep over `over`, a point of which may take `sampling_s` seconds of samples."""

    def __init__(self, names: Sequence[str], over: str, sampling_s: float) -> None:
        self.known = {name: Known() for name in names}
        self._over, self._sampling_s = over, sampling_s

    def run_s(self, name: str, at: int) -> float:
        """The seconds expected of one run; 0 where nothing is known."""
        return self._grown(self.known[name].runs, at, name in LOOPS)

    def compile_s(self, name: str, at: int) -> float:
        """The seconds expected of compiling; 0 where nothing is known."""
        return self._grown(self.known[name].compiling, at, name == "jit(loop)")

    def point_s(self, name: str, at: int) -> float:
        """The seconds expected of a whole point; for a variant without one, as long as others took on average."""
        known = self.known[name]
        if not known.starting:
            return self._usual_start() + self._sampling_s
        if name == "jit(loop)":
            return max(self._grown(known.starting, at, True), known.starting[-1][1]) + self.samples_s(name, at)
        run_s = known.runs[-1][1] if known.runs else 0.0
        # Compiling takes as long at every size: the first runs alone grow.
        longer = FIRST_RUNS * max(0.0, self.run_s(name, at) - run_s)
        return known.starting[-1][1] + longer + self.samples_s(name, at)

    def samples_s(self, name: str, at: int) -> float:
        """The seconds expected of a point's samples."""
        run = self.run_s(name, at) or next((seconds for _, seconds in self.known[name].runs), 0.0)
        if not run:
            return self._sampling_s
        return max(run, min(self._sampling_s, max(ENOUGH_S, ENOUGH_SAMPLES * run)))

    def remaining_s(self, points: Iterable[tuple[str, int]]) -> float:
        """The seconds expected of these points together."""
        return sum(self.point_s(name, at) for name, at in points)

    def _usual_start(self) -> float:
        seen = [seconds for known in self.known.values() for _, seconds in known.starting]
        return sum(seen) / len(seen) if seen else 0.0

    def _grown(self, known: list[tuple[int, float]], at: int, linear: bool) -> float:
        steepest = STEEPEST.get(self._over, WITH_A_LETTER)
        return predicted(known, at, linear and self._over == "batch", steepest)


def predicted(known: list[tuple[int, float]], at: int, linear: bool, steepest: float = STEEPEST["batch"]) -> float:
    """The seconds expected at a larger size; grown like the last two measured, at least linearly if so told."""
    smaller = [(size, seconds) for size, seconds in known if 0 < size < at and seconds > 0]
    if not smaller:
        return 0.0
    size, seconds = smaller[-1]
    power = 1.0 if linear else 0.0
    if len(smaller) > 1:
        before, earlier = smaller[-2]
        power = max(power, min(steepest, math.log(seconds / earlier) / math.log(size / before)))
    return seconds * math.exp(power * math.log(at / size))
