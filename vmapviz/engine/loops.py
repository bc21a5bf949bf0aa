"""One scan or while with its operands: how often it runs, and what its body is given at any turn.

The loop is run by a compiled function that makes some turns and stops; on the way at most 64 states are kept, evenly spaced, so
that any turn is near one of them. (Measured on scans of 5 and 16 equations: compiling takes 30 ms, 50 turns then 0.01 ms; evaluating
the body equation by equation takes 0.1 to 0.2 ms a turn.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax import lax

from vmapviz.engine import compat
from vmapviz.engine.bodies import Arrays, NotRunError
from vmapviz.engine.carry import chosen, split, typed
from vmapviz.engine.evaluate import Clock, steps
from vmapviz.model.remember import by_identity

MOST_KEPT = 64
KEPT_BYTES = 16 << 20
NO_TURN = "the loop makes no iteration"

T = TypeVar("T")
Advance = Callable[[Arrays, Arrays, Any, Any], tuple[Any, Arrays, Any]]


class Loop:
    """A loop that runs as far as is asked for; a while whose condition has an answer per example goes on as long as one says so."""

    def __init__(self, equation: Any, operands: Arrays) -> None:
        self.equation = equation
        self._scans = str(equation.primitive) == "scan"
        operands = [typed(value, atom.aval) for value, atom in zip(operands, equation.invars, strict=True)]
        self._given, state = split(equation, operands)
        carry = list(state)
        self._kept: dict[int, tuple[Arrays, Any]] = {0: (carry, _first_on(equation, self._given, carry))}
        self._stride = 1
        self._most = max(2, min(MOST_KEPT, KEPT_BYTES // max(1, _bytes(carry))))

    @property
    def reached(self) -> int:
        """How many turns were made so far."""
        return max(self._kept)

    @property
    def ended(self) -> bool:
        """Whether the number of its turns is known."""
        return self._scans or not _any(self._kept[self.reached][1])

    def count(self, clock: Clock) -> int:
        """How many turns it makes; the number of those made when the time is over, where it has not ended."""
        if self._scans:
            return int(self.equation.params["length"])
        while not self.ended and not clock.over():
            self._forward(self._stride)
        return self.reached

    def body(self, turn: int) -> Arrays:
        """The operands of the body at a turn that is made."""
        carry = self._at(turn)[0]
        if not self._scans:
            return [*self._given[1], *carry]
        return [*self._given[0], *carry, *_entries(self.equation, self._given[1], turn)]

    def condition(self, turn: int) -> Arrays:
        """The operands of a while's condition after so many turns."""
        return [*self._given[0], *self._at(turn)[0]]

    def on(self, turn: int) -> Any:
        """What a while's condition says after so many turns: one answer, or one for each example; None for a scan."""
        return self._at(turn)[1]

    def later(self, carry: Arrays, turn: int, until: int) -> Arrays:
        """The state at a turn that follows from another one at an earlier turn."""
        carry = [typed(value, atom.aval) for value, atom in zip(carry, self.carried[0], strict=True)]
        return self._advanced(carry, _first_on(self.equation, self._given, carry), turn, until - turn)[1]

    def parts(self, operands: Sequence[T]) -> tuple[tuple[tuple[T, ...], tuple[T, ...]], tuple[T, ...]]:
        """What belongs to the loop's operands: to what stays the same (a scan's constants and entries, a while's constants of its
        condition and its body), and to its state."""
        return split(self.equation, operands)

    @property
    def carried(self) -> tuple[list[Any], list[Any]]:
        """The variables of the body that hold the state, and those that hold the next one."""
        params = self.equation.params
        body = compat.opened(params["jaxpr" if self._scans else "body_jaxpr"])
        count = len(self.parts(self.equation.invars)[1])
        first = compat.scan_parts(self.equation)[0] if self._scans else params["body_nconsts"]
        return body.invars[first : first + count], body.outvars[:count]

    def bodies(
        self, turn: int, operands: Sequence[T]
    ) -> Iterator[tuple[str, Any, Arrays, tuple[T, ...], tuple[T, ...]]]:
        """The subprograms that run in a turn, with their operands, and what of the loop's operands comes before and after the state."""
        first, last = self.parts(operands)[0]
        if self._scans:
            yield "jaxpr", self.equation.params["jaxpr"], self.body(turn), first, last
        else:
            yield "cond_jaxpr", self.equation.params["cond_jaxpr"], self.condition(turn), first, ()
            yield "body_jaxpr", self.equation.params["body_jaxpr"], self.body(turn), last, ()

    def _at(self, turn: int) -> tuple[Arrays, Any]:
        while self.reached < turn:
            self._forward(min(self._stride, turn - self.reached) if self._scans else self._stride)
        start = max(kept for kept in self._kept if kept <= turn)
        if start == turn:
            return self._kept[turn]
        carry, on = self._kept[start]
        return self._advanced(carry, on, start, turn - start)[1:]

    def _forward(self, turns: int) -> None:
        carry, on = self._kept[self.reached]
        made, *state = self._advanced(carry, on, self.reached, turns)
        self._kept[self.reached + made] = (state[0], state[1])
        if len(self._kept) > self._most:
            self._stride *= 2
            last = self.reached
            self._kept = {at: kept for at, kept in self._kept.items() if at % self._stride == 0 or at == last}

    def _advanced(self, carry: Arrays, on: Any, start: int, turns: int) -> tuple[int, Arrays, Any]:
        made, carry, on = _advance(self.equation)([*self._given], (carry, on), start, turns)
        return int(made), carry, on


