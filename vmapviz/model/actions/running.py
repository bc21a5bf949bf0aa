"""Jobs of the worker: which a change asks for, that they started, that they were stopped, and how it stands."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from vmapviz.model.actions.fetching import missing, not_fetched
from vmapviz.model.actions.history import LOCAL, commit, pause
from vmapviz.model.actions.inside import MOST_TRIES, look_wanted, match_wanted, matched, not_matched, sought
from vmapviz.model.actions.live import detached, is_shown
from vmapviz.model.actions.mapping import made_by
from vmapviz.model.actions.selection import flat_example
from vmapviz.model.actions.writing import time_request, ways_lacking, with_ways
from vmapviz.model.messages import Examine, Fetch, Look, Lower, Match, Pmap, Request, Run, Trace
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import FORMS, KINDS, OTHERS, Jobs, Kind, Picture, Session, Worker
from vmapviz.model.sweep_state import on_timer, traced_part

Why = Literal["asked", "limit", "died", "replaced", "settings"]
ENDED = ("stopped", "died")
AGAIN = Action("Run again", edits=(("run", 0, ""),))


def is_stale(session: Session) -> bool:
    """Whether the picture shows another experiment than the editor."""
    picture = session.picture
    return picture is not None and traced_part(picture.experiment) != traced_part(session.experiment)


def is_tracing(session: Session) -> bool:
    """Whether a trace is on its way whose picture has not arrived."""
    return session.jobs.trace is not None and not session.jobs.pictured


def running(session: Session) -> bool:
    """Whether the worker that traces and runs has anything to do."""
    beside = on_timer(session)
    return any(getattr(session.jobs, kind) is not None for kind in KINDS if not (beside and kind == "time"))


def stops_sweep(session: Session) -> bool:
    """Whether Stop ends the sweep: the worker that traces and runs has nothing to do but what nobody waits for."""
    unseen = replace(session, jobs=replace(session.jobs, write=None))
    return on_timer(session) and not running(unseen)


def started(session: Session, kind: Kind) -> Session:
    """The session with a new job of a kind, number `jobs.newest`; a new trace ends what was running before."""
    number = session.jobs.newest + 1
    jobs = replace(session.jobs, newest=number, **{kind: number})
    if kind == "trace":
        jobs = Jobs(newest=number, trace=number, traced=session.experiment, time=_kept_sweep(session))
        return replace(session, jobs=jobs)
    if kind == "time":
        fresh = replace(session, timings=None, timed=session.experiment, time_problem=None, timing_news=False)
        return replace(fresh, jobs=jobs, doing="", progress=0.0, remaining_s=0.0)
    if kind == "look" and sought(session) is None:  # no longer wanted
        return session
    if kind == "fetch":
        wanted = missing(session)
        return session if wanted is None else replace(session, jobs=replace(jobs, fetching=wanted))
    if kind == "write":
        asked = ways_lacking(session)
        return session if asked is None else replace(session, jobs=replace(jobs, writing=asked))
    if kind == "match":
        return replace(session, jobs=jobs, match_tries=session.match_tries + 1 if matched(session) else 1)
    return replace(session, jobs=jobs)


def _kept_sweep(session: Session) -> int | None:
    """The sweep that what happens to the other worker does not end."""
    return session.jobs.time if on_timer(session) else None


def match_rest(session: Session) -> Session:
    """The session with a job that compares all that can be compared, however long it takes."""
    return replace(started(session, "match"), match_tries=MOST_TRIES + 1)


def request(session: Session, kind: Kind) -> Request | None:
    """The message that asks the worker for the newest job of this kind; None when none was started."""
    number = getattr(session.jobs, kind)
    if number is None:
        return None
    if kind == "trace":
        return Trace(number, session.experiment)
    if kind == "run":
        return Run(number, session.experiment, (flat_example(session),))
    if kind == "examine":
        return Examine(number, session.experiment, session.facts is not None)
    if kind == "look":
        wanted = sought(session)
        return wanted and Look(number, session.experiment, *wanted)
    if kind == "fetch":
        return Fetch(number, session.experiment, session.jobs.fetching) if session.jobs.fetching else None
    if kind == "match":
        return Match(number, session.experiment, flat_example(session), session.match_tries > MOST_TRIES)
    sweep = session.sweep
    if kind == "pmap":
        return Pmap(number, session.experiment, sweep.devices)
    if kind == "lower":
        return Lower(number, session.experiment, next((form for form in OTHERS if form == session.by), FORMS[0]))
    if kind == "write":
        return session.jobs.writing and replace(session.jobs.writing, job=number)
    return time_request(session, number)


def run_now(session: Session) -> Session:
    """The session in which this experiment may run: what was opened and only shown starts now."""
    return replace(pause(session), auto=True, problem=_without_ended(session.problem))


def _without_ended(problem: Problem | None) -> Problem | None:
    return None if problem is not None and problem.kind in (*ENDED, *LOCAL) else problem


def wanted(old: Session, new: Session) -> tuple[Kind, ...]:
    """The jobs that a change asks for.

    A trace when the traced part of the experiment changed, or when the worker became ready and the picture is behind; after
    a job that never ended only when the user asks. A run when a picture arrived, or another example is followed. A look into a body
    when the selected equation stands in it. Numbers that the picture lacks. The comparison when there are values, or for another
    example. The facts when the picture's first result arrived. pmap's program, or one below the jaxpr, when it is to be shown and
    the picture has none. The Python of the ways to measure when these are to be seen.
    """
    if not new.auto:
        return ()
    if _trace_wanted(old, new):
        return ("trace",)
    arrived = _arrived(old.picture, new.picture)
    followed = old.example != new.example and (new.values is None or flat_example(new) not in new.values.examples)
    current = new.picture is not None and not is_stale(new)
    run = arrived or (followed and current)
    look = current and look_wanted(old, new, arrived)
    match = current and match_wanted(old, new)
    region = missing(new)
    fetch = current and region is not None and (region != missing(old) or not old.auto)
    lacking = _lacking(new) if _lacking(new) != _lacking(old) else None
    examine = new.facts is None and new.result is not None and new.result is not old.result
    asked: dict[Kind, bool] = {"run": run, "look": look, "fetch": fetch, "match": match, "examine": examine}
    ways = ways_lacking(new)
    asked |= {"pmap": lacking == "pmap", "lower": lacking == "lower"}
    asked |= {"write": ways is not None and ways != ways_lacking(old)}
    return tuple(kind for kind, wanted in asked.items() if wanted)


def is_mapping(session: Session) -> bool:
    """Whether another program than vmap's is wanted of the picture, and not there yet."""
    kind = _kind(session)
    if kind is None or session.picture is None or made_by(session, session.by) is not None:
        return False
    return getattr(session.jobs, kind) is not None or _lacking(session) is not None


