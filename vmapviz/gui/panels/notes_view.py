"""The notes of the Function column: what is worth knowing and no error, one paragraph each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.panels.fields import SIDE, Section
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.problem import Problem


class Note(Restyled, QWidget):
    """One note: a warning has its icon, others a dash."""

    def __init__(self, note: Problem) -> None:
        super().__init__()
        warns = note.severity == "warn"
        mark: QWidget = IconView("warn", "warn", 14, "caption") if warns else TextLabel("–", "caption", "ink3")
        words = TextLabel(f"{note.title} {note.text}".strip(), "caption", "ink" if warns else "ink2")
        self._row = QHBoxLayout(self)
        self._row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(words, 1)
        self._restyle()

    def _restyle(self) -> None:
        self._row.setContentsMargins(theme.px(SIDE), theme.px(4), theme.px(SIDE), theme.px(4))
        self._row.setSpacing(theme.px(8))


class NotesView(Section):
    """All notes; hidden while there are none."""

    def __init__(self) -> None:
        super().__init__("Notes")
        self._shown: tuple[Problem, ...] = ()
        self.notes: list[Note] = []
        self.hide()

    def show_notes(self, notes: tuple[Problem, ...]) -> None:
        """Show these notes; the same ones stay as they are."""
        if notes == self._shown:
            return
        self._shown = notes
        for old in self.notes:
            old.hide()
            old.deleteLater()
        self.notes = [Note(note) for note in notes]
        for new in self.notes:
            self.column.addWidget(new)
        self.setVisible(bool(notes))
