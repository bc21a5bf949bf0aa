"""The rows of the error table that speak of looking inside a batch: Python and NumPy want numbers that nobody knows yet."""

from __future__ import annotations

import ast
import importlib
import math
import re

import jax.numpy as jnp

from vmapviz.engine.errors import frames
from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.errors.rewrites import JNP, Text, arguments_text, bare, call_name, near_to, rewrite
from vmapviz.model.problem import Action

SIZES = (
    "jnp.arange",
    "num_classes",
    "argument of jnp.linspace",
    "total number of repeats",
    "total_repeat_length",
    "pad_width",
    "static `length` argument",
    "concrete value for the size",
    "jax.numpy.split",
    "argument of 'N'",
    "num_segments",
)
WITHOUT = ("item", "tolist", "numpy", "cpu", "detach", "asnumpy")


# --- a number is wanted -----------------------------------------------------------------------------------------------


def numpy_inside(complaint: Complaint) -> Words:
    """NumPy (or a Python conversion to an array) on a traced value."""
    text = Text(complaint)
    call = text.at(ast.Call)
    np_name, jnp_name = text.module("numpy", "np"), text.module(*JNP)
    name = call_name(text, call)
    actions = (Action(f"Use `{jnp_name}` instead of `{np_name}`", "the same function, traced by JAX"),)
    known = name.startswith(f"{np_name}.") and _has(name.removeprefix(f"{np_name}."))
    if call and known:
        inside = f"{jnp_name}{name.removeprefix(np_name)}({arguments_text(text, call)})"
        actions = (rewrite(text, "the same function, traced by JAX", (call, inside)),)
    elif call and name.startswith("scipy.") and _has_scipy(name):
        words = f"jax.{text.of(call)}"
        actions = (rewrite(text, "the same function, traced by JAX", (call, words)),)
    elif name.startswith(f"{np_name}.random"):
        actions = (Action("`jax.random`", "with a key of its own for every example"),)
    return Words(
        f"{'SciPy' if name.startswith('scipy.') else 'NumPy'} cannot look inside a batch.",
        f"{complaint.line()} gives a traced value to {f'`{name}`' if name else 'a NumPy function'}, "
        "which needs the numbers themselves.",
        actions=actions,
    )


def _has(path: str, found: object = jnp) -> bool:
    for part in path.split("."):
        found = getattr(found, part, None)
    return found is not None


def _has_scipy(name: str) -> bool:
    module, _, path = name.removeprefix("scipy.").partition(".")
    try:
        return _has(path, importlib.import_module(f"jax.scipy.{module}"))
    except ImportError:
        return False


def number_needed(complaint: Complaint) -> Words:
    """A Python number (int(), float(), an index of a list, an axis) is wanted of a traced value."""
    text = Text(complaint)
    call = text.at(ast.Call)
    name = call_name(text, call)
    last = name.rpartition(".")[2]
    known = "While tracing, an example has a type and no numbers"
    if call and name in ("int", "float", "complex", "round") and len(call.args) == 1:
        words = f"{bare(text, call.args[0])}.astype({name if name != 'round' else 'int'})"
        return _inside(
            name, f"{known}: `{text.of(call)}` has none to give.", rewrite(text, "the same, traced", (call, words))
        )
    if call and isinstance(call.func, ast.Attribute) and last in WITHOUT:
        words = text.of(call.func.value)
        return _inside(last, f"{known}; the array itself will do.", rewrite(text, "the array itself", (call, words)))
    if call and name == f"math.{last}" and hasattr(math, last) and hasattr(jnp, last):
        words = f"{text.module(*JNP)}.{last}({arguments_text(text, call)})"
        note = "the same function, traced by JAX"
        return _inside(name, f"{known}; the `math` of Python needs some.", rewrite(text, note, (call, words)))
    if call and name == "range":
        return _inside(name, f"How often it counts must be the same for every example, and known. {known}.", LOOP)
    if "axis" in complaint.text:
        title = f"{complaint.line()} needs an axis that is known."
        why = "Which axis is meant decides the shape of the result, and that is the same for every example."
        return Words(title, why, actions=(Action("Make the axis a plain Python number", "known before tracing"),))
    if _slices(text):
        return shape_needed(complaint)
    if (item := text.at(ast.Subscript)) and (call is None or text.start(call) <= text.start(item)):
        return _index(text, item)
    return Words(
        f"{complaint.line()} needs a number that is not known yet.",
        f"{known}. Python's own `int`, `float`, `range`, list indices and lengths need one.",
        actions=(
            Action("`x.astype(float)`, `jnp.take`, `lax.fori_loop`", "take traced values"),
            Action("Make it a plain Python number", "known before tracing, the same for every example"),
        ),
    )


