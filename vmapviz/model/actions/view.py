"""How things are shown."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from vmapviz.model.actions.lecturing import show_panel
from vmapviz.model.session import Session, Tab, ThemeName

SMALLEST, LARGEST, STEP = 0.9, 2.0, 0.1


def _view(session: Session, **changes: Any) -> Session:
    view = replace(session.view, **changes)
    return session if view == session.view else replace(session, view=view)


def set_tab(session: Session, tab: Tab) -> Session:
    """The session with another of the bottom tabs; in a lecture its panel is shown, and the tab stays for afterwards."""
    if session.lecture is not None:
        return session if tab == "output" else show_panel(session, tab)
    return _view(session, tab=tab)


def set_theme(session: Session, theme: ThemeName) -> Session:
    """The session with other colours."""
    return _view(session, theme=theme)


def set_mode(session: Session, all_at_once: bool) -> Session:
    """The session that shows all examples at once, or one by one."""
    return _view(session, all_at_once=all_at_once)


def toggle_examples(session: Session) -> Session:
    """The session with the list of examples shown or folded."""
    return _view(session, examples_open=not session.view.examples_open)


def toggle_raw(session: Session) -> Session:
    """The session with types and parameters as JAX prints them, or shortened."""
    return _view(session, raw=not session.view.raw)


def zoom_in(session: Session) -> Session:
    """Everything a tenth larger, up to twice."""
    return _view(session, zoom=min(round(session.view.zoom + STEP, 2), LARGEST))


def zoom_out(session: Session) -> Session:
    """Everything a tenth smaller, down to 0.9."""
    return _view(session, zoom=max(round(session.view.zoom - STEP, 2), SMALLEST))


def zoom_reset(session: Session) -> Session:
    """Everything in its normal size."""
    return _view(session, zoom=1.0)


def clear_output(session: Session) -> Session:
    """The session without what the user's code printed."""
    return replace(session, printed="") if session.printed else session
