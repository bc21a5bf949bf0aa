"""Runs that are kept to compare later ones with: pinned, named, drawn or not, let go and put back."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.files import fail
from vmapviz.model.actions.swept import timed_experiment
from vmapviz.model.pinned import NAME, Pinned, is_drawn, kept
from vmapviz.model.session import Session
from vmapviz.model.timing import Timings

MOST_PINNED = 20
FULL = f"{MOST_PINNED} runs are pinned, which is as many as are kept: unpin one first."


def can_pin(session: Session) -> bool:
    """Whether there are whole timings that are not pinned yet, and room for them."""
    return (
        session.timings is not None
        and session.jobs.time is None
        and len(session.pinned) < MOST_PINNED
        and not any(one.timings is session.timings for one in session.pinned)
    )


def pin(session: Session) -> Session:
    """Keep the timings shown, to compare later ones with; they remember what they are of."""
    timings = session.timings
    if timings is None or not can_pin(session):
        return session
    return _added(session, kept(timings, timed_experiment(session)))


def open_timings(session: Session, timings: Timings, file: str) -> Session:
    """Show the run of a file beside those measured here."""
    if len(session.pinned) >= MOST_PINNED:
        return fail(session, FULL)
    session = _added(session, kept(timings, file=file))
    return replace(session, view=replace(session.view, tab="timing", timing="times"))


def _added(session: Session, one: Pinned) -> Session:
    return replace(session, pinned=(*session.pinned, one), unpinned=(), pins_said="")


def unpin(session: Session, run: int) -> Session:
    """Forget the nth pinned run, counted from 1, and its picked points; it can be put back until another is pinned."""
    left = tuple(one for n, one in enumerate(session.pinned, 1) if n != run)
    compared = tuple(
        replace(point, run=point.run - (point.run > run)) for point in session.compared if point.run != run
    )
    return replace(session, pinned=left, compared=compared, unpinned=session.unpinned or session.pinned)


def unpin_all(session: Session) -> Session:
    """Forget all pinned runs; they can be put back until another is pinned."""
    compared = tuple(point for point in session.compared if point.run == 0)
    return replace(session, pinned=(), compared=compared, unpinned=session.unpinned or session.pinned)


def put_back(session: Session) -> Session:
    """Pin again what was unpinned since a run was pinned last; names and ways chosen since then stay."""
    if not session.unpinned:
        return session
    now = {id(one.timings): one for one in session.pinned}
    order = [id(one.timings) for one in session.unpinned]
    left = [id(one.timings) for one in session.pinned]
    compared = tuple(
        replace(point, run=order.index(left[point.run - 1]) + 1) if point.run else point for point in session.compared
    )
    pinned = tuple(now.get(id(one.timings), one) for one in session.unpinned)
    return replace(session, pinned=pinned, compared=compared, unpinned=())


def rename_pinned(session: Session, run: int, name: str) -> Session:
    """Call the nth pinned run so; with no name it is called by what differs."""
    return _with(session, run, name=" ".join(name.split())[:NAME])


def draw_pinned(session: Session, run: int, variant: str) -> Session:
    """Draw this variant of the nth pinned run."""
    return _with(session, run, variant=variant, drawn=True)


def hide_pinned(session: Session, run: int, hidden: bool) -> Session:
    """Draw the nth pinned run no more, or again; it stays pinned."""
    changed = _with(session, run, drawn=not hidden)
    return replace(changed, compared=tuple(point for point in session.compared if point.run != run or not hidden))


def undrawn(session: Session) -> tuple[int, ...]:
    """The pinned runs that are kept without being drawn, counted from 1."""
    now = timed_experiment(session)
    return tuple(n for n, one in enumerate(session.pinned, 1) if not is_drawn(one, now))


def tell_of_pins(session: Session, said: str = "") -> Session:
    """Say something of the file of the pinned runs, or no more."""
    return replace(session, pins_said=said)


def _with(session: Session, run: int, **changes: object) -> Session:
    pinned = tuple(replace(one, **changes) if n == run else one for n, one in enumerate(session.pinned, 1))
    return session if pinned == session.pinned else replace(session, pinned=pinned)
