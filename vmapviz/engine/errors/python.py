"""The rows of the error table that speak of plain Python: calls, attributes, keys, unpacking, arithmetic."""

from __future__ import annotations

import ast
import re
from types import ModuleType

import jax

from vmapviz.engine.errors import frames
from vmapviz.engine.errors.complaint import Complaint, Words, a_kind, counted, listed
from vmapviz.engine.errors.rewrites import Text, arguments_text, near_to, rewrite
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


def asks_attribute(complaint: Complaint) -> bool:
    """Whether the user's code asks for the attribute itself, and not a function that it calls."""
    return Text(complaint).exactly(ast.Attribute) is not None


def no_attribute(complaint: Complaint) -> Words:
    """A module or value does not have what is asked of it."""
    text = Text(complaint)
    node = text.exactly(ast.Attribute)
    assert node is not None
    name, owner = node.attr, getattr(complaint.error, "obj", None)
    shown = text.of(node.value)
    shown = f"`{shown}`" if "\n" not in shown else "The value"
    if isinstance(owner, dict) and name in owner:
        action = rewrite(text, "", (node, f"{text.of(node.value)}[{name!r}]"))
        return Words(
            f"{shown} is a dict, without `.{name}`.", "Its entries are asked for in brackets.", actions=(action,)
        )
    if owner is None:
        return Words(f"{shown} is None, without `.{name}`.", f"{complaint.line()} expects a value there.")
    near = near_to(name, _public(owner))
    actions = (rewrite(text, "", (node, f"{text.of(node.value)}.{near}")),) if near else ()
    kind = "" if isinstance(owner, ModuleType) else f"It is {a_kind(type(owner).__name__)}."
    return Words(f"{shown} has no `{name}`.", f"Did you mean `{near}`?" if near else kind, actions=actions)


def _public(owner: object) -> list[str]:
    return [name for name in dir(owner) if not name.startswith("_")]


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
    text_plus = re.search(r"can only concatenate ()(\w+) \(not (\S+)\)", complaint.text)
    order = re.search(r"'([<>=]+)' not supported between instances of (\S+) and (\S+)", complaint.text)
    found = found or text_plus or order
    if not found:
        return Words(f"{complaint.line()} stopped it.")
    one, other = (_kind(side) for side in found.groups()[1:])
    sign = found[1].replace("** or pow()", "**") or "+"
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
    name = name.strip("'\"").rpartition(".")[2]
    if "Tracer" in name or "Array" in name:
        return "an array"
    return a_kind(name)


def not_callable(complaint: Complaint) -> Words:
    """A value is called as if it were a function."""
    text = Text(complaint)
    call = text.exactly(ast.Call)
    kind = (re.search(r"'(?:\w+\.)*(\w+)' object is not callable", complaint.text) or ["", "value"])[1]
    name = text.of(call.func) if call else "This"
    actions: tuple[Action, ...] = ()
    if call and not call.args and not call.keywords and "Tracer" not in kind and kind != "NoneType":
        actions = (rewrite(text, "without parentheses", (call, name)),)
    elif call and call.args and ("Tracer" in kind or kind.startswith("_IndexUpdate")):
        actions = (rewrite(text, "in brackets: an entry", (call, f"{name}[{arguments_text(text, call)}]")),)
    return Words(f"`{name}` is {_kind(kind)}, not a function.", f"{complaint.line()} calls it.", actions=actions)


def function_wanted(complaint: Complaint) -> Words:
    """jax.vmap(3), lax.scan(x, f): a value where a function belongs."""
    text = Text(complaint)
    call = text.at(ast.Call)
    name = f"`{text.of(call.func)}`" if call and "\n" not in text.of(call.func) else "It"
    return Words(
        f"{name} wants a function first.",
        f"{complaint.line()} gives it a value: `f`, not `f(x)`, is the function itself.",
        actions=(Action("`jax.vmap(f)(x)`", "the function first, then what it is applied to"),),
    )