def _kind(session: Session) -> Kind | None:
    """The job that makes the program which is to be shown; none makes vmap's."""
    return {"vmap": None, "pmap": "pmap"}.get(session.by, "lower")


def _lacking(session: Session) -> Kind | None:
    """The job for a program that is wanted of an up-to-date picture, and neither there nor on its way."""
    kind = _kind(session)
    if kind is None or session.picture is None or is_stale(session) or is_tracing(session):
        return None
    there = made_by(session, session.by) is not None or session.by_problem is not None
    return None if there or getattr(session.jobs, kind) is not None else kind


def _trace_wanted(old: Session, new: Session) -> bool:
    if not new.experiment.source.strip():
        return False
    if old.experiment is not new.experiment and traced_part(old.experiment) != traced_part(new.experiment):
        return True
    became_ready = old.worker.ready is None and new.worker.ready is not None
    behind = new.picture is None or is_stale(new)
    ended = new.problem is not None and new.problem.kind in ENDED
    recovered = old.problem is not None and old.problem.kind in LOCAL and new.problem is None
    return behind and not ended and (became_ready or recovered or not old.auto)


def _arrived(old: Picture | None, new: Picture | None) -> bool:
    """Whether a picture came from a trace, not from its verification."""
    if new is None or new is old:
        return False
    parts = ("experiment", "arguments", "results", "seconds")
    return old is None or any(getattr(old, part) is not getattr(new, part) for part in parts)


def stop(session: Session, why: Why = "asked") -> Session:
    """The session after the worker was ended on purpose; it starts afresh.

    "asked" by the user (only detached, where another process works), at the time "limit", or silently: "replaced" by a newer
    trace, for other "settings".
    """
    stopped = detached(AGAIN) if is_shown(session) else _stopped()
    said = {"asked": stopped, "limit": _too_long(session), "died": ended_unexpectedly()}
    return _restarted(session, said.get(why))


def died(session: Session, why: str = "") -> Session:
    """The session after the worker ended by itself; `why` is what is known about it."""
    return _restarted(session, replace(ended_unexpectedly(), said=why))


def _stopped() -> Problem:
    text = "Your code and settings are safe; JAX has started afresh."
    return Problem("stopped", "**Stopped.**", text, "stopped", actions=(AGAIN,))


def _too_long(session: Session) -> Problem:
    what = "Your function was still running" if session.jobs.lower is None else "JAX or XLA was still at work"
    text = f"{what}, so vmapviz stopped it. Your code and settings are safe; JAX has started afresh."
    limit = session.time_limit_s
    longer = max(60.0, 2 * limit)
    allow = Action(f"Allow {longer:g} s", edits=(("time_limit", 0, f"{longer:g}"), ("run", 0, "")))
    return Problem("stopped", f"**Stopped after {limit:g} s.**", text, "stopped", actions=(AGAIN, allow))


def ended_unexpectedly() -> Problem:
    """That the worker died, and what may help."""
    title = "**JAX ended unexpectedly and was started again.**"
    return Problem("died", title, "If this was memory, try a smaller batch.", actions=(AGAIN,))


def _restarted(session: Session, problem: Problem | None) -> Session:
    """No job runs any more; the problem stands where the job was: with the programs, the values or the times."""
    jobs = session.jobs
    worker = Worker("starting", None, session.worker.restarts + 1)
    beside = on_timer(session)
    after = replace(session, worker=worker, jobs=Jobs(newest=jobs.newest, time=_kept_sweep(session)))
    if not beside:
        after = replace(after, doing="", progress=0.0, remaining_s=0.0)
    if problem is None:
        return after
    if is_tracing(session) or (problem.kind == "died" and not running(session)):
        return replace(after, problem=problem)
    if jobs.time is not None and not beside:
        return replace(after, time_problem=problem)
    if jobs.pmap is not None or jobs.lower is not None:
        return replace(after, by_problem=problem)
    after = with_ways(replace(after, jobs=replace(after.jobs, writing=jobs.writing)))
    if jobs.run is not None:
        return replace(after, run_problem=problem)
    if jobs.examine is not None:
        return replace(after, facts_problem=problem)
    if jobs.look is not None:
        return replace(after, look_problem=problem)
    if jobs.fetch is not None:
        return not_fetched(after, jobs.fetching)
    if jobs.match is not None:
        return replace(after, matching=not_matched(session, problem))
    return replace(after, notes=(*session.notes, problem)) if jobs.trace is not None else after


def toggle_x64(session: Session) -> Session:
    """The session with 64-bit numbers on or off."""
    return commit(session, replace(session.experiment, x64=not session.experiment.x64))
