"""The arguments under one vmap: a row each, with the parts of a pytree under it, and the text of in_axes."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.panels.argument_rows import ArgumentRow, Leaf, LevelRows, plain
from vmapviz.gui.panels.axis_row import AxisRow
from vmapviz.gui.panels.fields import SIDE, Field, Indented, Labelled, Sentence
from vmapviz.gui.panels.level_head import MovableHead
from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.model.arguments import argument_problem
from vmapviz.model.axes import parse
from vmapviz.model.problem import Problem

_MOST_OPEN = 6  # parts of a pytree that are shown without being asked for
_INDENT = 12


class ArgumentView(Restyled, QWidget):
    """One argument. `chosen` carries (path, axis), path None = all of it; `typed` carries the new text of its value.

    `grown` says that there are new controls.
    """

    chosen = Signal(object, object)
    typed = Signal(str)
    grown = Signal()

    def __init__(self, level: int) -> None:
        super().__init__()
        self._row: ArgumentRow | None = None
        self._level = level
        self._open: bool | None = None  # None: as many parts say
        self.head = AxisRow()
        self.head.chosen.connect(lambda axis: self.chosen.emit(None, axis))
        self.sentence = Sentence()
        self.field = Field("type or value")
        self.field.committed.connect(self._type)
        self.field.taken_back.connect(lambda: self.sentence.say(""))
        self.fold = IconButton("chevron-down", "Fold the parts", self.head, size=20, icon_size=12)
        self.fold.clicked.connect(self._toggle)
        self.leaves: list[AxisRow] = []
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)
        self._texts = [Indented(self.field, above=2), Indented(self.sentence, above=2)]
        for text in self._texts:
            self._column.addWidget(text)
        self._texts[0].setVisible(level == 0)  # The value is the same at every level: one place to type it.
        self._texts[1].hide()
        self._restyle()

    def show_row(self, row: ArgumentRow) -> None:
        """Show `row`; an equal one changes nothing."""
        if row == self._row:
            return
        if self._row is not None and row.text != self._row.text:
            self._say("")
        self._row = row
        self.head.show_row(row.name, row.control, row.caption, row.level, f"{row.name}: batch axis")
        self.field.setAccessibleName(f"{row.name}: type or value")
        self.field.show_text(row.text)
        self._show_leaves()
        self.update()

    def row(self) -> ArgumentRow | None:
        """Return what is shown."""
        return self._row

    def ask(self) -> None:
        """Put the keyboard into the value, ready to be typed over."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _type(self, text: str) -> None:
        row = self._row
        problem = argument_problem(text, row.index, row.name) if row else None
        self._say(f"{plain(problem.title)} {plain(problem.text)}" if problem else "")
        if problem is None:
            self.typed.emit(text.strip())

    def _say(self, text: str) -> None:
        self.sentence.say(text)
        self._texts[1].setVisible(bool(text))

    def _is_open(self) -> bool:
        count = len(self._row.leaves) if self._row else 0
        return count <= _MOST_OPEN if self._open is None else self._open

    def _toggle(self) -> None:
        self._open = not self._is_open()
        self._show_leaves()
        self.grown.emit()

    def _show_leaves(self) -> None:
        row, opened = self._row, self._is_open()
        leaves = row.leaves if row and opened else ()
        while len(self.leaves) < len(leaves):
            self._add_leaf()
        for view in self.leaves[len(leaves) :]:
            view.hide()
        for view, leaf in zip(self.leaves, leaves, strict=False):
            self._show_leaf(view, leaf)
        self.fold.setVisible(bool(row and row.leaves))
        self.fold.set_icon(
            "chevron-down" if opened else "chevron-right", "Fold the parts" if opened else "Show the parts"
        )
        self._place_fold()

    def _show_leaf(self, view: AxisRow, leaf: Leaf) -> None:
        name = self._row.name if self._row else ""
        control = self._row.control if self._row else None
        said = replace(leaf, dtype="") if control and control.dtype else leaf
        view.show_row(leaf.path, said, (), self._level, f"{name}{leaf.path}: batch axis")
        view.show()

    def _add_leaf(self) -> None:
        view = AxisRow(weight=400, indent=_INDENT, above=6)
        at = len(self.leaves)
        view.chosen.connect(lambda axis: self._choose_leaf(at, axis))
        self.leaves.append(view)
        self._column.addWidget(view)

    def _choose_leaf(self, at: int, axis: int | None) -> None:
        if self._row is not None and at < len(self._row.leaves):
            self.chosen.emit(self._row.leaves[at].path, axis)

    def _place_fold(self) -> None:
        self.fold.setGeometry(theme.px(SIDE + 60), theme.px(4), theme.px(20), theme.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = [view for view in self.leaves if not view.isHidden()]
        painter = QPainter(self)
        if self._row is not None and self._row.wrong:
            self._paint_wrong(painter)
        if shown:
            top, foot = shown[0].y() + theme.px(6), shown[-1].geometry().bottom()
            painter.fillRect(theme.px(SIDE + 4), top, 1, foot - top, theme.colour("cell"))

    def _paint_wrong(self, painter: QPainter) -> None:
        box = QRect(0, theme.px(1), self.width(), self.height() - theme.px(2))
        painter.fillRect(box, theme.colour("error_fill"))
        painter.fillRect(0, box.top(), theme.px(4), box.height(), theme.colour("error"))

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, theme.px(6), 0, theme.px(6))
        self._place_fold()


