"""Insights about data that is moved, copied, fetched, or shared."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec.structs import replace

from vmapviz.model.array_types import ArrayType, parse_type
from vmapviz.model.byte_sizes import array_bytes
from vmapviz.model.explanations.case import Case
from vmapviz.model.explanations.special import any_axis
from vmapviz.model.explanations.words import axes, equations, number
from vmapviz.model.facts import Facts, Layout
from vmapviz.model.insights.insight import Insight, Known, looked_up, named, primitives, roots, words
from vmapviz.model.problem import Action
from vmapviz.model.sizes_text import bytes_text
from vmapviz.model.trace import Equation, Value, short_dtype

INDEXING = {"dynamic_slice": "gather", "dynamic_update_slice": "scatter"}
MOST_TOLD = 3
LARGE = 1_000_000  # bytes of copies from which it is a warning


def indexing(known: Known) -> Iterator[Insight]:
    """A slice at an index that only the run knows, once something of it is batched."""
    for before, after in INDEXING.items():
        found = [one for one in known.originals(before) if any(e.primitive.startswith(after) for e in one.became)]
        if not found:
            continue
        does = "fetches" if after == "gather" else "writes"
        own = any(_own_index(one, before) for one in found)
        why = (
            "The index is another one for each example"
            if own
            else "The index is the same for all examples, but only the run knows it"
        )
        yield Insight(
            "indexing",
            f"**{before} became {after}.**",
            f"{why}. One example {does} one block; the batch {does} the blocks of the {known.count} place by place, which is slower than "
            "a slice on most machines.",
            "info",
            roots(found),
            ()
            if own
            else (
                Action("An index that is a Python number when the function is traced, `x[3]`, makes a plain slice."),
            ),
        )


def _own_index(one: Case, primitive: str) -> bool:
    """Whether an index differs between the examples."""
    names = one.original.inputs[1 if primitive == "dynamic_slice" else 2 :] if one.original is not None else ()
    became = [one.became_value(one.originals[name]) for name in names if name in one.originals]
    return any(value is not None and any_axis(value) for value in became)


def transposes(known: Known) -> Iterator[Insight]:
    """Transposes that only carry the batch axis to another place, and the axes that would avoid them."""
    found = list(known.helpers("transpose"))
    if not found:
        return
    they = words(len(found), "It only moves", "They only move").replace(" ", f" ({named(known, found)}) ", 1)
    yield Insight(
        "transposes",
        f"**vmap inserted {number(len(found))} {words(len(found), 'transpose', 'transposes')}.**",
        f"{they} a batch axis to another place: data is copied, nothing is computed. "
        f"XLA often merges such a copy into its neighbour.{_tried(known.facts)}",
        "info",
        tuple(dict.fromkeys(known.root(e.path) for e in found)),
        tuple(_better(known, layout) for layout in (known.facts.layouts[:2] if known.facts is not None else ())),
    )


def _tried(facts: Facts | None) -> str:
    if facts is None or facts.layouts or not facts.tried:
        return ""
    return f" Other axes do not help: vmapviz tried {number(facts.tried)} {words(facts.tried, 'change', 'changes')}."


def _better(known: Known, layout: Layout) -> Action:
    """The change of axes that leaves fewer transposes."""
    left = (
        "no transpose"
        if not layout.transposes
        else f"{number(layout.transposes)} {words(layout.transposes, 'transpose', 'transposes')}"
    )
    if layout.field == "out_axes":
        note = f"leaves {left}: the batch axis comes out there."
        return Action(f"Set out_axes to {layout.text}", note, (("out_axes", 0, layout.text),))
    index = next((i for i, a in enumerate(known.arguments) if a.name == layout.argument), None)
    argument = known.arguments[index] if index is not None else None
    dtype = short_dtype(argument.leaves[0].dtype) if argument is not None and argument.leaves else "f32"
    wanted = ArrayType(dtype, layout.shape).text
    typed = parse_type(argument.text) if argument is not None else None
    if index is None or typed is None:
        return Action(f"`{layout.argument}` as `{wanted}` with in_axes `{layout.text}` leaves {left}.")
    edits = (("argument", index, replace(typed, dims=layout.shape).text), ("in_axes", 0, layout.text))
    return Action(f"Make {layout.argument} {wanted}", f"with in_axes {layout.text} leaves {left}.", edits)


def copies(known: Known) -> Iterator[Insight]:
    """A shared value that is repeated for every example."""
    values = looked_up(known.trace.programs).values
    found = [(e, values[e.inputs[0]]) for e in _repeats(known, values)]
    if not found:
        return
    bytes_, before = (
        sum(array_bytes(v.dtype, v.shape) for v in of)
        for of in ([e.outputs[0] for e, _ in found], [v for _, v in found])
    )
    first, source = found[0]
    name = f"`{source.label or source.name}`"
    what = f"{name} is" if len(found) == 1 else f"{number(len(found)).capitalize()} shared values are"
    yield Insight(
        "copies",
        f"**{what} copied for every example: {bytes_text(bytes_)} in place of {bytes_text(before)}.**",
        f"{named(known, [e for e, _ in found])}: **broadcast_in_dim** repeats {name} along {_new(first, source)}. "
        "It stands so in the program; XLA mostly reads a broadcast where it is used instead of writing it down.",
        "warn" if bytes_ >= LARGE else "info",
        tuple(dict.fromkeys(known.root(e.path) for e, _ in found)),
        (Action("A result that is the same for all examples can come out once: give it out_axes `None`."),)
        if any(e.origin is None for e, _ in found)
        else (),
    )


def _repeats(known: Known, values: dict[str, Value]) -> Iterator[Equation]:
    for equation in known.helpers("broadcast_in_dim"):
        source = values.get(equation.inputs[0]) if equation.inputs else None
        if source is None or any(source.axes) or math.prod(source.shape) < 2:
            continue
        output = equation.outputs[0]
        if axes(output) and math.prod(output.shape) > math.prod(source.shape):
            yield equation


def _new(equation: Equation, source: Value) -> str:
    sizes = [equation.outputs[0].shape[d] for d in axes(equation.outputs[0])]
    return (
        f"a new axis of {math.prod(sizes)}"
        if len(equation.outputs[0].shape) > len(source.shape)
        else f"an axis of {math.prod(sizes)}"
    )


def once(known: Known) -> Iterator[Insight]:
    """What does not depend on the example is computed once."""
    found = list(looked_up(known.trace.programs).once)
    if not found or not any(axes(v) for e in known.trace.batched.equations for v in e.outputs):
        return
    total = len(known.trace.original.equations)
    yield Insight(
        "once",
        f"**{equations(len(found)).capitalize()} of {number(total)} {words(len(found), 'is', 'are')} computed once, for all examples.**",
        f"Nothing in {primitives(found)} depends on the example, so vmap leaves {words(len(found), 'it', 'them')} without a batch axis.",
        "good",
        tuple(e.path for e in found),
    )
