"""Starts the window, or paints it into files where there is nobody to look."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path

import msgspec
from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from vmapviz.gallery import find
from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.settings import Settings
from vmapviz.gui.widgets.focus import FocusRing
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Session, ThemeName
from vmapviz.model.what import experiment_of

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
) -> int:
    """Open the window and return the exit code; with a file to write, write it when the result has arrived, and end."""
    unattended = bool(screenshot or snapshot)
    if not _has_display():
        if not unattended:
            print(NO_DISPLAY, file=sys.stderr)
            return 1
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        qInstallMessageHandler(_without_window_manager)
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("vmapviz")
    settings = Settings()
    session = first_session(settings, experiment, theme or ("light" if unattended else None))
    app = make_app(qt, session, settings, python)
    app.window.resize(*SIZE)
    if unattended:
        _photograph(app, screenshot, snapshot)
    else:
        app.window.restore_layout({key: settings.bytes(key) for key in ("geometry", "across", "down")})
        _preload_plot()
    app.window.show()
    app.start()
    return int(qt.exec())


def make_app(qt: QApplication, session: Session, settings: Settings, python: str = "") -> App:
    """The app with its look applied, not yet shown or started."""
    theme_name = session.view.theme
    theme.apply(qt, theme.system_theme() if theme_name == "system" else theme_name, session.view.zoom)
    app = App(session, settings, python)
    FocusRing(qt)
    return app


def first_session(settings: Settings, experiment: Experiment | None, theme: ThemeName | None) -> Session:
    """What is shown first: the experiment asked for, else the last one, else matvec; with what was remembered."""
    remembered = settings.remembered()
    session = Session(
        view=remembered.view,
        recent=remembered.recent,
        sweep=remembered.sweep,
        time_limit_s=remembered.time_limit_s,
    )
    if theme:
        session = actions.set_theme(session, theme=theme)
    draft = settings.draft()
    if experiment is None and draft is not None and draft.experiment.source:
        opened = actions.open_experiment(session, experiment=draft.experiment, auto=True)
        return msgspec.structs.replace(opened, saved=draft.saved)
    return actions.open_experiment(session, experiment=experiment or _matvec(), auto=True)


def _matvec() -> Experiment:
    return experiment_of("matvec", find, lambda path: Path(path).read_bytes())


def _without_window_manager(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Qt's messages, but for the one that a picture of the window needs no window manager for."""
    if "propagateSizeHints" not in text:
        print(f"{kind.name}: {text}", file=sys.stderr)


def _has_display() -> bool:
    """Somewhere to show a window: a screen, or a platform of Qt's that was asked for by name."""
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in wanted)


def _preload_plot() -> None:
    """pyqtgraph takes half a second to import: do it in the background, after the first frame."""

    def load() -> None:
        with contextlib.suppress(ImportError):
            import pyqtgraph  # noqa: F401

    QTimer.singleShot(1500, lambda: threading.Thread(target=load, daemon=True).start())


def _photograph(app: App, screenshot: str | None, snapshot: str | None) -> None:
    """Write the files once trace, values and result have arrived, or the problem that came instead."""

    def finished(session: Session) -> bool:
        verified = session.picture is not None and session.picture.trace.exact is not None
        return session.problem is not None or (verified and (session.result or session.run_problem) is not None)

    def write() -> None:
        session = app.store.session
        if screenshot:
            app.window.grab().save(screenshot, "PNG")
        if snapshot and session.picture:
            from vmapviz.export.table import exported
            from vmapviz.model.actions import snapshot_of

            Path(snapshot).write_bytes(exported(snapshot_of(session), "json"))
        app.close()
        QApplication.exit(0 if session.problem is None else 1)

    def look(old: Session, new: Session) -> None:
        if finished(new) and not finished(old):
            QTimer.singleShot(300, write)

    app.store.changed.connect(look)
    QTimer.singleShot(PATIENCE_S * 1000, lambda: QApplication.exit(1))
