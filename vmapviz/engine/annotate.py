"""Puts the batched counterpart and the batch axes on the values of programs; pure functions on the data contract."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import msgspec

from vmapviz.model.trace import Equation, Program, Value, equations_of, places_of, values_of

Change = Callable[[str, int, Value], Value]
Axes = tuple[tuple[int, ...] | None, ...]
Places = dict[str, Program]


class Unknown(enum.Enum):
    """Dimensions that could not be found out."""

    UNKNOWN = enum.auto()


UNKNOWN = Unknown.UNKNOWN
Found = tuple[int, ...] | None | Unknown


def map_values(program: Program, change: Change, path: str = "") -> Program:
    """The program with every value changed; `change` gets the path of the equation or subprogram it belongs to ("" = the whole
    program, whose constants come before its inputs) and its position there."""
    count = len(program.constants)
    return msgspec.structs.replace(
        program,
        inputs=tuple(change(path, count + i, value) for i, value in enumerate(program.inputs)),
        constants=tuple(change(path, i, value) for i, value in enumerate(program.constants)),
        equations=tuple(_map_equation(equation, change) for equation in program.equations),
    )


def _map_equation(equation: Equation, change: Change) -> Equation:
    return msgspec.structs.replace(
        equation,
        outputs=tuple(change(equation.path, i, value) for i, value in enumerate(equation.outputs)),
        subprograms=tuple(
            (name, map_values(subprogram, change, f"{equation.path}.{name}"))
            for name, subprogram in equation.subprograms
        ),
    )


def with_axes(program: Program, axes: Iterator[Axes]) -> Program:
    """The program with these axes on its values, taken in the order of `map_values`."""
    return map_values(program, lambda path, i, value: msgspec.structs.replace(value, axes=next(axes)))


def values_in_order(program: Program) -> list[Value]:
    """The values of a program in the order in which `map_values` meets them."""
    seen: list[Value] = []

    def note(path: str, i: int, value: Value) -> Value:
        seen.append(value)
        return value

    map_values(program, note)
    return seen


def alike(program: Program, other: Program) -> bool:
    """Whether two programs have the same primitives at the same places."""
    ours = [(equation.path, equation.primitive) for equation in equations_of(program)]
    return ours == [(equation.path, equation.primitive) for equation in equations_of(other)]


def changed_dimensions(program: Program, other: Program | None) -> list[Found]:
    """Per value, in the order of `map_values`, the dimensions whose size differs between two traces of one program at two sizes of
    a level (None = none does); UNKNOWN where the two are not alike: compared are inputs, and per origin the equations in order."""
    found: dict[int, Found] = {}
    if other is not None:
        _compare(program, other, found, places_of(other))
    return [found.get(id(value), UNKNOWN) for value in values_in_order(program)]


def _compare(ours: Program, theirs: Program, found: dict[int, Found], places: Places) -> None:
    theirs = places[theirs.same_as] if theirs.same_as is not None and ours.same_as is None else theirs
    for mine, yours in ((ours.constants, theirs.constants), (ours.inputs, theirs.inputs)):
        if len(mine) == len(yours):
            _compare_values(mine, yours, found)
    groups = _by_origin(theirs.equations)
    for origin, equations in _by_origin(ours.equations).items():
        _compare_equations(equations, groups.get(origin, []), found, places)


def _compare_equations(ours: list[Equation], theirs: list[Equation], found: dict[int, Found], places: Places) -> None:
    """One may go on where the other ends: a callback that is called for one example after the other."""
    for a, b in zip(ours, theirs, strict=False):
        if a.primitive != b.primitive or len(a.outputs) != len(b.outputs):
            return
        _compare_values(a.outputs, b.outputs, found)
        for (_, inside), (_, other) in zip(a.subprograms, b.subprograms, strict=False):
            _compare(inside, other, found, places)


def _compare_values(ours: tuple[Value, ...], theirs: tuple[Value, ...], found: dict[int, Found]) -> None:
    for a, b in zip(ours, theirs, strict=True):
        if len(a.shape) == len(b.shape):
            found[id(a)] = tuple(i for i, (x, y) in enumerate(zip(a.shape, b.shape, strict=True)) if x != y) or None


def _by_origin(equations: tuple[Equation, ...]) -> dict[str | None, list[Equation]]:
    groups: dict[str | None, list[Equation]] = {}
    for equation in equations:
        groups.setdefault(equation.origin, []).append(equation)
    return groups


def inserted_axes(axes: tuple[int | None, ...], axis: int | None) -> tuple[int | None, ...]:
    """The batch axes so far after one more level put its axis at `axis` (None = not batched by it)."""
    moved = tuple(a + 1 if a is not None and axis is not None and a >= axis else a for a in axes)
    return (*moved, axis)


def unique_names(program: Program) -> dict[str, Value]:
    """The values of a program by name, without those JAX prints as `_`."""
    return {value.name: value for value in values_of(program) if value.name != "_"}
