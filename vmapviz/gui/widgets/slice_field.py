"""The index of a slice, edited where it stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from vmapviz.gui import theme

HINT = "One entry for each axis, a colon for the two that are seen. Enter shows it, Esc leaves it, Tab goes to the next slice."


class SliceField(QLineEdit):
    """Lies over an index while it is edited. `checked(text)` says what is wrong with a text, "" where nothing is; Tab goes on."""

    accepted = Signal(str)
    left = Signal()
    tabbed = Signal(int)

    def __init__(self, checked: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._checked = checked
        self.setAccessibleName("Index of the slice")
        self.setAccessibleDescription(HINT)
        self.setToolTip(HINT)
        self.returnPressed.connect(self._accept)
        self.textEdited.connect(self._say)
        self.hide()

    def edit(self, text: str, place: QRect) -> None:
        """Stand over a place with this text."""
        self.setFont(theme.font("code"))
        self.setText(text)
        width = max(place.width(), self.fontMetrics().horizontalAdvance(text + "000") + theme.px(16))
        height = max(place.height(), self.sizeHint().height())
        self.setGeometry(place.x(), place.center().y() - height // 2, width, height)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def wrong(self) -> str:
        """What is wrong with the text, in a sentence."""
        return self._checked(self.text())

    def _say(self) -> None:
        wrong = self.wrong()
        self.setAccessibleDescription(wrong or HINT)
        self.setToolTip(wrong or HINT)

    def _accept(self) -> None:
        wrong = self.wrong()
        if wrong:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), wrong, self)
        else:
            self.accepted.emit(self.text())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()))
            if step:
                self.tabbed.emit(step)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.left.emit()
