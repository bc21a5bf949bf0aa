"""The stopwatch, the rounds and who else was busy: samples long enough, in turn, each told apart from what disturbed it."""

from __future__ import annotations

import dataclasses
import itertools
import statistics
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vmapviz.engine.measuring import bystanders, rounds, stopwatch


@dataclasses.dataclass
class Clock:
    """A clock that moves only when something runs."""

    now: float = 0.0

    def running(self, seconds: float) -> Callable[[], None]:
        def run() -> None:
            self.now += seconds

        return run


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: made.now)
    return made


def test_a_quick_run_is_repeated_within_a_sample(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(1e-5), budget=1.0)
    watch.calibrate()
    before = clock.now
    watch.sample()
    assert clock.now - before >= stopwatch.SAMPLE_S * 0.999
    assert watch.samples == pytest.approx([1e-5])


def test_a_slow_run_is_its_own_sample_and_ends_within_the_budget(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(0.3), budget=1.0)
    watch.calibrate()
    while not watch.done():
        watch.sample()
    assert len(watch.samples) == 4
    assert watch.point(8).median_s == pytest.approx(0.3)
    assert not watch.point(8).unstable


def test_one_sample_of_a_very_slow_run_is_marked_unstable(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(5.0), budget=1.0)
    watch.calibrate()
    assert watch.done()
    assert watch.point(8).unstable


@pytest.mark.parametrize(("seconds", "fewest"), [(1e-5, 90), (2e-3, 25), (0.01, 25)])
def test_quick_runs_have_more_samples_than_those_that_took_long_enough(
    clock: Clock, seconds: float, fewest: int
) -> None:
    watch = stopwatch.Stopwatch(clock.running(seconds), budget=1.0)
    watch.calibrate()
    while not watch.done():
        watch.sample()
    assert fewest <= len(watch.samples) <= (stopwatch.MOST_SAMPLES if fewest > 25 else fewest)


def test_a_run_that_is_not_timed_warms_up_before_a_sample_of_many(clock: Clock) -> None:
    runs: list[float] = []
    cold, warm = clock.running(9e-4), clock.running(1e-4)

    def run() -> None:
        runs.append(clock.now)
        (warm if runs[1:] else cold)()

    watch = stopwatch.Stopwatch(run, budget=1.0)
    watch.repeats = 5
    watch.sample()
    assert len(runs) == 6
    assert watch.samples == pytest.approx([1e-4])


def test_samples_far_apart_are_marked_unstable() -> None:
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    watch.samples = [1.0, 1.0, 2.0, 2.0]
    point = watch.point(8)
    assert point.unstable
    assert point.median_s == statistics.median(watch.samples)


def test_samples_that_drift_are_marked_unstable() -> None:
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    watch.samples = [1.0] * 5 + [1.2] * 5
    assert watch.point(8).unstable
    watch.samples = [1.0, 1.2] * 6
    assert not watch.point(8).unstable


def test_an_outlier_is_kept_named_and_counts() -> None:
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    watch.samples = [1.0, 1.01, 1.02, 1.03, 1.04, 1.05, 9.0]
    point = watch.point(8, over=3)
    assert point.outliers_s == (9.0,)
    assert (point.samples, point.median_s, point.at) == (7, 1.03, 3)
    assert not point.unstable


def test_what_a_run_gives_decides_how_it_is_waited_for() -> None:
    loops = [stopwatch._loop_for(out) for out in (jnp.zeros(2), (jnp.zeros(2), 1), np.zeros(2), None)]
    assert loops == [stopwatch._array, stopwatch._tree, stopwatch._plain, stopwatch._plain]


def test_nothing_runs_before_the_clock_does(clock: Clock) -> None:
    watch = stopwatch.Stopwatch(clock.running(0.3), budget=1.0, answer=(0.0,))
    assert clock.now == 0.0
    watch.calibrate()
    assert clock.now == pytest.approx(0.3)
    assert watch.samples == pytest.approx([0.3])


def test_every_run_of_a_sample_is_waited_for() -> None:
    waited: list[int] = []

    class Answer(jax.Array):
        """An array that tells when it is waited for."""

        def block_until_ready(self) -> Answer:
            waited.append(1)
            return self

    Answer.__abstractmethods__ = frozenset()
    stopwatch._array(Answer, 7)
    assert len(waited) == 7


# --- rounds -----------------------------------------------------------------------------------------------------------


def test_rounds_take_one_sample_of_each_in_an_order_that_changes() -> None:
    watches = {name: stopwatch.Stopwatch(lambda: None, budget=1e9) for name in "abcd"}
    taken = list(rounds.rounds(watches, lambda: False))
    each = [tuple(taken[k : k + 4]) for k in range(0, len(taken), 4)]
    assert [len(watch.samples) for watch in watches.values()] == [stopwatch.MOST_SAMPLES] * 4
    assert all(sorted(one) == list("abcd") for one in each)
    before = {name: {taken[k - 1] for k in range(1, len(taken)) if taken[k] == name} for name in "abcd"}
    assert all(len(others - {name}) == 3 for name, others in before.items()), "every one follows every other"
    again = {name: stopwatch.Stopwatch(lambda: None, budget=1e9) for name in "abcd"}
    assert list(rounds.rounds(again, lambda: False)) == taken, "the order is the same in every sweep"


def test_when_time_is_over_each_has_one_sample_and_no_more() -> None:
    watches = {name: stopwatch.Stopwatch(lambda: None, budget=1e9) for name in "abc"}
    list(rounds.rounds(watches, lambda: True))
    assert [len(watch.samples) for watch in watches.values()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("laps", "disturbed"),
    [
        ([0.5], True),
        ([0.05], False),
        ([0.01, -0.008], False),  # of a short round all that is known is that it was about nothing
    ],
)
def test_what_others_did_meanwhile_disturbs(
    monkeypatch: pytest.MonkeyPatch, laps: list[float], disturbed: bool
) -> None:
    left, wall_s = itertools.cycle(laps), 1.0 if len(laps) == 1 else 0.01
    monkeypatch.setattr(bystanders.Bystanders, "lap", lambda self: bystanders.Taken(next(left), wall_s))
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    list(rounds.rounds({"a": watch}, lambda: False))
    assert watch.point(4).disturbed == disturbed


def test_where_nobody_says_who_is_busy_nothing_is_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bystanders, "_busy_s", lambda: None)
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    list(rounds.rounds({"a": watch}, lambda: False))
    assert not watch.point(4).disturbed


STAT = """cpu  300 0 0 0 0 0 0 0 0 0
cpu0 100 20 30 999 77 1 2 3 0 0
cpu1 900 0 0 0 0 0 0 0 0 0
intr 5
"""


def test_only_our_own_cores_are_looked_at_and_idle_time_is_not_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bystanders.Path, "read_text", lambda *_, **__: STAT)
    monkeypatch.setattr(bystanders.os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(bystanders.os, "sysconf", lambda _: 100)
    assert bystanders._busy_s() == pytest.approx(1.56)


def test_what_this_process_does_is_no_disturbance_and_errors_of_short_times_cancel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = iter([(10.0, 4.0, 0.0), (13.0, 6.5, 2.0), (13.0, 6.6, 2.1), (13.2, 6.7, 2.2)])
    monkeypatch.setattr(bystanders, "_now", lambda: next(seen))
    meter = bystanders.Bystanders()
    laps = [meter.lap() for _ in range(3)]
    assert laps[0] == bystanders.Taken(0.5, 2.0)
    assert [lap and round(lap.others_s, 6) for lap in laps[1:]] == [-0.1, 0.1]
