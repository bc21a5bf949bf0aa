"""Paints the items of a scene with Qt: the window, the PNG, the PDF and the GIF all come through here."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from vmapviz.gui.theme import mono_font, ui_font
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.theme import Theme


def draw(painter: QPainter, items: Iterable[Item], theme: Theme) -> None:
    """Paint items in order, in the painter's coordinates; the painter comes back as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    before = painter.opacity()
    for item in items:
        if item.opacity <= 0:
            continue
        painter.setOpacity(before * item.opacity)
        if isinstance(item, Rect):
            _rect(painter, item, theme)
        elif isinstance(item, Path):
            _path(painter, item, theme)
        else:
            _text(painter, item, theme)
    painter.restore()


def text_font(item: Text) -> QFont:
    """The font of a text, in pixels."""
    return (mono_font if item.mono else ui_font)(item.size, item.weight)


def _pen(theme: Theme, role: str, thickness: float, dash: tuple[float, float] | None) -> QPen:
    pen = QPen(QColor(theme.colour(role)), thickness)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dash is not None:
        # Qt counts dashes in widths of the pen, a scene in pixels.
        pen.setDashPattern([length / thickness for length in dash])
    return pen


def _rect(painter: QPainter, item: Rect, theme: Theme) -> None:
    inside = QRectF(*measure.area(item))
    painter.setPen(Qt.PenStyle.NoPen)
    brushes = [QBrush(QColor(theme.colour(item.fill)))] if item.fill else []
    if item.hatch:
        brushes.append(QBrush(QColor(theme.colour(item.hatch)), Qt.BrushStyle.BDiagPattern))
    for brush in brushes:
        painter.setBrush(brush)
        painter.drawRoundedRect(inside, item.radius, item.radius) if item.radius else painter.fillRect(inside, brush)
    if item.line:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(theme, item.line, item.thickness, item.dash))
        frame = QRectF(*measure.outline(item))
        painter.drawRoundedRect(frame, item.radius, item.radius) if item.radius else painter.drawRect(frame)


def _path(painter: QPainter, item: Path, theme: Theme) -> None:
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
        painter.fillPath(shape, QColor(theme.colour(item.fill)))
    if item.line:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(theme, item.line, item.thickness, item.dash))
        painter.drawPath(shape)
        if item.arrow:
            painter.setPen(_pen(theme, item.line, item.thickness, None))
            painter.drawPolyline(QPolygonF([QPointF(*point) for point in measure.arrow_head(item)]))


def _text(painter: QPainter, item: Text, theme: Theme) -> None:
    font = text_font(item)
    metrics = QFontMetricsF(font)
    text = item.text
    if item.width > 0:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, item.width)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
    x = item.x - share * metrics.horizontalAdvance(text) if share else item.x
    painter.setFont(font)
    painter.setPen(QColor(theme.colour(item.colour)))
    painter.drawText(QPointF(x, item.y), text)
    if item.strike:
        _path(painter, measure.stroke(item), theme)
