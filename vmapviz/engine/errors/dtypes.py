"""The rows of the error table that speak of types: overflow, unknown dtypes, indices, random keys."""

from __future__ import annotations

import ast
import re

import jax
import jax.numpy as jnp

from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.errors.loops import short_type
from vmapviz.engine.errors.rewrites import JNP, Text, bare, call_name, near_to, rewrite
from vmapviz.model.array_types import DTYPES
from vmapviz.model.problem import Action
from vmapviz.model.trace import type_text

RANGES = {f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32)}
RANGES |= {f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32)}
PLAIN = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
WIDEST = ("int32", "uint32")
X64 = Action("Switch x64 on", "JAX starts again with 64-bit numbers", (("x64", 0, "on"),))


def overflow(complaint: Complaint) -> Words:
    """A whole number that its type cannot hold: int8(300), x + 2**40."""
    text = Text(complaint)
    found = re.search(r"(?:integer|int|value) (-?\d+)", complaint.text)
    number = int(found[1]) if found else _value(_written(text))
    kind = re.search(r"\bu?int\d+\b", complaint.text)
    name = kind[0] if kind else "int64" if complaint.experiment.x64 else "int32"
    what = "This whole number" if number is None else f"{number:,}"
    low, high = RANGES.get(name, (-(2**63), 2**63 - 1))
    bits = " Without x64 JAX computes with 32 bits." if name in WIDEST and not complaint.experiment.x64 else ""
    return Words(
        f"{what} does not fit into {short_type(name)}.",
        f"That type holds {low:,} to {high:,}.{bits}",
        actions=_larger(complaint, text, name, number),
    )


def _larger(complaint: Complaint, text: Text, name: str, number: int | None) -> tuple[Action, ...]:
    actions: list[Action] = []
    if name in RANGES and name not in WIDEST and number is not None:
        fits = next((kind for kind in ("int16", "int32") if RANGES[kind][0] <= number <= RANGES[kind][1]), None)
        attribute = next((one for one in text.all(ast.Attribute) if one.attr == name and text.holds(one)), None)
        if fits and attribute is not None:
            words = f"{text.of(attribute.value)}.{fits}"
            return (rewrite(text, "a larger type", (attribute, words)),)
    side = _written(text)
    if side is not None and name in WIDEST:
        actions.append(rewrite(text, "as a float, to about seven digits", (side, f"float({text.of(side)})")))
    if not complaint.experiment.x64 and (number is None or abs(number) < 2**63):
        actions.append(X64)
    return tuple(actions)


def _written(text: Text) -> ast.expr | None:
    """The whole number at the place of the error, or the computation of one: `2**40`."""
    found = (
        node for node in text.all(ast.BinOp, ast.UnaryOp, ast.Constant) if text.holds(node) and _value(node) is not None
    )
    return max(found, key=lambda node: text.end(node) - text.start(node), default=None)


def _value(node: ast.expr | None) -> int | None:
    """The whole number that plain numbers make; Python computed it once already."""
    if node is None or not all(isinstance(part, PLAIN) for part in ast.walk(node)):
        return None
    value = eval(compile(ast.Expression(node), "", "eval"))
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def unknown_dtype(complaint: Complaint) -> Words:
    """A dtype that is misspelt."""
    text = Text(complaint)
    name = (re.search(r"'([^']+)'", complaint.text) or ["", "?"])[1]
    near = near_to(name, {*DTYPES.values(), "complex64"})
    node = next((one for one in text.all(ast.Constant) if one.value == name), None)
    actions = (rewrite(text, "", (node, repr(near))),) if near and node else ()
    asked = f"Did you mean `{near}`?" if near else "There are float32, int32, bool, complex64 and their like."
    return Words(f"There is no type `{name}`.", asked, actions=actions)


def mixed(complaint: Complaint) -> Words:
    """An operation that does not take these types."""
    text = Text(complaint)
    found = re.search(r"(\S+) does not accept dtype (\w+)", complaint.text)
    if found:
        accepted = re.search(r"subtypes of (.+?)\.?$", complaint.text, re.MULTILINE)
        takes = f"It takes {accepted[1].replace(', ', ' or ')} values" if accepted else "It takes others"
        sign = SIGNS.get(found[1], f"lax.{found[1]}" if hasattr(jax.lax, found[1]) else found[1])
        return Words(
            f"`{sign}` does not take {short_type(found[2])}.",
            f"{takes}; {complaint.here()} gives it {short_type(found[2])}.",
            actions=_of_jnp(text) or (Action("`x > 0`, or `x.astype(int)`", "makes truths or whole numbers of it"),),
        )
    kinds = re.search(r"dtypes,? got (\w+), (\w+)", complaint.text)
    name = (re.search(r"(lax\.\w+)", complaint.text) or ["", "lax"])[1]
    got = f"{short_type(kinds[1])} and {short_type(kinds[2])}" if kinds else "several types"
    return Words(
        f"`{name}` takes one type.",
        f"{complaint.line()} gives it {got}; the functions of `jnp` mix types.",
        actions=_of_jnp(text),
    )


SIGNS = {"and": "&", "or": "|", "xor": "^", "shift_left": "<<", "shift_right_arithmetic": ">>", "not": "~"}


