"""The Function column: the user's source, the arguments and their axes, the result, batch sizes and notes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.editor import CodeEditor
from vmapviz.gui.panels import function_status
from vmapviz.gui.panels.argument_rows import level_rows, level_title
from vmapviz.gui.panels.argument_view import LevelView
from vmapviz.gui.panels.code_find import CodeFind
from vmapviz.gui.panels.fields import Labelled, Section, in_order
from vmapviz.gui.panels.notes_view import NotesView
from vmapviz.gui.panels.result_rows import result_rows
from vmapviz.gui.panels.result_view import ResultView
from vmapviz.gui.panels.settings_view import LevelCount, LevelSettings, LevelsShown, Picker
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Session
from vmapviz.model.source import extent, find, functions
from vmapviz.model.trace import Source, equations_of

Change = Callable[[Session], Session]
_SHARE = 0.4  # of the column's height, at most, is the editor's
_PATIENCE_MS = 300
_NO_CASE = "as written"


class FunctionPanel(Restyled, QWidget):
    """Shows the experiment of a session. `wants` carries a change of the session, `left` asks for the jaxprs' focus."""

    wants = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = Session()
        self._sources: dict[str, Source] = {}
        self._levels: list[QWidget] = []
        self._order: list[QWidget] = []
        self._readable = Experiment()
        self._rows_are_of: tuple[object, ...] = ()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._show_status)
        self._make_parts()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.editor)
        self._show_all(Session())

    # Building.

    def _make_parts(self) -> None:
        self.title = ElidedLabel("Function", "caption", "ink2", 600)
        self.status = ElidedLabel("", "caption", "ink2")
        self.editor = CodeEditor()
        self.finder = CodeFind(self.editor)
        self.error = TextLabel("", "caption", "error", 600)
        self.functions = Picker("Function to vmap")
        self.cases = Picker("Case")
        self.arguments = Section("Arguments", function_status.hint())
        self.result = Section("Result", "click where the batch axis should go")
        self.settings = Section()
        self.count = LevelCount()
        self.shown = LevelsShown()
        self.notes = NotesView()
        self._function_row = Labelled("Vmap of", self.functions)
        self._case_row = Labelled("Case", self.cases)
        self.argument_levels: list[LevelView] = []
        self.result_levels: list[ResultView] = []
        self.level_settings: list[LevelSettings] = []

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.status)
        self._below = QHBoxLayout()
        self._below.addWidget(self.error)
        self._page = page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._beside = QHBoxLayout()
        self._beside.addWidget(self.editor)
        self._column.addLayout(self._beside)
        self._column.addWidget(self.finder)
        self._column.addLayout(self._below)
        self.settings.column.addWidget(self._case_row)
        self.settings.column.addWidget(self.count)
        self.settings.column.addWidget(self.shown)
        for part in (self._function_row, self.arguments, self.result, self.settings, self.notes):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._scroll = _Column(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        # Queued: a layout takes no new margins while it lays out, which is when the scroll bar comes and goes.
        self._scroll.overlaid.connect(self._make_room, Qt.ConnectionType.QueuedConnection)
        self._restyle()

    def hold_editor(self) -> None:
        """Have the editor back after it was lent."""
        self._beside.insertWidget(0, self.editor)
        self.editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editor.set_most_height(int(self.height() * _SHARE))
        self._show_source(self._session, self._session)

    def _make_room(self, width: int) -> None:
        """Keep the editor, with its own scroll bar, beside the scroll bar of the column."""
        self._beside.setContentsMargins(0, 0, width, 0)

    def _connect(self) -> None:
        self.editor.edited.connect(lambda text: self._want(partial(actions.edit_source, text=text)))
        self.editor.undo_asked.connect(lambda: self._want(actions.undo))
        self.editor.redo_asked.connect(lambda: self._want(actions.redo))
        self.editor.left.connect(self.left)
        self.editor.find_asked.connect(self.finder.open)
        self.editor.picked.connect(self._select_at)
        self.functions.picked.connect(lambda name: self._want(partial(actions.set_function, name=name)))
        self.cases.picked.connect(
            lambda name: self._want(partial(actions.pick_case, name=None if name == _NO_CASE else name))
        )
        self.count.wants.connect(self.wants)
        self.shown.wants.connect(self.wants)

    def _want(self, change: Change) -> None:
        self.wants.emit(change)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # From fields in which nothing is being typed: they let these keys pass.
        if event.matches(QKeySequence.StandardKey.Undo):
            self._want(actions.undo)
        elif event.matches(QKeySequence.StandardKey.Redo):
            self._want(actions.redo)
        else:
            super().keyPressEvent(event)

    # Showing.

    def show_session(self, old: Session, new: Session) -> None:
        """Show what differs between two sessions; what the user has not finished typing stays."""
        self._session = new
        if new.experiment is not old.experiment:
            self._show_source(old, new)
        if _rows_of(self._read(new)) != self._rows_are_of:
            self._show_rows(new)
        if new.picture is not old.picture:
            self._sources = _sources(new)
        self.shown.show_choice(len(new.experiment.levels) + 1, new.view.two_levels)
        self._show_ranges(new)
        if (new.problem, new.notes) != (old.problem, old.notes):
            self.notes.show_notes(function_status.notes(new))
            self._ask(old, new)
        if actions.is_tracing(new) != actions.is_tracing(old) or new.jobs.trace != old.jobs.trace:
            self._patience.start() if actions.is_tracing(new) else self._patience.stop()
        self._show_status()

    def _show_all(self, session: Session) -> None:
        self._show_source(session, session)
        self._show_rows(session)
        self.shown.show_choice(len(session.experiment.levels) + 1, session.view.two_levels)
        self._show_status()

    def _show_source(self, old: Session, new: Session) -> None:
        experiment, before = new.experiment, old.experiment
        opened = not self.editor.text() or (experiment.source != before.source and experiment.path != before.path)
        self.editor.show_text(experiment.source)
        shown = new.live if actions.is_shown(new) else None
        self.title.set_text(actions.where(new))
        self.title.setToolTip(shown.file if shown else "")
        self.arguments.hint.set_text(function_status.hint(shown is not None))
        self.arguments.hint.setToolTip(function_status.GIVEN if shown else "")
        self.editor.setReadOnly(shown is not None)
        found = functions(experiment.source) if shown is None else ()
        lines = shown.lines if shown else extent(experiment.source, experiment.function)
        if lines or opened:
            self.editor.set_rows(lines[1] - lines[0] + 1 if lines else None)
        if opened or (experiment.function != before.function and experiment.source == before.source):
            self.editor.go_to(lines[0] if lines else 1)
        names = tuple(function.name for function in found)
        if names:
            self.functions.show_names(names, experiment.function or names[-1])
        self._function_row.setVisible(len(names) > 1)
        cases = tuple(case.name for case in experiment.cases)
        self.cases.show_names((_NO_CASE, *cases), experiment.case or _NO_CASE)
        self._case_row.setVisible(bool(cases))

    def _show_status(self) -> None:
        # A trace that is over before anybody waits leaves no "Working..." flashing.
        if not (actions.is_tracing(self._session) and self._patience.isActive()):
            self.status.set_text(actions.status_text(self._session))

    def _show_ranges(self, session: Session) -> None:
        picture = session.picture
        fits = picture is not None and picture.experiment.source == session.experiment.source
        sources = self._sources if fits else {}
        self.editor.show_ranges(sources.get(session.selected or ""), sources.get(session.hovered or ""))

    def _read(self, session: Session) -> Session:
        """The session with the last source that could be read: a half-typed line must not rename the arguments."""
        experiment = session.experiment
        if functions(experiment.source) or experiment.path != self._readable.path:
            self._readable = experiment
        return replace(session, experiment=replace(experiment, source=self._readable.source))

    def _show_rows(self, session: Session) -> None:
        session = self._read(session)
        self._rows_are_of = _rows_of(session)
        rows, results = level_rows(session), result_rows(session)
        if [view.title for view in self.argument_levels] != [one.title for one in rows]:
            self._build_levels(len(rows))
        for one, arguments, result, settings in zip(
            rows, self.argument_levels, self.result_levels, self.level_settings, strict=True
        ):
            arguments.show_level(one)
            result.show_result(
                tuple(row for row in results if row.level == one.level),
                session.experiment.levels[one.level].out_axes,
            )
            name = session.experiment.levels[one.level].axis_name or ""
            settings.show_settings(function_status.batch_size(session, one), name)
        self._order_tabs()
        self.editor.show_error(function_status.error_place(session))
        self.error.set_text(function_status.error_note(session))
        self.error.setVisible(bool(function_status.error_note(session)))

    def _order_tabs(self) -> None:
        """Let Tab go from top to bottom, whatever was made when."""
        order = list(in_order(self._page))
        if order != self._order:
            self._order = order
            for one, following in pairwise(order):
                QWidget.setTabOrder(one, following)

    def _ask(self, old: Session, new: Session) -> None:
        """Put the keyboard where the message asks for a type."""
        asked = new.problem.wants_type if new.problem else None
        if asked is None or new.problem is old.problem or not self.argument_levels:
            return
        views = self.argument_levels[0].arguments
        if asked < len(views):
            views[asked].ask()

    # Levels.

    def _build_levels(self, count: int) -> None:
        for old in self._levels:
            old.hide()
            old.deleteLater()
        titles = [level_title(level, count) for level in range(count)]
        self.argument_levels = [LevelView(level, title, count) for level, title in enumerate(titles)]
        self.result_levels = [ResultView(level, title) for level, title in enumerate(titles)]
        self.level_settings = [LevelSettings(level, count > 1) for level in range(count)]
        for level in range(count):
            self.arguments.column.addWidget(self.argument_levels[level])
            self.result.column.addWidget(self.result_levels[level])
            self.settings.column.insertWidget(level, self.level_settings[level])
            self._connect_level(level)
        self._levels = [*self.argument_levels, *self.result_levels, *self.level_settings]

    def _connect_level(self, level: int) -> None:
        arguments, result, settings = self.argument_levels[level], self.result_levels[level], self.level_settings[level]
        arguments.chosen.connect(
            lambda index, path, axis: self._want(
                partial(actions.set_axis, level=level, argument=index, leaf=path, axis=axis)
            )
        )
        arguments.grown.connect(self._order_tabs)
        arguments.typed.connect(lambda index, text: self._want(partial(actions.set_argument, index=index, text=text)))
        arguments.axes_typed.connect(lambda text: self._want(partial(actions.set_in_axes_text, level=level, text=text)))
        result.chosen.connect(
            lambda path, axis: self._want(partial(actions.set_out_axis, level=level, leaf=path, axis=axis))
        )
        result.axes_typed.connect(lambda text: self._want(partial(actions.set_out_axes_text, level=level, text=text)))
        settings.wants.connect(self.wants)
        arguments.moved.connect(lambda by: self._move(level, by))
        arguments.removed.connect(lambda: self._remove(level))

    def _move(self, level: int, by: int) -> None:
        """Move a vmap; the keyboard goes with it, so that the same key moves it on."""
        head = self.argument_levels[level].head
        by_keys = head is not None and head.steps[by].hasFocus() and not head.steps[by].underMouse()
        self._want(partial(actions.move_level, level=level, by=by))
        moved = self.argument_levels[level + by].head
        if by_keys and moved is not None:
            moved.take_keyboard(by)
            self._scroll.ensureWidgetVisible(moved)

    def _remove(self, level: int) -> None:
        """Take a vmap away; the keyboard stays near."""
        self._want(partial(actions.remove_level, level=level))
        near = self.argument_levels[min(level, len(self.argument_levels) - 1)].head
        (near.remove if near is not None else self.count.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def _select_at(self, line: int, column: int) -> None:
        """Select the innermost equation whose source covers a place."""
        found = [(path, source) for path, source in self._sources.items() if _covers(source, line, column)]
        if found:
            path = min(found, key=lambda one: _length(one[1]))[0]
            self._want(partial(actions.select, path=path))

    # Looks.

    def _restyle(self) -> None:
        side = theme.px(16)
        self._head.setContentsMargins(side, theme.px(12), side, theme.px(4))
        self._below.setContentsMargins(theme.px(28), theme.px(2), side, theme.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("surface"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor.set_most_height(int(self.height() * _SHARE))


class _Column(QScrollArea):
    """Scrolls the column up and down only, and shows the panel behind it. `overlaid` carries the width of its scroll bar."""

    overlaid = Signal(int)

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._laying = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        page.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().rangeChanged.connect(self._lay_over)

    def _lay_over(self) -> None:
        """Let the scroll bar stand in the padding of the page, so that the page is as wide with it as without.

        The margins change the range in turn. Where the page is so high that it needs the bar only without them, it has to be narrower.
        """
        if self._laying:
            return
        self._laying = True
        self.setViewportMargins(0, 0, -self._overlaid(), 0)
        laid = self._overlaid()
        if not laid:
            self.setViewportMargins(0, 0, 0, 0)
        self._laying = False
        self.overlaid.emit(laid)

    def _overlaid(self) -> int:
        bar = self.verticalScrollBar()
        return bar.sizeHint().width() if bar.maximum() > 0 else 0


def _rows_of(session: Session) -> tuple[object, ...]:
    """The parts of a session that the rows are made of; of the source only what the function takes."""
    experiment, picture = session.experiment, session.picture
    function = find(experiment.source, experiment.function)
    settings = experiment.function, function and function.parameters, experiment.arguments, experiment.levels
    shown = picture and (picture.arguments, picture.results, picture.experiment.function, picture.experiment.levels)
    return *settings, shown, session.problem, session.problem_arguments, function_status.error_place(session)


def _sources(session: Session) -> dict[str, Source]:
    if session.picture is None:
        return {}
    program = session.picture.trace.original
    return {equation.path: equation.source for equation in equations_of(program) if equation.source}


def _covers(source: Source, line: int, column: int) -> bool:
    return (source.line, source.column) <= (line, column) < (source.end_line, source.end_column)


def _length(source: Source) -> tuple[int, int]:
    return source.end_line - source.line, source.end_column - source.column
