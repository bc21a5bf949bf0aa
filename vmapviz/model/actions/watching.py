"""How fast the pictures play."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.session import Session

SPEEDS = (0.5, 1.0, 2.0)


def cycle_speed(session: Session) -> Session:
    """The next of the speeds 0.5, 1 and 2, then from the start again."""
    faster = [speed for speed in SPEEDS if speed > session.view.speed]
    return replace(session, view=replace(session.view, speed=faster[0] if faster else SPEEDS[0]))
