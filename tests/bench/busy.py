"""Keeps one core busy for a share of the time, until it is killed: `python busy.py 0.2`."""

from __future__ import annotations

import sys
import threading
import time

PERIOD_S = 0.02


def main(share: float) -> None:
    """Says when it begins."""
    rest = threading.Event()
    print("busy", flush=True)
    while True:
        end = time.perf_counter() + share * PERIOD_S
        while time.perf_counter() < end:
            pass
        rest.wait((1 - share) * PERIOD_S)


if __name__ == "__main__":
    main(float(sys.argv[1]))