LOOP = Action("`lax.fori_loop(0, n, step, start)`", "under vmap it runs until every example is done")


def _inside(name: str, why: str, action: Action) -> Words:
    return Words(f"`{name}` cannot look inside a batch.", why, actions=(action,))


def _slices(text: Text) -> bool:
    """Whether the place is a slice of a list: `[1, 2, 3][:n]`."""
    item = text.exactly(ast.Subscript)
    return item is not None and (isinstance(item.slice, ast.Slice) or text.of(item.slice).startswith("slice("))


def _index(text: Text, item: ast.Subscript) -> Words:
    """A list, or something else of Python's, indexed by a traced value."""
    words = f"{text.module(*JNP)}.array({text.of(item.value)})[{text.of(item.slice)}]"
    return Words(
        "Python cannot look up a value of the batch.",
        f"`{text.of(item.slice)}` differs from example to example; Python's lists and dicts need one index, known now.",
        actions=(rewrite(text, "an array can be indexed by traced values", (item, words)),),
    )


def key_needed(complaint: Complaint) -> Words:
    """A dict, a set or hash() gets a traced value."""
    return Words(
        "A value of the batch cannot be a key.",
        f"{complaint.line()} looks for one by its value. While tracing, an example has a type and no numbers.",
        actions=(Action("`jnp.array(values)[index]`", "an array can be indexed by traced values"), SELECT),
    )


SELECT = Action("`lax.switch(index, functions, x)`", "chooses a function per example")


# --- a shape would depend on the numbers ------------------------------------------------------------------------------


def boolean_index(complaint: Complaint) -> Words:
    """x[x > 0]: the number of results would differ from example to example."""
    text = Text(complaint)
    item = text.at(ast.Subscript)
    action = Action("`jnp.where(mask, x, 0)`", "keeps the shape")
    if item is not None:
        words = f"{text.module(*JNP)}.where({text.of(item.slice)}, {text.of(item.value)}, 0)"
        action = rewrite(text, "keeps the shape: 0 where the mask is false", (item, words))
    return Words(
        f"{complaint.line()} would give every example another length.",
        "A mask picks as many entries as are true; in a batch all examples must have the same shape.",
        actions=(action,),
    )


def wants_shape(complaint: Complaint) -> bool:
    """Whether jax.random was given a traced value where a shape belongs."""
    text = Text(complaint)
    return ".random." in call_name(text, text.at(ast.Call)) and "0-d array" in complaint.text


def shape_needed(complaint: Complaint) -> Words:
    """A shape, a length or a slice made of traced values: jnp.arange(n), x[:n], jnp.nonzero(x)."""
    text = Text(complaint)
    call = text.at(ast.Call)
    name = call_name(text, call)
    actions: tuple[Action, ...] = (
        Action("Make the size a plain Python number", "known before tracing, the same for every example"),
        Action("`jnp.where(jnp.arange(most) < n, x, 0)`", "the most there can be, with a mask"),
    )
    counting = re.search(r"(?:nonzero|unique|where|argwhere|flatnonzero)$", name)
    if call and counting and len(call.args) == 1:
        words = f"{name}({text.of(call.args[0])}, size={bare(text, call.args[0])}.size)"
        actions = (rewrite(text, "as many as there can be; the rest is filled", (call, words)),)
    elif "slice" in complaint.text and "static" in complaint.text:
        actions = (
            Action("`lax.dynamic_slice(x, (start,), (size,))`", "the start may be traced, the size not"),
            actions[1],
        )
    what = f"`{name}`" if name and "\n" not in name else complaint.here()
    return Words(
        f"{complaint.line()} would give every example another shape.",
        f"The size that {what} wants depends on the example's numbers; in a batch all examples have the same shape.",
        actions=actions,
    )


