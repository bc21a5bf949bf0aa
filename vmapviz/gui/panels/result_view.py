"""The result of the vmapped function: where its batch axes stand, per vmap, and the text of out_axes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmapviz.gui.panels.argument_view import AxesField
from vmapviz.gui.panels.axis_row import AxisRow
from vmapviz.gui.panels.fields import Indented
from vmapviz.gui.panels.level_head import LevelHead
from vmapviz.gui.panels.result_rows import ResultRow
from vmapviz.gui.widgets.text import TextLabel

_UNKNOWN = "Its shape is known once JAX has traced the function."


class ResultView(QWidget):
    """The result of one vmap. `chosen` carries (path, axis), path None = all of it; `axes_typed` the text of out_axes."""

    chosen = Signal(object, object)
    axes_typed = Signal(str)

    def __init__(self, level: int, title: str) -> None:
        super().__init__()
        self.level, self.title = level, title
        self.rows: list[AxisRow] = []
        self._shown: tuple[ResultRow, ...] = ()
        self.out_axes = AxesField("out_axes", f"out_axes of the {title}" if title else "out_axes")
        self.out_axes.typed.connect(self.axes_typed)
        self._unknown = Indented(TextLabel(_UNKNOWN, "small", "ink3"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        if title:
            self._column.addWidget(LevelHead(level, title))
        self._column.addWidget(self._unknown)
        self._column.addWidget(self.out_axes)

    def show_result(self, rows: tuple[ResultRow, ...], out_axes: str) -> None:
        """Show the arrays of the result; none while they are not known."""
        self.out_axes.show_text(out_axes)
        self._unknown.setVisible(not rows)
        if rows == self._shown:
            return
        self._shown = rows
        while len(self.rows) < len(rows):
            self._add()
        for view in self.rows[len(rows) :]:
            view.hide()
        for view, row in zip(self.rows, rows, strict=False):
            view.show_row(row.name, row.leaf, row.caption, row.level, f"{row.name}: batch axis")
            view.show()

    def _add(self) -> None:
        view, at = AxisRow(), len(self.rows)
        view.chosen.connect(lambda axis: self._choose(at, axis))
        self.rows.append(view)
        self._column.insertWidget(self._column.count() - 2, view)

    def _choose(self, at: int, axis: int | None) -> None:
        if at < len(self._shown):
            self.chosen.emit(self._shown[at].leaf.path if len(self._shown) > 1 else None, axis)
