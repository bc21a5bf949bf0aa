"""Writing a film from the window: what it should be like, and a thread that makes it while the window goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QProgressDialog, QWidget

from vmapviz.export.reel import Reel
from vmapviz.gui.animate import Animation, AnimationError, Take
from vmapviz.gui.panels.settings_view import Picker
from vmapviz.model import actions
from vmapviz.model.scenes.film import filmed
from vmapviz.model.session import Session
from vmapviz.model.theme import THEMES

SIZES = {"960 × 540": (960.0, 540.0), "1280 × 720": (1280.0, 720.0), "1920 × 1080": (1920.0, 1080.0)}
SPEEDS = {"half as fast": 0.5, "as here": 1.0, "twice as fast": 2.0}
LOOKS = {"Light": "light", "Dark": "dark", "Projector": "projector"}


class FilmDialog(QDialog):
    """Asks for size, speed and theme; `take(session)` is what was chosen."""

    def __init__(self, animation: Animation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(animation.title)
        self.size_ = _picker("Size", SIZES, "960 × 540")
        self.speed = _picker("Speed", SPEEDS, "as here")
        self.look = _picker("Theme", LOOKS, "Light")
        form = QFormLayout(self)
        form.addRow("Size", self.size_)
        if animation.moves:
            form.addRow("Speed", self.speed)
        form.addRow("Theme", self.look)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def take(self, session: Session) -> Take:
        """The film of a session as it was chosen; raises ExperimentError with a sentence while there is none."""
        reel = Reel(
            actions.snapshot_of(session),
            filmed(session),
            SIZES[self.size_.currentText()],
            SPEEDS[self.speed.currentText()],
            session.view.all_at_once,
            actions.is_still(session),
        )
        return Take(reel, THEMES[LOOKS[self.look.currentText()]])


def _picker(name: str, choices: Iterable[str], chosen: str) -> Picker:
    made = Picker(name)
    made.addItems(list(choices))
    made.setCurrentText(chosen)
    return made


class _CancelledError(Exception):
    """The user does not want it any more."""


class Filming(QObject):
    """Makes one film on a thread; a dialog says how far it is. `made(bytes)`, `failed(sentence)`, or nothing when it was cancelled."""

    made = Signal(object)
    failed = Signal(str)
    _told = Signal(float)
    _ended = Signal(object)

    def __init__(self, animation: Animation, take: Take, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._make: Callable[..., bytes] = animation.make
        self._take = take
        self._cancelled = threading.Event()
        self.progress = QProgressDialog(f"Writing {name}…", "Cancel", 0, 100, parent)
        self.progress.setWindowTitle(animation.title)
        self.progress.setMinimumDuration(300)
        self.progress.setAutoClose(False)
        self.progress.setAutoReset(False)
        self.progress.canceled.connect(self._cancelled.set)
        self._told.connect(lambda share: self.progress.setValue(round(100 * share)), Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._end, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="filming", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _work(self) -> None:
        try:
            self._ended.emit(self._make(self._take, self._tell))
        except _CancelledError:
            self._ended.emit(None)
        except AnimationError as problem:
            self._ended.emit(str(problem))

    def _tell(self, share: float) -> None:
        if self._cancelled.is_set():
            raise _CancelledError
        self._told.emit(share)

    def _end(self, result: bytes | str | None) -> None:
        self._thread.join()
        self.progress.close()
        self.progress.deleteLater()
        if isinstance(result, bytes):
            self.made.emit(result)
        elif result is not None:
            self.failed.emit(result)
        self.deleteLater()
