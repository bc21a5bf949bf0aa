"""A sweep of timings: every variant at every place, its answer compared before its time counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import jax

from vmapviz.engine import distributed, machine, memory
from vmapviz.engine.calls import Call
from vmapviz.engine.evaluate import needs_all_at_once
from vmapviz.engine.load import Loaded
from vmapviz.engine.measuring import ceilings, costs, gradients, variants
from vmapviz.engine.measuring.batches import Batches, batches
from vmapviz.engine.measuring.comparing import Comparing
from vmapviz.engine.measuring.forecast import Forecast
from vmapviz.engine.measuring.hush import hush
from vmapviz.engine.measuring.rounds import rounds
from vmapviz.engine.measuring.stops import Stop, counted, stops
from vmapviz.engine.measuring.stopwatch import Stopwatch
from vmapviz.engine.measuring.ways import Batch, NotPossibleError, Way, reason
from vmapviz.model import messages
from vmapviz.model.sizes_text import bytes_text
from vmapviz.model.timing import BATCH, DEVICES, UNSTEADY, Ceiling, Compiled, Point, Series, Timings

SHARE = 1 / 3
"""The share of a point's budget that its samples may take; the rest is for its first runs."""
COMPILE_BUDGETS = 5
"""Compiling may take this many times the budget of a point."""
RUN_BUDGETS = 4
"""One run may take this many times the budget of a point; a longer one is not repeated."""
FIRST_BUDGETS = 12
"""The first run may take this many: what is not jitted as a whole compiles in it, operation by operation."""
EVERY_S = 0.3


def sweep(loaded: Loaded, request: messages.Time) -> Iterator[messages.Timed]:
    """The timings so far, again and again, after every step; the last one has `done`. Raises what the axes raise."""
    yield from _Sweep(loaded, request).run()


