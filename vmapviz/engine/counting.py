"""How often the loops turn that stand in calls and branches: an equation that was run is run once more, with its loops counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vmapviz.engine import compat, params
from vmapviz.engine.carry import split, typed
from vmapviz.engine.turning import EQUATION_S, size, turned
from vmapviz.model.explanations.special import CALLS
from vmapviz.model.remember import by_identity

BUDGET_S = 1.0  # of all that is counted after one run
NOT_RUN = -1
HOLDERS = (*CALLS, "cond")

Arrays = list[Any]
Turns = dict[str, tuple[int, ...]]


class Counter:
    """Counts the loops inside the equations of one run, as long as that is cheap."""

    def __init__(self) -> None:
        self._left = BUDGET_S

    def turns(self, equation: Any, path: str, operands: Arrays, took: float) -> Turns:
        """How often every while inside an equation turned for each example that ends by itself, by its way from the top.

        Empty where there is none, where nothing may be run twice, or where it takes too long; JAX `took` so many seconds for it.
        """
        if equation.effects or not any(_whiles(equation, path)):
            return {}
        count = counting(equation)
        if count.foreseen(took) > self._left:
            return {}
        started = time.monotonic()
        found = {f"{path}.{way}": counts for way, counts in count(operands).items()}
        self._left -= time.monotonic() - started
        return found


class Counting:
    """An equation whose loops may be counted, any number of times."""

    def __init__(self, equation: Any) -> None:
        self._equation, self._compiled = equation, False
        self._ways = tuple(_whiles(equation, ""))
        self._run = jax.jit(lambda operands: _counted(equation, operands).counts)

    def foreseen(self, seconds: float) -> float:
        """How long it will take, in seconds, where JAX took so long now."""
        return seconds if self._compiled else 2 * seconds + EQUATION_S * size(self._equation)

    def __call__(self, operands: Arrays) -> Turns:
        given = [typed(value, atom.aval) for value, atom in zip(operands, self._equation.invars, strict=True)]
        found = [np.asarray(counts).ravel() for counts in self._run(given)]
        self._compiled = True
        rows = zip(self._ways, found, strict=True)
        return {way[1:]: tuple(map(int, counts)) for way, counts in rows if NOT_RUN not in counts}


counting = by_identity(64)(Counting)


def _whiles(equation: Any, path: str) -> Iterator[str]:
    """The ways to all loops inside an equation that run once with it, in the order in which they are counted."""
    for name, body in _bodies(equation):
        for number, inner in enumerate(compat.opened(body).eqns):
            if str(inner.primitive) == "while":
                yield f"{path}.{name}.{number}"
            else:
                yield from _whiles(inner, f"{path}.{name}.{number}")


def _bodies(equation: Any) -> list[tuple[str, Any]]:
    """The body of a call, which takes what the call is given, or the branches of a choice."""
    name = str(equation.primitive)
    if name not in HOLDERS:
        return []
    bodies = params.split_jaxprs(equation.params)[1]
    if name == "cond":
        return bodies
    whole = len(bodies) == 1 and len(compat.opened(bodies[0][1]).invars) == len(equation.invars)
    closed = whole and len(compat.constant_values(bodies[0][1])) == len(compat.opened(bodies[0][1]).constvars)
    return bodies if closed else []


class Counted(NamedTuple):
    """The results of an equation, and how often each loop in it turned."""

    results: Arrays
    counts: Arrays


def _counted(equation: Any, operands: Arrays) -> Counted:
    if str(equation.primitive) == "while":
        given = [typed(value, atom.aval) for value, atom in zip(operands, equation.invars, strict=True)]
        counts, _, results = turned(equation, *split(equation, given))
        return Counted(results, [counts])
    if not any(_whiles(equation, "")):
        return Counted(compat.bind(equation, equation.params, operands), [])
    bodies = [body for _, body in _bodies(equation)]
    return _chosen(bodies, operands) if str(equation.primitive) == "cond" else _through(bodies[0], operands)


def _through(jaxpr: Any, operands: Arrays) -> Counted:
    """A body, equation by equation."""
    inner = compat.opened(jaxpr)
    known = dict(zip(inner.constvars, compat.constant_values(jaxpr), strict=True))
    known |= dict(zip(inner.invars, operands, strict=True))
    counts: Arrays = []
    for equation in inner.eqns:
        read = [atom.val if compat.is_literal(atom) else known[atom] for atom in equation.invars]
        made = _counted(equation, read)
        known |= dict(zip(equation.outvars, made.results, strict=True))
        counts += made.counts
    return Counted([atom.val if compat.is_literal(atom) else known[atom] for atom in inner.outvars], counts)


def _chosen(branches: list[Any], operands: Arrays) -> Counted:
    """The branch that is taken; the loops of the others are not run."""
    shapes = [jax.eval_shape(lambda *given, b=body: _through(b, list(given)), *operands[1:]) for body in branches]

    def branch(number: int) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            made = _through(branches[number], list(given))
            idle = [[jnp.full(each.shape, NOT_RUN, each.dtype) for each in other.counts] for other in shapes]
            idle[number] = made.counts
            return [jnp.asarray(each) for each in made.results], idle

        return run

    at = operands[0].astype(int) if operands[0].dtype == bool else operands[0]
    results, counts = lax.switch(at, [branch(n) for n in range(len(branches))], *operands[1:])
    return Counted(results, [each for rows in counts for each in rows])
