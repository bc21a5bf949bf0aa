"""One example against all: when the comparison is asked for, what is said of it, and the way to the first difference."""

from __future__ import annotations

from msgspec.structs import replace

from tests.model.actions.test_inside import DIV, TEST, ready
from tests.model.traces import traced
from tests.there import there
from vmapviz.model import actions
from vmapviz.model.actions.inside import MOST_TRIES
from vmapviz.model.match_words import difference_words, match_words
from vmapviz.model.matching import Difference, Matching
from vmapviz.model.messages import Failed, Match, Matched, Ran
from vmapviz.model.problem import Problem
from vmapviz.model.programs.remembered import remembered_layout
from vmapviz.model.scenes.programs.marks import difference, differing
from vmapviz.model.scenes.scene import Rect, Text
from vmapviz.model.session import Jobs, Session
from vmapviz.model.values import Result, Values

VALUES = Values((0, 1, 2), ({}, {}, {}), {})
SAME = Matching(0, 14)
WRONG = Matching(0, 14, Difference(DIV, "e", (3,), 0.0213, 1e-4), (DIV, "0"))


def shown(found: Matching | None = SAME, **changes: object) -> Session:
    return ready(values=VALUES, matching=found, **changes)


def said(session: Session) -> str:
    words = match_words(session)
    assert words is not None
    return f"{words.link} {words.text}".strip()


def test_the_comparison_follows_the_values_and_the_example() -> None:
    running = ready(jobs=Jobs(newest=3, run=3))
    arrived = actions.receive(running, Ran(3, VALUES, Result((), (), 0.1)))
    assert "match" in actions.wanted(running, arrived)
    started = actions.started(arrived, "match")
    assert actions.request(started, "match") == Match(4, started.experiment, 0, False)
    compared = actions.receive(started, Matched(4, SAME))
    assert (compared.matching, compared.jobs.match) == (SAME, None)
    assert actions.wanted(started, compared) == ()
    assert actions.wanted(compared, actions.follow(compared, (2,))) == ("match",)
    assert actions.matched(actions.follow(compared, (2,))) is None
    assert actions.wanted(ready(), ready(example=(1,), values=None)) == ("run",)


def test_what_was_not_done_in_time_is_tried_again_some_times() -> None:
    part = replace(SAME, values=5, whole=False)
    session = actions.started(shown(None), "match")
    for number in range(1, MOST_TRIES + 1):
        assert actions.request(session, "match") == Match(number, session.experiment, 0, False)
        before, session = session, actions.receive(session, Matched(number, replace(part, values=number)))
        assert actions.wanted(before, session) == (("match",) if number < MOST_TRIES else ())
        session = actions.started(session, "match") if number < MOST_TRIES else session
    words = match_words(session)
    assert words is not None
    assert words.rest
    asked = actions.match_rest(session)
    assert actions.request(asked, "match") == Match(MOST_TRIES + 1, session.experiment, 0, True)
    assert not there(match_words(asked)).rest
    other = actions.started(actions.follow(asked, (2,)), "match")
    assert actions.request(other, "match") == Match(MOST_TRIES + 2, session.experiment, 2, False)


def test_a_comparison_that_fails_says_so_and_nothing_else() -> None:
    session = shown(None, jobs=Jobs(newest=3, match=3))
    problem = Problem("memory", "**Too large.**")
    failed = actions.receive(session, Failed(3, problem))
    assert said(failed) == "Not compared: Too large."
    assert failed.problem is failed.run_problem is None
    assert actions.wanted(session, failed) == ()
    assert said(actions.stop(session)) == "Not compared: Stopped."


def test_it_is_said_how_many_agree() -> None:
    assert said(shown()) == "All 14 values agree for example 0"
    assert said(shown(Matching(0, 1))) == "The one value agrees for example 0"
    assert said(shown(Matching(0, 9, whole=False))) == "The first 9 values agree for example 0"
    assert match_words(shown(Matching(1, 9))) is None  # of another example
    assert match_words(shown(None)) is None
    assert match_words(shown(Matching(0, 0))) is None
    assert match_words(replace(shown(), values=None)) is None
    nested = replace(ready("nested root"), values=VALUES, matching=Matching(1 * 3 + 2, 4), example=(2, 1))
    assert said(nested) == "All 4 values agree for example (1, 2)"


def test_more_is_said_to_those_who_ask() -> None:
    words = match_words(shown(Matching(0, 14, grown=2, some=True)))
    assert words is not None
    assert "2 values differ more than is allowed, but only rounding grew" in words.more
    assert "Of long loops some iterations were compared" in words.more
    one = match_words(shown(Matching(0, 14, grown=1)))
    assert one is not None
    assert "1 value differs" in one.more
    wrong = match_words(shown(WRONG))
    assert wrong is not None
    assert "Allowed is 0.0001 of the largest entry." in wrong.more


def test_the_first_difference_is_gone_to() -> None:
    session = shown(WRONG)
    assert said(session) == "First difference in equation 1 div, iteration 4: largest difference 0.0213, in example 0"
    there = actions.show_difference(session)
    assert (there.selected, there.turn) == (DIV, (3,))
    assert "look" in actions.wanted(session, there)
    assert difference_words(there, DIV) == "Here example 0 differs first: largest difference 0.0213."
    assert difference_words(there, "0") == "Here example 0 is not what the batch has for it."
    assert difference_words(there, TEST) == difference_words(there, None) == ""
    assert actions.show_difference(shown()).selected is None
    top = replace(WRONG, first=Difference("0", "b", (), 1.0, 0.0))
    assert said(shown(top)) == "First difference at equation 1 largest difference 1, in example 0"


def test_equations_that_differ_are_marked_in_both_programs() -> None:
    placed = remembered_layout(traced("newton"), frozenset(), False, range(2))
    rows = differing(placed, WRONG.differing)
    assert {(row.column, row.root) for row in rows} == {(0, "0"), (1, "0"), (0, DIV), (1, DIV)}
    column = None
    first, other = (difference(row, column, row.root == DIV) for row in (rows[1], rows[0]))  # type: ignore[arg-type]
    assert sum(isinstance(item, Rect) for item in first) == 1 - sum(isinstance(item, Rect) for item in other)
    assert all(isinstance(items[-1], Text) and items[-1].text == "≠" for items in (first, other))
