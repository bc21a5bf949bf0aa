"""What is different where the function lives in the process that called `vmapviz.show`."""

from __future__ import annotations

from pathlib import PurePath

from msgspec.structs import replace

from vmapviz.model.actions.files import UNDERSTOOD, open_experiment
from vmapviz.model.messages import Live
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import History, Jobs, Session
from vmapviz.model.what import is_live

ELSEWHERE = "The function lives in the process that called vmapviz.show"


def is_shown(session: Session) -> bool:
    """Whether what the window has is what `vmapviz.show` was given: its source cannot be edited or saved here."""
    return session.live is not None and is_live(session.experiment.path)


def open_live(session: Session, live: Live) -> Session:
    """The session that shows what `vmapviz.show` was given, and nothing before."""
    opened = open_experiment(replace(session, live=live), live.experiment)
    return replace(opened, history=History())


def where(session: Session) -> str:
    """What stands over the source: whose it is, and that it cannot be edited here."""
    if session.live is None or not is_shown(session):
        return "Function"
    file = PurePath(session.live.file).name
    return f"Function in {file}, read-only" if session.live.lines else "Function, read-only"


def caller_ended(session: Session) -> Session:
    """The session after the process that called `vmapviz.show` has ended; the last picture stays."""
    title = "**The process that called `vmapviz.show` has ended.**"
    text = "What you see is the last picture; nothing of it can run any more."
    problem = Problem("caller", title, text, "stopped", actions=(UNDERSTOOD,))
    worker = replace(session.worker, state="stopped", ready=None)
    return replace(session, worker=worker, jobs=Jobs(session.jobs.newest), problem=problem)


def detached(again: Action) -> Problem:
    """That a job was not stopped but left alone."""
    text = (
        "vmapviz cannot stop your own process, so the job goes on there, and its answer is dropped. "
        "What you ask for next starts when that job has ended."
    )
    return Problem("stopped", "**Detached.**", text, "stopped", actions=(again,))
