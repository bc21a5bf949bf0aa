"""Running the user's code once more without showing again what it prints."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

import jax


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What Python code prints in here is dropped, also what JAX's callbacks print: it was, or will be, shown once.

    On another thread than the main one, what the main thread prints meanwhile is not: it belongs to somebody else.
    """
    out, err = _Dropped(sys.stdout), _Dropped(sys.stderr)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            yield
        finally:
            jax.effects_barrier()  # callbacks print from threads of their own


class _Dropped:
    """A stream as it is, but that only a main thread which does not ask for quiet can write to it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._drops_main = threading.current_thread() is threading.main_thread()

    def write(self, text: str) -> int:
        """Passes on what is not to be dropped."""
        if self._drops_main or threading.current_thread() is not threading.main_thread():
            return len(text)
        written: int = self._stream.write(text)
        return written

    def writelines(self, lines: Any) -> None:
        """As `write`."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
