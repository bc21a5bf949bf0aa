"""The commands that play the shapes: rows of the table of commands."""

from __future__ import annotations

from functools import partial

from vmapviz.gui.command import Command, change, traced
from vmapviz.model import actions
from vmapviz.model.actions.watching import LOOPS, MOTIONS
from vmapviz.model.session import Loop, Motion, Session


def _loops(loop: Loop, session: Session) -> bool:
    return session.view.loop == loop


def _moves(motion: Motion, session: Session) -> bool:
    return session.view.motion == motion


def _way_to_loop(loop: Loop) -> Command:
    title = f"Play: {LOOPS[loop]}"
    action = change(partial(actions.set_loop, loop=loop))
    return Command(f"loop_{loop}", title, "Go", (), action, enabled=traced, chosen=partial(_loops, loop))


def _way_to_move(motion: Motion) -> Command:
    note = actions.motion_note if motion == "system" else (lambda session: "")
    action = change(partial(actions.set_motion, motion=motion))
    return Command(f"motion_{motion}", MOTIONS[motion], "View", (), action, chosen=partial(_moves, motion), note=note)


PLAYING: tuple[Command, ...] = (
    Command(
        "first",
        "First equation; in Shapes and the transport: to the start",
        "Go",
        ("Home",),
        lambda app: app.window.go_to_end(-1),
        "picture",
        traced,
    ),
    Command(
        "last",
        "Last equation; in Shapes and the transport: to the end",
        "Go",
        ("End",),
        lambda app: app.window.go_to_end(1),
        "picture",
        traced,
    ),
    Command("play", "Play or pause", "Go", ("Space",), lambda app: app.window.clock.toggle(), "picture", traced),
    Command("forward", "Next phase", "Go", ("Right",), lambda app: app.window.clock.forward(), "picture", traced),
    Command("back", "Previous phase", "Go", ("Left",), lambda app: app.window.clock.back(), "picture", traced),
    Command("faster", "Play faster", "Go", ("+", "="), change(actions.faster), "picture", traced),
    Command("slower", "Play slower", "Go", ("-",), change(actions.slower), "picture", traced),
    Command(
        "loop",
        "Play: no loop, the whole film, or this picture",
        "Go",
        ("L",),
        change(actions.next_loop),
        "picture",
        traced,
    ),
    *map(_way_to_loop, LOOPS),
)

MOVING: tuple[Command, ...] = tuple(map(_way_to_move, MOTIONS))
