"""Icons are drawn in the colours of the theme, at any size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui import icons, theme
from vmapviz.gui.icons import ICONS, IconView


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


def colours(picture: QImage) -> set[str]:
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    seen = (picture.pixelColor(x, y) for x, y in points)
    return {c.name().upper() for c in seen if c.alpha() == 255}


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_in_the_colour_asked_for(name: str) -> None:
    assert QSvgRenderer(QByteArray(icons.svg(name).encode())).isValid()
    seen = colours(icons.pixmap(name, 64, "warn").toImage())
    assert "#6B5200" in seen


def test_icons_follow_the_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert "#ECEDEE" in colours(icons.pixmap("play", 32).toImage())


def test_icons_are_sharp_on_a_dense_screen() -> None:
    picture = icons.pixmap("search", 16, ratio=2.0)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (32, 16)


def test_the_logo_has_the_batch_colour_at_its_left() -> None:
    picture = icons.pixmap("logo", 64).toImage()
    assert picture.pixelColor(5, 32) == QColor("#B04500")
    assert not icons.app_icon().isNull()
    assert not icons.icon("play").isNull()


def test_an_icon_beside_a_title_is_as_high_as_its_line(qtbot: QtBot) -> None:
    view = IconView("error", "error", beside="title")
    qtbot.addWidget(view)
    assert (view.sizeHint().width(), view.sizeHint().height()) == (16, 24)
    assert "#8A1A6B" in colours(view.grab().toImage())
