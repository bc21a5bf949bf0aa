"""A picture of times that is painted from its scene, with a card that floats beside what is pointed at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmapviz.gui import paint, theme
from vmapviz.gui.widgets.card import FloatingCard
from vmapviz.gui.widgets.focus import ring_by_keys
from vmapviz.model.plots.card import Card
from vmapviz.model.scenes.scene import Scene


class CardView(QWidget):
    """What such pictures share; each has a `scene`, a `card`, its `place`, and forgets what it made. Lengths are before the user's zoom.

    `menu_asked` carries where the copy menu is to open.
    """

    menu_asked = Signal(QPoint)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._floating: FloatingCard | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def scene(self) -> Scene:
        """The picture without the card."""
        return Scene(0.0, 0.0, ())

    def card(self) -> Card | None:
        """What is said of what is pointed at, by pointer or keys."""
        return None

    def place(self) -> tuple[float, float] | None:
        """What the card stands beside."""
        return None

    def unpoint(self) -> None:
        """Nothing is pointed at any more."""

    def remake(self) -> None:
        """Forget the picture, since what it shows has changed, or its size, and show it anew."""
        self.tell()

    def tell(self) -> None:
        """Show and say what is pointed at now."""
        card, place, zoom = self.card(), self.place(), theme.least_scale()
        self.setAccessibleDescription("\n".join(filter(None, (card.words if card else "", self.scene().caption))))
        if card is not None and place is not None and self.isVisible():
            self._floating = self._floating or FloatingCard(self.window())
            self._floating.show_card(card, self, QPointF(*place) * zoom)
        elif self._floating is not None:
            self._floating.hide()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(560), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(60))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        zoom = theme.least_scale()
        painter.scale(zoom, zoom)
        paint.draw(painter, self.scene().items, theme.current())
        self.paint_over(painter)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what lies over the scene."""

    def leaveEvent(self, event: QEvent) -> None:
        self.unpoint()
        self.tell()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        ring_by_keys(self, event)
        super().focusInEvent(event)
        self.tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.tell()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.unpoint()
        if self._floating is not None:
            self._floating.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.remake()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.remake()
