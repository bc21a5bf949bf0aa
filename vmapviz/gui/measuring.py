"""Runs the worker that measures: follows the session's timer, keeps it quiet while JAX works for the user, hands on what it says."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from PySide6.QtCore import QObject

from vmapviz.gui.clock import Clock
from vmapviz.gui.store import Store
from vmapviz.gui.worker import WorkerProcess, python_of
from vmapviz.model import actions
from vmapviz.model.messages import Hush, Reply
from vmapviz.model.session import Session, Setup
from vmapviz.model.sweep_state import on_timer


class Measuring(QObject):
    """The window's end of the second worker; `clock` moves the pictures, which makes what is measured slower.

    `trial` is one more, for those who want to know whether another machine answers.
    """

    def __init__(self, store: Store, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._clock = store, clock
        self._hushed = False
        self.worker, self.trial = WorkerProcess(parent=self), WorkerProcess(parent=self)
        self.worker.replied.connect(self._replied)
        self.worker.ended.connect(self._ended)
        clock.toggled.connect(lambda: self._hush(store.session))

    def show_session(self, old: Session, new: Session) -> None:
        """Start or end the worker as the session says, give it its sweep, ask for silence where that is due."""
        timer = new.timer
        if timer.starts != old.timer.starts:
            self.worker.python = timer.setup.command
            self._hushed = False
            self.worker.start(options(timer.setup), alone=bool(timer.setup.where))
        elif timer.state == "off" and self.worker.running:
            self.worker.stop()
        self._hush(new)  # before the sweep: it may begin in silence
        fresh = new.jobs.time != old.jobs.time or old.timer.state != "ready"
        if timer.state == "ready" and on_timer(new) and fresh:
            request = actions.request(new, "time")
            if request is not None:
                self.worker.send(request)

    def close(self) -> None:
        """End the workers, for the end of the app."""
        self.worker.close()
        self.trial.close()

    def _hush(self, session: Session) -> None:
        why = self._why_held(session)
        if bool(why) != self._hushed:
            self._hushed = bool(why)
            self.worker.send(Hush(self._hushed))
        if why != session.timer.held:
            self._store.apply(partial(actions.hold, why=why))

    def _why_held(self, session: Session) -> Literal["", "works", "plays"]:
        """Why no samples are to be taken now; another machine is not disturbed by what happens here."""
        if not on_timer(session) or session.timer.setup.where:
            return ""
        if actions.running(session) or session.worker.state == "starting":
            return "works"
        return "plays" if self._clock.playing else ""

    def _replied(self, reply: Reply) -> None:
        self._store.apply(partial(actions.timer_said, reply=reply, here=here()))

    def _ended(self, why: str) -> None:
        python = python_of(self.worker.python)
        self._store.apply(partial(actions.timer_ended, python=python, why=why, said=self.worker.said))


def options(setup: Setup) -> list[str]:
    """What a worker that measures is started with: not behind all other processes, as the one is that works while you type."""
    fixed = ["--devices", str(setup.devices), "--nice", "0"]
    platform = ["--platform", setup.platform] if setup.platform else []
    return [*fixed, *platform, *(["--x64"] if setup.x64 else [])]


def here() -> str:
    """The version of this vmapviz, "" where it is not installed."""
    try:
        return version("vmapviz")
    except PackageNotFoundError:
        return ""
