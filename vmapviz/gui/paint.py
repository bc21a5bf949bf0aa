"""Paints the items of a scene with Qt: the window, the PNG, the PDF and the GIF all come through here."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cache, lru_cache
from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPaintEngine, QPainter, QPainterPath, QPen, QPolygonF

from vmapviz.gui import glyphs
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.theme import THEMES, Theme

_SHARE = {"start": 0.0, "middle": 0.5, "end": 1.0}
_NO_BRUSH, _NONE = Qt.BrushStyle.NoBrush, QPen(Qt.PenStyle.NoPen)
_STAMP = 128 * 128  # the most pixels of a stamp
_SHAPED = 64  # the most texts that are shaped in one frame


def draw(painter: QPainter, items: Iterable[Item], theme: Theme) -> None:
    """Paint items in order, in the painter's coordinates; the painter comes back as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setBrush(_NO_BRUSH)
    hand = _Hand(painter, theme.name)
    before = now = painter.opacity()
    for item in items:
        if item.opacity <= 0:
            continue
        wanted = before * item.opacity
        if wanted != now:
            painter.setOpacity(wanted)
            now = wanted
        if type(item) is Rect:
            hand.rect(item, wanted)
        elif type(item) is Text:
            hand.text(item)
        elif isinstance(item, Path):
            hand.path(item)
    painter.restore()


# Made once: a frame has thousands of items, in a few looks.


@cache
def _colours(theme: str) -> dict[str, QColor]:
    return {role: QColor(colour) for role, colour in THEMES[theme].colours.items()}


@cache
def _inks(theme: str) -> dict[str, QPen]:
    return {role: QPen(colour) for role, colour in _colours(theme).items()}


@cache
def _pen(theme: str, role: str, thickness: float, dash: tuple[float, float] | None) -> QPen:
    pen = QPen(_colours(theme)[role], thickness)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dash is not None:
        # Qt counts dashes in widths of the pen, a scene in pixels.
        pen.setDashPattern([length / thickness for length in dash])
    return pen


