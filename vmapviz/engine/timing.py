"""A sweep of timings: every variant at every batch size, its answer compared before its time counts."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import jax

from vmapviz.engine import machine, memory
from vmapviz.engine.agreement import Agreement, agree
from vmapviz.engine.batches import Batches, batches
from vmapviz.engine.evaluate import needs_all_at_once
from vmapviz.engine.hush import hush
from vmapviz.engine.load import Loaded
from vmapviz.engine.stopwatch import Stopwatch
from vmapviz.engine.variants import LOOPS, WAYS, Batch, NotPossibleError, Way
from vmapviz.model import messages
from vmapviz.model.timing import Point, Series, Timings

SHARE = 1 / 3
"""The share of a point's budget that its samples may take; the rest is for its first runs."""
COMPILE_BUDGETS = 5
"""Compiling may take this many times the budget of a point."""
EVERY_S = 0.3


def sweep(loaded: Loaded, request: messages.Time) -> Iterator[messages.Timed]:
    """The timings so far, again and again, after every step; the last one has `done`. Raises what the axes raise."""
    yield from _Sweep(loaded, request).run()


class _Sweep:
    def __init__(self, loaded: Loaded, request: messages.Time) -> None:
        self.loaded, self.request = loaded, request
        self.sizes = tuple(sorted(set(request.batches)))
        self.variants = tuple(name for name in request.variants if name in WAYS)
        self.batches: Batches = batches(loaded)
        self.all_at_once = needs_all_at_once(self.batches.call)
        self.one_array = jax.tree_util.treedef_is_leaf(jax.tree.structure(self.batches.call.plain(0)[1]))
        self.points: dict[str, dict[int, Point]] = {name: {} for name in self.variants}
        self.compiled: dict[str, list[tuple[int, float]]] = {name: [] for name in self.variants}
        self.codes = dict.fromkeys(self.variants, "")
        self.notes = dict.fromkeys(self.variants, "")
        self.disagreed: list[str] = []
        self.tolerance: float | None = None
        self.start = self.said = time.monotonic()

    # --- the sweep --------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[messages.Timed]:
        for size in self.sizes:
            yield from self._size(size)
        yield self._report("", done=True)

    def _size(self, size: int) -> Iterator[messages.Timed]:
        try:
            batch = self._batch(size)
        except Exception as error:  # a size that this function or machine cannot do is skipped, with the reason
            for name in self.variants:
                self._skip(name, size, _reason(error))
            return
        watches: dict[str, Stopwatch] = {}
        answers: list[tuple[str, Any]] = []
        for name in self.variants:
            yield self._report(f"{name}, {size} example{'s' if size != 1 else ''}: first run")
            why = self._too_long(name, size)
            if why:
                self._skip(name, size, why)
                continue
            try:
                watches[name] = self._first_run(name, batch, answers)
            except Exception as error:
                self._skip(name, size, _reason(error))
        yield from self._rounds(size, watches)

    def _batch(self, size: int) -> Batch:
        call = self.batches.call
        outer = len(call.levels) - 1
        jaxpr, _ = call.resized(outer, size).plain(outer + 1)
        needed, free = memory.peak_bytes(jaxpr), machine.available_bytes()
        if needed > free:
            raise NotPossibleError(f"would need {machine.bytes_text(needed)} of memory")
        return Batch(self.batches.sized(size), self.loaded, self.request.devices, self.all_at_once, self.one_array)

    def _first_run(self, name: str, batch: Batch, answers: list[tuple[str, Any]]) -> Stopwatch:
        """Compiles and runs once, and compares the answer with the first one at this size; raises where it differs."""
        hush.free()
        way = WAYS[name](batch)
        self.codes[name], self.notes[name] = way.code, way.note
        if way.compile is not None:
            self._compile(name, batch.size, way)
        start = time.perf_counter()
        out = jax.block_until_ready(way.run())
        first_s = time.perf_counter() - start
        if first_s > 4 * self.request.budget_s:
            raise NotPossibleError(self._over_budget("one run passes"))
        self._compare(name, batch.size, way.whole(out), answers)
        watch = Stopwatch(way.run, self.request.budget_s * SHARE)
        watch.calibrate()
        return watch

    def _compile(self, name: str, size: int, way: Way) -> None:
        assert way.compile is not None
        start = time.perf_counter()
        way.compile()
        self.compiled[name].append((size, time.perf_counter() - start))

    def _compare(self, name: str, size: int, answer: Any, answers: list[tuple[str, Any]]) -> None:
        if not answers:
            answers.append((name, answer))
            return
        other, expected = answers[0]
        found = agree(answer, expected)
        self.tolerance = max(self.tolerance or 0.0, found.tolerance)
        if not found.same:
            self._disagree(name, other, size, found)

    def _disagree(self, name: str, other: str, size: int, found: Agreement) -> None:
        by = f" by {found.difference:.2g}" if math.isfinite(found.difference) else ""
        self.disagreed.append(f"{name} and {other} differ{by} at {size}.")
        self.notes[name] = f"its answer differs from that of {other}"
        raise NotPossibleError(f"its answer differs from that of {other}")

    def _rounds(self, size: int, watches: dict[str, Stopwatch]) -> Iterator[messages.Timed]:
        """One sample of each in turn, until each has enough."""
        while waiting := [name for name, watch in watches.items() if not watch.done()]:
            for name in waiting:
                watches[name].sample()
                self.points[name][size] = watches[name].point(size)
            if time.monotonic() - self.said > EVERY_S:
                yield self._report(f"{size} example{'s' if size != 1 else ''}: in turn")
        for name, watch in watches.items():
            self.points[name][size] = watch.point(size)
        if watches:
            yield self._report(f"{size} example{'s' if size != 1 else ''}: measured")

    # --- skipping ---------------------------------------------------------------------------------------------------

    def _skip(self, name: str, size: int, why: str) -> None:
        self.points[name][size] = Point(size, skipped=why)

    def _over_budget(self, what: str) -> str:
        return f"{what} the {self.request.budget_s:g} s budget"

    def _too_long(self, name: str, size: int) -> str:
        """Why this size would take too long, judged by smaller ones; "" when it would not."""
        known = [(p.batch, p.median_s) for p in self.points[name].values() if p.median_s is not None]
        if _predicted(known, size, name in LOOPS) > self.request.budget_s:
            return self._over_budget("would pass")
        limit = COMPILE_BUDGETS * self.request.budget_s
        if name == "jit(loop)" and _predicted(self.compiled[name], size, True) > limit:
            return f"compile would pass the {limit:g} s budget"
        return ""

    # --- reports ----------------------------------------------------------------------------------------------------

    def _report(self, doing: str, done: bool = False) -> messages.Timed:
        self.said = time.monotonic()
        total = max(1, len(self.sizes) * len(self.variants))
        finished = sum(len(points) for points in self.points.values())
        progress = 1.0 if done else min(0.99, finished / total)
        per_point = (
            max(0.05, (self.said - self.start) / max(1, finished)) if finished else self.request.budget_s * SHARE
        )
        remaining = 0.0 if done else (total - finished) * per_point
        return messages.Timed(self.request.job, self._timings(), doing, progress, remaining, done)

    def _timings(self) -> Timings:
        series = tuple(
            Series(
                name,
                self.codes[name],
                self.compiled[name][-1][1] if self.compiled[name] else None,
                tuple(self.points[name][size] for size in sorted(self.points[name])),
                self.notes[name],
            )
            for name in self.variants
        )
        devices = devices_text(self.request.devices)
        return Timings(
            f"{machine.name()}, JAX {jax.__version__}",
            devices,
            series,
            agreed=self._agreed(),
            batches=self.batches.words(),
        )

    def _agreed(self) -> str:
        if self.disagreed:
            return " ".join(self.disagreed[:2])
        if self.tolerance is None:
            return ""
        close = f"to {_short(self.tolerance)}, relative," if self.tolerance else "exactly,"
        return f"{close} at every size that ran"


