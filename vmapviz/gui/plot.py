"""The log-log plot of a sweep, drawn with pyqtgraph; import this late, for pyqtgraph takes a third of a second to load."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.model.timing import Point, Timings
from vmapviz.model.timing_facts import measured
from vmapviz.model.timing_plot import Bracket, Curve, Meeting, Plan, SkipRow, plan
from vmapviz.model.timing_text import seconds_text, sentence, tick_text

pg.setConfigOptions(antialias=True)

_LEFT, _BOTTOM = 64, 44  # pixels for the axes
_SYMBOLS = {"square": "s", "circle": "o", "diamond": "d"}
_SIZES = {"square": 7.0, "circle": 8.0, "diamond": 11.0}
_GRID, _PINNED, _BARS, _LINES, _MARKS, _WORDS = range(6)


class TimingPlot(QWidget):
    """Shows a sweep over a pinned one; draws anew when the sweep, the size or the look changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timings: Timings | None = None
        self._pinned: Timings | None = None
        self.plan: Plan | None = None
        # Not a PlotWidget: its menus would outlive it, and export by an exporter that crashes (pyqtgraph#3485).
        self.view = pg.GraphicsView(self)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.box = pg.ViewBox(enableMenu=False, enableMouse=False)
        self.times = pg.AxisItem("left", linkView=self.box)
        self.sizes = pg.AxisItem("bottom", linkView=self.box)
        self.sizes.enableAutoSIPrefix(False)
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Time for one whole batch against the batch size")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)

    def _lay_out(self) -> None:
        parts = pg.GraphicsLayout()
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        for part, row, column in ((self.times, 0, 0), (self.box, 0, 1), (self.sizes, 1, 1)):
            parts.addItem(part, row, column)
        self.view.setCentralItem(parts)

    def set_timings(self, timings: Timings | None, pinned: Timings | None) -> None:
        """Show `timings`, with one line of `pinned` behind them."""
        if timings is not self._timings or pinned is not self._pinned:
            self._timings, self._pinned = timings, pinned
            self.setAccessibleDescription(_spoken(timings) if timings else "")
            self._draw()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(560), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(120))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw()

    def _draw(self) -> None:
        self.box.clear()
        self.view.setBackground(theme.colour("surface"))
        left, bottom = theme.px(_LEFT), theme.px(_BOTTOM)
        width, height = self.width() - left, self.height() - bottom
        if self._timings is None or width < 1 or height < 1:
            self.plan = None
            return
        # Planned in pixels before the user's zoom, as all sizes of the guide are.
        zoom = theme.px(1000) / 1000
        self.plan = plan(self._timings, self._pinned, width / zoom, height / zoom, lambda *text: _width(*text) / zoom)
        if self.plan is None:
            return
        drawn = _Drawing(self.box, self.plan)
        drawn.axes(self.times, self.sizes)
        self.times.setWidth(left)
        self.sizes.setHeight(bottom)
        for curve in self.plan.curves:
            drawn.curve(curve)
        for row in self.plan.skipped:
            drawn.skipped(row)
        if self.plan.bracket:
            drawn.bracket(self.plan.bracket)
        if self.plan.meeting:
            drawn.meeting(self.plan.meeting)


def _width(text: str, weight: int) -> float:
    return QFontMetricsF(theme.font("body" if weight > 400 else "caption", weight)).horizontalAdvance(text)


def _spoken(timings: Timings) -> str:
    lines = [sentence(timings)]
    for series in timings.series:
        points = ", ".join(f"{p.batch}: {seconds_text(p.median_s or 0.0)}" for p in measured(series))
        lines += [f"{series.variant}: {points}"] if points else []
    return "\n".join(lines)


