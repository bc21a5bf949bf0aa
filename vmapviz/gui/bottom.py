"""The tabs under the programs: one table of panels, each shown when its tab is chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.follow import FollowControls
from vmapviz.gui.panels.insights import InsightsPanel
from vmapviz.gui.panels.output import OutputPanel
from vmapviz.gui.panels.result import result_panel
from vmapviz.gui.panels.shapes import ShapesPanel
from vmapviz.gui.panels.transport import Clock
from vmapviz.gui.panels.values import ValuesPanel
from vmapviz.gui.turns import TurnControls
from vmapviz.model import actions
from vmapviz.model.session import Session
from vmapviz.model.session import Tab as TabName
from vmapviz.model.sweep_state import timing_spoken, timing_title


class Tab(NamedTuple):
    """One tab: its id in `View.tab`, its title, and how its panel is made."""

    id: TabName
    title: str
    make: Callable[[Clock, QWidget], QWidget]


def _timing(_clock: Clock, parent: QWidget) -> QWidget:
    from vmapviz.gui.panels.timing import TimingPanel  # many widgets, which the first frame need not wait for

    return TimingPanel(parent)


PANELS: tuple[Tab, ...] = (
    Tab("shapes", "Shapes", lambda clock, parent: ShapesPanel(clock, parent)),
    Tab("values", "Values", lambda _clock, parent: ValuesPanel(parent)),
    Tab("result", "Result", lambda _clock, parent: result_panel(parent)),
    Tab("insights", "Insights", lambda _clock, parent: InsightsPanel(parent)),
    Tab("timing", "Timing", _timing),
    Tab("output", "Output", lambda _clock, parent: OutputPanel(parent)),
)

_ANY = (1 << 24) - 1  # Qt's word for no limit


class Bottom(QWidget):
    """A row of tabs, at its right what belongs to the chosen one, below it the panel.

    Where the programs share their place with the panels, they have a tab too, the first; `turned` when it is chosen or left.
    """

    wants = Signal(object)
    acted = Signal(object)
    asked = Signal(str)
    turned = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QTabBar(self)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setMinimumWidth(1)  # a narrow window need not be as wide as all titles
        self.tabs.setAccessibleName("What to look at")
        self._stack = _Stack(self)
        self._clock = clock
        self._session = Session()
        self.panels: dict[TabName, Any] = {}
        self._shared, self._programs = False, True
        self.tabs.addTab("Jaxprs")
        self.tabs.setTabVisible(0, False)
        for tab in PANELS:
            self.tabs.addTab(tab.title)
        self.follow = FollowControls(self)
        self.follow.wants.connect(self.wants)
        self.turns = TurnControls(self)
        self.turns.wants.connect(self.wants)
        row = self._row = QHBoxLayout()
        row.setContentsMargins(50, 4, 16, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(self.follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.turns)
        column.addWidget(self._stack, 1)
        self.tabs.currentChanged.connect(self._chosen)

    @property
    def picture(self) -> ShapesPanel:
        """The panel whose plain keys step through the equations."""
        return cast(ShapesPanel, self._panel("shapes"))

    @property
    def programs_in_front(self) -> bool:
        """Whether the programs stand where else a panel would."""
        return self._shared and self._programs and self._session.lecture is None

    def share(self, shared: bool) -> None:
        """Share one place with the programs, or have an own."""
        if shared != self._shared:
            self._shared, self._programs = shared, self._session.view.tab not in ("timing", "output")
            self.tabs.setTabVisible(0, True)
            self._show_front()
            self.tabs.setTabVisible(0, shared)  # last: hiding the tab in front would choose the next, whichever that is
            self._fit()

    def turn(self, programs: bool) -> None:
        """Bring the programs, or the chosen panel, to the front of the shared place."""
        if self._shared and programs != self._programs:
            self._programs = programs
            self._show_front()
            self.turned.emit()

    def _show_front(self) -> None:
        front, alone = self.programs_in_front, self._session.lecture is not None
        chosen = self._session.view.tab
        self.tabs.setCurrentIndex(0 if front else _index(chosen))
        self._stack.setVisible(not front)
        self.tabs.setVisible(not alone)
        self.turns.show_beside(not front and not alone)
        self.follow.setVisible(not front and not alone and chosen in ("shapes", "values", "result"))
        self._fit()

    def _fit(self) -> None:
        self.tabs.updateGeometry()  # Qt forgets to, when a tab is shown or hidden
        alone = self._session.lecture is not None
        self.setMinimumHeight(0 if self._shared or alone else theme.px(240))
        self.setMaximumHeight(self._row.sizeHint().height() if self.programs_in_front else _ANY)

    def open(self, name: TabName) -> QWidget:
        """Bring a panel to the front and return it."""
        self.wants.emit(partial(actions.set_tab, tab=name))
        self.turn(programs=False)
        return self._panel(name)

    def _panel(self, name: TabName) -> QWidget:
        """The panel of a tab, made when it is first looked at."""
        if name not in self.panels:
            panel: Any = next(tab for tab in PANELS if tab.id == name).make(self._clock, self._stack)
            self.panels[name] = panel
            self._stack.addWidget(panel)
            panel.wants.connect(self.wants)
            if hasattr(panel, "acted"):
                panel.acted.connect(self.acted)
            if hasattr(panel, "asked"):
                panel.asked.connect(self.asked)
            panel.show_session(Session(), self._session)
        made: QWidget = self.panels[name]
        return made

    def scrolling(self) -> QAbstractScrollArea | None:
        """What scrolls of the panel in front."""
        panel = self._panel(self._session.view.tab)
        found: QAbstractScrollArea | None = panel.findChild(QAbstractScrollArea)
        return panel if isinstance(panel, QAbstractScrollArea) else found

    def show_output(self) -> None:
        """Bring what the user's code printed to the front."""
        self.open("output")

    def show_session(self, old: Session, new: Session) -> None:
        """Show the chosen tab; those that were looked at are told too, and draw when they are seen."""
        old, new = actions.as_vmap(old), actions.as_vmap(new)
        self._session = new
        if new.view.tab != old.view.tab and new.lecture is old.lecture is None:
            self.turn(programs=False)
        self.tabs.setTabVisible(_index("output"), bool(new.printed) or new.view.tab == "output")
        self._title("insights", actions.insights_title(new), actions.insights_spoken(new))
        self._title("timing", timing_title(new), timing_spoken(new))
        self._show_front()
        self.follow.show_session(old, new)
        self.turns.show_session(old, new)
        for panel in self.panels.values():
            panel.show_session(old, new)
        self._stack.setCurrentWidget(self._panel(new.view.tab))

    def _title(self, name: TabName, title: str, words: str) -> None:
        """Give a tab another title, and what a screen reader says."""
        index = _index(name)
        if self.tabs.tabText(index) != title:
            # In a bar that is too narrow for a moment, Qt would scroll the first tabs away, and not bring them back.
            self.tabs.resize(self.tabs.width() + theme.px(100), self.tabs.height())
            self.tabs.setTabText(index, title)
        self.tabs.setAccessibleTabName(index, words)

    def _chosen(self, index: int) -> None:
        if index == 0:
            self.turn(programs=True)
            return
        self.turn(programs=False)
        if PANELS[index - 1].id != self._session.view.tab:  # else the session said so
            self.wants.emit(partial(actions.set_tab, tab=PANELS[index - 1].id))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._fit()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("surface"))


class _Stack(QStackedWidget):
    """Needs no more room than the panel in front: Qt would ask for that of the largest."""

    def minimumSizeHint(self) -> QSize:
        front = self.currentWidget()
        return front.minimumSizeHint() if front is not None else QSize()


def _index(name: TabName) -> int:
    """Where a panel's tab is: behind that of the programs."""
    return 1 + next(i for i, tab in enumerate(PANELS) if tab.id == name)
