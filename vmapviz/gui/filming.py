"""Writing a film from the window: what it should be like, and a thread that makes it while the window goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QProgressDialog, QWidget

from vmapviz.export.reel import Reel, length
from vmapviz.gui.animate import Animation, AnimationError, Take
from vmapviz.gui.panels.settings_view import Picker
from vmapviz.gui.panels.transport import timeline_of
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model import actions
from vmapviz.model.actions.watching import SPEEDS, nearest_speed
from vmapviz.model.scenes.film import filmed
from vmapviz.model.session import Session
from vmapviz.model.theme import THEMES

SIZES = {"960 × 540": (960.0, 540.0), "1280 × 720": (1280.0, 720.0), "1920 × 1080": (1920.0, 1080.0)}
TIMES = {f"{speed:g}×": speed for speed in SPEEDS}
LOOKS = {"Light": "light", "Dark": "dark", "Projector": "projector"}


class FilmDialog(QDialog):
    """Asks for size, speed and theme, and says how long the film of the session gets; `take()` is what was chosen."""

    def __init__(self, animation: Animation, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._moves = session, animation.moves
        self._timeline = timeline_of(session)
        self.setWindowTitle(animation.title)
        self.size_ = _picker("Size", SIZES, "960 × 540")
        self.speed = _picker("Speed", TIMES, f"{nearest_speed(session.view.speed):g}×")
        self.look = _picker("Theme", LOOKS, "Light")
        if not animation.moves:
            self.speed.setParent(self)
            self.speed.hide()
        self.estimate = TextLabel("", "caption", "ink2")
        form = QFormLayout(self)
        form.addRow("&Size", self.size_)
        if animation.moves:
            form.addRow("S&peed", self.speed)
        form.addRow("&Theme", self.look)
        form.addRow(self.estimate)
        for picker in (self.size_, self.speed, self.look):
            picker.currentTextChanged.connect(lambda _: self._estimate())
        self._estimate()
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _estimate(self) -> None:
        """Say how many frames and seconds, or how many pictures."""
        session = self._session
        how = "all examples at once" if session.view.all_at_once else "the examples one by one"
        marks = ", with the marks of the picked cell" if session.cell is not None else ""
        if self._moves:
            frames, seconds = length(self._timeline, TIMES[self.speed.currentText()])
            still = ", keyframes only" if actions.is_still(session) else ""
            text = f"About {frames} frames, {seconds:.1f} s: {how}{still}{marks}."
        else:
            pictures = sum(len(segment.phases) for segment in self._timeline.segments)
            text = f"At most {pictures} pictures, one per keyframe: {how}{marks}."
        self.estimate.set_text(text)

    def take(self) -> Take:
        """The film as it was chosen; raises ExperimentError with a sentence while there is none."""
        session = self._session
        reel = Reel(
            actions.snapshot_of(session),
            filmed(session),
            SIZES[self.size_.currentText()],
            TIMES[self.speed.currentText()],
            session.view.all_at_once,
            actions.is_still(session),
            session.cell,
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
        cancelled = self._cancelled.is_set()  # before the dialog closes, which cancels, too
        self.progress.close()
        self.progress.deleteLater()
        if cancelled:  # it may have been ready all the same
            pass
        elif isinstance(result, bytes):
            self.made.emit(result)
        elif result is not None:
            self.failed.emit(result)
        self.deleteLater()
