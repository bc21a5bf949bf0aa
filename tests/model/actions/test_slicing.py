"""Slices of arrays with many axes: chosen by index, on a bar or by a cell, and the numbers asked for that they need."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tests.pictures import made
from vmapviz.engine.fetch import fetch
from vmapviz.engine.trace import trace
from vmapviz.model import actions
from vmapviz.model.actions.fetching import missing
from vmapviz.model.messages import Failed, Fetch, Fetched, Traced
from vmapviz.model.picked import Picked
from vmapviz.model.problem import Problem
from vmapviz.model.scenes.arrays import draw
from vmapviz.model.scenes.layout import cell_at
from vmapviz.model.scenes.subject import Subject, operand_figure, top_values
from vmapviz.model.session import Jobs, Session
from vmapviz.model.slices import Region, Slice
from vmapviz.model.values import Piece

ALL, ONE = ("a", True), ("a", False)  # x of f32[10,12,9,3], mapped over axis 1


def session(selected: str | None = "0") -> Session:
    return actions.select(made("deep").session, selected)


def given_piece(session: Session) -> Piece:
    """What the worker sends for what is missing."""
    case = made("deep").case
    wanted = missing(session)
    assert wanted is not None
    return fetch(trace(case.fun, case.levels, *case.args), wanted)


def test_the_slice_stands_at_the_followed_example() -> None:
    assert actions.slice_of(session(), ALL) == Slice((0, 0, 0, 0), (0, 2))
    assert actions.slice_of(actions.follow(session(), (5,)), ALL) == Slice((0, 5, 0, 0), (0, 2))
    assert actions.slice_of(session(), ONE) is None  # three axes are drawn as they are
    assert actions.slice_of(Session(), ALL) is None


def test_an_index_chooses_slice_and_example() -> None:
    chosen = actions.show_index(session(), ALL, "[3, 7, :, :]")
    assert chosen.example == (7,)
    assert actions.slice_of(chosen, ALL) == Slice((3, 7, 0, 0), (2, 3))
    assert actions.slice_of(actions.follow(chosen, (2,)), ALL) == Slice((3, 2, 0, 0), (2, 3))
    assert actions.show_index(session(), ALL, "[3, 7, :]") == session()
    assert actions.index_problem(session(), ALL, "[3, 7, :]")
    assert actions.index_problem(session(), ALL, "[3, 7, :, :]") == ""


def test_the_examples_may_be_one_of_the_two_axes() -> None:
    chosen = actions.show_index(actions.follow(session(), (4,)), ALL, "[3, 2:, :, 0]")
    assert chosen.example == (4,)
    assert actions.slice_of(chosen, ALL) == Slice((3, 2, 0, 0), (1, 2))


def test_an_entry_is_chosen_on_the_bar_of_its_axis() -> None:
    assert actions.slice_of(actions.show_entry(session(), ALL, 3, 2), ALL) == Slice((0, 0, 0, 2), (0, 2))
    assert actions.slice_of(actions.show_entry(session(), ALL, 0, 9), ALL) == Slice((2, 0, 0, 0), (0, 2))
    assert actions.show_entry(session(), ALL, 1, 11).example == (11,)
    assert actions.show_entry(session(), ALL, 1, 12) == session()


def test_a_picked_cell_moves_the_slice_to_it() -> None:
    picked = actions.pick(session(), Picked("a", (9, 8, 2)), (3,))
    found = actions.slice_of(picked, ALL)
    assert found is not None
    assert (found.at, found.hold) == ((0, 3, 0, 2), (9, 3, 8, 2))
    about = Subject(made("deep").trace, picked.values, (3,), slices=picked.slices)
    figure = operand_figure(about, *_value("a"), "o0")
    assert (9, 3, 8, 2) in draw(figure).cells


def _value(name: str) -> tuple[Any, str]:
    return top_values(made("deep").trace.batched)[name], name


def test_another_picture_has_its_own_slices() -> None:
    chosen = actions.show_index(session(), ALL, "[3, 7, :, :]")
    assert actions.select(chosen, "1").slices == chosen.slices  # remembered while the trace stays
    tracing = replace(actions.edit_source(chosen, "def f(x): return x"), jobs=Jobs(newest=3, trace=3))
    arrived = actions.receive(tracing, Traced(3, made("affine").trace, (), (), 0.1))
    assert arrived.slices == {}


def test_numbers_that_were_not_sent_are_asked_for_once_and_shown() -> None:
    before = replace(session(), auto=True)
    assert missing(before) is None
    after = actions.follow(before, (10,))
    assert missing(after) == Region("a", True, 0, (0, 10, 0, 0), (8, 1, 8, 1))
    assert "fetch" in actions.wanted(before, after)
    asked = actions.started(after, "fetch")
    request = actions.request(asked, "fetch")
    assert isinstance(request, Fetch)
    assert request.region == missing(after)
    arrived = actions.receive(asked, Fetched(request.job, given_piece(after)))
    assert arrived.jobs.fetch is None
    figure = operand_figure(Subject(made("deep").trace, arrived.values, (10,)), *_value("a"), "o0")
    whole = made("deep").case.args[0]
    for i, j in np.ndindex(8, 8):
        assert figure.cell((i, 10, j, 0)) == whole[i, 10, j, 0]
    assert figure.cell((8, 10, 0, 0)) is None
    assert cell_at(figure.preview, (0, 10, 0, 0)) is None


def test_what_cannot_be_had_is_not_asked_for_again() -> None:
    after = actions.started(actions.follow(session(), (10,)), "fetch")
    wanted = after.jobs.fetching
    failed = actions.receive(after, Failed(after.jobs.newest, Problem("x", "y")))
    assert (failed.jobs.fetch, failed.jobs.fetching) == (None, None)
    assert missing(failed) != wanted
    stopped = actions.stop(after)
    assert missing(stopped) != wanted


@pytest.mark.parametrize("selected", [None, "0", "1"])
def test_everything_that_is_drawn_is_asked_for_in_the_end(selected: str | None) -> None:
    at = actions.follow(session(selected), (9,))
    for _ in range(20):
        if missing(at) is None:
            break
        at = actions.receive(replace(at, jobs=Jobs(newest=1, fetch=1)), Fetched(1, given_piece(at)))
    assert missing(at) is None
    assert at.values is not None
    assert all(piece.cells for piece in at.values.pieces)
    assert actions.started(at, "fetch") is at


def test_a_piece_changes_nothing_that_is_compared_with_the_values() -> None:
    after = actions.started(actions.follow(session(), (10,)), "fetch")
    arrived = actions.receive(after, Fetched(after.jobs.newest, given_piece(after)))
    assert "match" not in actions.wanted(after, arrived)


def test_what_belongs_together_in_an_equation_is_seen_together() -> None:
    product = actions.show_index(session("0"), ALL, "[9, 7, 2:, :]")
    assert actions.slice_of(product, ("b", True)) == actions.slice_of(product, ALL) == Slice((9, 7, 2, 0), (2, 3))
    back = actions.show_entry(product, ("b", True), 0, 4)
    assert actions.slice_of(back, ALL) == Slice((4, 7, 2, 0), (2, 3))
    other = actions.select(back, "1")
    assert actions.show_entry(other, ("b", True), 0, 5).slices[ALL] == back.slices[ALL]  # a is no part of equation 1


def test_a_picked_cell_of_a_result_brings_into_sight_what_it_comes_from() -> None:
    result = made("deep").trace.original.equations[1].outputs[0].name
    picked = actions.pick(session("1"), Picked(result, (2, 9, 8)), (11,))
    found = actions.slice_of(picked, ("b", True))
    assert found is not None
    whole = {**dict(enumerate(found.at)), **{dim: found.hold[dim] for dim in found.dims}}
    assert tuple(whole[dim] for dim in range(4)) == (9, 11, 8, 2)
