"""The values of the selected equation, for every example; of the arguments and results when nothing is selected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.panels.sheet_panel import SheetPanel
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.model import actions
from vmapviz.model.match_words import MatchWords, difference_words, match_words
from vmapviz.model.run_state import body_words, look_words
from vmapviz.model.scenes.inside_words import lines
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.subject import subject_of
from vmapviz.model.scenes.values_sheet import sheet
from vmapviz.model.session import Session

NOTHING = "The values appear here as soon as the function has been traced and run."


class ValuesPanel(QWidget):
    """Numbers with their arrays, as JAX computed them, below a line that says whether one example's are found again in them."""

    wants = Signal(object)
    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.match = MatchLine(self)
        self.values = SheetPanel("Values", ("values", "inside", "look_problem", "matching", "slices"), _scene, self)
        self.sheet = self.values.sheet
        self.setFocusProxy(self.sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.match)
        column.addWidget(self.values, 1)
        self.values.acted.connect(self.acted)
        for part in (self.match, self.values):
            part.wants.connect(self.wants)

    def show_session(self, old: Session, new: Session) -> None:
        """Show what differs."""
        self.match.show_session(old, new)
        self.values.show_session(old, new)


class MatchLine(Restyled, QWidget):
    """One line: the followed example's values are all found again, or where they are not; a press goes there."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: MatchWords | None = None
        self._icons = {
            "same": IconView("check", "ok", 12, "caption"),
            "differs": IconView("error", "error", 14, "caption"),
        }
        self.text = ElidedLabel("", "caption", "ink2", parent=self)
        self.first = button("", "link", self)
        self.first.clicked.connect(lambda: self.wants.emit(actions.show_difference))
        self.rest = button("Compare the rest", "link", self)
        self.rest.clicked.connect(lambda: self.wants.emit(actions.match_rest))
        row = self._row = QHBoxLayout(self)
        row.setSpacing(8)
        for widget in (*self._icons.values(), self.first, self.text, self.rest):
            row.addWidget(widget)
        row.addStretch(1)
        self._restyle()
        self.hide()

    def show_session(self, old: Session, new: Session) -> None:
        """Show the comparison of the followed example."""
        words = match_words(new)
        if words == self._shown:
            return
        self._shown = words
        self.setVisible(words is not None)
        if words is None:
            return
        for kind, icon in self._icons.items():
            icon.setVisible(kind == words.kind)
        self.first.setVisible(bool(words.link))
        self.first.setText(words.link)
        self.text.set_text(words.text)
        self.rest.setVisible(words.rest)
        for widget in (self.first, self.text):
            widget.setToolTip(f"{words.text}. {words.more}")
            widget.setAccessibleDescription(f"{words.text}. {words.more}")

    def _restyle(self) -> None:
        self._row.setContentsMargins(theme.px(50), theme.px(4), theme.px(16), theme.px(2))


def _scene(session: Session, width: float, state: str) -> Scene:
    if session.picture is None:
        return Scene(width, 60, (Text(50, 30, state or NOTHING, "ink3", 13),), state or NOTHING)
    trace, inside = session.picture.trace, actions.seen(session)
    subject = subject_of(trace, session.values, session.example, inside, session.slices)
    said = lines(trace, inside, subject.follow) if inside else (look_words(session) or body_words(session),)
    return sheet(subject, session.selected, width, state, difference_words(session, session.selected), *said)
