"""The rows of the error table that speak of the user's code: names, imports, shapes, and looking inside a batch."""

from __future__ import annotations

import ast
import difflib
import re
import time
from typing import Any

from vmapviz.engine import frames
from vmapviz.engine.complaint import Complaint, Words, counted, listed
from vmapviz.engine.errors_axes import levels_seen, with_axis
from vmapviz.engine.tries import traces
from vmapviz.model import source
from vmapviz.model.array_types import parse_type
from vmapviz.model.problem import Action
from vmapviz.model.trace import type_text

USUAL_IMPORTS = {
    "jnp": "import jax.numpy as jnp",
    "jax": "import jax",
    "np": "import numpy as np",
    "lax": "from jax import lax",
    "partial": "from functools import partial",
    "math": "import math",
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
TRIES_S = 1.0


# --- names and imports ------------------------------------------------------------------------------------------------


def unknown_name(complaint: Complaint) -> Words:
    """A name of the user's code is not defined."""
    name = getattr(complaint.error, "name", None) or "?"
    title = f"{complaint.line()} uses `{name}`, which is not defined."
    if name in USUAL_IMPORTS:
        return Words(title, actions=(Action(USUAL_IMPORTS[name], "at the top of the source"),))
    known = [*(function.name for function in source.functions(complaint.experiment.source)), *_names_in(complaint)]
    near = difflib.get_close_matches(name, known, 1)
    return Words(title, f"Did you mean `{near[0]}`?" if near else "")


def _names_in(complaint: Complaint) -> list[str]:
    tree = ast.parse(complaint.experiment.source)
    stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return stored + [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]


def unknown_module(complaint: Complaint) -> Words:
    """An import was not found."""
    name = getattr(complaint.error, "name", None) or "?"
    if not isinstance(complaint.error, ModuleNotFoundError):
        return Words(
            f"{complaint.line()} imports something that is not there.", f"The module `{name}` does not have it."
        )
    return Words(
        f"The module `{name}` is not installed here.",
        "vmapviz runs your code with its own Python; `--python` chooses that of your project.",
        actions=(Action(f"pip install {name.partition('.')[0]}", "then run again"),),
    )


def unbound_axis(complaint: Complaint) -> Words:
    """A collective over an axis name that no vmap has."""
    found = re.search(r"unbound axis name:? '?(\w+)", complaint.text)
    name = found.group(1) if found else "?"
    given = [level.axis_name for level in complaint.levels() if level.axis_name]
    text = f"The vmap here is named {listed([f'`{one}`' for one in given])}." if given else "The vmap here has no name."
    return Words(f"No vmap has the axis name `{name}`.", text, actions=(Action(f'Set axis_name to "{name}"'),))


# --- looking inside a batch -------------------------------------------------------------------------------------------


def branch(complaint: Complaint) -> Words:
    """Python's `if` (or while, and, assert…) on a traced value."""
    word, node = _asks(complaint)
    test = frames.text_of(complaint.source) if complaint.source else "the condition"
    return Words(
        f"`{word}` cannot look inside a batch.",
        f"`{test}` has one answer per example{_in_all(complaint)}. "
        f"`{word}` needs a single True or False{' to choose a way' if word == 'if' else ''}.",
        actions=_instead(word, node, test),
    )


def _in_all(complaint: Complaint) -> str:
    sizes = [leaf.size() for _, leaves in levels_seen(complaint)[:1] for leaf in leaves if leaf.size()]
    if not sizes or not sizes[0]:
        return ""
    return f", {NUMBERS[sizes[0]] if sizes[0] < len(NUMBERS) else sizes[0]} in all"


def _asks(complaint: Complaint) -> tuple[str, ast.AST | None]:
    """The Python word that asks for one truth at the place of the error, and its syntax tree."""
    place = complaint.source
    if place is None:
        return "if", None
    words = {ast.If: "if", ast.IfExp: "if", ast.While: "while", ast.Assert: "assert"}
    best: tuple[str, ast.AST | None] = ("bool", None)
    for node in ast.walk(ast.parse(complaint.experiment.source)):
        if isinstance(node, ast.BoolOp) and node.lineno <= place.line <= (node.end_lineno or 0):
            return ("and" if isinstance(node.op, ast.And) else "or"), node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and node.lineno == place.line:
            best = ("not", node)
        if type(node) in words and _covers(node.test, place.line):  # type: ignore[attr-defined]
            best = (words[type(node)], node)
    return best


def _covers(test: ast.expr, line: int) -> bool:
    return test.lineno <= line <= (test.end_lineno or test.lineno)


def _instead(word: str, node: ast.AST | None, test: str) -> tuple[Action, ...]:
    if word == "while":
        return (Action("lax.while_loop(condition, step, start)", "under vmap it runs until every example is done"),)
    if word in ("and", "or", "not"):
        return (Action(f"jnp.logical_{word}(...)", "one answer per example"),)
    if word == "assert":
        return (Action("jax.experimental.checkify", "or check the values outside the function"),)
    cond = Action(f"lax.cond({test}, yes, no, ...)", "becomes a select under vmap: see guarded root")
    return (Action(_where(node, test), "computes both, keeps one per example"), cond)


def _where(node: ast.AST | None, test: str) -> str:
    """`jnp.where` in place of an `if`, with the user's own names where both branches are plain."""
    if isinstance(node, ast.IfExp):
        return f"jnp.where({test}, {ast.unparse(node.body)}, {ast.unparse(node.orelse)})"
    if isinstance(node, ast.If) and len(node.body) == 1 and len(node.orelse) <= 1:
        yes, no = node.body[0], node.orelse[0] if node.orelse else None
        if isinstance(yes, ast.Return) and isinstance(no, ast.Return) and yes.value and no.value:
            return f"return jnp.where({test}, {ast.unparse(yes.value)}, {ast.unparse(no.value)})"
        if isinstance(yes, ast.Assign) and len(yes.targets) == 1:
            target = ast.unparse(yes.targets[0])
            same = isinstance(no, ast.Assign) and ast.unparse(no.targets[0]) == target
            other = ast.unparse(no.value) if same and isinstance(no, ast.Assign) else target
            if no is None or same:
                return f"{target} = jnp.where({test}, {ast.unparse(yes.value)}, {other})"
    return f"jnp.where({test}, yes, no)"


def numpy_inside(complaint: Complaint) -> Words:
    """NumPy (or a Python conversion to an array) on a traced value."""
    return Words(
        "NumPy cannot look inside a batch.",
        f"{complaint.line()} gives a traced value to a NumPy function, which needs the numbers themselves.",
        actions=(Action("Use `jnp` instead of `np`", "the same function, traced by JAX"),),
    )


def number_needed(complaint: Complaint) -> Words:
    """A Python number (index, length, int(), float()) is wanted of a traced value."""
    return Words(
        f"{complaint.line()} needs a number that is not known yet.",
        "While tracing, an example has a type and no numbers. Python's own `int`, `float`, `range`, list indices and lengths need one.",
        actions=(
            Action("x.astype(float), jnp.take, lax.fori_loop", "take traced values"),
            Action("Make it a plain Python number", "known before tracing, the same for every example"),
        ),
    )


def boolean_index(complaint: Complaint) -> Words:
    """x[x > 0]: the number of results would differ from example to example."""
    return Words(
        f"{complaint.line()} would give every example another length.",
        "A mask picks as many entries as are true; in a batch all examples must have the same shape.",
        actions=(Action("jnp.where(mask, x, 0)", "keeps the shape"),),
    )


def immutable(complaint: Complaint) -> Words:
    """x[i] = y on a JAX array."""
    return Words(
        "JAX arrays cannot be changed in place.",
        f"{complaint.line()} assigns to a part of one.",
        actions=(Action("x = x.at[i].set(y)", "gives a new array with that part changed"),),
    )


# --- shapes -----------------------------------------------------------------------------------------------------------


def shapes(complaint: Complaint) -> Words:
    """The shapes do not fit: what one example looks like, and which axes would fit."""
    seen = _innermost(complaint)
    each = listed(
        [
            f"{'each ' if leaf.axis is not None else ''}{leaf.label} is {type_text(leaf.dtype, leaf.inside().shape)}"
            for leaf in seen
        ]
    )
    where = f"{complaint.line()} sees one example: " if complaint.source else ""
    wanted = _wanted(complaint)
    return Words(
        "The shapes do not fit.",
        f"{where}{each}." if each else "",
        () if wanted is None else (wanted,),
        wanted,
        _fitting_axes(complaint),
    )


def _innermost(complaint: Complaint) -> list[Any]:
    seen = levels_seen(complaint)
    return seen[-1][1] if len(seen) == len(complaint.levels()) and seen else []


def _wanted(complaint: Complaint) -> int | None:
    """The argument whose type is most likely wrong: one not typed in yet, `f32[B]`, else a mapped one on that line."""
    for index, argument in enumerate(complaint.arguments):
        typed = parse_type(argument.text)
        if typed and len(typed.dims) == 1 and isinstance(typed.dims[0], str):
            return index
    used = _on_line(complaint)
    mapped = [i for i in used if any(axis is not None for leaf in complaint.arguments[i].leaves for axis in leaf.axes)]
    return next(iter([*mapped, *used]), None)


def _on_line(complaint: Complaint) -> list[int]:
    words = set(re.findall(r"\w+", frames.text_of(complaint.source))) if complaint.source else set()
    return [index for index, argument in enumerate(complaint.arguments) if argument.name in words]


def _fitting_axes(complaint: Complaint) -> tuple[Action, ...]:
    """Other axes of the mapped arguments under which the function does trace; tried for at most a second."""
    loaded = complaint.loaded
    if loaded is None or len(loaded.levels) != 1:
        return ()
    until = time.monotonic() + TRIES_S
    found: list[Action] = []
    for leaf in _innermost(complaint):
        if leaf.axis is None or len(complaint.arguments[leaf.argument].leaves) != 1:
            continue
        for axis in range(len(leaf.shape)):
            if axis == leaf.axis % len(leaf.shape) or len(found) == 2 or time.monotonic() > until:
                continue
            if traces(loaded, leaf.argument, axis=axis):
                name = "" if len(_innermost(complaint)) == 1 else f" of {leaf.label}"
                edits = with_axis(complaint, 0, leaf.argument, axis)
                found.append(Action(f"Use axis {axis}{name}", counted(leaf.shape[axis], "example"), edits))
    return tuple(action for action in found if action.edits)


# --- running ----------------------------------------------------------------------------------------------------------


def endless(complaint: Complaint) -> Words:
    """The function calls itself without end."""
    return Words(
        "The function calls itself without end.",
        "Python stopped it. A recursion on traced values never reaches its end.",
    )


def left(complaint: Complaint) -> Words:
    """The user's code asked Python to exit."""
    return Words(f"{complaint.line()} asked Python to exit.", "vmapviz went on without it.")


def out_of_time(complaint: Complaint) -> Words:
    """Something of the user's waited too long."""
    return Words(f"{complaint.line()} took too long.")


def no_array_out(complaint: Complaint) -> Words:
    """The function returned something that is no array."""
    kind = re.search(r"<class '(?:\w+\.)*(\w+)'>", complaint.text)
    what = f" It returned a {kind.group(1)}." if kind else ""
    return Words("The function must return arrays.", f"Arrays, numbers, and containers of them can be batched.{what}")


def other(complaint: Complaint) -> Words:
    """Any other exception: the line it came from, and Python's own words."""
    if complaint.source is None:
        return Words("JAX stopped with an error.")
    return Words(f"{complaint.line()} stopped it.")
