"""Insights about random keys, callbacks, memory, last digits and speed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec.structs import replace

from vmapviz.model import axes as axis_texts
from vmapviz.model.byte_sizes import array_bytes
from vmapviz.model.explanations.case import Case
from vmapviz.model.explanations.special import any_axis
from vmapviz.model.explanations.words import number
from vmapviz.model.facts import Memory
from vmapviz.model.insights.insight import Insight, Known, originals, primitives, roots, words
from vmapviz.model.messages import Argument
from vmapviz.model.problem import Action, Problem
from vmapviz.model.programs.index import top
from vmapviz.model.sizes_text import bytes_text
from vmapviz.model.timing_facts import Ratio, ratio_between
from vmapviz.model.trace import Equation, Program, Value, equations_of, is_literal, type_text

RANDOM = ("random_bits", "random_gamma", "rng_bit_generator", "threefry2x32")
HOST = ("debug_callback", "debug_print", "pure_callback", "io_callback", "callback")
SUMS = (
    "dot_general",
    "reduce_sum",
    "conv_general_dilated",
    "cumsum",
    "reduce_prod",
    "scatter-add",
    "reduce_window_sum",
)
LOOPS, VMAPPED = ("loop jit", "loop jit split", "loop"), ("jit(vmap)", "vmap")


def one_key(known: Known) -> Iterator[Insight]:
    """Random numbers from a key that all examples share: the same for each."""
    found = [one for one in known.originals(*RANDOM) if _same_numbers(one)]
    if not found:
        return
    shared = _keys(known.trace.original, {top(one.root) for one in found})
    whose = (
        f"`{shared[0].label or shared[0].name}` has no batch axis" if shared else "The key is made inside the function"
    )
    yield Insight(
        "one key",
        f"**All {known.count} draw the same random numbers.**",
        f"{whose}, so {primitives(originals(found))} is computed once and every example gets that one answer.",
        "warn",
        roots(found),
        (_split(known, shared[0]) if shared else Action("Give the function a key of its own for each example."),),
    )


def _same_numbers(one: Case) -> bool:
    if one.original is None:
        return False
    became = [one.became_value(value) for value in one.original.outputs]
    return all(value is not None and not any_axis(value) for value in became)


def _keys(program: Program, tops: set[str]) -> list[Value]:
    """The inputs that look like keys and from which outermost equations are computed."""
    wanted = {name for e in program.equations if e.path in tops for name in e.inputs}
    for equation in reversed(program.equations):
        if any(value.name in wanted for value in equation.outputs):
            wanted |= {name for name in equation.inputs if not is_literal(name)}
    return [
        v
        for v in program.inputs
        if v.name in wanted and (v.dtype.startswith("key") or (v.dtype, v.shape) == ("uint32", (2,)))
    ]


def _split(known: Known, key: Value) -> Action:
    """One key for each example, where it is an argument by itself in a single vmap."""
    words = Action("Split the key and map it: `jax.random.split(key, 5)` with in_axes 0.")
    index = next((i for i, a in enumerate(known.arguments) if a.name == key.label and len(a.leaves) == 1), None)
    if index is None or len(known.trace.levels) != 1:
        return words
    argument, size = known.arguments[index], known.trace.levels[0].size
    text = f"jax.random.split({argument.text}, {size})"
    leaf = replace(argument.leaves[0], shape=(size, *argument.leaves[0].shape))
    after: list[Argument] = [
        *known.arguments[:index],
        replace(argument, text=text, leaves=(leaf,)),
        *known.arguments[index + 1 :],
    ]
    axes = axis_texts.set_axis(known.experiment.levels[0].in_axes, after, index, None, 0)
    if isinstance(axes, Problem):
        return words
    return Action(
        f"Split {argument.name}", f"`{text}`, mapped along axis 0.", (("argument", index, text), ("in_axes", 0, axes))
    )


def callbacks(known: Known) -> Iterator[Insight]:
    """Python that is called from inside: once for each example, or once for all."""
    for one in known.originals(*HOST):
        assert one.original is not None
        name = one.original.primitive
        direct = [e for e in one.became if e.primitive == name]
        looped = [
            e
            for e in one.became
            if e.primitive != name and any(i.primitive == name for _, s in e.subprograms for i in equations_of(s))
        ]
        if looped:
            how = f"It stands in a **{looped[0].primitive}** that takes the {known.count} one after the other."
        elif len(direct) > 1:
            how = f"The batch has {number(len(direct))} such equations, one for each example, in their order."
        else:
            continue
        yield Insight(
            "callbacks",
            f"**{name} calls Python once for each of the {known.count}.**",
            f"{how} Each call leaves the device and comes back.",
            "warn" if name in ("pure_callback", "io_callback") else "info",
            (one.root,),
            (
                Action(
                    '`jax.pure_callback` with `vmap_method="broadcast_all"` calls Python once, with all examples in one array.'
                ),
            )
            if name == "pure_callback"
            else (),
        )


def memory(known: Known) -> Iterator[Insight]:
    """What the compiled batch needs against one example, and the largest value in between."""
    facts = known.facts
    if facts is None or facts.batched is None:
        return
    batched, one = facts.batched, facts.one
    against = f"; one example needs {bytes_text(one.total)}, {_in_between(one)}" if one is not None else ""
    largest = max(_between(known), key=lambda pair: _size(pair[1]), default=None)
    yield Insight(
        "memory",
        f"**The compiled batch needs {bytes_text(batched.total)}.**",
        f"{bytes_text(batched.arguments)} of arguments, {bytes_text(batched.results)} of results, {_in_between(batched)}{against}."
        f"{_largest(known, largest)}",
        "warn" if _is_blown(batched) else "info",
        (known.root(largest[0].path),) if largest is not None else (),
        (Action("`lax.map` with `batch_size` computes a few examples at a time: less memory for a little more time."),)
        if _is_blown(batched)
        else (),
    )


def _between(known: Known) -> list[tuple[Equation, Value]]:
    """The values between arguments and results."""
    program = known.trace.batched
    return [(e, v) for e in program.equations for v in e.outputs if v.name not in program.outputs]


def _in_between(memory: Memory) -> str:
    return f"{bytes_text(memory.temporaries) if memory.temporaries else 'nothing'} in between"


def _size(value: Value) -> int:
    return array_bytes(value.dtype, value.shape)


def _largest(known: Known, largest: tuple[Equation, Value] | None) -> str:
    if largest is None:
        return ""
    equation, value = largest
    kind = f"`{value.name}`, `{type_text(value.dtype, value.shape)}` of equation `{known.label(equation.path)}`"
    return f" The largest value in between is {kind}, {bytes_text(_size(value))} where it is not fused away."


def _is_blown(batched: Memory) -> bool:
    return batched.temporaries >= 64_000_000 and batched.temporaries > 4 * (batched.arguments + batched.results)


def last_digits(known: Known) -> Iterator[Insight]:
    """Loop and batch agree, but not to the last digit."""
    check = next((c for c in known.result.checks if c.against == "loop"), None) if known.result is not None else None
    if check is None or not all(check.same):
        return
    most = max((d for d in check.differences if math.isfinite(d)), default=0.0)
    if not most:
        return
    found = list(known.originals(*SUMS))
    order = (
        f"A sum in another order rounds differently; here {primitives(originals(found))} may."
        if found
        else "Other instructions round differently."
    )
    yield Insight(
        "last digits",
        f"**Loop and vmap differ by {most:.2g} at most.**",
        f"That is within the relative tolerance of {check.tolerance:.2g}. {order} Neither answer is the more correct one.",
        "info",
        roots(found),
    )


def slower(known: Known) -> Iterator[Insight]:
    """Measured: the batch takes longer than a loop over the examples, or only jit makes it faster."""
    timings = known.timings
    if timings is None:
        return
    pairs = [found for way in VMAPPED for loop in LOOPS if (found := ratio_between(timings, loop, way)) is not None]
    slow = [one for one in pairs if not one.same and one.slow in VMAPPED]
    if not slow:
        return
    jitted = [one for one in slow if one.slow == "jit(vmap)"]
    yield _slower(known, (jitted or slow)[0], bool(jitted))


def _slower(known: Known, found: Ratio, jitted: bool) -> Insight:
    advice = (
        Action(
            "Look at the other insights: a branch, a loop, or a fetch by index makes a batch cost more than its examples."
        )
        if jitted
        else Action("Put `jax.jit` around the vmap: by itself, every equation is dispatched from Python.")
    )
    return Insight(
        "slower",
        f"**{found.slow} took {found.factor:.2g} times as long as {found.fast}.**",
        f"At {found.batch:,} {words(found.batch, 'example', 'examples')}, measured here. vmap does not run examples in parallel: it makes "
        "one program that works on all of them, and that pays where the work of one example is too small to fill the machine.",
        "warn",
        (),
        (advice,),
    )
