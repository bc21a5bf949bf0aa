"""Numbers inside a body that steer look-ups and choices, cell by cell, where they follow from what is known without rounding."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from vmapviz.model.depends.cells import Case, Find, Index, Look, Sources
from vmapviz.model.trace import Equation, Program, is_literal
from vmapviz.model.values import Cell

MOST_DEEP = 40
LARGEST = 2**31  # what is larger may have wrapped around
OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "max": max,
    "min": min,
    "neg": operator.neg,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
    "clamp": lambda low, x, high: min(max(x, low), high),
}
MOVES = frozenset({
    "broadcast_in_dim", "reshape", "squeeze", "expand_dims", "transpose", "rev", "slice", "concatenate", "copy", "stack",
    "copy_p", "split", "unstack", "select_n", "convert_element_type", "dynamic_slice", "gather", "stop_gradient",
})  # fmt: skip
CALLS = ("jit", "pjit")
STEERED = {"select_n": slice(1, None), "dynamic_slice": slice(1), "gather": slice(1)}  # the operands that are moved


class Around(NamedTuple):
    """What a case takes over from the one around it; how often whiles turned, by their way from the body that it is in ("3.jaxpr.0")."""

    places: Mapping[str, Program]
    steps: list[int]
    turns: Mapping[str, tuple[int, ...]] = {}


NOT_MORE: Mapping[str, Look] = {}


def inside(turns: Mapping[str, tuple[int, ...]], step: str) -> Mapping[str, tuple[int, ...]]:
    """Of how often whiles turned, by their way, those whose way goes on from one step: by their way from there."""
    return {way.removeprefix(f"{step}."): counts for way, counts in turns.items() if way.startswith(f"{step}.")}


class Known:
    """The values in a body by name and index, from those of its inputs, and of `more` variables."""

    def __init__(
        self,
        program: Program,
        looks: Sequence[Look],
        find: Find,
        around: Around,
        more: Mapping[str, Look] = NOT_MORE,
    ) -> None:
        self._find = find
        self._around = around
        self._more = more
        self._given = {value.name: look for value, look in zip(program.inputs, looks, strict=False)}
        self._made = {value.name: (e, n) for e in program.equations for n, value in enumerate(e.outputs)}
        self.shapes = {value.name: value.shape for value in (*program.constants, *program.inputs)}
        self.shapes |= {value.name: value.shape for equation in program.equations for value in equation.outputs}

    def look(self, name: str, depth: int = 0) -> Look:
        """The values of a variable or literal."""
        return lambda index: self._cell(name, index, depth)

    def case(self, equation: Equation, output: int, index: Index, depth: int = 0) -> Case:
        """A cell of an equation of the body."""
        shapes = tuple(self.shapes.get(name, ()) for name in equation.inputs)
        looks = tuple(self.look(name, depth) for name in equation.inputs)
        around, at = self._around, equation.path.rpartition(".")[2]
        turns, inner = around.turns.get(at, ()), inside(around.turns, at)
        return Case(equation, shapes, looks, output, index, around.places, around.steps, turns=turns, inner=inner)

    def _cell(self, name: str, index: Index, depth: int) -> Cell | None:
        if is_literal(name):
            return literal(name)
        if name in self._given:
            return self._given[name](index)
        if name in self._more and (found := self._more[name](index)) is not None:
            return found
        if name not in self._made or depth > MOST_DEEP:
            return None
        equation, output = self._made[name]
        if equation.primitive == "iota":
            along: int = next(data for key, _, data in equation.params if key == "dimension")
            return index[along]
        return self._computed(self.case(equation, output, index, depth + 1))

    def _computed(self, case: Case) -> Cell | None:
        name = case.equation.primitive
        if name in CALLS and case.equation.subprograms:
            return self._called(case)
        if name in OPERATIONS:
            return _result(case, _values(case, self._find(case)))
        if name not in MOVES:
            return None
        moved = STEERED.get(name, slice(None))
        looked, cells = replace(case, looks=case.looks[moved]), self._find(case)[moved]
        values = [value for value, each in zip(_values(looked, cells), cells, strict=True) if each.boxes]
        return values[0] if len(values) == 1 else None

    def _called(self, case: Case) -> Cell | None:
        """What a body gives that is computed once."""
        body = case.equation.subprograms[0][1]
        program = self._around.places.get(body.same_as) if body.same_as is not None else body
        if program is None:
            return None
        return Known(program, case.looks, self._find, self._around._replace(turns={})).look(
            program.outputs[case.output]
        )(case.index)


def _result(case: Case, values: list[Cell | None]) -> Cell | None:
    """The number that an operation makes of numbers; None where one is not known, or the result may have wrapped around."""
    compares = case.dtype == "bool"
    if None in values or not (compares or case.dtype.startswith(("int", "uint"))):
        return None
    found = int(OPERATIONS[case.equation.primitive](*values))
    least = 0 if case.dtype.startswith("uint") else -LARGEST
    return (bool(found) if compares else found) if least <= found < LARGEST else None


def _values(case: Case, found: Sources) -> list[Cell | None]:
    """The values of single cells; None where there are several, or none."""
    pairs = zip(case.looks, found, strict=True)
    return [look(next(cells.each())) if cells.exact and cells.count == 1 else None for look, cells in pairs]


def literal(operand: str) -> Cell | None:
    """The number or truth of a literal such as `1:i32[]`."""
    text = operand.rpartition(":")[0]
    if text in ("True", "False"):
        return text == "True"
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return None
