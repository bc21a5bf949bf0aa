"""The worker's streams: private ends for the wire, and everything that the user's code prints caught on its way."""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Callable

CHUNK = 1 << 16
MOST_PRINTED = 1 << 20
"""Bytes of prints per job that are passed on; the rest is dropped, and said so."""


class Wire:
    """The two ends that messages go through, and the real stderr; nothing else in this process uses them."""

    def __init__(self, incoming: int, outgoing: int, errors: int) -> None:
        self._incoming, self._outgoing, self.errors = incoming, outgoing, errors
        self._lock = threading.Lock()

    def read(self) -> bytes:
        """What has arrived, at least one byte; b"" at the end of the stream."""
        return os.read(self._incoming, CHUNK)

    def write(self, data: bytes) -> None:
        """Writes all of `data`, from any thread; raises OSError when nobody reads any more."""
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[os.write(self._outgoing, view) :]


def take_streams() -> tuple[Wire, int]:
    """Moves the wire away from file descriptors 0 and 1; gives it and the end at which prints arrive.

    Afterwards 0 is empty, and 1 and 2 lead into a pipe, for C code too.
    """
    # While they still are what Python opened: asked for its place in what was a file, a pipe fails.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, write_through=False, errors="backslashreplace")  # type: ignore[union-attr]
    wire = Wire(os.dup(0), os.dup(1), os.dup(2))
    empty = os.open(os.devnull, os.O_RDONLY)
    printed, into = os.pipe()
    os.dup2(empty, 0)
    os.dup2(into, 1)
    os.dup2(into, 2)
    os.close(empty)
    os.close(into)
    return wire, printed


class Prints:
    """Passes on what is printed, on a thread of its own."""

    def __init__(self, printed: int, say: Callable[[str], None]) -> None:
        self._printed, self._say = printed, say
        self._left = MOST_PRINTED
        threading.Thread(target=self._pump, name="prints", daemon=True).start()

    def new_job(self) -> None:
        """Allows as many prints again."""
        self._left = MOST_PRINTED

    def _pump(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := os.read(self._printed, CHUNK):
            if self._left <= 0:
                continue
            self._left -= len(data)
            more = "\n… more was printed than is shown.\n" if self._left <= 0 else ""
            with contextlib.suppress(OSError):
                self._say(decoder.decode(data) + more)


def flush() -> None:
    """Pushes out what Python and C still hold back."""
    sys.stdout.flush()
    sys.stderr.flush()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).fflush(None)
