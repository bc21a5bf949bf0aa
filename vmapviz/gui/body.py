"""Everything between the top bar and the status line: the panels in their places, and which give way in a small window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QSplitter, QVBoxLayout, QWidget

from vmapviz.gui.bottom import Bottom
from vmapviz.gui.examples import ExamplesPanel
from vmapviz.gui.lecture import CodeStage
from vmapviz.gui.overlay import ProgramsWithMessage
from vmapviz.gui.panels.function import FunctionPanel
from vmapviz.gui.panels.transport import Transport
from vmapviz.gui.sentence import SentenceStrip
from vmapviz.gui.widgets.splitter import Splitter
from vmapviz.model import actions
from vmapviz.model.session import LecturePanel, Session
from vmapviz.model.theme import zoom
from vmapviz.model.window_layout import WindowLayout, layout_for

FUNCTION = 328
# Shares of the height for the programs and for the tabs: the times need more room than steps do.
STEPS, TIMES = (490, 290), (230, 550)
UNEXPLAINED = ("insights", "timing")  # panels of a lecture that are not about the selected equation


class Body(QWidget):
    """Examples, function, and the rest in one column; the lines between them can be drawn."""

    def __init__(
        self,
        examples: ExamplesPanel,
        function: FunctionPanel,
        programs: ProgramsWithMessage,
        sentence: SentenceStrip,
        bottom: Bottom,
        transport: Transport,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._examples, self._function, self._programs = examples, function, programs
        self._sentence, self._bottom, self._transport = sentence, bottom, transport
        self._session = Session()
        self._layout: WindowLayout | None = None
        self._stage = CodeStage(self)
        self._kept: tuple[list[int], list[int], list[int]] | None = None  # see `keep`
        self._drawn_out = False  # the function, where it has no place of its own
        self._wide = float(FUNCTION)  # before the user's zoom
        self._heights = {True: list(STEPS), False: list(TIMES)}
        self.split_down = Splitter(Qt.Orientation.Vertical)
        self.split_across = Splitter(Qt.Orientation.Horizontal)
        self._lay_out()
        bottom.turned.connect(self._arrange)
        examples.function_asked.connect(self._turn_function)
        self.split_across.splitterMoved.connect(self.note_width)

    def _lay_out(self) -> None:
        self._upper, right = QWidget(self), QWidget(self)
        self._above = column(self._upper)
        self._above.addWidget(self._programs, 1)
        self._above.addWidget(self._sentence)
        self.split_down.addWidget(self._upper)
        self.split_down.addWidget(self._bottom)
        self.split_down.setSizes(list(STEPS))
        self._down = column(right)
        self._down.addWidget(self.split_down, 1)
        self._down.addWidget(self._stage, 1)
        self._down.addWidget(self._transport)
        self.split_across.addWidget(self._function)
        self.split_across.addWidget(right)
        self.split_across.setStretchFactor(1, 1)
        self.split_across.setSizes([FUNCTION, 944])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._examples)
        row.addWidget(self.split_across, 1)
        self._programs.lay_over(right)

    def show_session(self, old: Session, new: Session) -> None:
        """Give way to what the session shows."""
        self._session = new
        if (old.lecture is None) != (new.lecture is None):
            self._begin() if new.lecture is not None else self._end()
        elif old.view.zoom != new.view.zoom and new.lecture is None:
            self._widen()
        self._arrange()

    def keep(self) -> None:
        """Note, before a lecture changes anything, where the lines are and what is scrolled to."""
        scrolled = [bar.value() for bar in self._bars()]
        self._kept = self.split_across.sizes(), self.split_down.sizes(), scrolled

    def _begin(self) -> None:
        """Make ready for a lecture: the sentence stands below every panel, the editor alone."""
        self._down.insertWidget(2, self._sentence)
        self._stage.take(self._function.editor)
        for widget in (self._examples, self._function, self._transport):
            widget.hide()

    def _end(self) -> None:
        """Put everything back where it was before the lecture, but for the lines; see `put_back`."""
        self._above.addWidget(self._sentence)
        self._function.hold_editor()
        self._stage.hide()
        for widget in (self._examples, self.split_down, self._bottom):
            widget.show()

    def put_back(self) -> None:
        """Draw the lines where they were before the lecture, and scroll back; once everything has its size again."""
        if self._kept is not None:
            _lay_out_now(self.window())
            self.split_across.setSizes(self._kept[0])
            self.split_down.setSizes(self._kept[1])
            for bar, value in zip(self._bars(), self._kept[2], strict=True):
                bar.setValue(value)
            self._kept = None

    def _bars(self) -> tuple[QScrollBar, QScrollBar]:
        """The scroll bars that a lecture moves."""
        return self._function.editor.verticalScrollBar(), self._programs.programs.view.verticalScrollBar()

    def _show_alone(self, panel: LecturePanel) -> None:
        """Show one panel of a lecture."""
        self._upper.setVisible(panel == "programs")
        self._bottom.setVisible(panel not in ("programs", "code"))
        self.split_down.setVisible(panel != "code")
        self._stage.setVisible(panel == "code")
        self._sentence.setVisible(panel not in UNEXPLAINED)
        self._programs.place()

    def note_width(self) -> None:
        """Keep to the width that the function has now, whatever the zoom and the window will do."""
        if wide := self.split_across.sizes()[0]:  # 0 while it is hidden
            self._wide = wide / zoom(self._session.view.zoom)

    def _widen(self) -> None:
        """Give the function its width."""
        wide = round(self._wide * zoom(self._session.view.zoom))
        self.split_across.setSizes([wide, max(sum(self.split_across.sizes()) - wide, 1)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Show and hide by what has room now."""
        if self._session.lecture is not None:
            self._show_alone(self._session.lecture.panel)
            return
        scale, view = zoom(self._session.view.zoom), self._session.view
        before = self._layout
        trace = actions.shown_trace(self._session)
        programs = len(trace.programs) if trace is not None else 0
        now = self._layout = layout_for(self.width() / scale, self.window().height() / scale, view.tab, programs)
        self._examples.set_narrow(not now.examples)
        self._examples.function.setVisible(not now.function)
        self._show_function(now.function or self._drawn_out)
        self._bottom.share(not now.both)
        self._upper.setVisible(now.both or self._bottom.programs_in_front)
        self._sentence.setVisible(now.steps or not now.both)
        self._transport.setVisible(now.steps or self._bottom.programs_in_front)
        if before is None or before.steps != now.steps:
            if before is not None:
                self._heights[before.steps] = self.split_down.sizes()
            self.split_down.setSizes(self._heights[now.steps])

    def _show_function(self, shown: bool) -> None:
        if shown != self._function.isVisibleTo(self):
            self._function.setVisible(shown)
            if shown:
                self._widen()

    def show_programs(self) -> None:
        """Bring the programs to the front where they share their place with the tabs."""
        self._bottom.turn(programs=True)

    def _turn_function(self) -> None:
        """Show the function where it has no place of its own, or hide it again."""
        self._drawn_out = not self._drawn_out
        self._arrange()

    def draw_out(self) -> bool:
        """Show the function where it has no place of its own, or hide it when it has the keyboard; whether it is shown."""
        if self._layout is not None and not self._layout.function:
            focus = self.window().focusWidget()
            self._drawn_out = not (self._drawn_out and focus is not None and self._function.isAncestorOf(focus))
            self._arrange()
        return self._function.isVisibleTo(self)


def column(widget: QWidget) -> QVBoxLayout:
    """A layout from top to bottom without spaces."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    return made


def lay_out_upwards(widget: QWidget) -> None:
    """Let everything in a window know at once how small it may be, from the innermost outwards: Qt tells one step at a time."""
    for inner in reversed(widget.findChildren(QWidget)):
        if inner.isVisible() and (inner.layout() is not None or isinstance(inner, QSplitter)):
            QCoreApplication.sendEvent(inner, QEvent(QEvent.Type.LayoutRequest))


def _lay_out_now(widget: QWidget) -> None:
    """Give everything in a window its size at once, from the outermost inwards."""
    for inner in (widget, *widget.findChildren(QWidget)):
        if inner.isVisible() and (layout := inner.layout()) is not None:
            layout.activate()
