"""The table of commands: unambiguous, complete, and harmless at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.commands import COMMANDS, Command
from vmapviz.gui.keys import key_table
from vmapviz.gui.settings import Settings
from vmapviz.model import actions
from vmapviz.model.session import Session


@pytest.fixture
def idle(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """An app with nothing in it and no worker; every question for a file is answered by Cancel."""
    for ask in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, ask, lambda *_: ("", ""))
    theme.apply(qapp, "light")
    app = App(Session(view=replace(Session().view, theme="light")), Settings(tmp_path))
    monkeypatch.setattr(app.worker, "start", lambda options: None)
    monkeypatch.setattr(app.window.topbar.menus["Export"], "showMenu", lambda: None)
    app.window.show()
    yield app
    app.window.close()
    app.window.deleteLater()
    app.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp, "light")


def test_ids_titles_and_keys_are_each_given_once() -> None:
    keys = [(key, command.scope == "lecture") for command in COMMANDS for key in command.keys]
    for parts in ([c.id for c in COMMANDS], [c.title for c in COMMANDS], keys):
        assert [part for part, count in Counter(parts).items() if count > 1] == []


def test_every_key_is_one_that_qt_knows() -> None:
    for command in COMMANDS:
        for keys in command.keys:
            assert QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText) != "", command.id


def test_keys_without_ctrl_act_only_where_nothing_is_typed() -> None:
    for command in COMMANDS:
        plain = [keys for keys in command.keys if not keys.startswith(("Ctrl", "Alt", "F"))]
        assert not plain or command.scope in ("picture", "lecture"), command.id


def test_keys_of_a_lecture_act_only_there(idle: App) -> None:
    lecturing = [command for command in COMMANDS if command.scope == "lecture"]
    shared = [
        c for c in COMMANDS if c.scope != "lecture" and {*c.keys} & {key for own in lecturing for key in own.keys}
    ]
    assert len(shared) == 2, "PageUp and PageDown"
    for lecture in (False, True):
        if lecture:
            idle.window.start_lecture()
        for command in (*lecturing, *shared):
            expected = command in lecturing and lecture
            assert idle.window.actions_by_id[command.id].isEnabled() == expected, command.id


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_is_harmless_on_an_empty_session(idle: App, command: Command) -> None:
    command.run(idle)
    for dialog in idle.window.findChildren(QDialog):
        dialog.close()
    assert idle.window.status.isVisible() != idle.window.lecture_foot.isVisible() or command.id == "quit"
    assert not actions.running(idle.store.session)


def test_of_choices_the_one_that_holds_is_checked_also_when_it_is_chosen_again(idle: App) -> None:
    actions_by_id, ways = idle.window.actions_by_id, ("system", "full", "reduced")
    for way in (*ways, "reduced", "system"):
        actions_by_id[f"motion_{way}"].trigger()
        assert [actions_by_id[f"motion_{each}"].isChecked() for each in ways] == [way == each for each in ways]
    assert (
        actions_by_id["motion_system"].text()
        == f"Motion as the system asks ({actions.motion_note(idle.store.session)})"
    )


def test_every_command_is_an_action_with_its_keys_that_knows_whether_it_can_be_used(idle: App) -> None:
    for command in COMMANDS:
        action = idle.window.actions_by_id[command.id]
        assert action.text() == command.shown(idle.store.session)
        assert action.isCheckable() == (command.chosen is not None)
        assert [QKeySequence(keys) for keys in command.keys] == action.shortcuts()
        assert action.isEnabled() == command.enabled(idle.store.session)
        inside = action.shortcutContext() == Qt.ShortcutContext.WidgetWithChildrenShortcut
        assert inside == (command.scope == "picture")


def test_every_command_is_in_a_menu_or_has_a_key(idle: App) -> None:
    menus = [button.menu() for button in idle.window.topbar.menus.values()]
    listed = {action for menu in menus for action in menu.actions()}
    for command in COMMANDS:
        assert idle.window.actions_by_id[command.id] in listed or command.keys, command.id


def test_commands_become_usable_with_the_session(idle: App) -> None:
    undo = idle.window.actions_by_id["undo"]
    assert not undo.isEnabled()
    idle.store.apply(lambda session: actions.edit_source(session, "def f(x):\n    return x\n"))
    assert undo.isEnabled()
    undo.trigger()
    assert not undo.isEnabled()
    assert idle.window.actions_by_id["redo"].isEnabled()


def test_the_table_of_keys_is_complete() -> None:
    table = {what: keys for keys, what in key_table(COMMANDS)}
    assert table["Stop"] == "Ctrl+."
    assert table["Redo"] == "Ctrl+Shift+Z or Ctrl+Y"
    assert all(command.title in table for command in COMMANDS if command.keys)
