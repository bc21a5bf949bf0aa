"""The rows of the error table that speak of shapes: what one example looks like, and what would fit."""

from __future__ import annotations

import ast
import re
import time
from typing import Any

from vmapviz.engine.errors import frames
from vmapviz.engine.errors.axes import levels_seen, with_axis
from vmapviz.engine.errors.complaint import Complaint, Words, counted, listed
from vmapviz.engine.errors.rewrites import Text, call_name, rewrite
from vmapviz.engine.errors.tries import traces
from vmapviz.model.array_types import parse_type
from vmapviz.model.problem import Action
from vmapviz.model.trace import Source, type_text

TRIES_S = 1.0
SHAPES = (
    "requires contracting dimensions",
    "incompatible shapes",
    "Incompatible shapes",
    "Incompatible types for broadcasting",
    "does not match previous terms",
    "cannot reshape array",
    "Cannot concatenate",
    "Cannot broadcast",
    "could not be broadcast",
    "requires equal batch",
    "must have equal shapes",
    "must have the same shape",
    "different numbers of dimensions",
    "matmul input operand",
    "dot_general requires",
    "contracting dimension",
    "Indexer must have",
    "inconsistent size for core dimension",
    "only support 1-dimensional",
    "no larger than",
    "less than or equal to operand shape",
    "must match number of operand dimensions",
    "must have the same rank",
    "same number of dimensions",
    "must be one-dimensional",
    "must be 1D",
    "expected 1D vector",
    "dimension sizes must either be 1",
    "pad_width with nd",
    "a larger sample",
)
NO_SHAPE = ("1D sequences of concrete values", "element be nonnegative", "only specify one unknown axis")
MORE = 3  # entries of an axis that is offered
MOST_TRIES = 16
MOST = 3  # arrays that one sentence names


def shapes(complaint: Complaint) -> Words:
    """The shapes do not fit: what one example looks like, and which axes would fit."""
    actions = _fitting_axes(complaint) or _resized(complaint)
    return _told(complaint, "The shapes do not fit.", actions, _figures(complaint))


def _figures(complaint: Complaint) -> str:
    """ " (3,) and (4,) do not go together.", of the shapes that JAX names."""
    named = list(dict.fromkeys(re.findall(r"\(\d[\d, ]*\)", re.sub(r"\(size \d+\)", "", complaint.text))))
    return f" {named[0]} and {named[1]} do not go together." if len(named) == 2 else ""


def rank(complaint: Complaint) -> Words:
    """One example has fewer axes than the line needs: x[0], len(x), axis=1."""
    longer = _longer(complaint)
    return _told(complaint, "One example has too few axes.", (*_fitting_axes(complaint), *longer))


def _told(complaint: Complaint, title: str, actions: tuple[Action, ...], more: str = "") -> Words:
    wanted = _wanted(complaint)
    arguments = () if wanted is None else (wanted,)
    return Words(title, f"{_one_example(complaint)}{more}", arguments, wanted, actions)


def _one_example(complaint: Complaint) -> str:
    """ "Line 4 sees one example: each x is f32[3]." of the arguments on that line, else of the first few."""
    leaves = _innermost(complaint)
    used = _on_line(complaint)
    near = [leaf for leaf in leaves if leaf.argument in used] or leaves
    seen = listed(
        [f"{'each ' if leaf.axis is not None else ''}{leaf.label} is {_inside(leaf)}" for leaf in near[:MOST]]
    )
    where = f"{complaint.line()} sees one example: " if complaint.source else ""
    return f"{where}{seen}." if seen else ""


def _inside(leaf: Any) -> str:
    return type_text(leaf.dtype, leaf.inside().shape)


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
    if complaint.source is None:
        return []
    here, line = complaint.source, frames.whole_line(complaint.source.file, complaint.source.line)
    return _named(complaint, here) or _named(complaint, line)


def _named(complaint: Complaint, place: Source) -> list[int]:
    words = set(re.findall(r"\w+", frames.text_of(place)))
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


def _longer(complaint: Complaint) -> tuple[Action, ...]:
    """A type with an axis more, for an argument on the line, where the function then traces."""
    loaded = complaint.loaded
    if loaded is None or len(loaded.levels) != 1:
        return ()
    for leaf in _innermost(complaint):
        if leaf.argument not in _on_line(complaint) or len(complaint.arguments[leaf.argument].leaves) != 1:
            continue
        for sizes in ((MORE,), (2,), (MORE, MORE)):
            shape = (*leaf.shape, *sizes)
            if traces(loaded, leaf.argument, shape=shape):
                wanted = type_text(leaf.dtype, shape)
                note = f"each {leaf.label} is {type_text(leaf.dtype, shape[1:])}" if leaf.axis == 0 else "an axis more"
                return (Action(f"Make {leaf.label} {wanted}", note, (("argument", leaf.argument, wanted),)),)
    return ()


def _resized(complaint: Complaint) -> tuple[Action, ...]:
    """Types of the sizes that JAX names, for an argument on the line, with which the function then traces."""
    loaded, until = complaint.loaded, time.monotonic() + TRIES_S
    if loaded is None or len(loaded.levels) != 1:
        return ()
    found: list[Action] = []
    for leaf in _innermost(complaint):
        if leaf.argument not in _on_line(complaint) or len(complaint.arguments[leaf.argument].leaves) != 1:
            continue
        for shape in _other_shapes(leaf, complaint.text):
            if len(found) == 2 or time.monotonic() > until:
                break
            if traces(loaded, leaf.argument, shape=shape):
                wanted = type_text(leaf.dtype, shape)
                found.append(Action(f"Make {leaf.label} {wanted}", "", (("argument", leaf.argument, wanted),)))
                break
    return tuple(found)


