"""The window's end of the wire: starts the worker process, sends requests, hands on replies, notices when it ends."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from vmapviz.gui.decoding import Decoder
from vmapviz.model import wire
from vmapviz.model.actions.pythons import NOT_FOUND
from vmapviz.model.insights.insight import looked_up
from vmapviz.model.messages import Lowered, Pmapped, Reply, Request, Traced, Verified
from vmapviz.model.programs.remembered import remembered_layout
from vmapviz.model.programs.shown import shown
from vmapviz.model.scenes.timeline import equation_rows
from vmapviz.model.shell_words import shell_words

MODULE = "vmapviz.engine.worker"


LAST_SAID = 4000


def command(python: str) -> list[str]:
    """The program and the arguments that start a worker: `python` names a Python or its environment's folder, or is a command.

    A command that does not name the worker's module is one that runs Python: `uv run python`. "" is vmapviz's own Python.
    """
    path = Path(python).expanduser()
    inside = [path / "bin" / "python", path / "Scripts" / "python.exe"]
    if not python or " " not in python or path.exists():
        program = next(map(str, filter(Path.is_file, inside)), str(path)) if python else sys.executable
        return [program, "-m", MODULE]
    words = shell_words(python)
    return words if MODULE in words else [*words, "-m", MODULE]


def python_of(python: str) -> str:
    """The same without the worker, as it is typed into a shell."""
    words = command(python)
    return shlex.join(words[: words.index(MODULE) - 1])


def is_there(python: str) -> bool:
    """Whether the program that a Python or a command names exists and may be run."""
    return shutil.which(command(python)[0]) is not None


class WorkerProcess(QObject):
    """One worker at a time. `replied(reply)` for each message, `ended(why)` when it ends without having been asked to.

    `said` is the end of what it wrote to its stderr, which is passed on.
    """

    replied = Signal(object)
    ended = Signal(str)

    def __init__(self, python: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.python, self.said = python, ""
        self._process: QProcess | None = None
        self._frames = wire.Frames()
        self._generation = 0
        self._decoder = Decoder(place, self)
        self._decoder.decoded.connect(self._decoded)

    @property
    def running(self) -> bool:
        """Whether a worker process exists."""
        return self._process is not None

    def start(self, options: Sequence[str] = (), alone: bool = False) -> None:
        """Start a worker, ending the one before at once; `alone`, it has no terminal on which it could ask for anything."""
        self.stop()
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        process.setProcessEnvironment(environment)
        if alone and hasattr(process, "setUnixProcessParameters"):
            process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(partial(self._pass_on, process))
        process.errorOccurred.connect(self._failed)
        process.finished.connect(self._finished)
        self._process, self._frames, self.said = process, wire.Frames(), ""
        self._generation += 1
        program, *arguments = command(self.python)
        process.start(program, [*arguments, *options])

    def send(self, request: Request) -> None:
        """Send a request; without a worker it is dropped, since the next Ready asks again."""
        if self._process is not None:
            self._process.write(wire.encode(request))

    def stop(self) -> None:
        """End the worker at once; what it was doing is lost, nothing the user typed is."""
        process, self._process = self._process, None
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._read)
        process.errorOccurred.disconnect(self._failed)
        process.finished.disconnect(self._finished)
        process.finished.connect(process.deleteLater)
        process.kill()

    def close(self) -> None:
        """End the worker and wait until it and those stopped before are gone, for the end of the app."""
        self.stop()
        self._decoder.close()
        for process in self.findChildren(QProcess):
            process.waitForFinished(2000)

    def _read(self) -> None:
        process, generation = self._process, self._generation  # a listener may start another worker in the middle
        if process is None:
            return
        try:
            for body in self._frames.feed(bytes(process.readAllStandardOutput().data())):
                self._decoder.decode(generation, body)
        except wire.BrokenFrameError as broken:
            self._broken(broken)

    def _pass_on(self, process: QProcess) -> None:
        text = bytes(process.readAllStandardError().data()).decode(errors="replace")
        if sys.stderr is not None:  # pythonw has none
            sys.stderr.write(text)
        if process is self._process:
            self.said = (self.said + text)[-LAST_SAID:]

    def _decoded(self, generation: int, reply: Reply | wire.BrokenFrameError) -> None:
        """Hand a reply on, unless its worker has been stopped meanwhile: then it is too late."""
        if generation != self._generation or self._process is None:
            return
        if isinstance(reply, wire.BrokenFrameError):
            self._broken(reply)
        else:
            self.replied.emit(reply)

    def _broken(self, broken: wire.BrokenFrameError) -> None:
        self.stop()
        self.ended.emit(str(broken))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.stop()
            self.ended.emit(NOT_FOUND)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        crashed = status == QProcess.ExitStatus.CrashExit
        self.ended.emit(f"signal {code}" if crashed else f"exit code {code}")


def place(reply: Reply) -> None:
    """On the decoder's thread: place a long program before the window asks for it."""
    if isinstance(reply, Traced | Verified | Pmapped | Lowered):
        remembered_layout(reply.trace, shown=shown(len(reply.trace.programs)))
    if isinstance(reply, Traced | Verified):
        equation_rows(reply.trace)
        looked_up(reply.trace.programs)
