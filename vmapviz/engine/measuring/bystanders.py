"""How much of the processors everybody else took, where the system says it (Linux)."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from vmapviz.engine import distributed

BUSY_COLUMNS = (0, 1, 2, 5, 6, 7)
"""Of a processor's line in /proc/stat: user, nice, system, irq, softirq and what the host took; not idle, not waiting for disks."""


LAP_S = 0.02


class Taken(NamedTuple):
    """Seconds of processor time that others took during `wall_s` seconds, on the cores that this process may use.

    The system counts in hundredths of a second: over a short time `others_s` may be too large, or less than nothing. Sums are right.
    """

    others_s: float
    wall_s: float


class Bystanders:
    """Asked again and again, `lap` says what others took since it was asked before."""

    def __init__(self) -> None:
        self._last = _now()

    def due(self) -> bool:
        """Whether the last lap is long enough ago that the next says something."""
        return self._last is not None and time.perf_counter() - self._last[2] > LAP_S

    def lap(self) -> Taken | None:
        """What others took since the last lap; None where it is not known."""
        before, self._last = self._last, _now()
        if before is None or self._last is None:
            return None
        busy, own, wall = (b - a for a, b in zip(before, self._last, strict=True))
        return Taken(busy - own, wall)


def _now() -> tuple[float, float, float] | None:
    """Seconds that the cores were busy, that this process and its children were, and of the clock; None beside others of one run."""
    busy = _busy_s() if distributed.processes() == 1 else None
    own = time.process_time() + sum(os.times()[2:4])
    return None if busy is None else (busy, own, time.perf_counter())


def _busy_s() -> float | None:
    try:
        lines = Path("/proc/stat").read_text(encoding="utf-8").splitlines()
        cores = {f"cpu{core}" for core in os.sched_getaffinity(0)}
        tick = os.sysconf("SC_CLK_TCK")
        rows = [fields[1:] for fields in map(str.split, lines) if fields and fields[0] in cores]
        return sum(int(row[column]) for row in rows for column in BUSY_COLUMNS) / tick if rows else None
    except (OSError, AttributeError, ValueError, IndexError):
        return None
