"""Silence on request: while the window works for the user, no sample is taken, and one that was being taken does not count."""

from __future__ import annotations

import threading
import time


class Hush:
    """Set by the thread that reads requests, waited on by the one that measures: `free` before a sample, `asked` around it."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self.asked = 0
        """How often silence was asked for: a sample during which this changed was disturbed."""
        self.waited_s = 0.0
        """Seconds that `free` has waited in all, which no budget should count."""

    def set(self, on: bool) -> None:
        """Ask for silence, or end it."""
        if on and self._free.is_set():
            self._free.clear()  # first: who has read the new count must find that it is to wait
            self.asked += 1
        elif not on:
            self._free.set()

    def free(self) -> int:
        """Wait until nobody asks for silence; gives `asked` as it is then."""
        while True:
            asked = self.asked
            if self._free.is_set():
                return asked
            start = time.monotonic()
            self._free.wait()
            self.waited_s += time.monotonic() - start


hush = Hush()
"""Of this process."""
