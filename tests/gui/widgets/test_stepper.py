"""The stepper: buttons, keys, wheel and typing give one number within its range."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.stepper import Stepper


@pytest.fixture
def stepper(qtbot: QtBot) -> Stepper:
    made = Stepper("Batch size", 5, most=8)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isVisible)
    return made


@pytest.fixture
def said(stepper: Stepper) -> list[int]:
    heard: list[int] = []
    stepper.changed.connect(heard.append)
    return heard


def wheel(stepper: Stepper, turn: int) -> None:
    at = QPointF(stepper.rect().center())
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, stepper.mapToGlobal(at), QPoint(), QPoint(0, turn), *none, False)
    QApplication.sendEvent(stepper, event)


def test_buttons_step_by_one_within_the_range(qtbot: QtBot, stepper: Stepper, said: list[int]) -> None:
    for _ in range(5):
        qtbot.mouseClick(stepper.plus, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(stepper.minus, Qt.MouseButton.LeftButton)
    assert said == [6, 7, 8, 7]
    assert stepper.plus.isEnabled()
    stepper.set_value(1)
    assert not stepper.minus.isEnabled()


def test_up_and_down_step(qtbot: QtBot, stepper: Stepper, said: list[int]) -> None:
    qtbot.keyClick(stepper.edit, Qt.Key.Key_Up)
    qtbot.keyClick(stepper.edit, Qt.Key.Key_Down)
    assert said == [6, 5]
    assert stepper.edit.text() == "5"


def test_a_typed_number_counts_when_it_is_finished(qtbot: QtBot, stepper: Stepper, said: list[int]) -> None:
    stepper.edit.selectAll()
    qtbot.keyClicks(stepper.edit, "3")
    assert said == []
    qtbot.keyClick(stepper.edit, Qt.Key.Key_Return)
    assert (said, stepper.value()) == ([3], 3)


def test_escape_and_leaving_give_the_old_number_back(qtbot: QtBot, stepper: Stepper, said: list[int]) -> None:
    stepper.edit.setFocus()
    stepper.edit.selectAll()
    qtbot.keyClicks(stepper.edit, "7")
    qtbot.keyClick(stepper.edit, Qt.Key.Key_Escape)
    assert stepper.edit.text() == "5"
    stepper.edit.clear()
    stepper.plus.setFocus()
    assert (stepper.edit.text(), said) == ("5", [])


def test_letters_and_too_large_numbers_are_not_taken(qtbot: QtBot, stepper: Stepper, said: list[int]) -> None:
    stepper.edit.selectAll()
    qtbot.keyClicks(stepper.edit, "x")
    qtbot.keyClicks(stepper.edit, "99")
    qtbot.keyClick(stepper.edit, Qt.Key.Key_Return)
    assert [n for n in said if n > 8] == []


def test_the_wheel_counts_only_with_the_focus(stepper: Stepper, said: list[int]) -> None:
    stepper.plus.setFocus()
    wheel(stepper, 120)
    assert said == []
    stepper.edit.setFocus()
    wheel(stepper, 120)
    wheel(stepper, -120)
    assert said == [6, 5]


def test_setting_a_value_reports_nothing_and_makes_room(stepper: Stepper, said: list[int]) -> None:
    before = stepper.sizeHint().width()
    stepper.set_value(1_000_000, level=2)
    assert (said, stepper.edit.text()) == ([], "1000000")
    assert stepper.sizeHint().width() > before


def test_the_number_has_the_colour_of_its_level(stepper: Stepper) -> None:
    for level, colour in ((2, "#1a62a6"), (1, "#b04500"), (0, "#1a1b1d")):
        stepper.set_value(5, level)
        assert stepper.edit.palette().text().color().name() == colour


def test_every_part_can_be_heard(stepper: Stepper) -> None:
    parts = (stepper.minus, stepper.edit, stepper.plus)
    assert [p.accessibleName() for p in parts] == ["Batch size: one less", "Batch size", "Batch size: one more"]
