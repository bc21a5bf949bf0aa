"""The column beside the plot: the same-answer check, compile times, what was skipped, what is pinned, and the machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from vmapviz.gui import icons, theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.replaced import ReplacedContent
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.sweeping import draw_pinned, unpin
from vmapviz.model.actions.swept import timed_experiment
from vmapviz.model.pinned import Pinned, call_text, names
from vmapviz.model.session import Session
from vmapviz.model.sweep_state import planned_on
from vmapviz.model.timing import BATCH, Timings
from vmapviz.model.timing_facts import ACROSS, by_name, skips
from vmapviz.model.timing_plot import look
from vmapviz.model.timing_runs import runs
from vmapviz.model.timing_text import compile_text, difference_words, seconds_text, skip_words, verdict
from vmapviz.model.timing_why import ceiling_words

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
        self.replace(page)

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
        """Every pinned run with what differs in it, which of its ways is drawn, and a way to be rid of it."""
        if session.pinned:
            _heading(column, "Pinned")
        over = session.timings.over if session.timings else session.pinned[-1].timings.over if session.pinned else ""
        called = names(session.pinned, session.timings, timed_experiment(session))
        for n, (one, name) in enumerate(zip(session.pinned, called, strict=True), 1):
            label = TextLabel(name, "body")
            label.setToolTip(_pinned_words(one))
            _with_icon(column, "pin", "ink2", label)
            if one.timings.over != over:
                _indented(column, TextLabel("not on this axis", "caption", "ink3"))
            _indented(column, self._pinned_links(n, one, name))
            column.addSpacing(theme.px(4))

    def _pinned_links(self, n: int, one: Pinned, name: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(12))
        known = list(by_name(one.timings))
        if len(known) > 1:
            which = button(one.variant, "link")
            which.setAccessibleName(f"{name}: the way that is drawn, {one.variant}")
            which.setToolTip("Draw another way of this run")
            which.clicked.connect(lambda: self._choose(n, one, which))
            line.addWidget(which)
        link = button("Unpin", "link")
        link.setAccessibleName(f"Unpin {name}")
        link.clicked.connect(lambda: self.wants.emit(partial(unpin, run=n)))
        line.addWidget(link)
        line.addStretch(1)
        return row

    def _choose(self, n: int, one: Pinned, beside: QWidget) -> None:
        menu = QMenu(self)
        for variant in by_name(one.timings):
            action = menu.addAction(variant)
            action.setCheckable(True)
            action.setChecked(variant == one.variant)
            action.triggered.connect(
                lambda _=False, variant=variant: self.wants.emit(partial(draw_pinned, run=n, variant=variant))
            )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))

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
    rest = session.pinned, session.experiment, session.jobs.time is None
    if timings is None:
        return None, rest, planned_on(session)
    told = [(s.variant, s.code, s.compile_s, s.note, s.difference) for s in timings.series]
    where = timings.machine, timings.devices, timings.batches, timings.where, timings.processes, timings.ceiling
    return told, skips(timings), verdict(timings), rest, where


def _pinned_words(one: Pinned) -> str:
    """What a pinned run is, whole, when the pointer rests on its name."""
    timings = one.timings
    call = call_text(one.experiment) if one.experiment is not None else timings.about
    return "\n".join(filter(None, (one.file, call, timings.machine, timings.devices, timings.where)))


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
