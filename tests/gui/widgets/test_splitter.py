"""The splitter's line is thin to the eye and wide to the hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QSplitterHandle
from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.splitter import Splitter


@pytest.mark.parametrize("across", [True, False])
def test_one_pixel_is_seen_and_seven_can_be_grabbed(qtbot: QtBot, across: bool) -> None:
    splitter = Splitter(Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical)
    qtbot.addWidget(splitter)
    splitter.addWidget(QFrame())
    splitter.addWidget(QFrame())
    splitter.resize(201, 201)
    splitter.setSizes([100, 100])
    splitter.show()
    qtbot.waitUntil(splitter.isVisible)

    def at(place: int) -> QPoint:
        return QPoint(place, 50) if across else QPoint(50, place)

    hit = [p for p in range(201) if isinstance(splitter.childAt(at(p)), QSplitterHandle)]
    picture = splitter.grab().toImage()
    seen = [p for p in range(201) if picture.pixelColor(at(p)) == QColor("#DDDDD8")]
    assert (len(hit), len(seen)) == (7, 1)
    assert seen[0] == hit[3]


def test_it_can_be_dragged(qtbot: QtBot) -> None:
    splitter = Splitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(splitter)
    splitter.addWidget(QFrame())
    splitter.addWidget(QFrame())
    splitter.resize(201, 100)
    splitter.show()
    qtbot.waitUntil(splitter.isVisible)
    handle, before = splitter.handle(1), splitter.sizes()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(1, 10))
    qtbot.mouseMove(handle, QPoint(41, 10))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(1, 10))
    qtbot.waitUntil(lambda: splitter.sizes()[0] > before[0])
