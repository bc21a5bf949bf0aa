"""The column beside the plot: the same-answer check, compile times, what was skipped, what is pinned, and the machine."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmapviz.gui import icons, theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.panels.timing_pins import Pins, RenamePopup
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.replaced import ReplacedContent
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.plots.times import look
from vmapviz.model.plots.why import ceiling_words
from vmapviz.model.session import Session
from vmapviz.model.sweep_state import planned_on
from vmapviz.model.timing import BATCH, Timings
from vmapviz.model.timing_facts import ACROSS, skips
from vmapviz.model.timing_runs import runs
from vmapviz.model.timing_text import compile_text, difference_words, seconds_text, skip_words, verdict

_WIDTH = 264
_MARKS = {"check": ("check", "ok"), "warn": ("warn", "warn"), "none": ("minus", "ink3")}
_COLOURS = {"check": "ok", "warn": "warn", "none": "ink2"}


class TimingSide(ReplacedContent):
    """What a plot cannot say of a sweep; `wants` carries a function from Session to Session."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._said = ""
        self._built_at = 0
        self.renaming = RenamePopup(self)
        self.renaming.wants.connect(self.wants)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("About the timings")

    def show_session(self, session: Session, said: str = "") -> None:
        """Show a session's timings, below what is said of them where that stands here; builds anew only when something here differs."""
        if self._session is None or said != self._said or _parts(self._session) != _parts(session):
            self._session, self._said = session, said
            self._build(session)

    def words(self) -> str:
        """Everything it says, a line per text."""
        page = self.page
        labels = page.findChildren(TextLabel) if page else []
        return "\n".join(label.accessibleName() for label in labels)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._session is not None and self._built_at != theme.px(100):
            self._build(self._session)

    def _build(self, session: Session) -> None:
        self._built_at = theme.px(100)
        self.setFixedWidth(theme.px(_WIDTH))
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.px(24), theme.px(16), theme.px(16), theme.px(16))
        column.setSpacing(0)
        shown = runs(session)
        timings = shown[0].timings if shown and shown[0].timings.series else None
        if self._said:
            column.addWidget(TextLabel(self._said.replace(" %", "\N{NO-BREAK SPACE}%"), "body"))
            column.addSpacing(theme.px(16))
        self._check(timings, column)
        if timings is not None:
            self._compiled(timings, column)
            self._skipped(timings, column)
            self._notes(timings, column)
        self._pinned(session, column)
        self._machine(session, timings, column)
        column.addStretch(1)
        focused = self.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        self.replace(page)
        if name.startswith("pin"):
            self._refocus(page, name)

    def _refocus(self, page: QWidget, name: str) -> None:
        """Give the keyboard to the control that had it, which was built anew; where that is gone, to what puts its run back."""
        found = page.findChild(QWidget, name) or page.findChild(QWidget, "pins-back")
        if found is not None:
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    def _check(self, timings: Timings | None, column: QVBoxLayout) -> None:
        found = verdict(timings)
        _with_icon(column, *_MARKS[found.mark], TextLabel(found.title, "body", _COLOURS[found.mark], 600))
        if found.text:
            _indented(column, TextLabel(found.text, "caption", "ink3"))
        if timings is not None and (words := difference_words(timings)):
            _indented(column, TextLabel(words, "caption", "ink3"))

    def _compiled(self, timings: Timings, column: QVBoxLayout) -> None:
        rows = [(s.variant, s.compile_s, s.code) for s in timings.series if s.compile_s is not None]
        if not rows:
            return
        _heading(column, "Compile time, paid once")
        column.addWidget(TextLabel("not part of the curves", "caption", "ink3"))
        column.addSpacing(theme.px(4))
        column.addWidget(CompileBars(sorted(rows, key=lambda row: -row[1])))
        if any(variant == "jit(loop)" for variant, _, _ in rows):
            column.addSpacing(theme.px(4))
            words = "`jit(loop)` unrolls every example, so its compile time grows with the batch."
            column.addWidget(TextLabel(words, "caption", "ink3"))

    def _skipped(self, timings: Timings, column: QVBoxLayout) -> None:
        found = skips(timings)
        if found:
            _heading(column, "Skipped")
        for skip in found:
            sizes, why = skip_words(skip)
            sizes = sizes if timings.over == BATCH else f"{timings.over} {sizes}"
            _with_icon(column, "close", "ink2", TextLabel(f"**{skip.variant}** at `{sizes}`", "body"))
            _indented(column, TextLabel(why, "caption", "ink3"))
            column.addSpacing(theme.px(4))

    def _notes(self, timings: Timings, column: QVBoxLayout) -> None:
        noted = [(series.variant, series.note) for series in timings.series if series.note]
        if noted:
            _heading(column, "Notes")
        for variant, note in noted:
            column.addWidget(TextLabel(f"**{variant}**: {note}", "caption", "ink2"))

    def _pinned(self, session: Session, column: QVBoxLayout) -> None:
        """Every pinned run."""
        pins = Pins(session)
        pins.wants.connect(self.wants)
        pins.rename.connect(self._rename)
        column.addWidget(pins)

    def _rename(self, run: int, now: str, called: str) -> None:
        beside = self.page.findChild(QWidget, f"pin-more-{run}") if self.page is not None else None
        self.renaming.ask(run, now, called, beside or self)

    def _machine(self, session: Session, timings: Timings | None, column: QVBoxLayout) -> None:
        lines = list(_machine_lines(session, timings))
        if lines:
            _heading(column, "Measured on" if timings else "Will be measured on")
        for line in lines:
            column.addWidget(TextLabel(line, "caption", "ink2"))


