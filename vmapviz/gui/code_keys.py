"""The keys that edit Python otherwise than a plain editor does."""

from __future__ import annotations

from PySide6.QtCore import Qt

from vmapviz.gui import code_edits

_PLAIN, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {
    (Qt.Key.Key_Return, _PLAIN): code_edits.new_line,
    (Qt.Key.Key_Enter, _PLAIN): code_edits.new_line,
    (Qt.Key.Key_Backspace, _PLAIN): code_edits.backspace,
    (Qt.Key.Key_Tab, _PLAIN): code_edits.indent,
    (Qt.Key.Key_Backtab, _SHIFT): code_edits.dedent,
    (Qt.Key.Key_Backtab, _PLAIN): code_edits.dedent,
    (Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier): code_edits.toggle_comment,
}
