"""Which equations make the examples of a named axis, or devices, exchange what they hold, and in which bodies they stand."""

from __future__ import annotations

from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.programs.index import outer
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, equations_of

CALLS = ("jit", "pjit")


def unwrapped(equation: Equation) -> tuple[Equation, tuple[int, ...]]:
    """Of a call of a function with a single equation that equation, and which operands of the call it reads; else itself."""
    same = equation, tuple(range(len(equation.inputs)))
    if equation.primitive not in CALLS or len(equation.subprograms) != 1:
        return same
    body = equation.subprograms[0][1]
    given = [value.name for value in body.inputs]
    if len(body.equations) != 1 or body.constants or len(given) != len(equation.inputs):
        return same
    inner = body.equations[0]
    alone = tuple(value.name for value in inner.outputs) == body.outputs and len(set(given)) == len(given)
    if not alone or any(name not in given for name in inner.inputs):
        return same
    return inner, tuple(given.index(name) for name in inner.inputs)


def is_collective(equation: Equation) -> bool:
    """Whether the examples of a named axis exchange what they hold by it."""
    return unwrapped(equation)[0].primitive in COLLECTIVES


@by_identity(2)
def collectives_of(program: Program) -> frozenset[str]:
    """The paths of all collectives of a program, at any depth."""
    return frozenset(equation.path for equation in equations_of(program) if is_collective(equation))


@by_identity(2)
def talking(program: Program) -> frozenset[str]:
    """The places of the bodies, "" for the top, in which a collective stands."""
    return frozenset(map(outer, collectives_of(program)))
