"""The list of examples at the left, grouped; it folds to a narrow rail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from vmapviz.gui import icons, theme
from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.model.session import Session

WIDE, RAIL = 168, 48
_ROW, _GROUP = 26, 29


class ExamplesPanel(QWidget):
    """Wide: all examples by group and the search; narrow: one button that unfolds it, and one for the function where that has no place.
    `opened(path)` when one is chosen."""

    opened = Signal(str)
    folded = Signal()
    searched = Signal()
    function_asked = Signal()

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = ExampleList(groups)
        self.list.chosen.connect(self.opened)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._wide())
        self._stack.addWidget(self._rail())
        self._wished, self._narrow, self._called = True, False, False
        self._resize()

    def _wide(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 8, 0, 12)
        column.setSpacing(4)
        header = QHBoxLayout()
        header.setContentsMargins(16, 0, 4, 0)
        title = _Title("Examples", page)
        self._fold = IconButton("chevron-left", "Fold the examples", size=26, icon_size=14)
        self._fold.clicked.connect(self.folded)
        header.addWidget(title, 1)
        header.addWidget(self._fold)
        column.addLayout(header)
        area = QScrollArea(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.list)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.shown = lambda box: area.ensureVisible(box.center().x(), box.center().y(), 0, 60)
        column.addWidget(area, 1)
        find = _FindBox(page)
        find.pressed.connect(self.searched)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 0)
        foot.addWidget(find)
        column.addLayout(foot)
        return page

    def _rail(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        unfold = IconButton("menu", "Show the examples")
        unfold.clicked.connect(self.folded)
        column.addWidget(unfold)
        self.function = IconButton("code", "Show or hide the function (Ctrl+1)")
        self.function.clicked.connect(self.function_asked)
        self.function.hide()
        column.addWidget(self.function)
        column.addStretch(1)
        return page

    def show_session(self, old: Session, new: Session) -> None:
        """Fold or unfold, and mark the open example."""
        self.list.set_current(new.experiment.path)
        self._wished = new.view.examples_open
        self._resize()

    def set_narrow(self, narrow: bool) -> None:
        """Fold where the window is too narrow for the list; `toggle` still shows it."""
        if narrow != self._narrow:
            self._narrow, self._called = narrow, False
            self._resize()

    def toggle(self) -> bool:
        """Show or fold the list in a narrow window; False where the session says which."""
        if self._narrow:
            self._called = not self._called
            self._resize()
        return self._narrow

    def _resize(self) -> None:
        wide = self._called if self._narrow else self._wished
        self._stack.setCurrentIndex(0 if wide else 1)
        self.setFixedWidth(theme.px(WIDE if wide else RAIL))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._resize()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme.colour("line"))


class _Title(QWidget):
    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = text

    def sizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.ui_font(theme.px(12), 600))
        painter.setPen(theme.colour("ink2"))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self._text)


class _FindBox(QWidget):
    """Looks like the search field it opens."""

    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Find an example or a command, Ctrl+K")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(140), theme.px(28))

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("ink" if self.hasFocus() else "line"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.px(6), theme.px(6))
        side = theme.px(13)
        picture = icons.pixmap("search", side, "ink3", self.devicePixelRatioF())
        painter.drawPixmap(theme.px(9), (self.height() - side) // 2, picture)
        painter.setPen(theme.colour("ink3"))
        painter.setFont(theme.ui_font(theme.px(12)))
        box = self.rect().adjusted(theme.px(30), 0, -theme.px(8), 0)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), "Find")
        painter.setFont(theme.mono_font(theme.px(11)))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), "Ctrl K")


class ExampleList(QWidget):
    """Groups and names, painted; Up, Down, Home, End move, Enter opens. `chosen(path)`."""

    chosen = Signal(str)

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__()
        self._rows: list[tuple[str, str]] = []
        for group, entries in groups:
            self._rows.append((group, ""))
            self._rows += [(name, path) for name, path in entries]
        self._current, self._hovered, self._focused = "", -1, 1
        self.shown: Callable[[QRect], None] = lambda box: None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Examples")

    def set_current(self, path: str) -> None:
        """Mark the open example."""
        if path != self._current:
            self._current = path
            self._focused = next((i for i, row in enumerate(self._rows) if row[1] == path), self._focused)
            self.update()
            QTimer.singleShot(0, self, lambda: self.shown(self._box(self._focused)))  # once it has its size

    def sizeHint(self) -> QSize:
        return QSize(theme.px(WIDE), self._box(len(self._rows) - 1).bottom() + theme.px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def _box(self, index: int) -> QRect:
        y = sum(theme.px(_ROW if path else _GROUP) for _, path in self._rows[:index])
        return QRect(0, y, self.width(), theme.px(_ROW if self._rows[index][1] else _GROUP))

    def _at(self, y: float) -> int:
        for i in range(len(self._rows)):
            if self._box(i).bottom() >= y:
                return i if self._rows[i][1] else -1
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position().y()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover(-1)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setToolTip(self._rows[index][0] if index >= 0 else "")
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().y())
        if index >= 0:
            self._focused = index
            self.chosen.emit(self._rows[index][1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        names = [i for i, (_, path) in enumerate(self._rows) if path]
        at = names.index(self._focused) if self._focused in names else 0
        moves = {Qt.Key.Key_Up: at - 1, Qt.Key.Key_Down: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(names) - 1}
        if event.key() in moves:
            self._focused = names[max(0, min(len(names) - 1, moves[Qt.Key(event.key())]))]
            self.setAccessibleDescription(self._rows[self._focused][0])
            self.shown(self._box(self._focused))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._rows[self._focused][1])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, (text, path) in enumerate(self._rows):
            box = self._box(i)
            if not box.intersects(event.rect()):
                continue
            if path:
                self._paint_name(painter, box, i, text, path)
            else:
                painter.setFont(theme.ui_font(theme.px(11)))
                painter.setPen(theme.colour("ink3"))
                self._text(painter, box.adjusted(0, theme.px(6), 0, 0), text)

    def _paint_name(self, painter: QPainter, box: QRect, index: int, text: str, path: str) -> None:
        current = path == self._current
        if current or index == self._hovered:
            painter.fillRect(box, theme.colour("select"))
        if current:
            painter.fillRect(box.x(), box.y(), theme.px(3), box.height(), theme.colour("ink"))
        painter.setFont(theme.ui_font(theme.px(13), 600 if current else 400))
        painter.setPen(theme.colour("ink" if current else "ink2"))
        self._text(painter, box, text)
        if self.hasFocus() and index == self._focused:
            painter.setPen(theme.colour("ink"))
            painter.drawRoundedRect(box.adjusted(4, 1, -6, -2), 4, 4)

    def _text(self, painter: QPainter, box: QRect, text: str) -> None:
        inner = box.adjusted(theme.px(16), 0, -theme.px(8), 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), shown)
