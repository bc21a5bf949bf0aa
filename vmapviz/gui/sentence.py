"""The strip under the programs: one sentence about the selected equation, as the programs above show it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model import actions
from vmapviz.model.explain import sentence
from vmapviz.model.session import Session

HEIGHT = 64


class SentenceStrip(Restyled, QWidget):
    """Says in plain words what happened to the selected (or hovered) equation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = TextLabel("", "sentence", parent=self)
        self._text, self._in_lecture = "", False
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label)
        self.setAccessibleName("What happened to the selected equation")
        self._restyle()

    def text(self) -> str:
        """The sentence that is shown, with its `code` and **bold** marks."""
        return self._text

    def show_session(self, old: Session, new: Session) -> None:
        """Say the sentence of the selected equation, else of the hovered one; a lecture has room for three lines."""
        if (new.lecture is not None) != self._in_lecture:
            self._in_lecture = new.lecture is not None
            self._fit()
        self._label.setEnabled(new.problem is None and not actions.is_stale(new))
        trace, seen = actions.shown_trace(new), actions.shown_programs(new)
        same = _subject(old) == _subject(new) and actions.shown_programs(old) == seen
        if old is not new and same and trace is actions.shown_trace(old):
            return
        self._text = sentence(trace, _subject(new), seen) if trace else ""
        self._label.set_text(self._text)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(400, theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the guide says, higher when a narrow window or a large zoom needs a third line."""
        left, right = (theme.px(24), theme.px(16)) if self._in_lecture else (50, 24)
        self._row.setContentsMargins(left, 4, right, 4)
        needed = self._label.heightForWidth(self.width() - left - right) + 16
        least = 3 * theme.line_height("sentence") + 16 if self._in_lecture else theme.px(HEIGHT)
        self.setFixedHeight(max(least, needed))

    def _restyle(self) -> None:
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))


def _subject(session: Session) -> str | None:
    return session.selected or session.hovered
