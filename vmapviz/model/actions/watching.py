"""Watching the pictures: the segment they have come to, the followed example, the speed."""

from __future__ import annotations

from math import prod

from msgspec.structs import replace

from vmapviz.model.session import Session

SPEEDS = (0.5, 1.0, 2.0)


def go_to(session: Session, path: str | None, step: int) -> Session:
    """Select the equation that the pictures have come to; `step` 0 is the whole call."""
    return replace(session, selected=path, step=step)


def follow(session: Session, example: tuple[int, ...]) -> Session:
    """Follow an example, one index per level, innermost first; indices are held inside their level."""
    levels = session.picture.trace.levels if session.picture is not None else ()
    held = tuple(min(max(i, 0), max(level.size - 1, 0)) for i, level in zip(example, levels, strict=False))
    return replace(session, example=held or session.example)


def cycle_speed(session: Session) -> Session:
    """The next of the speeds 0.5, 1 and 2, then from the start again."""
    faster = [speed for speed in SPEEDS if speed > session.view.speed]
    return replace(session, view=replace(session.view, speed=faster[0] if faster else SPEEDS[0]))


def follow_step(session: Session, step: int) -> Session:
    """Follow the next example (or the one `step` further), counted through all levels, and round at the end."""
    levels = session.picture.trace.levels if session.picture is not None else ()
    count = prod(level.size for level in levels)
    if not levels or not count:
        return session
    flat = 0
    for level, index in reversed(list(zip(levels, session.example, strict=False))):
        flat = flat * level.size + index
    flat = (flat + step) % count
    example = []
    for level in levels:
        flat, index = divmod(flat, level.size)
        example.append(index)
    return replace(session, example=tuple(example))
