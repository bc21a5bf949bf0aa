"""Starts the window, or paints it into files where there is nobody to look."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from vmapviz.export.table import exported
from vmapviz.gallery import find
from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.caller import Caller
from vmapviz.gui.export import widget_png
from vmapviz.gui.settings import Settings
from vmapviz.gui.widgets.focus import FocusRing
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import History, Session, ThemeName
from vmapviz.model.what import experiment_of, is_own

SIZE = (1440, 900)
PATIENCE_S = 180
NO_DISPLAY = (
    "vmapviz: there is no display here (DISPLAY and WAYLAND_DISPLAY are empty). "
    "`vmapviz --screenshot window.png WHAT` draws the window into a file; `vmapviz snapshot WHAT` needs no window at all."
)


def run(
    experiment: Experiment | None,
    python: str = "",
    theme: ThemeName | None = None,
    screenshot: str | None = None,
    snapshot: str | None = None,
    change: Callable[[Session], Session] | None = None,
) -> int:
    """Open the window and return the exit code; with a file to write, write it when the result has arrived, and end.

    `change` is what the opened file makes of the first session.
    """
    unattended = bool(screenshot or snapshot)
    if not has_display():
        if not unattended:
            print(NO_DISPLAY, file=sys.stderr)
            return 1
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qt = application()
    with tempfile.TemporaryDirectory(prefix="vmapviz-") as empty:
        # A picture shows nothing of what the user's window remembers, and changes nothing of it.
        settings = Settings(Path(empty) if unattended else None)
        first = first_session(settings, experiment, theme or ("light" if unattended else None))
        app = make_app(qt, change(first) if change else first, settings, python)
        app.window.resize(*SIZE)
        if unattended:
            _photograph(app, screenshot, snapshot)
        else:
            # Qt runs no Python while it waits, so Python's own answer to Ctrl+C in the terminal would come too late.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            app.window.restore_layout({key: settings.bytes(key) for key in app.window.layout_state()})
        app.window.show()
        app.start()
        return int(qt.exec())


def application() -> QApplication:
    """Qt's application, with our name."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        qInstallMessageHandler(_without_window_manager)
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("vmapviz")
    return qt


def make_app(
    qt: QApplication, session: Session, settings: Settings, python: str = "", caller: Caller | None = None
) -> App:
    """The app with its look applied, not yet shown or started."""
    theme_name = session.view.theme
    theme.apply(qt, theme.system_theme() if theme_name == "system" else theme_name, session.view.zoom)
    app = App(session, settings, python, caller)
    FocusRing(qt)
    return app


def first_session(settings: Settings, experiment: Experiment | None, theme: ThemeName | None) -> Session:
    """What is shown first: the experiment asked for, else the last one, else matvec; with what was remembered."""
    session = remembered_session(settings)
    if theme:
        session = actions.set_theme(session, theme=theme)
    draft = settings.draft()
    if experiment is None and draft is not None and draft.experiment.source:
        saved = draft.saved
        opened = actions.open_experiment(session, experiment=draft.experiment, auto=draft.auto)
    else:
        saved = _with_whole_path(experiment or _matvec())
        opened = actions.open_experiment(session, experiment=saved)
    return replace(opened, saved=saved, history=History())  # there is nothing before the start to undo


def remembered_session(settings: Settings) -> Session:
    """An empty session with what was remembered."""
    remembered = settings.remembered()
    pinned, said = settings.pinned()
    return Session(
        pinned=pinned,
        pins_said=said,
        view=remembered.view,
        recent=remembered.recent,
        sweep=remembered.sweep,
        time_limit_s=remembered.time_limit_s,
        python=remembered.python,
        wheres=remembered.wheres,
    )


def _with_whole_path(experiment: Experiment) -> Experiment:
    """The experiment with a path that means the same file whatever folder a later start is in."""
    path = experiment.path
    return replace(experiment, path=str(Path(path).absolute()) if is_own(path) else path)


def _matvec() -> Experiment:
    return experiment_of("matvec", find, lambda path: Path(path).read_bytes())


def _without_window_manager(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Qt's messages, but for the one that a picture of the window needs no window manager for."""
    if "propagateSizeHints" not in text:
        print(f"{kind.name}: {text}", file=sys.stderr)


def has_display() -> bool:
    """Somewhere to show a window: a screen, or a platform of Qt's that was asked for by name."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in wanted)


def _photograph(app: App, screenshot: str | None, snapshot: str | None) -> None:
    """Write the files once trace, values and result have arrived, or the problem that came instead."""

    def finished(session: Session) -> bool:
        verified = session.picture is not None and session.picture.trace.exact is not None
        return session.problem is not None or (verified and (session.result or session.run_problem) is not None)

    def write() -> None:
        session = app.store.session
        try:
            if screenshot:
                Path(screenshot).write_bytes(widget_png(app.window))
            if snapshot and session.picture:
                Path(snapshot).write_bytes(exported(actions.snapshot_of(session), "json"))
        except OSError as error:
            end(f"{error.filename} could not be written: {error.strerror}.")
            return
        end(session.problem.title.replace("*", "") if session.problem else "")

    def end(failure: str = "") -> None:
        if failure:
            print(f"vmapviz: {failure}", file=sys.stderr)
        app.close()
        QApplication.exit(1 if failure else 0)

    def look(old: Session, new: Session) -> None:
        if finished(new) and not finished(old):
            QTimer.singleShot(300, write)

    app.store.changed.connect(look)
    QTimer.singleShot(PATIENCE_S * 1000, lambda: end(f"nothing arrived within {PATIENCE_S} s."))
