"""The arguments of the call: their text cut into rows and joined again, and the array types in them resized."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from vmapviz.model.annotations import example_type
from vmapviz.model.array_types import ArrayType, array_type, dim_nodes, parse_type
from vmapviz.model.axis_trees import Spec
from vmapviz.model.expressions import Expression, expression, parts, rewrite_empty, tokens, why_unreadable
from vmapviz.model.paths import Key, parse_path
from vmapviz.model.problem import Problem
from vmapviz.model.source import Function, Parameter

__all__ = [
    "ArrayType",
    "Row",
    "argument_problem",
    "bind",
    "frame_at",
    "insert_dimension",
    "join",
    "leaf_types",
    "letters",
    "parse_type",
    "remove_dimension",
    "rewrite_empty",
    "rows_for",
    "set_dimension",
    "split",
    "swap_dimensions",
]

Row = tuple[str | None, str]
"""The name an argument is given by, None when it is given by its place; and the text of its value."""


def split(text: str) -> tuple[Row, ...]:
    """The rows of what stands between the parentheses of a call; a text that cannot be cut is one row."""
    groups = parts(text)
    if groups is None:
        return ((None, text.strip()),)
    return tuple(
        (group[0].text, text[group[2].start : group[-1].end])
        if len(group) > 2 and group[0].is_name and group[1].text == "="
        else (None, text[group[0].start : group[-1].end])
        for group in groups
    )


def join(rows: tuple[Row, ...]) -> str:
    """The text of these rows: what stands between the parentheses of the call."""
    return ", ".join(text if name is None else f"{name}={text}" for name, text in rows)


def argument_problem(text: str, index: int = 0, name: str | None = None) -> Problem | None:
    """Why this text cannot be the value of one argument; None when it can."""
    who = f"The value of `{name}`" if name else f"Argument {index + 1}"
    value = text.lstrip("*") if text.startswith("*") else text
    found = tokens(value)
    if found is not None and not found:
        return Problem(
            "argument",
            f"**{who} is missing.**",
            "Type an array type such as `f32[5,3]`, or a value.",
            arguments=(index,),
        )
    if found and expression(value) and len(parts(value) or ()) == 1 and found[-1].text != ",":
        return None
    advice = "An argument is one Python value or one array type, such as `f32[5,3]`."
    said = why_unreadable(value) or "SyntaxError: this is more than one value"
    return Problem("argument", f"**{who} is not finished.**", advice, arguments=(index,), said=said)


def bind(function: Function, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows with a name wherever the place of an argument gives it one."""
    places = iter(
        [parameter.name for parameter in function.parameters if not (parameter.keyword_only or parameter.star)]
    )
    return tuple((name or (None if text.startswith("*") else next(places, None)), text) for name, text in rows)


def rows_for(
    function: Function, text: str, previous: Mapping[str, str], before: Function | None = None
) -> tuple[Row, ...]:
    """The rows that fit a function, made from the arguments of the function `before` it.

    Every parameter keeps its value; else it takes the one that an argument of that name had in `previous`; one
    parameter that was only renamed keeps its value too; then the annotation decides, and at last it is `f32[B]`.
    Defaults stay unsaid.
    """
    rows = split(text)
    if any(value.startswith("*") for _, value in rows) or (text.strip() and parts(text) is None):
        return rows
    given = {name: value for name, value in bind(before or function, rows) if name}
    wanted = [parameter for parameter in function.parameters if not parameter.star]
    renamed = _renamed([parameter.name for parameter in wanted], list(given))
    values = [(parameter, _value(parameter, given, previous, renamed)) for parameter in wanted]
    found = [(parameter, value) for parameter, value in values if value is not None]
    by_place = bool(rows) and all(name is None for name, _ in rows)
    return _named(function, found, by_place) + _rest(function, before or function, rows, given)


def _renamed(wanted: list[str], given: list[str]) -> dict[str, str]:
    changed = [(new, old) for new, old in zip(wanted, given, strict=False) if new != old]
    one = len(wanted) == len(given) and len(changed) == 1 and not set(changed[0]) & (set(wanted) & set(given))
    return dict(changed) if one else {}


def _value(
    parameter: Parameter, given: Mapping[str, str], previous: Mapping[str, str], renamed: Mapping[str, str]
) -> str | None:
    name = parameter.name
    if name in given:
        return given[name]
    return previous.get(name) or given.get(renamed.get(name, "")) or _first(parameter)


def _first(parameter: Parameter) -> str | None:
    """What a new argument starts as: the annotated type with an axis of examples; None when a default says it."""
    if parameter.default is not None:
        return None
    one = example_type(parameter.annotation or "") or ArrayType("f32", ())
    return one.text if "B" in one.dims else ArrayType(one.dtype, ("B", *one.dims)).text


def _named(function: Function, found: list[tuple[Parameter, str]], by_place: bool) -> tuple[Row, ...]:
    """The rows; by place only as long as no parameter before was left out."""
    rows: list[Row] = []
    for parameter, value in found:
        by_place = by_place and not parameter.keyword_only and function.parameters[len(rows)] == parameter
        rows.append((None if by_place else parameter.name, value))
    return tuple(rows)


