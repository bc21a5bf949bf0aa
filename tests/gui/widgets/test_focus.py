"""The focus ring: 2 px of ink, 2 px outside the control that the keyboard reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.gui.widgets.chips import AxisChips
from vmapviz.gui.widgets.focus import FocusRing


@pytest.fixture
def ring(qapp: QApplication) -> Iterator[FocusRing]:
    made = FocusRing(qapp)
    yield made
    delete(made)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    column.setContentsMargins(20, 20, 20, 20)
    for name in ("one", "two"):
        column.addWidget(IconButton("play", name))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def buttons(window: QWidget) -> list[IconButton]:
    return window.findChildren(IconButton)


def shown_ring(window: QWidget) -> QWidget:
    (ring,) = [w for w in window.findChildren(QWidget) if type(w).__name__ == "_Ring" and w.isVisible()]
    return ring


def test_tab_moves_the_ring(qtbot: QtBot, window: QWidget, ring: FocusRing) -> None:
    one, two = buttons(window)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target() is one
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert ring.target() is two


def test_the_ring_is_ink_around_the_control(window: QWidget, ring: FocusRing) -> None:
    one = buttons(window)[0]
    one.setFocus(Qt.FocusReason.TabFocusReason)
    picture = window.grab().toImage()
    left = one.mapTo(window, QPoint(0, one.height() // 2))
    row = [picture.pixelColor(left.x() - out, left.y()) for out in (1, 2, 3, 4, 5)]
    ink, ground = QColor("#1A1B1D"), QColor("#F5F5F2")
    assert row == [ground, ground, ink, ink, ground]


def test_no_ring_is_painted_over_what_covers_the_control(window: QWidget, ring: FocusRing) -> None:
    one = buttons(window)[0]
    one.setFocus(Qt.FocusReason.TabFocusReason)
    over = QWidget(window)
    over.setAutoFillBackground(True)
    over.setGeometry(window.rect())
    left = one.mapTo(window, QPoint(-3, one.height() // 2))
    before = window.grab().toImage().pixelColor(left)
    over.stackUnder(shown_ring(window))
    over.show()
    assert (before, window.grab().toImage().pixelColor(left)) == (QColor("#1A1B1D"), QColor("#F5F5F2"))
    over.hide()
    assert window.grab().toImage().pixelColor(left) == before


def test_the_mouse_gives_no_ring(window: QWidget, ring: FocusRing) -> None:
    one, two = buttons(window)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    handle, at = window.windowHandle(), two.mapTo(window, two.rect().center())
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=at)
    assert two.hasFocus()
    assert ring.target() is None


def test_the_ring_follows_its_control(qtbot: QtBot, window: QWidget, ring: FocusRing) -> None:
    one, two = buttons(window)
    two.setFocus(Qt.FocusReason.TabFocusReason)
    frame = shown_ring(window)
    one.hide()
    qtbot.waitUntil(lambda: frame.geometry() == two.geometry().adjusted(-4, -4, 4, 4))
    two.hide()
    assert not frame.isVisible()


def test_the_ring_scrolls_with_what_is_inside_a_scroll_area(qtbot: QtBot, ring: FocusRing) -> None:
    area, page = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    column = QVBoxLayout(page)
    chips = AxisChips()
    chips.set_chips((5, 3), {0: 1})
    column.addWidget(chips)
    area.setWidget(page)
    area.show()
    area.activateWindow()
    qtbot.waitUntil(area.isActiveWindow)
    chips.buttons()[0].setFocus(Qt.FocusReason.TabFocusReason)
    assert shown_ring(area).parentWidget() is page


def test_it_outlives_the_window_it_was_in(qtbot: QtBot, window: QWidget, ring: FocusRing) -> None:
    other = QWidget()
    button = IconButton("play", "other", other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target() is button
    delete(other)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    two = buttons(window)[1]
    two.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target() is two


def test_what_is_no_control_gets_a_ring_only_by_asking(window: QWidget, ring: FocusRing) -> None:
    label = QLabel("picture", window)
    label.show()
    label.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target() is None
    buttons(window)[0].setFocus(Qt.FocusReason.TabFocusReason)
    label.setProperty("ring", 0)
    label.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.target() is label
