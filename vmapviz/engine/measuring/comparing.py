"""Whether all ways give the same answer, asked before a time counts; whoever gives other numbers each time is told apart."""

from __future__ import annotations

import math
from typing import Any

import jax

from vmapviz.engine.agreement import agree
from vmapviz.engine.measuring.ways import Batch, NotPossibleError, Way
from vmapviz.model.timing import UNSTEADY

GRADIENT_ULPS = 4


class Comparing:
    """Of one sweep: `begin` at every place of it, then `check` each way's first answer there."""

    def __init__(self, grad: bool = False) -> None:
        self.differences: dict[str, float] = {}
        """The largest difference of every variant that was compared."""
        self.unsteady: set[str] = set()
        """Variants that gave other numbers when they ran again."""
        self._settled: set[str] = set()
        self._first: tuple[str, Any] | None = None
        self._disagreed: list[str] = []
        self._tolerance: float | None = None
        self._nans = False
        self._ulps, self._floor = GRADIENT_ULPS if grad else 0, 0.0

    def begin(self) -> None:
        """The next place of the sweep."""
        self._first = None

    def check(self, name: str, way: Way, batch: Batch, answer: Any, words: str, quick: bool) -> None:
        """Compares an answer with the first one here; at first a way that is `quick` runs once more, to see whether it repeats itself.

        Raises NotPossibleError where it differs, unless the function never repeats itself.
        """
        if quick and name not in self._settled:
            self._settled.add(name)
            if not self._again(way, answer):
                self.unsteady.add(name)
        if name in self.unsteady:
            return
        if self._first is None:
            self._first = name, answer
            return
        other, expected = self._first
        found = agree(answer, expected, self._ulps)
        self._floor = max(self._floor, found.floor)
        self._nans = self._nans or found.nans
        self.differences[name] = max(self.differences.get(name, 0.0), found.difference)
        self.differences[other] = max(self.differences.get(other, 0.0), found.difference)
        if found.same:
            self._tolerance = max(self._tolerance or 0.0, found.tolerance)
        elif not self._again(way, answer):
            self.unsteady.add(name)
        elif _repeats_itself(batch):
            by = f" by {found.difference:.2g}" if math.isfinite(found.difference) else ""
            self._disagreed.append(f"{name} and {other} differ{by} at {words}.")
            raise NotPossibleError(f"its answer differs from that of {other}")
        else:  # compiled, each keeps the numbers of its tracing
            self.unsteady |= {name, other}

    def _again(self, way: Way, answer: Any) -> bool:
        """Whether a way gives its answer once more."""
        return agree(way.whole(jax.block_until_ready(way.run())), answer, self._ulps).same

    def words(self) -> str:
        """How well the answers agreed; "" where fewer than two were compared."""
        if self._disagreed:
            return " ".join(self._disagreed[:2])
        if self.unsteady:
            return f"The function {UNSTEADY}: its answers cannot be compared."
        if self._tolerance is None:
            return ""
        close = f"to {_short(self._tolerance)}, relative," if self._tolerance else "exactly,"
        close += f" or {self._floor:.0e}," if self._floor else ""
        return f"{close} at every size that ran{'; NaN counts as equal to NaN' if self._nans else ''}"


def _repeats_itself(batch: Batch) -> bool:
    """Whether the function, traced twice, gives the same twice."""
    args, kwargs = batch.call.arguments
    once, again = (batch.call.mapped(len(batch.call.levels))(*args, **kwargs) for _ in range(2))
    return agree(once, again).same


def _short(tolerance: float) -> str:
    """0.0001 as "1e-4"."""
    return f"{tolerance:.0e}".replace("e-0", "e-") if tolerance < 1e-3 else f"{tolerance:g}"
