"""Which iteration is looked at, of every loop around the selected equation: one slider per loop, the outermost first."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.model import actions
from vmapviz.model.scenes.inside_words import TurnRow, turn_rows
from vmapviz.model.session import Session


class _Row(NamedTuple):
    first: IconButton
    slider: QSlider
    last: IconButton
    label: ElidedLabel


class TurnControls(QWidget):
    """Arrow keys go by one, PageUp and PageDown by a tenth, Home and End to the first and the last."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[TurnRow, ...] = ()
        self._rows: list[_Row] = []
        self._wanted, self._beside = False, True
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(44, 6, 16, 2)
        self._box.setSpacing(12)
        self.hide()

    @property
    def sliders(self) -> list[QSlider]:
        """The sliders of the loops that there are."""
        return [row.slider for row in self._rows[: len(self._shown)]]

    def show_session(self, old: Session, new: Session) -> None:
        """Show the loops around the selected equation."""
        rows = turn_rows(new)
        self._wanted = bool(rows) and new.view.tab in ("shapes", "values")
        self.show_beside(self._beside)
        if rows == self._shown:
            return
        self._shown = rows
        while len(self._rows) < len(rows):
            self._add()
        for n, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(n < len(rows))
        for row, shown in zip(self._rows, rows, strict=False):
            _fill(row, shown)

    def show_beside(self, beside: bool) -> None:
        """Be seen where there are loops and a panel is `beside`; not when the programs stand in its place."""
        self._beside = beside
        self.setVisible(self._wanted and beside)

    def _add(self) -> None:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setMaximumWidth(theme.px(280))
        at = len(self._rows)
        slider.valueChanged.connect(lambda value: self._chosen(at, value))
        first, last = (IconButton(icon, icon, size=24, icon_size=12, parent=self) for icon in ("first", "last"))
        first.clicked.connect(lambda: slider.setValue(slider.minimum()))
        last.clicked.connect(lambda: slider.setValue(slider.maximum()))
        row = _Row(first, slider, last, ElidedLabel("", "caption", "ink2", parent=self))
        self._rows.append(row)
        if at:
            self._box.takeAt(self._box.count() - 1)
        for widget in row:
            self._box.addWidget(widget, 2 if widget is slider else 0)
        self._box.addStretch(1)

    def _chosen(self, loop: int, turn: int) -> None:
        if loop < len(self._shown) and self._shown[loop].turn != turn:  # else the session said so
            self.wants.emit(partial(actions.set_turn, loop=loop, turn=turn))


def _fill(row: _Row, shown: TurnRow) -> None:
    row.label.set_text(shown.text)
    row.slider.setAccessibleName(shown.name)
    row.slider.setAccessibleDescription(shown.text)
    row.slider.setToolTip(f"{shown.name}: arrow keys, Home and End")
    for button, which in ((row.first, "First"), (row.last, "Last")):
        button.setEnabled(shown.of > 1)
        button.setAccessibleName(f"{which} {shown.name[0].lower()}{shown.name[1:]}")
        button.setToolTip(button.accessibleName())
    row.slider.setEnabled(shown.of > 1)
    row.slider.setRange(0, max(0, shown.of - 1))
    row.slider.setPageStep(max(1, shown.of // 10))
    row.slider.setValue(shown.turn)
