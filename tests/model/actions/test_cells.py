"""The picked cell: found by a click, moved by keys, let go with what it was picked in."""

from __future__ import annotations

from msgspec.structs import replace

from tests.pictures import made
from vmapviz.model import actions
from vmapviz.model.picked import Picked
from vmapviz.model.session import Session


def session() -> Session:
    return actions.select(made("affine").session, "0")


def test_a_cell_is_picked_with_its_example_and_let_go() -> None:
    picked = actions.pick(session(), Picked("d", (1,)), (2,))
    assert (picked.cell, picked.example) == (Picked("d", (1,)), (2,))
    assert actions.pick(picked, Picked("d", (1,)), (2,)) is picked
    assert actions.pick(picked, None).cell is None


def test_another_equation_lets_the_cell_go() -> None:
    assert actions.select(actions.pick(session(), Picked("d", (1,))), "1").cell is None


def test_the_first_step_picks_the_first_cell_of_the_result() -> None:
    assert actions.step_cell(session(), 0, 1).cell == Picked("d", (0,))
    assert actions.step_cell(replace(session(), selected=None), 0, 1).cell == Picked("f", (0,))
    assert actions.step_cell(Session(), 0, 1) == Session()


def test_steps_stay_inside() -> None:
    there = actions.pick(session(), Picked("a", (0, 2)))
    assert actions.step_cell(there, 1, 0).cell == Picked("a", (1, 2))
    assert actions.step_cell(there, 0, 1).cell == Picked("a", (1, 0))
    assert actions.step_cell(there, -1, 0) is there
    assert actions.step_cell(actions.pick(session(), Picked("a", (9, 9))), 0, 1).cell == Picked("d", (0,))
