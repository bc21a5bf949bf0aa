"""Changes of the experiment: each can be undone, typing merged per pause."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.experiment import Experiment
from vmapviz.model.problem import Problem
from vmapviz.model.session import History, Session

STEPS = 200
REFUSED = "refused"
LOCAL = ("argument", "file", "caller")
"""Kinds of problems that no job found: the next change of the experiment ends them."""


def commit(session: Session, experiment: Experiment, typing: bool = False) -> Session:
    """The session with another experiment as a new step; typing goes on in the newest step until `pause`."""
    if experiment == session.experiment:
        return _accepted(session)
    history = session.history
    grows = typing and history.typing and bool(history.past)
    past = history.past if grows else (*history.past, session.experiment)[-STEPS:]
    return _shown(replace(session, history=History(past, (), typing)), experiment)


def _shown(session: Session, experiment: Experiment) -> Session:
    """Another experiment, with as many followed indices as it has levels."""
    count = len(experiment.levels)
    example = (*session.example, *(0,) * count)[:count]
    return _accepted(replace(session, experiment=experiment, example=example))


def _accepted(session: Session) -> Session:
    """Without the reasons why earlier choices were refused."""
    notes = tuple(note for note in session.notes if not note.kind.startswith(REFUSED))
    if notes != session.notes:
        session = replace(session, notes=notes)
    if session.problem is not None and session.problem.kind in LOCAL:
        session = replace(session, problem=None)
    return session


def refuse(session: Session, problem: Problem) -> Session:
    """The session with a note that says why a choice was not made; the experiment stays."""
    session = _accepted(session)
    note = replace(problem, kind=f"{REFUSED} {problem.kind}", severity="warn")
    return replace(session, notes=(*session.notes, note))


def dismiss(session: Session) -> Session:
    """The session without a problem of files or of a text that was not taken, or of the program that is shown in place of vmap's."""
    if session.by_problem is not None:
        session = replace(session, by="vmap", by_problem=None)
    return _accepted(session)


def pause(session: Session) -> Session:
    """What is typed from here on is a new step."""
    if not session.history.typing:
        return session
    return replace(session, history=replace(session.history, typing=False))


def undo(session: Session) -> Session:
    """The experiment of one step before; the session as it is when there is none."""
    past, future = session.history.past, session.history.future
    if not past:
        return session
    return _shown(replace(session, history=History(past[:-1], (*future, session.experiment))), past[-1])


def redo(session: Session) -> Session:
    """The experiment as it was before the last undo."""
    past, future = session.history.past, session.history.future
    if not future:
        return session
    return _shown(replace(session, history=History((*past, session.experiment), future[:-1])), future[-1])


def typed(old: Session, new: Session) -> bool:
    """Whether the change between two sessions was typing, which may go on."""
    return new.history.typing and new.experiment is not old.experiment
