"""The settings of every vmap below its axes: batch size and axis name; and which case of the experiment is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.panels.argument_rows import dots
from vmapviz.gui.panels.fields import SIDE, Field, Indented, Labelled
from vmapviz.gui.panels.function_status import BatchSize
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.gui.widgets.stepper import Stepper
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model import actions
from vmapviz.model.programs.shown import is_pairwise

SHOWN = ("all levels", "two levels")
SHOWN_HINT = "more than three levels: two at a time, step with [ and ]"


class Picker(QComboBox):
    """Choose one of several names; `picked` carries the name that the user chose."""

    picked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._told = ""
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.textActivated.connect(self._pick)

    def show_names(self, names: tuple[str, ...], chosen: str) -> None:
        """Show these names with `chosen` as the one that holds."""
        if names != tuple(self.itemText(i) for i in range(self.count())):
            self.clear()
            self.addItems(names)
        self._told = chosen
        self.setCurrentIndex(names.index(chosen) if chosen in names else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Only with the focus: else scrolling the column past it would pick another one.
        super().wheelEvent(event) if self.hasFocus() else event.ignore()

    def _pick(self, name: str) -> None:
        if name != self._told:
            self.picked.emit(name)


class LevelSettings(QWidget):
    """Batch size and axis name of one vmap; `wants` carries a change of the session."""

    wants = Signal(object)

    def __init__(self, level: int, several: bool) -> None:
        super().__init__()
        self.level, self.several = level, several
        of = f" of vmap {level + 1}" if several else ""
        self.stepper = Stepper(f"Batch size{of}")
        self.note = ElidedLabel("", "small", "ink2")
        self.name = Field(f"Axis name{of}")
        self.name.setPlaceholderText("none")
        size_label = f"Batch {dots(level)}" if several else "Batch size"
        name_label = f"Name {dots(level)}" if several else "Axis name"
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(Labelled(size_label, self.stepper, self.note, height=40))
        self._column.addWidget(Labelled(name_label, self.name))
        self.stepper.changed.connect(
            lambda size: self.wants.emit(partial(actions.set_batch_size, size=size, level=level))
        )
        self.name.committed.connect(
            lambda name: self.wants.emit(partial(actions.set_axis_name, level=level, name=name))
        )

    def show_settings(self, size: BatchSize, name: str) -> None:
        """Show the number of examples, whether it can be changed here, and the axis name."""
        self.name.show_text(name)
        if size.size is not None and size.size != self.stepper.value():
            self.stepper.set_value(size.size, self.level + 1)
        self.stepper.setVisible(size.size is not None)
        self.stepper.setEnabled(not size.reason)
        self.stepper.setToolTip(size.reason)
        self.note.set_text(size.note)


class LevelCount(Restyled, QWidget):
    """Adds a vmap around the others; `wants` carries a change of the session."""

    wants = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.add = button("Add a vmap around it", "link")
        self._row = row = QHBoxLayout(self)
        row.addWidget(self.add)
        row.addStretch(1)
        self.add.clicked.connect(lambda: self.wants.emit(actions.add_level))
        self._restyle()

    def _restyle(self) -> None:
        side = theme.px(SIDE)
        self._row.setContentsMargins(side, theme.px(8), side, theme.px(4))


class LevelsShown(QWidget):
    """Whether all programs of nested vmaps stand side by side, or two at a time; `wants` carries a change of the session."""

    wants = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.choice = Segmented(SHOWN, SHOWN[0], "Levels shown")
        self.choice.chosen.connect(lambda what: self.wants.emit(partial(actions.set_two_levels, two=what == SHOWN[1])))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Labelled("Show", self.choice, ElidedLabel(""), height=40))
        column.addWidget(Indented(TextLabel(SHOWN_HINT, "small", "ink3")))

    def show_choice(self, programs: int, two: bool) -> None:
        """Show what holds for so many programs; nothing is to be chosen of two."""
        self.setVisible(programs > 2)
        why = f"{programs} programs do not fit side by side." if is_pairwise(programs) else ""
        self.choice.set_possible(SHOWN[0], why)
        self.choice.set_chosen(SHOWN[is_pairwise(programs, two)])
