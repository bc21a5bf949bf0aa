"""What the times are spent on, painted from its scene: a column for every size, read out by the pointer and by Left and Right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.card_view import CardView
from vmapviz.model.plots.card import Card
from vmapviz.model.plots.why_scene import WhyPlan, why
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.timing import Timings

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class WhyPlot(CardView):
    """Shows one variant's shares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What the times are spent on. Left and Right move between sizes.", parent)
        self._shown: tuple[Timings | None, str, str] = (None, "", "")
        self._made: tuple[Scene, WhyPlan | None] | None = None
        self.column: int | None = None
        self._pointed = False

    def show_timings(self, timings: Timings | None, way: str, words: str) -> None:
        """Show what a variant's times are spent on, with the sentence for who does not see it."""
        if (timings, way, words) != self._shown:
            self._shown = timings, way, words
            self.remake()

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

    def place(self) -> tuple[float, float] | None:
        """The column that the card is about, half way up."""
        made = self._drawn()[1]
        if made is None or self.column is None:
            return None
        return made.columns[min(self.column, len(made.columns) - 1)][0], self.scene().height / 2

    def unpoint(self) -> None:
        """The column stays for the keys only where they chose it."""
        self.column = None if self._pointed else self.column
        self._pointed = False

    def remake(self) -> None:
        self._made = None
        self.tell()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        made = self._drawn()[1]
        found = made.card_at(event.position().x() / theme.least_scale()) if made is not None else None
        column = found[1] if found is not None else None
        if (column, column is not None) != (self.column, self._pointed):
            self.column, self._pointed = column, column is not None
            self.tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        made, step = self._drawn()[1], STEPS.get(Qt.Key(event.key()))
        if step is None or made is None:
            super().keyPressEvent(event)
            return
        last = len(made.columns) - 1
        self.column = last if self.column is None else min(max(self.column + step, 0), last)
        self.tell()