@lru_cache(128)
def _stamp(theme: str, fill: str, line: str, thick: int, width: int, height: int) -> QImage:
    """A filled rectangle with its line, at 1 pixel for each of the picture."""
    image = QImage(width + thick, height + thick, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = thick // 2
    painter.fillRect(edge, edge, width, height, _colours(theme)[fill])
    painter.setPen(_pen(theme, line, float(thick), None))
    painter.drawRect(QRectF(thick / 2, thick / 2, width, height))
    painter.end()
    return image


def _whole(painter: QPainter) -> int:
    """How many pixels of a bitmap each pixel of the picture has, where it is a whole number of them; else 0."""
    m = painter.deviceTransform()
    level = m.isAffine() and m.m12() == m.m21() == 0 and m.m11() == m.m22() >= 1
    return int(m.m11()) if level and all(float(one).is_integer() for one in (m.m11(), m.dx(), m.dy())) else 0


class _Hand:
    """A painter, and what it holds at the moment: so that nothing is taken up twice."""

    __slots__ = ("colours", "face", "inks", "laid", "painter", "pen", "runs", "shaped", "spot", "theme", "whole")

    def __init__(self, painter: QPainter, theme: str) -> None:
        self.painter, self.theme, self.colours, self.inks = painter, theme, _colours(theme), _inks(theme)
        self.laid = glyphs.TEXTS.laid
        bitmap = painter.paintEngine().type() == QPaintEngine.Type.Raster  # others write texts as texts
        self.whole = _whole(painter) if bitmap else 0
        # Between whole pixels Qt rounds the places of letters in another way; and a glyph run belongs to a thread.
        self.runs = self.whole > 0 and threading.current_thread() is threading.main_thread()
        self.pen: QPen | None = None
        self.face: glyphs.Face | None = None
        self.shaped, self.spot = 0, QPointF()

    def take(self, pen: QPen) -> None:
        """Draw with this pen from now on."""
        if pen is not self.pen:
            self.painter.setPen(pen)
            self.pen = pen

    def rect(self, item: Rect, opacity: float) -> None:
        """A rectangle's fill, hatch and line."""
        if self.whole and item.line and not (item.radius or item.hatch or item.dash) and self._sharp(item, opacity):
            return
        if item.fill or item.hatch:
            self._fill(item)
        if item.line:
            self.take(_pen(self.theme, item.line, item.thickness, item.dash))
            frame = QRectF(*measure.outline(item))
            if item.radius:
                self.painter.drawRoundedRect(frame, item.radius, item.radius)
            else:
                self.painter.drawRect(frame)

    def _sharp(self, item: Rect, opacity: float) -> bool:
        """A rectangle of whole pixels, several times as fast as the outline of a shape; False where it is none of these."""
        left, top, thick = floor(item.x + 0.5), floor(item.y + 0.5), int(item.thickness)
        width, height = floor(item.x + item.width + 0.5) - left, floor(item.y + item.height + 0.5) - top
        if not 0 < thick == item.thickness or width <= thick or height <= thick:
            return False
        left, top = left - thick // 2, top - thick // 2
        if self.whole > 1:
            self._areas(item, (left, top, width, height), thick, opacity)
            return True
        # Where each pixel is one, Qt rounds the corners of a line by a quarter of a pixel.
        if not item.fill or opacity < 1 or width * height > _STAMP:
            return False
        self.painter.drawImage(left, top, _stamp(self.theme, item.fill, item.line, thick, width, height))
        return True

    def _areas(self, item: Rect, box: tuple[int, int, int, int], thick: int, opacity: float) -> None:
        """A fill and a line as areas, no pixel twice where they show through."""
        (left, top, width, height), fill = box, self.painter.fillRect
        inside = left + thick, top + thick, width - thick, height - thick
        line = self.colours[item.line]
        if item.fill and opacity >= 1:
            fill(left, top, width + thick, height + thick, line)
            fill(*inside, self.colours[item.fill])
            return
        if item.fill:
            fill(left + thick // 2, top + thick // 2, width, height, self.colours[item.fill])
        fill(left, top, width + thick, thick, line)
        fill(left, top + height, width + thick, thick, line)
        fill(left, inside[1], thick, inside[3], line)
        fill(left + width, inside[1], thick, inside[3], line)

    def _fill(self, item: Rect) -> None:
        x, y, width, height = measure.area(item)
        if item.fill and not item.radius:
            self.painter.fillRect(int(x), int(y), int(width), int(height), self.colours[item.fill])
        brushes = [QBrush(self.colours[item.fill])] if item.fill and item.radius else []
        if item.hatch:
            brushes.append(QBrush(self.colours[item.hatch], Qt.BrushStyle.BDiagPattern))
        if not brushes:
            return
        inside = QRectF(x, y, width, height)
        self.take(_NONE)
        for brush in brushes:
            self.painter.setBrush(brush)
            if item.radius:
                self.painter.drawRoundedRect(inside, item.radius, item.radius)
            else:
                self.painter.fillRect(inside, brush)
        self.painter.setBrush(_NO_BRUSH)

    def path(self, item: Path) -> None:
        """A line, straight or curved, or an area."""
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
            self.painter.fillPath(shape, self.colours[item.fill])
        if item.line:
            self.take(_pen(self.theme, item.line, item.thickness, item.dash))
            self.painter.drawPath(shape)
            if item.arrow:
                self.take(_pen(self.theme, item.line, item.thickness, None))
                self.painter.drawPolyline(QPolygonF([QPointF(*point) for point in measure.arrow_head(item)]))

    def text(self, item: Text) -> None:
        """A line of text."""
        laid = self.laid(item.text, item.mono, int(item.size + 0.5), item.weight, item.width)
        share = _SHARE[item.anchor]
        x = item.x - share * laid.advance if share else item.x
        self.take(self.inks[item.colour])
        if self.runs and laid.run is not None:
            self.spot.setX(int(x * 64) / 64)  # whole 64ths of a pixel, as Qt places a text
            self.spot.setY(item.y)
            self.painter.drawGlyphRun(self.spot, laid.run)
        else:
            self._letters(QPointF(x, item.y), laid)
        if item.strike:
            self.path(measure.stroke(item))

    def _letters(self, place: QPointF, laid: glyphs.Laid) -> None:
        """A text that is not shaped yet, or never."""
        if laid.face is not self.face:
            self.painter.setFont(laid.face.font)
            self.face = laid.face
        self.painter.drawText(place, laid.text)
        if self.runs and not laid.known and self.shaped < _SHAPED:
            self.shaped += 1
            laid.shape()
