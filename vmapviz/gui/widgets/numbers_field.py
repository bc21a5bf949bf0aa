"""A field of numbers: all of them, or in short where it has no room for all."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QWidget

from vmapviz.model.batch_sizes import batches_text, short_text

EDGE = 2  # that Qt leaves free on both sides of the text
CONTINUES = "… continues the two numbers before it: 1, 4, …, 1024"


class NumbersField(QLineEdit):
    """A field that shows numbers, and takes what is typed as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: tuple[int, ...] = ()

    def write(self, numbers: tuple[int, ...]) -> None:
        """Show these numbers from the first one on."""
        every, self._numbers = batches_text(numbers), numbers
        self.setText(every if self.fontMetrics().horizontalAdvance(every) <= self._room() else short_text(numbers))
        self.setCursorPosition(0)
        self.setToolTip(f"{every}\n{CONTINUES}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write them anew, unless something else was typed."""
        super().resizeEvent(event)
        if not self.hasFocus() and self.text() in (batches_text(self._numbers), short_text(self._numbers)):
            self.write(self._numbers)

    def _room(self) -> int:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return inside.width() - 2 * EDGE
