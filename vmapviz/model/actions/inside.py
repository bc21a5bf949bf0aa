"""Looking into bodies: which pass of the loops around the selected equation is wanted, and whether it is the one that is there."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.actions.selection import flat_example
from vmapviz.model.inside import Inside, is_inside, loops, places
from vmapviz.model.session import Session


class Sought(NamedTuple):
    """The pass that is wanted: of the body around an equation, for an example, with one iteration for each loop around it."""

    path: str
    example: int
    turn: tuple[int, ...]


def sought(session: Session) -> Sought | None:
    """The pass to be asked for; None where the selected equation stands in no body."""
    path = session.selected
    if session.picture is None or path is None or not is_inside(session.picture.trace, path):
        return None
    count = len(loops(session.picture.trace, path))
    turn = (*session.turn, *(0,) * count)[:count]
    return Sought(path, flat_example(session), turn)


def seen(session: Session) -> Inside | None:
    """The pass that is there, where it is one through the body of the selected equation and for the followed example."""
    wanted, inside = sought(session), session.inside
    if wanted is None or inside is None or session.picture is None or inside.example != wanted.example:
        return None
    trace = session.picture.trace
    return inside if places(trace, inside.path) == places(trace, wanted.path) else None


def is_there(session: Session) -> bool:
    """Whether what was found when this pass was asked for is there."""
    wanted, inside = sought(session), seen(session)
    return wanted is not None and inside is not None and inside.asked == wanted.turn


def look_wanted(old: Session, new: Session, arrived: bool) -> bool:
    """Whether a change asks for another pass; `arrived`: the picture is new."""
    wanted = sought(new)
    if wanted is None or is_there(new):
        return False
    return arrived or wanted != sought(old) or not old.auto


def set_turn(session: Session, loop: int, turn: int) -> Session:
    """The session that looks at another iteration of one of the loops around the selected equation, outermost first."""
    wanted = sought(session)
    if wanted is None or not 0 <= loop < len(wanted.turn):
        return session
    changed = (*wanted.turn[:loop], max(0, turn), *wanted.turn[loop + 1 :])
    return session if changed == session.turn else replace(session, turn=changed)
