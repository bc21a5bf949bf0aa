"""Silence on request: samples wait for it, and those it came into do not count."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from vmapviz.engine.measuring import stopwatch
from vmapviz.engine.measuring.hush import Hush


@pytest.fixture
def hush(monkeypatch: pytest.MonkeyPatch) -> Hush:
    own = Hush()
    monkeypatch.setattr(stopwatch, "hush", own)
    return own


def runs(*effects: Callable[[], None]) -> Callable[[], None]:
    """A run that does one thing after another, then nothing."""
    left = iter(effects)
    return lambda: next(left, lambda: None)()


def disturb(hush: Hush) -> None:
    """The window asks for something and is answered, all within one sample."""
    hush.set(True)
    hush.set(False)


def test_a_sample_that_was_disturbed_is_taken_anew_and_its_point_says_so(hush: Hush) -> None:
    watch = stopwatch.Stopwatch(runs(lambda: disturb(hush), lambda: disturb(hush)), budget=1.0)
    watch.sample()
    assert len(watch.samples) == 1
    assert watch.point(4).disturbed
    watch.sample()
    assert len(watch.samples) == 2


def test_a_point_in_peace_is_not_disturbed_even_after_a_pause(hush: Hush) -> None:
    watch = stopwatch.Stopwatch(lambda: None, budget=1.0)
    hush.set(True)
    threading.Timer(0.05, hush.set, [False]).start()
    watch.sample()
    assert hush.waited_s > 0
    assert not watch.point(4).disturbed


def test_no_sample_begins_while_silence_lasts(hush: Hush) -> None:
    began, ended = threading.Event(), threading.Event()
    watch = stopwatch.Stopwatch(began.set, budget=1.0)
    hush.set(True)
    hush.set(True)
    sampling = threading.Thread(target=lambda: (watch.sample(), ended.set()))
    sampling.start()
    assert not began.wait(0.05)
    hush.set(False)
    assert ended.wait(10)
    assert hush.asked == 1, "asking twice is one silence"
    sampling.join()
