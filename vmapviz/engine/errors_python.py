"""The rows of the error table that speak of plain Python: calls, attributes, keys, unpacking, arithmetic."""

from __future__ import annotations

import ast
import importlib
import re

import jax

from vmapviz.engine import frames
from vmapviz.engine.complaint import Complaint, Words, a_kind, counted
from vmapviz.engine.rewrites import Text, arguments_text, near_to, rewrite
from vmapviz.model.problem import Action

CALLS = (
    "required positional argument",
    "required keyword-only argument",
    "unexpected keyword argument",
    "positional arguments but",
    "positional argument but",
    "multiple values for argument",
)


def wrong_call(complaint: Complaint) -> Words:
    """A function of the user's (or of JAX) gets too many, too few or unknown arguments."""
    text = Text(complaint)
    name = (re.search(r"(\S+)\(\)", complaint.text) or ["", "the function"])[1].rpartition(".")[2]
    shown = "The lambda" if name == "<lambda>" else f"`{name}`"
    missing = re.search(r"missing (\d+) required .*?: (.*)", complaint.text)
    if missing:
        return Words(f"{shown} needs {_names(missing[2])}.", f"{complaint.line()} calls it without.")
    unknown = re.search(r"unexpected keyword argument '(\w+)'(?:. Did you mean '(\w+)')?", complaint.text)
    if unknown:
        near = unknown[2] or _nearest_keyword(unknown[1])
        keyword = next((one for one in text.all(ast.keyword) if one.arg == unknown[1]), None)
        actions: tuple[Action, ...] = ()
        if near and keyword is not None:
            actions = (rewrite(text, "", (keyword, f"{near}={text.of(keyword.value)}")),)
        asked = f"Did you mean `{near}`?" if near else f"{complaint.line()} passes it all the same."
        return Words(f"{shown} has no argument `{unknown[1]}`.", asked, actions=actions)
    counts = re.search(r"takes (?:from \d+ to )?(\d+) positional arguments? but (\d+)", complaint.text)
    if counts:
        return Words(
            f"{shown} takes {counted(int(counts[1]), 'argument')}.", f"{complaint.line()} gives it {counts[2]}."
        )
    twice = re.search(r"multiple values for argument '(\w+)'", complaint.text)
    return Words(
        f"{shown} gets `{twice[1] if twice else '?'}` twice.", f"{complaint.line()} gives it by place and by name."
    )


KEYWORDS = ("axis", "keepdims", "dtype", "shape", "in_axes", "out_axes", "axis_name", "axis_size", "length", "size")


def _nearest_keyword(name: str) -> str:
    return near_to(name, KEYWORDS)


def _names(text: str) -> str:
    return re.sub(r"'(\w+)'", r"`\1`", text)


def no_attribute(complaint: Complaint) -> Words:
    """A module or value does not have what is asked of it."""
    text = Text(complaint)
    name = getattr(complaint.error, "name", None) or "?"
    owner = getattr(complaint.error, "obj", None)
    node = text.at(ast.Attribute)
    module = re.search(r"module '([\w.]+)' has no attribute", complaint.text)
    if module:
        near = near_to(name, _public(module[1]))
        actions = (rewrite(text, "", (node, f"{text.of(node.value)}.{near}")),) if node and near else ()
        shown = text.of(node.value) if node else module[1]
        return Words(f"`{shown}` has no `{name}`.", f"Did you mean `{near}`?" if near else "", actions=actions)
    kind = type(owner).__name__ if owner is not None else "value"
    if isinstance(owner, dict) and name in owner and node is not None:
        words = f"{text.of(node.value)}[{name!r}]"
        return Words(
            f"A dict has no `.{name}`.",
            "Its entries are asked for in brackets.",
            actions=(rewrite(text, "", (node, words)),),
        )
    if owner is None:
        return Words(f"`None` has no `{name}`.", f"{complaint.line()} expects a value where there is none.")
    return Words(f"{a_kind(kind).capitalize()} has no `{name}`.", f"{complaint.line()} asks for it.")


def _public(module: str) -> list[str]:
    return dir(importlib.import_module(module))


def unset(complaint: Complaint) -> Words:
    """A local variable is used before it has a value."""
    name = (re.search(r"variable '(\w+)'", complaint.text) or ["", "?"])[1]
    return Words(
        f"{complaint.line()} uses `{name}` before it has a value.",
        f"`{name}` is set further down in the same function, or only in one way of an `if`.",
    )


def operands(complaint: Complaint) -> Words:
    """An operator between things that have none: None + x, {} + 1, [x] * x."""
    found = re.search(r"for ([^:]+): (.+) and (.+)$", complaint.text)
    if not found:
        return Words(f"{complaint.line()} stopped it.")
    one, other = (_kind(side) for side in found.groups()[1:])
    sign = found[1].replace("** or pow()", "**")
    lists = "list" in (found[2].strip("'"), found[3].strip("'"))
    return Words(
        f"`{sign}` does not go between {one} and {other}.",
        "Python's containers have no arithmetic; arrays have." if lists else f"{complaint.line()} tries to.",
        actions=_listed(Text(complaint)) if lists else (),
    )


