"""One array of the Function column: its name, its dtype, its axis chips, and a caption under them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vmapviz.gui import theme
from vmapviz.gui.panels.argument_rows import Leaf, Span
from vmapviz.gui.panels.fields import LABEL, SIDE, Caption
from vmapviz.gui.widgets.chips import HEIGHT, AxisChips
from vmapviz.gui.widgets.elided import ElidedLabel

_DTYPE = 62  # where the dtype stands beside a short name


class AxisRow(QWidget):
    """`chosen` carries the axis that the user clicked, or None.

    A long name has its dtype under it, a longer one a line of its own; many axes begin at the padding.
    """

    chosen = Signal(object)

    def __init__(self, weight: int = 700, indent: int = 0, above: int = 0) -> None:
        super().__init__()
        self._indent, self._above = indent, above
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name = ElidedLabel("", "code" if weight >= 700 else "params", "ink", weight, self)
        self.dtype = ElidedLabel("", "params", "ink3", None, self)
        self.chips = AxisChips(self)
        self.caption = Caption(self)
        self.chips.chosen.connect(self.chosen)

    def show_row(self, name: str, leaf: Leaf | None, caption: tuple[Span, ...], level: int, said: str) -> None:
        """Show an array under vmap `level` (from 0); without a leaf there are no chips. `said` names the chips aloud."""
        self.name.set_text(name)
        self.dtype.set_text(leaf.dtype if leaf else "")
        self.chips.setAccessibleName(said)
        self.chips.setVisible(leaf is not None)
        if leaf is not None:
            self.chips.set_chips(leaf.sizes, dict(leaf.marks), leaf.none, dict(leaf.reasons), level + 1)
        self.caption.show_spans(caption)
        self.caption.setVisible(bool(caption))
        self._place()

    def _place(self) -> None:
        edge, right = theme.px(SIDE + self._indent), self.width() - theme.px(SIDE)
        column, line, head = theme.px(SIDE + LABEL), theme.px(HEIGHT), theme.px(HEIGHT - 6)
        shown, top = not self.chips.isHidden(), theme.px(self._above) if self._above else 0
        needed = edge + self.name.sizeHint().width() + theme.px(6)
        beside = needed <= theme.px(_DTYPE)
        wide = shown and column + self.chips.width() > right
        alone = needed > column or wide or (bool(self.dtype.text()) and not beside and not self.caption.text())
        start = edge if wide else column
        room = right - self.dtype.sizeHint().width() - theme.px(8) if alone else column - theme.px(6)
        self.name.setGeometry(
            edge, top, min(self.name.sizeHint().width(), max(room - edge, 0)), head if alone else line
        )
        self._place_dtype("above" if alone else "beside" if beside else "below")
        foot = top + (head if alone else 0)
        self.chips.move(start, foot)
        self._place_caption(start, foot + line + theme.px(2) if shown else foot + (0 if alone else theme.px(6)), right)
        used = max(foot + line if shown or not alone else foot, self.caption.geometry().bottom() + 1)
        self._settle(used if self.caption.text() else max(foot + line, top + line))

    def _place_dtype(self, where: str) -> None:
        name, size = self.name.geometry(), self.dtype.sizeHint()
        if where == "above":
            self.dtype.setGeometry(name.right() + theme.px(8), name.top(), size.width(), name.height())
        elif where == "beside":
            self.dtype.setGeometry(theme.px(_DTYPE), name.top(), size.width(), name.height())
        else:
            self.dtype.setGeometry(name.left(), name.bottom(), size.width(), theme.line_height("params"))

    def _place_caption(self, left: int, top: int, right: int) -> None:
        self.caption.setGeometry(left, top, max(right - left, 0), theme.line_height("small"))

    def _settle(self, height: int) -> None:
        if height != self.height():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(296), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._place()
