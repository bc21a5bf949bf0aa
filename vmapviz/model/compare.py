"""Whether two programs are the same up to the names of their variables."""

from __future__ import annotations

from vmapviz.model.trace import Equation, Program, Value, is_literal

Names = dict[str, str]


def same(a: Program, b: Program) -> bool:
    """Whether primitives, parameters, types, operands, order, inputs and outputs agree; names, labels, links and sources do not count."""
    return _same_programs(a, b, {})


def _same_programs(a: Program, b: Program, names: Names) -> bool:
    return (
        _same_values((*a.constants, *a.inputs), (*b.constants, *b.inputs), names)
        and len(a.equations) == len(b.equations)
        and len(a.inputs) == len(b.inputs)
        and all(_same_equations(x, y, names) for x, y in zip(a.equations, b.equations, strict=True))
        and _same_operands(a.outputs, b.outputs, names)
    )


def _same_equations(a: Equation, b: Equation, names: Names) -> bool:
    return (
        a.primitive == b.primitive
        and a.params == b.params
        and [name for name, _ in a.subprograms] == [name for name, _ in b.subprograms]
        and _same_operands(a.inputs, b.inputs, names)
        and all(_same_programs(x, y, names) for (_, x), (_, y) in zip(a.subprograms, b.subprograms, strict=True))
        and _same_values(a.outputs, b.outputs, names)
    )


def _same_values(a: tuple[Value, ...], b: tuple[Value, ...], names: Names) -> bool:
    if [(v.dtype, v.shape) for v in a] != [(v.dtype, v.shape) for v in b]:
        return False
    names.update((x.name, y.name) for x, y in zip(a, b, strict=True))
    return True


def _same_operands(a: tuple[str, ...], b: tuple[str, ...], names: Names) -> bool:
    return tuple(name if is_literal(name) else names.get(name) for name in a) == b
