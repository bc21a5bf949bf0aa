"""At the right of the tabs: which example is followed, and whether examples go one by one or all at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.model import actions
from vmapviz.model.session import Session

MODES = ("one by one", "all at once")


class FollowControls(QWidget):
    """One number per level, outermost first as the axes are written, and the mode."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ElidedLabel("follow example", "caption", "ink3", parent=self)
        self._boxes: list[QSpinBox] = []
        self._example: tuple[int, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._label)
        self._mode = Segmented(MODES, MODES[1], "How the examples go", self)
        self._mode.chosen.connect(lambda mode: self.wants.emit(partial(actions.set_mode, all_at_once=mode == MODES[1])))
        self._row.addSpacing(8)
        self._row.addWidget(self._mode)

    def show_session(self, old: Session, new: Session) -> None:
        """Show the followed example and the mode."""
        self._example = new.example
        self._mode.set_chosen(MODES[1] if new.view.all_at_once else MODES[0])
        levels = new.picture.trace.levels if new.picture else ()
        # Nested examples go all at once: there is no one order to take them in.
        self._mode.setVisible(new.view.tab == "shapes" and len(levels) < 2)
        if len(levels) != len(self._boxes):
            self._rebuild(len(levels))
        for k, (box, level) in enumerate(zip(self._boxes, levels, strict=True)):
            box.setMaximum(max(0, level.size - 1))
            if k < len(new.example) and box.value() != new.example[k]:
                box.setValue(new.example[k])

    def _rebuild(self, count: int) -> None:
        for box in self._boxes:
            box.hide()
            box.deleteLater()
        self._boxes = [QSpinBox(self) for _ in range(count)]
        for k, box in enumerate(self._boxes):
            box.setProperty("role", f"b{min(k + 1, 3)}")
            box.setAccessibleName("Follow example" if count == 1 else f"Follow example of vmap {k + 1}")
            box.setToolTip("Which example is followed through every picture (E and Shift+E)")
            box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.setKeyboardTracking(False)
            box.setFixedWidth(theme.px(48))
            box.valueChanged.connect(lambda value, k=k: self._chosen(k, value))
            self._row.insertWidget(1, box)

    def _chosen(self, level: int, index: int) -> None:
        if self._example[level : level + 1] != (index,):  # else the session said so
            self.wants.emit(partial(actions.follow_level, level=level, index=index))