def _of_jnp(text: Text) -> tuple[Action, ...]:
    """The function of jnp that has the name of the function of lax called here."""
    call = text.exactly(ast.Call)
    module, _, name = call_name(text, call).rpartition(".")
    if call is None or module.rpartition(".")[2] != "lax" or not hasattr(jnp, name):
        return ()
    return (rewrite(text, "the same, for all types", (call.func, f"{text.module(*JNP)}.{name}")),)


# --- indices ----------------------------------------------------------------------------------------------------------


def float_index(complaint: Complaint) -> Words:
    """x[1.5]: an index must be a whole number or a truth."""
    text = Text(complaint)
    item = text.at(ast.Subscript)
    actions: tuple[Action, ...] = ()
    if item is not None and not isinstance(item.slice, ast.Tuple | ast.Slice):
        inside = item.slice
        words = f"int({text.of(inside)})" if isinstance(inside, ast.Constant) else f"{bare(text, inside)}.astype(int)"
        actions = (rewrite(text, "rounds towards 0", (inside, words)),)
    used = set(re.findall(r"\w+", text.of(item.slice))) if item is not None else set()
    found = next(
        (place for place, one in enumerate(complaint.arguments) if one.name in used and len(one.leaves) == 1), None
    )
    if found is not None:
        argument = complaint.arguments[found]
        wanted = type_text("int32", argument.leaves[0].shape)
        actions += (Action(f"Make {argument.name} {wanted}", "whole numbers", (("argument", found, wanted),)),)
    return Words(
        "An index must be a whole number.",
        f"{complaint.line()} looks for an entry at a place that is a float.",
        () if found is None else (found,),
        actions=actions,
    )


def list_index(complaint: Complaint) -> Words:
    """x[[0, 1]]: JAX wants an array there."""
    text = Text(complaint)
    item = text.at(ast.Subscript)
    action = Action("`x[jnp.array([0, 1])]`", "an array of indices")
    if item is not None:
        action = rewrite(text, "an array of indices", (item.slice, f"{text.module(*JNP)}.array({text.of(item.slice)})"))
    return Words(
        "A list is no index for JAX arrays.",
        "NumPy takes it; JAX asks for an array of indices, so that nothing is converted unseen.",
        actions=(action,),
    )


def text_index(complaint: Complaint) -> Words:
    """x["a"] on an array: what was meant is a dict."""
    item = Text(complaint).at(ast.Subscript)
    name = Text(complaint).of(item.value) if item else "This"
    found = next((place for place, one in enumerate(complaint.arguments) if one.name == name), None)
    return Words(
        "Arrays have no entries by name.",
        f"`{name}` is one array here; a dict of arrays has names.",
        () if found is None else (found,),
        found,
        (Action(f"Make {name} `dict(a=f32[5,3])`", "a dict of arrays, each with the batch axis"),)
        if found is not None
        else (),
    )


# --- random keys ------------------------------------------------------------------------------------------------------


def key_wanted(complaint: Complaint) -> Words:
    """jax.random.normal(3): a number, or an array, where a random key is needed."""
    text = Text(complaint)
    call = text.at(ast.Call)
    name = call_name(text, call).rpartition(".")[2] or "This function"
    actions: tuple[Action, ...] = (Action("`jax.random.key(seed)`", "makes one of a whole number"),)
    if call is not None and call.args:
        random = call_name(text, call).rpartition(".")[0]
        words = f"{random}.key({text.of(call.args[0])})"
        actions = (rewrite(text, "makes a key of a whole number", (call.args[0], words)),)
    if "to end with" in complaint.text:
        actions = (Action("`jax.random.key(seed)`", "makes a key; old keys are two numbers of u32"),)
    return Words(
        f"`{name}` needs a random key.",
        f"{complaint.line()} gives it something else as the first argument.",
        actions=actions,
    )


def keys_given(complaint: Complaint) -> Words:
    """jax.random.normal(keys): an array of keys where one is needed."""
    text = Text(complaint)
    call = text.at(ast.Call)
    count = (re.search(r"shape \((\d+)", complaint.text) or ["", "many"])[1]
    name = call_name(text, call).rpartition(".")[2] or "This function"
    actions: tuple[Action, ...] = (Action("`keys[0]`", "one of them"),)
    if call is not None and call.args:
        actions = (rewrite(text, "one of them", (call.args[0], f"{bare(text, call.args[0])}[0]")),)
        if len(call.args) == 1 and not call.keywords:
            words = f"jax.vmap({call_name(text, call)})({text.of(call.args[0])})"
            actions += (rewrite(text, "one number for every key", (call, words)),)
    return Words(f"`{name}` takes one random key.", f"{complaint.line()} gives it {count} keys.", actions=actions)


def key_as_number(complaint: Complaint) -> Words:
    """jax.random.key(0) + 1: keys are no numbers."""
    text = Text(complaint)
    node = text.at(ast.BinOp)
    actions: tuple[Action, ...] = (Action("`jax.random.fold_in(key, n)`", "another key for every `n`"),)
    if node is not None and isinstance(node.op, ast.Add):
        random = text.module("jax.random", "jax.random")
        words = f"{random}.fold_in({text.of(node.left)}, {text.of(node.right)})"
        actions = (rewrite(text, "another key for every number", (node, words)),)
    return Words(
        "A random key is no number.",
        f"{complaint.line()} computes with one; keys are split, folded and used.",
        actions=actions,
    )
