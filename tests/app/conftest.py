"""The whole app with its real worker process, offscreen, with settings of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError as NeverCame
from pytestqt.qtbot import QtBot

from vmapviz.gallery import find
from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.bottom import PANELS
from vmapviz.gui.main import first_session, make_app
from vmapviz.gui.settings import Settings
from vmapviz.gui.widgets.chips import ChipButton
from vmapviz.gui.widgets.focus import FocusRing
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import KINDS, Session
from vmapviz.model.what import experiment_of

PATIENCE_MS = 60_000  # a busy machine may take long to load JAX


def experiment(what: str) -> Experiment:
    """What a user names on the command line."""
    return experiment_of(what, find, lambda path: Path(path).read_bytes())


def is_done(session: Session) -> bool:
    """Whether the programs are verified and the numbers are there, or a problem is."""
    if actions.running(session) or session.worker.state == "starting":
        return False
    verified = session.picture is not None and session.picture.trace.exact is not None
    ran = (session.result or session.run_problem) is not None
    return session.problem is not None or (verified and ran and not actions.is_stale(session))


def wait_done(qtbot: QtBot, app: App) -> Session:
    """Wait until the app has nothing left to do; its session then."""
    return wait_for(qtbot, app, lambda session: is_done(session) and not app._wanted and not app._typing.isActive())


def wait_for(qtbot: QtBot, app: App, told: Callable[[Session], object]) -> Session:
    """Wait until the session says so."""
    try:
        qtbot.waitUntil(lambda: bool(told(app.store.session)), timeout=PATIENCE_MS)
    except NeverCame as error:
        raise AssertionError(
            f"This never came about; the session was:\n{replace(app.store.session, picture=None)}"
        ) from error
    return app.store.session


def retype(app: App, text: str) -> None:
    """Replace the text in the editor, as a user does by pasting over everything."""
    cursor = QTextCursor(app.window.function.editor.document())
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)


def press(app: App, keys: str) -> None:
    """Press keys such as "Ctrl+K" wherever the keyboard is."""
    QTest.keySequence(QApplication.focusWidget() or app.window, keys)


def activate(qtbot: QtBot, app: App) -> None:
    """Give the window the keyboard, as a window manager does when a dialog closes."""
    app.window.activateWindow()
    qtbot.waitUntil(app.window.isActiveWindow)


def message(app: App) -> str:
    """What stands over the programs; "" when nothing does."""
    view = app.window.programs_area.message
    return f"{view.accessibleName()} {view.accessibleDescription()}" if view.isVisible() else ""


def opened(settings: Settings, what: Experiment | None = None, python: str = "", **changes: object) -> App:
    """An app as `vmapviz WHAT` opens it, shown and started; `changes` are of its session."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    app = make_app(qt, replace(first_session(settings, what, "light"), **changes), settings, python)
    app.window.resize(1440, 900)
    app.window.show()
    app.window.activateWindow()
    app.start()
    return app


def closed(app: App) -> None:
    """Close the window as a user does, and take away what is left of it."""
    app.window.close()
    for ring in QApplication.instance().findChildren(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly):
        ring.deleteLater()
    app.window.deleteLater()
    app.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="module")
def shared_app(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app with matvec for all tests of a module."""
    app = opened(Settings(tmp_path_factory.mktemp("shared")), experiment("matvec"))
    for tab in PANELS:  # made when first looked at: here, so that no test leaves one behind
        app.window.bottom.open(tab.id)
    yield app
    closed(app)
    theme.apply(qapp, "light")


@pytest.fixture
def app(shared_app: App, qtbot: QtBot) -> App:
    """The shared app as it is after its start: matvec, traced, verified and run; nothing undone, printed or noted."""
    # What still runs would be given a second before it has to make way, which is not much on a busy machine.
    wait_for(qtbot, shared_app, lambda s: s.worker.ready and not actions.running(s))
    shared_app.store.apply(_as_at_the_start)
    shared_app.run_now()
    wait_done(qtbot, shared_app)
    activate(qtbot, shared_app)
    shared_app.window.programs.setFocus()
    return shared_app


def _as_at_the_start(session: Session) -> Session:
    fresh = actions.open_experiment(Session(view=replace(Session().view, theme="light")), experiment("matvec"))
    return replace(fresh, worker=session.worker, timer=session.timer, jobs=session.jobs, history=Session().history)


@pytest.fixture
def make(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Opens apps of a test's own, by default with the same settings, and closes them at the end."""
    apps: list[App] = []

    def make(
        what: Experiment | None = None, settings: Settings | None = None, python: str = "", **changes: object
    ) -> App:
        apps.append(opened(settings or Settings(tmp_path / "settings"), what, python, **changes))
        return apps[-1]

    yield make
    for app in apps:
        closed(app)
    theme.apply(qapp, "light")


def named(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    text = getattr(widget, "text", None)
    return widget.accessibleName() or (text() if callable(text) else "")


class Heart:
    """Counts how often Qt comes round; it stands still while the window is blocked."""

    def __init__(self) -> None:
        self.beats = 0
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(10)

    def _beat(self) -> None:
        self.beats += 1


class Started:
    """The jobs that are started from now on, by kind."""

    def __init__(self, app: App) -> None:
        self.kinds: list[str] = []
        app.store.changed.connect(self._note)

    def _note(self, old: Session, new: Session) -> None:
        self.kinds += [k for k in KINDS if getattr(new.jobs, k) not in (None, getattr(old.jobs, k))]

    def count(self, kind: str) -> int:
        """How many of a kind there were."""
        return self.kinds.count(kind)


def chips(app: App, argument: int) -> list[ChipButton]:
    """The chips of one argument of the innermost vmap, the pill for None last."""
    view = app.window.function.argument_levels[0].arguments[argument]
    shown = [chip for chip in view.head.chips.findChildren(ChipButton) if not chip.isHidden()]
    return sorted(shown, key=lambda button: (button.chip.axis is None, button.chip.axis or 0))
