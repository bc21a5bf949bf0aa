"""Rows of an editor as tall as the guide wants them, and what is painted behind and under their text."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlock, QTextCursor, QTextLine
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QWidget

from vmapviz.gui import theme
from vmapviz.gui.highlight import WORDS_PROPERTY
from vmapviz.gui.utf16 import to_characters, to_units
from vmapviz.model.trace import Source

OPEN, CLOSE = "([{", ")]}"
_FARTHEST = 2_000  # lines that the other half of a bracket is looked for in


class Gutter(QWidget):
    """The strip beside an editor that `paint` paints."""

    def __init__(self, editor: QWidget, paint: Callable[[QPainter], None]) -> None:
        super().__init__(editor)
        self._paint = paint

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._paint(QPainter(self))


class TallRows(QPlainTextDocumentLayout):
    """The layout of a plain document whose rows have the line height of the guide; the text stands at their top."""

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        # Qt's plain layout knows no line height; every place and size it gives is made from this one.
        box = super().blockBoundingRect(block)
        box.setHeight(theme.line_height("code") * max(block.lineCount(), 1) if block.isVisible() else 0)
        return box


class Row(NamedTuple):
    """One visible line: its block, and where its text starts in the viewport."""

    block: QTextBlock
    left: float
    top: float
    text_height: float

    @property
    def number(self) -> int:
        """The number of the line, from 1."""
        return self.block.blockNumber() + 1

    def band(self, width: float) -> QRectF:
        """The whole row, as wide as `width`, with the text in its middle."""
        height = theme.line_height("code")
        return QRectF(0, round(self.top - (height - self.text_height) / 2), width, height)

    def box(self, start: int, end: int, room: float = 0) -> QRectF:
        """The area of the characters from `start` to `end`, with `room` on both sides."""
        line, text = self.block.layout().lineAt(0), self.block.text()
        left, right = (_x(line, to_units(text, place)) for place in (start, end))
        return QRectF(self.left + left - room, self.top - 1, right - left + 2 * room, self.text_height + 2)


def _x(line: QTextLine, unit: int) -> float:
    found = line.cursorToX(unit)
    assert isinstance(found, tuple)  # PySide gives the place, and the unit that it stands for
    return float(found[0])


def columns(source: Source, line: int, text: str) -> tuple[int, int] | None:
    """Return the columns of `line`, whose text is `text`, that a source range covers; None where it covers nothing.

    The lines after the first count from their first character, all but the last up to their last.
    """
    if not source.line <= line <= source.end_line:
        return None
    start = source.column if line == source.line else len(text) - len(text.lstrip())
    end = source.end_column if line == source.end_line else len(text.rstrip())
    end = min(end, len(text))
    return (start, end) if start < end else None


def paint_range(painter: QPainter, row: Row, source: Source, strong: bool) -> None:
    """Paint a source range behind the text of a row: of the selected equation strong, of the hovered one light."""
    covered = columns(source, row.number, row.block.text())
    if covered is None:
        return
    box = row.box(*covered, room=theme.px(2))
    foot = box.toAlignedRect()
    thickness = theme.px(2 if strong else 1)
    painter.fillRect(foot, theme.colour("ribbon", 1 if strong else 0.55))
    painter.fillRect(
        foot.left(), foot.bottom() + 1, foot.width(), thickness, theme.colour("ink" if strong else "ribbon_line")
    )


def paint_error(painter: QPainter, row: Row, source: Source | None) -> None:
    """Underline what of a row an error stands in; nothing where that is all of its code: the line is marked anyway."""
    text = row.block.text()
    covered = columns(source, row.number, text) if source else None
    if covered is None or text[slice(*covered)].strip() == text.strip():
        return
    foot = row.box(*covered).toAlignedRect()
    painter.fillRect(foot.left(), foot.bottom() + 1, foot.width(), theme.px(2), theme.colour("error"))


def matching(block: QTextBlock, column: int) -> tuple[tuple[QTextBlock, int], tuple[QTextBlock, int]] | None:
    """Return the bracket before or after a column (in UTF-16 units) of a block and its other half, as (block, column)."""
    for at in (column - 1, column):
        mark = _bracket(block, at)
        if mark:
            other = _other_half(block, at, mark)
            return ((block, at), other) if other else None
    return None


def _bracket(block: QTextBlock, at: int) -> str:
    """The bracket at a column, "" where there is none or where it is part of a string or a comment."""
    units = block.text().encode("utf-16-le", "surrogatepass")
    mark = units[2 * at : 2 * at + 2].decode("utf-16-le", "ignore") if at >= 0 else ""
    return mark if mark and mark in OPEN + CLOSE and not _in_words(block, at) else ""


def _in_words(block: QTextBlock, at: int) -> bool:
    return any(
        part.start <= at < part.start + part.length and part.format.property(WORDS_PROPERTY)
        for part in block.layout().formats()
    )


def _other_half(block: QTextBlock, at: int, mark: str) -> tuple[QTextBlock, int] | None:
    forward, depth = mark in OPEN, 0
    for _ in range(_FARTHEST):
        length = block.length() - 1
        for place in range(at, length) if forward else range(min(at, length - 1), -1, -1):
            found = _bracket(block, place)
            depth += (found != "" and found in OPEN) - (found != "" and found in CLOSE)
            if found and depth == 0:
                return block, place
        block = block.next() if forward else block.previous()
        if not block.isValid():
            return None
        at = 0 if forward else block.length() - 2
    return None


def place_of(cursor: QTextCursor) -> tuple[int, int]:
    """The line (from 1) and the column in characters (from 0) of a caret."""
    return cursor.blockNumber() + 1, to_characters(cursor.block().text(), cursor.positionInBlock())


def bring_into_view(editor: QPlainTextEdit, place: Source | None) -> None:
    """Scroll so that a place can be seen, if there is one, unless someone types."""
    if place is not None and not editor.hasFocus():
        bar = editor.verticalScrollBar()  # in lines
        bar.setValue(min(max(bar.value(), place.end_line - bar.pageStep()), place.line - 1))
