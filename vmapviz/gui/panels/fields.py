"""The small parts of the Function column: mono fields, captions in several colours, headings and rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

from PySide6.QtCore import QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QComboBox,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vmapviz.gui import theme
from vmapviz.gui.panels.argument_rows import Span
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.gui.widgets.text import TextLabel

_SHORT = 28  # letters that a field surely has room for
_HISTORY = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
SIDE, LABEL = 16, 84  # padding of the column, and the room for names before the chips


class Field(Restyled, QLineEdit):
    """A line of Python. `committed` carries what the user made of it on Enter or on leaving; Esc takes it back.

    What the user has not finished is never overwritten while the field has the keyboard.
    """

    committed = Signal(str)
    taken_back = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ""
        self._editing = False
        self.setProperty("kind", "bare")
        self.setProperty("ring", 2)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.textEdited.connect(lambda: setattr(self, "_editing", True))
        self.editingFinished.connect(self._commit)
        self._restyle()

    def show_text(self, text: str) -> None:
        """Show `text` from outside, without reporting it."""
        if text == self._told and not self._wrong_at_rest():
            return
        self._told = text
        self.setToolTip(text if len(text) > _SHORT else "")
        if not (self._editing and self.hasFocus()):
            self._rest()

    def _wrong_at_rest(self) -> bool:
        return not self._editing and self.text() != self._told

    def _commit(self) -> None:
        if self._editing and self.text() != self._told:
            self.committed.emit(self.text())
        # The answer, if there was one, has come through show_text by now.
        self._editing = self.text() != self._told

    def _rest(self) -> None:
        self._editing = False
        if self.text() != self._told:
            self.setText(self._told)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._editing:
            self._rest()
            self.taken_back.emit()
        elif not self._editing and any(event.matches(key) for key in _HISTORY):
            event.ignore()  # nothing of its own to take back: the experiment's history is meant
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        active = self.hasFocus() or self.underMouse()
        pen = QPen(theme.colour("ink" if active else "edge"), 1)
        if not active:
            pen.setDashPattern([1, 2])
        painter = QPainter(self)
        painter.setPen(pen)
        painter.drawLine(QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5))

    def _restyle(self) -> None:
        self.setFont(theme.font("params"))
        self.setFixedHeight(theme.px(20))


class Caption(QWidget):
    """One line of pieces in several colours; the whole of it is the tooltip where it does not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spans: tuple[Span, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the whole text."""
        return "".join(text for text, _, _ in self._spans)

    def show_spans(self, spans: tuple[Span, ...]) -> None:
        """Show these pieces."""
        self._spans = spans
        self.setAccessibleName(self.text())
        self.update()

    def sizeHint(self) -> QSize:
        widths = [QFontMetrics(theme.font("small", weight)).horizontalAdvance(text) for text, _, weight in self._spans]
        return QSize(sum(widths), theme.line_height("small"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, x = QPainter(self), 0
        for text, role, weight in self._spans:
            font = theme.font("small", weight)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, self.width() - x)
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            painter.drawText(x, 0, self.width() - x, self.height(), Qt.AlignmentFlag.AlignVCenter, shown)
            x += QFontMetrics(font).horizontalAdvance(shown)
        self.setToolTip(self.text() if self.sizeHint().width() > self.width() else "")


class Sentence(TextLabel):
    """What is wrong with a text that the user typed; hidden while nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "small", "error", parent=parent)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`; "" hides it."""
        self.set_text(text)
        self.setVisible(bool(text))


class Labelled(Restyled, QWidget):
    """A label in the names' column, and beside it one or more widgets in the chips' column."""

    def __init__(self, label: str, *widgets: QWidget, mono: bool = False, height: int = 36) -> None:
        super().__init__()
        self._height = height
        self.label = ElidedLabel(label, "params" if mono else "caption", "ink2", None if mono else 600, self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.label)
        for widget in widgets:
            self._row.addWidget(widget)
        self._restyle()

    def _restyle(self) -> None:
        self.label.setFixedWidth(theme.px(LABEL - 8))
        self._row.setContentsMargins(theme.px(SIDE), 0, theme.px(SIDE), 0)
        self._row.setSpacing(theme.px(8))
        self.setMinimumHeight(theme.px(self._height))


class Indented(Restyled, QWidget):
    """A widget in the chips' column."""

    def __init__(self, widget: QWidget, left: int = SIDE + LABEL, above: int = 0) -> None:
        super().__init__()
        self._left, self._above = left, above
        self._row = QHBoxLayout(self)
        self._row.addWidget(widget)
        self._restyle()

    def _restyle(self) -> None:
        self._row.setContentsMargins(theme.px(self._left), self._above and theme.px(self._above), theme.px(SIDE), 0)


class Section(Restyled, QWidget):
    """A part of the column under a heading and, but for the first, a rule; `hint` stands beside the heading."""

    def __init__(self, title: str = "", hint: str = "", rule: bool = True) -> None:
        super().__init__()
        self._rule, self._title = rule, title
        self.column = QVBoxLayout(self)
        self.column.setSpacing(0)
        self.hint = ElidedLabel(hint, "caption", "ink3", parent=self)
        self.hint.setVisible(bool(title))
        if title:
            self.column.addWidget(Labelled(title, self.hint, height=28))
        self._restyle()

    def _restyle(self) -> None:
        self.column.setContentsMargins(0, theme.px(8) + self._rule, 0, theme.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._rule:
            QPainter(self).fillRect(0, 0, self.width(), 1, theme.colour("line"))


def in_order(root: QWidget) -> Iterator[QWidget]:
    """The widgets below `root` that can have the keyboard, from top to bottom as their layouts have them."""
    layout, children = root.layout(), root.children()
    for child in _laid_out(layout, children) if layout is not None else children:
        if isinstance(child, QWidget):
            if child.focusPolicy() != Qt.FocusPolicy.NoFocus:
                yield child
            if not isinstance(child, QComboBox | QAbstractScrollArea):
                yield from in_order(child)


def _laid_out(layout: QLayout, children: Sequence[QObject]) -> Iterator[QWidget]:
    # Not by itemAt: PySide keeps what it gave for an item after Qt has deleted it, and ends the process when Qt puts
    # something else into its place.
    laid = (one for one in (*layout.children(), *children) if isinstance(one, QLayout | QWidget))
    placed = [(layout.indexOf(one), one) for one in laid]
    for _, one in sorted((pair for pair in placed if pair[0] >= 0), key=itemgetter(0)):
        if isinstance(one, QLayout):
            yield from _laid_out(one, children)
        else:
            yield one