@by_identity(16)
def _advance(equation: Any) -> Callable[..., tuple[Any, Arrays, Any]]:
    """A compiled function that makes at most so many turns of a loop: how many it made, the state, and what the condition says."""
    return jax.jit(_scan_turns(equation) if str(equation.primitive) == "scan" else _while_turns(equation))


def _scan_turns(equation: Any) -> Callable[..., tuple[Any, Arrays, Any]]:
    body, carried = equation.params["jaxpr"], compat.scan_parts(equation)[1]

    def run(given: Any, state: Any, start: Any, turns: Any) -> tuple[Any, Arrays, Any]:
        def turn(made: Any, carry: Arrays) -> Arrays:
            entries = _entries(equation, given[1], start + made)
            return _evaluated(body, [*given[0], *carry, *entries])[:carried]

        return turns, lax.fori_loop(0, turns, turn, state[0]), None

    return run


def _while_turns(equation: Any) -> Callable[..., tuple[Any, Arrays, Any]]:
    """Where the condition has an answer per example the loop goes on as long as one says so, and examples that are done stay as they
    are: so JAX does it, below the jaxpr."""
    body, condition = equation.params["body_jaxpr"], equation.params["cond_jaxpr"]

    def run(given: Any, state: Any, start: Any, turns: Any) -> tuple[Any, Arrays, Any]:
        def goes_on(now: Any) -> Any:
            made, _, on = now
            return (made < turns) & jnp.any(on)

        def turn(now: Any) -> Any:
            made, carry, on = now
            new = _evaluated(body, [*given[1], *carry])
            new = [chosen(on, a, b) for a, b in zip(new, carry, strict=True)]
            return made + 1, new, _evaluated(condition, [*given[0], *new])[0]

        made, carry, on = lax.while_loop(goes_on, turn, (0, *state))
        return made, carry, on

    return run


def given_in(equation: Any, operands: Arrays, name: str, turn: Any) -> tuple[Any, Arrays]:
    """Inside a trace: whether a loop comes to a subprogram in a turn (of a condition, after so many turns), and what it is given there.

    Raises NotRunError for a scan that makes no turn.
    """
    operands = [typed(value, atom.aval) for value, atom in zip(operands, equation.invars, strict=True)]
    given, state = split(equation, operands)
    if str(equation.primitive) == "scan":
        if not equation.params["length"]:
            raise NotRunError(NO_TURN)
        carry = _scan_turns(equation)(given, (list(state), None), 0, turn)[1]
        return turn < equation.params["length"], [*given[0], *carry, *_entries(equation, given[1], turn)]
    start = list(state), _first_on(equation, given, list(state))
    made, carry, on = _while_turns(equation)(given, start, 0, turn)
    if name == "cond_jaxpr":
        return made == turn, [*given[0], *carry]
    return (made == turn) & jnp.any(on), [*given[1], *carry]


def _first_on(equation: Any, given: Any, carry: Arrays) -> Any:
    if str(equation.primitive) == "scan":
        return None
    return _evaluated(equation.params["cond_jaxpr"], [*given[0], *carry])[0]


def _any(on: Any) -> bool:
    return bool(jnp.any(on))


def _entries(equation: Any, whole: Sequence[Any], turn: Any) -> Arrays:
    at = equation.params["length"] - 1 - turn if equation.params["reverse"] else turn
    return [lax.dynamic_index_in_dim(array, at, 0, keepdims=False) for array in whole]


def _evaluated(jaxpr: Any, operands: Arrays) -> Arrays:
    inner = compat.opened(jaxpr)
    wanted = {atom for atom in inner.outvars if not compat.is_literal(atom)}
    found = {variable: value for variable, value in steps(jaxpr, operands) if variable in wanted}
    return [
        typed(atom.val, atom.aval) if compat.is_literal(atom) else typed(found[atom], atom.aval)
        for atom in inner.outvars
    ]


def _bytes(arrays: Arrays) -> int:
    return sum(array.size * array.dtype.itemsize for array in arrays)
