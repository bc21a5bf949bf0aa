"""The worker that measures, beside the one that traces and runs: when it starts, what it says, and how it ends."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from vmapviz.model.actions.elsewhere import lacks_there, lost, not_reached, other_version
from vmapviz.model.actions.lecturing import as_seen
from vmapviz.model.actions.live import is_shown
from vmapviz.model.actions.pythons import reason
from vmapviz.model.actions.replies import receive
from vmapviz.model.actions.running import started, stop
from vmapviz.model.messages import Failed, Ready, Reply, Timed
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Session, Timer
from vmapviz.model.sweep_state import has_points, on_timer, setup_of, without_sweep

AGAIN = Action("Measure again", edits=(("measure", 0, ""),))


def measure(session: Session) -> Session:
    """Start a sweep; what was measured before goes, unless it is pinned. Nothing changes before JAX has loaded or while one runs.

    It runs in a worker of its own, which starts with the first one and whenever it is to be set up in another way; where
    `vmapviz.show` was called, in its process, which has the function.
    """
    if session.worker.ready is None or session.jobs.time is not None:
        return session
    session = started(session, "time")
    if is_shown(session):
        return replace(session, timer=replace(session.timer, job=None))
    timer, setup = session.timer, setup_of(session)
    if timer.state == "off" or timer.setup != setup:
        known = timer.platforms if timer.setup.command == setup.command else ()
        timer = Timer("starting", None, timer.starts + 1, setup, platforms=known)
    return replace(session, timer=replace(timer, job=session.jobs.time))


def stop_measuring(session: Session) -> Session:
    """End the sweep at once; what was measured stays, and the worker that traces and runs does not notice."""
    if not on_timer(session):
        return stop(session) if session.jobs.time is not None else session
    text = "What was measured so far stays."
    return without_sweep(session, Problem("stopped", "**Stopped.**", text, "stopped", actions=(AGAIN,)))


def hold(session: Session, why: Literal["", "works", "plays"]) -> Session:
    """Take no samples while the other worker works, or while a picture moves; "" = go on."""
    return session if session.timer.held == why else replace(session, timer=replace(session.timer, held=why))


def timer_said(session: Session, reply: Reply, here: str = "") -> Session:
    """The session after a reply of the worker that measures; `here` is the version of this vmapviz."""
    setup = session.timer.setup
    match reply:
        case Ready():
            problem = other_version(setup.command, reply, here)
            if problem is not None:
                return without_sweep(session, replace(problem, actions=(AGAIN,)))
            known = (
                session.timer.platforms if setup.platform else reply.platforms
            )  # one that is asked for is all that JAX starts
            return replace(session, timer=replace(session.timer, state="ready", ready=reply, platforms=known))
        case Failed() if setup.where:
            return receive(session, replace(reply, problem=lacks_there(setup.where, reply.problem)))
        case Timed() if setup.where:
            machine = _on_host(session, reply.timings.machine)
            timings = replace(reply.timings, machine=machine, where=setup.where)
            return receive(session, replace(reply, timings=timings))
    return receive(session, reply)


def _on_host(session: Session, machine: str) -> str:
    """A machine by its name: "gpu-box: AMD EPYC, 64 cores"."""
    ready = session.timer.ready
    return f"{ready.host}: {machine}" if ready is not None and ready.host else machine


def timer_ended(session: Session, python: str, why: str, said: str = "") -> Session:
    """The session after the worker that measures has ended by itself; `why` says how, `said` is the end of what it complained of."""
    setup, measuring = session.timer.setup, on_timer(session)
    if session.timer.state == "starting":
        if setup.where:
            problem = not_reached(setup.where, why, said)
        else:
            title, text = reason(python, why, said, setup.platform)
            problem = Problem("died", title, text, said=said.strip().rpartition("\n")[2], details=said.strip())
        return without_sweep(session, replace(problem, actions=(AGAIN,)))
    if not measuring:
        return without_sweep(session)
    problem = lost(setup.where, session.doing, why, said, has_points(session))
    return without_sweep(session, replace(problem, actions=(AGAIN,)))


def with_news(old: Session, new: Session) -> Session:
    """The session that notes the end of a sweep which nobody saw, and forgets it when the tab is looked at."""
    ended = old.jobs.time is not None and new.jobs.time is None
    news = (ended or new.timing_news) and as_seen(new).view.tab != "timing"
    return new if news == new.timing_news else replace(new, timing_news=news)
