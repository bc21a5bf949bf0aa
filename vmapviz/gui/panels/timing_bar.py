"""The row above the plot: which ways, which batch sizes, how many devices; measure, stop, pin, copy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.stepper import Stepper
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.sweeping import pin, set_batches, set_devices, set_variant
from vmapviz.model.batch_sizes import batches_text, parse_batches
from vmapviz.model.session import Session
from vmapviz.model.timing import MOST_DEVICES, VARIANTS
from vmapviz.model.timing_text import VARIANT_WORDS

HEIGHT = 48


class TimingBar(QWidget):
    """Settings and buttons of the timing panel.

    `wants` carries a function from Session to Session; `measure`, `stop` and `copy` say which button was pressed; `said` carries what
    is wrong with the batch sizes being typed, "" when nothing is.
    """

    wants = Signal(object)
    measure = Signal()
    stop = Signal()
    copy = Signal()
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self.ways = button("", "secondary")
        self.ways.setAccessibleName("Ways to measure")
        self.popup = WaysPopup(self)
        self.sizes = QLineEdit()
        self.sizes.setAccessibleName("Batch sizes")
        self.sizes.setToolTip("Batch sizes; … continues the two numbers before it: 1, 4, …, 1024")
        self.devices = Stepper("Devices", 8, 1, MOST_DEVICES)
        self.run = button("Measure", "primary")
        self.pin = button("Pin", "secondary")
        self.pin.setToolTip("Keep this run as a thin line, to compare the next one with")
        self.csv = button("Copy as CSV")
        self._lay_out()
        self._connect()
        self._show(self._session)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        row.setSpacing(theme.px(8))
        row.addWidget(self.ways)
        row.addSpacing(theme.px(8))
        row.addWidget(_name("Batch sizes"))
        self.sizes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.sizes.setMinimumWidth(theme.px(72))
        row.addWidget(self.sizes, 1)
        row.addSpacing(theme.px(8))
        row.addWidget(_name("Devices"))
        row.addWidget(self.devices)
        row.addSpacing(theme.px(16))
        for each in (self.run, self.pin, self.csv):
            row.addWidget(each)

    def _connect(self) -> None:
        self.ways.clicked.connect(self._open_ways)
        self.popup.chosen.connect(lambda name, on: self.wants.emit(partial(set_variant, variant=name, wanted=on)))
        self.sizes.textEdited.connect(self._check_sizes)
        self.sizes.editingFinished.connect(self._finish_sizes)
        self.devices.changed.connect(lambda number: self.wants.emit(partial(set_devices, devices=number)))
        self.run.clicked.connect(self._run)
        self.pin.clicked.connect(lambda: self.wants.emit(pin))
        self.csv.clicked.connect(self.copy)

    def show_session(self, session: Session) -> None:
        """Show the settings and what can be pressed now."""
        if session is not self._session:
            self._session = session
            self._show(session)

    def _show(self, session: Session) -> None:
        sweep, running = session.sweep, session.jobs.time is not None
        count = len(sweep.variants)
        self.ways.setText(f"{count} way{'s' if count != 1 else ''}")
        self.ways.setToolTip(", ".join(sweep.variants))
        self.popup.show_choice(sweep.variants, bool(session.experiment.reference))
        if not self.sizes.hasFocus():
            self.sizes.setText(batches_text(sweep.batches))
            self.sizes.setCursorPosition(0)
        self.devices.set_value(sweep.devices, level=0)
        for each in (self.ways, self.sizes, self.devices):
            each.setEnabled(not running)
        self.run.setEnabled(session.worker.ready is not None)
        self.run.setText("Stop" if running else "Measure again" if session.timings else "Measure")
        measured = session.timings is not None
        self.pin.setEnabled(measured and not running and session.pinned is not session.timings)
        self.csv.setEnabled(measured)

    def _run(self) -> None:
        (self.stop if self._session.jobs.time is not None else self.measure).emit()

    def _open_ways(self) -> None:
        self.popup.open_at(self.ways.mapToGlobal(QPoint(0, self.ways.height() + theme.px(4))))

    def _check_sizes(self, text: str) -> None:
        found = parse_batches(text)
        self.said.emit(found if isinstance(found, str) else "")

    def _finish_sizes(self) -> None:
        found = parse_batches(self.sizes.text())
        if isinstance(found, str) or found == self._session.sweep.batches:
            self.sizes.setText(batches_text(self._session.sweep.batches))
        else:
            self.sizes.setText(batches_text(found))
            self.wants.emit(partial(set_batches, batches=found))
        self.said.emit("")


class WaysPopup(QFrame):
    """A box for each variant with what it runs; `chosen` carries the variant and whether it is wanted."""

    chosen = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("ways")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName("Ways to measure")
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(2))
        for name in VARIANTS:
            box = self.boxes[name] = QCheckBox(name)
            box.setAccessibleDescription(VARIANT_WORDS[name])
            box.setProperty("ring", 4)
            box.clicked.connect(lambda on, name=name: self.chosen.emit(name, on))
            column.addWidget(box)
            words = TextLabel(VARIANT_WORDS[name], "caption", "ink3")
            words.setContentsMargins(theme.px(22), 0, 0, theme.px(6))
            words.setMinimumWidth(theme.px(380))
            column.addWidget(words)

    def show_choice(self, variants: tuple[str, ...], reference: bool) -> None:
        """Tick what is measured; without a reference function nothing is "by hand"; the last tick stays."""
        for name, box in self.boxes.items():
            ticked = name in variants
            box.setChecked(ticked)
            possible = name != "by hand" or reference or ticked
            box.setEnabled(possible and not (ticked and len(variants) == 1))
            box.setToolTip("" if possible else "This experiment names no reference function.")

    def open_at(self, place: QPoint) -> None:
        """Open with the keyboard on the first box."""
        self.move(place)
        self.show()
        next(iter(self.boxes.values())).setFocus(Qt.FocusReason.PopupFocusReason)


def _name(text: str) -> TextLabel:
    label = TextLabel(text, "caption", "ink2")
    label.setWordWrap(False)
    return label
