"""The rules for equations that compute: each answers with a sentence, or with None when it has nothing true to say."""

from __future__ import annotations

import math
from typing import Any

from vmapviz.model.explanations.case import Case, param
from vmapviz.model.explanations.phrases import NUMBER_BY_NUMBER, REDUCTIONS, VERBS
from vmapviz.model.explanations.words import all_examples, axes, axis_words, equations, in_and_out, listed, place, told
from vmapviz.model.trace import Equation, Value, short_dtype


def joined(*parts: str) -> str:
    """Sentences, one after the other."""
    return " ".join(part for part in parts if part)


def shared_words(case: Case, main: Equation) -> str:
    """The operands that all examples share: "`a` is shared, not copied."."""
    names = [f"`{v.name}`" for v in case.shared(main)]
    if not names:
        return ""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} shared, not copied."


def dot_general(case: Case) -> str | None:
    """Which axes are summed over, paired and free, before and after, and what the batch axis became."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive != "dot_general" or main.primitive != "dot_general":
        return None
    left, right = (case.values.get(name) for name in main.inputs)
    before, numbers = param(original, "dimension_numbers"), param(main, "dimension_numbers")
    if left is None or right is None or not axes(main.outputs[0]) or not (_is_numbers(before) and _is_numbers(numbers)):
        return None
    start = _start(case, f"**dot_general** {_roles(case, before, numbers, left)}", "dot_general")
    return joined(start, _batch_role(case, main, numbers, left, right))


def _roles(case: Case, before: Any, after: Any, left: Value) -> str:
    """The axes of one example that are summed over, paired and free, and where the first two are in the batch."""
    assert case.original is not None
    (sums, pairs), (sums_now, pairs_now) = before, after
    summed = math.prod(left.shape[d] for d in sums_now[0])
    parts = ["multiplies each pair of numbers, without a sum"]
    if sums[0]:
        parts = [f"sums {summed} product{'' if summed == 1 else 's'}: {_with(sums)}{_now(sums, sums_now)}"]
    if pairs[0]:
        kept = [[d for d in side if d not in axes(v)] for side, v in zip(pairs_now, _sides(case), strict=True)]
        parts.append(f"{_with(pairs)} pair up{_now(pairs, kept)}")
    if sums[0] and len(case.original.outputs[0].shape) > len(pairs[0]):
        parts.append("the other axes are free")
    return "; ".join(parts)


def _sides(case: Case) -> tuple[Value, Value]:
    """The operands of the batched product."""
    assert case.main is not None
    left, right = (case.values[name] for name in case.main.inputs)
    return left, right


def _with(sides: list[list[int]]) -> str:
    """ "axis 1 on the left with axis 0 on the right"."""
    return f"{axis_words(sides[0])} on the left with {axis_words(sides[1])} on the right"


def _now(before: list[list[int]], after: list[list[int]]) -> str:
    """Where the same axes are in the batch."""
    if before == after:
        return ""
    return f" (in the batch: {_comma(after[0])} with {_comma(after[1])})"


def _batch_role(case: Case, main: Equation, numbers: Any, left: Value, right: Value) -> str:
    """Whether the batch axis became a batch dimension or rides along as a free one."""
    out = main.outputs[0]
    if axes(left) and axes(right):
        pairs = all(d in numbers[1][0] for d in axes(left)) and all(d in numbers[1][1] for d in axes(right))
        if len(case.levels) > 1 or not pairs:
            return in_and_out(case, main)
        if left is right:
            return f"Both operands are `{left.name}`: its batch {axis_words(axes(left))} became a batch dimension, {place(out)}."
        return (
            f"Both operands are batched: {place(left)} and {place(right)} pair up as a batch dimension, {place(out)}."
        )
    mapped, other = (left, right) if axes(left) else (right, left)
    if not axes(mapped) or other not in case.shared(main):
        return in_and_out(case, main)
    rides, comes = ("rides", "comes") if len(axes(mapped)) == 1 else ("ride", "come")
    free = f"Only `{mapped.name}` is batched: its batch {axis_words(axes(mapped))} {rides} along as a free axis"
    return f"{free} and {comes} out as {place(out)}; `{other.name}` is shared, not copied."


def _is_numbers(numbers: object) -> bool:
    return (
        isinstance(numbers, list)
        and len(numbers) == 2
        and all(isinstance(pair, list) and len(pair) == 2 for pair in numbers)
    )


def _start(case: Case, alone: str, primitive: str) -> str:
    """How a sentence begins: alone, or with the equations it became and their jobs."""
    if len(case.became) == 1:
        return alone + "."
    main = case.main
    label = f"`{case.label(main)}` {alone.partition('** ')[2]}" if main is not None else alone
    return f"**{primitive}** became {equations(len(case.became))}: {told(case, label)}."


def elementwise(case: Case) -> str | None:
    """The same operation, number by number, on all examples at once."""
    original, main = case.original, case.main
    if (
        original is None
        or main is None
        or original.primitive not in NUMBER_BY_NUMBER
        or main.primitive != original.primitive
    ):
        return None
    if not main.outputs or not axes(main.outputs[0]):
        return None
    name, everyone = original.primitive, all_examples(case, main.outputs)
    if len(case.became) == 1:
        return joined(
            f"**{name}** {_by_number(original)}, for {everyone} at once.",
            in_and_out(case, main),
            shared_words(case, main),
        )
    verb = VERBS.get(name, "computes")
    last = case.became[-1] is main
    words = told(case, f"{'then ' if last else ''}`{case.label(main)}` {verb} once for {everyone}", room=160)
    return joined(f"**{name}** became {equations(len(case.became))}: {words.replace(';', ',')}.", _out(main.outputs))


def _by_number(equation: Equation) -> str:
    """What it does with each number, with its own parameter where that says more."""
    kind, power = param(equation, "new_dtype"), param(equation, "y")
    if equation.primitive == "convert_element_type" and isinstance(kind, str):
        return f"turns each number into {short_dtype(kind)}"
    if equation.primitive == "integer_pow" and isinstance(power, int):
        return f"raises each number to the power {power}"
    return NUMBER_BY_NUMBER[equation.primitive]


def _out(outputs: tuple[Value, ...]) -> str:
    given = [v for v in outputs if axes(v)]
    if not given:
        return ""
    return f"The batch {'axis is' if len(axes(given[0])) == 1 else 'axes are'} {listed(map(place, given[:2]))}."


def reduction(case: Case) -> str | None:
    """The same axes of every example, which stand elsewhere when the batch axis is before them."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive not in REDUCTIONS or main.primitive != original.primitive:
        return None
    before, after = param(original, "axes"), param(main, "axes")
    if not isinstance(before, list) or not isinstance(after, list) or not main.outputs or not axes(main.outputs[0]):
        return None
    verb = REDUCTIONS[original.primitive]
    same = f"{verb} along the same {'axis' if len(before) == 1 else 'axes'} of every example"
    words = "before, {} after this vmap" if case.first else "alone, {} in the batch"
    moved = f"{_short(before)} {words.format(_short(after))}" if before != after else f"still {_short(after)}"
    return joined(_start(case, f"**{original.primitive}** {same}: {moved}", original.primitive), in_and_out(case, main))


