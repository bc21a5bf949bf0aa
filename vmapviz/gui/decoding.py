"""Turns what the worker sends into replies; long ones on a thread, so that the window never waits for them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from vmapviz.model import wire
from vmapviz.model.messages import Reply

LONG = 100_000
"""Bytes from which a reply is decoded on the thread; shorter ones take less than a tenth of a frame."""


class Decoder(QObject):
    """`decoded(generation, reply)` for each body, in order; a body that is no reply gives its BrokenFrameError instead.

    `prepare(reply)` runs on the thread, too: for work on long replies that would hold up the window.
    """

    decoded = Signal(int, object)
    _from_thread = Signal(int, object)

    def __init__(self, prepare: Callable[[Reply], None] = lambda reply: None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self._bodies: queue.SimpleQueue[tuple[int, bytes] | None] = queue.SimpleQueue()
        self._waiting = 0
        self._thread: threading.Thread | None = None
        self._from_thread.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def decode(self, generation: int, body: bytes) -> None:
        """Decode a body; short ones at once, unless a longer one before them is still under way."""
        if self._waiting == 0 and len(body) < LONG:
            self.decoded.emit(generation, _reply(body))
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="decoding", daemon=True)
            self._thread.start()
        self._waiting += 1
        self._bodies.put((generation, body))

    def close(self) -> None:
        """End the thread; what it still had is dropped."""
        if self._thread is not None:
            self._bodies.put(None)
            self._thread.join(5)
            self._thread = None

    def _work(self) -> None:
        while (item := self._bodies.get()) is not None:
            generation, body = item
            reply = _reply(body)
            if not isinstance(reply, wire.BrokenFrameError):
                self._prepare(reply)
            self._from_thread.emit(generation, reply)

    def _arrived(self, generation: int, reply: object) -> None:
        self._waiting -= 1
        self.decoded.emit(generation, reply)


def _reply(body: bytes) -> Reply | wire.BrokenFrameError:
    try:
        return wire.decode_reply(body)
    except wire.BrokenFrameError as broken:
        return broken
