"""The window of `vmapviz.show`: a process that the caller starts, which asks it over stdin and stdout."""

from __future__ import annotations

import os
import sys

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from vmapviz.gui import main as start
from vmapviz.gui.app import App
from vmapviz.gui.caller import Caller
from vmapviz.gui.settings import Settings
from vmapviz.model import actions
from vmapviz.model.messages import Live
from vmapviz.model.session import Session, ThemeName


def main() -> None:
    """Show what the process at the other end of stdin and stdout says, until the window is closed."""
    if not start.has_display():
        sys.exit("vmapviz: there is no display here (DISPLAY and WAYLAND_DISPLAY are empty).")
    caller = _caller()
    live = caller.first()
    if live is None:
        sys.exit("vmapviz: nothing came to be shown.")
    qt = start.application()
    settings = Settings()
    app = make_app(qt, live, caller, settings)
    app.window.resize(*start.SIZE)
    app.window.restore_layout({key: settings.bytes(key) for key in app.window.layout_state()})
    app.window.show()
    app.start()
    sys.exit(qt.exec())


def make_app(qt: QApplication, live: Live, caller: Caller, settings: Settings, theme: ThemeName | None = None) -> App:
    """The app that shows what the caller has, not yet shown or started."""
    return start.make_app(qt, first_session(settings, live, theme), settings, caller=caller)


def first_session(settings: Settings, live: Live, theme: ThemeName | None = None) -> Session:
    """What the caller has, shown as the user last had things shown."""
    session = actions.open_live(start.remembered_session(settings), live)
    return replace(session, view=replace(session.view, theme=theme)) if theme else session


def _caller() -> Caller:
    """The caller, with stdin and stdout free for whatever prints."""
    incoming, outgoing = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.dup2(2, 1)
    return Caller(incoming, outgoing)
