"""Timing runs against each other: samples well above the clock's resolution, taken in turn, summed up by their median."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np

from vmapviz.engine.hush import hush
from vmapviz.model.timing import Point

SAMPLE_S = 2e-3
"""A sample repeats its run until it takes about this long: some thousand times the resolution of the clock."""
MOST_SAMPLES = 25
FEWEST_SAMPLES = 3
UNSTABLE = 0.3
"""Quartiles further apart than this share of the median: the machine was busy with something else."""


class Stopwatch:
    """Samples of one run: call `calibrate` once, then `sample` in turn with others, until it is `done`."""

    def __init__(self, run: Callable[[], Any], budget: float) -> None:
        self._run, self._budget = run, budget
        self._repeats = 1
        self._spent = 0.0
        self.samples: list[float] = []
        self.disturbed = False

    def calibrate(self) -> float:
        """Runs once more, ready and warm, and chooses how often a sample repeats it; gives the seconds of that run."""
        seconds = self._timed(1)
        self._repeats = max(1, math.ceil(SAMPLE_S / max(seconds, 1e-7)))
        if seconds > SAMPLE_S:
            self.samples.append(seconds)
        return seconds

    def sample(self) -> None:
        """Takes one sample: seconds per run, every run waited for. One into which silence was asked for is thrown away and taken anew."""
        while True:
            before = hush.free()
            seconds = self._timed(self._repeats)
            if hush.asked == before:
                self.samples.append(seconds / self._repeats)
                return
            self._spent -= seconds
            self.disturbed = True

    def done(self) -> bool:
        """Whether there are enough samples for the time they may take."""
        if len(self.samples) >= MOST_SAMPLES:
            return True
        enough = FEWEST_SAMPLES if not self.samples or self.samples[-1] * FEWEST_SAMPLES < 2 * self._budget else 1
        return self._spent > self._budget and len(self.samples) >= enough

    def point(self, batch: int) -> Point:
        """Median and quartiles of the samples so far."""
        q25, median, q75 = (float(q) for q in np.percentile(self.samples, (25, 50, 75)))
        unstable = len(self.samples) < FEWEST_SAMPLES or q75 - q25 > UNSTABLE * median
        return Point(batch, median, q25, q75, len(self.samples), unstable, disturbed=self.disturbed)

    def _timed(self, repeats: int) -> float:
        with _no_collection():
            start = time.perf_counter()
            for _ in range(repeats):
                jax.block_until_ready(self._run())
            seconds = time.perf_counter() - start
        self._spent += seconds
        return seconds


@contextmanager
def _no_collection() -> Iterator[None]:
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
