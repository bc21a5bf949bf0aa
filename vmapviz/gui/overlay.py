"""The programs with what is to be said over them: starting, nothing yet, or a problem; the last good picture stays behind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.panels.programs import Programs
from vmapviz.gui.widgets.message import Message, MessageView, message_of
from vmapviz.model import actions
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session

WAITING = Message(
    "wait", "Starting JAX", "The first start takes a few seconds. You can already edit the function and choose axes."
)
BUSY = Message("wait", "Waiting for your process", "It answers as soon as what it does now has ended.")
NOTHING = Message(
    "empty", "Choose an example", "Or type a function of one example. vmapviz shows what vmap makes of it."
)
STALE, BEHIND = 0.6, 0.4
WIDE, MARGIN = 584, 24
BELOW_SWITCH = 48
"""Between the top of the programs and the message: the switch between vmap and pmap can be seen, and used, above it."""


class ProgramsWithMessage(QWidget):
    """`acted(action)` when the user takes one of a problem's ways out; carries the Action."""

    wants = Signal(object)
    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.programs = Programs(self)
        self.programs.wants.connect(self.wants)
        self._over: QWidget = self
        self.message = MessageView(self)
        self.message.setObjectName("card")
        self.message.acted.connect(self._act)
        self.message.dismissed.connect(lambda: self.wants.emit(actions.dismiss))
        self._session = Session()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.programs)
        self.message.hide()

    def lay_over(self, widget: QWidget) -> None:
        """Let the message reach beyond the programs, over all of `widget`, where it needs the room."""
        self._over = widget
        self.message.setParent(widget)

    def show_session(self, old: Session, new: Session) -> None:
        """Show the programs and, over them, the problem or the wait."""
        self._session = new
        self.programs.show_session(old, new)
        message = _message(new)
        if message is not None:
            if message != self.message.message():
                self.message.set_message(message)
            self.place()
        self.message.setVisible(message is not None)
        late = actions.is_stale(new) or actions.is_mapping(new)
        behind = BEHIND if message is not None else STALE if late else 1.0
        self.programs.set_dimmed(behind)
        if message is not None and new.picture is None:
            self.programs.empty.hide()

    def _act(self, index: str) -> None:
        problem = _problem(self._session)
        if problem is not None and index.isdigit():
            self.acted.emit(problem.actions[int(index)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.wants.emit(actions.dismiss)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Over the programs, as high as it needs, so that the last good picture can be seen around it; without them, over what is there."""
        over = self._over
        behind = self if self.isVisible() else over
        wide = min(behind.width() - 2 * theme.px(MARGIN), theme.px(WIDE))
        top = theme.px(BELOW_SWITCH if self._session.picture is not None else MARGIN)
        high = min(self.message.height_for(wide), over.height() - top - theme.px(MARGIN))
        corner = behind.mapTo(over, QPoint((behind.width() - wide) // 2, top))
        self.message.setGeometry(corner.x(), corner.y(), wide, high)
        self.message.raise_()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self.place()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("surface"))


def _problem(session: Session) -> Problem | None:
    """What went wrong with the programs: with both, or with pmap's."""
    return session.problem or session.by_problem


def _message(session: Session) -> Message | None:
    problem = _problem(session)
    if problem is not None:
        return message_of(problem)
    if not session.experiment.source.strip():
        return NOTHING
    if session.picture is None and session.worker.ready is None:
        return BUSY if actions.is_shown(session) else WAITING
    return None
