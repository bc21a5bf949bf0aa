"""Paints the items of a scene with Qt: the window, the PNG, the PDF and the GIF all come through here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from vmapviz.gui.theme import mono_font, ui_font
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.theme import THEMES, Theme

_SHARE = {"start": 0.0, "middle": 0.5, "end": 1.0}
_NO_PEN, _NO_BRUSH = Qt.PenStyle.NoPen, Qt.BrushStyle.NoBrush


def draw(painter: QPainter, items: Iterable[Item], theme: Theme) -> None:
    """Paint items in order, in the painter's coordinates; the painter comes back as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setBrush(_NO_BRUSH)
    before = now = painter.opacity()
    for item in items:
        if item.opacity <= 0:
            continue
        wanted = before * item.opacity
        if wanted != now:
            painter.setOpacity(wanted)
            now = wanted
        if isinstance(item, Rect):
            _rect(painter, item, theme.name)
        elif isinstance(item, Text):
            _text(painter, item, theme.name)
        else:
            _path(painter, item, theme.name)
    painter.restore()


def text_font(item: Text) -> QFont:
    """The font of a text, in pixels."""
    return (mono_font if item.mono else ui_font)(item.size, item.weight)


# Made once: a frame has thousands of items, in a few looks. Whole-pixel sizes, since Qt has no others.


@cache
def _colour(theme: str, role: str) -> QColor:
    return QColor(THEMES[theme].colour(role))


@cache
def _pen(theme: str, role: str, thickness: float, dash: tuple[float, float] | None) -> QPen:
    pen = QPen(_colour(theme, role), thickness)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dash is not None:
        # Qt counts dashes in widths of the pen, a scene in pixels.
        pen.setDashPattern([length / thickness for length in dash])
    return pen


@cache
def _font(mono: bool, size: int, weight: int) -> QFont:
    return (mono_font if mono else ui_font)(size, weight)


@cache
def _metrics(mono: bool, size: int, weight: int) -> QFontMetricsF:
    return QFontMetricsF(_font(mono, size, weight))


@lru_cache(20_000)
def _advance(text: str, mono: bool, size: int, weight: int) -> float:
    return _metrics(mono, size, weight).horizontalAdvance(text)


def _rect(painter: QPainter, item: Rect, theme: str) -> None:
    if item.fill or item.hatch:
        _fill(painter, item, theme)
    if item.line:
        painter.setPen(_pen(theme, item.line, item.thickness, item.dash))
        frame = QRectF(*measure.outline(item))
        painter.drawRoundedRect(frame, item.radius, item.radius) if item.radius else painter.drawRect(frame)


def _fill(painter: QPainter, item: Rect, theme: str) -> None:
    x, y, width, height = measure.area(item)
    if item.fill and not item.radius:
        painter.fillRect(int(x), int(y), int(width), int(height), _colour(theme, item.fill))
    if not item.hatch and not (item.fill and item.radius):
        return
    brushes = [QBrush(_colour(theme, item.fill))] if item.fill and item.radius else []
    if item.hatch:
        brushes.append(QBrush(_colour(theme, item.hatch), Qt.BrushStyle.BDiagPattern))
    inside = QRectF(x, y, width, height)
    painter.setPen(_NO_PEN)
    for brush in brushes:
        painter.setBrush(brush)
        painter.drawRoundedRect(inside, item.radius, item.radius) if item.radius else painter.fillRect(inside, brush)
    painter.setBrush(_NO_BRUSH)


def _path(painter: QPainter, item: Path, theme: str) -> None:
    points = [QPointF(*point) for point in measure.placed(item)]
    shape = QPainterPath(points[0])
    if item.curved:
        for first, second, end in zip(points[1::3], points[2::3], points[3::3], strict=True):
            shape.cubicTo(first, second, end)
    else:
        for point in points[1:]:
            shape.lineTo(point)
    if item.fill:
        shape.closeSubpath()
        painter.fillPath(shape, _colour(theme, item.fill))
    if item.line:
        painter.setPen(_pen(theme, item.line, item.thickness, item.dash))
        painter.drawPath(shape)
        if item.arrow:
            painter.setPen(_pen(theme, item.line, item.thickness, None))
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in measure.arrow_head(item)]))


def _text(painter: QPainter, item: Text, theme: str) -> None:
    look = (item.mono, int(item.size + 0.5), item.weight)
    text = item.text
    if item.width > 0 and _advance(text, *look) > item.width:
        text = _metrics(*look).elidedText(text, Qt.TextElideMode.ElideRight, item.width)
    share = _SHARE[item.anchor]
    x = item.x - share * _advance(text, *look) if share else item.x
    painter.setFont(_font(*look))
    painter.setPen(_colour(theme, item.colour))
    painter.drawText(QPointF(x, item.y), text)
    if item.strike:
        _path(painter, measure.stroke(item), theme)
