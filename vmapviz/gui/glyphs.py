"""Texts of a picture, measured and shaped once: a frame has thousands of them, and the next frame has the same ones."""

from __future__ import annotations

import threading
from functools import cache, lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QGlyphRun, QRawFont, QTextLayout

from vmapviz.gui.theme import mono_font, ui_font

MOST = 10_000  # texts that are remembered, of about 1 KB each


class Face:
    """A font in a size of whole pixels, since Qt has no others."""

    def __init__(self, mono: bool, size: int, weight: int) -> None:
        self.font = (mono_font if mono else ui_font)(size, weight)
        self.metrics = QFontMetricsF(self.font)
        self.raw: QRawFont | None = None  # one for all texts: each with its own is slower by a third


class Laid:
    """A text as it is drawn, cut where it is too wide; `advance` is its width in pixels, `run` its glyphs, once they are `known`."""

    __slots__ = ("advance", "face", "known", "run", "text")

    def __init__(self, text: str, face: Face) -> None:
        self.text, self.face = text, face
        self.advance = face.metrics.horizontalAdvance(text)
        self.known = not (text.isascii() and text.isprintable())  # else there may be several fonts and directions
        self.run: QGlyphRun | None = None

    def shape(self) -> None:
        """Find the glyphs, from (0, 0) on the baseline; for this thread, the only one that may use them."""
        self.known = True
        layout = QTextLayout(self.text, self.face.font)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        runs = layout.glyphRuns()
        if len(runs) != 1:
            return
        baseline = line.y() + line.ascent()
        self.face.raw = self.face.raw or runs[0].rawFont()
        self.run = QGlyphRun()
        self.run.setRawFont(self.face.raw)
        self.run.setGlyphIndexes(runs[0].glyphIndexes())
        self.run.setPositions([QPointF(place.x(), place.y() - baseline) for place in runs[0].positions()])


class Texts(threading.local):
    """What is remembered, by each thread for itself: two that used one of Qt's fonts at once would break it."""

    def __init__(self) -> None:
        self.face = cache(Face)
        self.laid = lru_cache(MOST)(self._lay)

    def _lay(self, text: str, mono: bool, size: int, weight: int, width: float) -> Laid:
        """A text in a size of whole pixels; with a `width` above 0, elided to it."""
        face = self.face(mono, size, weight)
        if 0 < width < face.metrics.horizontalAdvance(text):
            text = face.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return Laid(text, face)


TEXTS = Texts()
