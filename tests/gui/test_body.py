"""The panels in their places: what gives way in a small window, and how to get at it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui.examples import RAIL, WIDE
from vmapviz.gui.main import first_session, make_app
from vmapviz.gui.settings import Settings
from vmapviz.gui.widgets.focus import FocusRing
from vmapviz.gui.window import Window
from vmapviz.model import actions

BIG, NARROW, LOW, SMALL = (1440, 900), (1200, 900), (1440, 700), (1000, 640)


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[Window]:
    """The window of an app whose worker is not started."""
    settings = Settings()
    app = make_app(qapp, first_session(settings, None, "light"), settings)
    app.window.resize(*BIG)
    app.window.show()
    yield app.window
    app.close()
    app.window.hide()
    app.window.deleteLater()
    app.deleteLater()
    for ring in qapp.findChildren(FocusRing):  # the app's own, which lives as long as Qt
        ring.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def shown(window: Window) -> dict[str, bool]:
    parts = {"function": window.function, "programs": window.programs, "sentence": window.sentence}
    parts |= {"panel": window.bottom.picture, "transport": window.transport}
    return {name: part.isVisible() for name, part in parts.items()}


def test_a_large_window_shows_everything(window: Window) -> None:
    assert all(shown(window).values())
    assert window.examples.width() == WIDE


def test_a_small_window_has_a_button_for_the_function(window: Window, qtbot: QtBot) -> None:
    assert not window.examples.function.isVisible()
    window.resize(*SMALL)
    assert not shown(window)["function"]
    assert window.examples.function.isVisible()
    assert window.examples.function.accessibleName().startswith("Show or hide the function")
    qtbot.mouseClick(window.examples.function, Qt.MouseButton.LeftButton)
    assert shown(window)["function"]
    qtbot.mouseClick(window.examples.function, Qt.MouseButton.LeftButton)
    assert not shown(window)["function"]


def test_a_narrow_window_folds_the_examples_until_they_are_asked_for(window: Window) -> None:
    window.resize(*NARROW)
    assert window.examples.width() == RAIL
    window.run_command("examples")
    assert window.examples.width() == WIDE
    window.resize(*BIG)
    assert window.examples.width() == WIDE
    window.run_command("examples")
    assert window.examples.width() == RAIL


def test_the_function_is_drawn_out_and_put_back_by_its_key(window: Window) -> None:
    window.resize(*SMALL)
    assert not shown(window)["function"]
    window.run_command("function")
    assert shown(window)["function"]
    assert window.focusWidget() is window.function.editor
    window.run_command("function")
    assert not shown(window)["function"]
    assert window.focusWidget() is window.programs.view


def test_in_a_low_window_programs_and_panels_share_one_place(window: Window) -> None:
    window.resize(*LOW)
    assert shown(window) == {"function": True, "programs": True, "sentence": True, "panel": False, "transport": True}
    window.run_command("shapes")
    assert (shown(window)["programs"], shown(window)["panel"]) == (False, True)
    window.bottom.tabs.setCurrentIndex(0)
    assert (shown(window)["programs"], shown(window)["panel"]) == (True, False)
    window.resize(*BIG)
    assert all(shown(window).values())


def test_times_take_the_room_of_what_steps(window: Window) -> None:
    high = window.bottom.height()
    window.run_command("timing")
    assert not shown(window)["sentence"]
    assert not shown(window)["transport"]
    assert window.bottom.height() > high + 100
    window.run_command("shapes")
    assert abs(window.bottom.height() - high) <= 1


def test_the_column_of_the_function_grows_with_the_letters(window: Window) -> None:
    before = window.function.width()
    window._app.store.apply(actions.zoom_in)
    window._app.store.apply(actions.zoom_in)
    assert window.function.width() == pytest.approx(before * 1.2, abs=4)
    window._app.store.apply(partial(actions.set_theme, theme="dark"))
    assert window.function.width() == pytest.approx(before * 1.2, abs=4)
    window.resize(*NARROW)
    assert not shown(window)["function"]
    window._app.store.apply(actions.zoom_reset)
    assert window.function.width() == pytest.approx(before, abs=1)
