"""Buttons: by mouse and by keyboard, heard and seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.buttons import IconButton, Kind, RoundButton, button


@pytest.mark.parametrize(
    "make", [lambda: button("Run"), lambda: IconButton("play", "Run"), lambda: RoundButton("play", "Run")]
)
def test_mouse_and_space_press(qtbot: QtBot, make: type[QAbstractButton]) -> None:
    made = make()
    qtbot.addWidget(made)
    made.show()
    heard: list[bool] = []
    made.clicked.connect(lambda: heard.append(True))
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    qtbot.keyClick(made, Qt.Key.Key_Space)
    assert len(heard) == 2


def test_an_icon_button_says_its_name(qtbot: QtBot) -> None:
    made = IconButton("play", "Play")
    qtbot.addWidget(made)
    assert (made.accessibleName(), made.toolTip(), made.sizeHint().width()) == ("Play", "Play", 32)
    made.set_icon("pause", "Pause")
    assert (made.accessibleName(), made.toolTip(), made.icon_name()) == ("Pause", "Pause", "pause")


@pytest.mark.parametrize(("kind", "ground"), [("primary", "#1A1B1D"), ("secondary", "#FFFFFF")])
def test_each_kind_has_its_ground(qtbot: QtBot, kind: Kind, ground: str) -> None:
    made = button("Set W to None", kind)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    assert made.grab().toImage().pixelColor(made.width() // 2, 4) == QColor(ground)


def test_a_plain_button_lets_the_panel_show_through(qtbot: QtBot) -> None:
    made = button("Predict")
    qtbot.addWidget(made)
    assert made.grab().toImage().pixelColor(made.width() // 2, 4).alpha() == 0
