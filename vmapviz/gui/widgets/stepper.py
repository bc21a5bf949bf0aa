"""A whole number between − and +: typed, stepped by Up and Down, the wheel or the two buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIntValidator, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.model.theme import level_role

_SIDE = 30  # width of − and +


class Stepper(QWidget):
    """A batch size or the like, from `least` to `most`; `changed` carries what the user made of it."""

    changed = Signal(int)

    def __init__(
        self, name: str, value: int = 1, least: int = 1, most: int = 1_000_000, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._value, self._least, self._most, self._level = value, least, most, 1
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.minus = IconButton("minus", f"{name}: one less", self, size=_SIDE, icon_size=12)
        self.plus = IconButton("plus", f"{name}: one more", self, size=_SIDE, icon_size=12)
        self.edit = QLineEdit(str(value), self)
        self._set_up_edit(name)
        self.minus.clicked.connect(lambda: self._offer(self._value - 1))
        self.plus.clicked.connect(lambda: self._offer(self._value + 1))
        self._restyle()

    def _set_up_edit(self, name: str) -> None:
        self.edit.setAccessibleName(name)
        self.edit.setProperty("kind", "number")
        self.edit.setProperty("ring", 2)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.edit.setValidator(QIntValidator(self._least, self._most, self.edit))
        self.edit.editingFinished.connect(self._finish)
        self.edit.installEventFilter(self)

    def value(self) -> int:
        """Return the number that was set or chosen last."""
        return self._value

    def set_value(self, value: int, level: int = 1) -> None:
        """Show `value` in the colour of vmap `level` (0 = ink) without reporting it."""
        self._value = value
        if level != self._level:
            self._level = level
            self._restyle()
        self._show_value()

    def sizeHint(self) -> QSize:
        digits = QFontMetrics(self.edit.font()).horizontalAdvance("0" * max(len(str(self._value)), 3)) + theme.px(16)
        return QSize(2 * theme.px(_SIDE) + digits, theme.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _offer(self, value: int) -> None:
        value = min(max(value, self._least), self._most)
        if value != self._value:
            self._value = value
            self._show_value()
            self.changed.emit(value)

    def _finish(self) -> None:
        self._offer(int(self.edit.text()))
        self._show_value()

    def _show_value(self) -> None:
        self.edit.setText(str(self._value))
        self.minus.setEnabled(self._value > self._least)
        self.plus.setEnabled(self._value < self._most)
        self.updateGeometry()

    def _restyle(self) -> None:
        self.edit.setProperty("role", level_role(self._level) if self._level else "ink")
        self.edit.style().polish(self.edit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        # Qt keeps quiet about the end of editing while the number is not acceptable.
        if watched is self.edit and event.type() == QEvent.Type.FocusOut and not self.edit.hasAcceptableInput():
            self._show_value()
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if step:
            self._offer(self._value + step)
        elif event.key() == Qt.Key.Key_Escape:
            self._show_value()
        return step != 0

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Only with the focus: else scrolling the column past it would change the batch.
        if self.edit.hasFocus() and event.angleDelta().y():
            self._offer(self._value + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side, height = theme.px(_SIDE), self.height()
        self.minus.setGeometry(1, 1, side - 1, height - 2)
        self.plus.setGeometry(self.width() - side, 1, side - 1, height - 2)
        self.edit.setGeometry(side + 1, 1, self.width() - 2 * side - 2, height - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(6), theme.px(6))
        for x in (theme.px(_SIDE), self.width() - theme.px(_SIDE) - 1):
            painter.fillRect(x, 1, 1, self.height() - 2, theme.colour("line"))
