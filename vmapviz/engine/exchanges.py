"""What devices exchange in a body: inside pmap, one pass through it, and what its collectives are given and give on every device.

The way there is made of the same control flow as the function's own: a device comes to a body that is not run on it as little as
when pmap runs the whole call, so that no device waits for another which would not wait there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from vmapviz.engine import compat, pairing
from vmapviz.engine.bodies import Arrays, NotRunError, branch_number, check_called, reached, subprogram
from vmapviz.engine.evaluate import is_array
from vmapviz.engine.loops import given_in
from vmapviz.engine.programs import program_of
from vmapviz.model.inside import LOOPS, holders
from vmapviz.model.talk import collectives_of
from vmapviz.model.trace import Program

DIFFERS = "JAX writes this program otherwise than for one example, so it is not known what they exchange"


class Talk(NamedTuple):
    """A collective: its path in the program that each device runs, which of its operands are no literals, and how many results it has."""

    path: str
    given: tuple[bool, ...]
    results: int


class Body:
    """A body of the program that each device runs on its way inside pmap; `talks` are its collectives, in order, once it was traced."""

    def __init__(self, program: Program, place: str) -> None:
        self._program, self._place = program, place
        self.talks: list[Talk] = []

    def traced(self, jaxpr: Any, leaves: Sequence[Any], turns: Sequence[Any]) -> tuple[Any, Arrays]:
        """Whether a device comes to the body in these turns of the loops around it, outermost first; then, of every talk, the
        operands that are no literals and the results: zeros where it does not come there.

        Raises NotRunError.
        """
        known = pairing.paths(program_of(jaxpr)[0], self._program) or {}
        inside = next((path for path, place in known.items() if place == self._place), None)
        if inside is None:
            raise NotRunError(DIFFERS)
        ours = collectives_of(self._program)
        paths = {path: own for path, own in known.items() if own in ours}
        return self._on(jaxpr, list(leaves), inside, holders(inside), turns, paths)

    def _on(
        self,
        jaxpr: Any,
        operands: Arrays,
        place: str,
        way: Sequence[tuple[str, str]],
        turns: Sequence[Any],
        paths: pairing.Paths,
    ) -> tuple[Any, Arrays]:
        if not way:
            self.talks.clear()
            return jnp.array(True), self._watched(jaxpr, operands, place, paths)
        (path, name), *rest = way
        equation, operands = reached(jaxpr, operands, path)
        body, primitive = subprogram(equation, name), str(equation.primitive)
        here: Any
        if primitive in LOOPS:
            here, operands = given_in(equation, operands, name, turns[0])
            turns = turns[1:]
        elif primitive == "cond":
            last = len(equation.params["branches"]) - 1
            here, operands = jnp.clip(operands[0], 0, last) == branch_number(name), operands[1:]
        else:
            check_called(equation, body, operands)
            return self._on(body, operands, place, rest, turns, paths)

        def comes(operands: Arrays) -> tuple[Any, Arrays]:
            return self._on(body, operands, place, rest, turns, paths)

        kinds = jax.eval_shape(comes, operands)
        found: tuple[Any, Arrays] = lax.cond(here, comes, lambda _: jax.tree.map(_nothing, kinds), operands)
        return found

    def _watched(self, jaxpr: Any, operands: Arrays, place: str, paths: pairing.Paths) -> Arrays:
        """Evaluates the body; the operands and results of its collectives."""
        inner = compat.opened(jaxpr)
        values = dict(zip(inner.constvars, compat.constant_values(jaxpr), strict=True))
        values |= dict(zip(inner.invars, operands, strict=True))
        kept: Arrays = []
        for number, equation in enumerate(inner.eqns):
            read = [atom.val if compat.is_literal(atom) else values[atom] for atom in equation.invars]
            made = compat.bind(equation, equation.params, read)
            values.update(zip(equation.outvars, made, strict=True))
            path = paths.get(f"{place}.{number}" if place else str(number))
            if path is not None and all(map(is_array, made)):
                given = tuple(not compat.is_literal(atom) for atom in equation.invars)
                self.talks.append(Talk(path, given, len(made)))
                kept += [value for value, seen in zip(read, given, strict=True) if seen] + list(made)
        return kept


def _nothing(kind: Any) -> Any:
    return lax.full(kind.shape, 0, kind.dtype)
