"""What one click on a problem's advice does."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.arguments import set_argument
from vmapviz.model.actions.axes import set_axis_name, set_in_axes_text, set_out_axes_text
from vmapviz.model.actions.finding import look_closer
from vmapviz.model.actions.history import dismiss, pause
from vmapviz.model.actions.mapping import show_by
from vmapviz.model.actions.pythons import set_python
from vmapviz.model.actions.running import run_now, toggle_x64
from vmapviz.model.actions.source import edit_source, set_function
from vmapviz.model.actions.sweeping import set_devices
from vmapviz.model.actions.timer import measure
from vmapviz.model.problem import Action
from vmapviz.model.session import Session


def take(session: Session, action: Action) -> Session:
    """The session after the edits of an action, which are one step of undo."""
    past = session.history.past
    changed = pause(session)
    for field, index, text in action.edits:
        changed = _edited(changed, field, index, text)
    if len(changed.history.past) > len(past) + 1:
        changed = replace(changed, history=replace(changed.history, past=(*past, session.experiment)))
    return pause(changed)


def _edited(session: Session, field: str, index: int, text: str) -> Session:
    match field:
        case "argument":
            return set_argument(session, index, text)
        case "in_axes":
            return set_in_axes_text(pause(session), index, text)
        case "out_axes":
            return set_out_axes_text(pause(session), index, text)
        case "axis_name":
            return set_axis_name(pause(session), index, text)
        case "function":
            return set_function(session, text)
        case "source":
            return _written(session, text)
        case "x64":
            return session if session.experiment.x64 == (text == "on") else toggle_x64(session)
        case "time_limit":
            return replace(session, time_limit_s=float(text))
        case "devices":
            return replace(set_devices(session, int(text)), by_problem=None)
        case "measure":
            return measure(session)
        case "map":
            return show_by(session, "pmap" if text == "pmap" else "vmap")
        case "examine":
            return look_closer(session)
        case "python":
            return set_python(session, text)
        case "run":
            return run_now(session)
        case "dismiss":
            return dismiss(session)
    return session


def _written(session: Session, text: str) -> Session:
    """The session with another source, made of the one that was traced last: what was typed since is not lost."""
    traced = session.jobs.traced
    if traced is not None and traced.source != session.experiment.source:
        return session
    return edit_source(pause(session), text)
