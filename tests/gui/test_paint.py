"""What is painted in a fast way is what Qt paints of it in the plain way: at every scale, in every theme, again and again."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import product
from pathlib import Path as File

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from vmapviz.gui import glyphs, paint
from vmapviz.gui.theme import load_fonts, mono_font, ui_font
from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.theme import THEMES

SIDE = 240
CELLS = (
    Rect(10.2, 12.7, 30, 24, "b1_fill", "cell"),
    Rect(40.2, 12.7, 30, 24, "surface", "ink"),
    Rect(80, 10, 90, 30, "", "b1", 2.0),
    Rect(80, 50, 150, 140, "hover", "edge"),
    Rect(12, 60, 20, 20, "b2_strong", "cell", opacity=0.4),
    Rect(40, 60, 20, 20, "b2_fill", "b2", 3.0, opacity=0.7),
    Rect(12, 100, 30, 0.3, "ok", "ink"),
    Rect(12, 120, 31, 22, "b1_strong", "ink", 1.25),
)
TEXTS = (
    Text(10.3, 20.6, "-3.14", "ink", 11.5, 500, True),
    Text(117.45, 42.1, "Stack along out_axes", "ink2", 13, 600, anchor="middle"),
    Text(200.7, 61.5, "1e-05", "b1", 12, 500, True, "end"),
    Text(10, 83, "an examples' number -> too long for its box", "ink3", 12, width=120),
    Text(20, 104, "x × y → z", "ink", 13),
)


def painted(items: tuple[Item, ...], theme: str = "light", scale: float = 1.0, ratio: float = 1.0) -> np.ndarray:
    """The pixels of a picture."""
    image = QImage(round(SIDE * scale * ratio), round(SIDE * scale * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(THEMES[theme].colour("surface")))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint.draw(painter, items, THEMES[theme])
    painter.end()
    return _pixels(image)


def _pixels(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).astype(int)


def plain(items: tuple[Item, ...], theme: str, scale: float, ratio: float) -> np.ndarray:
    """The pixels of the same rectangles and texts, told to Qt one by one."""
    image = QImage(round(SIDE * scale * ratio), round(SIDE * scale * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(THEMES[theme].colour("surface")))
    painter = QPainter(image)
    painter.scale(scale, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in items:
        painter.setOpacity(item.opacity)
        if isinstance(item, Rect):
            _plain_rect(painter, item, theme)
        elif isinstance(item, Text):
            _plain_text(painter, item, theme)
    painter.end()
    return _pixels(image)


def _plain_rect(painter: QPainter, item: Rect, theme: str) -> None:
    left, top, right, bottom = (int(v + 0.5) for v in (item.x, item.y, item.x + item.width, item.y + item.height))
    if item.fill:
        painter.fillRect(left, top, right - left, bottom - top, QColor(THEMES[theme].colour(item.fill)))
    pen = QPen(QColor(THEMES[theme].colour(item.line)), item.thickness)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    half = 0.5 * (int(item.thickness + 0.5) % 2)
    painter.drawRect(QRectF(left + half, top + half, right - left, bottom - top))


def _plain_text(painter: QPainter, item: Text, theme: str) -> None:
    font = (mono_font if item.mono else ui_font)(item.size, item.weight)
    painter.setFont(font)
    painter.setPen(QColor(THEMES[theme].colour(item.colour)))
    metrics, text = QFontMetricsF(font), item.text
    if item.width and metrics.horizontalAdvance(text) > item.width:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, item.width)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor]
    painter.drawText(QPointF(item.x - share * metrics.horizontalAdvance(text), item.y), text)


@pytest.fixture(autouse=True)
def _anew(qapp: QApplication) -> None:
    load_fonts()
    glyphs.TEXTS.laid.cache_clear()


SCALES = [(1.0, 1.0), (1.0, 2.0), (2.0, 1.0), (1.37, 1.0), (1.0, 1.25), (1.5, 2.0)]


@pytest.mark.parametrize(("scale", "ratio"), SCALES)
@pytest.mark.parametrize("theme", THEMES)
def test_rectangles_are_those_of_qt(theme: str, scale: float, ratio: float) -> None:
    for item in CELLS:
        off = np.abs(painted((item,), theme, scale, ratio) - plain((item,), theme, scale, ratio))
        assert off.max() <= 1, item


@pytest.mark.parametrize(("scale", "ratio"), SCALES)
def test_texts_stay_where_they_are_once_their_glyphs_are_known(scale: float, ratio: float) -> None:
    first, *later = (painted(TEXTS, "light", scale, ratio) for _ in range(3))
    assert (first == plain(TEXTS, "light", scale, ratio)).all()
    assert all((again == first).all() for again in later)
    assert (glyphs.TEXTS.laid("-3.14", True, 12, 500, 0.0).run is not None) == (scale * ratio).is_integer()


def test_texts_at_every_place_between_two_pixels() -> None:
    for k in range(40):
        texts = tuple(Text(3 + k / 37 + 57 * n, 20.0 + k / 31, f"{k}.{n}", "ink", 11.5, 500, True) for n in range(4))
        first = painted(texts)
        assert (painted(texts) == first).all()


def test_a_theme_leaves_nothing_in_another_one() -> None:
    pictures = {theme: painted(CELLS + TEXTS, theme) for theme in THEMES}
    for _, theme in product(range(2), THEMES):
        assert (painted(CELLS + TEXTS, theme) == pictures[theme]).all()
    assert (pictures["light"] != pictures["dark"]).any()


def test_another_thread_paints_the_same() -> None:
    here = [painted(CELLS + TEXTS) for _ in range(2)][-1]
    there: list[np.ndarray] = []
    faces = [glyphs.TEXTS.face(True, 12, 500)]

    def paints() -> None:
        there.append(painted(CELLS + TEXTS))
        faces.append(glyphs.TEXTS.face(True, 12, 500))

    thread = threading.Thread(target=paints)
    thread.start()
    thread.join()
    assert (there[0] == here).all()
    assert faces[0] is glyphs.TEXTS.face(True, 12, 500)
    assert faces[0] is not faces[1], "no font is used by two threads"


def test_a_frame_shapes_only_some_of_its_new_texts() -> None:
    texts = tuple(Text(10, 20, f"{k}", "ink", 12, mono=True) for k in range(150))
    known = []
    for _ in range(4):
        painted(texts)
        known.append(sum(glyphs.TEXTS.laid(t.text, True, 12, 400, 0.0).run is not None for t in texts))
    assert known == [64, 128, 150, 150]


def test_what_is_remembered_is_bounded() -> None:
    for k in range(300):
        painted((Rect(5, 5, 40 + k / 2, 30, "b1_fill", "cell"),))
    stamps = paint._stamp.cache_info()
    assert stamps.currsize <= stamps.maxsize == 128
    assert 4 * 128 * paint._STAMP <= 8 * 2**20
    assert glyphs.TEXTS.laid.cache_info().maxsize == 10_000


PALE = """
from pathlib import Path
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from vmapviz.gui import paint
from vmapviz.model.scenes.scene import Path as Line
from vmapviz.model.theme import THEMES
qt = QGuiApplication([])
image = QImage(300, 300, QImage.Format.Format_RGB32)
painter = QPainter(image)
paint.draw(painter, [Line(((3, 3), (20, 290)), "ink", opacity=0.5)], THEMES["light"])
painter.end()
print([one.read_text().strip() for one in Path("/proc/self/task").glob("*/comm")])
"""


@pytest.mark.skipif(not File("/proc/self/task").exists(), reason="threads are named by Linux's /proc")
def test_qt_starts_no_threads_to_paint_what_shows_through() -> None:
    told = subprocess.run([sys.executable, "-c", PALE], capture_output=True, text=True, check=True).stdout
    assert told.startswith("[")
    assert "pooled" not in told
