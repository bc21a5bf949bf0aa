"""Finding text in the editor: the bar of the programs, for the source."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from vmapviz.gui.editor import CodeEditor
from vmapviz.gui.programs.find import FindBar
from vmapviz.gui.utf16 import to_characters


class CodeFind(FindBar):
    """Selects the places in the editor where a text stands, ignoring case; the keyboard stays in the bar until it closes."""

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.field.setPlaceholderText("Find in the source")
        self.field.setAccessibleName("Find in the source")
        self.sought.connect(lambda _text: self._go(0))
        self.stepped.connect(self._go)
        self.closed.connect(self._close)
        self.hide()

    def open(self) -> None:
        """Show the bar, with what is selected in the editor as the text."""
        self.show()
        selected = self._editor.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self.field.setText(selected)
        self.start()

    def _go(self, step: int) -> None:
        """Select the next (1) or previous (-1) place, for 0 the first from where the selection starts."""
        text, wanted = self._editor.text(), re.escape(self.field.text())
        found = [match.span() for match in re.finditer(wanted, text, re.IGNORECASE)] if wanted else []
        if not found:
            self.say(-1, 0)
            return
        start = to_characters(text, self._editor.textCursor().selectionStart())
        at = next((i for i, (place, _) in enumerate(found) if place >= start), 0)
        at = (at + (step if found[at][0] == start else min(step, 0))) % len(found)
        self._editor.select(*found[at])
        self.say(at, len(found))

    def _close(self) -> None:
        self.hide()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
