"""Looking into bodies, and comparing one example with all: what is wanted, and whether that is what is there."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.actions.mapping import as_vmap, lanes
from vmapviz.model.actions.selection import flat_example, select
from vmapviz.model.inside import Inside, is_inside, loops, places
from vmapviz.model.matching import Matching
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session
from vmapviz.model.talk import talking

MOST_TRIES = 6  # at the comparison, unasked


class Sought(NamedTuple):
    """The pass that is wanted: of the body around an equation, for an example, with one iteration for each loop around it; and on how
    many devices by pmap, 0 where it is not asked what these exchange."""

    path: str
    example: int
    turn: tuple[int, ...]
    devices: int = 0


def sought(session: Session) -> Sought | None:
    """The pass to be asked for; None where the selected equation stands in no body, or in pmap's program alone."""
    path = as_vmap(session).selected
    if session.picture is None or path is None or not is_inside(session.picture.trace, path):
        return None
    count = len(loops(session.picture.trace, path))
    turn = (*session.turn, *(0,) * count)[:count]
    return Sought(path, flat_example(session), turn, _devices(session, path))


def _devices(session: Session, path: str) -> int:
    """On how many devices pmap ran the call, where it did and they exchange something in the body around an equation."""
    on = lanes(session)
    if on is None or session.picture is None:
        return 0
    place = places(session.picture.trace, path)[0]
    return len(on.devices) if on.alone and place in talking(session.picture.trace.original) else 0


def seen(session: Session) -> Inside | None:
    """The pass that is there, where it is one through the body of the selected equation and for the followed example."""
    inside = seen_on_devices(session)
    return inside if inside is not None and inside.example == flat_example(session) else None


def seen_on_devices(session: Session) -> Inside | None:
    """The pass that is there, where it is one through the body of the selected equation: what devices exchange in it is the same
    whichever example is followed."""
    wanted, inside = sought(session), session.inside
    if wanted is None or inside is None or session.picture is None:
        return None
    trace = session.picture.trace
    return inside if places(trace, inside.path) == places(trace, wanted.path) else None


def is_there(session: Session) -> bool:
    """Whether what was found when this pass was asked for is there."""
    wanted, inside = sought(session), seen(session)
    if wanted is None or inside is None:
        return False
    return inside.asked == wanted.turn and wanted.devices in (0, inside.devices)


def look_wanted(old: Session, new: Session, arrived: bool) -> bool:
    """Whether a change asks for another pass; `arrived`: the picture is new. What a worker did not come to before it was ended for
    something else is asked of the next one."""
    wanted = sought(new)
    if wanted is None or is_there(new):
        return False
    next_worker = old.worker.ready is None and new.worker.ready is not None and new.look_problem is None
    return arrived or wanted != sought(old) or not old.auto or next_worker


def set_turn(session: Session, loop: int, turn: int) -> Session:
    """The session that looks at another iteration of one of the loops around the selected equation, outermost first."""
    wanted = sought(session)
    if wanted is None or not 0 <= loop < len(wanted.turn):
        return session
    changed = (*wanted.turn[:loop], max(0, turn), *wanted.turn[loop + 1 :])
    return session if changed == session.turn else replace(session, turn=changed)


def matched(session: Session) -> Matching | None:
    """How the followed example's values compare with the batched ones, where it is known."""
    found = session.matching
    return found if found is not None and found.example == flat_example(session) else None


def match_wanted(old: Session, new: Session) -> bool:
    """Whether a change asks for the comparison: values arrived, or another example is followed; or a try ended too early: the next
    one goes further, as JAX has compiled what it came across."""
    if new.values is None:
        return False
    there = matched(new)
    if there is None:
        ran = old.values is None or new.values.batched is not old.values.batched
        return ran or new.example != old.example
    return not there.whole and there is not matched(old) and new.match_tries < MOST_TRIES


def not_matched(session: Session, problem: Problem) -> Matching:
    """A comparison that did not come to its end."""
    return Matching(flat_example(session), 0, note=f"Not compared: {problem.title.replace('**', '')}")


def show_difference(session: Session) -> Session:
    """The session that looks at the first difference: its equation, in the iteration where it is."""
    found = matched(session)
    if found is None or found.first is None:
        return session
    return replace(select(session, found.first.path), turn=found.first.turn)
