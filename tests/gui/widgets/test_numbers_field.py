"""Numbers are seen from the first to the last: in short where there is no room for all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.numbers_field import NumbersField

SIZES = (1, 4, 16, 64, 256, 1024)
ALL, SHORT = "1, 4, 16, 64, 256, 1024", "1, 4, …, 1024"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.addWidget(NumbersField())
    layout.addWidget(NumbersField())
    made.resize(400, 90)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def field(window: QWidget) -> NumbersField:
    made, other = window.findChildren(NumbersField)
    other.setFocus()
    made.write(SIZES)
    return made


def test_all_are_seen_where_there_is_room_else_the_first_and_the_last(field: NumbersField) -> None:
    assert field.text() == ALL
    field.window().resize(140, 90)
    QApplication.sendPostedEvents()
    assert field.text() == SHORT
    assert field.fontMetrics().horizontalAdvance(SHORT) <= field._room()
    assert field.toolTip().startswith(ALL)
    field.window().resize(400, 90)
    QApplication.sendPostedEvents()
    assert field.text() == ALL


def test_numbers_without_a_rule_are_written_out(field: NumbersField) -> None:
    field.window().resize(120, 90)
    QApplication.sendPostedEvents()
    field.write((1, 4, 17, 64, 1000))
    assert field.text() == "1, 4, 17, 64, 1000"


def test_what_is_typed_stays(field: NumbersField, qtbot: QtBot) -> None:
    field.selectAll()
    qtbot.keyClicks(field, "1, 2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.window().resize(120, 90)
    QApplication.sendPostedEvents()
    assert field.text() == "1, 2"
