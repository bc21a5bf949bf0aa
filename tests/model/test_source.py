"""The functions of a source, and one plain sentence when it cannot be read."""

from __future__ import annotations

import pytest

from vmapviz.model.source import Function, Parameter, extent, find, functions, syntax_problem
from vmapviz.model.trace import Source

SOURCE = '''"""Docstring."""
import jax

def first(x: "f32[3]", y: float = 1.0, /, *rest, z=2, w, **more):
    def inner(a): return a
    return x

scale = lambda v, k=2: v * k
number = 3
class Thing:
    def method(self): ...
async def later(): ...
'''


def test_a_function_extends_from_its_decorators_to_its_last_line() -> None:
    assert extent(SOURCE, "first") == (4, 6)
    assert extent(SOURCE, "scale") == (8, 8)
    assert extent("@a\n@b(\n  1)\ndef f(x):\n    return (\n        x)\n\nf(1)\n", "f") == (1, 6)
    assert extent("def f(x): return 1\ndef f(x):\n    return x\n", "f") == (2, 3)
    assert extent(SOURCE, "missing") is None
    assert extent("def f(:", "f") is None


def test_functions_are_those_at_the_top_level_with_their_parameters() -> None:
    first, scale = functions(SOURCE)
    assert first == Function(
        "first",
        (
            Parameter("x", "'f32[3]'"),
            Parameter("y", "float", "1.0"),
            Parameter("rest", star="*"),
            Parameter("z", default="2", keyword_only=True),
            Parameter("w", keyword_only=True),
            Parameter("more", star="**"),
        ),
        4,
    )
    assert scale == Function("scale", (Parameter("v"), Parameter("k", default="2")), 8)


def test_the_last_function_of_a_name_counts() -> None:
    assert functions("def f(a): ...\ndef g(): ...\ndef f(b): ...")[1] == Function("f", (Parameter("b"),), 3)
    assert find("f = lambda a: a", "f") == Function("f", (Parameter("a"),), 1)
    assert find("f = lambda a: a", "g") is None


def test_a_source_that_cannot_be_read_has_no_functions() -> None:
    assert functions("def f(") == ()
    assert functions("a\0b") == ()


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("def f(x:\n    return x", "**Line 1 is not finished.**"),
        ("def f(x):\n    h = W @\n    return h", "**Line 2 is not finished.**"),
        ("x = 'abc", "**Line 1 is not finished.**"),
        ("def f(x):\nreturn x", "**Line 2 needs an indented line.**"),
        ("x = 1\n  y = 2", "**Line 2 is indented too far.**"),
        ("if x:\n    a\n  b", "**The indentation of line 3 fits no line above it.**"),
        ("x = 1)", "**Line 1 closes a bracket that is not open.**"),
        ("def f(x)\n    return x", "**Line 1 needs a colon.**"),
        ("f(a b)", "**Line 1 may miss a comma.**"),
        ("if x = 3: pass", "**Line 1 has one `=` where Python wants `==`.**"),
        ("f() = 3\n", "**Line 1 has one `=` where Python wants `==`.**"),
        ("None = 3\n", "**Line 1 gives a value to something that cannot hold one.**"),
        ("x = 3 €", "**Line 1 holds a character that Python does not know.**"),
        ("\nreturn 3", "**Line 2 only makes sense further inside.**"),
        ("x = = 3", "**Line 1 is not Python.**"),
    ],
)
def test_a_syntax_error_is_one_sentence_with_its_line(source: str, title: str) -> None:
    problem = syntax_problem(source)
    assert problem is not None
    assert problem.title == title
    assert problem.kind == "syntax"
    assert "Error: " in problem.said


def test_the_range_is_where_python_points_and_else_the_line() -> None:
    exact = syntax_problem("a = 1\né = (1 +) 2", "f.py")
    assert exact is not None
    assert exact.source == Source("f.py", 2, 8, 2, 9)
    whole = syntax_problem("x = 1 +")
    assert whole is not None
    assert whole.source == Source("", 1, 0, 1, 7)
    long = syntax_problem("f(a for a in b\n, c)")
    assert long is not None
    assert long.source is not None
    assert (long.source.line, long.source.end_line) == (1, 1)


def test_sources_that_python_refuses_whole_are_problems_too() -> None:
    for source in ("a\0b", "x = '\ud800'"):
        problem = syntax_problem(source)
        assert problem is not None
        assert problem.said


@pytest.mark.parametrize("source", ["", "x = 1", "def f(x):\n    return '\\d'"])
def test_a_good_source_has_no_problem(source: str) -> None:
    assert syntax_problem(source) is None