# --- changed in place -------------------------------------------------------------------------------------------------

IN_PLACE: dict[type[ast.operator], str] = {
    ast.Add: "add({})",
    ast.Sub: "subtract({})",
    ast.Mult: "multiply({})",
    ast.Div: "divide({})",
    ast.Pow: "power({})",
}


def immutable(complaint: Complaint) -> Words:
    """x[i] = y on a JAX array."""
    text = Text(complaint)
    return Words(
        "JAX arrays cannot be changed in place.",
        f"{complaint.line()} assigns to a part of one.",
        actions=_updated(text) or (Action("`x = x.at[i].set(y)`", "gives a new array with that part changed"),),
    )


def _updated(text: Text) -> tuple[Action, ...]:
    node: ast.stmt | None = text.at(ast.Assign) or text.at(ast.AugAssign)
    target: ast.expr
    how: str | None
    if isinstance(node, ast.AugAssign):
        target, how = node.target, IN_PLACE.get(type(node.op))
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, how = node.targets[0], "set({})"
    else:
        return ()
    if not isinstance(target, ast.Subscript) or how is None:
        return ()
    array = text.of(target.value).removesuffix(".at")
    words = f"{array} = {array}.at[{text.of(target.slice)}].{how.format(text.of(node.value))}"
    return (rewrite(text, "a new array with that part changed", (node, words)),)


def traced_attribute(complaint: Complaint) -> Words:
    """x.numpy(), x.foo: what a traced value does not have."""
    text = Text(complaint)
    found = re.search(r"(?:has no attribute '?)?(\w+)'?$", complaint.text)
    name = getattr(complaint.error, "name", None) or (found[1] if found else "?")
    node = text.at(ast.Call)
    if name in WITHOUT and node and isinstance(node.func, ast.Attribute) and node.func.attr == name:
        action = rewrite(text, "the array itself", (node, text.of(node.func.value)))
        return _inside(name, f"`{name}` is no method of JAX arrays, and while tracing there are no numbers.", action)
    if name == "__delitem__":
        return Words(
            "JAX arrays cannot be changed in place.",
            f"{complaint.line()} takes a part of one away.",
            actions=(Action("`jnp.delete(x, i)`", "gives a new array without that part"),),
        )
    near = near_to(name, dir(jnp.ndarray))
    attribute = text.at(ast.Attribute)
    actions: tuple[Action, ...] = ()
    if near and attribute:
        actions = (rewrite(text, "", (attribute, f"{text.of(attribute.value)}.{near}")),)
    what = f"`{frames.text_of(complaint.source)}` stopped it." if complaint.source else ""
    return Words(f"JAX arrays have no `{name}`.", f"{what} Did you mean `{near}`?" if near else what, actions=actions)


def printed(complaint: Complaint) -> Words:
    """f"{x:.2f}" of a traced value."""
    return _inside_print(Text(complaint))


def _inside_print(text: Text) -> Words:
    node = text.at(ast.JoinedStr)
    what = text.of(node) if node is not None else ""
    return Words(
        "A text cannot look inside a batch.",
        f"{what and f'`{what}` writes numbers, and '}while tracing there are none: the text is made once, before any example.",
        actions=(Action('`jax.debug.print("x = {x:.2f}", x=x)`', "prints the numbers of every example while it runs"),),
    )
