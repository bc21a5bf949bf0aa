"""The rows of the error table that speak of loops and branches: scan, while_loop, fori_loop, cond and switch."""

from __future__ import annotations

import ast
import re

from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.errors.rewrites import JNP, Text, bare, call_name, rewrite
from vmapviz.model.problem import Action
from vmapviz.model.trace import Source

SHORT = {"float": "f", "int": "i", "uint": "u", "complex": "c", "bfloat": "bf"}
BODY = {"scan": 0, "while_loop": 1, "fori_loop": 2}
TYPES = re.compile(r"has type (\S+?),? but the corresponding output(?: of \S+| carry component)? has type ([^\s,]+)")
NAME = re.compile(r"The input carry (?:component )?(\S+?)(?:\[\S*\])? (?:has|is)")


def short_type(text: str) -> str:
    """A type of JAX's as vmapviz writes it: `f32[3]` for float32[3]."""
    return re.sub(r"\b(float|u?int|complex|bfloat)(\d+)", lambda found: SHORT[found[1]] + found[2], text)


# --- the carry --------------------------------------------------------------------------------------------------------


def carry(complaint: Complaint) -> Words:
    """A loop gives back another type or structure than it was given."""
    text = Text(complaint)
    call = text.at(ast.Call)
    loop = call_name(text, call).rpartition(".")[2] or "the loop"
    named = NAME.search(complaint.text)
    name = named[1] if named and named[1] != "loop_carry" else "The value"
    what = f"`{name}`" if name != "The value" else name
    types = TYPES.search(complaint.text)
    if types is None:
        return Words(
            "The loop changes what it carries.",
            f"{what} comes out of a round in another form; `{loop}` needs the same form in every round.",
            actions=(Action("Return what goes in", "the same number of values, in the same containers"),),
            source=_result_place(text, call, loop),
        )
    before, after = types.groups()
    return Words(
        "The loop changes the type it carries.",
        f"{what} goes in as {short_type(before)} and comes out as {short_type(after)}; every round must give back its type.",
        actions=_keep_type(text, call, loop, before, after),
        source=_result_place(text, call, loop),
    )


def _keep_type(text: Text, call: ast.Call | None, loop: str, before: str, after: str) -> tuple[Action, ...]:
    if _shape(before) != _shape(after):
        return (Action(f"Start with {short_type(after)}", f"or reduce the round's result to {short_type(before)}"),)
    jnp, dtype = text.module(*JNP), before.partition("[")[0].removeprefix("~")
    result = _result(text, call, loop)
    carried = result.elts[0] if loop == "scan" and isinstance(result, ast.Tuple) and result.elts else result
    if carried is None or (loop != "scan" and isinstance(carried, ast.Tuple)) or isinstance(carried, ast.Tuple):
        return (Action(f"`{jnp}.asarray(value, {jnp}.{dtype})`", f"gives it back as {short_type(before)}"),)
    words = f"{jnp}.asarray({text.of(carried)}, {_dtype(jnp, dtype)})"
    return (rewrite(text, f"gives it back as {short_type(before)}", (carried, words)),)


def _dtype(jnp: str, name: str) -> str:
    return "bool" if name == "bool" else f"{jnp}.{name}"


def _shape(kind: str) -> str:
    return kind.partition("[")[2]


def _result(text: Text, call: ast.Call | None, loop: str) -> ast.expr | None:
    """What the step of a loop returns: the expression of a lambda, or of the only return of a function."""
    place = BODY.get(loop)
    if call is None or place is None or place >= len(call.args):
        return None
    return returned(text, call.args[place])


def returned(text: Text, function: ast.expr) -> ast.expr | None:
    """What a function that is passed on returns; None when that is not written in one place."""
    if isinstance(function, ast.Lambda):
        return function.body
    if not isinstance(function, ast.Name):
        return None
    found = next((one for one in text.all(ast.FunctionDef) if one.name == function.id), None)
    returns = [one.value for one in ast.walk(found) if isinstance(one, ast.Return)] if found else []
    return returns[0] if len(returns) == 1 else None


def _result_place(text: Text, call: ast.Call | None, loop: str) -> Source | None:
    result = _result(text, call, loop)
    return text.source_of(result) if result is not None else None


# --- scan -------------------------------------------------------------------------------------------------------------


