"""Connects the store with the worker, the files and the window: decides when a change asks for a job."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from vmapviz.gui import motion, theme
from vmapviz.gui.caller import Caller
from vmapviz.gui.files import Files
from vmapviz.gui.measuring import Measuring, here
from vmapviz.gui.settings import Draft, Remembered, Settings
from vmapviz.gui.store import Store
from vmapviz.gui.window import Window
from vmapviz.gui.worker import WorkerProcess, python_of
from vmapviz.model import actions
from vmapviz.model.actions.elsewhere import other_version
from vmapviz.model.messages import Ready, Reply
from vmapviz.model.problem import Action
from vmapviz.model.session import KINDS, Kind, Session, ThemeName
from vmapviz.model.sweep_state import on_timer
from vmapviz.model.timing import MOST_DEVICES

TYPING_MS = 300
REPLACE_MS = 1000
AUTOSAVE_MS = 5000


class App(QObject):
    """One window with its worker. Owns the timers; holds no state of its own that a user would miss."""

    store: Store
    window: Window
    files: Files

    def __init__(self, session: Session, settings: Settings, python: str = "", caller: Caller | None = None) -> None:
        super().__init__()
        self.settings, self._asked_python = settings, python
        self.store = Store(replace(session, python=python) if python else session, self)
        self.worker = WorkerProcess(parent=self)
        self.caller = caller
        self.window = Window(self)
        self.files = Files(self.store, self.window)
        self.measuring = Measuring(self.store, self.window.clock, self)
        self._wanted: set[Kind] = set()
        self._kept_pins = session.pinned
        self._typing = _timer(self, TYPING_MS, self._typing_paused)
        self._limit = _timer(self, 0, self._too_long)
        self._replace = _timer(self, REPLACE_MS, self._replace_running)
        self._autosave = _timer(self, AUTOSAVE_MS, self._save)
        links: list[WorkerProcess | Caller] = [self.worker, caller] if caller else [self.worker]
        for link in links:
            link.replied.connect(self._replied)
            link.ended.connect(self._worker_ended)
        self.store.changed.connect(self._changed)
        self.window.show_all()
        self._follow_motion()
        motion.when_changed(self._follow_motion)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_theme)

    # --- life ---------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the worker; the first trace follows when it is ready."""
        if self.store.session.auto:
            self._wanted.add("trace")
        self._start_worker()

    def close(self) -> None:
        """Remember everything and end the worker."""
        for timer in (self._typing, self._limit, self._replace, self._autosave):
            timer.stop()
        self._save()
        session = self.store.session
        # A Python that was named on the command line is for this once.
        asked = self._asked_python and session.python == self._asked_python
        python = self.settings.remembered().python if asked else session.python
        kept = (session.view, session.recent, session.sweep, session.time_limit_s, python, session.wheres)
        self.settings.remember(Remembered(*kept))
        for key, state in self.window.layout_state().items():
            self.settings.set_bytes(key, state)
        self.worker.close()
        self.measuring.close()
        if self.caller is not None:
            self.caller.close()

    def _link(self) -> WorkerProcess | Caller:
        """Who runs what is shown: the process that called `vmapviz.show` what it gave, our own worker all else."""
        return self.caller if self.caller is not None and actions.is_shown(self.store.session) else self.worker

    def _start_worker(self) -> None:
        link = self._link()
        for other in (self.worker, self.caller):
            if other is not None and other is not link:
                other.stop()
        self.worker.python = self.store.session.python
        link.start(self._options())

    def _options(self) -> list[str]:
        session = self.store.session
        options = ["--devices", str(_devices(session))]
        return [*options, "--x64"] if session.experiment.x64 else options

    # --- what the user asks -------------------------------------------------------------------------------------------

    def run_now(self) -> None:
        """Trace and run, at once; JAX that could not be started is tried again."""
        self._typing.stop()
        if self.store.session.worker.state == "stopped":
            self.store.apply(partial(actions.stop, why="settings"))
        self.store.apply(actions.run_now)
        self._want("trace")

    def stop(self) -> None:
        """Stop what runs: the worker is killed and started afresh, nothing typed is in it. Where nothing else runs, end the sweep."""
        if actions.stops_sweep(self.store.session) or not actions.running(self.store.session):
            self.store.apply(actions.stop_measuring)
            return
        self._wanted.clear()
        self.store.apply(actions.stop)

    def act(self, action: Action) -> None:
        """Take one of a problem's ways out."""
        self.store.apply(partial(actions.take, action=action))
        if any(field == "run" for field, _, _ in action.edits):
            self.run_now()

    def restart(self) -> None:
        """Start JAX afresh and trace again."""
        self.store.apply(partial(actions.stop, why="settings"))
        self._want("trace")

    def look(self) -> None:
        """Give the whole app the session's theme and zoom."""
        session = actions.as_seen(self.store.session)
        view, lecture = session.view, session.lecture is not None
        name = theme.system_theme() if view.theme == "system" else view.theme
        theme.apply(QApplication.instance(), name, view.zoom, lecture)  # type: ignore[arg-type]  # a QApplication once there are widgets

    def _follow_motion(self, *_: object) -> None:
        """Note whether the system asks for less motion."""
        self.store.apply(partial(actions.system_asks, still=motion.system_still()))

    def _follow_theme(self) -> None:
        """Look as the system does from now on, where the user wants that."""
        if self.store.session.view.theme == "system":
            self.look()

    def toggle_theme(self) -> None:
        """From what is seen now to the other of light and dark."""
        other: ThemeName = "light" if theme.current().name == "dark" else "dark"
        self.store.apply(partial(actions.set_theme, theme=other))

    # --- what follows from a change -----------------------------------------------------------------------------------

    def _changed(self, old: Session, new: Session) -> None:
        self.window.show_session(old, new)
        self._autosave_soon(old, new)
        self.measuring.show_session(old, new)  # before the other worker is asked for anything
        self.store.apply(partial(actions.with_news, old))
        if new.worker.restarts != old.worker.restarts:
            self._start_worker()
        elif _restart_needed(old, new):
            self._wanted.update(("trace",) if new.auto else ())
            self.store.apply(partial(actions.stop, why="settings"))
            return
        self._send_started(old, new)
        self._watch_limit(old, new)
        for kind in actions.wanted(old, new):
            if kind == "trace" and actions.typed(old, new):
                self._typing.start()
            else:
                self._want(kind)
        if self._wanted and _ended(old, new):
            self._send()

    def _typing_paused(self) -> None:
        self.store.apply(actions.pause)
        self._want("trace")

    def _want(self, kind: Kind) -> None:
        self._wanted.add(kind)
        self._send()

    def _send(self) -> None:
        """Start what is wanted, if the worker is ready and free; a newer trace gives the running job a second to end."""
        session = self.store.session
        if not self._wanted or session.worker.ready is None:
            return
        if "trace" in self._wanted:
            if actions.running(session):
                if not self._replace.isActive():
                    self._replace.start()
                return
            self._wanted.clear()
            self._replace.stop()
            self.store.apply(partial(actions.started, kind="trace"))
        elif session.jobs.time is None or on_timer(session):
            for kind in KINDS:
                if kind in self._wanted and getattr(session.jobs, kind) is None:
                    self._wanted.discard(kind)
                    self.store.apply(partial(actions.started, kind=kind))

    def _send_started(self, old: Session, new: Session) -> None:
        """A job that is new in the session goes to the worker, whoever started it."""
        for kind in KINDS:
            number = getattr(new.jobs, kind)
            if number is not None and number != getattr(old.jobs, kind) and not (kind == "time" and on_timer(new)):
                request = actions.request(new, kind)
                if request is not None:
                    self._link().send(request)

    def _replace_running(self) -> None:
        """The second is over: what still runs gives way to what is wanted."""
        if "trace" in self._wanted and actions.running(self.store.session):
            self.store.apply(partial(actions.stop, why="replaced"))
        else:
            self._send()

    def _watch_limit(self, old: Session, new: Session) -> None:
        """A job may take `time_limit_s`, but for a sweep; the clock starts anew with every job."""
        now, before = ([getattr(s.jobs, kind) for kind in KINDS if kind != "time"] for s in (new, old))
        if not any(now) or actions.is_shown(new):  # nothing is won by leaving a process alone that is not ours
            self._limit.stop()
        elif now != before or new.time_limit_s != old.time_limit_s:
            self._limit.start(int(new.time_limit_s * 1000))

    def _too_long(self) -> None:
        self._wanted &= {"trace"}  # of what did not end; a newer text is still wanted
        self.store.apply(partial(actions.stop, why="limit"))

    # --- what the worker says -----------------------------------------------------------------------------------------

    def _replied(self, reply: Reply) -> None:
        if isinstance(reply, Ready) and (problem := other_version(python_of(self.worker.python), reply, here())):
            self.worker.stop()
            self.store.apply(partial(actions.without_worker, problem=problem))
            return
        self.store.apply(partial(actions.receive, reply=reply))
        if isinstance(reply, Ready):
            self._send()

    def _worker_ended(self, why: str) -> None:
        """It died: start it again, unless it never came up."""
        self._wanted &= {"trace"}
        if actions.is_shown(self.store.session):
            self.store.apply(actions.caller_ended)
        elif self.store.session.worker.ready is None:
            python = python_of(self.worker.python)
            self.store.apply(partial(actions.never_started, python=python, why=why, said=self.worker.said))
        else:
            self.store.apply(partial(actions.died, why=why))

    # --- autosave -----------------------------------------------------------------------------------------------------

    def _autosave_soon(self, old: Session, new: Session) -> None:
        changed = new.experiment is not old.experiment or new.pinned is not old.pinned
        if changed and not self._autosave.isActive():
            self._autosave.start()

    def _save(self) -> None:
        session = self.store.session
        if not actions.is_shown(session):
            self.settings.keep_draft(Draft(session.experiment, session.saved, session.auto))
        if session.pinned is not self._kept_pins:
            self._kept_pins = session.pinned
            said = self.settings.keep_pinned(session.pinned)
            if said:
                self.store.apply(partial(actions.tell_of_pins, said=said))


def _devices(session: Session) -> int:
    """As many as may be chosen for pmap, so that choosing fewer starts nothing anew; and those that an experiment needs."""
    return max(MOST_DEVICES, session.sweep.devices)


def _restart_needed(old: Session, new: Session) -> bool:
    """Precision, Python, and at times devices, are fixed before JAX starts; another process has its own."""
    if actions.is_shown(old) or actions.is_shown(new):
        return actions.is_shown(old) != actions.is_shown(new)
    fixed = [(one.experiment.x64, _devices(one), one.python) for one in (old, new)]
    return fixed[0] != fixed[1]


def _ended(old: Session, new: Session) -> bool:
    """Whether a job came to its end, so that another may start."""
    return any(getattr(old.jobs, kind) is not None and getattr(new.jobs, kind) is None for kind in KINDS)


def _timer(parent: QObject, milliseconds: int, fire: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(fire)
    return timer
