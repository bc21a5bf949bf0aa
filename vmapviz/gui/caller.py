"""The window's end of the wire to the process that called `vmapviz.show`: it answers as a worker does, and cannot be stopped."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from vmapviz.gui.decoding import Decoder
from vmapviz.gui.worker import place
from vmapviz.model import wire
from vmapviz.model.messages import Hello, Live, Reply, Request

CHUNK = 1 << 16


class Caller(QObject):
    """`replied(reply)` for each message while it is listened to, `ended(why)` when the process has ended.

    `incoming` and `outgoing` are file descriptors, which it closes.
    """

    replied = Signal(object)
    ended = Signal(str)
    _arrived = Signal(bytes)

    def __init__(self, incoming: int, outgoing: int) -> None:
        super().__init__()
        self._incoming, self._outgoing = incoming, outgoing
        self._frames = wire.Frames()
        self._generation = 0
        self._listens = self._gone = False
        self._decoder = Decoder(place, self)
        self._decoder.decoded.connect(self._decoded)
        self._arrived.connect(self._read, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._pump, name="caller", daemon=True)

    def first(self) -> Live | None:
        """What is to be shown, which the process says before anything is asked; None when it ends before."""
        while data := self._bytes():
            for body in self._frames.feed(data):
                reply = wire.decode_reply(body)
                return reply if isinstance(reply, Live) else None
        return None

    def start(self, options: Sequence[str] = ()) -> None:
        """Ask for a Ready, which comes when the process is free; what was asked before is not wanted any more."""
        if not self._thread.is_alive() and not self._gone:
            self._thread.start()
        self._generation += 1
        self._listens = True
        self.send(Hello())
        if self._gone:
            self._arrived.emit(b"")

    def send(self, request: Request) -> None:
        """Send a request; to a process that has ended it is dropped."""
        view = memoryview(wire.encode(request))
        with contextlib.suppress(OSError):
            while view and not self._gone:
                view = view[os.write(self._outgoing, view) :]

    def stop(self) -> None:
        """Listen no more."""
        self._listens = False

    def close(self) -> None:
        """Let the process know that nobody asks any more."""
        self.stop()
        self._decoder.close()
        self._gone = True
        with contextlib.suppress(OSError):
            os.close(self._outgoing)

    def _bytes(self) -> bytes:
        try:
            return os.read(self._incoming, CHUNK)
        except OSError:
            return b""

    def _pump(self) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone
            while data := self._bytes():
                self._arrived.emit(data)
            self._arrived.emit(b"")

    def _read(self, data: bytes) -> None:
        if not data:
            self._gone = True
            if self._listens:
                self.ended.emit("")
            return
        for body in self._frames.feed(data):
            self._decoder.decode(self._generation, body)

    def _decoded(self, generation: int, reply: Reply | wire.BrokenFrameError) -> None:
        if self._listens and generation == self._generation and not isinstance(reply, wire.BrokenFrameError):
            self.replied.emit(reply)
