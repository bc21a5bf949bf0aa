"""A line of text that ends in "…" where there is no room; the whole of it is the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from vmapviz.gui import theme


class ElidedLabel(QFrame):
    """One line in a type role ("body", "caption", "code"…) and a colour role of the guide."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        colour: str = "ink",
        weight: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._role, self._colour, self._weight = "", role, colour, weight
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_text(self, text: str, shorter: str = "") -> None:
        """Show `text`, of which line breaks become spaces; where it has no room, `shorter`, if there is one."""
        self._text = " ".join(text.split("\n"))
        self._shorter = shorter or self._text
        self.setAccessibleName(self._text)
        self._set_tooltip()
        self.updateGeometry()
        self.update()

    def shown_text(self) -> str:
        """Return what is shown of the text in the width that there is."""
        metrics = QFontMetrics(self._type())
        text = self._text if metrics.horizontalAdvance(self._text) <= self.width() else self._shorter
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._type()).horizontalAdvance(self._text) + 1, theme.line_height(self._role))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), theme.px(24)), theme.line_height(self._role))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_tooltip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._type())
        painter.setPen(theme.colour(self._colour if self.isEnabled() else "ink3"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown_text())

    def _type(self) -> QFont:
        return theme.font(self._role, self._weight)

    def _set_tooltip(self) -> None:
        self.setToolTip(self._text if self.shown_text() != self._text else "")
