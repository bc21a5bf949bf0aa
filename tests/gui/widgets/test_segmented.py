"""The segmented control: one of a few choices holds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.widgets.segmented import Segmented


@pytest.fixture
def control(qtbot: QtBot) -> Segmented:
    made = Segmented(("one by one", "all at once"), "all at once", "how to run")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isVisible)
    return made


@pytest.fixture
def said(control: Segmented) -> list[str]:
    heard: list[str] = []
    control.chosen.connect(heard.append)
    return heard


def test_a_click_chooses_and_the_same_again_says_nothing(qtbot: QtBot, control: Segmented, said: list[str]) -> None:
    for _ in range(2):
        qtbot.mouseClick(control.segments[0], Qt.MouseButton.LeftButton)
    assert said == ["one by one"]
    assert [s.isChecked() for s in control.segments] == [True, False]


def test_arrow_keys_choose_and_stop_at_the_ends(qtbot: QtBot, control: Segmented, said: list[str]) -> None:
    control.segments[1].setFocus()
    qtbot.keyClick(control.segments[1], Qt.Key.Key_Left)
    qtbot.keyClick(control.segments[0], Qt.Key.Key_Left)
    assert control.segments[0].hasFocus()
    qtbot.keyClick(control.segments[0], Qt.Key.Key_Right)
    assert said == ["one by one", "all at once"]


def test_setting_reports_nothing_and_knows_its_options(control: Segmented, said: list[str]) -> None:
    control.set_chosen("one by one")
    assert said == []
    with pytest.raises(ValueError, match="both"):
        control.set_chosen("both")


def test_what_holds_is_tinted_and_heard(control: Segmented) -> None:
    picture = control.grab().toImage()
    ground = [picture.pixelColor(s.geometry().left() + 4, 5) for s in control.segments]
    assert ground == [QColor("#FFFFFF"), QColor("#ECECE6")]
    assert control.accessibleName() == "how to run"
    assert [s.accessibleName() for s in control.segments] == ["one by one", "all at once"]


@pytest.mark.parametrize("seen", [True, False])
def test_zoom_reaches_it_seen_or_not(qapp: QApplication, control: Segmented, seen: bool) -> None:
    control.setVisible(seen)
    wide = control.width()
    theme.apply(qapp, "light", 2.0)
    control.show()
    assert control.height() == 56
    assert control.width() > 1.8 * wide
