"""The arguments keep the user's own words whatever happens to their rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model.arguments import (
    Row,
    argument_problem,
    bind,
    insert_dimension,
    join,
    leaf_types,
    remove_dimension,
    rows_for,
    set_dimension,
    split,
)
from vmapviz.model.source import Function, functions


def function(text: str) -> Function:
    return functions(f"def f({text}): ...")[0]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", ()),
        ("m=f32[2,3], v = f32[] ", (("m", "f32[2,3]"), ("v", "f32[]"))),
        (
            "{'w': f32[3,2], \"b\": f32[]}, *x, **kw",
            ((None, "{'w': f32[3,2], \"b\": f32[]}"), (None, "*x"), (None, "**kw")),
        ),
        ("lambda x, y: x, a == b,", ((None, "lambda x, y: x"), (None, "a == b"))),
        ("f32[5,  # open", ((None, "f32[5,  # open"),)),
    ],
)
def test_rows(text: str, rows: tuple[Row, ...]) -> None:
    assert split(text) == rows


ROWS = st.lists(
    st.sampled_from(["f32[]", "f32[B, 3]", "jnp.eye( 3 )", "lambda a, b: a", "{'é': [f32[2], 1]}", "'a, b'", "(1, 2)"]),
    max_size=5,
)


@given(ROWS, st.integers(0, 5))
def test_rows_survive_being_joined_and_split(texts: list[str], named_from: int) -> None:
    rows = tuple((f"x{i}" if i >= named_from else None, text) for i, text in enumerate(texts))
    assert split(join(rows)) == rows


def test_a_new_function_starts_with_a_batch_of_numbers() -> None:
    assert join(rows_for(function("x, y"), "", {})) == "x=f32[B], y=f32[B]"


def test_an_annotation_is_the_type_of_one_example() -> None:
    one = function("x: 'f32[5,3]', y: Float[Array, 'B 3'], z: int")
    assert join(rows_for(one, "", {})) == "x=f32[B,5,3], y=f32[B,3], z=i32[B]"


def test_defaults_stay_unsaid_and_keyword_only_arguments_are_named() -> None:
    assert join(rows_for(function("x, s=2, *, k, d=3"), "f32[4]", {})) == "f32[4], k=f32[B]"
    assert join(rows_for(function("x, s=2, t=3"), "x=f32[4], t=7", {})) == "x=f32[4], t=7"
    assert join(rows_for(function("x, s=2, t=3"), "f32[4], 5", {}, function("x, t=3"))) == "f32[4], t=5"


def test_arguments_follow_their_names() -> None:
    old, new = function("a, b"), function("b, c, a")
    assert join(rows_for(new, "a=f32[2], b=f32[3]", {})) == "b=f32[3], c=f32[B], a=f32[2]"
    assert join(rows_for(new, "f32[2], f32[3]", {}, old)) == "f32[3], f32[B], f32[2]"
    assert join(rows_for(function("a"), "a=f32[2], b=f32[3]", {})) == "a=f32[2]"


def test_an_argument_that_comes_back_has_the_type_it_had() -> None:
    assert join(rows_for(function("a, b"), "a=f32[2]", {"b": "f32[7,3]"})) == "a=f32[2], b=f32[7,3]"


def test_one_renamed_argument_keeps_its_type_and_a_new_signature_does_not() -> None:
    assert join(rows_for(function("a, xs"), "a=f32[2], x=f32[3]", {})) == "a=f32[2], xs=f32[3]"
    assert join(rows_for(function("c, d"), "a=f32[2], b=f32[3]", {})) == "c=f32[B], d=f32[B]"
    assert join(rows_for(function("b, b2"), "a=f32[2], b=f32[3]", {})) == "b=f32[3], b2=f32[B]"


def test_rest_arguments_stay() -> None:
    assert join(rows_for(function("a, *more"), "f32[2], f32[3], f32[4]", {})) == "f32[2], f32[3], f32[4]"
    assert join(rows_for(function("a, **more"), "a=f32[2], q=f32[3]", {})) == "a=f32[2], q=f32[3]"
    assert join(rows_for(function("a"), "*everything", {})) == "*everything"
    assert join(rows_for(function("a"), "f32[2,", {})) == "f32[2,"


def test_bind_names_arguments_given_by_place() -> None:
    assert bind(function("a, b"), split("f32[2], b=3, 4, 5")) == (("a", "f32[2]"), ("b", "3"), ("b", "4"), (None, "5"))
    assert bind(function("a"), split("*x")) == ((None, "*x"),)


@pytest.mark.parametrize("text", ["f32[5,3]", "f32[]", "jnp.eye(3)", "(1, 2)", "*xs", "**kw", "lambda a, b: a"])
def test_good_arguments(text: str) -> None:
    assert argument_problem(text) is None


@pytest.mark.parametrize(
    ("text", "title", "said"),
    [
        ("f32[5,", "**The value of `x` is not finished.**", "SyntaxError: '[' was never closed"),
        ("", "**The value of `x` is missing.**", ""),
        ("1, 2", "**The value of `x` is not finished.**", "SyntaxError: this is more than one value"),
        ("1,", "**The value of `x` is not finished.**", "SyntaxError: this is more than one value"),
    ],
)
def test_bad_arguments_say_what_is_wrong(text: str, title: str, said: str) -> None:
    problem = argument_problem(text, 1, "x")
    assert problem is not None
    assert (problem.title, problem.said, problem.arguments) == (title, said, (1,))


def test_an_argument_without_a_name_is_counted() -> None:
    problem = argument_problem("", 1)
    assert problem is not None
    assert problem.title == "**Argument 2 is missing.**"


def test_leaves_of_types_come_in_jax_s_order() -> None:
    leaves = leaf_types("{'w': f32[3,2], 'b': (f32[2], f32[B])}")
    assert leaves is not None
    assert [(path, leaf.text) for path, leaf in leaves] == [
        ("['b'][0]", "f32[2]"),
        ("['b'][1]", "f32[B]"),
        ("['w']", "f32[3,2]"),
    ]


@pytest.mark.parametrize("text", ["jnp.eye(3)", "{'a': 1}", "{**x}", "{1: f32[2], 'a': f32[2]}", "f32[", "()"])
def test_values_have_no_leaves_of_types(text: str) -> None:
    assert leaf_types(text) is None


@pytest.mark.parametrize(
    ("text", "axis", "path", "changed"),
    [
        ("f32[5, 3]", 0, "", "f32[7, 3]"),
        ("f32[5,3]", -1, "", "f32[5,7]"),
        ("f32[B]", 0, "", "f32[7]"),
        ("{'é': f32[], 'w': [f32[5, 3], i32[ 4 ]]}", 0, "['w'][1]", "{'é': f32[], 'w': [f32[5, 3], i32[ 7 ]]}"),
    ],
)
def test_one_size_changes_and_nothing_else(text: str, axis: int, path: str, changed: str) -> None:
    assert set_dimension(text, axis, 7, path) == (changed, "")


@pytest.mark.parametrize(
    ("text", "axis", "path", "reason"),
    [
        ("jnp.eye(3)", 0, "", "`jnp.eye(3)` is a value, so its size is changed in its text."),
        ("{'a': jnp.eye(3)}", 0, "['a']", "`jnp.eye(3)` is a value, so its size is changed in its text."),
        ("params()", 0, "['a']", "`params()` is a value, so its size is changed in its text."),
        ("{'a': f32[2]}", 0, "['b'][0]", "`{'a': f32[2]}` is a value, so its size is changed in its text."),
        ("{'a': f32[2]}", 0, ".a", "`{'a': f32[2]}` is a value, so its size is changed in its text."),
        ("f32[", 0, "", "`f32[` is a value, so its size is changed in its text."),
        ("f32[5]", 1, "", "`f32[5]` has no axis 1."),
    ],
)
def test_values_keep_their_size_and_say_why(text: str, axis: int, path: str, reason: str) -> None:
    assert set_dimension(text, axis, 7, path) == (None, reason)


def test_types_gain_and_lose_axes_and_values_do_not() -> None:
    assert insert_dimension("{'w': f32[B, 3], 'b': key[]}", 4) == "{'w': f32[4,B,3], 'b': key[4]}"
    assert insert_dimension("jnp.eye(3)", 4) == "jnp.eye(3)"
    assert remove_dimension("{'w': f32[B, 3], 'b': f32[]}", 0, "['w']") == "{'w': f32[3], 'b': f32[]}"
    assert remove_dimension("f32[3]", 1) == "f32[3]"
    assert remove_dimension("jnp.eye(3)", 0) == "jnp.eye(3)"
    assert remove_dimension("f32[", 0) == "f32["
