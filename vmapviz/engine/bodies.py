"""The way into a body: what an equation on it reads, which of its programs is meant, and which are not run by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmapviz.engine import compat, params
from vmapviz.engine.evaluate import is_array, steps

Arrays = list[Any]


class NotRunError(Exception):
    """A body is not run here, or not by itself: a sentence that says so."""


def reached(
    jaxpr: Any, operands: Arrays, path: str, seen: Callable[[Any, Any], None] | None = None
) -> tuple[Any, Arrays]:
    """The equation at the end of a path in a program that holds it, with its operands; the variables before it are `seen` on the way.

    Raises NotRunError where one of them may be written to.
    """
    number = int(path.rpartition(".")[2])
    equation = compat.opened(jaxpr).eqns[number]
    read = {atom for atom in equation.invars if not compat.is_literal(atom)}
    found = {}
    for variable, value in steps(jaxpr, operands, before=number):
        if variable in read:
            found[variable] = value
        if seen is not None:
            seen(variable, value)
    values = [atom.val if compat.is_literal(atom) else found[atom] for atom in equation.invars]
    if not all(map(is_array, values)):
        raise NotRunError("the body may write to a reference, so it is not evaluated by itself")
    return equation, values


def subprogram(equation: Any, name: str) -> Any:
    """The program of an equation by its name in the path."""
    return dict(params.split_jaxprs(equation.params)[1])[name]


def check_called(equation: Any, jaxpr: Any, operands: Arrays) -> None:
    """Raises NotRunError for the program of an equation that does not just call it with its operands."""
    alone = len(params.split_jaxprs(equation.params)[1]) == 1
    if not alone or len(compat.opened(jaxpr).invars) != len(operands):
        raise NotRunError(f"the body of {equation.primitive} is not evaluated by itself")


def branch_number(name: str) -> int:
    """Which branch of a cond a name in a path means."""
    return int(name.removeprefix("branches[").removesuffix("]"))
