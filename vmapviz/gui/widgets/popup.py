"""A frame that opens beside a control, with the keyboard on its first control."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from vmapviz.gui import theme


class Popup(QFrame):
    """`wants` carries what is chosen, a function from Session to Session."""

    wants = Signal(object)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self.column.setSpacing(theme.px(2))

    def open_at(self, place: QPoint) -> None:
        """Open with the keyboard on the first control, on the screen as a whole."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left = min(place.x(), screen.right() - self.width())
        self.move(max(screen.left(), left), max(screen.top(), min(place.y(), screen.bottom() - self.height())))
        self.show()
        self.first().setFocus(Qt.FocusReason.PopupFocusReason)

    def first(self) -> QWidget:
        """The control that has the keyboard when it opens."""
        return self
