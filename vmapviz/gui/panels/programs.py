"""The heart of the window: the programs side by side, what is selected in them, copying and finding."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.programs.find import FindBar
from vmapviz.gui.programs.levels import LevelBar
from vmapviz.gui.programs.view import ProgramView
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model import actions
from vmapviz.model.match_words import difference_words
from vmapviz.model.programs.find import Match, find
from vmapviz.model.programs.remembered import remembered_layout
from vmapviz.model.programs.words import all_text, selectable, selection_text, spoken
from vmapviz.model.scenes.programs.marks import difference, differing, mark
from vmapviz.model.session import Session
from vmapviz.model.theme import zoom

EMPTY = "**Choose an example**, or type a function of one example. vmapviz shows what vmap makes of it."
SHOWN = ("vmap", "pmap", "StableHLO", "HLO", "by hand")
HINTS = {
    "vmap": "the jaxpr that vmap makes",
    "pmap": "the jaxpr that pmap makes, over devices",
    "StableHLO": "what JAX lowers jit(vmap) to",
    "HLO": "what XLA compiles it to on this machine",
}
NO_PMAP = "pmap's program is shown for one vmap"
_MOVES = {
    "next": actions.select_next,
    "previous": actions.select_previous,
    "first": actions.select_first,
    "last": actions.select_last,
}


class Programs(QWidget):
    """Shows the trace of a session; `wants` carries a function from Session to Session."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = self._placed = Session()
        self._matches: tuple[Match, ...] = ()
        self._match = 0
        self.view = ProgramView(self)
        self.levels = LevelBar(self)
        self.bar = FindBar(self)
        self.bar.hide()
        self.empty = TextLabel(EMPTY, colour="ink2", parent=self.view.viewport())
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.levels)
        column.addWidget(self.view, 1)
        inside = QVBoxLayout(self.view.viewport())
        inside.setContentsMargins(48, 0, 48, 0)
        inside.addWidget(self.empty)
        self.switch = Segmented(SHOWN, "vmap", "Which program", self.view.viewport())
        self.switch.explain(HINTS)
        self.view.set_control(self.switch)
        self.setFocusProxy(self.view)
        self._connect()

    def _connect(self) -> None:
        self.switch.chosen.connect(lambda by: self.wants.emit(partial(actions.show_by, by=by)))
        self.view.pointed.connect(lambda root: self.wants.emit(partial(actions.hover, path=root or None)))
        self.view.picked.connect(lambda root: self.wants.emit(partial(actions.select, path=root or None)))
        self.view.folded.connect(lambda path: self.wants.emit(partial(actions.toggle_fold, path=path)))
        self.view.moved.connect(lambda where: self.wants.emit(_MOVES[where]))
        self.view.stepped.connect(self._want_step)
        self.view.opened.connect(self._want_open)
        self.levels.chosen.connect(lambda pair: self.wants.emit(partial(actions.show_pair, pair=pair)))
        self.bar.sought.connect(self._seek)
        self.bar.stepped.connect(self._go)
        self.bar.closed.connect(self.close_find)

    def show_session(self, old: Session, new: Session) -> None:
        """Show what differs between two sessions."""
        self._session = new
        if new.lecture is None:
            self.view.set_zoom(zoom(new.view.zoom))
        else:
            self.view.set_zoom(new.view.zoom, theme.least_scale(), theme.font("params").pixelSize())
        self.switch.set_chosen(new.by)
        several = new.picture is not None and len(new.picture.trace.levels) > 1
        self.switch.set_possible("pmap", NO_PMAP if several else "")
        self.switch.offer("by hand", bool(new.experiment.reference) or new.by == "by hand")
        self.view.show_control(new.picture is not None and new.lecture is None)
        # What was shown stays until the program that is wanted is there.
        if not actions.is_mapping(new) and not _same_programs(self._placed, new):
            self._place(new)
            if old.picture is new.picture and actions.shown_programs(old) != actions.shown_programs(new):
                self.view.reveal(new.selected or "")
        if actions.matched(old) is not actions.matched(new):
            self._show_marks()
            self._tell()
        state = (new.selected, new.hovered)
        if state != (self.view.selected, self.view.hovered):
            told = new.selected != self.view.selected
            self.view.set_state(*state)
            if told:
                self._tell()

    def _place(self, session: Session) -> None:
        turned = session.by != self._placed.by
        self._placed = session
        picture, trace = session.picture, actions.shown_trace(session)
        self.empty.setVisible(picture is None)
        self.levels.show_session(session)
        if picture is None or trace is None:
            self.view.set_layout(None, "", False)
        else:
            seen = actions.shown_programs(session)
            placed = remembered_layout(trace, session.folded, session.view.raw, seen)
            self.view.set_layout(placed, picture.experiment.function, session.view.raw)
            self._seek(self.bar.field.text() if not self.bar.isHidden() else "")
            if turned and session.selected:
                self.view.reveal(session.selected)
        self._tell()

    def _tell(self) -> None:
        placed = self.view.layout_
        said = (
            (spoken(placed, self._session.selected), difference_words(self._session, self._session.selected))
            if placed
            else ()
        )
        self.view.setAccessibleDescription(". ".join(filter(None, said)))

    def set_dimmed(self, opacity: float) -> None:
        """Paint the programs at `opacity` while they are out of date; 1 when they are not."""
        self.view.set_opacity(opacity)

    def _want_step(self, by: int) -> None:
        """Go to the next or previous equation that can be seen, nested ones too."""
        if self.view.layout_ is not None:
            self.wants.emit(partial(actions.select_in_program, by=by, visible=selectable(self.view.layout_)))

    def _want_open(self, opened: bool) -> None:
        """Open or fold everything that can be folded of the selected equation."""
        placed, selected = self.view.layout_, self._session.selected
        rows = [row for rows in (placed.rows if placed else ()) for row in rows]
        folds = frozenset(row.fold for row in rows if row.fold and row.root == selected and row.open != opened)
        if folds:
            self.wants.emit(partial(actions.toggle_folds, paths=folds))

    def copy(self) -> None:
        """Put the selected equation and what it became on the clipboard, as JAX prints them; without a selection, everything."""
        trace, selected = actions.shown_trace(self._session), self._session.selected
        if trace is not None:
            seen = actions.shown_programs(self._session)
            text = selection_text(trace, selected, seen) if selected else all_text(trace, seen)
            QGuiApplication.clipboard().setText(text)

    def copy_all(self) -> None:
        """Put all programs that are shown on the clipboard, as JAX prints them."""
        if (trace := actions.shown_trace(self._session)) is not None:
            QGuiApplication.clipboard().setText(all_text(trace, actions.shown_programs(self._session)))

    def open_find(self) -> None:
        """Open the bar that finds text."""
        self.bar.show()
        self.bar.start()
        self._seek(self.bar.field.text())

    def close_find(self) -> None:
        """Close the bar; the keyboard goes back to the programs."""
        self.bar.hide()
        self._seek("")
        self.view.setFocus()

    def _seek(self, text: str) -> None:
        placed = self.view.layout_
        self._matches = find(placed, text, self._session.view.raw) if placed is not None and text else ()
        self._match = 0
        self._mark()

    def _go(self, by: int) -> None:
        if self._matches:
            self._match = (self._match + by) % len(self._matches)
            self._mark()

    def _mark(self) -> None:
        """Underline the matches and scroll to the current one."""
        self.bar.say(self._match, len(self._matches))
        self._show_marks()
        if self._matches:
            row = self._matches[self._match].row
            self.view.show_between(row.y - 24, row.y + row.height + 24)

    def _show_marks(self) -> None:
        """The matches, and the equations at which one example is not what the batch has for it."""
        placed, matched = self.view.layout_, actions.matched(self._session)
        rows = differing(placed, matched.differing) if placed is not None and matched is not None else ()
        first = matched.first.path if matched is not None and matched.first is not None else ""
        found = [
            (match.row, partial(mark, match, strong=number == self._match))
            for number, match in enumerate(self._matches)
        ]
        signs = [(row, partial(difference, row, first=row.root == first)) for row in rows]
        self.view.set_marks((*signs, *found))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and find."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.open_find()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to copy, find, open and fold."""
        if self._session.picture is not None:
            self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """A menu of what can be done with the selection; it goes when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self._session.selected)
        entries = (
            ("Copy equation", self.copy, chosen),
            ("Copy all", self.copy_all, True),
            ("Find", self.open_find, True),
            ("Open bodies", partial(self._want_open, True), chosen),
            ("Fold bodies", partial(self._want_open, False), chosen),
        )
        for text, call, possible in entries:
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, call=call: call())
            action.setEnabled(possible)
        return menu


def _same_programs(old: Session, new: Session) -> bool:
    """Whether two sessions lay out alike; traces by identity, for comparing thousands of equations takes long."""
    before, after = old.picture, new.picture
    shown, now = actions.shown_trace(old), actions.shown_trace(new)
    if before is None or after is None or shown is None or now is None:
        return before is after
    same = shown.programs is now.programs and before.experiment.function == after.experiment.function
    seen = actions.shown_programs(old) == actions.shown_programs(new)
    return same and seen and old.by == new.by and (old.folded, old.view.raw) == (new.folded, new.view.raw)
