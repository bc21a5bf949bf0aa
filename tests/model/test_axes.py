"""The chips and the texts of in_axes and out_axes say the same, whichever of them the user changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model.arguments import leaf_types
from vmapviz.model.axes import (
    expand,
    expand_each,
    expand_out,
    level_arguments,
    level_results,
    parse,
    rearranged,
    set_axis,
    set_out_axis,
)
from vmapviz.model.experiment import Vmap
from vmapviz.model.messages import Argument, ArgumentLeaf, ResultLeaf
from vmapviz.model.problem import Problem


def argument(text: str, name: str = "x", keyword: bool = False) -> Argument:
    leaves = leaf_types(text)
    assert leaves is not None
    return Argument(
        name, text, tuple(ArgumentLeaf(path, leaf.dtype, leaf.shape or (), ()) for path, leaf in leaves), keyword
    )


W, X, B = argument("f32[2,3]", "W"), argument("f32[5,3]", "x"), argument("f32[2]", "bias")
SCALE = argument("f32[5]", "scale", keyword=True)
PARAMS = argument("{'w': f32[5,2], 'b': f32[5]}", "params")
PAIR = argument("[f32[5,2], f32[5,2]]", "pair")


def problem(answer: Any) -> Problem:
    assert isinstance(answer, Problem)
    return answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (" -1", -1),
        ("None", None),
        ("None, 0", (None, 0)),
        ("[0, {'w': 1, 2: (None,)}]", [0, {"w": 1, 2: (None,)}]),
    ],
)
def test_axes_are_read(text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    "text", ["", "x", "True", "0.5", "(0, 'a')", "{None: 0}", "{'a': 0.5}", "range(3)", "...", "1, *x", "(0,"]
)
def test_what_is_no_axis_is_a_problem(text: str) -> None:
    assert problem(parse(text, "out_axes")).kind == "out_axes structure"


@pytest.mark.parametrize(
    ("text", "arguments", "axes"),
    [
        ("0", (W, X), ((0,), (0,))),
        ("(None, -1)", (W, X), ((None,), (1,))),
        ("[None, 0]", (W, X), ((None,), (0,))),
        ("(0,)", (X, SCALE), ((0,), (0,))),
        ("None", (X, SCALE), ((None,), (0,))),
        ("({'w': 1, 'b': None}, 0)", (PARAMS, X), ((None, 1), (0,))),
        ("(-1,)", (PARAMS,), ((0, 1),)),
    ],
)
def test_every_array_gets_its_axis(text: str, arguments: tuple[Argument, ...], axes: object) -> None:
    assert expand(text, arguments) == axes


@pytest.mark.parametrize(
    ("text", "arguments", "title", "marked"),
    [
        ("(0,)", (W, X), "**`in_axes` has 1 entry for 2 arguments.**", ()),
        ("(0, 0)", (W,), "**`in_axes` has 2 entries for 1 argument.**", ()),
        ("{'w': 0}", (PARAMS,), "**`in_axes` cannot be a dict.**", ()),
        ("(0, (0, 1))", (W, X), "**`in_axes` does not fit `x`.**", (1,)),
        ("({'q': 0},)", (PARAMS,), "**`in_axes` does not fit `params`.**", (0,)),
        ("((0, 0),)", (PARAMS,), "**`in_axes` does not fit `params`.**", (0,)),
        ("((0,),)", (PAIR,), "**`in_axes` does not fit `pair`.**", (0,)),
        ("(0, 2)", (W, X), "**`x` has no axis 2.**", (1,)),
        ("({'w': 0, 'b': -2},)", (PARAMS,), "**`params['b']` has no axis -2.**", (0,)),
        ("axes()", (W,), "**`in_axes` is more than plain axes.**", ()),
        ("(0,", (W,), "**`in_axes` cannot be read as axes.**", ()),
    ],
)
def test_axes_that_do_not_fit_say_where(text: str, arguments: tuple[Argument, ...], title: str, marked: object) -> None:
    found = problem(expand(text, arguments))
    assert (found.title, found.arguments) == (title, marked)


def test_what_does_not_fit_one_argument_says_nothing_of_the_others() -> None:
    assert expand_each("(None, (0, 1), 0)", (W, X, B))[::2] == ((None,), (0,))
    assert problem(expand_each("(None, (0, 1), 0)", (W, X, B))[1]).title == "**`in_axes` does not fit `x`.**"
    assert problem(expand("(0,", ())).title == "**`in_axes` cannot be read as axes.**"
    one, other = expand_each("(0,)", (W, X))
    assert problem(one) == problem(other)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("f32[]", "It is a single number, the same for every example."),
        ("f32[5]", "It has 1 axis: 0."),
        ("f32[5,3]", "It has 2 axes: 0 and 1."),
        ("f32[5,3,2]", "It has 3 axes: 0, 1 and 2."),
    ],
)
def test_an_axis_that_is_not_there_comes_with_those_that_are(text: str, told: str) -> None:
    assert problem(expand("3", (argument(text),))).text == told
    assert problem(set_axis("0", (argument(text),), 0, None, 3)).text == told


@pytest.mark.parametrize(
    ("text", "arguments", "index", "path", "axis", "changed"),
    [
        ("0", (X,), 0, None, 1, "1"),
        ("0", (X,), 0, None, None, "None"),
        ("(0,)", (X,), 0, None, 1, "(1,)"),
        ("0", (W, X, B), 0, None, None, "(None, 0, 0)"),
        ("0", (W, X), 1, "", 1, "(0, 1)"),
        ("(None, 0)", (W, X), 0, None, 0, "(0, 0)"),
        ("[ None,0 ]", (W, X), 1, None, 1, "[ None,1 ]"),
        ("None, 0", (W, X), 1, None, 1, "None, 1"),
        ("(None, -2)", (W, X), 1, None, 0, "(None, -2)"),
        ("-1", (W, X), 1, None, 1, "-1"),
        ("(0,)", (W, X), 1, None, 1, "(0, 1)"),
        ("(0, 0, 1)", (W, X), 0, None, None, "(None, 0)"),
        ("0", (X, SCALE), 0, None, 1, "1"),
        ("0", (PARAMS,), 0, "['w']", 1, "({'b': 0, 'w': 1},)"),
        ("({'w': 1, 'b':  0}, 0)", (PARAMS, X), 0, "['b']", None, "({'w': 1, 'b':  None}, 0)"),
        ("({'w': 1, 'b': 0}, 0)", (PARAMS, X), 0, "['w']", 0, "(0, 0)"),
        ("({'w': 1, 'b': 0}, 0)", (PARAMS, X), 0, None, None, "(None, 0)"),
        ("0", (PAIR, X), 0, "[1]", None, "([0, None], 0)"),
        ("{'w': 0}", (PARAMS,), 0, "['w']", 1, "({'b': 0, 'w': 1},)"),
        ("((0, 0), 0)", (PARAMS, X), 0, None, None, "(None, 0)"),
        ("((0, 0), 0)", (PARAMS, X), 0, "['w']", None, "({'b': 0, 'w': None}, 0)"),
    ],
)
def test_a_chip_changes_what_it_must_in_the_text(
    text: str, arguments: tuple[Argument, ...], index: int, path: str | None, axis: int | None, changed: str
) -> None:
    assert set_axis(text, arguments, index, path, axis) == changed


def test_nested_parts_keep_what_was_not_clicked() -> None:
    deep = argument("{'a': (f32[5], f32[5]), 'b': {'c': f32[5], 'd': f32[5]}, 'e': f32[5]}")
    once = set_axis("0", (deep,), 0, "['b']['d']", None)
    assert once == "({'a': 0, 'b': {'c': 0, 'd': None}, 'e': 0},)"
    twice = set_axis(once, (deep,), 0, "['a'][1]", None)
    assert twice == "({'a': (0, None), 'b': {'c': 0, 'd': None}, 'e': 0},)"
    back = set_axis(twice, (deep,), 0, "['b']['d']", 0)
    assert back == "({'a': (0, None), 'b': 0, 'e': 0},)"


def test_integer_keys_and_gaps_in_a_row() -> None:
    table = argument("{3: f32[5], 4: f32[5]}")
    assert set_axis("0", (table,), 0, "[3]", None) == "({3: None, 4: 0},)"
    leaves = (ArgumentLeaf("[0]", "float32", (5,), ()), ArgumentLeaf("[2]", "float32", (5,), ()))
    gap = Argument("x", "(f32[5], None, f32[5])", leaves)
    assert set_axis("0", (gap,), 0, "[2]", None) == "((0, None, None),)"


def test_parts_without_arrays_keep_their_place() -> None:
    leaves = tuple(ArgumentLeaf(path, "float32", (5,), ()) for path in ("['a']", "['c'][0]"))
    holes = Argument("x", "{'c': [f32[5], None], 'b': None, 'a': f32[5]}", leaves)
    once = set_axis("0", (holes,), 0, "['a']", None)
    assert once == "({'a': None, 'b': None, 'c': 0},)"
    own = "({'c': [0, None], 'b': None, 'a': 0},)"
    assert set_axis(own, (holes,), 0, "['a']", None) == "({'c': [0, None], 'b': None, 'a': None},)"


@pytest.mark.parametrize(
    ("arguments", "index", "path", "axis", "title"),
    [
        ((X, SCALE), 1, None, 0, "**`scale` is passed by keyword.**"),
        ((W, X), 1, None, 2, "**`x` has no axis 2.**"),
        ((PARAMS,), 0, None, 1, "**`params['b']` has no axis 1.**"),
    ],
)
def test_impossible_choices_say_why(
    arguments: tuple[Argument, ...], index: int, path: str | None, axis: int | None, title: str
) -> None:
    assert problem(set_axis("0", arguments, index, path, axis)).title == title


def test_parts_that_no_literal_reaches_say_why() -> None:
    fields = tuple(ArgumentLeaf(path, "float32", (5,), ()) for path in (".mean", ".var"))
    state = Argument("state", "State(f32[5], f32[5])", fields)
    found = problem(set_axis("0", (state,), 0, ".mean", None))
    assert found.title == "**`state.mean` cannot have an axis of its own.**"
    assert "only be batched along one axis together" in found.text
    rows = tuple(ArgumentLeaf(path, "float32", (5,), ()) for path in ("[0]", "[1]"))
    made = Argument("made", "make()", rows)
    assert "list or a tuple" in problem(set_axis("0", (made,), 0, "[0]", None)).text
    assert set_axis("([1, None],)", (made,), 0, "[0]", 0) == "([0, None],)"


def test_a_text_that_is_no_axes_is_not_changed_by_chips() -> None:
    assert problem(set_axis("oops", (X,), 0, None, 1)).kind == "in_axes structure"
    assert problem(set_out_axis("oops", (result(),), None, 0)).kind == "out_axes structure"


TEXTS = [
    "f32[2,2,2]",
    "{'w': f32[2,2,2], 'b': f32[2,2,2]}",
    "[f32[2,2,2], (f32[2,2,2], {'k': f32[2,2,2]})]",
    "{1: f32[2,2,2], 2: f32[2,2,2]}",
]
CLICKS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([None, 0, 1, 2]), st.booleans()), max_size=8
)


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3), st.sampled_from(["0", "None", "-1", "2"]), CLICKS)
def test_after_any_clicks_the_text_says_what_was_clicked(texts: list[str], text: str, clicks: list[Any]) -> None:
    arguments = tuple(argument(one, f"x{index}") for index, one in enumerate(texts))
    first = expand(text, arguments)
    assert not isinstance(first, Problem)
    wanted = [list(axes) for axes in first]
    for which, leaf, axis, whole in clicks:
        index = which % len(arguments)
        leaves = arguments[index].leaves
        place = leaf % len(leaves)
        answer = set_axis(text, arguments, index, None if whole else leaves[place].path, axis)
        assert isinstance(answer, str)
        text = answer
        wanted[index] = [axis if whole or i == place else old for i, old in enumerate(wanted[index])]
        assert expand(text, arguments) == tuple(map(tuple, wanted))


def test_an_inner_vmap_gets_arguments_without_the_outer_axis() -> None:
    levels = (Vmap("(None, 0)"), Vmap("(0, None)"))
    a, b = argument("f32[3,2]", "a"), argument("f32[4,2]", "b")
    inner = level_arguments((a, b), levels, 0)
    assert not isinstance(inner, Problem)
    assert [one.leaves[0].shape for one in inner] == [(2,), (4, 2)]
    outer = level_arguments((a, b), levels, 1)
    assert not isinstance(outer, Problem)
    assert [one.leaves[0].shape for one in outer] == [(3, 2), (4, 2)]
    assert problem(level_arguments((a, b), (Vmap(), Vmap("(0,)")), 0)).kind == "in_axes structure"


def result(path: str = "", shape: tuple[int, ...] = (5, 2), axes: tuple[int | None, ...] = (0,)) -> ResultLeaf:
    return ResultLeaf(path, "float32", shape, axes)


def test_an_inner_vmap_gives_results_without_the_outer_axis() -> None:
    whole = result("", (4, 3, 2), (1, 0))
    assert level_results((whole,), 0) == (result("", (3, 2), (0,)),)
    assert level_results((whole,), 1) == (whole,)
    assert level_results((result("", (3, 2), (None, 0)),), 0) == (result("", (2,), (None,)),)


@pytest.mark.parametrize(
    ("text", "results", "axes"),
    [
        ("-1", (result(),), (1,)),
        ("-1", (result("", (2,), (None,)),), (1,)),
        ("(0, None)", (result("[0]"), result("[1]", (2,), (None,))), (0, None)),
        ("{'a': 1, 'b': 0}", (result("['a']"), result("['b']")), (1, 0)),
    ],
)
def test_out_axes_are_counted_with_the_batch_axis(text: str, results: tuple[ResultLeaf, ...], axes: object) -> None:
    assert expand_out(text, results) == axes


def test_out_axes_that_do_not_fit_the_result() -> None:
    assert problem(expand_out("(0, 1)", (result(),))).title == "**`out_axes` does not fit the result.**"
    assert problem(expand_out("oops", (result(),))).kind == "out_axes structure"


PAIRS = (result("[0]"), result("[1]"))


@pytest.mark.parametrize(
    ("text", "results", "path", "axis", "changed"),
    [
        ("0", (result(),), None, 1, "1"),
        ("-1", (result(),), "", 1, "-1"),
        ("None", (result("", (2,), (None,)),), None, 1, "1"),
        ("0", PAIRS, "[1]", 1, "(0, 1)"),
        ("(0, 1)", PAIRS, "[1]", 0, "0"),
        ("[0,  1]", PAIRS, "[0]", None, "[None,  1]"),
        ("0", (result("['a']"), result("['b']")), "['b']", 1, "{'a': 0, 'b': 1}"),
    ],
)
def test_a_result_chip_changes_out_axes(
    text: str, results: tuple[ResultLeaf, ...], path: str | None, axis: int | None, changed: str
) -> None:
    assert set_out_axis(text, results, path, axis) == changed


def test_impossible_result_axes_say_why() -> None:
    assert problem(set_out_axis("0", (result(),), None, 2)).text == "With the batch axis it has 2 axes."
    fields = (result(".a"), result(".b"))
    assert problem(set_out_axis("0", fields, ".a", 1)).kind == "axis choice"


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("0", "ab", "abc", "0"),
        ("(None, 0)", "ab", "abc", "(None, 0, 0)"),
        ("(None,  -1)", "ab", "ba", "(-1, None)"),
        ("[None, {'w': 0}]", "ab", "b", "[{'w': 0}]"),
        ("(None, 1)", "ab", "b", "(1,)"),
        ("(None, 1)", "ab", "", "0"),
        ("(None, 1)", "ab", "ac", "(None, 1)"),
        ("(None, 1)", "ab", "ab", "(None, 1)"),
        ("(None, 1, 0)", "ab", "abc", "(None, 1, 0)"),
        ("(None, 1)", "ab", "bc", "(1, 0)"),
        ("oops(", "ab", "abc", "oops("),
    ],
)
def test_axes_follow_the_arguments_by_name(text: str, before: str, after: str, expected: str) -> None:
    assert rearranged(text, before, after) == expected
