"""Rows painted once and kept as pixmaps: scrolling then costs a copy per row."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from vmapviz.gui.paint import draw
from vmapviz.gui.theme import current
from vmapviz.model.scenes.programs.items import row_items

if TYPE_CHECKING:
    from vmapviz.model.programs import Row
    from vmapviz.model.programs.columns import Column

_MOST = 400


class Rows:
    """Pixmaps of rows for one layout, width, zoom and theme; `forget` when any of them changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, float, bool], QPixmap] = OrderedDict()

    def forget(self) -> None:
        """Drop all pixmaps."""
        self._kept.clear()

    def paint(
        self,
        painter: QPainter,
        row: Row,
        column: Column,
        strong: bool,
        raw: bool,
        zoom: float,
        corner: tuple[float, float],
    ) -> None:
        """Paint a row; the painter counts pixels of the viewport, whose corner shows `corner` of the layout."""
        ratio = painter.device().devicePixelRatioF()
        key = (row.column, row.y, strong)
        pixmap = self._kept.get(key)
        if pixmap is None:
            pixmap = self._kept[key] = _painted(row, column, strong, raw, zoom * ratio)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        pixmap.setDevicePixelRatio(ratio)
        x, y = (round(length * zoom * ratio) / ratio for length in (column.x - corner[0], row.y - corner[1]))
        painter.drawPixmap(QPointF(x, y), pixmap)


def _painted(row: Row, column: Column, strong: bool, raw: bool, scale: float) -> QPixmap:
    # Two pixels more than the row: the double underline of a level reaches below.
    pixmap = QPixmap(max(int((column.right - column.x + 8) * scale) + 1, 1), int((row.height + 2) * scale) + 1)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.scale(scale, scale)
    draw(painter, row_items(row, column, strong, raw), current())
    painter.end()
    return pixmap
