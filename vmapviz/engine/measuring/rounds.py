"""Samples of several runs against each other, taken in turn."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from vmapviz.engine.measuring.bystanders import Bystanders
from vmapviz.engine.measuring.stopwatch import Stopwatch

SEED = 6


def rounds(watches: Mapping[str, Stopwatch], over: Callable[[], bool]) -> Iterator[str]:
    """One sample of each per round, in an order that is shuffled anew for every round, until each has enough or time is `over`;
    gives the name of each that was sampled. What others did meanwhile is noted with all that were in turn."""
    order = random.Random(SEED)
    bystanders = Bystanders()

    def left() -> list[str]:
        ended = over()
        return [name for name, watch in watches.items() if not (watch.done() or (ended and watch.samples))]

    waiting = left()
    while waiting:
        for name in order.sample(waiting, len(waiting)):
            watches[name].sample()
            yield name
        after = left()
        if (bystanders.due() or after != waiting) and (taken := bystanders.lap()):
            for name in waiting:
                watches[name].beside(*taken)
        waiting = after