def _listed(text: Text) -> tuple[Action, ...]:
    node = text.at(ast.BinOp)
    sides = [side for side in (node.left, node.right) if isinstance(side, ast.List)] if node else []
    swaps = [(side, f"{text.module('jax.numpy', 'jnp')}.array({text.of(side)})") for side in sides]
    return (
        (rewrite(text, "an array of them", *swaps),) if swaps else (Action("`jnp.array(values)`", "an array of them"),)
    )


def _kind(name: str) -> str:
    name = name.strip("'\"")
    if "Tracer" in name or "Array" in name:
        return "an array"
    return a_kind(name)


def not_callable(complaint: Complaint) -> Words:
    """A value is called as if it were a function."""
    text = Text(complaint)
    call = text.at(ast.Call)
    kind = (re.search(r"'(\w+)' object is not callable", complaint.text) or ["", "value"])[1]
    name = text.of(call.func) if call else "This"
    actions: tuple[Action, ...] = ()
    if call and "Tracer" in kind and not call.keywords:
        actions = (rewrite(text, "in brackets: one entry", (call, f"{name}[{arguments_text(text, call)}]")),)
    return Words(f"`{name}` is {_kind(kind)}, not a function.", f"{complaint.line()} calls it.", actions=actions)


def no_key(complaint: Complaint) -> Words:
    """A dict does not have this key."""
    key = repr(complaint.error.args[0]) if complaint.error.args else "this key"
    text = Text(complaint)
    item = text.at(ast.Subscript)
    where = f"`{text.of(item.value)}`" if item else "The dict"
    keys = _keys(complaint, text.of(item.value)) if item else []
    near = near_to(str(complaint.error.args[0]), keys) if complaint.error.args else ""
    actions = (rewrite(text, "", (item.slice, repr(near))),) if near and item else ()
    holds = f"It has {', '.join(f'`{one}`' for one in keys)}." if keys else ""
    return Words(f"{where} has no key `{key}`.", holds, actions=actions)


def _keys(complaint: Complaint, name: str) -> list[str]:
    """The keys of an argument of the call that is a dict."""
    paths = [leaf.path for one in complaint.arguments if one.name == name for leaf in one.leaves]
    return list(dict.fromkeys(found[1] for path in paths if (found := re.match(r"\['([^']+)'\]", path))))


def no_index(complaint: Complaint) -> Words:
    """A list or tuple is shorter than its index."""
    kind = (re.match(r"(\w+)", complaint.text) or ["", "list"])[1]
    return Words(
        f"The {kind} is shorter than that.", f"{complaint.line()} asks for an entry behind its end; the first is 0."
    )


def unpacking(complaint: Complaint) -> Words:
    """a, b = x with another number of entries."""
    wanted = re.search(r"expected (?:at least )?(\d+)", complaint.text)
    got = re.search(r"got (\d+)", complaint.text)
    many = "more" if "too many" in complaint.text else "fewer"
    has = f"has {got[1]}" if got else f"has {many}"
    return Words(
        f"{complaint.line()} unpacks {wanted[1] if wanted else 'some'} values.",
        f"What it unpacks {has} for one example: the batch axis is not seen inside.",
        actions=(Action("`x[0], x[1]`, or `a, *rest = x`", "takes as many as there are"),),
    )


def zero(complaint: Complaint) -> Words:
    """A division of Python numbers by zero."""
    return Words(
        f"{complaint.line()} divides by zero.",
        "These are plain Python numbers, computed while tracing; arrays would give `inf` or `nan`.",
        actions=(Action("`jnp.divide(a, b)`", "gives inf instead of an error"),),
    )


def no_file(complaint: Complaint) -> Words:
    """A file that is not there."""
    name = getattr(complaint.error, "filename", None) or "the file"
    return Words(
        f"There is no file `{name}`.",
        f"{complaint.line()} opens it, seen from the folder that vmapviz was started in.",
        actions=(Action("Give the whole path", "it does not depend on the folder"),),
    )


def generator(complaint: Complaint) -> Words:
    """A function with `yield`, or an `async def`: it returns no arrays."""
    text = Text(complaint)
    function = text.function(complaint.experiment.function)
    place = (
        text.source_of(next((one for one in ast.walk(function) if isinstance(one, ast.Yield)), function))
        if function
        else None
    )
    if isinstance(function, ast.AsyncFunctionDef):
        words = text.of(function).replace("async def", "def", 1)
        start = function.name
        return Words(
            f"`{start}` is an `async` function.",
            "It returns a coroutine instead of arrays; JAX calls plain functions.",
            actions=(rewrite(text, "", (function, words), label=f"def {start}"),),
            source=frames.whole_line(complaint.source_file(), function.lineno),
        )
    return Words(
        f"`{complaint.experiment.function}` yields instead of returning.",
        "JAX batches what a function returns; a generator returns nothing at the end.",
        actions=(Action("`return jnp.stack(values)`", "collects them in one array"),),
        source=place,
    )


def of_array(complaint: Complaint) -> bool:
    """Whether an attribute was asked of a traced value or an array."""
    if isinstance(getattr(complaint.error, "obj", None), jax.Array) or complaint.text == "__delitem__":
        return True
    return "Tracer has no attribute" in complaint.text or "Tracer' object has no attribute" in complaint.text