class CheckedLine(QWidget):
    """In a lecture, which has no room for the column: whether the answers agree, and which machine was measured."""

    def __init__(self) -> None:
        super().__init__()
        self._mark, self._colour = _MARKS["none"]
        self._text = ElidedLabel("", "caption", "ink2", parent=self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._text)
        self.hide()

    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def show_session(self, session: Session) -> None:
        """Say it for the session's timings; be seen in a lecture."""
        shown = runs(session)
        timings = shown[0].timings if shown and shown[0].timings.series else None
        self.setVisible(timings is not None and session.lecture is not None)
        if timings is not None:
            found = verdict(timings)
            self._mark, self._colour = _MARKS[found.mark]
            self._text.set_text(" · ".join((found.title, timings.machine, timings.devices)))
            self._row.setContentsMargins(theme.px(42), 0, theme.px(16), 0)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = theme.px(12)
        picture = icons.pixmap(self._mark, side, self._colour, self.devicePixelRatioF())
        QPainter(self).drawPixmap(theme.px(24), (self.height() - side) // 2, picture)


def _parts(session: Session) -> tuple[object, ...]:
    timings = session.timings
    rest = session.pinned, session.unpinned, session.pins_said, session.experiment, session.jobs.time is None
    if timings is None:
        return None, rest, planned_on(session)
    told = [(s.variant, s.code, s.compile_s, s.note, s.difference) for s in timings.series]
    where = timings.machine, timings.devices, timings.batches, timings.where, timings.processes, timings.ceiling
    return told, skips(timings), verdict(timings), rest, where


def _machine_lines(session: Session, timings: Timings | None) -> Iterator[str]:
    if timings is None:
        yield from planned_on(session)
        return
    yield timings.machine
    yield timings.devices
    if timings.processes > 1:
        yield f"{timings.processes} processes of one JAX"
    if timings.where:
        yield f"`{timings.where}`"
    if "CPU" in timings.devices and any(series.variant in ACROSS for series in timings.series):
        yield "Devices are simulated on the CPU: expect no speed-up from `pmap` here."
    if timings.ceiling is not None:
        yield f"At best: {ceiling_words(timings.ceiling)}."
    if timings.batches:
        yield f"Other batch sizes: {timings.batches}."


def _heading(column: QVBoxLayout, text: str) -> None:
    column.addSpacing(theme.px(20))
    column.addWidget(TextLabel(text, "caption", "ink2", 600))
    column.addSpacing(theme.px(4))


def _with_icon(column: QVBoxLayout, icon: str, colour: str, label: TextLabel) -> None:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    row.addWidget(IconView(icon, colour, 14), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label, 1)
    column.addLayout(row)


def _indented(column: QVBoxLayout, widget: QWidget) -> None:
    row = QHBoxLayout()
    row.setContentsMargins(theme.px(22), 0, 0, 0)
    row.addWidget(widget, 1 if isinstance(widget, TextLabel) else 0)
    if not isinstance(widget, TextLabel):
        row.addStretch(1)
    column.addLayout(row)


class CompileBars(QWidget):
    """A bar per variant: (variant, seconds, code); the code is told when the pointer rests on it."""

    def __init__(self, rows: list[tuple[str, float, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(compile_text([(variant, seconds) for variant, seconds, _ in rows]))
        self.setToolTip("\n".join(f"{variant}:  {code}" for variant, _, code in rows))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), len(self._rows) * theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        words, numbers = theme.font("caption", 500), theme.font("cell")
        texts = [seconds_text(seconds) for _, seconds, _ in self._rows]
        left = max(QFontMetricsF(words).horizontalAdvance(row[0]) for row in self._rows) + theme.px(10)
        right = max(QFontMetricsF(numbers).horizontalAdvance(text) for text in texts) + theme.px(8)
        longest, line = max(row[1] for row in self._rows) or 1.0, theme.px(24)
        for i, ((variant, seconds, _), text) in enumerate(zip(self._rows, texts, strict=True)):
            y, width = i * line, max(2.0, (self.width() - left - right) * seconds / longest)
            painter.setFont(words)
            painter.setPen(theme.colour("ink"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, left, line), middle, variant)
            painter.fillRect(QRectF(left, y + line * 0.25, width, line * 0.5), theme.colour(look(variant).colour))
            painter.setFont(numbers)
            painter.setPen(theme.colour("ink2"))
            painter.drawText(QRectF(left + width + theme.px(6), y, right, line), middle, text)
