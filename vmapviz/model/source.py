"""What a source defines: its functions and their parameters, and why it cannot be read."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

import msgspec

from vmapviz.model.expressions import UNREADABLE, compiled, parse
from vmapviz.model.problem import Problem
from vmapviz.model.trace import Source


class Parameter(msgspec.Struct, frozen=True):
    """One parameter: the text of its annotation and default; `star` is "*" or "**" for the rest of the arguments."""

    name: str
    annotation: str | None = None
    default: str | None = None
    keyword_only: bool = False
    star: str = ""


class Function(msgspec.Struct, frozen=True):
    """A function at the top level of a source, defined by `def` or as a lambda with a name; `line` counts from 1."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    line: int = 1


@lru_cache(maxsize=64)  # the same few sources are asked for again and again
def functions(source: str) -> tuple[Function, ...]:
    """The functions at the top level, in order, the last of each name; none when the source has a syntax error."""
    try:
        module = parse(source)
    except UNREADABLE:
        return ()
    found = {function.name: function for node in module.body for function in _defined(node)}
    return tuple(sorted(found.values(), key=lambda function: function.line))


def find(source: str, name: str) -> Function | None:
    """The function of that name."""
    return next((function for function in functions(source) if function.name == name), None)


@lru_cache(maxsize=64)
def extent(source: str, name: str) -> tuple[int, int] | None:
    """The first line (of its decorators) and the last line of a function, from 1; None where there is none of that name."""
    try:
        module = parse(source)
    except UNREADABLE:
        return None
    for node in reversed(module.body):
        if any(function.name == name for function in _defined(node)):
            decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
            return min([node.lineno, *(d.lineno for d in decorators)]), node.end_lineno or node.lineno
    return None


def _defined(node: ast.stmt) -> tuple[Function, ...]:
    if isinstance(node, ast.FunctionDef):
        return (Function(node.name, _parameters(node.args), node.lineno),)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        parameters = _parameters(node.value.args)
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        return tuple(Function(name, parameters, node.lineno) for name in names)
    return ()


def _parameters(args: ast.arguments) -> tuple[Parameter, ...]:
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    found = [_parameter(arg, default) for arg, default in zip(positional, defaults, strict=True)]
    if args.vararg:
        found.append(_parameter(args.vararg, None, star="*"))
    found += [
        _parameter(arg, default, keyword_only=True)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
    ]
    if args.kwarg:
        found.append(_parameter(args.kwarg, None, star="**"))
    return tuple(found)


def _parameter(arg: ast.arg, default: ast.expr | None, keyword_only: bool = False, star: str = "") -> Parameter:
    annotation = None if arg.annotation is None else ast.unparse(arg.annotation)
    return Parameter(arg.arg, annotation, None if default is None else ast.unparse(default), keyword_only, star)


SYNTAX = (
    (
        r"unexpected EOF|was never closed|unterminated|EOF while|EOF in|expecting '}'",
        "**Line {line} is not finished.**",
    ),
    (r"expected an indented block", "**Line {line} needs an indented line.**"),
    (r"unexpected indent", "**Line {line} is indented too far.**"),
    (r"unindent does not match|inconsistent use of tabs", "**The indentation of line {line} fits no line above it.**"),
    (r"unmatched|does not match opening", "**Line {line} closes a bracket that is not open.**"),
    (r"expected ':'", "**Line {line} needs a colon.**"),
    (
        r"outside (async )?function|outside loop|not properly in loop",
        "**Line {line} only makes sense further inside.**",
    ),
    (r"forgot a comma", "**Line {line} may miss a comma.**"),
    (r"Maybe you meant '=='", "**Line {line} has one `=` where Python wants `==`.**"),
    (r"cannot assign to|cannot delete", "**Line {line} gives a value to something that cannot hold one.**"),
    (
        r"non-printable|invalid character|invalid decimal",
        "**Line {line} holds a character that Python does not know.**",
    ),
    (r"", "**Line {line} is not Python.**"),
)


def syntax_problem(source: str, file: str = "") -> Problem | None:
    """Why the source cannot be read, where, and Python's own words; None when it can."""
    try:
        compiled(source)
    except SyntaxError as error:
        line = error.lineno or 1
        pattern = next(title for title_of, title in SYNTAX if re.search(title_of, error.msg))
        if error.msg == "invalid syntax" and _ends_early(source, error):
            pattern = SYNTAX[0][1]
        said = f"{type(error).__name__}: {error.msg}"
        return Problem("syntax", pattern.format(line=line), source=_place(source, file, error), said=said)
    except UNREADABLE as error:
        return Problem("syntax", "**This text is not Python.**", said=f"{type(error).__name__}: {error}")
    return None


def _ends_early(source: str, error: SyntaxError) -> bool:
    lines = source.splitlines()
    line = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
    return not line[(error.offset or 1) - 1 :].strip()


def _place(source: str, file: str, error: SyntaxError) -> Source:
    """The range of a syntax error; all of its line when Python names no range."""
    lines = source.splitlines()
    line = min(error.lineno or 1, max(1, len(lines)))
    width = len(lines[line - 1]) if lines else 0
    column = min(max(0, (error.offset or 1) - 1), width)
    same_line = error.end_lineno in (line, None)
    end = min((error.end_offset or 0) - 1, width) if same_line else width
    return Source(file, line, column, line, end) if end > column else Source(file, line, 0, line, max(width, 1))
