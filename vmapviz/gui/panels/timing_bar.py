"""The row above the plot: which ways, over what, how many devices; measure, stop, pin, copy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from vmapviz.export.timings import timed
from vmapviz.gui import theme
from vmapviz.gui.panels.timing_popups import SweepPopup
from vmapviz.gui.panels.ways_popup import WaysPopup
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.numbers_field import NumbersField
from vmapviz.gui.widgets.opener import Opener
from vmapviz.gui.widgets.stepper import Stepper
from vmapviz.model.actions.live import is_shown
from vmapviz.model.actions.pinning import FULL, MOST_PINNED, can_pin, pin
from vmapviz.model.actions.sweeping import set_devices, set_numbers
from vmapviz.model.actions.swept import sweep_of
from vmapviz.model.batch_sizes import LARGEST, parse_batches
from vmapviz.model.session import Session, Sweep
from vmapviz.model.sweep_state import devices_title, planned_on
from vmapviz.model.timing import BATCH, DEVICES, MOST_DEVICES

HEIGHT = 48
PIN = "Keep this run as a thin line, to compare the next one with; it is there again at the next start"
# What the numbers of a sweep are called, alone and many of them.
KINDS = {BATCH: "batch size", DEVICES: "number of devices"}
TITLES = {BATCH: "Batch sizes", DEVICES: "Devices"}


class TimingBar(QWidget):
    """Settings and buttons of the timing panel.

    `wants` carries a function from Session to Session; `measure`, `stop` and `copy` say which button was pressed; `said` carries what
    is wrong with the numbers being typed, "" when nothing is; `asked` carries a command's id.
    """

    wants = Signal(object)
    measure = Signal()
    stop = Signal()
    copy = Signal(QPoint)
    said = Signal(str)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self._sweep: Sweep | None = None
        self.ways = Opener("Ways to measure")
        self.over = Opener("What the sweep is over")
        self.popup, self.sweep_popup = WaysPopup(self), SweepPopup(self)
        self.sizes = NumbersField()
        self.where = button("", "link")
        self.devices = Stepper("Devices", 8, 1, MOST_DEVICES)
        self.run = button("Measure", "primary")
        self.pin = button("Pin", "secondary")
        self.copies = Opener("Copy the times", "plain")
        self.copies.setText("Copy")
        self._lay_out()
        self._connect()
        self._show(self._session)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        row.setSpacing(theme.px(8))
        row.addWidget(self.ways)
        row.addWidget(self.over)
        self.sizes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.sizes.setMinimumWidth(theme.px(72))
        row.addWidget(self.sizes, 1)
        row.addSpacing(theme.px(8))
        row.addWidget(self.where)
        row.addWidget(self.devices)
        row.addSpacing(theme.px(8))
        for each in (self.run, self.pin, self.copies):
            row.addWidget(each)

    def _connect(self) -> None:
        self.ways.clicked.connect(lambda: self.popup.open_at(self.ways.below()))
        self.over.clicked.connect(lambda: self.sweep_popup.open_at(self.over.below()))
        for popup in (self.popup, self.sweep_popup):
            popup.wants.connect(self.wants)
        self.sizes.textEdited.connect(self._check_sizes)
        self.sizes.editingFinished.connect(self._finish_sizes)
        self.devices.changed.connect(lambda number: self.wants.emit(partial(set_devices, devices=number)))
        self.where.clicked.connect(lambda: self.asked.emit("where"))
        self.run.clicked.connect(self._run)
        self.pin.clicked.connect(lambda: self.wants.emit(pin))
        self.copies.clicked.connect(lambda: self.copy.emit(self.copies.below()))

    def show_session(self, session: Session) -> None:
        """Show the settings and what can be pressed now."""
        if session is not self._session:
            self._session = session
            self._show(session)

    def _show(self, session: Session) -> None:
        sweep, running = sweep_of(session), session.jobs.time is not None
        count = len(sweep.variants)
        grad = " with grad" if sweep.grad else ""
        self.ways.setText(f"{count} way{'s' if count != 1 else ''}{grad}")
        self.ways.setToolTip(", ".join(sweep.variants))
        self.popup.show_session(session)
        self.sweep_popup.show_session(session)
        title = TITLES.get(sweep.over, f"Sizes of {sweep.over}")
        self.over.setText(title)
        self.sizes.setAccessibleName(title)
        self._show_sizes(sweep)
        self.devices.set_value(sweep.devices, level=0)
        self.where.setText(devices_title(session))
        self.where.setAccessibleName(f"{devices_title(session)}: where to measure")
        self.where.setToolTip("\n".join(("Where to measure…", *planned_on(session))).replace("`", ""))
        self.where.setEnabled(not running and not is_shown(session))
        for each in (self.ways, self.over, self.sizes, self.devices):
            each.setEnabled(not running)
        self.devices.setEnabled(not running and sweep.over != DEVICES)
        self.devices.setToolTip("The sweep goes through the numbers of devices" if sweep.over == DEVICES else "")
        self.run.setEnabled(session.worker.ready is not None)
        self.run.setText("Stop" if running else "Measure again" if session.timings else "Measure")
        self.pin.setEnabled(can_pin(session))
        self.pin.setToolTip(FULL if len(session.pinned) >= MOST_PINNED else PIN)
        self.copies.setEnabled(timed(session))

    def _show_sizes(self, sweep: Sweep) -> None:
        """What is typed stays until the sweep is another one, even when it is wrong."""
        before, self._sweep = self._sweep, sweep
        changed = before is None or (before.over, before.numbers) != (sweep.over, sweep.numbers)
        if changed and not (self.sizes.hasFocus() and self._parsed() == sweep.numbers):
            self.sizes.write(sweep.numbers)

    def _run(self) -> None:
        if self._session.jobs.time is not None:
            self.stop.emit()
        elif isinstance(found := self._parsed(), str):
            self.said.emit(found)
            self.sizes.setFocus()
        else:
            self.measure.emit()

    def _parsed(self) -> tuple[int, ...] | str:
        over = sweep_of(self._session).over
        most = MOST_DEVICES if over == DEVICES else LARGEST
        return parse_batches(self.sizes.text(), KINDS.get(over, f"size of {over}"), most)

    def _check_sizes(self, _text: str) -> None:
        found = self._parsed()
        self.said.emit(found if isinstance(found, str) else "")

    def _finish_sizes(self) -> None:
        """Take what was typed; a mistake stays to be mended, and the sweep as it was."""
        found = self._parsed()
        if isinstance(found, str):
            self.said.emit(found)
            return
        self.sizes.write(found)
        if found != sweep_of(self._session).numbers:
            self.wants.emit(partial(set_numbers, numbers=found))
        self.said.emit("")
