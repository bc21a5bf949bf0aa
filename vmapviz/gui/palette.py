"""Finds an example or a command by a few of its letters (Ctrl+K)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from vmapviz.gui import theme


class Entry(NamedTuple):
    """Something that can be found: its title, what stands at the right (keys, group), and what choosing it does."""

    title: str
    note: str
    run: Callable[[], None]


def matches(text: str, title: str) -> int | None:
    """How well `title` matches what was typed: smaller is better, None = not at all; letters in order, case ignored."""
    wanted, found = text.casefold().replace(" ", ""), title.casefold()
    if text.casefold() in found:
        return found.index(text.casefold())
    position = -1
    for letter in wanted:
        position = found.find(letter, position + 1)
        if position < 0:
            return None
    return 1000 + position


_NOTE = Qt.ItemDataRole.UserRole + 1
_ROW = 28


class _Rows(QStyledItemDelegate):
    """The title at the left, the note at the right, quieter."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme.px(_ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("select"))
        inner = box.adjusted(theme.px(8), 0, -theme.px(12), 0)
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        self._text(painter, inner, index.data(_NOTE) or "", "caption", "ink3", Qt.AlignmentFlag.AlignRight)
        self._text(painter, inner, index.data(), "body", "ink" if usable else "ink3", Qt.AlignmentFlag.AlignLeft)

    def _text(self, painter: QPainter, box: QRect, text: str, role: str, colour: str, side: Qt.AlignmentFlag) -> None:
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour(colour))
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


class CommandPalette(QFrame):
    """A field and a list over the window; Enter runs, Esc closes, Up and Down choose. The keyboard goes back to where it was."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self._over = parent
        self._entries: Sequence[Entry] = ()
        self._before: QWidget | None = None
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Find an example or a command")
        self.field.setAccessibleName("Find an example or a command")
        self.list = QListWidget(self)
        self.list.setAccessibleName("What was found")
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self.hide()

    def open(self, entries: Sequence[Entry]) -> None:
        """Show these entries and take the keyboard."""
        self._entries = entries
        self._before = self._before if self.isVisible() else QApplication.focusWidget()
        room, top = self._over.size(), theme.px(56)
        width, height = min(theme.px(560), room.width() - 32), min(theme.px(420), room.height() - top - 16)
        self.setGeometry((room.width() - width) // 2, top, width, height)
        self.field.clear()
        self._fill("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self, text: str) -> None:
        ranked = [(matches(text, f"{e.title} {e.note}"), i) for i, e in enumerate(self._entries)]
        found = sorted((rank, i) for rank, i in ranked if rank is not None)
        self.list.clear()
        for _, i in found:
            entry = self._entries[i]
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, i)
            item.setData(_NOTE, entry.note)
            self.list.addItem(item)
        if not found:
            nothing = QListWidgetItem("Nothing has these letters in its name.")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        row, last = self.list.currentRow(), self.list.count() - 1
        rows = {
            Qt.Key.Key_Up: row - 1,
            Qt.Key.Key_Down: row + 1,
            Qt.Key.Key_PageUp: row - 10,
            Qt.Key.Key_PageDown: row + 10,
        }
        if event.key() in rows:
            self.list.setCurrentRow(max(0, min(last, rows[Qt.Key(event.key())])))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentItem())
        elif event.key() == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def _run(self, item: QListWidgetItem | None) -> None:
        index = item.data(Qt.ItemDataRole.UserRole) if item else None
        self.close_palette()
        if index is not None:
            self._entries[index].run()

    def close_palette(self) -> None:
        """Go away and give the keyboard back."""
        if not self.isVisible():
            return
        before, self._before = self._before, None
        if before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()
