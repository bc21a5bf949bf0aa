"""The editor of the user's Python: plain, quick, and without an undo of its own, which is the experiment's."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QSizePolicy, QWidget

from vmapviz.gui import code_edits, theme
from vmapviz.gui.code_edits import Edit
from vmapviz.gui.code_keys import KEYS
from vmapviz.gui.code_paint import Gutter, Row, TallRows, bring_into_view, matching, paint_error, paint_range, place_of
from vmapviz.gui.highlight import Highlighter
from vmapviz.gui.utf16 import to_characters, to_units
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.model.trace import Source

_MARGIN = 4  # around the text
_TEXT_LEFT = 28  # where code starts; more when line numbers need it
_BARS = {True: Qt.ScrollBarPolicy.ScrollBarAlwaysOn, False: Qt.ScrollBarPolicy.ScrollBarAlwaysOff}
_FEWEST = 6  # rows that an editor with more text shows at least
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class CodeEditor(Restyled, QPlainTextEdit):
    """Shows and edits Python.

    `edited` carries the text that the user made; `undo_asked` and `redo_asked` ask for a step of the experiment's history,
    `left` for the keyboard to go to the jaxprs, `find_asked` for the find bar, and `picked` carries the line (from 1)
    and column (in characters, from 0) whose equation the user wants selected.
    """

    edited = Signal(str)
    undo_asked = Signal()
    redo_asked = Signal()
    left = Signal()
    find_asked = Signal()
    picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        document = QTextDocument(self)
        document.setDocumentLayout(TallRows(document))
        self.setDocument(document)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Function")
        self.setAccessibleDescription("Python editor; F6 leaves it")
        self._told = ""
        self._revision = -1
        self._selected: Source | None = None
        self._hovered: Source | None = None
        self._error: Source | None = None
        self._most_height = 1 << 24
        self._rows_wished: int | None = None
        self._gutter = Gutter(self, self.paint_gutter)
        self.setCornerWidget(QWidget())  # Qt draws a bare frame where two scroll bars meet
        self._highlighter = Highlighter(document)
        self._restyle()
        self.textChanged.connect(self._follow_text)
        self.updateRequest.connect(self._follow)
        self.cursorPositionChanged.connect(self._repaint)

    # What is shown.

    def text(self) -> str:
        """Return what stands in the editor."""
        # Not toPlainText, which turns non-breaking blanks into ordinary ones.
        return self.document().toRawText().replace("\u2029", "\n")

    def show_text(self, text: str) -> None:
        """Show `text` without reporting it: only what differs is changed, so that the caret and the scroll stay."""
        self._told = text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._change(text)

    def show_ranges(self, selected: Source | None, hovered: Source | None) -> None:
        """Mark the source ranges of the selected and of the hovered equation; the selected one comes into view unless someone types."""
        if (selected, hovered) != (self._selected, self._hovered):
            if selected != self._selected:
                bring_into_view(self, selected)
            self._selected, self._hovered = selected, hovered
            self._repaint()

    def show_error(self, place: Source | None) -> None:
        """Mark the line that an error stands in, underline what of it, and bring it into view unless someone types; None = none."""
        if place != self._error:
            bring_into_view(self, place)
            self._error = place
            self._repaint()

    def error_line(self) -> int | None:
        """Return the line (from 1) that is marked as an error."""
        return self._error.line if self._error else None

    def ranges(self) -> tuple[Source | None, Source | None]:
        """Return the marked source ranges: of the selected equation, and of the hovered one."""
        return self._selected, self._hovered

    def go_to(self, line: int) -> None:
        """Put the caret at the start of `line` (from 1), and scroll so that it is the first one shown if there is enough text."""
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line - 1)))
        self.verticalScrollBar().setValue(line - 1)

    def select(self, start: int, end: int) -> None:
        """Select from `start` to `end`, in characters from 0, and scroll there; a caret where they agree."""
        text, cursor = self.text(), self.textCursor()
        cursor.setPosition(to_units(text, start))
        cursor.setPosition(to_units(text, end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def set_most_height(self, height: int) -> None:
        """Grow with the text up to `height` pixels, then scroll."""
        if height != self._most_height:
            self._most_height = height
            self._fit()

    def set_rows(self, rows: int | None) -> None:
        """Be so many rows high where the whole text would not fit; None = as high as may be."""
        if rows != self._rows_wished:
            self._rows_wished = rows
            self._fit()

    # What the user does.

    def caret(self) -> tuple[int, int]:
        """Return line (from 1) and column (in characters, from 0) of the caret."""
        return place_of(self.textCursor())

    def _follow_text(self) -> None:
        if self.document().revision() != self._revision:  # formats alone are no new revision
            self._revision = self.document().revision()
            self._tell()
            self._fit()

    def _tell(self) -> None:
        text = self.text()
        if text != self._told:
            self._told = text
            self.edited.emit(text)

    def event(self, event: QEvent) -> bool:
        # The window's shortcut finds in the programs; with the keyboard here, the source is meant.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Find):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) or event.keyCombination() == _REDO:
            self.redo_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.find_asked.emit()
        elif event.key() == Qt.Key.Key_F6:
            self.left.emit()
        elif not self._edit_by_key(event):
            super().keyPressEvent(event)

    def _edit_by_key(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers() & (_CTRL | _SHIFT)
        if (change := KEYS.get((key, modifiers))) is None or self.isReadOnly():
            return False
        text = self.text()
        cursor = self.textCursor()
        start, end = (to_characters(text, at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
        edit = change(text, start, end)
        if edit is None:
            return False
        self._apply(edit)
        return True

    def toggle_comment(self) -> None:
        """Comment the selected lines, or take their `#` away."""
        text, cursor = self.text(), self.textCursor()
        start, end = (to_characters(text, at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
        self._apply(code_edits.toggle_comment(text, start, end))

    def _apply(self, edit: Edit) -> None:
        self._change(edit.text)
        self.select(edit.start, edit.end)

    def _change(self, text: str) -> None:
        old = self.text()
        if old == text:
            return
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, end, new in reversed(code_edits.differences(old, text)):
            cursor.setPosition(to_units(old, start))
            cursor.setPosition(to_units(old, end), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(new)
        cursor.endEditBlock()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Files are the window's: it opens them.
        event.ignore() if event.mimeData().hasUrls() else super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.ignore() if event.mimeData().hasUrls() else super().dragMoveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(event.pos()).popup(event.globalPos())

    def menu(self, at: QPoint) -> QMenu:
        """Return the context menu for a place in the viewport; it deletes itself when it closes."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = place_of(self.cursorForPosition(self._in_text(QPointF(at)).toPoint()))
        selection = self.textCursor().hasSelection()
        made.addAction("Select its equation", lambda: self.picked.emit(*place))
        made.addSeparator()
        for label, act, enabled in (
            ("Cut", self.cut, selection and not self.isReadOnly()),
            ("Copy", self.copy, selection),
            ("Paste", self.paste, self.canPaste()),
            ("Select all", self.selectAll, True),
            ("Comment", self.toggle_comment, not self.isReadOnly()),
        ):
            made.addAction(label, act).setEnabled(enabled)
        return made

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(self._on_text(event))
        if event.button() == Qt.MouseButton.LeftButton and event.modifiers() & _CTRL:
            self.picked.emit(*self.caret())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(self._on_text(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(self._on_text(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(self._on_text(event))

    def _on_text(self, event: QMouseEvent) -> QMouseEvent:
        """The event with its place moved from the gap between two rows onto the text: Qt takes the gap for the end of the line."""
        place = self._in_text(event.position())
        return QMouseEvent(
            event.type(), place, event.globalPosition(), event.button(), event.buttons(), event.modifiers()
        )

    def _in_text(self, place: QPointF) -> QPointF:
        if not self.viewport().rect().contains(place.toPoint()):
            return place
        for row in self._rows():
            if place.y() < row.band(0).bottom():
                return QPointF(place.x(), row.top + row.text_height / 2)
        return place

    # What it looks like.

    def _rows(self) -> Iterator[Row]:
        block, height = self.firstVisibleBlock(), QFontMetricsF(self.font()).height()
        corner = self.blockBoundingGeometry(block).translated(self.contentOffset()).topLeft()
        top = corner.y()
        while block.isValid() and top < self.viewport().height():
            # Asking for its size lays a block out: without that it has no lines to ask for places.
            size = self.blockBoundingRect(block)
            yield Row(block, corner.x(), top, height)
            top += size.height()
            block = block.next()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        for row in self._rows():
            self._paint_behind(painter, row)
        self._paint_brackets(painter)
        painter.end()
        super().paintEvent(event)

    def _paint_behind(self, painter: QPainter, row: Row) -> None:
        band = row.band(self.viewport().width())
        fill = self._band_colour(row)
        if fill is not None:
            painter.fillRect(band, fill)
        paint_error(painter, row, self._error)
        for source, strong in ((self._hovered, False), (self._selected, True)):
            if source is not None and (strong or source != self._selected):
                paint_range(painter, row, source, strong)

    def _band_colour(self, row: Row) -> QColor | None:
        if row.number == self.error_line():
            return theme.colour("error_fill")
        cursor = self.textCursor()
        current = self.hasFocus() and not cursor.hasSelection() and row.block == cursor.block()
        return theme.colour("hover") if current else None

    def _paint_brackets(self, painter: QPainter) -> None:
        cursor = self.textCursor()
        found = matching(cursor.block(), cursor.positionInBlock()) if self.hasFocus() else None
        for row in self._rows() if found else ():
            for block, unit in found or ():
                if block == row.block:
                    at = to_characters(block.text(), unit)
                    painter.fillRect(row.box(at, at + 1), theme.colour("ribbon"))

    def paint_gutter(self, painter: QPainter) -> None:
        """Paint the line numbers, and the bar of the line in error, into the gutter."""
        width = self._gutter.width()
        painter.fillRect(self._gutter.rect(), theme.colour("surface"))
        painter.setFont(theme.mono_font(theme.font("small").pixelSize()))
        for row in self._rows():
            band = row.band(width).translated(0, self.viewport().y())
            fill = self._band_colour(row)
            if fill is not None:
                painter.fillRect(band, fill)
            if row.number == self.error_line():
                painter.fillRect(QRect(0, int(band.top()), theme.px(4), int(band.height())), theme.colour("error"))
            painter.setPen(theme.colour("ink3"))
            numbers = band.adjusted(0, 0, -theme.px(12), 0)
            painter.drawText(numbers, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row.number))

    def _follow(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._gutter.scroll(0, scrolled)
        self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _repaint(self) -> None:
        self.viewport().update()
        self._gutter.update()

    def _restyle(self) -> None:
        self.setFont(theme.font("code"))
        self.setTabStopDistance(code_edits.STEP * QFontMetricsF(self.font()).horizontalAdvance(" "))
        if self.document().documentMargin() != theme.px(_MARGIN):  # Qt would lay all out anew
            self.document().setDocumentMargin(theme.px(_MARGIN))
        self._highlighter.restyle()
        self._fit()

    def _fit(self) -> None:
        """Leave room for the line numbers, and be as high as the text, up to the most.

        Which scroll bars there are is said here and not left to Qt: bars that come and go by the height, and a height
        that goes by the bars, would go round in circles.
        """
        left = self._room_for_numbers()
        if self.viewportMargins().left() != left:
            self.setViewportMargins(left, 0, 0, 0)
        row, edges = theme.line_height("code"), 2 * theme.px(_MARGIN)
        bar = self.horizontalScrollBar().sizeHint().height()
        tall = max(self.blockCount(), 3) * row + edges
        most = max(self._most_height, theme.px(96))
        longest = max(self.text().split("\n"), key=len)
        needed = left + edges + QFontMetricsF(self.font()).horizontalAdvance(longest)
        wide = needed > self.width() - (bar if tall > most else 0)
        spare = bar if wide else 0
        if tall + spare <= most:
            height = tall + spare
        else:  # whole rows
            rows = min(max(self._rows_wished or self.blockCount(), _FEWEST), (most - edges - spare) // row)
            height = rows * row + spare
        self.setHorizontalScrollBarPolicy(_BARS[wide])
        self.setVerticalScrollBarPolicy(_BARS[height < tall + spare])
        self.setFixedHeight(height)
        self._gutter.setGeometry(0, 0, left, height - spare)

    def _room_for_numbers(self) -> int:
        digits = QFontMetrics(theme.font("code")).horizontalAdvance("0" * len(str(self.blockCount())))
        return max(theme.px(_TEXT_LEFT), digits + theme.px(12 + 6)) - theme.px(_MARGIN)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(296), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


_REDO = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier | Qt.Key.Key_Z
