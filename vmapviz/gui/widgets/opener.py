"""A button that opens something below it, and shows so by a chevron."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from vmapviz.gui import icons, theme

_SIDE = 12


class Opener(QPushButton):
    """`name` is what it is called for a screen reader; the text says what is chosen."""

    def __init__(self, name: str, kind: str = "secondary", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setProperty("kind", kind)
        self.setProperty("ring", 8)
        self.setProperty("opens", "menu")
        self.setAutoDefault(False)
        self.setAccessibleName(name)

    def below(self) -> QPoint:
        """Where what it opens has its corner, on the screen."""
        return self.mapToGlobal(QPoint(0, self.height() + theme.px(4)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        side = theme.px(_SIDE)
        place = QRectF(self.width() - side - theme.px(8), (self.height() - side) / 2, side, side)
        icons.paint(painter, "chevron-down", place, "ink2")
