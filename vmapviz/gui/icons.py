"""The icons as vector paths, painted in the colours of the theme at any size and pixel ratio."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from vmapviz.gui import theme

_LINE = 'fill="none" stroke="@ink" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"'

# Bodies of 16 by 16 SVG pictures. `@ink` is the colour asked for, other @roles stand for themselves.
ICONS: dict[str, str] = {
    "logo": '<rect x="0.5" y="0.75" width="2.6" height="14.5" fill="@b1"/>'
    '<g fill="none" stroke="@ink" stroke-width="1.4">'
    '<rect x="5.2" y="1.45" width="9.6" height="3.6"/><rect x="5.2" y="6.2" width="9.6" height="3.6"/>'
    '<rect x="5.2" y="10.95" width="9.6" height="3.6"/></g>',
    "search": f'<circle cx="6.75" cy="6.75" r="4.25" {_LINE}/><path d="M10 10 L14 14" {_LINE}/>',
    "theme": '<circle cx="8" cy="8" r="5.75" fill="none" stroke="@ink" stroke-width="1.5"/>'
    '<path d="M8 2.25 A5.75 5.75 0 0 1 8 13.75 Z" fill="@ink"/>',
    "play": '<path d="M4.5 2.5 L13.5 8 L4.5 13.5 Z" fill="@ink"/>',
    "pause": '<path d="M4 3 H6.75 V13 H4 Z M9.25 3 H12 V13 H9.25 Z" fill="@ink"/>',
    "first": '<path d="M8 3.5 V12.5 L2.25 8 Z M14 3.5 V12.5 L8.25 8 Z" fill="@ink"/>',
    "last": '<path d="M8 3.5 V12.5 L13.75 8 Z M2 3.5 V12.5 L7.75 8 Z" fill="@ink"/>',
    "previous": '<path d="M3 3 H4.5 V13 H3 Z" fill="@ink"/>'
    '<path d="M12.25 3.75 V12.25 L7 8 Z" fill="none" stroke="@ink" stroke-width="1.4" stroke-linejoin="round"/>',
    "next": '<path d="M11.5 3 H13 V13 H11.5 Z" fill="@ink"/>'
    '<path d="M3.75 3.75 V12.25 L9 8 Z" fill="none" stroke="@ink" stroke-width="1.4" stroke-linejoin="round"/>',
    "loop": f'<path d="M2.5 7.5 V6.5 Q2.5 4 5 4 H13 M10.5 1.5 L13 4 L10.5 6.5" {_LINE}/>'
    f'<path d="M13.5 8.5 V9.5 Q13.5 12 11 12 H3 M5.5 9.5 L3 12 L5.5 14.5" {_LINE}/>',
    "loop-one": f'<path d="M2.5 7.5 V6.5 Q2.5 4 5 4 H13 M10.5 1.5 L13 4 L10.5 6.5" {_LINE}/>'
    f'<path d="M13.5 8.5 V9.5 Q13.5 12 11 12 H3 M5.5 9.5 L3 12 L5.5 14.5" {_LINE}/>'
    '<circle cx="8" cy="8" r="1.6" fill="@ink"/>',
    "chevron-down": f'<path d="M4 6 L8 10 L12 6" {_LINE}/>',
    "chevron-up": f'<path d="M4 10 L8 6 L12 10" {_LINE}/>',
    "chevron-right": f'<path d="M6 4 L10 8 L6 12" {_LINE}/>',
    "chevron-left": f'<path d="M10 4 L6 8 L10 12" {_LINE}/>',
    "arrow-up": f'<path d="M8 13 V3.5 M4 7.5 L8 3.5 L12 7.5" {_LINE}/>',
    "arrow-down": f'<path d="M8 3 V12.5 M4 8.5 L8 12.5 L12 8.5" {_LINE}/>',
    "pin": f'<path d="M5.5 2.5 H10.5 M6.5 2.5 V7 L4.5 9.5 H11.5 L9.5 7 V2.5 M8 9.5 V14" {_LINE}/>',
    "menu": f'<path d="M2.5 4 H13.5 M2.5 8 H13.5 M2.5 12 H13.5" {_LINE}/>',
    "code": f'<path d="M5.5 4 L1.5 8 L5.5 12 M10.5 4 L14.5 8 L10.5 12" {_LINE}/>',
    "copy": f'<rect x="5.5" y="5.5" width="8" height="8" rx="1" {_LINE}/><path d="M10.5 2.5 H3.5 Q2.5 2.5 2.5 3.5 V10.5" {_LINE}/>',
    "close": f'<path d="M4 4 L12 12 M12 4 L4 12" {_LINE}/>',
    "plus": f'<path d="M8 3.5 V12.5 M3.5 8 H12.5" {_LINE}/>',
    "minus": f'<path d="M3.5 8 H12.5" {_LINE}/>',
    "warn": '<path d="M8 2 L14.75 14 H1.25 Z" fill="none" stroke="@ink" stroke-width="1.5" stroke-linejoin="round"/>'
    '<path d="M7.2 6 H8.8 L8.55 10 H7.45 Z" fill="@ink"/><circle cx="8" cy="11.9" r="0.95" fill="@ink"/>',
    "error": '<circle cx="8" cy="8" r="7" fill="@ink"/>'
    '<path d="M7 3.9 H9 L8.7 9 H7.3 Z" fill="@surface"/><circle cx="8" cy="11.4" r="1.1" fill="@surface"/>',
    "check": '<path d="M2.5 8.75 L6 12.5 L13.5 3.5" fill="none" stroke="@ink" stroke-width="2"/>',
    "stopped": '<rect x="2" y="2" width="12" height="12" fill="@ink"/>',
}


def svg(name: str, role: str = "ink", box: str = "0 0 16 16") -> str:
    """Return icon `name` as an SVG text, its ink in the colour of `role` of the theme in use."""
    body = ICONS[name].replace("@ink", theme.current().colour(role))
    for token in ("b1", "surface"):
        body = body.replace(f"@{token}", theme.current().colour(token))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{body}</svg>'


def paint(painter: QPainter, name: str, box: QRectF, role: str = "ink") -> None:
    """Paint icon `name` into `box` in the colour of `role`."""
    _renderer(svg(name, role)).render(painter, box)


@cache
def _renderer(text: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(text.encode()))


def pixmap(name: str, size: int, role: str = "ink", ratio: float = 1.0) -> QPixmap:
    """Return icon `name` as a picture of `size` logical pixels for a screen of device pixel `ratio`."""
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill("transparent")
    painter = QPainter(made)
    paint(painter, name, QRectF(0, 0, size, size), role)
    painter.end()
    return made


def icon(name: str, role: str = "ink") -> QIcon:
    """Return icon `name` in the theme of this moment, sharp at one and two times 16, 24 and 32 pixels."""
    made = QIcon()
    for size in (16, 24, 32):
        for ratio in (1.0, 2.0):
            made.addPixmap(pixmap(name, size, role, ratio))
    return made


def app_icon() -> QIcon:
    """Return the icon of the app for the window and the task bar, the same in every theme."""
    return QIcon(str(theme.ASSETS / "vmapviz.svg"))


class IconView(QWidget):
    """An icon to look at, centred on the first line of the type role `beside`; the text beside it says what it means."""

    def __init__(self, name: str, role: str = "ink", size: int = 16, beside: str = "body") -> None:
        super().__init__()
        self._name, self._role, self._size, self._beside = name, role, size, beside

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._size), max(theme.px(self._size), theme.line_height(self._beside)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        side, room = theme.px(self._size), self.sizeHint()
        paint(QPainter(self), self._name, QRectF(0, (room.height() - side) / 2, side, side), self._role)
