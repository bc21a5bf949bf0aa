"""Words with `code` in backticks and **bold**, in the types and colours of the guide."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.restyled import Restyled

# Two stars mean bold only around words: `2 ** 3 ** 2` stays as it is.
_MARK = re.compile(r"`([^`\n]+)`|\*\*(?=\S)([^*\n]+)(?<=\S)\*\*")


def rich(text: str, size: int = 13) -> str:
    """Return `text` as Qt's rich text: `code` in the typewriter face, **bold** in bold, all else as typed.

    `size` is the pixel size of the words; code is set a little smaller, for its letters are larger.
    """
    parts, at = [], 0
    for match in _MARK.finditer(text):
        parts += [
            _plain(text[at : match.start()]),
            _code(match[1], size) if match[1] else f"<b>{rich(match[2], size)}</b>",
        ]
        at = match.end()
    return "".join([*parts, _plain(text[at:])])


def spoken(text: str) -> str:
    """Return `text` without its marks, for buttons, tooltips and screen readers."""
    return _MARK.sub(lambda m: m[1] or spoken(m[2]), text)


def _plain(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _code(text: str, size: int) -> str:
    style = f"font-family:'{theme.MONO}'; font-size:{size * 14 // 15}px; white-space:pre-wrap"
    return f'<span style="{style}">{html.escape(text)}</span>'


class TextLabel(Restyled, QLabel):
    """Wrapped text in a type role and a colour role; the mouse can select it."""

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        colour: str = "ink",
        weight: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._marked, self._role, self._colour, self._weight = text, role, colour, weight
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Show `text` with its marks."""
        if text != self._marked:
            self._marked = text
            self._restyle()

    def set_words(self, text: str, colour: str) -> None:
        """Show `text` in a colour role."""
        if (text, colour) != (self._marked, self._colour):
            self._marked, self._colour = text, colour
            self._restyle()

    def _restyle(self) -> None:
        font = theme.font(self._role, self._weight)
        self.setFont(font)
        colours = self.palette()
        colours.setColor(QPalette.ColorRole.WindowText, theme.colour(self._colour))
        self.setPalette(colours)
        height, words = theme.line_height(self._role), rich(self._marked, font.pixelSize())
        text = f'<div style="line-height:{height}px">{words}</div>'
        if text != self.text():  # Qt would lay it out anew
            self.setText(text)
        self.setAccessibleName(spoken(self._marked))
