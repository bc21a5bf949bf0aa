"""The log-log plot of a sweep: painted from its scene, with a card beside the point, label or mark that is pointed at."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from vmapviz.gui import paint, theme
from vmapviz.gui.widgets.card_view import CardView
from vmapviz.model.actions.sweeping import pick_time
from vmapviz.model.pinned import PointName
from vmapviz.model.plots.card import Card
from vmapviz.model.plots.times import Plan, Spot, stepped
from vmapviz.model.plots.times_scene import card_at, card_of, plot, ringed
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.timing_runs import Run, comparison

NEAR = 14.0  # pixels from a point that still mean it
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
PICK = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class TimingPlot(CardView):
    """Shows runs; `wants` carries what is picked.

    A click picks a point, a click on another compares the two, Shift+click exchanges the second; arrows move between points, Enter picks.
    """

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Time for one whole batch. Arrows move between points, Enter picks one to compare.", parent)
        self._shown: tuple[Run, ...] = ()
        self._picked: tuple[PointName, ...] = ()
        self._words = ""
        self._made: tuple[Scene, Plan | None] | None = None
        self._pointed: tuple[Card, tuple[float, float]] | None = None
        self.cursor_at: PointName | None = None
        self._by_keys = True

    def show_runs(self, shown: tuple[Run, ...], picked: tuple[PointName, ...], words: str) -> None:
        """Show the first run in full over thin lines of the others, with the picked points and the sentence for who does not see it."""
        if (shown, picked, words) != (self._shown, self._picked, self._words):
            self._shown, self._picked, self._words = shown, picked, words
            self.remake()

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
        if self.cursor_at is None or not self.hasFocus() or not self._by_keys:
            return None
        return card_of(self._shown, self.cursor_at)

    def _drawn(self) -> tuple[Scene, Plan | None]:
        if self._made is None:
            zoom = theme.least_scale()
            found = comparison(self._shown, self._picked)
            self._made = plot(self._shown, found, self._words, self.width() / zoom, self.height() / zoom)
        return self._made

    def place(self) -> tuple[float, float] | None:
        """The point, label or mark that the card is about."""
        if self._pointed or self.plan is None:
            return self._pointed[1] if self._pointed else None
        spot = next((one for one in self.plan.spots if one.point == self.cursor_at), None)
        return (spot.x, spot.y) if spot else None

    def unpoint(self) -> None:
        """What the arrows stand on stays."""
        self._pointed = None

    def remake(self) -> None:
        self._made = self._pointed = None
        self.tell()

    def paint_over(self, painter: QPainter) -> None:
        """Rings around what is picked, and around what the arrows stand on."""
        if self.plan is None:
            return
        paint.draw(painter, ringed(self.plan, self._picked), theme.current())
        if self._cursor_card() is not None and self.cursor_at is not None:
            paint.draw(painter, ringed(self.plan, (self.cursor_at,), 1.25), theme.current())

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
            self.tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keys = False
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
        self._by_keys = True
        if key in STEPS and made is not None:
            self.cursor_at, self._pointed = stepped(made, self.cursor_at, *STEPS[key]), None
            self.tell()
        elif key in PICK and self.cursor_at is not None:
            self._pick(self.cursor_at, event.modifiers())
        elif key == Qt.Key.Key_Escape and self._picked:
            self._pick(None, event.modifiers())
        else:
            super().keyPressEvent(event)