def _other_shapes(leaf: Any, text: str) -> list[tuple[int, ...]]:
    """Shapes of a whole batch whose examples have another size, of those in a text, or another shape in it."""
    inside = leaf.inside().shape
    named = [tuple(map(int, re.findall(r"\d+", one))) for one in re.findall(r"[(\[]\d[\d, ]*[)\]]", text)]
    others = [int(one) for one in re.findall(r"\b\d{1,4}\b", text)]
    sizes = list(dict.fromkeys([*(size for shape in named for size in shape), *(size for size in others if size > 1)]))
    swapped = [(*inside[:at], size, *inside[at + 1 :]) for at in range(len(inside)) for size in sizes]
    shapes = [shape for shape in dict.fromkeys([*swapped, *named]) if shape != inside and 0 not in shape][:MOST_TRIES]
    if leaf.size() is None:
        return shapes
    axis = leaf.axis % len(leaf.shape)
    return [(*shape[:axis], leaf.size(), *shape[axis:]) for shape in shapes if axis <= len(shape)]


# --- functions that say themselves what they need ---------------------------------------------------------------------


def asks_size(complaint: Complaint) -> bool:
    """Whether the entry that a tuple lacks is a size: `x.shape[1]`."""
    item = Text(complaint).exactly(ast.Subscript)
    return isinstance(complaint.error, IndexError) and item is not None and getattr(item.value, "attr", "") == "shape"


def no_shape(complaint: Complaint) -> Words:
    """jnp.zeros("a"), jnp.zeros(-3), x.reshape(-1, -1): that is no shape."""
    got = re.search(r"(?:got|value,) \(([^)]*?),?\)", complaint.text)
    shown = f"`({got[1]})` is none." if got else f"{complaint.line()} gives something else."
    return Words(
        "A shape is made of whole numbers.",
        f"They count from 0, and one of reshape's may be -1. {shown}",
        actions=(Action("`int(size)`, or `//` in place of `/`", "whole numbers"),),
    )


def einsum(complaint: Complaint) -> Words:
    """The letters of einsum do not go with its operands."""
    counts = re.search(r"subscripts, (\d+),.* operands, (\d+)", complaint.text)
    output = re.search(r"Output character '(\w)'", complaint.text)
    letters = re.search(r"subscript '(\w+)' does not contain .* operand (\d+)", complaint.text)
    sizes = re.search(r"Size of label '(\w)' for operand (\d+) \((\d+)\).* \((\d+)\)", complaint.text)
    text = Text(complaint)
    call = text.at(ast.Call)
    pattern = call.args[0] if call and call.args and isinstance(call.args[0], ast.Constant) else None
    names = f"`{pattern.value!s}`" if pattern is not None else "einsum"
    if counts:
        told = f"{names} names {counts[1]} arrays and is given {counts[2]}."
    elif output:
        told = f"{names} asks for `{output[1]}` in the result, and no array has it."
    elif letters:
        axes = "1 axis" if len(letters[1]) == 1 else f"{len(letters[1])} axes"
        told = f"`{letters[1]}` names {axes}; the array it stands for has another number."
    elif sizes:
        told = f"`{sizes[1]}` would count {sizes[4]} in one array and {sizes[3]} in another."
    else:
        told = f"{names} does not go with its arrays."
    fitting = (*_fitting_axes(complaint), *_longer(complaint)) or _resized(complaint)
    words = _told(complaint, "The letters of einsum do not fit.", fitting)
    return words._replace(text=f"{told} {words.text}", source=text.source_of(pattern) if pattern is not None else None)


def squeeze(complaint: Complaint) -> Words:
    """squeeze of an axis with several entries."""
    shape = re.search(r"shape=\(([^)]*)\)", complaint.text)
    has = f" One example has the shape ({shape[1]})." if shape else ""
    return Words(
        "That axis has more than one entry.",
        f"`squeeze` takes away axes of size 1.{has}",
        actions=(Action("`x[0]`, or `x.sum(axis)`", "one of the entries, or all together"),),
    )


def split(complaint: Complaint) -> Words:
    """jnp.split into parts of unequal size."""
    text = Text(complaint)
    call = text.at(ast.Call)
    actions: tuple[Action, ...] = ()
    if call is not None and call_name(text, call).endswith(".split"):
        actions = (rewrite(text, "parts of nearly equal size", (call.func, f"{text.of(call.func)[:-5]}array_split")),)
    return _told(complaint, "It cannot be split into equal parts.", actions)


def stack_wanted(complaint: Complaint) -> Words:
    """concatenate of numbers: they have no axis to be joined along."""
    text = Text(complaint)
    call = text.at(ast.Call)
    actions: tuple[Action, ...] = ()
    if call is not None and call_name(text, call).endswith(".concatenate"):
        actions = (rewrite(text, "joins them along a new axis", (call.func, f"{text.of(call.func)[:-11]}stack")),)
    return _told(complaint, "Single numbers cannot be concatenated.", actions)


def trees(complaint: Complaint) -> Words:
    """jax.tree.map over containers of different form."""
    return Words(
        "The containers have different forms.",
        f"{complaint.line()} goes over several at once; they must have the same keys and lengths.",
    )


def square(complaint: Complaint) -> Words:
    """inv, det, solve…: needs a square matrix."""
    return _told(complaint, "One example must be a square matrix.", (*_fitting_axes(complaint), *_longer(complaint)))
