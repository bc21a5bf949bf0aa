"""Whether the programs show what vmap made of the function, what pmap made, or what became of it below the jaxpr."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.lanes import NOT_RUN, Lanes
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import MappedBy, Session
from vmapviz.model.trace import Trace, equations_of


def show_by(session: Session, by: MappedBy) -> Session:
    """The session that shows vmap's program, or another as soon as it is made; pressed again, what failed is tried again."""
    if by == session.by and session.by_problem is None:
        return session
    changed = replace(session, by=by, by_problem=None)
    if by != "vmap" and made_by(session, by) is None and not session.auto:
        changed = replace(changed, by_problem=_not_run(by))
    return _selected(changed)


def toggle_pmap(session: Session) -> Session:
    """The session that shows the other program."""
    return show_by(session, "vmap" if session.by == "pmap" else "pmap")


def toggle_form(session: Session, form: MappedBy) -> Session:
    """The session that shows this form of the program below the jaxpr, or the jaxpr again."""
    return show_by(session, "vmap" if session.by == form else form)


def made_by(session: Session, by: MappedBy) -> Trace | None:
    """What was made for the picture: vmap's programs, pmap's, or those of a form; None where it has none yet."""
    if by == "vmap":
        return session.picture.trace if session.picture else None
    if by == "pmap":
        return session.pmapped
    return next((trace for trace in session.lowered if trace.form == by and _is_of(trace, session)), None)


def _is_of(trace: Trace, session: Session) -> bool:
    """Whether a version by hand is the one that the experiment names now."""
    return trace.hand is None or trace.hand.name == session.experiment.reference


def _not_run(by: MappedBy) -> Problem:
    name = "The program by hand" if by == "by hand" else by
    text = (
        "pmap's program is made by running the function."
        if by == "pmap"
        else f"{name} is made by tracing the function."
    )
    actions = (Action("Run", edits=(("run", 0, ""),)), Action("Show vmap's program", edits=(("map", 0, "vmap"),)))
    return Problem("pmap", "**This experiment was not run yet.**", text, "stopped", actions=actions)


def with_pmapped(session: Session, trace: Trace | None, problem: Problem | None = None) -> Session:
    """The session whose job of pmap's program ended with the program, or with a problem."""
    jobs = replace(session.jobs, pmap=None)
    return _selected(replace(session, jobs=jobs, pmapped=trace, by_problem=problem))


def with_lowered(session: Session, trace: Trace | None, problem: Problem | None = None) -> Session:
    """The session whose job of a program below the jaxpr ended with the program, or with a problem."""
    jobs = replace(session.jobs, lower=None)
    made = (*session.lowered, trace) if trace is not None else session.lowered
    return _selected(replace(session, jobs=jobs, lowered=made, by_problem=problem))


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
    """The programs that are shown: those that are wanted where they are there, else the picture's."""
    if session.picture is None:
        return None
    return made_by(session, session.by) or session.picture.trace


def lanes(session: Session) -> Lanes | None:
    """What was on which device, where the experiment maps with pmap or pmap's program is shown; before it ran, or where it cannot run, in
    words why there is nothing to show. None where only vmap is spoken of."""
    picture = session.picture
    if picture is None or (picture.experiment.map != "pmap" and session.by != "pmap"):
        return None
    if session.by == "pmap" and session.lanes is not None:
        return session.lanes
    if session.result is not None and session.result.lanes is not None:
        return session.result.lanes
    problem = session.by_problem if session.by == "pmap" else session.run_problem
    return Lanes(why=f"{problem.title} {problem.text}".replace("**", "").strip() if problem else NOT_RUN)


def as_vmap(session: Session) -> Session:
    """The session as those see it who speak of vmap alone: what only another program has is not selected."""
    if session.picture is None or shown_trace(session) is session.picture.trace:
        return session
    selected, hovered = (kept(path, session.picture.trace) for path in (session.selected, session.hovered))
    if (selected, hovered) == (session.selected, session.hovered):
        return session
    return replace(session, selected=selected, hovered=hovered)
