"""A scroll area whose content is built anew again and again."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class ReplacedContent(QScrollArea):
    """`replace(page)` shows another page; the one before is deleted when Qt is back in its event loop, since this may run while
    Qt walks over all widgets to restyle them.

    The pages stay Qt's own throughout: `QScrollArea.takeWidget` would hand the old one to Python, which deletes it and its layouts
    a second time.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.page: QWidget | None = None
        self._holder = QWidget(self)
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._holder)
        # setWidget turns filling on; the panel behind shows through.
        self._holder.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def replace(self, page: QWidget) -> None:
        """Show `page` in place of the one before."""
        old, self.page = self.page, page
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._column.addWidget(page)
        page.show()
