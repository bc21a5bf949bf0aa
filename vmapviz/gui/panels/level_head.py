"""The heading of one vmap among several: its dots and name, and the buttons that move it or take it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.panels.argument_rows import dots
from vmapviz.gui.panels.fields import SIDE
from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.model.theme import level_role

INWARDS, OUTWARDS = -1, 1


class LevelHead(Restyled, QWidget):
    """The dots and the name of a vmap among several: "●● outer vmap"."""

    def __init__(self, level: int, title: str) -> None:
        super().__init__()
        self._rule = level > 0
        self.marks = ElidedLabel(dots(level), "body", level_role(level + 1))
        self.title = ElidedLabel(title, "body", "ink", 600)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.marks)
        self._row.addWidget(self.title, 1)
        self._restyle()

    def _restyle(self) -> None:
        above = theme.px(20) if self._rule else theme.px(4)
        self._row.setContentsMargins(theme.px(SIDE), above, theme.px(SIDE), theme.px(4))
        self._row.setSpacing(theme.px(6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._rule:
            QPainter(self).fillRect(0, theme.px(10), self.width(), 1, theme.colour("line"))


class MovableHead(LevelHead):
    """A heading with buttons. `moved` carries -1 for a step inwards, which is up, 1 for one outwards; `removed` nothing."""

    moved = Signal(int)
    removed = Signal()

    def __init__(self, level: int, title: str, count: int) -> None:
        super().__init__(level, title)
        name = f"the {title}" if count == 2 else title.partition(",")[0]
        self.steps = {
            INWARDS: IconButton("arrow-up", f"Move {name} inwards", self, size=24, icon_size=14),
            OUTWARDS: IconButton("arrow-down", f"Move {name} outwards", self, size=24, icon_size=14),
        }
        self.remove = IconButton("close", f"Remove {name}", self, size=24, icon_size=14)
        self.steps[INWARDS].setEnabled(level > 0)
        self.steps[OUTWARDS].setEnabled(level < count - 1)
        for by, button in self.steps.items():
            button.clicked.connect(lambda _checked=False, by=by: self.moved.emit(by))
            self._row.addWidget(button)
        self.remove.clicked.connect(self.removed)
        self._row.addWidget(self.remove)

    def take_keyboard(self, by: int) -> None:
        """Give the keyboard to the button that moves this vmap on, or back where it is at the end."""
        button = self.steps[by] if self.steps[by].isEnabled() else self.steps[-by]
        button.setFocus(Qt.FocusReason.TabFocusReason)