class AxesField(QWidget):
    """The text of in_axes or out_axes; `typed` carries a text that can be read as axes."""

    typed = Signal(str)

    def __init__(self, what: str, name: str) -> None:
        super().__init__()
        self._what = what
        self.field = Field(name)
        self.sentence = Sentence()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Labelled(what, self.field, mono=True, height=28))
        self._below = Indented(self.sentence, above=2)
        self._below.hide()
        column.addWidget(self._below)
        self.field.committed.connect(self._type)
        self.field.taken_back.connect(lambda: self._say(""))

    def show_text(self, text: str) -> None:
        """Show the text; a sentence about what the user typed goes when other text takes its place."""
        self.field.show_text(text)
        if self.field.text() == text:
            self._say("")

    def _type(self, text: str) -> None:
        found = parse(text, self._what)
        if isinstance(found, Problem):
            self._say(f"{plain(found.title)} {plain(found.text)}")
        else:
            self._say("")
            self.typed.emit(text.strip())

    def _say(self, text: str) -> None:
        self.sentence.say(text)
        self._below.setVisible(bool(text))


class LevelView(QWidget):
    """The arguments under one vmap. `chosen` carries (index, path, axis), `typed` (index, text), `axes_typed` a text.

    `moved` carries -1 for a step of the vmap inwards and 1 for one outwards, `removed` nothing.
    """

    chosen = Signal(int, object, object)
    typed = Signal(int, str)
    axes_typed = Signal(str)
    grown = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, level: int, title: str, count: int = 1) -> None:
        super().__init__()
        self.level, self.title = level, title
        self.head: MovableHead | None = None
        self.arguments: list[ArgumentView] = []
        self.in_axes = AxesField("in_axes", f"in_axes of the {title}" if title else "in_axes")
        self.in_axes.typed.connect(self.axes_typed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        if title:
            self.head = MovableHead(level, title, count)
            self.head.moved.connect(self.moved)
            self.head.removed.connect(self.removed)
            self._column.addWidget(self.head)
        self._column.addWidget(self.in_axes)

    def show_level(self, rows: LevelRows) -> None:
        """Show these rows; views stay where they are, so that the keyboard does."""
        while len(self.arguments) < len(rows.rows):
            self._add()
        for view in self.arguments[len(rows.rows) :]:
            view.hide()
        for view, row in zip(self.arguments, rows.rows, strict=False):
            view.show_row(row)
            view.show()
        self.in_axes.show_text(rows.in_axes)

    def _add(self) -> None:
        view, index = ArgumentView(self.level), len(self.arguments)
        view.chosen.connect(lambda path, axis: self.chosen.emit(index, path, axis))
        view.typed.connect(lambda text: self.typed.emit(index, text))
        view.grown.connect(self.grown)
        self.arguments.append(view)
        self._column.insertWidget(self._column.count() - 1, view)
