"""Puts the batched counterpart and the batch axes on the values of programs; pure functions on the data contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from vmapviz.model.trace import Equation, Program, Value, equations_of, values_of

Change = Callable[[str, int, Value], Value]
Axes = tuple[tuple[int, ...] | None, ...]


def map_values(program: Program, change: Change, path: str = "") -> Program:
    """The program with every value changed; `change` gets the path of the equation or subprogram it belongs to ("" = the whole
    program, whose constants come before its inputs) and its position there."""
    count = len(program.constants)
    return Program(
        inputs=tuple(change(path, count + i, value) for i, value in enumerate(program.inputs)),
        constants=tuple(change(path, i, value) for i, value in enumerate(program.constants)),
        equations=tuple(_map_equation(equation, change) for equation in program.equations),
        outputs=program.outputs,
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


def changed_dimensions(program: Program, other: Program) -> list[tuple[int, ...] | None] | None:
    """Per value the dimensions whose size differs between two traces of one program at two sizes of a level (None = none does);
    None altogether when the programs are not alike otherwise."""
    alike = [e.primitive for e in equations_of(program)] == [e.primitive for e in equations_of(other)]
    ours, theirs = values_in_order(program), values_in_order(other)
    if not alike or len(ours) != len(theirs):
        return None
    if any(len(a.shape) != len(b.shape) for a, b in zip(ours, theirs, strict=True)):
        return None
    return [_differing(a.shape, b.shape) or None for a, b in zip(ours, theirs, strict=True)]


def _differing(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)


def inserted_axes(axes: tuple[int | None, ...], axis: int | None) -> tuple[int | None, ...]:
    """The batch axes so far after one more level put its axis at `axis` (None = not batched by it)."""
    moved = tuple(a + 1 if a is not None and axis is not None and a >= axis else a for a in axes)
    return (*moved, axis)


def unique_names(program: Program) -> dict[str, Value]:
    """The values of a program by name, without those JAX prints as `_`."""
    return {value.name: value for value in values_of(program) if value.name != "_"}