def entry(complaint: Complaint) -> Words:
    """None[0], f[0], for a in 3: it has no entries."""
    kind = (re.search(r"'(?:[\w]+\.)*(\w+)' object is not", complaint.text) or ["", "value"])[1]
    node = Text(complaint).exactly(ast.Subscript)
    shown = Text(complaint).of(node.value) if node else ""
    what = f"`{shown}` is {_kind(kind)}, which" if shown and "\n" not in shown else f"{_kind(kind).capitalize()}"
    how = "asks for one" if node else "goes through them"
    return Words(f"{what} has no entries.", f"{complaint.line()} {how}.")


def asks_entry(complaint: Complaint) -> bool:
    """Whether the user's code asks for the entry itself, and not a function that it calls."""
    return Text(complaint).exactly(ast.Subscript) is not None


def no_key(complaint: Complaint) -> Words:
    """A dict does not have this key."""
    text = Text(complaint)
    item = text.exactly(ast.Subscript)
    key = complaint.error.args[0] if complaint.error.args else ""
    name = text.of(item.value) if item else ""
    keys = _keys(complaint, name)
    near = near_to(str(key), keys)
    actions = (rewrite(text, "", (item.slice, repr(near))),) if near and item else ()
    holds = f"It has {listed([f'`{one}`' for one in keys[:MOST]])}." if keys else ""
    return Words(f"`{name}` has no key `{key!r}`.", holds, actions=actions)


MOST = 6  # keys that one sentence names


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


def beyond(complaint: Complaint) -> Words:
    """An index beyond the end of an array of NumPy."""
    found = re.search(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", complaint.text)
    asked, axis, size = found.groups() if found else ("?", "0", "?")
    return Words(f"There is no entry {asked}.", f"Axis {axis} has {size} entries; the first is 0.")


def whole_wanted(complaint: Complaint) -> Words:
    """range(4 / 2): a float where a whole number is needed."""
    text = Text(complaint)
    node = text.inside(ast.BinOp)
    actions: tuple[Action, ...] = (Action("`int(n)`", "a whole number"),)
    if node is not None and isinstance(node.op, ast.Div):
        words = f"{text.of(node.left)} // {text.of(node.right)}"
        actions = (rewrite(text, "divides without a remainder", (node, words)),)
    kind = (re.search(r"'(\w+)' object", complaint.text) or ["", "float"])[1]
    return Words(
        f"{complaint.line()} wants a whole number.",
        f"It is given {_kind(kind)}; `/` always makes a float of Python's numbers.",
        actions=actions,
    )


def unpacks(complaint: Complaint) -> bool:
    """Whether the user's code unpacks here, and not a function that it calls."""
    return isinstance(getattr(Text(complaint).exactly(ast.Tuple, ast.List), "ctx", None), ast.Store)


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


def asserted(complaint: Complaint) -> bool:
    """Whether an assert of the user's own failed."""
    return Text(complaint).at(ast.Assert) is not None


def assertion(complaint: Complaint) -> Words:
    """An assert whose condition is known and false."""
    text = Text(complaint)
    node = text.at(ast.Assert)
    assert node is not None
    claim = text.of(node.test)
    said = f" {complaint.text}." if complaint.text and len(complaint.text) < len(claim) + 60 else ""
    return Words(
        f"{complaint.line()} asserts what is not so.",
        f"`{claim}` is false for one example, which lacks the batch axis.{said.replace('..', '.')}",
        source=text.source_of(node.test),
    )


def raises(complaint: Complaint) -> bool:
    """Whether a `raise` of the user's own is the place: no row that goes by words may answer then."""
    return Text(complaint).exactly(ast.Raise) is not None


def raised(complaint: Complaint) -> Words:
    """An exception that the user's code raises itself."""
    name = type(complaint.error).__name__
    return Words(f"{complaint.line()} raises {name}.", "It is the function's own; what it says stands below.")


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
