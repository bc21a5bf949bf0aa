"""All keys in one list (F1), made from the table of commands."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.commands import Command

# Keys that belong to one widget and so are no commands.
ELSEWHERE = (
    ("Up / Down", "previous / next row of the programs; in Shapes and the transport: previous / next picture"),
    ("Enter / Backspace", "open / fold the nested body"),
    ("Ctrl+C", "copy the selected equations, or the selected text"),
    ("Ctrl+/", "comment the selected lines of the function"),
    ("Esc", "close what is open: find, palette, message; let go of the picked cell"),
)


def key_table(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """Pairs of keys and what they do, in the order of the menus."""
    own = [(" or ".join(command.keys), command.title) for command in commands if command.keys]
    return [*own, *ELSEWHERE]


class KeysDialog(QDialog):
    """A window with the table; Esc closes it."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        rows = "".join(
            f'<tr><td style="font-family: JetBrains Mono">{escape(keys)}&nbsp;&nbsp;</td><td>{escape(what)}</td></tr>'
            for keys, what in key_table(commands)
        )
        text = QTextBrowser(self)
        text.setHtml(f'<table cellpadding="3">{rows}</table>')
        text.setAccessibleName("Keys")
        column = QVBoxLayout(self)
        column.addWidget(text)
        self.resize(min(theme.px(520), parent.width()), min(theme.px(560), parent.height()))
