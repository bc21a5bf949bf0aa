"""What the worker says: every reply is a pure change, and late answers change nothing."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.fetching import fetched, not_fetched
from vmapviz.model.actions.inside import not_matched
from vmapviz.model.actions.mapping import kept, with_lowered, with_pmapped
from vmapviz.model.actions.writing import with_ways
from vmapviz.model.inside import kept_turn, loops
from vmapviz.model.messages import (
    Examined,
    Failed,
    Fetched,
    Looked,
    Lowered,
    Matched,
    Placed,
    Pmapped,
    Printed,
    Ran,
    Ready,
    Reply,
    Timed,
    Traced,
    Verified,
    Written,
)
from vmapviz.model.problem import Problem
from vmapviz.model.session import Picture, Session, Worker
from vmapviz.model.sweep_state import traced_part
from vmapviz.model.trace import Trace

PRINTED = 100_000  # characters that are kept


def receive(session: Session, reply: Reply) -> Session:
    """The session after a reply of the worker; replies to jobs that run no more are dropped."""
    match reply:
        case Ready():
            return replace(session, worker=Worker("ready", reply, session.worker.restarts))
        case Printed():
            return replace(session, printed=(session.printed + reply.text)[-PRINTED:])
        case Traced() if reply.job == session.jobs.trace:
            return _traced(session, reply)
        case Verified() if reply.job == session.jobs.trace:
            return _verified(session, reply)
        case Ran() if reply.job == session.jobs.run:
            jobs = replace(session.jobs, run=None)
            return replace(session, jobs=jobs, values=reply.values, result=reply.result, run_problem=None)
        case Examined() if reply.job == session.jobs.examine:
            jobs = replace(session.jobs, examine=None)
            return replace(session, jobs=jobs, facts=reply.facts, facts_problem=None)
        case Looked() if reply.job == session.jobs.look:
            jobs = replace(session.jobs, look=None)
            return replace(session, jobs=jobs, inside=reply.inside, look_problem=None)
        case Fetched() if reply.job == session.jobs.fetch:
            return fetched(replace(session, jobs=replace(session.jobs, fetch=None, fetching=None)), reply.piece)
        case Matched() if reply.job == session.jobs.match:
            return replace(session, jobs=replace(session.jobs, match=None), matching=reply.matching)
        case Pmapped() if reply.job == session.jobs.pmap:
            return _pmapped(session, reply)
        case Placed() if reply.job == session.jobs.pmap:
            return replace(session, jobs=replace(session.jobs, pmap=None), lanes=reply.lanes)
        case Lowered() if reply.job == session.jobs.lower:
            return _lowered(session, reply)
        case Written() if reply.job == session.jobs.write:
            return with_ways(session, reply.ways)
        case Timed() if reply.job == session.jobs.time:
            return _timed(session, reply)
        case Failed():
            return _failed(session, reply)
    return session


def _traced(session: Session, reply: Traced) -> Session:
    """The new picture; the selection stays where its equation still exists, values of the old one go."""
    experiment = session.jobs.traced or session.experiment
    before = session.picture
    same = before is not None and traced_part(before.experiment) == traced_part(experiment)
    bounds = [level.size for level in reply.trace.levels]
    selected = kept(session.selected, reply.trace)
    example = (*session.example, *(0,) * len(bounds))[: len(bounds)]
    return replace(
        session,
        jobs=replace(session.jobs, pictured=True),
        picture=Picture(experiment, reply.trace, reply.arguments, reply.results, reply.seconds),
        problem=None,
        problem_arguments=(),
        selected=selected,
        cell=session.cell if same else None,
        slices=session.slices if same else {},
        hovered=kept(session.hovered, reply.trace),
        example=tuple(max(0, min(place, size - 1)) for place, size in zip(example, bounds, strict=True)),
        values=None,
        result=None,
        run_problem=None,
        facts=None,
        facts_problem=None,
        turn=()
        if before is None
        else kept_turn(session.turn, loops(before.trace, session.selected), loops(reply.trace, selected)),
        inside=None,
        look_problem=None,
        matching=None,
        pmapped=None,
        lanes=None,
        lowered=(),
        by_problem=None,
        notes=tuple(note for note in session.notes if note.kind not in ("links", "pmap links", "lowered links")),
    )


def _verified(session: Session, reply: Verified) -> Session:
    jobs = replace(session.jobs, trace=None, pictured=False)
    before = session.picture if session.jobs.pictured else None
    picture = replace(before, trace=_same_where_equal(before.trace, reply.trace)) if before else None
    note = (Problem("links", reply.note, severity="warn"),) if reply.note else ()
    return replace(session, jobs=jobs, picture=picture or session.picture, notes=(*session.notes, *note))


def _same_where_equal(before: Trace, verified: Trace) -> Trace:
    """The verified trace with the programs of the one before, where they are equal: what is drawn from them need not be drawn again."""
    return replace(verified, programs=before.programs) if verified.programs == before.programs else verified


def _pmapped(session: Session, reply: Pmapped) -> Session:
    note = (Problem("pmap links", reply.note, severity="warn"),) if reply.note else ()
    made = with_pmapped(replace(session, notes=(*session.notes, *note)), reply.trace)
    return replace(made, jobs=session.jobs) if reply.more else made


def _lowered(session: Session, reply: Lowered) -> Session:
    note = (Problem("lowered links", reply.note, severity="warn"),) if reply.note else ()
    return with_lowered(replace(session, notes=(*session.notes, *note)), reply.trace)


def _timed(session: Session, reply: Timed) -> Session:
    return replace(
        session,
        jobs=replace(session.jobs, time=None) if reply.done else session.jobs,
        timings=reply.timings,
        doing="" if reply.done else reply.doing,
        progress=reply.progress,
        remaining_s=reply.remaining_s,
        time_problem=None,
    )


def _failed(session: Session, reply: Failed) -> Session:
    """The problem where its job belongs; the picture stays."""
    jobs = session.jobs
    if reply.job == jobs.trace:
        jobs = replace(jobs, trace=None, pictured=False)
        return replace(session, jobs=jobs, problem=reply.problem, problem_arguments=reply.arguments)
    if reply.job == jobs.run:
        return replace(session, jobs=replace(jobs, run=None), run_problem=reply.problem, values=None, result=None)
    if reply.job == jobs.examine:
        return replace(session, jobs=replace(jobs, examine=None), facts_problem=reply.problem)
    if reply.job == jobs.look:
        return replace(session, jobs=replace(jobs, look=None), look_problem=reply.problem)
    if reply.job == jobs.fetch:
        return not_fetched(replace(session, jobs=replace(jobs, fetch=None, fetching=None)), jobs.fetching)
    if reply.job == jobs.match:
        return replace(session, jobs=replace(jobs, match=None), matching=not_matched(session, reply.problem))
    if reply.job == jobs.pmap:
        return with_pmapped(session, None, reply.problem)
    if reply.job == jobs.lower:
        return with_lowered(session, None, reply.problem)
    if reply.job == jobs.write:
        return with_ways(session)
    if reply.job == jobs.time:
        return replace(session, jobs=replace(jobs, time=None), time_problem=reply.problem, doing="")
    return session