def _rest(function: Function, before: Function, rows: tuple[Row, ...], given: dict[str, str]) -> tuple[Row, ...]:
    """The arguments that only `*args` or `**kwargs` take."""
    stars = {parameter.star for parameter in function.parameters}
    names = {parameter.name for parameter in (*function.parameters, *before.parameters)}
    by_place = tuple(row for row in bind(before, rows) if row[0] is None and "*" in stars)
    return by_place + tuple((name, value) for name, value in given.items() if name not in names and "**" in stars)


def leaf_types(text: str) -> tuple[tuple[str, ArrayType], ...] | None:
    """The arrays of an argument made of types alone, by place in the pytree: `("['w']", f32[3,2])`; None for values.

    The order is JAX's: keys sorted.
    """
    parsed = expression(text)
    leaves = tuple(_leaves(parsed.tree, "")) if parsed else ()
    types = tuple((path, found) for path, node in leaves if (found := array_type(node)))
    return types if types and len(types) == len(leaves) else None


def letters(text: str) -> tuple[str, ...]:
    """The letters that stand for sizes in the types of a call's arguments, in the order they come in."""
    types = [kind for _, value in split(text) for _, kind in leaf_types(value) or ()]
    return tuple(dict.fromkeys(dim for kind in types for dim in kind.dims if isinstance(dim, str)))


def _leaves(node: ast.expr, path: str) -> Iterator[tuple[str, ast.expr]]:
    children = _children(node)
    if children is None:
        yield path, node
        return
    for key, child in children.items():
        yield from _leaves(child, f"{path}[{key!r}]")


def _children(node: ast.expr) -> dict[str | int, ast.expr] | None:
    """The parts of a dict, list or tuple by key or index, in JAX's order; None for everything else."""
    if isinstance(node, ast.List | ast.Tuple):
        return dict(enumerate(node.elts))
    if not isinstance(node, ast.Dict):
        return None
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str | int)]
    if len(keys) < len(node.keys) or len({type(key) for key in keys}) > 1:
        return None
    return dict(sorted(zip(keys, node.values, strict=True)))


def frame_at(text: str, place: tuple[Key, ...]) -> Spec:
    """The dict, list or tuple that an argument's text has at a place, with None for every part; None for all else."""
    parsed = expression(text)
    node = parsed.tree if parsed else None
    for step in place:
        children = _children(node) if node is not None else None
        node = (children or {}).get(step.value) if step.value is not None else None
    parts_here = (_children(node) if node is not None else None) or {}
    if isinstance(node, ast.Dict):
        return dict.fromkeys(parts_here)
    row: list[Spec] = [None] * len(parts_here)
    return row if isinstance(node, ast.List) else tuple(row) if isinstance(node, ast.Tuple) else None


def set_dimension(text: str, axis: int, size: int, path: str = "") -> tuple[str | None, str]:
    """The text of an argument with another size of one axis of one array in it, and "".

    None, and the reason as a sentence, when the array is a value and not a type: `jnp.eye(3)`.
    """
    parsed = expression(text)
    node = _at(parsed, path)
    found = array_type(node) if node is not None else None
    if parsed is None or node is None or found is None or not isinstance(node, ast.Subscript):
        shown = parsed.of(node) if parsed and node is not None else text
        return None, f"`{shown}` is a value, so its size is changed in its text."
    if not -len(found.dims) <= axis < len(found.dims):
        return None, f"`{found.text}` has no axis {axis}."
    return parsed.replace(dim_nodes(node)[axis], str(size)), ""


def insert_dimension(text: str, size: int) -> str:
    """The text of an argument with a new first axis in every array type of it; values stay."""
    for path, found in leaf_types(text) or ():
        text = _retyped(text, path, ArrayType(found.dtype, (size, *found.dims)))
    return text


def remove_dimension(text: str, axis: int, path: str = "") -> str:
    """The text of an argument without one axis of one array type in it; a value stays."""
    found = dict(leaf_types(text) or ()).get(path)
    if found is None or axis >= len(found.dims):
        return text
    return _retyped(text, path, ArrayType(found.dtype, found.dims[:axis] + found.dims[axis + 1 :]))


def swap_dimensions(text: str, one: int, other: int, path: str = "") -> str:
    """The text of an argument with two axes of one array type in it exchanged; a value stays."""
    found = dict(leaf_types(text) or ()).get(path)
    if found is None or max(one, other) >= len(found.dims):
        return text
    dims = list(found.dims)
    dims[one], dims[other] = dims[other], dims[one]
    return _retyped(text, path, ArrayType(found.dtype, tuple(dims)))


def _retyped(text: str, path: str, new: ArrayType) -> str:
    parsed = expression(text)
    node = _at(parsed, path)
    return parsed.replace(node, new.text) if parsed and node is not None else text


def _at(parsed: Expression | None, path: str) -> ast.expr | None:
    node = parsed.tree if parsed else None
    for key in parse_path(path):
        children = _children(node) if node is not None else None
        if children is None:
            return node
        node = children.get(key.value) if key.value is not None else None
    return node
