"""Choosing slices in the shapes: a press on the bar of an axis, and the index edited in its place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt

from vmapviz.gui.widgets.slice_field import SliceField
from vmapviz.model import actions
from vmapviz.model.scenes.bars import Spot, spots
from vmapviz.model.session import Session
from vmapviz.model.slices import Named

if TYPE_CHECKING:
    from vmapviz.gui.panels.shapes import ShapesPanel


class SliceEditor(QObject):
    """Belongs to the shapes, which say what they want."""

    def __init__(self, panel: ShapesPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._session = Session()
        self._named: Named | None = None
        self._number = 0
        self.field = SliceField(self._problem, panel)
        self.field.accepted.connect(self._accept)
        self.field.left.connect(self.leave)
        self.field.tabbed.connect(self._go_on)

    def show_session(self, new: Session) -> None:
        """Another picture has other slices."""
        if new.picture is not self._session.picture or new.selected != self._session.selected:
            self.leave()
        self._session = new

    def press(self, spot: Spot) -> None:
        """Show another entry of the axis that was pressed, or edit the index."""
        named = self._panel.named(spot)
        if named is None:
            return
        if spot.dim is None:
            figures = [each.figure for each in spots(self._panel.scene())]
            self.edit(figures.index(spot.figure))
            return
        size = self._size(named, spot.dim)
        at = min(int(spot.share * size), max(size - 1, 0))
        self._panel.wants.emit(partial(actions.show_entry, named=named, dim=spot.dim, at=at))

    def _size(self, named: Named, dim: int) -> int:
        shape = actions.shape_of(self._session, named)
        return shape[dim] if dim < len(shape) else 0

    def edit(self, number: int) -> None:
        """Edit the index of the slice with this number; of none where the picture has fewer."""
        found = spots(self._panel.scene())
        if not 0 <= number < len(found):
            self.leave()
            return
        spot = found[number]
        self._named, self._number = self._panel.named(spot), number
        zoom, box = self._panel.zoom(), spot.box
        place = QRect(round(box.x * zoom), round(box.y * zoom), round(box.width * zoom), round(box.height * zoom))
        self.field.edit(spot.text, place)

    def leave(self) -> None:
        """Edit no more."""
        if self.field.isVisible():
            self.field.hide()
            self._panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self, step: int) -> None:
        self.edit(self._number + step)

    def _problem(self, text: str) -> str:
        return actions.index_problem(self._session, self._named, text) if self._named is not None else ""

    def _accept(self, text: str) -> None:
        named = self._named
        self.leave()
        if named is not None:
            self._panel.wants.emit(partial(actions.show_index, named=named, text=text))
