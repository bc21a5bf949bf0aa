"""What a sweep is asked for, and the Python of every way to measure, told before it is."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.live import is_shown
from vmapviz.model.actions.swept import sweep_of
from vmapviz.model.messages import Time, Write
from vmapviz.model.session import Session, Ways
from vmapviz.model.sweep_state import setup_of, traced_part
from vmapviz.model.timing import BATCH, WayText


def time_request(session: Session, number: int) -> Time:
    """The message that asks for the sweep as it is chosen now."""
    sweep = sweep_of(session)
    return Time(
        number,
        session.experiment,
        sweep.variants,
        sweep.numbers,
        sweep.devices,
        sweep.budget_s,
        sweep.total_s,
        sweep.over,
        None if sweep.over == BATCH else sweep.examples,
        sweep.grad,
    )


def write_request(session: Session, number: int = 0) -> Write:
    """The message that asks for the Python of that sweep; variants and budgets, on which it does not depend, are left out."""
    asked, there = time_request(session, number), _there(session)
    sizes = asked.batches, asked.devices, 0.0, 0.0, asked.over, asked.examples, asked.grad
    return Write(number, session.experiment, (), *sizes, there)


def ways_now(session: Session) -> dict[str, WayText]:
    """Every variant with its Python for the sweep as it is chosen now; nothing before that is known."""
    known = session.ways
    if known is None or known.asked != write_request(session):
        return {}
    return {way.variant: way for way in known.ways}


def ways_lacking(session: Session) -> Write | None:
    """What is to be asked for: where the timing panel is seen, of an up-to-date picture, while no sweep runs; None where nothing lacks."""
    picture, seen = session.picture, session.view.tab == "timing" and session.lecture is None
    busy = session.worker.ready is None or session.jobs.trace is not None or session.jobs.time is not None
    if not seen or picture is None or busy:
        return None
    wanted = write_request(session)
    if traced_part(picture.experiment) != traced_part(session.experiment) or wanted == session.jobs.writing:
        return None
    return None if session.ways is not None and session.ways.asked == wanted else wanted


def with_ways(session: Session, ways: tuple[WayText, ...] = ()) -> Session:
    """The session with the answer to what was asked; without one, that is not asked again."""
    asked, jobs = session.jobs.writing, replace(session.jobs, write=None, writing=None)
    return replace(session, jobs=jobs, ways=Ways(asked, ways) if asked is not None else session.ways)


def _there(session: Session) -> int | None:
    """How many devices the worker that measures has, as far as is known; None = as many as the one that traces."""
    setup, timer, ready = setup_of(session), session.timer, session.worker.ready
    if is_shown(session):
        return None
    if timer.ready is not None and timer.setup == setup:
        return len(timer.ready.devices)
    by_number = setup.platform == "cpu" or (not setup.platform and ready is not None and ready.backend == "cpu")
    return setup.devices if setup.where or by_number else None
