"""The pinned runs beside the plot: renamed, drawn, let go and put back, all by the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.panels.test_timing import DONE, IDLE
from tests.model.sweeps import sweep
from vmapviz.gui.panels.timing import TimingPanel
from vmapviz.model import actions
from vmapviz.model.pinned import kept
from vmapviz.model.session import Session

OTHER = replace(IDLE.experiment, function="other", path="gallery:other")
PINNED = actions.pin(replace(actions.pin(DONE), timings=sweep("loop", "jit(vmap)")))


class Shown:
    """A panel that shows what it asks for, as the window does."""

    def __init__(self, panel: TimingPanel) -> None:
        self.panel, self.session = panel, IDLE
        panel.wants.connect(self.apply)

    def apply(self, change: Callable[[Session], Session]) -> None:
        old, self.session = self.session, change(self.session)
        self.panel.show_session(old, self.session)

    def control(self, name: str) -> QPushButton:
        found = self.panel.side.page.findChild(QPushButton, name) if self.panel.side.page else None
        assert found is not None, name
        return found

    def press(self, qtbot: QtBot, name: str) -> None:
        self.control(name).setFocus()
        qtbot.keyClick(self.control(name), Qt.Key.Key_Space)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    panel = TimingPanel()
    qtbot.addWidget(panel)
    panel.resize(910, 700)
    panel.show()
    panel.activateWindow()
    made = Shown(panel)
    made.apply(lambda _: PINNED)
    return made


def chosen(menu: str) -> None:
    """Take what a menu that is open offers under this name."""
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    next(action for action in opened.actions() if action.text() == menu).trigger()
    opened.close()


def test_a_run_is_renamed_with_the_keyboard(shown: Shown, qtbot: QtBot) -> None:
    shown.press(qtbot, "pin-more-1")
    chosen("Rename…")
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    assert edit.placeholderText() == "earlier (1)"
    qtbot.keyClicks(edit, "at home")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert shown.session.pinned[0].name == "at home"
    assert "at home" in shown.panel.side.words()
    assert shown.panel.plot.plan is not None
    assert "at home" in [curve.name for curve in shown.panel.plot.plan.curves]
    shown.press(qtbot, "pin-more-1")
    chosen("Rename…")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.isVisible()
    assert shown.session.pinned[0].name == "at home"


def test_runs_are_unpinned_and_put_back_with_the_keyboard(shown: Shown, qtbot: QtBot) -> None:
    shown.press(qtbot, "pin-unpin-2")
    assert len(shown.session.pinned) == 1
    assert QApplication.focusWidget() is shown.control("pins-back"), "the keyboard is where it can be mended"
    assert shown.control("pins-back").text() == "Put it back"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert shown.session.pinned == PINNED.pinned
    shown.press(qtbot, "pins-clear")
    assert shown.session.pinned == ()
    assert shown.control("pins-back").text() == "Put 2 back"
    shown.press(qtbot, "pins-back")
    assert shown.session.pinned == PINNED.pinned


def test_the_keyboard_stays_where_it_was_when_the_list_is_built_anew(shown: Shown, qtbot: QtBot) -> None:
    shown.press(qtbot, "pin-unpin-1")
    assert QApplication.focusWidget() is shown.control("pin-unpin-1"), "of the run that follows"


def test_a_run_of_another_function_is_listed_and_drawn_when_asked(shown: Shown, qtbot: QtBot) -> None:
    restored = replace(kept(sweep("loop"), OTHER), drawn=None)
    shown.apply(lambda _: replace(DONE, pinned=(restored,)))
    assert shown.panel.plot.plan is not None
    assert not any(curve.pinned for curve in shown.panel.plot.plan.curves)
    assert "not drawn" in shown.panel.side.words()
    shown.press(qtbot, "pin-draw-1")
    assert any(curve.pinned for curve in shown.panel.plot.plan.curves)
    shown.press(qtbot, "pin-more-1")
    chosen("Do not draw it")
    assert not any(curve.pinned for curve in shown.panel.plot.plan.curves)
    shown.apply(lambda _: replace(IDLE, pinned=(restored,)))
    assert shown.panel.stack.currentWidget() is shown.panel.empty, "nothing of this function was measured"


def test_what_is_wrong_with_their_file_is_said_until_it_is_understood(shown: Shown, qtbot: QtBot) -> None:
    shown.apply(lambda _: replace(IDLE, pins_said="It is kept as pinned.damaged.json."))
    assert "It is kept as pinned.damaged.json." in shown.panel.side.words()
    shown.press(qtbot, "pins-understood")
    assert "pinned.damaged" not in shown.panel.side.words()
