"""The segmented control: one of a few choices holds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu
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


def test_a_choice_that_is_not_possible_cannot_be_made_and_says_why(qtbot: QtBot) -> None:
    shown = Segmented(("all", "two"), "two")
    qtbot.addWidget(shown)
    shown.show()
    told: list[str] = []
    shown.chosen.connect(told.append)
    shown.set_possible("all", "There is no room.")
    every, two = shown.segments
    qtbot.mouseClick(every, Qt.MouseButton.LeftButton)
    qtbot.keyClick(two, Qt.Key.Key_Left)
    assert told == []
    assert two.isChecked()
    assert every.toolTip() == "There is no room."
    shown.set_possible("all")
    qtbot.mouseClick(every, Qt.MouseButton.LeftButton)
    assert told == ["all"]


def test_marks_are_dots_in_their_colour_before_the_text(qtbot: QtBot) -> None:
    plain, marked = Segmented(("vmap 2",), "vmap 2"), Segmented(("vmap 2",), "vmap 2", marks=((2, "b2"),))
    for shown in (plain, marked):
        qtbot.addWidget(shown)
    assert marked.width() > plain.width() + 2 * theme.px(8)
    assert marked.segments[0].accessibleName() == "vmap 2"
    pictures = [shown.segments[0].grab().toImage() for shown in (plain, marked)]
    colour = theme.colour("b2").rgb()
    counts = [sum(p.pixel(x, y) == colour for x in range(p.width()) for y in range(p.height())) for p in pictures]
    assert counts[0] == 0
    assert counts[1] > 40


@pytest.fixture
def crowded(qtbot: QtBot) -> Segmented:
    made = Segmented(("vmap", "pmap", "StableHLO", "HLO", "by hand"), "vmap", "which program")
    qtbot.addWidget(made)
    made.show()
    made.offer("by hand", False)
    made.set_room(100)
    return made


def test_where_there_is_no_room_a_menu_has_the_other_choices(qtbot: QtBot, crowded: Segmented) -> None:
    heard: list[str] = []
    crowded.chosen.connect(heard.append)
    assert [s.text() for s in crowded.segments if s.isVisible()] == ["vmap"]
    assert crowded.width() <= 100
    qtbot.mouseClick(crowded.segments[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(crowded.findChildren(QMenu)))
    (menu,) = crowded.findChildren(QMenu)
    assert [a.text() for a in menu.actions()] == ["vmap", "pmap", "StableHLO", "HLO"]
    menu.actions()[2].trigger()
    menu.hide()
    assert heard == ["StableHLO"]
    assert [s.text() for s in crowded.segments if s.isVisible()] == ["StableHLO"]


def test_arrow_keys_choose_there_too_and_skip_what_is_not_offered(qtbot: QtBot, crowded: Segmented) -> None:
    crowded.set_possible("StableHLO", "not here")
    for segment in (0, 1, 3):
        qtbot.keyClick(crowded.segments[segment], Qt.Key.Key_Right)
    assert [s.text() for s in crowded.segments if s.isChecked()] == ["HLO"]
    crowded.set_room(1000)
    assert [s.text() for s in crowded.segments if s.isVisible()] == ["vmap", "pmap", "StableHLO", "HLO"]
