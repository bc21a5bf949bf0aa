"""What the values of the batched program give away: numbers that select_n throws away, and how long each example loops."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vmapviz.engine import compat, params
from vmapviz.engine.evaluate import Clock
from vmapviz.engine.trace import Traced
from vmapviz.engine.turning import played
from vmapviz.model.explanations.special import CALLS
from vmapviz.model.facts import Thrown, Turns
from vmapviz.model.trace import Equation, Program, places_of


@dataclasses.dataclass
class Seen:
    """What was found in the last program, by path."""

    thrown: tuple[Thrown, ...] = ()
    turns: tuple[Turns, ...] = ()


def seen(traced: Traced, clock: Clock) -> Seen:
    """Evaluates the last program equation by equation, through calls, as far as the clock allows.

    Raises whatever running the equations raises.
    """
    walker = _Walker(traced, clock)
    walker.walk(traced.jaxprs[-1], traced.trace.batched, jax.tree.leaves(traced.call.arguments))
    return Seen(tuple(walker.thrown), tuple(walker.turns))


class _Walker:
    def __init__(self, traced: Traced, clock: Clock) -> None:
        self.thrown: list[Thrown] = []
        self.turns: list[Turns] = []
        self._places = places_of(traced.trace.batched)
        self._clock = clock

    def walk(self, jaxpr: Any, program: Program, operands: list[Any]) -> list[Any]:
        """The results of a jaxpr, whose equations are those of `program`."""
        inner = compat.opened(jaxpr)
        known = dict(zip(inner.constvars, compat.constant_values(jaxpr), strict=True))
        known |= dict(zip(inner.invars, operands, strict=True))

        def value(atom: Any) -> Any:
            return atom.val if compat.is_literal(atom) else known[atom]

        for equation, written in zip(inner.eqns, program.equations, strict=True):
            given = self._step(equation, written, [value(atom) for atom in equation.invars])
            known |= dict(zip(equation.outvars, given, strict=True))
        return [value(atom) for atom in inner.outvars]

    def _step(self, equation: Any, written: Equation, operands: list[Any]) -> list[Any]:
        if not self._clock.over():
            if written.primitive == "select_n":
                self.thrown += _thrown(written, operands)
            elif written.primitive == "while":
                self.turns += _turns(equation, written, operands)
            elif written.primitive in CALLS and (body := _body(equation, operands)) is not None:
                inside = written.subprograms[0][1]
                return self.walk(body, self._places.get(inside.same_as or "", inside), operands)
        return compat.bind(equation, equation.params, operands)


def _body(equation: Any, operands: list[Any]) -> Any | None:
    """The one closed body of a call, where it takes the call's own operands."""
    bodies = params.split_jaxprs(equation.params)[1]
    if len(bodies) != 1 or len(compat.opened(bodies[0][1]).invars) != len(operands):
        return None
    body = bodies[0][1]
    return body if len(compat.constant_values(body)) == len(compat.opened(body).constvars) else None


def _thrown(written: Equation, operands: list[Any]) -> Iterator[Thrown]:
    """What a select_n computes in vain that is not a number, or not finite."""
    which, *cases = operands
    if not jnp.issubdtype(jax.typeof(cases[0]).dtype, jnp.inexact):
        return
    chosen = np.broadcast_to(np.asarray(which).astype(int), np.shape(cases[0]))
    for number, (case, name) in enumerate(zip(cases, written.inputs[1:], strict=True)):
        lost = np.asarray(case)[chosen != number]
        nans, infs = int(np.isnan(lost).sum()), int(np.isinf(lost).sum())
        if nans or infs:
            yield Thrown(written.path, name, nans, infs)


def _turns(equation: Any, written: Equation, operands: list[Any]) -> Iterator[Turns]:
    """How many turns each example needs, where the condition is the example's own."""
    if compat.opened(equation.params["cond_jaxpr"]).outvars[0].aval.shape:
        yield Turns(written.path, tuple(int(count) for count in np.asarray(played(equation, operands).counts).ravel()))
