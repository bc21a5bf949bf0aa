"""Python text is read without running it, and edited without touching its neighbours."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model.expressions import expression, parts, rewrite_empty, tokens, why_unreadable


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("f32[]", "f32[()]"),
        ("f32[ ], i32[2]", "f32[() ], i32[2]"),
        ("'f32[]', f32[] # f32[]", "'f32[]', f32[()] # f32[]"),
        ("{'a': f32[], 'b': key[]}", "{'a': f32[()], 'b': key[()]}"),
        ("x if [] else y, not []", "x if [] else y, not []"),
        ("f32[", "f32["),
        ("'open", "'open"),
        ("a $ b[]", "a $ b[]"),
    ],
)
def test_an_empty_type_becomes_python_and_nothing_else_changes(text: str, rewritten: str) -> None:
    assert rewrite_empty(text) == rewritten


def test_parts_are_cut_at_the_commas_between_them() -> None:
    groups = parts("f(a, b), lambda x, y=(1, 2): x, {1: [2, 3]},")
    assert groups is not None
    assert [group[0].text for group in groups] == ["f", "lambda", "{"]
    assert parts("a,,b") is None
    assert parts("(a") is None
    assert parts("") == ()


def test_a_text_that_closes_brackets_it_did_not_open_is_not_read() -> None:
    assert tokens("1) + (2") is None
    assert expression("1) + (2") is None


@pytest.mark.parametrize("text", ["", "  ", "a b", "x = 3", "f32[", "# only a comment", "lambda"])
def test_what_is_no_expression_is_none(text: str) -> None:
    assert expression(text) is None


def test_an_edit_lands_on_its_node_behind_empty_types_and_wide_characters() -> None:
    text = "{'é😀': f32[], 'w':\n  [f32[], i32[4]]}"
    parsed = expression(text)
    assert parsed is not None
    assert isinstance(parsed.tree, ast.Dict)
    node = parsed.tree.values[1]
    assert isinstance(node, ast.List)
    assert parsed.of(node.elts[1]) == "i32[4]"
    assert parsed.of(node.elts[0]) == "f32[]"
    assert parsed.of(parsed.tree) == text
    assert parsed.replace(node, "None") == "{'é😀': f32[], 'w':\n  None}"


def test_a_tuple_without_parentheses_spans_its_whole_text() -> None:
    parsed = expression("None, 0")
    assert parsed is not None
    assert parsed.span(parsed.tree) == (0, 7)


@given(st.lists(st.sampled_from(["f32[]", "f32[2]", "'é'", "(1, 2)", "key[]", "a.b[0]"]), min_size=1, max_size=6))
def test_every_element_of_a_list_keeps_its_text(elements: list[str]) -> None:
    parsed = expression(f"[{', '.join(elements)}]")
    assert parsed is not None
    assert isinstance(parsed.tree, ast.List)
    own = [element.strip("()") if element.startswith("(") else element for element in elements]
    assert [parsed.of(node).strip("()") for node in parsed.tree.elts] == own


def test_python_says_why_a_text_cannot_be_read() -> None:
    assert why_unreadable("f32[]") == ""
    assert why_unreadable("f32[") == "SyntaxError: '[' was never closed"
    assert "null bytes" in why_unreadable("a\0")
    assert why_unreadable("'\ud800'").startswith("UnicodeEncodeError: ")