def devices_text(wanted: int) -> str:
    """ "8 CPU devices on 2 cores", of those there are."""
    found = jax.local_devices()[:wanted]
    kind = found[0].platform.upper() if found else "CPU"
    count, cores = len(found), machine.cores()
    text = f"{count} {kind} device{'s' if count != 1 else ''}"
    return f"{text} on {cores} core{'s' if cores != 1 else ''}" if kind == "CPU" else text


def _short(tolerance: float) -> str:
    """0.0001 as "1e-4"."""
    return f"{tolerance:.0e}".replace("e-0", "e-") if tolerance < 1e-3 else f"{tolerance:g}"


def _predicted(known: list[tuple[int, float]], size: int, linear: bool) -> float:
    """The seconds expected at a larger size; grown like the last two measured, at least linearly for loops."""
    smaller = [(batch, seconds) for batch, seconds in known if 0 < batch < size and seconds > 0]
    if not smaller:
        return 0.0
    batch, seconds = smaller[-1]
    power = 1.0 if linear else 0.0
    if len(smaller) > 1:
        before, earlier = smaller[-2]
        power = max(power, min(1.5, math.log(seconds / earlier) / math.log(batch / before)))
    return seconds * math.exp(power * math.log(size / batch))


def _reason(error: Exception) -> str:
    if isinstance(error, NotPossibleError):
        return str(error)
    lines = str(error).splitlines() or [""]
    if "RESOURCE_EXHAUSTED" in lines[0] or isinstance(error, MemoryError):
        return "not enough memory"
    return f"{type(error).__name__}: {lines[0][:120]}"
