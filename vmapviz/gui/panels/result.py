"""The result of the vmapped function, beside the loop's answers, with what the check found."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmapviz.gui.widgets.sheet import Sheet
from vmapviz.model.run_state import words
from vmapviz.model.scenes.result_sheet import Shown, call_texts, sheet
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.session import Session

NOTHING = "The result appears here as soon as the function has been run."


class ResultPanel(QWidget):
    """One by one at the left, all at once at the right."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self.sheet = Sheet(self._make, self)
        self.sheet.setAccessibleName("Result")
        self.setFocusProxy(self.sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sheet)

    def show_session(self, old: Session, new: Session) -> None:
        """Draw anew when what is shown has changed."""
        before, self._session = self._session, new
        if _shown(before) != _shown(new) or words(before, new.result is not None) != words(new, new.result is not None):
            self.sheet.refresh()

    def _make(self, width: float) -> Scene:
        session = self._session
        state = words(session, session.result is not None)
        if session.picture is None or session.result is None:
            return Scene(width, 60, (Text(50, 30, state or NOTHING, "ink2", 13, width=width - 66),), state or NOTHING)
        picture = session.picture
        levels = picture.trace.levels
        call, batched = call_texts(picture.experiment.function or "f", picture.arguments, len(levels) > 1)
        sizes = tuple(level.size for level in levels)
        axes = ", ".join(level.out_axes for level in levels)
        return sheet(Shown(session.result, sizes, session.example, call, batched, axes), width, state)


def _shown(session: Session) -> tuple[object, ...]:
    return id(session.picture), id(session.result), session.example
