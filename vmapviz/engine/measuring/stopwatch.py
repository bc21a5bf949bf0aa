"""Timing one run: samples well above the clock's resolution, summed up by their median and quartiles."""

from __future__ import annotations

import gc
import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np

from vmapviz.engine import distributed
from vmapviz.engine.measuring.hush import hush
from vmapviz.model.timing import Compiled, Point

SAMPLE_S = 5e-4
"""A sample repeats its run until it takes about this long: some thousand times the resolution of the clock, and short enough that on
a busy machine most samples are not interrupted."""
MOST_SAMPLES = 100
ENOUGH_SAMPLES, ENOUGH_S = 25, 0.05
"""So many samples are enough when they took so long together."""
FEWEST_SAMPLES = 3
UNSTABLE = 0.3
"""Quartiles further apart than this share of the median: the machine was busy with something else."""
DRIFT = 0.15
"""Medians of the first and the second half of the samples further apart than this share of the median: something changed meanwhile."""
FAR = 3.0
"""Outliers lie more than this many times the distance of the quartiles beyond them: Tukey's "far out"."""
BUSY = 0.1
"""Others that took more than this share of one core while a point was measured disturbed it."""
ROUGH_S = 0.03
"""What others took is not known better than to some hundredths of a second."""

UNKNOWN = object()


class Stopwatch:
    """Samples of one run: call `calibrate` once, then `sample` in turn with others, until it is `done`.

    `answer` is what the run gave before, and says how it is waited for.
    """

    def __init__(self, run: Callable[[], Any], budget: float, answer: Any = UNKNOWN) -> None:
        self._run, self._budget = run, budget
        self._loop = _tree if answer is UNKNOWN else _loop_for(answer)
        self.repeats = 1
        self.spent_s = 0.0
        """Seconds that its timed runs took in all."""
        self._others_s = self._wall_s = 0.0
        self.samples: list[float] = []
        self.disturbed = False

    def calibrate(self) -> float:
        """Runs until it is known how often a sample repeats the run, ready and warm; gives the seconds of one run."""
        seconds = self._timed(1)
        if seconds > SAMPLE_S:
            self.samples.append(seconds)
            return seconds
        while seconds < SAMPLE_S / 2:  # one quick run says little: a hundred times as many say more
            self.repeats = min(100 * self.repeats, math.ceil(self.repeats * SAMPLE_S / max(seconds, 1e-9)))
            seconds = self._timed(self.repeats)
        one = seconds / self.repeats
        self.repeats = max(1, math.ceil(SAMPLE_S / one))
        return one

    def sample(self) -> None:
        """Takes one sample, seconds per run, every run waited for.

        One during which silence was asked for is thrown away, and taken anew.
        """
        while True:
            before = hush.free()
            if self.repeats > 1:
                self._loop(self._run, 1)  # what ran before has cooled the caches
            seconds = self._timed(self.repeats)
            if hush.asked == before:
                self.samples.append(seconds / self.repeats)
                return
            self.spent_s -= seconds
            self.disturbed = True

    def beside(self, others_s: float, wall_s: float) -> None:
        """Others used the processors for so many seconds of these."""
        self._others_s, self._wall_s = self._others_s + others_s, self._wall_s + wall_s

    def done(self) -> bool:
        """Whether there are enough samples for the time they may take."""
        count = len(self.samples)
        if count >= MOST_SAMPLES or (count >= ENOUGH_SAMPLES and self.spent_s > ENOUGH_S):
            return True
        enough = FEWEST_SAMPLES if not self.samples or self.samples[-1] * FEWEST_SAMPLES < 2 * self._budget else 1
        return self.spent_s > self._budget and count >= enough

    def point(self, batch: int, over: int | None = None, compiled: Compiled | None = None) -> Point:
        """Median and quartiles of the samples so far; outliers count, too."""
        q25, median, q75 = (float(q) for q in np.percentile(self.samples, (25, 50, 75)))
        low, high = q25 - FAR * (q75 - q25), q75 + FAR * (q75 - q25)
        return Point(
            batch,
            median,
            q25,
            q75,
            len(self.samples),
            len(self.samples) < FEWEST_SAMPLES or q75 - q25 > UNSTABLE * median or _drifts(self.samples, median),
            over=over,
            repeats=self.repeats,
            outliers_s=tuple(one for one in self.samples if not low <= one <= high),
            disturbed=self.disturbed or self._others_s > BUSY * self._wall_s + ROUGH_S,
            compiled=compiled,
        )

    def _timed(self, repeats: int) -> float:
        with _no_collection():
            start = time.perf_counter()
            self._loop(self._run, repeats)
            seconds = distributed.slowest(time.perf_counter() - start)
        self.spent_s += seconds
        return seconds


def _drifts(samples: list[float], median: float) -> bool:
    """Whether the first half of the samples differs from the second."""
    half = len(samples) // 2
    if half < FEWEST_SAMPLES:
        return False
    return abs(statistics.median(samples[:half]) - statistics.median(samples[-half:])) > DRIFT * median


# --- the inner loops: no more than it takes to wait for this kind of answer -------------------------------------------


def _loop_for(out: Any) -> Callable[[Callable[[], Any], int], None]:
    jax.block_until_ready(out)
    if isinstance(out, jax.Array):
        return _array
    return _tree if any(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(out)) else _plain


def _array(run: Callable[[], Any], repeats: int) -> None:
    for _ in itertools.repeat(None, repeats):
        run().block_until_ready()


def _tree(run: Callable[[], Any], repeats: int) -> None:
    for _ in itertools.repeat(None, repeats):
        jax.block_until_ready(run())


def _plain(run: Callable[[], Any], repeats: int) -> None:
    for _ in itertools.repeat(None, repeats):
        run()


@contextmanager
def _no_collection() -> Iterator[None]:
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
