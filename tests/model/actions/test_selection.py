"""Stepping through equations, folding, and following examples."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE, equation, trace
from vmapviz.model import actions
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import Trace


def shown(of: Trace = TRACE, example: tuple[int, ...] = (0,)) -> Session:
    return Session(EXPERIMENT, picture=Picture(EXPERIMENT, of, (), (), 0.1), example=example)


def test_inserted_equations_stand_where_they_are_and_lost_ones_in_their_order() -> None:
    assert actions.order(TRACE) == ("+0", "0", "1", "+3", "2", "3", "+5")
    assert actions.order(trace((equation("0"), equation("1")))) == ("0", "1")


def test_an_equation_that_was_moved_before_another_is_met_once() -> None:
    swapped = trace((equation("0"), equation("1")), (equation("0", "1"), equation("1", "0")))
    assert actions.order(swapped) == ("0", "1")


def test_steps_go_through_all_equations_and_stop_at_the_ends() -> None:
    session = shown()
    seen = []
    for _ in range(9):
        session = actions.select_next(session)
        seen.append(session.selected)
    assert seen == ["+0", "0", "1", "+3", "2", "3", "+5", "+5", "+5"]
    assert actions.select_previous(session).selected == "3"
    assert actions.select_previous(shown()).selected == "+5"
    assert actions.select_first(session).selected == "+0"
    assert actions.select_last(shown()).selected == "+5"
    assert actions.select_previous(actions.select_first(session)).selected == "+0"


def test_without_a_picture_there_is_nothing_to_select() -> None:
    for step in (actions.select_next, actions.select_previous, actions.select_first, actions.select_last):
        assert step(Session()) == Session()


def test_visible_nested_equations_are_stepped_through_too() -> None:
    visible = ["0", "1", "1.body.0", "1.body.0", "2"]
    session = actions.select_in_program(actions.select(shown(), "1"), 1, visible)
    assert session.selected == "1.body.0"
    assert actions.select_in_program(session, 1, visible).selected == "2"
    assert actions.select_in_program(session, -1, visible).selected == "1"
    assert actions.select_in_program(session, 1, ["0", "1", "2"]).selected == "2"
    assert actions.select_in_program(session, -1, ["7"]).selected == "7"
    assert actions.select_in_program(session, 1, []) is session


def test_selecting_and_hovering_what_is_selected_changes_nothing() -> None:
    session = actions.hover(actions.select(shown(), "1"), "2")
    assert (session.selected, session.hovered) == ("1", "2")
    assert actions.select(session, "1") is session
    assert actions.hover(session, "2") is session
    assert actions.select(session, None).selected is None


def test_folding_twice_is_as_before() -> None:
    session = actions.toggle_fold(shown(), "1.body")
    assert session.folded == {"1.body"}
    assert actions.toggle_fold(session, "1.body").folded == frozenset()
    assert actions.toggle_folds(session, ("1.body", "2.body")).folded == {"2.body"}


TWO = trace((), (), (), sizes=(2, 3))


def test_following_goes_through_every_example_and_starts_again() -> None:
    session = shown(TWO, (0, 0))
    seen = [session.example]
    for _ in range(6):
        session = actions.follow_next(session)
        seen.append(session.example)
    assert seen == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (0, 0)]
    for expected in reversed(seen[:-1]):
        session = actions.follow_previous(session)
        assert session.example == expected


@pytest.mark.parametrize(("asked", "followed"), [((1, 2), (1, 2)), ((9, -1), (1, 0)), ((0,), (0, 0))])
def test_an_example_stays_inside_its_levels(asked: tuple[int, ...], followed: tuple[int, ...]) -> None:
    assert actions.follow(shown(TWO, (0, 0)), asked).example == followed


def test_one_level_can_be_followed_alone() -> None:
    session = actions.follow_level(shown(TWO, (1, 0)), 1, 2)
    assert session.example == (1, 2)
    assert actions.flat_example(session) == 5
    assert actions.follow_level(session, 1, 2) is session
    assert actions.follow_level(session, 0, 0).example == (0, 2)


def test_there_is_nothing_to_follow_without_examples() -> None:
    empty = shown(trace((), (), sizes=(0,)))
    assert actions.follow_next(empty) is empty
    assert actions.follow(empty, (3,)).example == (0,)
    assert actions.follow_previous(Session()) == Session()
    assert actions.flat_example(replace(Session(), example=(3,))) == 0
