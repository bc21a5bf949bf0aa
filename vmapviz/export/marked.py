"""Sentences with `code` and **bold** as lines of scene texts, wrapped to a width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Text

_MARK = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
Word = tuple[str, int, bool]  # text, weight, whether it is code


def marked_lines(sentence: str, x: float, y: float, width: float, size: float, line: float) -> tuple[list[Text], float]:
    """The texts of a sentence whose first baseline is y, wrapped at `width`, and the last baseline."""
    texts: list[Text] = []
    at, space = x, text_width(" ", size)
    for pieces in _together(_words(sentence)):
        drawn = [size * 14 / 15 if code else size for _, _, code in pieces]
        wide = [text_width(w.strip(), d, code, weight) for (w, weight, code), d in zip(pieces, drawn, strict=True)]
        if at > x and at + sum(wide) > x + width:
            at, y = x, y + line
        for (word, weight, code), tall, long in zip(pieces, drawn, wide, strict=True):
            texts.append(Text(at, y, word.strip(), "ink", tall, weight, code))
            at += long + space * word.endswith(" ")
    return texts, y


def _together(words: Iterator[Word]) -> Iterator[list[Word]]:
    """What no space parts: a full stop stays with the `code` before it."""
    pieces: list[Word] = []
    for word in words:
        pieces.append(word)
        if word[0].endswith(" "):
            yield pieces
            pieces = []
    if pieces:
        yield pieces


def plain(sentence: str) -> str:
    """A sentence without its marks."""
    return _MARK.sub(lambda m: m[1] or m[2], sentence)


def _words(sentence: str) -> Iterator[Word]:
    """Pieces that stay together, each with the space behind it; code is never broken."""
    at = 0
    for match in _MARK.finditer(sentence):
        yield from _split(sentence[at : match.start()], 400)
        after = " " * sentence.startswith(" ", match.end())
        yield (match[1] or match[2]) + after, 400 if match[1] else 600, bool(match[1])
        at = match.end() + len(after)
    yield from _split(sentence[at:], 400)


def _split(text: str, weight: int) -> Iterator[Word]:
    for word in re.findall(r"\S+ ?", text):
        yield word, weight, False