class _Sweep:
    def __init__(self, loaded: Loaded, request: messages.Time) -> None:
        self.loaded, self.request = loaded, request
        self.variants = tuple(name for name in request.variants if variants.is_variant(name))
        self.batches: Batches = batches(loaded)
        self.stops = stops(self.batches, request)
        self.all_at_once = needs_all_at_once(self.batches.call)
        self.points: dict[str, dict[int, Point]] = {name: {} for name in self.variants}
        self.compiled: dict[str, dict[int, Compiled]] = {name: {} for name in self.variants}
        self.codes = dict.fromkeys(self.variants, "")
        self.notes = dict.fromkeys(self.variants, "")
        self.comparing = Comparing(request.grad)
        self.forecast = Forecast(self.variants, request.over, request.budget_s * SHARE)
        self.at = 0
        self.watches: dict[str, Stopwatch] = {}
        self.ceiling: Ceiling | None = None
        self.start = self.said = time.monotonic()
        self.waited_s = hush.waited_s

    # --- the sweep --------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[messages.Timed]:
        for stop in self.stops:
            yield from self._stop(stop)
            if self.ceiling is None and distributed.processes() == 1:
                yield self._report("what this machine does at best")
                hush.free()
                self.ceiling = ceilings.ceiling()
        yield self._report("", done=True)

    def _stop(self, stop: Stop) -> Iterator[messages.Timed]:
        try:
            with distributed.together():
                batch = self._batch(stop)
        except Exception as error:  # a size that this function or machine cannot do is skipped, with the reason
            for name in self.variants:
                self._skip(name, stop, reason(error))
            return
        self.comparing.begin()
        self.at, self.watches = stop.at, {}
        for name in self.variants:
            yield self._report(f"{name}, {stop.words}: first run")
            start = time.monotonic() - hush.waited_s
            try:
                self._refuse(name, stop)
                self.watches[name] = self._first_run(name, batch, stop)
            except Exception as error:
                self._skip(name, stop, reason(error))
            self.forecast.known[name].starting.append((stop.at, time.monotonic() - hush.waited_s - start))
        yield from self._rounds(stop, self.watches)
        self.watches = {}

    def _batch(self, stop: Stop) -> Batch:
        """The batch of a place; raises NotPossibleError, before it is made, where it would not fit into memory."""
        if stop.refused:
            raise NotPossibleError(stop.refused)
        self._guard(stop.types())
        return Batch(stop.call(), self.loaded, stop.devices, self.all_at_once, stop.exactly)

    def _guard(self, call: Call) -> None:
        jaxpr = gradients.jaxpr_of(call) if self.request.grad else call.plain(len(call.levels))[0]
        needed, free = memory.peak_bytes(jaxpr), machine.available_bytes()
        if needed > free:
            raise NotPossibleError(f"would need {bytes_text(needed)} of memory")

    def _first_run(self, name: str, batch: Batch, stop: Stop) -> Stopwatch:
        """Compiles and runs once, and compares the answer with the first one at this place; raises where it differs."""
        hush.free()
        with distributed.together():
            way = variants.way(name, batch, self.request.grad)
            self.codes[name], self.notes[name] = way.code, way.note
            compile_s = self._compile(name, stop, way)
        if way.ahead is not None:
            self.forecast.known[name].compiling.append((stop.at, distributed.slowest(compile_s)))
        out, seconds = self._affordable(way, compile_s)
        try:
            self.comparing.check(name, way, batch, way.whole(out), stop.words, seconds < self.request.budget_s)
        except NotPossibleError as error:
            self.notes[name] = str(error)
            raise
        watch = Stopwatch(way.run, self.request.budget_s * SHARE, out)
        self.forecast.known[name].runs.append((stop.at, watch.calibrate()))
        return watch

    def _affordable(self, way: Way, compile_s: float) -> tuple[Any, float]:
        """The answer of a first run, and its seconds; raises NotPossibleError where one run takes too long to be repeated."""
        budget = self.request.budget_s
        for most, what in ((FIRST_BUDGETS, "its first run passes"), (RUN_BUDGETS, "one run passes")):
            with distributed.together():
                start = time.perf_counter()
                out = jax.block_until_ready(way.run())
                # JAX 0.8, and pmap, compile once more at the first call.
                seconds, compile_s = time.perf_counter() - start - compile_s, 0.0
            seconds = distributed.slowest(seconds)
            if seconds > most * budget:
                raise NotPossibleError(self._over_budget(what))
            if seconds <= RUN_BUDGETS * budget:
                break
        return out, seconds

    def _compile(self, name: str, stop: Stop, way: Way) -> float:
        """Compiles what is compiled ahead, and gives the seconds of that."""
        if way.ahead is None:
            return 0.0
        made = costs.compiled(way.ahead)
        self.compiled[name][stop.at] = made
        return _whole_s(made)

    def _rounds(self, stop: Stop, watches: dict[str, Stopwatch]) -> Iterator[messages.Timed]:
        """One sample of each in turn, until each has enough."""
        for _ in rounds(watches, lambda: self._least_left_s() <= 0):
            if time.monotonic() - self.said > EVERY_S:
                self._sum_up(stop, watches)
                yield self._report(f"{stop.words}: in turn")
        self._sum_up(stop, watches)
        if watches:
            yield self._report(f"{stop.words}: measured")

    def _sum_up(self, stop: Stop, watches: dict[str, Stopwatch]) -> None:
        """Makes a point of what every watch has so far."""
        for name, watch in watches.items():
            if watch.samples:
                self.points[name][stop.at] = point = watch.point(
                    stop.examples, stop.over, self.compiled[name].get(stop.at)
                )
                self.forecast.known[name].runs[-1] = (stop.at, point.median_s or 0.0)

    # --- skipping ---------------------------------------------------------------------------------------------------

    def _skip(self, name: str, stop: Stop, why: str) -> None:
        self.points[name][stop.at] = Point(stop.examples, skipped=why, over=stop.over)

    def _over_budget(self, what: str) -> str:
        return f"{what} the {self.request.budget_s:g} s budget"

    def _left_s(self) -> float:
        """What is left of the total budget; silence that others asked for does not count."""
        spent = time.monotonic() - self.start - (hush.waited_s - self.waited_s)
        return self.request.total_s - spent

    def _least_left_s(self) -> float:
        """The same of the process that has least left, so that all decide alike."""
        return -distributed.slowest(-self._left_s())

    def _refuse(self, name: str, stop: Stop) -> None:
        """Raises NotPossibleError where this place would take too long, judged by those before."""
        run_s, compile_s = self.forecast.run_s(name, stop.at), self.forecast.compile_s(name, stop.at)
        if run_s > self.request.budget_s:
            raise NotPossibleError(self._over_budget("would pass"))
        limit = COMPILE_BUDGETS * self.request.budget_s
        if name == "jit(loop)" and compile_s > limit:
            raise NotPossibleError(f"compile would pass the {limit:g} s budget")
        if run_s + compile_s >= self._least_left_s():
            raise NotPossibleError(f"would pass the total of {self.request.total_s:g} s")

    # --- reports ----------------------------------------------------------------------------------------------------

    def _report(self, doing: str, done: bool = False) -> messages.Timed:
        self.said = time.monotonic()
        total = max(1, len(self.stops) * len(self.variants))
        finished = sum(len(points) for points in self.points.values())
        progress = 1.0 if done else min(0.99, finished / total)
        return messages.Timed(
            self.request.job, self._timings(), doing, progress, 0.0 if done else self._remaining(), done
        )

    def _remaining(self) -> float:
        """The seconds expected of the samples that are being taken, and of the points that have not begun."""
        taking = {(name, self.at): watch for name, watch in self.watches.items()}
        rest = sum(max(0.0, self.forecast.samples_s(*place) - watch.spent_s) for place, watch in taking.items())
        places = [(name, stop.at) for stop in self.stops for name in self.variants]
        left = [place for place in places if place not in taking and place[1] not in self.points[place[0]]]
        return max(0.0, min(rest + self.forecast.remaining_s(left), self._left_s()))

    def _timings(self) -> Timings:
        over, grad = self.request.over, self.request.grad
        letters = () if over in (BATCH, DEVICES, *self.batches.letters) else (over,)
        return Timings(
            f"{machine.name()}, JAX {jax.__version__}",
            devices_text(self.request.devices if over != DEVICES else max(stop.devices for stop in self.stops)),
            tuple(map(self._series, self.variants)),
            agreed=self.comparing.words(),
            batches=self.batches.words(*letters),
            over=over,
            grad=grad,
            ceiling=self.ceiling,
            processes=distributed.processes(),
        )

    def _series(self, name: str) -> Series:
        points, compiled = self.points[name], self.compiled[name]
        note = ", ".join(filter(None, (self.notes[name], UNSTEADY if name in self.comparing.unsteady else "")))
        return Series(
            name,
            self.codes[name],
            _whole_s(compiled[max(compiled)]) if compiled else None,
            tuple(points[at] for at in sorted(points)),
            note,
            self.comparing.differences.get(name),
        )


def devices_text(wanted: int) -> str:
    """ "8 CPU devices on 2 cores", of those there are; of several processes "8 CPU devices of 2 processes on 1 machine"."""
    many = distributed.processes()
    found = (jax.devices() if many > 1 else jax.local_devices())[:wanted]
    kind = found[0].platform.upper() if found else "CPU"
    text = counted(len(found), f"{kind} device")
    if many > 1:
        return f"{text} of {many} processes on {counted(distributed.machines(), 'machine')}"
    return f"{text} on {counted(machine.cores(), 'core')}" if kind == "CPU" else text


def _whole_s(made: Compiled) -> float:
    return (made.trace_s or 0.0) + made.lower_s + made.compile_s
