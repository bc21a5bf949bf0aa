"""The three menus of the top bar, made from the tables of commands and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from vmapviz.export.timings import timed
from vmapviz.gui import times_clipboard
from vmapviz.gui.animate import ANIMATIONS
from vmapviz.gui.commands import COMMANDS
from vmapviz.gui.export import EXPORTS
from vmapviz.gui.topbar import TopBar

if TYPE_CHECKING:
    from vmapviz.gui.app import App

MENUS = {"File": ("File", "Edit", "Run"), "View": ("View", "Go")}


def add(topbar: TopBar, parent: QWidget, app: App, actions: Mapping[str, QAction]) -> None:
    """Give the top bar its menus; `actions` are those of COMMANDS by their ids."""
    for title, parts in MENUS.items():
        menu = QMenu(title, parent)
        for part in parts:
            menu.addSeparator()
            menu.addActions([actions[c.id] for c in COMMANDS if c.menu == part and c.scope != "lecture"])
        if title == "File":
            _add_recent(menu, app)
        topbar.set_menu(title, menu)
    topbar.set_menu("Export", _exports(parent, app, actions))


def _exports(parent: QWidget, app: App, actions: Mapping[str, QAction]) -> QMenu:
    menu = QMenu("Export", parent)
    for export in EXPORTS:
        action = menu.addAction(export.title)
        action.triggered.connect(lambda _=False, export=export: app.files.ask_export(export))
    menu.addAction(actions["export_window"])
    menu.addMenu(_times(menu, app))
    menu.addSeparator()
    for animation in ANIMATIONS:
        action = menu.addAction(animation.title)
        action.triggered.connect(lambda _=False, animation=animation: app.files.ask_film(animation))
    return menu


def _times(parent: QMenu, app: App) -> QMenu:
    """The exports of the times; of what is not measured there is none."""
    menu = QMenu("The times", parent)
    for export in times_clipboard.EXPORTS:
        action = menu.addAction(export.title)
        action.triggered.connect(lambda _=False, export=export: app.files.ask_export(export))
    parent.aboutToShow.connect(lambda: menu.menuAction().setEnabled(timed(app.store.session)))
    return menu


def _add_recent(menu: QMenu, app: App) -> None:
    recent = menu.addMenu("Open recent")

    def fill() -> None:
        recent.clear()
        for path in app.store.session.recent:
            recent.addAction(path).triggered.connect(lambda _=False, path=path: app.files.open_path(path))
        if recent.isEmpty():
            recent.addAction("Nothing yet").setEnabled(False)

    recent.aboutToShow.connect(fill)