def _short(dimensions: list[int]) -> str:
    return axis_words(dimensions) if dimensions else "none"


def transposed(case: Case) -> str | None:
    """The same reordering of every example; the batch axis is one axis more."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive != "transpose" or main.primitive != "transpose":
        return None
    before, after = param(original, "permutation"), param(main, "permutation")
    if not isinstance(before, list) or not isinstance(after, list) or not axes(main.outputs[0]):
        return None
    what = f"**transpose** reorders the axes of every example as before: ({_comma(before)}) became ({_comma(after)})"
    return joined(_start(case, what, "transpose"), in_and_out(case, main))


def _comma(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def broadcast(case: Case) -> str | None:
    """Every example is spread out as before."""
    original, main = case.original, case.main
    if (
        original is None
        or main is None
        or original.primitive != "broadcast_in_dim"
        or main.primitive != "broadcast_in_dim"
    ):
        return None
    if not main.outputs or not axes(main.outputs[0]):
        return None
    shape = original.outputs[0].shape
    each = f"({_comma(list(shape))}{',' if len(shape) == 1 else ''})"
    what = f"**broadcast_in_dim** gives every example the shape {each} as before, for {all_examples(case, main.outputs)} at once"
    return joined(_start(case, what, "broadcast_in_dim"), in_and_out(case, main))


def general(case: Case) -> str:
    """Primitive, number of equations, axes: true of everything that was batched."""
    original, main = case.original, case.main
    name = original.primitive if original is not None else "This"
    if main is None:
        return f"**{name}** became no equation."
    everyone = all_examples(case, main.outputs)
    if len(case.became) == 1 and main.primitive == name:
        return joined(
            f"**{name}** stays one equation for {everyone}.", in_and_out(case, main), shared_words(case, main)
        )
    if len(case.became) == 1:
        return joined(f"**{name}** became **{main.primitive}** for {everyone}.", in_and_out(case, main))
    words = told(case, f"`{case.label(main)}` is **{main.primitive}** for {everyone}")
    return joined(f"**{name}** became {equations(len(case.became))}: {words}.", in_and_out(case, main))
