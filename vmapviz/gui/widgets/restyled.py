"""A widget whose looks are made by one method, again whenever they may have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Widget
else:
    _Widget = object  # Qt's classes have no second Qt class beside them


class Restyled(_Widget):
    """Stands before the Qt class among the bases; `_restyle` is called when the theme or the user's zoom has changed."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()

    def _restyle(self) -> None:
        """Set what depends on the theme or the zoom."""
