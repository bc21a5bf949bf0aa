"""A scene as high as it needs to be, in a view that scrolls."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from vmapviz.gui import paint, theme
from vmapviz.model.scenes.scene import Scene

_TRIES = 4


class Sheet(QAbstractScrollArea):
    """Draws `make(width)`; call `refresh` when it would give another scene."""

    pressed = Signal(QPointF)

    def __init__(self, make: Callable[[float], Scene], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._scene: Scene | None = None
        self._zoom = 1.0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def scene(self) -> Scene:
        """The scene at the width of the view."""
        if self._scene is None:
            self._scene = self._fitting()
            self.setAccessibleDescription(self._scene.caption)
        return self._scene

    def _fitting(self) -> Scene:
        """The scene at the user's zoom; in a lecture at the largest from its zoom down at which it can be seen whole."""
        most, least = theme.px(1000) / 1000, theme.least_scale()
        for step in range(_TRIES if least < most else 1):
            self._zoom = most - (most - least) * step / (_TRIES - 1)
            scene = self._make(self.viewport().width() / self._zoom)
            if scene.height * self._zoom <= self.viewport().height():
                break
        return scene

    def refresh(self) -> None:
        """Draw anew; the scroll position stays where it can."""
        self._scene = None
        self._set_range()
        self.viewport().update()

    def _set_range(self) -> None:
        if not self.isVisible():
            return
        page = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setPageStep(page)
        bar.setSingleStep(theme.px(24))
        bar.setRange(0, max(0, round(self.scene().height * self._zoom) - page))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position() + QPointF(0, self.verticalScrollBar().value())
        self.pressed.emit(point / self._zoom)

    def paintEvent(self, _event: QPaintEvent) -> None:
        scene = self.scene()
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("surface"))
        painter.translate(0, -self.verticalScrollBar().value())
        painter.scale(self._zoom, self._zoom)
        paint.draw(painter, scene.items, theme.current())
