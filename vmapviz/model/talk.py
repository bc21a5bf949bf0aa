"""Which equations make the examples of a named axis, or devices, exchange what they hold, and in which bodies they stand."""

from __future__ import annotations

from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.programs.index import index, outer
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, Trace, equations_of

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


def on_device(trace: Trace, path: str) -> Equation | None:
    """The collective by which pmap's devices exchange what an equation of the original exchanges: of the program that each of them runs,
    which all vmaps but the outermost have made; None where several equations do, or none."""
    found = index(trace).selected(path, len(trace.programs) - 2)
    talk = [each for each in found if each.path in collectives_of(trace.programs[-2])]
    outermost = [each for each in talk if not any(each.path.startswith(f"{other.path}.") for other in talk)]
    return outermost[0] if len(outermost) == 1 else None


def place_on_device(trace: Trace, place: str) -> str | None:
    """The body of the program that each device runs in which the collectives of a body of the original stand; None where they do in none,
    or in several."""
    paths = (path for path in collectives_of(trace.original) if outer(path) == place)
    found = {outer(made.path) for path in paths if (made := on_device(trace, path)) is not None}
    return found.pop() if len(found) == 1 else None
