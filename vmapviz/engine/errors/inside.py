"""The rows of the error table that speak of a vmap that the user's own function calls."""

from __future__ import annotations

import ast
import re

from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.errors.rewrites import Text, call_name, rewrite
from vmapviz.model.problem import Action


def _maker(text: Text) -> ast.Call | None:
    """The call of `jax.vmap` (or `jax.pmap`) at the place of the error."""
    call = text.at(ast.Call)
    while call is not None and isinstance(call.func, ast.Call):
        call = call.func
    return call if call is not None and call_name(text, call).rpartition(".")[2] in ("vmap", "pmap") else None


def _this(complaint: Complaint) -> str:
    """ "The vmap in line 3", or the pmap."""
    made = _maker(Text(complaint))
    name = call_name(Text(complaint), made).rpartition(".")[2] if made else "vmap"
    return f"The {name} in {complaint.here()}"


def _keyword(call: ast.Call | None, name: str) -> ast.keyword | None:
    return next((one for one in call.keywords if one.arg == name), None) if call else None


def _with(text: Text, name: str, value: str, note: str) -> tuple[Action, ...]:
    """The advice to give the inner vmap a keyword, as an edit where it can be seen."""
    made = _maker(text)
    old = _keyword(made, name)
    if old is not None:
        return (rewrite(text, note, (old, f"{name}={value}")),)
    if made is not None and made.args:
        words = text.of(made)
        return (rewrite(text, note, (made, f"{words[:-1].rstrip(', ')}, {name}={value})"), label=f"{name}={value}"),)
    return (Action(f"`{name}={value}`", note),)


def no_axis(complaint: Complaint) -> Words:
    """The inner vmap maps along an axis that its argument does not have."""
    axis = re.search(r"along axis (-?\d+)", complaint.text)
    shape = re.search(r"its shape is \(([^)]*)\)", complaint.text)
    call = Text(complaint).at(ast.Call)
    if call is not None and isinstance(call.func, ast.Call) and call.keywords:
        return Words(
            f"{_this(complaint)} splits keyword arguments too.",
            f"It takes them along axis 0, and `{call.keywords[0].arg}` has none; in_axes speaks of positional ones only.",
            actions=(Action("Pass it by position", "then in_axes can say None for it"),),
        )
    has = f"has the shape ({shape[1]})" if shape else "has fewer axes"
    return Words(
        f"{_this(complaint)} finds no axis {axis[1] if axis else ''}.",
        f"What it is given {has}; the axes of outer vmaps are not there any more.",
        actions=(Action("Call the function without it", "when one example is one number"),),
    )


def in_axes(complaint: Complaint) -> Words:
    """The inner vmap's in_axes do not fit its arguments."""
    text = Text(complaint)
    counts = re.search(r"len\(in_axes\)=(\d+), len\(args\)=(\d+)", complaint.text)
    if not counts:
        return Words(
            f"{_this(complaint)} has in_axes of another form.",
            "It needs one number for all arguments, or a tuple with one entry for each.",
        )
    entries = ", ".join(["0"] * int(counts[2])) + ("," if counts[2] == "1" else "")
    return Words(
        f"in_axes has {counts[1]} {'entry' if counts[1] == '1' else 'entries'} for {counts[2]} arguments.",
        f"{_this(complaint)} needs one entry for each.",
        actions=_with(text, "in_axes", f"({entries})", "every argument along its axis 0"),
    )


def sizes(complaint: Complaint) -> Words:
    """The arguments of the inner vmap have several batch sizes."""
    fixed = re.search(r"axis_size (\d+) doesn't match received axis_size (\d+)", complaint.text)
    if fixed:
        return Words(
            f"{_this(complaint)} gets several batch sizes.",
            f"axis_size asks for {fixed[1]}, its argument would give {fixed[2]} examples.",
            actions=_with(Text(complaint), "axis_size", fixed[2], "as many as the argument has"),
        )
    found = re.findall(r"had size (\d+): axis (-?\d+) of argument (\S+)", complaint.text)
    would = " and ".join(f"{size} (axis {axis})" for size, axis, _ in found[:2])
    return Words(
        f"{_this(complaint)} gets several batch sizes.",
        f"Its arguments would give {would} examples." if would else "Its arguments have batch axes of several sizes.",
        actions=_shared(complaint, len(found)),
    )


def _shared(complaint: Complaint, count: int) -> tuple[Action, ...]:
    """`in_axes=(0, None)`: share the last argument."""
    call = Text(complaint).at(ast.Call)
    if count != 2 or call is None or len(call.args) != 2:
        return (Action("`in_axes=None` for an argument", "one for all examples"),)
    return _with(Text(complaint), "in_axes", "(0, None)", "one second argument for all")


def nothing(complaint: Complaint) -> Words:
    """The inner vmap maps nothing."""
    text = Text(complaint)
    made = _maker(text)
    if made is not None and _keyword(made, "in_axes") is None and len(made.args) < 2:
        why = "What it is given has no axes: it is a single number."
        call = Action("Call the function without it", "when one example is one number")
        return Words(f"{_this(complaint)} batches nothing.", why, actions=(call,))
    return Words(
        f"{_this(complaint)} batches nothing.",
        "Every entry of its in_axes is None; at least one argument must have a batch axis.",
        actions=_with(text, "in_axes", "0", "along axis 0"),
    )


def none_out(complaint: Complaint) -> Words:
    """The inner vmap has out_axes=None for a batched result."""
    return Words(
        "out_axes=None wants one result for all.",
        f"{_this(complaint)} gives every example its own; they need an axis.",
        actions=_with(Text(complaint), "out_axes", "0", "the examples along axis 0"),
    )


def no_out_axis(complaint: Complaint) -> Words:
    """The inner vmap's out_axes is beyond its result."""
    found = re.search(r"axis (-?\d+) is out of bounds for array of dimension (\d+)", complaint.text)
    axis, rank = (found[1], found[2]) if found else ("?", "fewer")
    return Words(
        f"The inner result has no axis {axis}.",
        f"With its batch axis it has {rank}; out_axes counts from 0.",
        actions=_with(Text(complaint), "out_axes", "0", "the examples along axis 0"),
    )


def has_bad_out_axes(complaint: Complaint) -> bool:
    """Whether the axis out of bounds is the inner vmap's out_axes."""
    if "is out of bounds for array of dimension" not in complaint.text:
        return False
    text = Text(complaint)
    keyword = _keyword(_maker(text), "out_axes")
    return keyword is not None and re.search(rf"axis {re.escape(text.of(keyword.value))} ", complaint.text) is not None
