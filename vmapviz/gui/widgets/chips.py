"""The axis chips: one box per axis of an array and a None pill; choosing one says which axis counts the examples."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.row_button import RowButton
from vmapviz.model.theme import level_role

WIDTH, HEIGHT = 36, 28
NoneState = Literal["shown", "chosen"]
_GAP = 8  # between the boxes and the pill


class Chip(msgspec.Struct, frozen=True):
    """What one chip shows; `axis` None is the pill, `level` 0 is not batched, `reason` says why it cannot be chosen."""

    axis: int | None
    label: str
    level: int = 0
    chosen: bool = False
    reason: str = ""
    hint: str = ""


class ChipButton(RowButton):
    """One chip. It stays enabled when it cannot be chosen, so that the keyboard and screen readers reach the reason."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chip = Chip(None, "")

    def show_chip(self, chip: Chip) -> None:
        """Show `chip`; an equal one changes nothing."""
        if chip == self.chip:
            return
        self.chip = chip
        self.setChecked(chip.chosen)
        self.setAccessibleName(_spoken(chip))
        self.setAccessibleDescription(chip.reason or chip.hint)
        self.setToolTip(chip.reason or chip.hint)
        self.setProperty("ring", HEIGHT if chip.axis is None else 0)
        self.update()

    def sizeHint(self) -> QSize:
        bold = self._type(chosen=True)
        text = QFontMetrics(bold).horizontalAdvance(self.chip.label)
        room = 20 if self.chip.axis is None else 12
        return QSize(max(theme.px(WIDTH), text + theme.px(room)), theme.px(HEIGHT))

    def _type(self, chosen: bool) -> QFont:
        if self.chip.axis is None:
            return theme.font("caption", 600 if chosen else 400)
        return theme.font("cell", 700 if chosen else 500)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint = _paint_pill if self.chip.axis is None else _paint_box
        ink = paint(painter, QRectF(self.rect()), self.chip, self.underMouse() or self.isDown())
        painter.setPen(ink)
        painter.setFont(self._type(self.chip.chosen or self.chip.level > 0))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.chip.label)


def _spoken(chip: Chip) -> str:
    if chip.axis is None:
        return "None, chosen" if chip.chosen else "None"
    batch = f", batch axis of level {chip.level}" if chip.level else ""
    return f"axis {chip.axis}, size {chip.label}{batch}"


def _paint_box(painter: QPainter, box: QRectF, chip: Chip, hovered: bool) -> QColor:
    if chip.reason and not chip.level:
        _outline(painter, box, "line", dashed=True)
        return theme.colour("ink3")
    if not chip.level:
        painter.fillRect(box, theme.colour("hover" if hovered else "surface"))
        _outline(painter, box, "ink" if hovered else "edge")
        return theme.colour("ink")
    role = level_role(chip.level)
    painter.fillRect(box, theme.colour(level_role(chip.level, "fill")))
    _outline(painter, box, role)
    for bar in _bars(box, chip.level):
        painter.fillRect(bar, theme.colour(role))
    return theme.colour(role)


# Underlines from the foot up, as (distance, thickness): one thick, two, or from level 3 on three thin ones.
_BARS = (((0, 4),), ((0, 3), (5, 2)), ((0, 2), (3, 1), (5, 1)))


def _bars(box: QRectF, level: int) -> list[QRectF]:
    scaled = [(theme.px(up) if up else 0, theme.px(thick)) for up, thick in _BARS[min(level, 3) - 1]]
    return [QRectF(box.left(), box.bottom() - up - thick, box.width(), thick) for up, thick in scaled]


def _outline(painter: QPainter, box: QRectF, role: str, dashed: bool = False) -> None:
    pen = QPen(theme.colour(role), 1)
    if dashed:
        pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_pill(painter: QPainter, box: QRectF, chip: Chip, hovered: bool) -> QColor:
    strong = chip.chosen or hovered
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("ink" if strong else "line"), 1))
    painter.setBrush(theme.colour("hover" if hovered else "surface"))
    radius = (box.height() - 1) / 2
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    return theme.colour("ink" if strong else "ink3")


