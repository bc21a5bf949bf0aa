"""Which programs stand side by side: the choice, the steps, and that what is selected is among them."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE, equation, ready, trace
from vmapviz.model import actions
from vmapviz.model.experiment import Vmap
from vmapviz.model.programs.index import index
from vmapviz.model.programs.shown import is_pairwise, shown
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import Trace

ADDED = trace(
    (equation("0"), equation("1")),
    (equation("0", "0"), equation("1", "1")),
    (equation("0", "0"), equation("1", "1"), equation("2")),
    (equation("0", "0"), equation("1", "1"), equation("2", "2"), equation("3")),
    (equation("0", "0"), equation("1", "2"), equation("2", "3")),
    sizes=(2, 3, 4, 5),
)
"""The second vmap adds 2, the third adds 3; the fourth makes nothing of the original's 1."""


def nested(of: Trace = ADDED, **view: object) -> Session:
    levels = tuple(Vmap() for _ in of.levels)
    experiment = replace(EXPERIMENT, levels=levels)
    session = replace(ready(), experiment=experiment, picture=Picture(experiment, of, (), (), 0.1))
    return replace(session, view=replace(session.view, **view), example=(0,) * len(levels))


def two_vmaps() -> Session:
    return nested(Trace(True, ADDED.levels[:2], ADDED.programs[:3]))


@pytest.mark.parametrize(
    ("count", "two", "pair", "expected"),
    [
        (2, False, 0, [0, 1]),
        (2, True, 1, [0, 1]),
        (3, False, 1, [0, 1, 2]),
        (3, True, 0, [0, 1]),
        (3, True, 1, [1, 2]),
        (4, False, 2, [2, 3]),
        (4, True, 9, [2, 3]),
        (4, True, -3, [0, 1]),
        (0, False, 0, []),
        (1, True, 0, [0]),
    ],
)
def test_up_to_three_programs_are_shown_and_of_more_two_neighbours(
    count: int, two: bool, pair: int, expected: list[int]
) -> None:
    assert list(shown(count, two, pair)) == expected
    assert is_pairwise(count, two) == (len(expected) < count)


def test_nothing_is_shown_before_there_is_a_picture() -> None:
    empty = Session()
    assert not actions.shown_programs(empty)
    assert not actions.in_pairs(empty)
    for change in (actions.step_inwards, actions.step_outwards, partial(actions.show_pair, pair=2)):
        assert change(empty) is empty
    assert not actions.can_step(empty, 1)


def test_steps_go_from_the_innermost_pair_to_the_outermost_and_back() -> None:
    session, seen = nested(), []
    while actions.can_step(session, 1):
        seen.append(list(actions.shown_programs(session)))
        session = actions.step_outwards(session)
    assert [*seen, list(actions.shown_programs(session))] == [[0, 1], [1, 2], [2, 3], [3, 4]]
    assert actions.step_outwards(session) is session
    for _ in range(3):
        session = actions.step_inwards(session)
    assert list(actions.shown_programs(session)) == [0, 1]
    assert actions.step_inwards(session) is session
    assert not actions.can_step(session, -1)


def test_a_pair_is_chosen_by_its_number_and_stays_inside_what_there_is() -> None:
    assert list(actions.shown_programs(actions.show_pair(nested(), 2))) == [2, 3]
    assert list(actions.shown_programs(actions.show_pair(nested(), 12))) == [3, 4]
    assert list(actions.shown_programs(nested(pair=12))) == [3, 4]


def test_two_at_a_time_is_a_choice_with_two_vmaps_alone() -> None:
    one = replace(ready(), picture=Picture(EXPERIMENT, TRACE, (), (), 0.1))
    assert [actions.can_choose(session) for session in (one, two_vmaps(), nested())] == [False, True, False]
    session = two_vmaps()
    assert not actions.in_pairs(session)
    assert not actions.can_step(session, 1)
    assert actions.step_outwards(session) is session
    session = actions.toggle_two_levels(session)
    assert list(actions.shown_programs(actions.step_outwards(session))) == [1, 2]
    assert actions.set_two_levels(session, True) is session
    assert list(actions.shown_programs(actions.toggle_two_levels(session))) == [0, 1, 2]


def test_selecting_shows_the_pair_that_has_the_equation() -> None:
    session = actions.select(nested(), "+1")  # added by the second vmap, called after the last program
    assert list(actions.shown_programs(session)) == [1, 2]
    assert list(actions.shown_programs(actions.select(session, "+2"))) == [2, 3]
    assert list(actions.shown_programs(actions.select(session, "0"))) == [1, 2]
    assert list(actions.shown_programs(actions.select(session, "99"))) == [1, 2]
    outermost = actions.show_pair(nested(), 3)
    assert list(actions.shown_programs(actions.select(outermost, "1"))) == [3, 4]
    assert list(actions.shown_programs(actions.select(outermost, None))) == [3, 4]


def test_what_is_gone_in_the_later_programs_is_shown_where_it_ends() -> None:
    gone = trace((equation("0"), equation("1")), *([(equation("0", "0"),)] * 3), sizes=(2, 3, 4))
    session = actions.show_pair(nested(gone), 2)
    assert list(actions.shown_programs(actions.select(session, "1"))) == [0, 1]


def test_going_through_all_equations_shows_each() -> None:
    session = nested()
    for _ in actions.order(ADDED):
        session = actions.select_next(session)
        assert session.selected is not None
        seen = actions.shown_programs(session)
        assert any(index(ADDED).selected(session.selected, number) for number in seen), session.selected


def test_another_experiment_starts_with_the_innermost_pair() -> None:
    session = actions.open_experiment(actions.show_pair(nested(), 2), EXPERIMENT)
    assert session.view.pair == 0
