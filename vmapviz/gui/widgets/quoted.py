"""The true text of an error, quoted in a sunken well: it wraps, it can be selected and copied, and it scrolls when long."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from vmapviz.gui import theme

_MOST_LINES = 12
_PADDING = 8


class QuotedText(QWidget):
    """As high as its text, up to 12 lines; then it scrolls."""

    def __init__(self, text: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QPlainTextEdit(text, self)
        self.edit.setReadOnly(True)
        self.edit.setAccessibleName(name)
        self.edit.setProperty("kind", "quoted")
        self.edit.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.setTabChangesFocus(True)
        self.edit.document().setDocumentMargin(0)
        self.edit.viewport().installEventFilter(self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.edit)
        self._restyle()

    def _restyle(self) -> None:
        self.edit.setFont(theme.font("params"))
        side = theme.px(_PADDING)
        self._row.setContentsMargins(theme.px(14), side, side, side)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the text is at this width."""
        # QPlainTextEdit counts its height in lines, not in pixels.
        lines = int(self.edit.document().size().height())
        line = math.ceil(QFontMetricsF(self.edit.font()).lineSpacing())
        height = min(lines, _MOST_LINES) * line + 2
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > _MOST_LINES else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.edit.setVerticalScrollBarPolicy(policy)
        self.setFixedHeight(height + 2 * theme.px(_PADDING))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._fit)  # the lines are wrapped after the viewport has its width
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        painter.fillRect(0, 0, theme.px(2), self.height(), theme.colour("edge"))