class AxisChips(QWidget):
    """The chips of one array. Click, or the arrow keys and Enter or Space, choose an axis or None.

    `chosen` carries the axis (int) or None. It reports only what the user does, and not what is chosen already.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons: list[ChipButton] = []
        self._level_to_set = 1

    def set_chips(
        self,
        sizes: tuple[int | str, ...],
        levels: dict[int, int],
        none: NoneState | None = None,
        reasons: dict[int, str] | None = None,
        level_to_set: int = 1,
    ) -> None:
        """Show one chip per size, `levels` (axis -> vmap level) filled, and the pill unless `none` is None.

        `reasons` (axis -> sentence) say which axes cannot be chosen and why; `level_to_set` is the level that a choice is for.
        """
        self._level_to_set = level_to_set
        chips = _chips(sizes, levels, none, reasons or {}, level_to_set)
        while len(self._buttons) < len(chips):
            self._add_button()
        for button, chip in zip(self._buttons, chips, strict=False):
            button.show_chip(chip)
        for index, button in enumerate(self._buttons):
            button.setVisible(index < len(chips))
        shown = self.buttons()
        if not any(b.hasFocus() for b in shown):
            self._stop_tab_at(next((b for b in shown if b.chip.chosen), shown[0] if shown else None))
        self._place()

    def buttons(self) -> list[ChipButton]:
        """Return the chips shown, the pill last."""
        return [b for b in self._buttons if not b.isHidden()]

    def sizeHint(self) -> QSize:
        end = max((b.geometry().right() + 1 for b in self.buttons()), default=0)
        return QSize(end, theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _add_button(self) -> None:
        button = ChipButton(self)
        button.clicked.connect(lambda: self._choose(button))
        button.stepped.connect(lambda step: self._walk(button, step))
        self._buttons.append(button)

    def _place(self) -> None:
        x = 0
        for button in self.buttons():
            size = button.sizeHint()
            if button.chip.axis is None and x:
                x += theme.px(_GAP) + 1
            button.setGeometry(x, 0, size.width(), size.height())
            x += size.width() - 1  # neighbours share an outline
        for button in sorted(self.buttons(), key=lambda b: -b.chip.level):
            if button.chip.level:
                button.raise_()
        self.setFixedSize(self.sizeHint())

    def _choose(self, button: ChipButton) -> None:
        chip = button.chip
        if chip.reason:
            QToolTip.showText(button.mapToGlobal(button.rect().bottomLeft()), chip.reason, button)
        elif not chip.chosen and chip.level != self._level_to_set:
            self.chosen.emit(chip.axis)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._buttons:
            self._place()

    def _walk(self, button: ChipButton, step: int) -> None:
        shown = self.buttons()
        to = shown[min(max(shown.index(button) + step, 0), len(shown) - 1)]
        self._stop_tab_at(to)
        to.setFocus(Qt.FocusReason.TabFocusReason)

    def _stop_tab_at(self, stop: ChipButton | None) -> None:
        """Let Tab visit one chip of the group only: the arrow keys reach the others."""
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus)


def _chips(
    sizes: tuple[int | str, ...],
    levels: dict[int, int],
    none: NoneState | None,
    reasons: dict[int, str],
    level_to_set: int,
) -> list[Chip]:
    for_level = f" of level {level_to_set}" if level_to_set > 1 else ""
    boxes = [
        Chip(axis, str(size), levels.get(axis, 0), levels.get(axis) == level_to_set, reasons.get(axis, ""), hint)
        for axis, size in enumerate(sizes)
        for hint in (f"Axis {axis}" if levels.get(axis) else f"Make axis {axis} the batch axis{for_level}",)
    ]
    if none is None:
        return boxes
    chosen = none == "chosen"
    hint = (
        "Not batched: one array, shared by all examples"
        if chosen
        else "Do not batch: share one array among all examples"
    )
    return [*boxes, Chip(None, "None", chosen=chosen, hint=hint)]
