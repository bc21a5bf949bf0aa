"""Python set apart by weight alone: bold keywords, quiet strings and comments, no hue."""

from __future__ import annotations

from collections.abc import Iterator

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Operator, String, _TokenType
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtGui import QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from vmapviz.gui import theme
from vmapviz.gui.utf16 import to_units

WORDS_PROPERTY = QTextCharFormat.Property.UserProperty + 1
"""Marks strings and comments, in which a bracket is no bracket."""

SLICE_MS = 6
_WAITS = -2  # the state of a line that is not highlighted yet; -1 = in no string
QUOTES = ('"""', "'''")
_KINDS: tuple[tuple[_TokenType, str], ...] = (
    (Keyword.Constant, ""),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Comment, "comment"),
    (String.Interpol, ""),
    (String, "string"),
)
_LEXER = PythonLexer(stripnl=False, ensurenl=False)


def spans(line: str, inside: int = -1) -> tuple[tuple[tuple[int, int, str], ...], int]:
    """Return the spans of one line as (start, end, kind), and the quotes still open at its end.

    `inside` is the index in QUOTES of the string that the line starts in, -1 = in none. Kinds: keyword, string, comment.
    """
    opener = QUOTES[inside] if inside >= 0 else ""
    found = [token for token in _LEXER.get_tokens_unprocessed(f"{opener}{line}\n0") if token[2]]
    still_open = _is(found[-1][1], String)
    marked = tuple(
        (start - len(opener), min(start + len(text) - len(opener), len(line)), kind)
        for start, token, text in found
        if (kind := _kind(token)) and start + len(text) > len(opener) and start - len(opener) < len(line)
    )
    clipped = tuple((max(start, 0), end, kind) for start, end, kind in marked)
    return clipped, _open_quotes(found, inside) if still_open else -1


def _open_quotes(found: list[tuple[int, _TokenType, str]], inside: int) -> int:
    """Return which quotes the string that ends a line was opened with."""
    opened = [QUOTES.index(text[-3:]) for _, token, text in found if _is(token, String) and text[-3:] in QUOTES]
    return opened[-1] if opened else inside


def _kind(token: _TokenType) -> str:
    return next((kind for parent, kind in _KINDS if _is(token, parent)), "")


def _is(token: _TokenType, parent: _TokenType) -> bool:
    return tuple(token[: len(parent)]) == tuple(parent)


class Highlighter(QSyntaxHighlighter):
    """Sets the formats of a document of Python, line by line; a string of several lines carries over.

    What takes longer than `SLICE_MS` goes on when the window has had its turn: a long file shows plain first.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._theme = theme.current()
        self._formats = _formats()
        self._clock = QElapsedTimer()  # valid from the first line of a turn of the event loop to its end
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._go_on)
        self._first: int | None = None

    def restyle(self) -> None:
        """Take the colours of the theme in use, unless it has them."""
        if self._theme is theme.current():
            return
        self._theme = theme.current()
        self._formats = _formats()
        block = self.document().firstBlock()
        while block.isValid():
            block.setUserState(_WAITS)
            block = block.next()
        self._first = 0
        self._go_on()

    def pending(self) -> bool:
        """Return whether lines still wait for their formats."""
        return self._first is not None

    def _go_on(self) -> None:
        """Highlight from the first line that waits; each line leads on to the next whose state it changes."""
        self._clock.invalidate()
        if self._first is None:
            return
        block, self._first = self.document().findBlockByNumber(self._first), None
        while block.isValid() and self._first is None:
            if block.userState() == _WAITS:
                self.rehighlightBlock(block)
            block = block.next()

    def highlightBlock(self, text: str) -> None:
        if not self._clock.isValid():
            self._clock.start()
            self._turn.start(0)
        if self._clock.elapsed() > SLICE_MS:
            number = self.currentBlock().blockNumber()
            self._first = number if self._first is None else min(self._first, number)
            self.setCurrentBlockState(_WAITS)
            return
        found, state = spans(text, max(self.previousBlockState(), -1))
        for start, end, kind in found:
            at = to_units(text, start)
            self.setFormat(at, to_units(text, end) - at, self._formats[kind])
        self.setCurrentBlockState(state)


def _formats() -> dict[str, QTextCharFormat]:
    return dict(_made())


def _made() -> Iterator[tuple[str, QTextCharFormat]]:
    for kind, role, weight in (("keyword", "ink", 700), ("string", "ink2", 400), ("comment", "ink3", 400)):
        made = QTextCharFormat()
        made.setForeground(theme.colour(role))
        made.setFontWeight(QFont.Weight(weight))
        made.setProperty(WORDS_PROPERTY, kind != "keyword")
        yield kind, made
