"""How the pictures play: speed, loop, and motion as the system asks, always, or never."""

from __future__ import annotations

import pytest

from vmapviz.model import actions
from vmapviz.model.actions.watching import SPEEDS
from vmapviz.model.session import Motion, Session


def test_faster_and_slower_go_through_the_speeds_and_stay_at_the_ends() -> None:
    session = Session()
    seen = [(session := actions.faster(session)).view.speed for _ in range(3)]
    assert seen == [2.0, 4.0, 4.0]
    seen = [(session := actions.slower(session)).view.speed for _ in range(5)]
    assert seen == [2.0, 1.0, 0.5, 0.25, 0.25]
    assert actions.set_speed(session, 3.9).view.speed == SPEEDS[-1]


def test_the_loop_goes_round() -> None:
    session = Session()
    assert [(session := actions.next_loop(session)).view.loop for _ in range(3)] == ["film", "equation", "once"]
    assert actions.set_loop(session, "film").view.loop == "film"


@pytest.mark.parametrize(
    ("motion", "asked", "still"),
    [
        ("system", None, False),
        ("system", False, False),
        ("system", True, True),
        ("full", True, False),
        ("full", None, False),
        ("reduced", False, True),
        ("reduced", None, True),
    ],
)
def test_what_is_chosen_goes_before_what_the_system_asks(motion: Motion, asked: bool | None, still: bool) -> None:
    session = actions.system_asks(actions.set_motion(Session(), motion), asked)
    assert actions.is_still(session) is still
    assert actions.system_asks(session, asked) is session


def test_it_is_said_what_the_system_asks_and_where_qt_does_not_tell() -> None:
    told = [actions.motion_note(actions.system_asks(Session(), asked)) for asked in (None, False, True)]
    assert told == ["this Qt does not tell, so pictures move", "it asks for nothing", "it asks for less"]
