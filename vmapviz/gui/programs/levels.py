"""Above two of many programs: which vmap they stand before and after, and the others to choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.model import actions
from vmapviz.model.programs.columns import LABELS, MARGIN
from vmapviz.model.session import Session
from vmapviz.model.theme import level_role

_NAMED = 6  # vmaps; of more, the numbers alone have room
_STEP_HINT = "step with [ and ]"


class LevelBar(QWidget):
    """Shown while two programs stand for many; `chosen` carries the number of a vmap, from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._label = ElidedLabel("Before and after", "caption", "ink2", 600, self)
        self._hint = ElidedLabel(_STEP_HINT, "caption", "ink3", parent=self)
        self.vmaps: Segmented | None = None
        self._names: tuple[str, ...] = ()
        self._row.addWidget(self._label)
        self._row.addWidget(self._hint)
        self._row.addStretch(1)
        self._restyle()
        self.hide()

    def show_session(self, session: Session) -> None:
        """Show the pair of programs that the session shows; hide where all are shown."""
        pairs = actions.in_pairs(session)
        self.setVisible(pairs)
        trace = actions.shown_trace(session)
        if not pairs or trace is None:
            return
        names = vmap_names(len(trace.levels))
        if names != self._names or self.vmaps is None:
            self._names = names
            self.vmaps = self._replaced(names)
        self.vmaps.set_chosen(names[actions.shown_programs(session)[0]])

    def _replaced(self, names: tuple[str, ...]) -> Segmented:
        if self.vmaps is not None:
            self.vmaps.hide()
            self.vmaps.deleteLater()
        marks = tuple((min(level, 3), level_role(level)) for level in range(1, len(names) + 1))
        made = Segmented(names, names[0], "Programs before and after", self, marks)
        made.chosen.connect(lambda name: self.chosen.emit(names.index(name)))
        self._row.insertWidget(1, made)
        return made

    def _restyle(self) -> None:
        left = theme.px(MARGIN + LABELS)
        self._row.setContentsMargins(left, theme.px(8), theme.px(MARGIN), 0)
        self._row.setSpacing(theme.px(12))

    def changeEvent(self, event: QEvent) -> None:
        """Take the sizes of another zoom."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground of the programs below."""
        QPainter(self).fillRect(self.rect(), theme.colour("surface"))


def vmap_names(count: int) -> tuple[str, ...]:
    """What the vmaps are called here, innermost first."""
    if count == 2:
        return ("inner vmap", "outer vmap")
    return tuple(f"vmap {number}" if count <= _NAMED else str(number) for number in range(1, count + 1))
