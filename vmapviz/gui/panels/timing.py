"""The Timing tab: loops, vmap and pmap measured over batch sizes, and what the numbers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.panels.timing_bar import TimingBar
from vmapviz.gui.panels.timing_side import CheckedLine, TimingSide
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.message import MessageView, message_of
from vmapviz.gui.widgets.progress import ProgressLine
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.timer import measure, stop_measuring
from vmapviz.model.session import Session
from vmapviz.model.sweep_state import duration_text
from vmapviz.model.timing_text import caption, csv_text, expected_s, sentence

if TYPE_CHECKING:
    from vmapviz.gui.plot import TimingPlot


def preload() -> None:
    """Load pyqtgraph, which takes a third of a second; meant for a background thread after the first frame."""
    import vmapviz.gui.plot  # noqa: F401


class TimingPanel(QWidget):
    """Shows a session's timings; `wants` carries a function from Session to Session."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self.setAccessibleName("Timing")
        self.bar = TimingBar()
        self.line = ProgressLine()
        kept = self.line.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.line.setSizePolicy(kept)
        self.caption = _Caption("", "caption", "ink3")
        self.empty = _Empty()
        self.problem = MessageView()
        self.problem.viewport().setAutoFillBackground(False)
        self.sentence = _Sentence()
        self.side, self.checked = TimingSide(), CheckedLine()
        self._plot: TimingPlot | None = None
        self.stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.bar.run)
        self._show(self._session)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(theme.px(24), theme.px(8), theme.px(16), 0)
        row.addWidget(self.caption)
        left.addWidget(self.checked)
        left.addLayout(row)
        left.addLayout(self.stack, 1)
        left.addWidget(self.sentence)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addLayout(left, 1)
        self._rule = _Rule()
        below.addWidget(self._rule)
        below.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.line)
        column.addLayout(below, 1)
        # Last: a stack that lies in no window yet shows its first page as one.
        for page in (self.empty, self.problem):
            self.stack.addWidget(page)

    def _connect(self) -> None:
        for part in (self.bar, self.side):
            part.wants.connect(self.wants)
        self.bar.measure.connect(self.measure)
        self.bar.stop.connect(lambda: self.wants.emit(stop_measuring))
        self.bar.copy.connect(self.copy)
        self.bar.said.connect(self._complain)
        self.empty.measure.clicked.connect(self.measure)
        self.problem.acted.connect(self.measure)

    @property
    def plot(self) -> TimingPlot:
        """The plot; the first time it is asked for, pyqtgraph is loaded."""
        if self._plot is None:
            from vmapviz.gui.plot import TimingPlot

            self._plot = TimingPlot()
            self.stack.addWidget(self._plot)
        return self._plot

    def show_session(self, old: Session, new: Session) -> None:
        """Show what differs between two sessions; the same session twice shows everything."""
        self._session = new
        for part in (self.bar, self._rule, self.side):  # a lecture has room for the plot and what it says
            part.setVisible(new.lecture is None)
        self.checked.show_session(new)
        if old is new or any(a is not b for a, b in zip(_parts(old), _parts(new), strict=True)):
            self._show(new)

    def measure(self) -> None:
        """Ask for a sweep."""
        self.wants.emit(measure)

    def copy(self) -> None:
        """Put the table of the timings on the clipboard, as CSV."""
        if self._session.timings is not None:
            QGuiApplication.clipboard().setText(csv_text(self._session.timings))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_page(self._session)

    def _show(self, new: Session) -> None:
        self.bar.show_session(new)
        self.side.show_session(new)
        running = new.jobs.time is not None
        self.line.set_done(new.progress if running else 0.0)
        self.line.setVisible(running)
        self._say(caption(new))
        self.sentence.set_text(sentence(new.timings) if new.timings else "")
        self.empty.expect(expected_s(new.sweep), new.worker.ready is not None)
        self._show_page(new)

    def _show_page(self, session: Session) -> None:
        """Show the plot as soon as there is a point, else the problem, else how to start."""
        points = session.timings is not None and any(s.points for s in session.timings.series)
        if points or session.jobs.time is not None:
            # pyqtgraph is loaded only for those who look.
            if self.isVisible() or self._plot is not None:
                self.plot.set_timings(session.timings, session.pinned)
                self.stack.setCurrentWidget(self.plot)
        elif session.time_problem is not None:
            self.problem.set_message(message_of(session.time_problem))
            self.stack.setCurrentWidget(self.problem)
        else:
            self.stack.setCurrentWidget(self.empty)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        if self.line.y():
            painter.fillRect(0, self.line.y(), self.width(), 1, theme.colour("line"))

    def _say(self, said: tuple[str, str]) -> None:
        text, colour = said
        self.caption.say(text, colour)

    def _complain(self, text: str) -> None:
        self._say((text, "error") if text else caption(self._session))


def _parts(session: Session) -> tuple[object, ...]:
    """What the panel shows of a session."""
    timing = (session.timings, session.pinned, session.doing, session.progress, session.remaining_s, session.sweep)
    measured = (session.timer, session.timed, session.experiment)
    return (*timing, *measured, session.jobs.time, session.time_problem, session.worker.ready)


class _Caption(ElidedLabel):
    def say(self, text: str, colour: str) -> None:
        """Show `text` in a colour role."""
        self._colour = colour
        self.set_text(text)


class _Empty(QWidget):
    """Nothing is measured yet: says how long it takes, and starts."""

    def __init__(self) -> None:
        super().__init__()
        self._text = TextLabel("**Not measured yet.**", "sentence")
        self._text.setWordWrap(False)
        self.measure = button("Measure", "secondary")
        self._time = TextLabel("", "sentence", "ink2")
        self._time.setWordWrap(False)
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        row.addStretch(1)
        for part in (self._text, self.measure, self._time):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def expect(self, seconds: float, ready: bool) -> None:
        """Say how long measuring takes; before JAX has loaded there is nothing to press."""
        self._time.set_text(f"takes about {duration_text(seconds)}." if ready else "as soon as JAX has started.")
        self.measure.setEnabled(ready)


class _Sentence(QWidget):
    """The strip under the plot; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.label = TextLabel("", "sentence")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(24), theme.px(6), theme.px(24), theme.px(6))
        row.addWidget(self.label)
        self.hide()

    def set_text(self, text: str) -> None:
        """Say `text` with its marks."""
        self.label.set_text(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))


class _Rule(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("line"))
