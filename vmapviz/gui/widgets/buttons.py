"""The buttons: plain, primary, secondary, link, and one that is only an icon."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from vmapviz.gui import icons, theme

Kind = Literal["plain", "primary", "secondary", "link"]


def button(text: str, kind: Kind = "plain", parent: QWidget | None = None) -> QPushButton:
    """Return a button with a text; what `kind` looks like is said in the stylesheet."""
    made = QPushButton(text, parent)
    made.setProperty("kind", kind)
    made.setProperty("ring", 2 if kind == "link" else 8)
    made.setAutoDefault(False)
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


class IconButton(QAbstractButton):
    """A button of 32 px that is only an icon; `name` is what a screen reader says and the tooltip shows."""

    def __init__(
        self, icon: str, name: str, parent: QWidget | None = None, *, size: int = 32, icon_size: int = 16
    ) -> None:
        super().__init__(parent)
        self._size, self._icon_size = size, icon_size
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_icon(icon, name)

    def set_icon(self, icon: str, name: str) -> None:
        """Show icon `icon` and say `name`; a play button becomes a pause button so."""
        self._icon = icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def icon_name(self) -> str:
        """Return the name of the icon that is shown."""
        return self._icon

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._size), theme.px(self._size))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        side = theme.px(self._icon_size)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        icons.paint(painter, self._icon, box, self._role())

    def _role(self) -> str:
        return "ink" if self.underMouse() or self.isChecked() else "ink2"

    def _paint_ground(self, painter: QPainter) -> None:
        if self.isDown() or self.isChecked() or (self.underMouse() and self.isEnabled()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("select"))
            painter.drawRoundedRect(self.rect(), theme.px(6), theme.px(6))


class RoundButton(IconButton):
    """The one round button on ink: play."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, *, size: int = 36) -> None:
        super().__init__(icon, name, parent, size=size)
        self.setProperty("ring", size)

    def _role(self) -> str:
        return "on_ink"

    def _paint_ground(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink2" if self.isDown() or self.underMouse() else "ink"))
        painter.drawEllipse(self.rect())
