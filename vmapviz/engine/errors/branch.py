"""The rows of the error table that speak of one truth that is wanted of a whole batch: if, while, and, assert, max."""

from __future__ import annotations

import ast
import itertools
import math

from vmapviz.engine.errors.axes import levels_seen
from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.errors.rewrites import JNP, Text, arguments_text, call_name, rewrite, span
from vmapviz.model.problem import Action

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
BOTH = "computes both, keeps one per example"
WORDS: dict[type[ast.AST], str] = {ast.If: "if", ast.IfExp: "if", ast.While: "while", ast.Assert: "assert"}
CHOOSERS = {"max": "maximum", "min": "minimum"}
ASKING: tuple[type[ast.AST], ...] = (ast.BoolOp, ast.UnaryOp, ast.Call, ast.Compare, *WORDS)
ASKING_CALLS = (*CHOOSERS, "sorted", "any", "all", "bool")
CHAIN = "A chain of comparisons"


def in_all(complaint: Complaint) -> str:
    """ ", five in all" where the vmaps together have five examples."""
    sizes = [next((leaf.size() for leaf in leaves if leaf.size()), None) for _, leaves in levels_seen(complaint)]
    known = [size for size in sizes if size]
    if not known or len(known) < len(sizes):
        return ""
    count = math.prod(known)
    return f", {NUMBERS[count] if count < len(NUMBERS) else count} in all"


def branch(complaint: Complaint) -> Words:
    """Python's `if` (or while, and, assert, max…) on a traced value."""
    text = Text(complaint)
    word, node, test = _asks(text)
    asked = f"`{text.of(test)}`" if test and "\n" not in text.of(test) else "The condition"
    who = f"`{word}`" if word != CHAIN else "Python's `and` in it"
    needs = f"{who} needs a single True or False{' to choose a way' if word == 'if' else ''}."
    return Words(
        f"{word} cannot look inside a batch." if word == CHAIN else f"`{word}` cannot look inside a batch.",
        f"{asked} has one answer per example{in_all(complaint)}. {needs}",
        actions=_instead(text, word, node, test),
        source=text.source_of(test) if test and text.holds(test) else None,
    )


def _asks(text: Text) -> tuple[str, ast.AST | None, ast.AST | None]:
    """The Python word that asks for one truth at the place of the error, its node, and what it asks of."""
    found: list[ast.AST | None] = [text.at(kind) for kind in ASKING]
    nodes = [node for node in found if node is not None and _asked_here(text, node)]
    if not nodes:
        return "bool", None, text.at(ast.Compare)
    node = min(nodes, key=lambda one: text.end(one) - text.start(one))
    if isinstance(node, ast.BoolOp):
        return ("and" if isinstance(node.op, ast.And) else "or"), node, node
    if isinstance(node, ast.UnaryOp):
        return "not", node, node
    if isinstance(node, ast.Call):
        return call_name(text, node), node, node
    if isinstance(node, ast.Compare):
        return ("in" if isinstance(node.ops[0], ast.In | ast.NotIn) else CHAIN), node, node
    return WORDS[type(node)], node, node.test  # type: ignore[attr-defined]


def _asked_here(text: Text, node: ast.AST) -> bool:
    """Whether this node asks: a condition that holds the place, or is held by it (Python may name all of `a if b else c`)."""
    match node:
        case ast.UnaryOp():
            return isinstance(node.op, ast.Not)
        case ast.Call():
            return call_name(text, node) in ASKING_CALLS
        case ast.Compare():
            return len(node.ops) > 1 or isinstance(node.ops[0], ast.In | ast.NotIn)
        case ast.If() | ast.IfExp() | ast.While() | ast.Assert():
            start, end = text.range()
            inside = text.start(node.test) <= start and end <= text.end(node.test)
            return inside or (start <= text.start(node.test) and text.end(node.test) <= end)
    return True


def _instead(text: Text, word: str, node: ast.AST | None, test: ast.AST | None) -> tuple[Action, ...]:
    jnp_name = text.module(*JNP)
    if word == "while":
        return (Action("`lax.while_loop(condition, step, start)`", "under vmap it runs until every example is done"),)
    if word == "assert":
        return (Action("`jax.experimental.checkify`", "or check the values outside the function"),)
    if isinstance(node, ast.BoolOp):
        words = _joined([text.of(value) for value in node.values], f"{jnp_name}.logical_{word}")
        return (rewrite(text, "one answer per example", (node, words)),)
    if isinstance(node, ast.UnaryOp):
        return (rewrite(text, "one answer per example", (node, f"{jnp_name}.logical_not({text.of(node.operand)})")),)
    if isinstance(node, ast.Call):
        return _of_call(text, node, jnp_name)
    if isinstance(node, ast.Compare):
        return _of_compare(text, node, jnp_name)
    condition = text.of(test) if test else "condition"
    cond = Action(f"`lax.cond({condition}, yes, no, ...)`", "becomes a select under vmap: see guarded root")
    return (*_where(text, node, condition, jnp_name), cond)


