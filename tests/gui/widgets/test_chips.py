"""Axis chips: click or keys choose the axis that counts the examples, and what cannot be chosen says why."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.widgets.chips import AxisChips
from vmapviz.model.theme import THEMES


@pytest.fixture
def chips(qtbot: QtBot) -> AxisChips:
    made = AxisChips(name="axes of x")
    qtbot.addWidget(made)
    made.set_chips((5, 3), {0: 1}, "shown")
    made.show()
    qtbot.waitUntil(made.isVisible)
    return made


@pytest.fixture
def said(chips: AxisChips) -> list[object]:
    heard: list[object] = []
    chips.chosen.connect(heard.append)
    return heard


def click(qtbot: QtBot, chips: AxisChips, index: int) -> None:
    qtbot.mouseClick(chips.buttons()[index], Qt.MouseButton.LeftButton)


def test_a_click_chooses_an_axis_or_none(qtbot: QtBot, chips: AxisChips, said: list[object]) -> None:
    click(qtbot, chips, 1)
    click(qtbot, chips, 2)
    assert said == [1, None]


def test_what_is_chosen_already_is_not_reported(qtbot: QtBot, chips: AxisChips, said: list[object]) -> None:
    click(qtbot, chips, 0)
    chips.set_chips((5, 3), {}, "chosen")
    click(qtbot, chips, 2)
    assert said == []


def test_showing_chips_reports_nothing(chips: AxisChips, said: list[object]) -> None:
    for levels in ({0: 1}, {1: 1}, {}):
        chips.set_chips((5, 3), levels, "chosen" if not levels else "shown")
    assert said == []


def test_a_click_leaves_the_picture_to_the_owner(qtbot: QtBot, chips: AxisChips) -> None:
    click(qtbot, chips, 1)
    assert [b.isChecked() for b in chips.buttons()] == [True, False, False]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_arrows_and_a_key_choose(qtbot: QtBot, chips: AxisChips, said: list[object], key: Qt.Key) -> None:
    first = chips.buttons()[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert chips.buttons()[1].hasFocus()
    qtbot.keyClick(chips.buttons()[1], key)
    qtbot.keyClick(chips.buttons()[1], Qt.Key.Key_Right)
    qtbot.keyClick(chips.buttons()[2], Qt.Key.Key_Right)
    qtbot.keyClick(chips.buttons()[2], key)
    qtbot.keyClick(chips.buttons()[2], Qt.Key.Key_Left)
    assert chips.buttons()[1].hasFocus()
    assert said == [1, None]


def test_tab_stops_once_at_what_is_chosen(chips: AxisChips) -> None:
    for button in chips.buttons():
        button.clearFocus()
    chips.set_chips((5, 3), {1: 1}, "shown")
    assert [bool(b.focusPolicy() & Qt.FocusPolicy.TabFocus) for b in chips.buttons()] == [False, True, False]


def test_an_impossible_axis_says_why_and_stays(qtbot: QtBot, chips: AxisChips, said: list[object]) -> None:
    why = "x has 5 examples along axis 0, W has 2"
    chips.set_chips((5, 3), {}, "chosen", {0: why})
    click(qtbot, chips, 0)
    button = chips.buttons()[0]
    assert (said, button.toolTip(), button.accessibleDescription()) == ([], why, why)
    assert QToolTip.text() == why
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_the_second_level_is_set_beside_the_first(qtbot: QtBot, chips: AxisChips, said: list[object]) -> None:
    chips.set_chips((3, 4, 2), {0: 2, 1: 1}, level_to_set=2)
    click(qtbot, chips, 0)
    click(qtbot, chips, 2)
    assert said == [2]


def test_every_chip_can_be_heard(chips: AxisChips) -> None:
    chips.set_chips(("B", 3), {0: 2}, "chosen", level_to_set=2)
    assert chips.accessibleName() == "axes of x"
    names = [b.accessibleName() for b in chips.buttons()]
    assert names == ["axis 0, size B, batch axis of level 2", "axis 1, size 3", "None, chosen"]
    assert chips.buttons()[1].accessibleDescription() == "Make axis 1 the batch axis of level 2"


def test_fewer_axes_leave_no_chip_behind(chips: AxisChips) -> None:
    wide = chips.width()
    chips.set_chips((5,), {0: 1})
    assert len(chips.buttons()) == 1
    assert chips.width() < wide
    chips.set_chips((), {}, "chosen")
    assert [b.text() or b.chip.label for b in chips.buttons()] == ["None"]


@pytest.mark.parametrize(("level", "bars"), [(1, [(1, 4)]), (2, [(1, 3), (6, 7)]), (3, [(1, 2), (4, 4), (6, 6)])])
@pytest.mark.parametrize("name", THEMES)
def test_each_level_has_its_own_underline(
    qapp: QApplication, chips: AxisChips, name: str, level: int, bars: list[tuple[int, int]]
) -> None:
    """Counted in pixels from the foot, for the print without colours."""
    theme.apply(qapp, name)
    chips.set_chips((5,), {0: level})
    picture = chips.grab().toImage()
    ink = QColor(THEMES[name].colour(f"b{level}"))
    rows = {up for up in range(1, 10) if picture.pixelColor(5, picture.height() - up) == ink}
    assert rows == {up for low, high in bars for up in range(low, high + 1)}


def test_the_batched_chip_is_framed_all_around(chips: AxisChips) -> None:
    for axis in (0, 1):
        chips.set_chips((5, 3), {axis: 1})
        shared = chips.grab().toImage().pixelColor(35, 3)
        assert shared == QColor("#B04500")


def test_long_sizes_and_zoom_get_room(qapp: QApplication, chips: AxisChips) -> None:
    chips.set_chips((5,), {})
    assert (chips.width(), chips.height()) == (36, 28)
    chips.set_chips((1234567,), {})
    assert chips.width() > 36
    chips.set_chips((5,), {})
    theme.apply(qapp, "light", 2.0)
    assert (chips.width(), chips.height()) == (72, 56)
