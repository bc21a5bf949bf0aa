"""The SVG of a scene: text stays text, and the picture is the one that Qt paints."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from vmapviz.export.svg import MONO_FAMILY, UI_FAMILY, svg
from vmapviz.gui.paint import draw
from vmapviz.gui.theme import load_fonts
from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text
from vmapviz.model.theme import THEMES, Theme

ITEMS: tuple[Item, ...] = (
    Rect(10, 10, 90, 48, fill="b1_fill", line="edge", thickness=1.25),
    Rect(120.4, 10.3, 90, 48, line="b1", thickness=2.5, dash=(4, 3)),
    Rect(230, 10, 60, 48, fill="surface", line="ink", hatch="cell"),
    Rect(310, 14, 9, 9, fill="b1", radius=4.5, opacity=0.5),
    Path(((10, 80), (100, 80)), "ink2", arrow=True),
    Path(((120, 80), (150, 80), (150, 110), (210, 110)), "edge", 1.5, curved=True),
    Path(((230, 70), (260, 70), (245, 100)), fill="ok"),
    Text(20, 130, "v[0] -> 5 & <6>", "ink", 13, mono=True),
    Text(200, 130, "shared by all", "ink3", 12, weight=600, anchor="middle"),
    Text(390, 130, "17", "ink", 12, weight=500, mono=True, anchor="end", strike=True),
)


def painted(scene: Scene, theme: Theme) -> QImage:
    image = QImage(int(scene.width), int(scene.height), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.colour("surface")))
    painter = QPainter(image)
    draw(painter, scene.items, theme)
    painter.end()
    return image


def rendered(scene: Scene, theme: Theme) -> QImage:
    image = QImage(int(scene.width), int(scene.height), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    # QtSvg reads one family, not a list of them.
    text = svg(scene, theme).replace(MONO_FAMILY, "JetBrains Mono").replace(UI_FAMILY, "Inter")
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, scene.width, scene.height))
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return flat[..., :3].astype(int)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: type(item).__name__)
@pytest.mark.parametrize("name", THEMES)
def test_both_painters_agree(qtbot: QtBot, item: Item, name: str) -> None:
    load_fonts()
    scene = Scene(400, 150, (item,))
    difference = np.abs(pixels(painted(scene, THEMES[name])) - pixels(rendered(scene, THEMES[name]))).max(-1)
    ink = (pixels(painted(scene, THEMES[name])) != pixels(painted(Scene(400, 150, ()), THEMES[name]))).any(-1).sum()
    assert ink > 20
    assert (difference > 60).sum() <= 0.08 * ink


def test_text_stays_text_and_is_escaped() -> None:
    scene = Scene(400, 150, ITEMS, caption="5 & 6", title="matvec")
    root = ET.fromstring(svg(scene, THEMES["light"]))
    space = "{http://www.w3.org/2000/svg}"
    assert [text.text for text in root.iter(f"{space}text")] == ["v[0] -> 5 & <6>", "shared by all", "17"]
    assert root.find(f"{space}desc").text == "5 & 6"
    assert (root.get("width"), root.get("viewBox")) == ("400", "0 0 400 150")


def test_long_text_is_cut() -> None:
    root = svg(Scene(100, 20, (Text(0, 12, "a long sentence about axes", width=60),)), THEMES["light"])
    assert "a long" in root
    assert "…</text>" in root
    assert "axes" not in root
