"""One pass through a body, drawn and in words: what is thrown away is struck, and what is not there is said."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.test_inside import DIV, TEST, ready
from tests.model.traces import traced
from vmapviz.model.inside import Inside, Pass
from vmapviz.model.problem import Problem
from vmapviz.model.run_state import look_words
from vmapviz.model.scenes import equation, values_sheet
from vmapviz.model.scenes.inside_words import lines, place_words, turn_rows
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.subject import operand_figure, subject_of
from vmapviz.model.trace import Value
from vmapviz.model.values import Preview, Values

TOP = Values((0,), ({},), {})
FIVE = Preview("float32", (5,), (5,), (1.0, 2.0, 3.0, 4.0, 5.0), 1.0, 5.0, 3.0)
ONE = Preview("float32", (), (), (1.0,))
LIVE = Preview("bool", (5,), (5,), (True, True, False, True, False), 0.0, 1.0, 0.6)
NAMES = ("c", "d", "e", "f", "g")


def inside(path: str = DIV, why: str = "", live: Preview | None = LIVE, ended: bool = True) -> Inside:
    one = Pass({} if why else dict.fromkeys(NAMES, ONE), (4,), why)
    return Inside(path, 0, (2,), (2,), (7,), one, Pass(dict.fromkeys(NAMES, FIVE), (7,)), live, ended)


def texts(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def struck(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text) and item.strike]


def sheet(found: Inside) -> Scene:
    trace = traced("newton")
    subject = subject_of(trace, TOP, (0,), found)
    return values_sheet.sheet(subject, found.path, 900.0, *lines(trace, found, (0,)))


def test_the_sheet_says_which_iteration_and_strikes_what_is_thrown_away() -> None:
    scene = sheet(inside())
    assert "step 1, iteration 3 of 7: values of div, every example" in texts(scene)
    assert "2 of 5 examples are done: what this iteration computes for them is thrown away." in texts(scene)
    assert struck(scene) == ["3", "5"]
    assert sum(bool(item.hatch) for item in scene.items if isinstance(item, Rect)) == 2
    assert texts(scene).count("given to the body") == 2
    assert not struck(sheet(inside(live=None)))


def test_reasons_are_said() -> None:
    trace = traced("newton")
    assert lines(trace, inside(why="done after 2 iterations"), (3,))[0] == "Example 3: done after 2 iterations."
    assert lines(trace, inside(why="done after 2 iterations"), (3, 1))[0].startswith("Example (1, 3): ")
    assert "had not ended" in lines(trace, inside(live=None, ended=False), (0,))[0]
    empty = replace(inside(), batched=Pass({}, (7,), "branch 1 is taken instead"))
    assert lines(trace, empty, (0,)) == ("All at once: branch 1 is taken instead.",)
    one = replace(LIVE, cells=(True, True, True, True, False), mean=0.8)
    assert lines(trace, inside(live=one), (0,))[0].startswith(
        "1 of 5 examples is done: what this iteration computes for it"
    )


def test_a_branch_says_who_does_not_take_it() -> None:
    trace = traced("guarded root")
    path = next(
        e.path for _, s in trace.original.equations[-1].subprograms for e in s.equations if e.primitive == "sqrt"
    )
    found = replace(inside(path), turn=(), asked=(), counts=())
    assert lines(trace, found, (0,)) == (
        "2 of 5 examples do not take this branch: what it computes for them is thrown away.",
    )
    assert place_words(path, found) == ("branch 1",)


def test_shapes_draw_both_sides_of_the_pass() -> None:
    trace = traced("newton")
    last = equation.stills(trace, TOP, (0,), DIV, (900.0, 300.0), inside=inside())[-1][-1]
    assert struck(last) == ["3", "5"]
    assert texts(last).count("1") >= 3  # both operands and the result, for one example
    done = equation.stills(trace, TOP, (0,), DIV, (900.0, 300.0), inside=inside(why="done after 2 iterations"))[-1][-1]
    assert "done after 2 iterations" in texts(done)
    assert texts(done).count("1") == texts(last).count("1") - 3


def test_rows_of_loops_count_from_one() -> None:
    session = ready(selected=DIV)
    assert [row.text for row in turn_rows(session)] == ["while: …"]
    assert [row.text for row in turn_rows(replace(session, inside=inside()))] == ["while: iteration 1 of 7"]
    far = replace(session, turn=(90,), inside=inside(ended=False))
    assert [(row.text, row.turn) for row in turn_rows(far)] == [("while: iteration 7 of 7 so far", 6)]
    check = replace(session, selected=TEST, inside=inside(TEST))
    assert [(row.name, row.text) for row in turn_rows(check)] == [("Check of while", "while: check 1 of 7")]
    none = replace(session, inside=replace(inside(), counts=(0,)))
    assert [row.text for row in turn_rows(none)] == ["while: no iteration"]
    assert turn_rows(ready(selected="0")) == ()


def test_of_two_levels_the_table_is_struck_example_by_example() -> None:
    trace = traced("nested root")
    table = Preview("float32", (2, 3), (2, 3), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    live = Preview("bool", (2, 3), (2, 3), (True, False, True, True, True, False), 0.0, 1.0, 4 / 6)
    found = replace(inside(), batched=Pass(dict.fromkeys(NAMES, table), (7,)), live=live)
    subject = subject_of(trace, TOP, (0, 0), found)
    assert struck(values_sheet.sheet(subject, DIV, 900.0)) == ["2", "6"]
    assert "2 of 6 examples are done: what this iteration computes for them is thrown away." in lines(
        trace, found, (0, 0)
    )


def test_cells_are_struck_only_where_it_can_be_said_of_them() -> None:
    trace = traced("newton")
    subject = subject_of(trace, TOP, (0,), inside())

    def kept(shape: tuple[int, ...], axes: tuple[int, ...] | None) -> object:
        return operand_figure(subject, Value("e", None, "float32", shape, axes=(axes,)), "e", "k").kept

    assert kept((5,), (0,)) == {(0,), (1,), (3,)}
    assert kept((2, 5), (1,)) == {(row, at) for row in (0, 1) for at in (0, 1, 3)}
    assert kept((), None) is None  # shared by all
    assert kept((5, 1, 1, 1, 1), (0,)) is None
    part = subject_of(trace, TOP, (4,), inside(live=replace(LIVE, shown=(2,), cells=(True, False))))
    known = operand_figure(part, Value("e", None, "float32", (5,), axes=((0,),)), "e", "k").kept
    assert known == {(0,), (2,), (3,), (4,)}  # what is not known counts


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Looking inside…"),
        ({"auto": False}, ""),
        ({"selected": "0"}, ""),
        ({"run_problem": Problem("stopped", "Stopped.")}, ""),
        ({"look_problem": Problem("memory", "**Too large.**", "By `far`.")}, "Too large. By far."),
    ],
)
def test_it_is_said_why_there_are_no_numbers_yet(change: dict[str, object], words: str) -> None:
    assert look_words(replace(ready(selected=DIV), **change)) == words
