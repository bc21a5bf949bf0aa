"""The Timing tab: loops, vmap and pmap measured over batch sizes, and what the numbers say."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from vmapviz.export.timings import timed
from vmapviz.gui import theme
from vmapviz.gui.panels.timing_bar import TimingBar
from vmapviz.gui.panels.timing_side import CheckedLine, TimingSide
from vmapviz.gui.plot import TimingPlot
from vmapviz.gui.times_clipboard import COPIES, copy_times
from vmapviz.gui.why import WhyPlot
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.message import MessageView, message_of
from vmapviz.gui.widgets.opener import Opener
from vmapviz.gui.widgets.progress import ProgressLine
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.sweeping import set_timing_view, set_way
from vmapviz.model.actions.swept import sweep_of
from vmapviz.model.actions.timer import measure, stop_measuring
from vmapviz.model.plots.why import chosen, ways, why_caption, why_sentence
from vmapviz.model.session import Session, TimingView
from vmapviz.model.sweep_state import duration_text
from vmapviz.model.timing_runs import picked_sentence, runs
from vmapviz.model.timing_text import caption, expected_s, sentence

LOW = 480
"""Below this height, in pixels before the user's zoom, the sentence stands beside the plot: a strip below would leave it too little."""
VIEWS: dict[TimingView, str] = {"times": "Times", "why": "Why"}


