"""The lecture view: one panel at a time, large, gone through step by step."""

from __future__ import annotations

from typing import cast, get_args

from msgspec.structs import replace

from vmapviz.model.actions.mapping import shown_trace
from vmapviz.model.actions.selection import order, select, select_in_vmap
from vmapviz.model.programs.index import top
from vmapviz.model.session import Lecture, LecturePanel, Session, Tab
from vmapviz.model.theme import LECTURE_ZOOM

LECTURE_PANELS: dict[LecturePanel, str] = {
    "programs": "Jaxprs",
    "shapes": "Shapes",
    "code": "Code",
    "values": "Values",
    "result": "Result",
    "insights": "Insights",
    "timing": "Timing",
}
"""What a lecture can show, in the order of Tab, with its title."""


def start_lecture(session: Session, scale: float) -> Session:
    """The session shown as a lecture, `scale` times as large as in a window of 1280 by 720; it begins with the jaxprs."""
    return session if session.lecture is not None else replace(session, lecture=Lecture(scale=scale))


def leave_lecture(session: Session) -> Session:
    """The session shown as before its lecture."""
    return session if session.lecture is None else replace(session, lecture=None)


def scale_lecture(session: Session, scale: float) -> Session:
    """The session with its lecture in another size of window."""
    return _lecture(session, scale=scale)


def next_panel(session: Session) -> Session:
    """The lecture with the next panel, the first after the last; a blank screen is only shown again."""
    return _turned(session, 1)


def previous_panel(session: Session) -> Session:
    """The lecture with the panel before, the last before the first; a blank screen is only shown again."""
    return _turned(session, -1)


def show_panel(session: Session, panel: LecturePanel) -> Session:
    """The lecture with this panel."""
    return _lecture(session, panel=panel, blank=False)


def blank(session: Session) -> Session:
    """The lecture with a blank screen, or shown again."""
    return _lecture(session, blank=not (session.lecture and session.lecture.blank))


def next_step(session: Session) -> Session:
    """The lecture at the next equation, after the whole call the first; stays at the last. A blank screen is only shown again."""
    return _stepped(session, 1)


def previous_step(session: Session) -> Session:
    """The lecture at the equation before, before the first the whole call. A blank screen is only shown again."""
    return _stepped(session, -1)


def lecture_steps(session: Session) -> tuple[str | None, ...]:
    """What a lecture goes through: the whole call (None), then the outermost equations of what is shown."""
    trace = shown_trace(session) if _shows_programs(session) else session.picture and session.picture.trace
    return (None, *order(trace)) if trace else (None,)


def lecture_step(session: Session) -> int:
    """Where in `lecture_steps` the lecture stands; an equation in a body belongs to the one around it."""
    path = session.selected
    outermost = path if path is None or path.startswith("+") else top(path)
    places = lecture_steps(session)
    return places.index(outermost) if outermost in places else 0


def is_failing(session: Session) -> bool:
    """Whether a message lies over the lecture that may have ways out: Tab then goes to these."""
    return session.problem is not None or session.by_problem is not None


def as_seen(session: Session) -> Session:
    """The session with the theme, the zoom and the tab that are seen: a lecture's own, while the user's stay for afterwards."""
    lecture = session.lecture
    if lecture is None:
        return session
    tab = cast(Tab, lecture.panel) if lecture.panel in get_args(Tab) else session.view.tab
    view = replace(session.view, theme="projector", zoom=LECTURE_ZOOM * lecture.scale, tab=tab)
    return replace(session, view=view)


def _lecture(session: Session, **changes: object) -> Session:
    if session.lecture is None:
        return session
    lecture = replace(session.lecture, **changes)
    return session if lecture == session.lecture else replace(session, lecture=lecture)


def _shows_programs(session: Session) -> bool:
    return session.lecture is None or session.lecture.panel == "programs"


def _turned(session: Session, by: int) -> Session:
    if session.lecture is None or session.lecture.blank:
        return _lecture(session, blank=False)
    panels = list(LECTURE_PANELS)
    return _lecture(session, panel=panels[(panels.index(session.lecture.panel) + by) % len(panels)])


def _stepped(session: Session, by: int) -> Session:
    if session.lecture is not None and session.lecture.blank:
        return _lecture(session, blank=False)
    places = lecture_steps(session)
    path = places[min(max(lecture_step(session) + by, 0), len(places) - 1)]
    return select(session, path) if _shows_programs(session) else select_in_vmap(session, path)
