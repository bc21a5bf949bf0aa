"""What the times are spent on, painted from its scene: a column for every size, read out by the pointer and by Left and Right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmapviz.gui import paint, theme
from vmapviz.gui.widgets.card import FloatingCard
from vmapviz.gui.widgets.focus import ring_by_keys
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.timing import Timings
from vmapviz.model.timing_card import Card
from vmapviz.model.timing_why_scene import WhyPlan, why

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class WhyPlot(QWidget):
    """Shows one variant's shares; `menu_asked` carries where the copy menu is to open."""

    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Timings | None, str, str] = (None, "", "")
        self._made: tuple[Scene, WhyPlan | None] | None = None
        self._floating: FloatingCard | None = None
        self.column: int | None = None
        self._pointed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What the times are spent on. Left and Right move between sizes.")

    def show_timings(self, timings: Timings | None, way: str, words: str) -> None:
        """Show what a variant's times are spent on, with the sentence for who does not see it."""
        if (timings, way, words) != self._shown:
            self._shown = timings, way, words
            self._anew()

    def scene(self) -> Scene:
        """The picture without the card."""
        return self._drawn()[0]

    def card(self) -> Card | None:
        """What is said of the column that is pointed at, or that the arrows stand on."""
        made = self._drawn()[1]
        if made is None or self.column is None or not (self._pointed or self.hasFocus()):
            return None
        return made.card(min(self.column, len(made.columns) - 1))

    def _drawn(self) -> tuple[Scene, WhyPlan | None]:
        if self._made is None:
            zoom, (timings, way, words) = theme.least_scale(), self._shown
            size = self.width() / zoom, self.height() / zoom
            self._made = why(timings, way, words, *size) if timings is not None else (Scene(*size, ()), None)
        return self._made

    def _anew(self) -> None:
        self._made = None
        self._tell()

    def _tell(self) -> None:
        card, made, zoom = self.card(), self._drawn()[1], theme.least_scale()
        self.setAccessibleDescription("\n".join(filter(None, (card.words if card else "", self.scene().caption))))
        if card is not None and made is not None and self.column is not None and self.isVisible():
            x = made.columns[min(self.column, len(made.columns) - 1)][0]
            self._floating = self._floating or FloatingCard(self.window())
            self._floating.show_card(card, self, QPointF(x * zoom, self.height() / 2))
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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        made = self._drawn()[1]
        found = made.card_at(event.position().x() / theme.least_scale()) if made is not None else None
        column = found[1] if found is not None else None
        if (column, column is not None) != (self.column, self._pointed):
            self.column, self._pointed = column, column is not None
            self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = False
        self.column = None
        self._tell()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        made, step = self._drawn()[1], STEPS.get(Qt.Key(event.key()))
        if step is None or made is None:
            super().keyPressEvent(event)
            return
        last = len(made.columns) - 1
        self.column = last if self.column is None else min(max(self.column + step, 0), last)
        self._tell()

    def focusInEvent(self, event: QFocusEvent) -> None:
        ring_by_keys(self, event)
        super().focusInEvent(event)
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pointed = False
        if self._floating is not None:
            self._floating.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._anew()