class _Drawing:
    """Puts the parts of one plan into a box between two axes."""

    def __init__(self, box: Any, made: Plan) -> None:
        self._box, self._plan, self._frame = box, made, made.frame

    def axes(self, times: Any, sizes: Any) -> None:
        frame = self._frame
        self._box.setRange(xRange=(frame.x0, frame.x1), yRange=(frame.y0, frame.y1), padding=0, disableAutoRange=True)
        times.setPen(pg.mkPen(None))
        times.setTextPen(theme.colour("ink3"))
        sizes.setPen(theme.colour("edge"))
        sizes.setTextPen(theme.colour("b1"))
        times.setStyle(tickFont=theme.font("caption"), tickLength=0, tickTextOffset=theme.px(8))
        sizes.setStyle(tickFont=theme.font("cell", 600), tickLength=theme.px(4), tickTextOffset=theme.px(4))
        times.setTicks([[(y, tick_text(10.0**y)) for y in self._plan.times]])
        sizes.setTicks([[(math.log10(size), str(size)) for size in self._plan.ticks]])
        style = {"color": theme.colour("b1").name(), "font-size": f"{theme.px(12)}px", "font-weight": "600"}
        sizes.setLabel("● batch size: number of examples", **style)
        self._grid()

    def _grid(self) -> None:
        """Lines at the named times, only as far as the curves go."""
        start = self._frame.x0
        points = [self._frame.pixel(x, 0)[0] for curve in self._plan.curves for x, _ in curve.points]
        points += [x for row in self._plan.skipped for x, _ in row.marks]
        end = self._frame.place(max(points, default=self._frame.width) + 8, 0)[0]
        xs = [x for _ in self._plan.times for x in (start, end)]
        ys = [y for y in self._plan.times for _ in range(2)]
        self._line(xs, ys, _pen("line", 1), _GRID, connect="pairs")

    def curve(self, curve: Curve) -> None:
        colour = "edge" if curve.pinned else curve.look.colour
        points = curve.series.variant, measured(curve.series)
        xs, ys = (np.array(part) for part in zip(*curve.points, strict=True))
        solid = curve.look.solid
        if curve.pinned:
            pen = _pen(colour, 1.0)
        else:
            heavy = curve.series.variant == "jit(vmap)"
            pen = _pen(colour, 2.5 if heavy else 1.5, None if solid else (4.0, 3.0))
            self._bars(curve, xs, ys, colour)
        self._line(xs, ys, pen, _PINNED if curve.pinned else _LINES)
        self._marks(curve, colour, solid and not curve.pinned, points)
        self._label(curve, colour)

    def _bars(self, curve: Curve, xs: Any, ys: Any, colour: str) -> None:
        # In logarithms already, for ErrorBarItem knows nothing of log mode.
        beam = self._frame.place(6, 0)[0] - self._frame.place(0, 0)[0]
        above, below = np.array(curve.above), np.array(curve.below)
        item = pg.ErrorBarItem(x=xs, y=ys, top=above, bottom=below, beam=beam, pen=_pen(colour, 1.0))
        self._add(item, _BARS)

    def _marks(self, curve: Curve, colour: str, filled: bool, named: tuple[str, tuple[Point, ...]]) -> None:
        symbol = curve.look.symbol
        scatter = pg.ScatterPlotItem(
            x=[x for x, _ in curve.points],
            y=[y for _, y in curve.points],
            symbol=_SYMBOLS[symbol],
            size=(6.0 if curve.pinned else _SIZES[symbol]) * theme.px(100) / 100,
            pen=_pen(colour, 1.0 if curve.pinned else 1.5),
            brush=theme.colour(colour if filled else "surface"),
            data=[f"{named[0]}, {_point_words(point)}" for point in named[1]],
            hoverable=True,
            tip=lambda x, y, data: data,
        )
        self._add(scatter, _PINNED if curve.pinned else _MARKS)
        for (x, y), unstable in zip(curve.points, curve.unstable, strict=True):
            if unstable and not curve.pinned:
                px, py = self._frame.pixel(x, y)
                self._text("~", px - 5, py - 9, colour, 600, share=1.0)

    def _label(self, curve: Curve, colour: str) -> None:
        box = curve.label
        middle = box.y + box.height / 2
        end = self._frame.pixel(*curve.points[-1])
        if abs(middle - end[1]) > 12 and box.x > end[0]:
            self._path([(end[0] + 6, end[1]), (box.x - 2, middle)], _pen("cell", 1))
        item = self._text(curve.text, box.x, middle, "ink3" if curve.pinned else colour, 400 if curve.pinned else 600)
        item.setToolTip(curve.series.code)

    def skipped(self, row: SkipRow) -> None:
        reach = 4
        for x, why in row.marks:
            pen = _pen("ink2", 1.5)
            self._path([(x - reach, row.y - reach), (x + reach, row.y + reach)], pen)
            self._path([(x - reach, row.y + reach), (x + reach, row.y - reach)], pen)
            cover = self._text("     ", x, row.y, "ink2", 400, 0.5)
            cover.setToolTip(f"{row.variant} skipped: {why}")
        self._text(row.text, row.text_x, row.y, "ink3", 400, 1.0 if row.before else 0.0)

    def bracket(self, bracket: Bracket) -> None:
        reach, pen = 4, _pen("ink", 1.5)
        self._path([(bracket.x, bracket.top), (bracket.x, bracket.bottom)], pen)
        for y in (bracket.top, bracket.bottom):
            self._path([(bracket.x - reach, y), (bracket.x + reach, y)], pen)
        middle = (bracket.top + bracket.bottom) / 2
        self._text(bracket.text, bracket.x, middle, "ink", 700, 0.5, ground=True)

    def meeting(self, meeting: Meeting) -> None:
        x, y = meeting.at
        radius, box = 8, meeting.box
        place = self._frame.place(x, y)
        ring = pg.ScatterPlotItem(x=[place[0]], y=[place[1]], size=2 * theme.px(radius), pen=_pen("ink", 2), brush=None)
        self._add(ring, _WORDS)
        above = box.y < y
        edge = box.y + box.height if above else box.y
        to = min(max(x, box.x), box.x + box.width)
        self._path([(x, y - radius if above else y + radius), (to, edge)], _pen("ink", 1.25))
        self._text(meeting.title, box.x, box.y + box.height * 0.27, "ink", 600)
        self._text(meeting.text, box.x, box.y + box.height * 0.77, "ink2", 400)

    def _line(self, xs: Any, ys: Any, pen: QPen, depth: int, connect: str = "all") -> None:
        self._add(pg.PlotCurveItem(x=np.asarray(xs, float), y=np.asarray(ys, float), pen=pen, connect=connect), depth)

    def _path(self, pixels: list[tuple[float, float]], pen: QPen) -> None:
        places = [self._frame.place(*pixel) for pixel in pixels]
        self._line([x for x, _ in places], [y for _, y in places], pen, _MARKS)

    def _text(
        self, text: str, x: float, y: float, colour: str, weight: int, share: float = 0.0, ground: bool = False
    ) -> Any:
        """A text whose left end (share 0), middle or right end (share 1) lies at a pixel, centred on it upright."""
        fill = theme.colour("surface") if ground else None
        item = pg.TextItem(text, color=theme.colour(colour), anchor=(share, 0.5), fill=fill)
        item.setFont(theme.font("body" if weight > 400 else "caption", weight))
        item.textItem.document().setDocumentMargin(1)
        item.updateTextPos()
        item.setPos(QPointF(*self._frame.place(x, y)))
        self._add(item, _WORDS)
        return item

    def _add(self, item: Any, depth: int) -> None:
        item.setZValue(depth)
        self._box.addItem(item, ignoreBounds=True)


def _pen(role: str, width: float, dash: tuple[float, float] | None = None) -> QPen:
    pen = QPen(theme.colour(role), width)
    # Else the width would be in logarithms.
    pen.setCosmetic(True)
    if dash:
        pen.setDashPattern(list(dash))
    return pen


def _point_words(point: Point) -> str:
    words = f"{point.batch} examples: {seconds_text(point.median_s or 0.0)}"
    if point.q25_s and point.q75_s:
        words += f", half of {point.samples} samples from {seconds_text(point.q25_s)} to {seconds_text(point.q75_s)}"
    return words + (". Unstable: the samples differ much." if point.unstable else "")
