"""What the user's code printed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.buttons import button
from vmapviz.model import actions
from vmapviz.model.session import Session


class OutputPanel(QWidget):
    """The captured text, newest at the end; it can be selected, copied and cleared."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("What your code printed")
        self.text.setFont(theme.font("code"))
        clear = button("Clear", "link", self)
        clear.clicked.connect(lambda: self.wants.emit(actions.clear_output))
        column = QVBoxLayout(self)
        column.setContentsMargins(50, 8, 16, 8)
        column.addWidget(self.text, 1)
        column.addWidget(clear)
        self.setFocusProxy(self.text)

    def show_session(self, old: Session, new: Session) -> None:
        """Append what is new, so that a selection and the scroll position stay."""
        if old is not new and old.printed is new.printed:
            return
        shown = self.text.toPlainText()
        if new.printed == shown:
            return
        if shown and new.printed.startswith(shown):
            cursor = QTextCursor(self.text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(new.printed[len(shown) :])
        else:
            self.text.setPlainText(new.printed)