def _joined(parts: list[str], fun: str) -> str:
    return parts[0] if len(parts) == 1 else f"{fun}({parts[0]}, {_joined(parts[1:], fun)})"


def _of_call(text: Text, node: ast.Call, jnp_name: str) -> tuple[Action, ...]:
    name = call_name(text, node)
    if name in CHOOSERS and len(node.args) == 2 and not node.keywords:
        words = f"{jnp_name}.{CHOOSERS[name]}({arguments_text(text, node)})"
        return (rewrite(text, "the same, example by example", (node, words)),)
    if name in (*CHOOSERS, "any", "all", "sorted") and len(node.args) == 1:
        same = {"sorted": "sort"}.get(name, name)
        whole = isinstance(node.args[0], ast.Name)
        words = text.of(node.args[0]) if whole else f"{jnp_name}.stack({text.of(node.args[0])})"
        if isinstance(node.args[0], ast.GeneratorExp):
            return (Action(f"`{jnp_name}.{same}`", "of an array instead of Python's numbers"),)
        return (rewrite(text, "the same, example by example", (node, f"{jnp_name}.{same}({words})")),)
    return (Action(f"`{jnp_name}.where(condition, yes, no)`", BOTH),)


def _of_compare(text: Text, node: ast.Compare, jnp_name: str) -> tuple[Action, ...]:
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        some = f"{jnp_name}.isin({text.of(node.left)}, {jnp_name}.array({text.of(node.comparators[0])}))"
        some = some if isinstance(node.ops[0], ast.In) else f"~{some}"
        return (rewrite(text, "one answer per example", (node, some)),)
    sides = [node.left, *node.comparators]
    gaps = [text.source[text.end(a) : text.start(b)] for a, b in itertools.pairwise(sides)]
    pairs = [f"({text.of(a)}{gap}{text.of(b)})" for (a, b), gap in zip(itertools.pairwise(sides), gaps, strict=True)]
    return (rewrite(text, "one answer per example", (node, " & ".join(pairs))),)


def _where(text: Text, node: ast.AST | None, test: str, jnp_name: str) -> tuple[Action, ...]:
    """`jnp.where` in place of an `if`, with the user's own words where the ways are plain."""
    if isinstance(node, ast.IfExp):
        words = f"{jnp_name}.where({test}, {text.of(node.body)}, {text.of(node.orelse)})"
        return (rewrite(text, BOTH, (node, words)),)
    # What comes before an `elif` would be overwritten.
    plain = isinstance(node, ast.If) and not text.of(node).startswith("elif")
    chosen = _chosen(text, [node], jnp_name) if plain and isinstance(node, ast.If) else None
    if chosen is None or node is None:
        return (Action(f"`{jnp_name}.where({test}, yes, no)`", BOTH),)
    start, value, last = chosen
    return (rewrite(text, BOTH, (span(node, last), start + value)),)


def _chosen(text: Text, body: list[ast.stmt], jnp_name: str) -> tuple[str, str, ast.AST] | None:
    """What one way of an `if` does, as "h = " or "return ", its value, and the last node it takes up; None when it does more."""
    if len(body) != 1:
        return None
    one = body[0]
    if isinstance(one, ast.Return) and one.value:
        return "return ", text.of(one.value), one
    if isinstance(one, ast.Assign) and len(one.targets) == 1:
        return f"{text.of(one.targets[0])} = ", text.of(one.value), one
    yes = _chosen(text, one.body, jnp_name) if isinstance(one, ast.If) else None
    if not isinstance(one, ast.If) or yes is None:
        return None
    behind = _behind(text, one)
    no = _chosen(text, one.orelse or ([behind] if behind and yes[0] == "return " else []), jnp_name)
    if no is None and not one.orelse and yes[0] != "return ":
        no = yes[0], yes[0].removesuffix(" = "), one
    if no is None or no[0] != yes[0]:
        return None
    return yes[0], f"{jnp_name}.where({text.of(one.test)}, {yes[1]}, {no[1]})", no[2]


def _behind(text: Text, node: ast.stmt) -> ast.stmt | None:
    """The statement that follows a node in the same block."""
    for parent in ast.walk(text.tree):
        body = getattr(parent, "body", None)
        if isinstance(body, list) and node in body[:-1]:
            following: ast.stmt = body[body.index(node) + 1]
            return following
    return None
