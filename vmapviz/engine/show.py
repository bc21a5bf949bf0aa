"""`vmapviz.show`: the window in a process of its own, and this process, which has the function, at its service."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, Any

import jax

from vmapviz.engine import handlers
from vmapviz.engine.calls import Vmap
from vmapviz.engine.live import Live
from vmapviz.engine.worker import ready, unsendable
from vmapviz.model import messages, wire

PATIENCE_S = 60
WINDOW = "import sys; sys.path.append({folder!r}); from vmapviz.gui.shown import main; main()"
CHUNK = 1 << 16

_one_at_a_time = threading.Lock()
"""The handlers keep the last experiment: several windows take turns."""


class _DetachedError(BaseException):
    """The window does not want the answer any more."""


class Server:
    """Answers what a window asks over a pipe, on threads: `read()` gives bytes, b"" at the end; `write(data)` takes them."""

    def __init__(self, live: Live, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        self._live, self._bytes, self._write = live, read, write
        self._requests: queue.SimpleQueue[messages.Request | None] = queue.SimpleQueue()
        self.asked, self.ended = threading.Event(), threading.Event()
        self._greeted = self._answered = 0  # each counted by one thread alone
        self._threads = [
            threading.Thread(target=work, name=f"vmapviz {work.__name__}", daemon=True)
            for work in (self._read, self._serve)
        ]

    def start(self) -> None:
        """Say what is shown, and serve."""
        self._send_now(self._live.shown)
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until the last job has ended."""
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        frames = wire.Frames()
        with contextlib.suppress(OSError, ValueError):  # the pipe is closed, or says nonsense
            while data := self._bytes():
                for body in frames.feed(data):
                    request = wire.decode_request(body)
                    self._greeted += isinstance(request, messages.Hello)
                    self._requests.put(request)
                    self.asked.set()
        self.ended.set()
        self.asked.set()
        self._requests.put(None)

    def _serve(self) -> None:
        x64 = self._live.shown.experiment.x64
        with jax.enable_x64(x64):  # as it was where `show` was called: settings belong to threads
            while (request := self._requests.get()) is not None:
                with contextlib.suppress(_DetachedError), _one_at_a_time:
                    if isinstance(request, messages.Hello):
                        self._answered += 1
                        self._send(ready(x64))
                    elif self._greeted == self._answered and not isinstance(request, messages.Hush):
                        handlers.answer(request, self._send, self._live.load)

    def _send(self, reply: messages.Reply) -> None:
        """Send a reply that is still wanted; ends the job where it is not."""
        if self._greeted > self._answered or self.ended.is_set():
            raise _DetachedError
        self._send_now(reply)

    def _send_now(self, reply: messages.Reply) -> None:
        try:
            data = wire.encode(reply)
        except (OverflowError, TypeError, ValueError) as error:
            data = wire.encode(unsendable(reply, error))
        with contextlib.suppress(OSError, ValueError):  # the window has gone, which the other thread notices
            self._write(data)


class Window:
    """A window that `vmapviz.show` opened. It lives until it is closed; this process serves it meanwhile."""

    def __init__(self, live: Live) -> None:
        self._name = live.shown.experiment.function
        code = WINDOW.format(folder=str(Path(__file__).parents[2]))
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            bufsize=0,
            start_new_session=True,  # Ctrl+C at a prompt is not meant for the window
        )
        self._said: list[bytes] = []
        self._server = Server(live, self._read, self._write)
        self._listening = threading.Thread(target=self._listen, name="vmapviz window", daemon=True)
        self._listening.start()
        self._server.start()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        """The window's ends: what it reads, what it answers, what it says to a terminal."""
        process = self._process
        assert process.stdin
        assert process.stdout
        assert process.stderr
        return process.stdin, process.stdout, process.stderr

    @property
    def is_open(self) -> bool:
        """Whether the window is there."""
        return not self._server.ended.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the user closes the window, at most so many seconds; whether it is closed. Ctrl+C closes it."""
        try:
            # In turns: on Windows, waiting without an end cannot be interrupted.
            while timeout is None and not self._server.ended.wait(1.0):
                pass
            return self._server.ended.wait(timeout)
        except KeyboardInterrupt:
            self.close()
            raise

    def close(self) -> None:
        """Close the window."""
        self._process.terminate()
        self._server.ended.wait()
        self._listening.join()

    def __repr__(self) -> str:
        return f"<vmapviz window of {self._name}: {'open' if self.is_open else 'closed'}>"

    def opened(self) -> None:
        """Wait until the window has come up; raises RuntimeError, with its reason in words, where it cannot."""
        try:
            came = self._server.asked.wait(PATIENCE_S)
        except BaseException:
            self.close()
            raise
        if came and self.is_open:
            return
        self.close()
        said = [line.decode(errors="replace").strip() for line in self._said if line.strip()]
        ours = [line.removeprefix("vmapviz: ") for line in said if line.startswith("vmapviz: ")]
        why = " ".join(ours or said[-3:]) or f"it did not answer within {PATIENCE_S} s."
        raise RuntimeError(f"vmapviz.show could not open its window: {why}")

    def _read(self) -> bytes:
        asked = self._pipes()[1]
        data = asked.read(CHUNK)
        if not data:
            asked.close()
        return data

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._pipes()[0].write(view) or 0 :]

    def _listen(self) -> None:
        """Pass on what the window says on its stderr, and keep the end of it."""
        into, _, says = self._pipes()
        with contextlib.suppress(OSError, ValueError):
            while line := says.readline():
                self._said = [*self._said[-20:], line]
                if self._server.asked.is_set():
                    sys.stderr.write(line.decode(errors="replace"))
        self._process.wait()
        for pipe in (into, says):
            pipe.close()


def show(
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    levels: Sequence[Vmap],
    block: bool | None,
    caller: FrameType | None,
) -> Window:
    """Open the window; see `vmapviz.show`."""
    if not callable(fun):
        raise TypeError(f"vmapviz.show takes a function and its arguments; {fun!r} cannot be called")
    if not sys.executable:
        raise RuntimeError("vmapviz.show could not open its window: this Python does not know its own program.")
    window = Window(Live(fun, args, kwargs, tuple(levels), caller))
    window.opened()
    if block or (block is None and not interactive()):
        window.wait()
    return window


def interactive() -> bool:
    """Whether somebody sits at a prompt or a notebook, to whom `show` returns at once."""
    ipython = sys.modules.get("IPython")
    inside = ipython is not None and ipython.get_ipython() is not None
    return inside or hasattr(sys, "ps1") or bool(sys.flags.interactive)
