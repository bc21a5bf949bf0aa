"""The insights: what was found in the program and its numbers, with the equations it belongs to and what to do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.replaced import ReplacedContent
from vmapviz.gui.widgets.text import TextLabel, spoken
from vmapviz.model import actions
from vmapviz.model.insights import Insight
from vmapviz.model.problem import Action
from vmapviz.model.programs import index
from vmapviz.model.session import Session

_WIDEST = 760
_SIDE = 50
_MOST_LINKS = 6
_ICONS = {"warn": ("warn", "warn"), "good": ("check", "ok")}


class InsightsPanel(ReplacedContent):
    """One row per insight, warnings first, and what is still looked for or was left out; `acted` carries what the user lets be done."""

    wants = Signal(object)
    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Insights")
        self._shown: tuple[object, ...] = ()
        self.rows: list[QWidget] = []

    def show_session(self, _old: Session, new: Session) -> None:
        """Build the rows anew when what was found has changed."""
        found, state = actions.found_insights(new), actions.insights_state(new)
        if (found, state) == self._shown:
            return
        self._shown = (found, state)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.px(_SIDE), theme.px(8), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(16))
        self.rows = [self._row_of(one, new) for one in (*found, *([state] if state is not None else []))]
        for row in self.rows:
            column.addWidget(row)
        column.addStretch(1)
        self.replace(page)

    def _row_of(self, one: Insight, session: Session) -> QWidget:
        row, column = _row(one.severity, one.title, one.text)
        links = self._links(one, session)
        if links is not None:
            column.addLayout(links)
        self._add_tries(one.tries, column)
        return row

    def _links(self, one: Insight, session: Session) -> QHBoxLayout | None:
        """The equations it belongs to: each a link that selects it."""
        if not one.equations or session.picture is None:
            return None
        look = index(session.picture.trace)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(TextLabel("Equation" if len(one.equations) == 1 else "Equations", "caption", "ink3"))
        for path in one.equations[:_MOST_LINKS]:
            label = look.label(0, path) if not path.startswith("+") else look.label(len(look.labels) - 1, path[1:])
            link = button(label, "link")
            link.setAccessibleName(f"Select equation {label}")
            link.clicked.connect(lambda _=False, path=path: self.wants.emit(partial(actions.select_in_vmap, path=path)))
            line.addWidget(link)
        if len(one.equations) > _MOST_LINKS:
            line.addWidget(TextLabel(f"and {len(one.equations) - _MOST_LINKS} more", "caption", "ink3"))
        line.addStretch(1)
        return line

    def _add_tries(self, tries: tuple[Action, ...], column: QVBoxLayout) -> None:
        for action in tries:
            line = QHBoxLayout()
            line.setSpacing(theme.px(8))
            if action.edits:
                made = button(spoken(action.label), "secondary")
                made.setAccessibleDescription(spoken(action.note))
                made.clicked.connect(lambda _=False, action=action: self.acted.emit(action))
                line.addWidget(made)
                line.addWidget(TextLabel(action.note, "body", "ink2"), 1)
            else:
                line.addWidget(TextLabel("→", "body", "ink3"), 0, Qt.AlignmentFlag.AlignTop)
                line.addWidget(TextLabel(action.label, "body", "ink2"), 1)
            column.addLayout(line)


def _row(severity: str, title: str, text: str) -> tuple[QWidget, QVBoxLayout]:
    """A row with its icon, and the column to the icon's right."""
    row = QWidget()
    row.setMaximumWidth(theme.px(_WIDEST))
    row.setAccessibleName(spoken(title))
    row.setAccessibleDescription(spoken(text))
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.px(12))
    mark: QWidget = IconView(*_ICONS[severity], 14, "body") if severity in _ICONS else TextLabel("–", "body", "ink3")
    mark.setFixedWidth(theme.px(16))
    line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    column = QVBoxLayout()
    column.setSpacing(theme.px(5))
    column.addWidget(TextLabel(title, "body"))
    if text:
        column.addWidget(TextLabel(text, "body", "ink2"))
    line.addLayout(column, 1)
    return row, column
