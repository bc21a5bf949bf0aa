"""A splitter whose line is 1 px to the eye and 7 px to the hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from vmapviz.gui import theme

_REACH = 3  # pixels on either side of the line


class Splitter(QSplitter):
    """A QSplitter for panels that stand edge to edge."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(orientation, parent)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self.orientation(), self)


class _Handle(QSplitterHandle):
    def __init__(self, orientation: Qt.Orientation, parent: QSplitter) -> None:
        super().__init__(orientation, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Not QSplitterHandle's own: for a handle of 1 px it sets margins of 2 px, and each change of margins resizes again.
        QWidget.resizeEvent(self, event)
        across = self.orientation() == Qt.Orientation.Horizontal
        self.setContentsMargins(*((_REACH, 0, _REACH, 0) if across else (0, _REACH, 0, _REACH)))
        self.setMask(QRegion(self.contentsRect()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        role = "edge" if self.underMouse() else "line"
        QPainter(self).fillRect(self.contentsRect(), theme.colour(role))
