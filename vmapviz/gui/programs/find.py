"""A small bar that finds text in the programs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from vmapviz.gui.widgets.buttons import IconButton


class FindBar(QWidget):
    """Says what is looked for: `sought` on every letter, `stepped` for the next (1) or previous (-1) place, `closed`."""

    sought = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find in both programs")
        self.field.setAccessibleName("Find in both programs")
        self.field.setClearButtonEnabled(False)
        self.count = QLabel(self)
        close = IconButton("close", "Close", self, size=24, icon_size=12)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 2)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        row.addWidget(close)
        self.field.textChanged.connect(self.sought)
        self.field.installEventFilter(self)
        close.clicked.connect(self.closed)

    def start(self) -> None:
        """Take the keyboard, with the old text ready to be typed over."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def say(self, at: int, count: int) -> None:
        """Show which of how many places is marked; counts from 0."""
        nothing = "not found" if self.field.text() else ""
        self.count.setText(f"{at + 1} of {count}" if count else nothing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on, Shift+Enter back, Esc closes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
        return super().eventFilter(watched, event)