class TimingPanel(QWidget):
    """Shows a session's timings; `wants` carries a function from Session to Session, `asked` a command's id."""

    wants = Signal(object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._words = Session(), ""
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
        self.plot, self.why = TimingPlot(), WhyPlot()
        self.way = Opener("The way whose times are taken apart", "plain")
        self.view = Segmented(tuple(VIEWS.values()), VIEWS["times"], "What to see of the times")
        self.view.explain({"Why": "What the times are spent on: starting, memory, arithmetic"})
        self.stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self._show(self._session)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(theme.px(24), theme.px(8), theme.px(16), 0)
        row.addWidget(self.caption, 1)
        row.addWidget(self.way)
        row.addWidget(self.view)
        left.addWidget(self.checked)
        left.addLayout(row)
        left.addLayout(self.stack, 1)
        left.addWidget(self.sentence)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addLayout(left, 1)
        self._rule = _Rule()
        below.addWidget(self._rule)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.line)
        column.addLayout(below, 1)
        # Last: a stack that lies in no window yet shows its first page as one.
        for page in (self.empty, self.problem, self.plot, self.why):
            self.stack.addWidget(page)
        below.addWidget(self.side)  # after the pages, as Tab goes

    def _connect(self) -> None:
        for part in (self.bar, self.side, self.plot):
            part.wants.connect(self.wants)
        self.bar.asked.connect(self.asked)
        self.bar.measure.connect(self.measure)
        self.bar.stop.connect(lambda: self.wants.emit(stop_measuring))
        for copying in (self.bar.copy, self.plot.menu_asked, self.why.menu_asked):
            copying.connect(self.open_copies)
        self.view.chosen.connect(self._choose_view)
        self.way.clicked.connect(self._open_ways)
        self.bar.said.connect(self._complain)
        self.empty.measure.clicked.connect(self.measure)
        self.problem.acted.connect(self.measure)

    def show_session(self, old: Session, new: Session) -> None:
        """Show what differs between two sessions; the same session twice shows everything."""
        self._session = new
        for part in (self.bar, self._rule, self.side):  # a lecture has room for the plot and what it says
            part.setVisible(new.lecture is None)
        self.checked.show_session(new)
        if old is new or any(a is not b for a, b in zip(_parts(old), _parts(new), strict=True)):
            self._show(new)
        elif (old.lecture is None) != (new.lecture is None):
            self._place_words()

    def measure(self) -> None:
        """Ask for a sweep."""
        self.wants.emit(measure)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not by a focus proxy: Tab would come back to the button from the middle of the panel.
        self.bar.run.setFocus(event.reason())

    def open_copies(self, place: QPoint) -> None:
        """Offer what can be copied, at a place of the screen."""
        menu = QMenu(self)
        for one in COPIES:
            menu.addAction(one.title, partial(self.copy, one.id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def copy(self, kind: str) -> None:
        """Put the times on the clipboard."""
        copy_times(self._session, kind)

    def _choose_view(self, title: str) -> None:
        view = next(view for view, words in VIEWS.items() if words == title)
        self.wants.emit(partial(set_timing_view, view=view))

    def _open_ways(self) -> None:
        """Offer the ways whose times can be taken apart."""
        shown = runs(self._session)
        menu = QMenu(self)
        for name in ways(shown[0].timings) if shown else ():
            action = menu.addAction(name, partial(self.wants.emit, partial(set_way, way=name)))
            action.setCheckable(True)
            action.setChecked(name == self.way.text())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.way.below())

    def _show(self, new: Session) -> None:
        self.bar.show_session(new)
        running = new.jobs.time is not None
        self.line.set_done(new.progress if running else 0.0)
        self.line.setVisible(running)
        shown = runs(new)
        words = picked_sentence(shown, new.compared) or (sentence(shown[0].timings) if shown else "")
        self.plot.show_runs(shown, new.compared, words)
        self.view.set_chosen(VIEWS[new.view.timing])
        if shown and _asks_why(new):
            series = chosen(shown[0].timings, new.view.way)
            words = why_sentence(shown[0].timings, series)
            self.why.show_timings(shown[0].timings, new.view.way, words)
            self.way.setText(series.variant if series else "")
        self._complain("")
        self._words = words
        self._place_words()
        self.empty.expect(expected_s(sweep_of(new)), new.worker.ready is not None)
        self._show_page(new)

    def _place_words(self) -> None:
        """The sentence stands below the plot, or first in the column beside it; a lecture has no column."""
        low = self.height() < theme.px(LOW) and self._session.lecture is None
        self.sentence.set_text("" if low else self._words)
        self.side.show_session(self._session, self._words if low else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_words()

    def _show_page(self, session: Session) -> None:
        """Show the plot as soon as there is a point, else the problem, else how to start."""
        points = timed(session)
        self.view.setVisible(points)
        self.way.setVisible(points and _asks_why(session))
        if points or session.jobs.time is not None:
            self.stack.setCurrentWidget(self.why if _asks_why(session) else self.plot)
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

    def _say(self, said: tuple[str, str], shorter: str = "") -> None:
        text, colour = said
        self.caption.say(text, colour, shorter)

    def _complain(self, text: str) -> None:
        if text:
            self._say((text, "error"))
        else:
            self._say(self._caption(self._session), self._caption(self._session, brief=True)[0])

    def _caption(self, session: Session, brief: bool = False) -> tuple[str, str]:
        """The line above the picture: of what is measured or went wrong, else how to read it."""
        said = caption(session, brief)
        if not _asks_why(session) or session.jobs.time is not None or session.time_problem is not None:
            return said
        timings = runs(session)[0].timings
        return why_caption(timings, chosen(timings, session.view.way)), said[1]


def _asks_why(session: Session) -> bool:
    """Whether what the times are spent on is to be seen, and can be."""
    return session.view.timing == "why" and timed(session)


def _parts(session: Session) -> tuple[object, ...]:
    """What the panel shows of a session."""
    pins = session.pinned, session.unpinned, session.pins_said
    timing = (session.timings, *pins, session.compared, session.doing, session.progress, session.remaining_s)
    about = (session.timer, session.timed, session.sweep, session.experiment, session.ways, session.view)
    return (*timing, *about, session.jobs.time, session.time_problem, session.worker.ready)


class _Caption(ElidedLabel):
    def say(self, text: str, colour: str, shorter: str = "") -> None:
        """Show `text` in a colour role."""
        self._colour = colour
        self.set_text(text, shorter)


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
        self.label.set_text(text.replace(" %", "\N{NO-BREAK SPACE}%"))
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
