"""One view of all programs, side by side: rows, ribbons, selection and hover, with one scroll for everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QToolTip, QWidget

from vmapviz.gui.paint import draw
from vmapviz.gui.programs.rows import Rows
from vmapviz.gui.theme import colour, current
from vmapviz.gui.widgets.focus import ring_by_keys
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.model.programs import Layout, Row
from vmapviz.model.programs.columns import MARGIN, PARAMS, Column, column_of, fitting
from vmapviz.model.programs.columns import columns as shared_out
from vmapviz.model.programs.layout import nearby
from vmapviz.model.programs.words import tooltip
from vmapviz.model.scenes.programs.picture import HEADER, back_items, front_items, header_items
from vmapviz.model.scenes.scene import Item, Rect

_STEP = 24
HEADING = 145.0  # kept free beside the control, for the title of the last program
Mark = tuple[Row, Callable[[Column], Iterable[Item]]]


class ProgramView(QAbstractScrollArea):
    """Paints a layout and says what the pointer and the keys ask for; decides nothing.

    `pointed` and `picked` carry a root ("" = nothing), `folded` what `Session.folded` may hold, `moved` one of "next", "previous", "first",
    "last", `stepped` 1 or -1 for the next or previous row, `opened` whether bodies of the selection should be open.
    """

    pointed = Signal(str)
    picked = Signal(str)
    folded = Signal(str)
    moved = Signal(str)
    stepped = Signal(int)
    opened = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layout_: Layout | None = None
        self.selected: str | None = None
        self.hovered: str | None = None
        self._marks: tuple[Mark, ...] = ()
        self._function = ""
        self._raw = False
        self._zoom, self._least, self._params = 1.0, 1.0, PARAMS
        self._wanted = 1.0  # the zoom, where there is room for it
        self._opacity = 1.0
        self.columns: tuple[Column, ...] = ()
        self._rows = Rows()
        self._control: Segmented | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Programs")

    def focusInEvent(self, event: QFocusEvent) -> None:
        ring_by_keys(self, event)
        super().focusInEvent(event)

    def set_layout(self, layout: Layout | None, function: str, raw: bool) -> None:
        """Show another layout, or none; the place scrolled to stays."""
        self.layout_, self._function, self._raw = layout, function, raw
        self._measure()

    def set_control(self, control: Segmented) -> None:
        """Have a control of the viewport stand before the heading of the last program; it is hidden until `show_control`."""
        self._control = control
        control.hide()

    def show_control(self, shown: bool) -> None:
        """Show the control, or hide it."""
        if self._control is not None and shown == self._control.isHidden():
            self._control.setVisible(shown)
            self._measure()

    def set_zoom(self, zoom: float, least: float | None = None, params: float = PARAMS) -> None:
        """Scale everything by the user's zoom; with `least` by less where texts would be cut otherwise, parameters to `params` pixels."""
        asked = zoom, zoom if least is None else least, params
        if asked != (self._wanted, self._least, self._params):
            self._wanted, self._least, self._params = asked
            self._measure()

    def set_opacity(self, opacity: float) -> None:
        """Paint the programs fainter while they are out of date; 1 = as usual."""
        if opacity != self._opacity:
            self._opacity = opacity
            self.viewport().update()

    def set_state(self, selected: str | None, hovered: str | None) -> None:
        """Mark what is selected and hovered; a new selection scrolls into sight."""
        moved = selected != self.selected
        self.selected, self.hovered = selected, hovered
        self.viewport().update()
        if moved and selected:
            self.reveal(selected)

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Draw something over rows: (row, what gives the items for the row's column)."""
        self._marks = tuple(marks)
        self.viewport().update()

    def reveal(self, root: str) -> None:
        """Scroll until the rows of `root` can be seen, or their beginning where they are too high: operations may stand far away."""
        layout = self.layout_
        found = [row for rows in (layout.rows if layout else ()) for row in rows if row.marked(root)]
        if layout is not None and layout.trace.form:
            found = nearby(found, self._seen_height() - 24)
        if found:
            self.show_between(min(row.y for row in found) - 12, max(row.y + row.height for row in found) + 12)

    def show_between(self, top: float, bottom: float) -> None:
        """Scroll as little as it takes to see top…bottom of the layout."""
        bar = self.verticalScrollBar()
        seen = self._seen_height()
        if top < self.top or bottom - top > seen:
            bar.setValue(int(top * self._zoom))
        elif bottom > self.top + seen:
            bar.setValue(int((bottom - seen) * self._zoom) + 1)

    @property
    def top(self) -> float:
        """The y of the layout at the upper edge, below the header."""
        return self.verticalScrollBar().value() / self._zoom

    @property
    def left(self) -> float:
        """The x of the layout at the left edge; not 0 only where the view is too narrow."""
        return self.horizontalScrollBar().value() / self._zoom

    def _seen_height(self) -> float:
        return max(self.viewport().height() / self._zoom - HEADER, 1.0)

    def sizeHint(self) -> QSize:
        """The size of the guide's region."""
        return QSize(910, 420)

    def _measure(self) -> None:
        self._rows.forget()
        layout, top, zoom = self.layout_, self.top, self._zoom
        self._zoom = self._wanted
        if layout is not None and self._least < self._wanted:
            self._zoom = fitting(layout, self.viewport().width(), self._wanted, self._least, self._params)
        width, params = self.viewport().width() / self._zoom, self._params
        if self._least < self._wanted:
            params /= self._zoom
        self.columns = shared_out(layout, width, params) if layout is not None else ()
        _set_range(self.verticalScrollBar(), layout.height if layout else 0.0, self._seen_height(), self._zoom)
        if self._zoom != zoom:  # the same rows stay in sight
            self.verticalScrollBar().setValue(round(top * self._zoom))
        whole = self.columns[-1].right + MARGIN if self.columns else 0.0
        _set_range(self.horizontalScrollBar(), whole, max(width, 1.0), self._zoom)
        self._place_control()
        self.viewport().update()

    def _place_control(self) -> None:
        if self._control is not None and self.columns:
            column = self.columns[-1]
            self._control.set_room(round((column.right - column.text - HEADING) * self._zoom))
            left = (column.text - self.left) * self._zoom
            self._control.move(round(left), round((HEADER * self._zoom - self._control.height()) / 2))

    def _after_control(self) -> float:
        """How far the control moves the heading."""
        control = self._control
        return 0.0 if control is None or control.isHidden() else control.width() / self._zoom + 14

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Everything is painted where it is; the control moves along."""
        self._place_control()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out the new width."""
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Paint the rows anew in another theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._rows.forget()
            self._place_control()
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what can be seen."""
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), colour("surface"))
        if self.layout_ is not None:
            painter.setOpacity(self._opacity)
            self._paint_body(painter, self.layout_)
            self._paint_header(painter, self.layout_)
        painter.end()

    def _paint_body(self, painter: QPainter, layout: Layout) -> None:
        top, bottom = self.top, self.top + self._seen_height()
        shown = (layout, self.columns, top, bottom, self.selected, self.hovered)
        self._draw(painter, back_items(*shown), top)
        for column in self.columns:
            for row in layout.between(column.number, top, bottom):
                strong = row.marked(self.selected)
                self._rows.paint(painter, row, column, strong, self._raw, self._zoom, (self.left, top - HEADER))
        self._draw(painter, front_items(*shown), top)
        for row, items in self._marks:
            if row.y < bottom and row.y + row.height > top:
                column = column_of(self.columns, row.column)
                self._draw(painter, items(column), top - row.y, column.x)

    def _draw(self, painter: QPainter, items: Iterable[Item], top: float, x: float = 0.0) -> None:
        painter.save()
        painter.scale(self._zoom, self._zoom)
        painter.translate(x - self.left, HEADER - round(top * self._zoom) / self._zoom)
        draw(painter, items, current())
        painter.restore()

    def _paint_header(self, painter: QPainter, layout: Layout) -> None:
        height = HEADER * self._zoom
        painter.save()
        painter.setOpacity(1.0)
        painter.fillRect(QRectF(0, 0, self.viewport().width(), height), colour("surface"))
        painter.restore()
        items = list(header_items(layout.trace, self._function, self.columns, self._after_control()))
        if self.verticalScrollBar().value():
            items.append(Rect(self.left, HEADER - 1, self.viewport().width() / self._zoom, 1, fill="line"))
        self._draw(painter, items, HEADER)

    def row_at(self, position: QPointF) -> tuple[Row | None, str]:
        """The row under a point of the viewport, and the root that pointing there means."""
        layout = self.layout_
        y = position.y() / self._zoom - HEADER
        if layout is None or y < 0:
            return None, ""
        x, y = position.x() / self._zoom + self.left, y + self.top
        column = next((c for c in self.columns if c.x <= x <= c.right), None)
        row = layout.at(column.number, y) if column is not None else None
        return row, row.root if row is not None and row.root else layout.root_at(y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        row, root = self.row_at(event.position())
        fold = row is not None and bool(row.fold)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if fold else Qt.CursorShape.ArrowCursor)
        if root != (self.hovered or ""):
            self.pointed.emit(root)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick an equation; on a title, open or fold its body."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        row, root = self.row_at(event.position())
        if row is not None and row.fold:
            self.folded.emit(row.fold)
        elif root != (self.selected or ""):
            self.picked.emit(root)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the full text under a resting pointer; forget the hover where the pointer leaves."""
        if isinstance(event, QHelpEvent):
            self.show_tooltip(event.pos(), event.globalPos())
            return True
        if event.type() == QEvent.Type.Leave and self.hovered:
            self.pointed.emit("")
        return super().viewportEvent(event)

    def show_tooltip(self, position: QPoint, where: QPoint) -> None:
        """Show the full text of the row at a point of the viewport, at a point of the screen."""
        row, _ = self.row_at(QPointF(position))
        if row is not None and self.layout_ is not None:
            QToolTip.showText(where, tooltip(self.layout_.trace, row), self.viewport())
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The guide's keys: pages and arrows go from equation to equation, Enter and Backspace open and fold."""
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _MOVES:
            self.moved.emit(_MOVES[Qt.Key(key)])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace):
            self.opened.emit(key != Qt.Key.Key_Backspace)
        else:
            super().keyPressEvent(event)


def _set_range(bar: QScrollBar, whole: float, seen: float, zoom: float) -> None:
    bar.setRange(0, max(int((whole - seen) * zoom), 0))
    bar.setPageStep(int(seen * zoom))
    bar.setSingleStep(int(_STEP * zoom))


_MOVES = {
    Qt.Key.Key_PageDown: "next",
    Qt.Key.Key_PageUp: "previous",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
}
