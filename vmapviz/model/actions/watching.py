"""How the pictures play: how fast, what begins again, and whether they move at all."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.session import Loop, Motion, Session

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
LOOPS: dict[Loop, str] = {"once": "no loop", "film": "loop: whole film", "equation": "loop: this picture"}
MOTIONS: dict[Motion, str] = {
    "system": "Motion as the system asks",
    "full": "Motion on: pictures move",
    "reduced": "Motion off: keyframes alone, 1.2 s each",
}


def nearest_speed(speed: float) -> float:
    """The speed that can be chosen nearest to one."""
    return min(SPEEDS, key=lambda each: abs(each - speed))


def set_speed(session: Session, speed: float) -> Session:
    """The session that plays so many times as fast as the guide says."""
    return replace(session, view=replace(session.view, speed=nearest_speed(speed)))


def faster(session: Session) -> Session:
    """The next of the speeds; stays at the last."""
    return _by(session, 1)


def slower(session: Session) -> Session:
    """The speed before; stays at the first."""
    return _by(session, -1)


def _by(session: Session, step: int) -> Session:
    place = SPEEDS.index(nearest_speed(session.view.speed)) + step
    return set_speed(session, SPEEDS[min(max(place, 0), len(SPEEDS) - 1)])


def set_loop(session: Session, loop: Loop) -> Session:
    """The session that plays once, the whole film again and again, or one picture."""
    return replace(session, view=replace(session.view, loop=loop))


def next_loop(session: Session) -> Session:
    """The next of the three ways to loop, after the last the first."""
    ways = list(LOOPS)
    return set_loop(session, ways[(ways.index(session.view.loop) + 1) % len(ways)])


def set_motion(session: Session, motion: Motion) -> Session:
    """The session whose pictures move, change in steps, or do as the system asks."""
    return replace(session, view=replace(session.view, motion=motion))


def system_asks(session: Session, still: bool | None) -> Session:
    """The session on a system that asks for less motion, or not; None where Qt does not tell."""
    return session if still is session.system_still else replace(session, system_still=still)


def is_still(session: Session) -> bool:
    """Whether only keyframes are to be seen."""
    motion = session.view.motion
    return motion == "reduced" or (motion == "system" and session.system_still is True)


def motion_note(session: Session) -> str:
    """What is to be known of the choice that follows the system."""
    if session.system_still is None:
        return "this Qt does not tell, so pictures move"
    return "it asks for less" if session.system_still else "it asks for nothing"
