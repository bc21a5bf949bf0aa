"""The true text of an error, quoted in a sunken well: it wraps, it can be selected and copied, and it scrolls when long."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.restyled import Restyled

_MOST_LINES = 12
_PADDING, _LEFT = 8, 14
_WRAP = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


class QuotedText(Restyled, QWidget):
    """As high as its text is at its width, up to 12 lines; then it scrolls."""

    def __init__(self, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QPlainTextEdit(text, self)
        self.edit.setReadOnly(True)
        self.edit.setAccessibleName(name)
        self.edit.setProperty("kind", "quoted")
        self.edit.setWordWrapMode(_WRAP)
        self.edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.setTabChangesFocus(True)
        self.edit.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Quote another text."""
        if text != self.edit.toPlainText():
            self.edit.setPlainText(text)
            self.updateGeometry()
            self._lay_out()

    def _restyle(self) -> None:
        self.edit.setFont(theme.font("params"))
        self.updateGeometry()
        self._lay_out()

    def heightForWidth(self, width: int) -> int:
        """How high it wants to be when it is so wide; Qt asks this before it has any width at all."""
        lines = min(self._lines(width), _MOST_LINES)
        line = math.ceil(QFontMetricsF(self.edit.font()).lineSpacing())
        return lines * line + 2 + 2 * theme.px(_PADDING) + 2 * self.edit.frameWidth()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_LEFT + _PADDING), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def _lines(self, width: int) -> int:
        """The number of lines that the text takes up when all is so wide."""
        inside = width - theme.px(_LEFT) - theme.px(_PADDING) - 2 * self.edit.frameWidth()
        return sum(self._wrapped(line, inside) for line in self.edit.toPlainText().split("\n"))

    def _wrapped(self, text: str, width: int) -> int:
        layout = QTextLayout(text, self.edit.font())
        layout.setTextOption(self.edit.document().defaultTextOption())
        layout.beginLayout()
        count = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            count += 1
        layout.endLayout()
        return max(count, 1)

    def _lay_out(self) -> None:
        """Give the text its place, and a scroll bar when it is longer than what is seen."""
        many = self._lines(self.width()) > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if many else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.edit.setVerticalScrollBarPolicy(policy)
        side = theme.px(_PADDING)
        self.edit.setGeometry(self.rect().adjusted(theme.px(_LEFT), side, -side, -side))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        painter.fillRect(0, 0, theme.px(2), self.height(), theme.colour("edge"))
