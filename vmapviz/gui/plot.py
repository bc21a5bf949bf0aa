"""The log-log plot of a sweep: painted from its scene, with a card beside the point, label or mark that is pointed at."""

from __future__ import annotations

import math
from functools import partial

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
from vmapviz.model.actions.sweeping import pick_time
from vmapviz.model.pinned import PointName
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.timing_card import Card
from vmapviz.model.timing_plot import Plan, Spot, stepped
from vmapviz.model.timing_runs import Run, comparison
from vmapviz.model.timing_scene import card_at, card_of, plot, ringed

NEAR = 14.0  # pixels from a point that still mean it
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
PICK = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class TimingPlot(QWidget):
    """Shows runs; `wants` carries what is picked, `menu_asked` where the copy menu is to open.

    A click picks a point, a click on another compares the two, Shift+click exchanges the second; arrows move between points, Enter picks.
    """

    wants = Signal(object)
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Run, ...] = ()
        self._picked: tuple[PointName, ...] = ()
        self._words = ""
        self._made: tuple[Scene, Plan | None] | None = None
        self._pointed: tuple[Card, tuple[float, float]] | None = None
        self._floating: FloatingCard | None = None
        self.cursor_at: PointName | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Time for one whole batch. Arrows move between points, Enter picks one to compare.")

    def show_runs(self, shown: tuple[Run, ...], picked: tuple[PointName, ...], words: str) -> None:
        """Show the first run in full over thin lines of the others, with the picked points and the sentence for who does not see it."""
        if (shown, picked, words) != (self._shown, self._picked, self._words):
            self._shown, self._picked, self._words = shown, picked, words
            self._anew()

    @property
    def plan(self) -> Plan | None:
        """Where everything is, in pixels before the user's zoom."""
        return self._drawn()[1]

    def scene(self) -> Scene:
        """The picture without the card."""
        return self._drawn()[0]

    def card(self) -> Card | None:
        """What is said beside the point that is pointed at, or that the arrows stand on."""
        return self._pointed[0] if self._pointed else self._cursor_card()

    def _cursor_card(self) -> Card | None:
        if self.cursor_at is None or not self.hasFocus():
            return None
        return card_of(self._shown, self.cursor_at)

    def _drawn(self) -> tuple[Scene, Plan | None]:
        if self._made is None:
            zoom = theme.least_scale()
            found = comparison(self._shown, self._picked)
            self._made = plot(self._shown, found, self._words, self.width() / zoom, self.height() / zoom)
        return self._made

    def _anew(self) -> None:
        self._made = self._pointed = None
        self._tell()

    def _tell(self) -> None:
        card = self.card()
        self.setAccessibleDescription("\n".join(filter(None, (card.words if card else "", self.scene().caption))))
        self._show_card()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(560), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(60))

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        zoom = theme.least_scale()
        painter.scale(zoom, zoom)
        scene, made = self._drawn()
        paint.draw(painter, scene.items, theme.current())
        if made is None:
            return
        paint.draw(painter, ringed(made, self._picked), theme.current())
        if self._cursor_card() is not None and self.cursor_at is not None:
            paint.draw(painter, ringed(made, (self.cursor_at,), 1.25), theme.current())

    def _show_card(self) -> None:
        """Put the card beside what it is about."""
        card, made = self.card(), self.plan
        at = self._pointed[1] if self._pointed else None
        if at is None and card is not None and made is not None:
            spot = next((one for one in made.spots if one.point == self.cursor_at), None)
            at = (spot.x, spot.y) if spot else None
        if card is not None and at is not None and self.isVisible():
            zoom = theme.least_scale()
            self._floating = self._floating or FloatingCard(self.window())
            self._floating.show_card(card, self, QPointF(at[0] * zoom, at[1] * zoom))
        elif self._floating is not None:
            self._floating.hide()
        self.update()

    # --- pointing -----------------------------------------------------------------------------------------------------

    def spot_at(self, point: QPointF) -> Spot | None:
        """The point of a curve that is near a place of the widget."""
        made, zoom = self.plan, theme.least_scale()
        if made is None:
            return None
        x, y = point.x() / zoom, point.y() / zoom
        near = [(math.hypot(spot.x - x, spot.y - y), spot) for spot in made.spots]
        found = min(near, key=lambda pair: pair[0], default=None)
        return found[1] if found is not None and found[0] <= NEAR else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot, made, zoom = self.spot_at(event.position()), self.plan, theme.least_scale()
        before = self._pointed
        self._pointed = None
        if spot is not None and (card := card_of(self._shown, spot.point)):
            self._pointed = card, (spot.x, spot.y)
        elif made is not None:
            self._pointed = card_at(made, event.position().x() / zoom, event.position().y() / zoom)
        self.setCursor(Qt.CursorShape.PointingHandCursor if spot else Qt.CursorShape.ArrowCursor)
        if self._pointed != before:
            self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = None
        self._tell()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            spot = self.spot_at(event.position())
            self._pick(spot.point if spot else None, event.modifiers())

    def _pick(self, point: PointName | None, keys: Qt.KeyboardModifier) -> None:
        if point is not None:
            self.cursor_at = point
        if point is not None or self._picked:
            second = bool(keys & Qt.KeyboardModifier.ShiftModifier)
            self.wants.emit(partial(pick_time, point=point, second=second))

    # --- keys ---------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, made = Qt.Key(event.key()), self.plan
        if key in STEPS and made is not None:
            self.cursor_at, self._pointed = stepped(made, self.cursor_at, *STEPS[key]), None
            self._tell()
        elif key in PICK and self.cursor_at is not None:
            self._pick(self.cursor_at, event.modifiers())
        elif key == Qt.Key.Key_Escape and self._picked:
            self._pick(None, event.modifiers())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        ring_by_keys(self, event)
        super().focusInEvent(event)
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pointed = None
        if self._floating is not None:
            self._floating.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    # --- Qt's own -----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._anew()
