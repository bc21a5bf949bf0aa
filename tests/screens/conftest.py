"""One real window with a real worker, brought into the state that a screen shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from vmapviz import gallery
from vmapviz.gui.app import App
from vmapviz.gui.main import first_session, make_app
from vmapviz.gui.settings import Settings
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, read
from vmapviz.model.session import Session, View
from vmapviz.model.what import experiment_of

PATIENCE_MS = 120_000
SETTLE_MS = 60  # what is queued, such as a layout after a scroll bar came


class Stage:
    """Opens experiments, waits for the worker, and takes pictures."""

    def __init__(self, app: App, folder: Path) -> None:
        self.app, self.folder = app, folder

    @property
    def session(self) -> Session:
        """The session that the window shows."""
        return self.app.store.session

    def do(self, *changes: Callable[[Session], Session]) -> None:
        """Apply changes, one after the other."""
        for change in changes:
            self.app.store.apply(change)

    def example(self, name: str) -> None:
        """Open an example of the gallery and wait for its programs, values and result, or for its problem."""
        self.open(experiment_of(name, gallery.find, lambda path: Path(path).read_bytes()))

    def source(self, text: str, function: str, arguments: str, in_axes: str = "0") -> None:
        """Open a function that is in no file."""
        header = f"# [tool.vmapviz]\n# function = '{function}'\n# arguments = '{arguments}'\n# in_axes = '{in_axes}'\n"
        self.open(read(f"# /// script\n# dependencies = ['jax']\n{header}# ///\n{text}"))

    def open(self, experiment: Experiment, wait: bool = True) -> None:
        """Open an experiment in a window that looks as it does at the first start."""
        self.do(
            lambda session: actions.open_experiment(session, experiment=experiment, auto=True),
            partial(_with_view, view=View(theme="light")),
            partial(actions.show_by, by="vmap"),
        )
        if wait:
            self.wait(self.done)

    def done(self) -> bool:
        """Whether everything about the experiment has arrived."""
        session = self.session
        if session.problem is not None:
            return True
        verified = session.picture is not None and session.picture.trace.exact is not None
        return verified and not actions.running(session) and not actions.is_stale(session)

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until something is true."""
        assert _live(until, PATIENCE_MS), "it took too long"

    def shot(self, name: str, size: tuple[int, int] = (1440, 900), of: QWidget | None = None) -> None:
        """Take a picture of the window, or of another one."""
        self.app.window.resize(*size)
        _live(lambda: False, SETTLE_MS)
        shown = of or self.app.window
        picture = shown.grab()
        assert of is not None or (picture.width(), picture.height()) == size, "the window does not fit that screen"
        assert picture.save(str(self.folder / f"{name}-{size[0]}.png"))


def _with_view(session: Session, view: View) -> Session:
    for change in (
        partial(actions.set_theme, theme=view.theme),
        partial(actions.set_tab, tab=view.tab),
        actions.zoom_reset,
    ):
        session = change(session)
    return session if session.view.examples_open == view.examples_open else actions.toggle_examples(session)


def _live(until: Callable[[], bool], milliseconds: int) -> bool:
    """Run Qt until something is true, or for so long."""
    loop, look, end = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: until() and loop.quit())
    look.start(5)
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    end.start(milliseconds)
    if not until():
        loop.exec()
    return until()


@pytest.fixture(scope="session")
def stage(qapp: QApplication, screens_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The one window of all screens: starting it takes the longest. Its first screen is of the start itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VMAPVIZ_SETTINGS_DIR", str(tmp_path_factory.mktemp("screens")))
        settings = Settings()
        app = make_app(qapp, first_session(settings, None, "light"), settings)
    made = Stage(app, screens_folder)
    app.window.resize(1440, 900)
    app.window.show()
    made.shot("starting")
    made.shot("starting", (1280, 720))
    app.start()
    made.wait(made.done)
    assert made.session.worker.ready is not None, made.session.problem
    yield made
    app.close()
    app.window.hide()
    app.window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
