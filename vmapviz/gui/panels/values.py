"""The values of the selected equation, for every example; of the arguments and results when nothing is selected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmapviz.gui.widgets.sheet import Sheet
from vmapviz.model.run_state import words
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.scenes.values_sheet import sheet
from vmapviz.model.session import Session

NOTHING = "The values appear here as soon as the function has been traced and run."


class ValuesPanel(QWidget):
    """Numbers with their arrays, as JAX computed them."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self.sheet = Sheet(self._make, self)
        self.sheet.setAccessibleName("Values")
        self.setFocusProxy(self.sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sheet)

    def show_session(self, old: Session, new: Session) -> None:
        """Draw anew when what is shown has changed."""
        before, self._session = self._session, new
        if _shown(before) != _shown(new) or words(before, new.values is not None) != words(new, new.values is not None):
            self.sheet.refresh()

    def _make(self, width: float) -> Scene:
        session = self._session
        state = words(session, session.values is not None)
        if session.picture is None:
            return Scene(width, 60, (Text(50, 30, state or NOTHING, "ink3", 13),), state or NOTHING)
        subject = Subject(session.picture.trace, session.values, session.example)
        return sheet(subject, session.selected, width, state)


def _shown(session: Session) -> tuple[object, ...]:
    return id(session.picture), id(session.values), session.selected, session.example
