"""A card that floats above the window, beside what is pointed at; the pointer passes through it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vmapviz.gui import paint, theme
from vmapviz.model.plots.card import Card, laid_out
from vmapviz.model.plots.labels import Box
from vmapviz.model.scenes.scene import Item

_MARGIN = 4.0


class FloatingCard(QWidget):
    """Shows one card at a time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._items: tuple[Item, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_card(self, card: Card, beside: QWidget, place: QPointF) -> None:
        """Show a card beside a place of a widget."""
        zoom, window = theme.least_scale(), beside.window()
        at = beside.mapTo(window, place) / zoom
        size = window.width() / zoom - 2 * _MARGIN, window.height() / zoom - 2 * _MARGIN
        box, self._items = laid_out(card, (at.x(), at.y()), Box(_MARGIN, _MARGIN, *size))
        corner = QPoint(round(box.x * zoom), round(box.y * zoom))
        self.setGeometry(QRect(corner.x(), corner.y(), round(box.width * zoom) + 1, round(box.height * zoom) + 1))
        self.setAccessibleName(card.words)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        zoom = theme.least_scale()
        painter.scale(zoom, zoom)
        paint.draw(painter, self._items, theme.current())
