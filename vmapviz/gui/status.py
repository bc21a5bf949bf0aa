"""The line at the bottom: what is going on, and which JAX, devices and precision it goes on with."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.model import actions
from vmapviz.model.session import KINDS, Kind, Session

HEIGHT = 30
SHORT: frozenset[Kind] = frozenset(("look", "fetch", "match"))
LATE_MS = 300
X64 = "64-bit floats and integers: JAX starts again"


class StatusLine(Restyled, QWidget):
    """Left the state and Stop, right the worker's JAX; `stopped` asks to stop, `output_asked` to show what was printed."""

    wants = Signal(object)
    stopped = Signal()
    output_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ElidedLabel("", "caption", "ink2", parent=self)
        self.stop = button("Stop", "link", self)
        self.stop.setToolTip("Stop what is running (Ctrl+.)")
        self.stop.clicked.connect(self.stopped)
        self.output = button("Output", "link", self)
        self.output.setToolTip("What your code printed")
        self.output.clicked.connect(self.output_asked)
        self._jax = ElidedLabel("", "caption", "ink3", parent=self)
        self.x64 = QCheckBox("x64", self)
        self.x64.clicked.connect(lambda: self.wants.emit(actions.toggle_x64))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 1)
        row.setSpacing(12)
        row.addWidget(self._state, 1)
        for widget in (self.stop, self.output, self._jax, self.x64):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_MS)
        self._late.timeout.connect(self.stop.show)
        self._restyle()

    def show_session(self, old: Session, new: Session) -> None:
        """Show the state, and Stop while something runs; not in a lecture."""
        self.setVisible(new.lecture is None)
        self._state.set_text(actions.last_line(new))
        self._show_stop({kind for kind in KINDS if getattr(new.jobs, kind) is not None})
        self.output.setVisible(bool(new.printed))
        if old is new or new.worker is not old.worker or new.python != old.python:
            self._jax.set_text(_jax_text(new))
        if self.x64.isChecked() != new.experiment.x64:
            self.x64.setChecked(new.experiment.x64)
        shown = actions.is_shown(new)
        self.x64.setEnabled(not shown)
        self.x64.setToolTip(f"{actions.ELSEWHERE}, which decides this" if shown else X64)

    def _show_stop(self, running: set[Kind]) -> None:
        """Offer to stop what runs; what is mostly over at once only when it is not, so that nothing flickers."""
        if not running <= SHORT:
            self.stop.show()
        elif running and not self._late.isActive() and self.stop.isHidden():
            self._late.start()
        if not running:
            self.stop.hide()
            self._late.stop()

    def _restyle(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))


def _jax_text(session: Session) -> str:
    ready = session.worker.ready
    if ready is None:
        return ""
    count = len(ready.devices)
    devices = "1 device" if count == 1 else f"{count} devices"
    cores = "1 core" if ready.cores == 1 else f"{ready.cores} cores"
    where = f" in {_place(session.python)}" if session.python and not actions.is_shown(session) else ""
    return f"JAX {ready.jax} · Python {ready.python}{where} · {ready.backend.upper()} · {devices} on {cores}"


def _place(python: str) -> str:
    """What a chosen Python is told by: the name of its environment, else what the user typed."""
    path = PurePath(python)
    return path.parent.parent.name if path.parent.name in ("bin", "Scripts") else path.name
