"""The palette: letters in their order find, the best first; keys choose; the keyboard goes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.palette import CommandPalette, Entry, matches


@pytest.mark.parametrize(
    ("text", "title", "rank"),
    [
        ("", "matvec", 0),
        ("mat", "matvec", 0),
        ("VEC", "matvec", 3),
        ("mv", "matvec", 1003),
        ("nn layer", "neural net layer", 1015),
        ("vm", "matvec", None),
        ("x", "matvec", None),
    ],
)
def test_letters_in_their_order_match(text: str, title: str, rank: int | None) -> None:
    found = matches(text, title)
    assert (found is None) == (rank is None)
    if rank is not None:
        assert found == rank


class Over:
    """A palette over a field."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        first = QLineEdit(self.window)  # where Qt would go on by itself
        self.below = QLineEdit(self.window)
        column = QVBoxLayout(self.window)
        column.addWidget(first)
        column.addWidget(self.below)
        self.window.resize(700, 600)
        self.palette = CommandPalette(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.below.setFocus()
        self.ran: list[str] = []
        titles = (("matvec", "Start here"), ("square", "Start here"), ("Save", "Ctrl+S"), ("Save as…", ""))
        self.palette.open([Entry(title, note, lambda title=title: self.ran.append(title)) for title, note in titles])

    def shown(self) -> list[str]:
        return [self.palette.list.item(row).text().split("\t")[0] for row in range(self.palette.list.count())]


@pytest.fixture
def over(qtbot: QtBot, qapp: QApplication) -> Over:
    theme.apply(qapp, "light")
    return Over(qtbot)


def test_it_takes_the_keyboard_and_shows_everything(over: Over) -> None:
    assert over.palette.field.hasFocus()
    assert len(over.shown()) == 4


def test_typing_narrows_the_best_first_and_enter_runs_it(qtbot: QtBot, over: Over) -> None:
    qtbot.keyClicks(over.palette.field, "sa")
    assert [text.split()[0] for text in over.shown()][:2] == ["Save", "Save"]
    qtbot.keyClick(over.palette.field, Qt.Key.Key_Return)
    assert over.ran == ["Save"]
    assert not over.palette.isVisible()
    assert over.below.hasFocus()


def test_down_and_up_choose_and_stay_inside(qtbot: QtBot, over: Over) -> None:
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(over.palette.field, key)
    assert over.palette.list.currentRow() == 2
    qtbot.keyClick(over.palette.field, Qt.Key.Key_Enter)
    assert over.ran == ["Save"]


def test_a_click_runs(qtbot: QtBot, over: Over) -> None:
    item = over.palette.list.item(1)
    place = over.palette.list.visualItemRect(item).center()
    qtbot.mouseClick(over.palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert over.ran == ["square"]


def test_nothing_found_is_said_and_does_nothing(qtbot: QtBot, over: Over) -> None:
    qtbot.keyClicks(over.palette.field, "zzz")
    assert len(over.shown()) == 1
    assert "Nothing" in over.shown()[0]
    qtbot.keyClick(over.palette.field, Qt.Key.Key_Return)
    assert over.ran == []


def test_escape_gives_the_keyboard_back_also_after_opening_twice(qtbot: QtBot, over: Over) -> None:
    over.palette.open([Entry("again", "", lambda: None)])
    qtbot.keyClick(over.palette.field, Qt.Key.Key_Escape)
    assert not over.palette.isVisible()
    assert over.below.hasFocus()
    assert over.ran == []


def test_it_goes_when_the_keyboard_goes_elsewhere_and_stays_out_of_the_way(over: Over) -> None:
    over.below.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not over.palette.isVisible()
    assert over.below.hasFocus()


def test_a_widget_that_is_gone_gets_no_keyboard(qtbot: QtBot, over: Over) -> None:
    import shiboken6

    shiboken6.delete(over.below)
    qtbot.keyClick(over.palette.field, Qt.Key.Key_Escape)
    assert not over.palette.isVisible()