def pair(complaint: Complaint) -> Words:
    """The step of a scan must return (carry, output)."""
    text = Text(complaint)
    result = _result(text, text.at(ast.Call), "scan")
    action = Action("`return carry, output`", "`None` where there is no output")
    if result is not None:
        action = rewrite(text, "the carry, and no output per round", (result, f"({text.of(result)}, None)"))
    return Words(
        "A scan's step returns two things.",
        "They are the carry for the next round and the output of this one; here it returned something else.",
        actions=(action,),
        source=text.source_of(result) if result is not None else None,
    )


def scan_length(complaint: Complaint) -> Words:
    """The scanned arrays disagree on how many rounds there are, or nothing tells it."""
    sizes = re.search(r"sizes:? \[?([\d, ]+)", complaint.text)
    asked = re.search(r"argument of (\d+)", complaint.text)
    if asked and sizes:
        return Words(
            f"The scan cannot go {asked[1]} rounds.",
            f"Its arrays have {sizes[1].strip()} entries along axis 0, one for each round.",
            actions=_length(Text(complaint), sizes[1]),
        )
    if sizes:
        numbers = " and ".join(sizes[1].split(", "))
        return Words(
            "The scanned arrays disagree on the rounds.",
            f"Along axis 0 they have {numbers} entries; a scan takes one of each in every round.",
        )
    return Words(
        "Nothing tells the scan how many rounds to go.",
        "It goes one round for each entry of its arrays; here there is none.",
        actions=(Action("`length=n`", "as many rounds"),),
    )


def _length(text: Text, size: str) -> tuple[Action, ...]:
    call = text.at(ast.Call)
    given = next((one for one in call.keywords if one.arg == "length"), None) if call else None
    if given is None or not size.strip().isdigit():
        return (Action("Take `length` away", "then the arrays tell"),)
    return (rewrite(text, "as many as the arrays have", (given, f"length={size.strip()}")),)


def loops_over(complaint: Complaint) -> bool:
    """Whether the place of the error is a call of lax.scan or lax.map."""
    text = Text(complaint)
    return call_name(text, text.at(ast.Call)).rpartition(".")[2] in ("scan", "map", "associative_scan")


def nothing_to_scan(complaint: Complaint) -> Words:
    """lax.scan or lax.map over something without axes."""
    text = Text(complaint)
    name = call_name(text, text.at(ast.Call)).rpartition(".")[2]
    return Words(
        f"`{name}` has nothing to go over.",
        "It takes one entry along axis 0 after another; here it is given a single number, without axes.",
        actions=(Action("Give one example an axis more", "or call the step once, without a loop"),),
    )


# --- branches ---------------------------------------------------------------------------------------------------------


def branches(complaint: Complaint) -> Words:
    """The branches of cond or switch give different types or structures."""
    text = Text(complaint)
    call = text.at(ast.Call)
    types = TYPES.search(complaint.text)
    if types is None:
        return Words(
            "The branches give different things.",
            "Whichever is taken, the result must have the same form: as many values, in the same containers.",
        )
    one, other = types.groups()
    return Words(
        "The branches give different types.",
        f"One gives {short_type(one)}, another {short_type(other)}; whichever is taken, the result must have one type.",
        actions=_one_type(text, call, one, other),
    )


def _one_type(text: Text, call: ast.Call | None, one: str, other: str) -> tuple[Action, ...]:
    if _shape(one) != _shape(other):
        return (Action("`jnp.broadcast_to(value, shape)`", "in the branch that gives the smaller shape"),)
    jnp, wanted = text.module(*JNP), max(one, other, key=_rank).partition("[")[0]
    results = [found for branch in _functions(call) if (found := returned(text, branch)) is not None]
    note = f"every branch gives {short_type(wanted)}"
    if not results or any(isinstance(found, ast.Tuple) for found in results):
        return (Action(f"`{jnp}.asarray(value, {jnp}.{wanted})`", f"in every branch: {short_type(wanted)}"),)
    swaps = [(found, f"{jnp}.asarray({text.of(found)}, {_dtype(jnp, wanted)})") for found in results]
    return (rewrite(text, note, *swaps),)


def _rank(kind: str) -> int:
    order = ("bool", "uint", "int", "bfloat", "float", "complex")
    return next((place for place, name in enumerate(order) if kind.startswith(name)), 0)


