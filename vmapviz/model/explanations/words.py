"""Words of the sentence: numbers, axes, and what each helper equation is there for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from vmapviz.model.explanations.case import Case, param
from vmapviz.model.explanations.phrases import NUMBER_BY_NUMBER
from vmapviz.model.programs.index import ranges
from vmapviz.model.trace import Equation, Value, short_dtype

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MOST_JOBS = 3  # helpers told one by one; more are listed


def number(n: int) -> str:
    """ "three", or "12"."""
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def equations(n: int) -> str:
    """ "one equation", "three equations"."""
    return f"{number(n)} equation{'' if n == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def all_examples(case: Case, values: Sequence[Value]) -> str:
    """ "all 5 examples"; of two vmaps "all 3 × 4 examples"; only the levels that batch these values count."""
    sizes = [level.size for k, level in enumerate(case.levels) if any(k < len(v.axes) and v.axes[k] for v in values)]
    sizes = sizes or [level.size for level in case.levels]
    if sizes == [1]:
        return "the one example"
    return f"all {' × '.join(map(str, reversed(sizes)))} examples"


def axes(value: Value) -> tuple[int, ...]:
    """The dimensions of a value that hold examples, in order."""
    return tuple(sorted({d for level in value.axes if level for d in level}))


def axis_words(dimensions: Sequence[int]) -> str:
    """ "axis 0", "axes 0 and 1"."""
    return f"{'axis' if len(dimensions) == 1 else 'axes'} {listed(map(str, dimensions))}"


def place(value: Value) -> str:
    """Where the examples of a value lie: "axis 1 of `d`"."""
    return f"{axis_words(axes(value))} of `{value.name}`"


def in_and_out(case: Case, main: Equation) -> str:
    """Where the batch axis comes in and goes out: "The batch axis goes from axis 0 of `h` to axis 1 of `i`."."""
    taken, given = [v for v in case.batched(main) if axes(v)], [v for v in main.outputs if axes(v)]
    if not taken and not given:
        return ""
    several = any(len(axes(v)) > 1 for v in (*taken, *given))
    subject = "The batch axes" if several else "The batch axis"
    if not taken:
        return f"{subject} {'are' if several else 'is'} {_places(given)}."
    if not given:
        return f"{subject} {'come' if several else 'comes'} in as {_places(taken)}."
    if len({axes(v) for v in (*taken, *given)}) == 1:
        stays = "stay" if several else "stays"
        return f"{subject} {stays} {axis_words(axes(given[0]))} from {_several(taken)} to {_several(given)}."
    return f"{subject} {'go' if several else 'goes'} from {_places(taken)} to {_places(given)}."


def _places(values: Sequence[Value]) -> str:
    """ "axis 0 of `a` and `b`", "axis 0 of `a` and axis 1 of `b`"."""
    groups: dict[tuple[int, ...], list[Value]] = {}
    for value in values:
        groups.setdefault(axes(value), []).append(value)
    return listed(f"{axis_words(where)} of {_several(found)}" for where, found in groups.items())


def _several(values: Sequence[Value]) -> str:
    return listed(f"`{v.name}`" for v in values) if len(values) < 4 else f"{len(values)} values"


def end_word(dimension: int, rank: int) -> str:
    """ "the front", "the end", "axis 1"."""
    if dimension == 0:
        return "the front"
    return "the end" if dimension == rank - 1 else f"axis {dimension}"


def _transpose_job(case: Case, equation: Equation) -> str | None:
    permutation = param(equation, "permutation")
    source = case.batched(equation)
    if not isinstance(permutation, list) or len(source) != 1 or len(axes(source[0])) != 1:
        return f"reorders the axes of `{source[0].name}`" if len(source) == 1 else None
    before = axes(source[0])[0]
    after = permutation.index(before)
    if before == after:
        return f"reorders the axes of `{source[0].name}`"
    rank = len(permutation)
    return f"moves the batch axis of `{source[0].name}` from {end_word(before, rank)} to {end_word(after, rank)}"


def _broadcast_job(case: Case, equation: Equation) -> str | None:
    if not equation.outputs:
        return None
    output = equation.outputs[0]
    source = case.operands(equation)
    old = source[0].shape if source else ()
    name = (
        f"`{source[0].name}`"
        if source
        else f"`{equation.inputs[0].rpartition(':')[0]}`"
        if equation.inputs
        else "its operand"
    )
    grown = math.prod(output.shape) != math.prod(old)
    if not grown:
        ones = len(output.shape) - len(old)
        what = "a size-1 axis" if ones == 1 else f"{number(ones)} size-1 axes"
        which = "the shared " if source and source[0] in case.shared(equation) else ""
        return f"gives {which}{name} {what}{_stretch(case)}"
    new = [d for d in axes(output) if not source or d not in _carried(equation, source[0])]
    sizes = [output.shape[d] for d in new]
    if new and math.prod(output.shape) == math.prod(old) * math.prod(sizes):
        return f"repeats {name} for each of the {math.prod(sizes)} examples along {axis_words(new)}"
    return None


def _stretch(case: Case) -> str:
    """Size-1 axes stretch in elementwise equations alone."""
    return " to stretch along" if case.main is not None and case.main.primitive in NUMBER_BY_NUMBER else ""


def _carried(equation: Equation, source: Value) -> set[int]:
    """The output dimensions to which a broadcast carries the batch axes of its operand."""
    to = param(equation, "broadcast_dimensions")
    return {to[d] for d in axes(source) if d < len(to)} if isinstance(to, list) else set()


def _reshape_job(case: Case, equation: Equation) -> str | None:
    source = case.operands(equation)
    if len(source) != 1 or not equation.outputs:
        return None
    old, new = source[0].shape, equation.outputs[0].shape
    added = len(new) - len(old)
    if added > 0 and tuple(s for s in new if s != 1) == tuple(s for s in old if s != 1):
        what = "a size-1 axis" if added == 1 else f"{number(added)} size-1 axes"
        return f"gives `{source[0].name}` {what}{_stretch(case)}"
    return f"gives `{source[0].name}` the shape ({', '.join(map(str, new))}{',' if len(new) == 1 else ''})"


def _convert_job(case: Case, equation: Equation) -> str | None:
    source = case.operands(equation)
    if len(source) != 1 or not equation.outputs:
        return None
    return f"turns `{source[0].name}` into {short_dtype(equation.outputs[0].dtype)}"


def _iota_job(case: Case, equation: Equation) -> str | None:
    dimension = param(equation, "dimension")
    if not equation.outputs or not isinstance(dimension, int) or dimension >= len(equation.outputs[0].shape):
        return None
    size = equation.outputs[0].shape[dimension]
    if dimension in axes(equation.outputs[0]):
        return f"numbers the examples 0 to {size - 1}"
    return f"counts from 0 to {size - 1}"


JOBS: dict[str, Callable[[Case, Equation], str | None]] = {
    "transpose": _transpose_job,
    "broadcast_in_dim": _broadcast_job,
    "reshape": _reshape_job,
    "convert_element_type": _convert_job,
    "iota": _iota_job,
}


def job(case: Case, equation: Equation) -> str | None:
    """What a helper does, with its label: "`2a` moves the batch axis of `d` from the end to the front"; None when that is not known."""
    known = JOBS.get(equation.primitive)
    what = known(case, equation) if known is not None else None
    return f"`{case.label(equation)}` {what}" if what else None


def told(case: Case, main_words: str, room: int = 110) -> str:
    """What each equation of the group does, in order, the main one in the words given; many helpers are only listed."""
    parts = [
        main_words if e is case.main else job(case, e) or f"`{case.label(e)}` helps with **{e.primitive}**"
        for e in case.became
    ]
    helpers = sum(len(part) for part in parts if part is not main_words)
    if len(case.helpers) <= MOST_JOBS and helpers <= room:
        return "; ".join(parts)
    return f"{counted_helpers(case)}; {main_words}"


def counted_helpers(case: Case) -> str:
    """ "four helpers (`1a–d`): iota, concatenate"."""
    names = list(dict.fromkeys(e.primitive for e in case.helpers))
    some = ", ".join(names[:4]) + (" and others" if len(names) > 4 else "")
    labels = [label for e in case.helpers if (label := case.index.labels[case.last].get(e.path))]
    where = f" (`{ranges(labels)}`)" if labels else ""
    return f"{number(len(case.helpers))} helper{'' if len(case.helpers) == 1 else 's'}{where}: {some}"
