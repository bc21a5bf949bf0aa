"""Whether the programs show what vmap made or what pmap made of the function."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import MappedBy, Session
from vmapviz.model.trace import Trace, equations_of


def show_by(session: Session, by: MappedBy) -> Session:
    """The session that shows vmap's program, or pmap's as soon as it is made; pressed again, what failed is tried again."""
    if by == session.by and session.pmap_problem is None:
        return session
    changed = replace(session, by=by, pmap_problem=None)
    if by == "pmap" and not session.auto:
        changed = replace(changed, pmap_problem=_not_run())
    return _selected(changed)


def toggle_pmap(session: Session) -> Session:
    """The session that shows the other program."""
    return show_by(session, "vmap" if session.by == "pmap" else "pmap")


def _not_run() -> Problem:
    text = "pmap's program is made by running the function."
    actions = (Action("Run", edits=(("run", 0, ""),)), Action("Show vmap's program", edits=(("map", 0, "vmap"),)))
    return Problem("pmap", "**This experiment was not run yet.**", text, "stopped", actions=actions)


def with_pmapped(session: Session, trace: Trace | None, problem: Problem | None = None) -> Session:
    """The session whose job of pmap's program ended with the program, or with a problem."""
    jobs = replace(session.jobs, pmap=None)
    return _selected(replace(session, jobs=jobs, pmapped=trace, pmap_problem=problem))


def _selected(session: Session) -> Session:
    """The selection where the programs shown have it, too."""
    shown = shown_trace(session)
    if shown is None:
        return session
    selected, hovered = kept(session.selected, shown), kept(session.hovered, shown)
    return replace(session, selected=selected, hovered=hovered)


def kept(path: str | None, trace: Trace) -> str | None:
    """The path, when it still names something: an original equation, or "+" and one of the last program without an origin."""
    if path is None:
        return None
    if path.startswith("+"):
        inserted = {equation.path for equation in equations_of(trace.batched) if equation.origin is None}
        return path if len(trace.programs) > 1 and path[1:] in inserted else None
    return path if any(equation.path == path for equation in equations_of(trace.original)) else None


def shown_trace(session: Session) -> Trace | None:
    """The programs that are shown: pmap's where they are wanted and there, else the picture's."""
    if session.picture is None:
        return None
    return session.pmapped if session.by == "pmap" and session.pmapped is not None else session.picture.trace


def as_vmap(session: Session) -> Session:
    """The session as those see it who speak of vmap alone: what only pmap has is not selected."""
    if session.picture is None or shown_trace(session) is session.picture.trace:
        return session
    selected, hovered = (kept(path, session.picture.trace) for path in (session.selected, session.hovered))
    if (selected, hovered) == (session.selected, session.hovered):
        return session
    return replace(session, selected=selected, hovered=hovered)