def _functions(call: ast.Call | None) -> list[ast.expr]:
    if call is None or len(call.args) < 2:
        return []
    listed = call.args[1]
    return list(listed.elts) if isinstance(listed, ast.List | ast.Tuple) else call.args[1:3]


def predicate(complaint: Complaint) -> Words:
    """cond needs one True or False; switch one whole number."""
    text = Text(complaint)
    call = text.at(ast.Call)
    kind = re.search(r"got \w+[<(]([^>)]+)[>)]", complaint.text)
    is_a = f" Here it is {short_type(kind[1])}." if kind else ""
    first = call.args[0] if call and call.args else None
    if "Index" in complaint.text:
        whole = (rewrite(text, "a whole number", (first, f"{bare(text, first)}.astype(int)")),) if first else ()
        return Words(
            "`switch` needs a whole number per example.", f"It counts the branches from 0.{is_a}", actions=whole
        )
    actions: tuple[Action, ...] = ()
    if first is not None:
        jnp, words = text.module(*JNP), text.of(first)
        actions = tuple(
            rewrite(text, f"true where {note} is", (first, f"{jnp}.{name}({words})"))
            for name, note in (("any", "one entry"), ("all", "every entry"))
        )
    return Words(
        "`cond` needs one True or False per example.", f"It chooses a way for the whole example.{is_a}", actions=actions
    )


def callable_wanted(complaint: Complaint) -> Words:
    """cond(p, x, y) with values in place of functions."""
    text = Text(complaint)
    call = text.at(ast.Call)
    words = ""
    if call and len(call.args) == 3 and not any(isinstance(one, ast.Lambda | ast.Constant) for one in call.args):
        one, yes, no = (text.of(argument) for argument in call.args)
        words = f"{text.module(*JNP)}.where({one}, {yes}, {no})"
    actions = (rewrite(text, "chooses between values", (call, words)),) if call and words else ()
    return Words(
        "`cond` chooses between functions.",
        "Here it was given values; `jnp.where` chooses between these.",
        actions=actions,
    )


def loop_condition(complaint: Complaint) -> Words:
    """The condition of while_loop must be one boolean."""
    text = Text(complaint)
    call = text.at(ast.Call)
    kind = re.search(r"ShapedArray\(([^)]+)\)", complaint.text)
    result = returned(text, call.args[0]) if call and call.args else None
    actions: tuple[Action, ...] = ()
    if result is not None and not isinstance(result, ast.Tuple):
        actions = (rewrite(text, "until no entry is true", (result, f"{text.module(*JNP)}.any({text.of(result)})")),)
    return Words(
        "`while_loop` needs one True or False per round.",
        f"Its condition gives {short_type(kind[1]) if kind else 'something else'}.",
        actions=actions,
        source=text.source_of(result) if result is not None else None,
    )


def loop_bounds(complaint: Complaint) -> Words:
    """The bounds of fori_loop are whole numbers of one type."""
    kinds = re.search(r"got (\w+) and (\w+)", complaint.text)
    got = f" Here they are {short_type(kinds[1])} and {short_type(kinds[2])}." if kinds else ""
    return Words(
        "`fori_loop` counts whole numbers.",
        f"Both bounds must be whole numbers of one type.{got}",
        actions=_whole_bounds(Text(complaint)),
    )


def _whole_bounds(text: Text) -> tuple[Action, ...]:
    call = text.at(ast.Call)
    bounds = call.args[:2] if call else []
    swaps = [
        (one, f"int({text.of(one)})")
        for one in bounds
        if isinstance(one, ast.Constant) and isinstance(one.value, float)
    ]
    advice = Action("`int(start)`, or `.astype(int)`", "the latter for traced values")
    return (rewrite(text, "rounds towards 0", *swaps),) if swaps else (advice,)


def endless_backward(complaint: Complaint) -> Words:
    """grad through while_loop, or fori_loop with traced bounds."""
    return Words(
        "A `while_loop` cannot be run backward.",
        f"{complaint.line()} asks for a gradient through a loop whose rounds are not counted beforehand.",
        actions=(
            Action("`lax.scan`, or `fori_loop` with Python numbers", "a known number of rounds can be run backward"),
            Action("`jax.jvp` or `jax.jacfwd`", "forward works through any loop"),
        ),
    )
