"""A panel that is one sheet drawn from the session: what Values and Result have in common."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmapviz.gui.widgets.message import MessageView, message_of
from vmapviz.gui.widgets.sheet import Sheet
from vmapviz.model.run_state import words
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.session import Session

Draw = Callable[[Session, float, str], Scene]


class SheetPanel(QWidget):
    """The first of `fields` of the session fills the sheet, the others add to it; `draw` gets the session, a width in pixels, and words
    that say why the sheet is not up to date ("" when it is).

    Where a run failed and there are no numbers, the problem stands in place of the sheet; `acted` carries the way out that is taken.
    """

    wants = Signal(object)
    acted = Signal(object)

    def __init__(self, name: str, fields: tuple[str, ...], draw: Draw, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._fields = Session(), fields
        self.sheet = Sheet(lambda width: draw(self._session, width, self._state(self._session)), self)
        self.sheet.setAccessibleName(name)
        self.setFocusProxy(self.sheet)
        self.message = MessageView(self)
        self.message.acted.connect(self._act)
        self.message.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sheet)
        column.addWidget(self.message)

    def show_session(self, old: Session, new: Session) -> None:
        """Draw anew when what is shown has changed."""
        before, self._session = self._session, new
        self._show_problem(new)
        parts = ("picture", *self._fields, "selected", "example")
        if any(getattr(before, part) is not getattr(new, part) for part in parts) or (
            self._state(before) != self._state(new)
        ):
            self.sheet.refresh()

    def _show_problem(self, session: Session) -> None:
        problem = session.run_problem if getattr(session, self._fields[0]) is None else None
        if problem is not None:
            self.message.set_message(message_of(problem))
        self.message.setVisible(problem is not None)
        self.sheet.setVisible(problem is None)
        self.setFocusProxy(self.sheet if problem is None else self.message)

    def _act(self, index: str) -> None:
        problem = self._session.run_problem
        if problem is not None:
            self.acted.emit(problem.actions[int(index)])

    def _state(self, session: Session) -> str:
        return words(session, getattr(session, self._fields[0]) is not None)
