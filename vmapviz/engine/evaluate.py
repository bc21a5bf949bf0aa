"""Numbers: every top-level value of the programs, and the result with its checks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax

from vmapviz.engine import compat, examples, memory
from vmapviz.engine.calls import Call
from vmapviz.engine.counting import Counter, Turns
from vmapviz.engine.previews import preview
from vmapviz.engine.trace import Traced
from vmapviz.engine.turning import is_shown, turning
from vmapviz.model.values import Preview, Turning, Values

FIRST_EXAMPLES = 8
BUDGET_S = 10.0


def values(traced: Traced, followed: tuple[int, ...] = ()) -> Values:
    """The values of the original for the first examples and the followed ones, and of the last program.

    Raises memory.NeedsMemoryError before anything runs, and whatever running the equations raises.
    """
    call = traced.call
    memory.guard(traced.jaxprs[-1])
    shown = tuple(
        sorted({*range(min(FIRST_EXAMPLES, examples.count(call))), *followed} & set(range(examples.count(call))))
    )
    clock, counter = Clock(BUDGET_S), Counter()
    batched, turns, inner, complete = _previews(traced, -1, jax.tree.leaves(call.arguments), clock, counter)
    if needs_all_at_once(call):
        why = "The function needs all examples at once: one alone cannot be evaluated."
        return Values((), (), batched, why, turning=turns, inner=inner)
    one, turns_one, inner_one = [], [], {}
    for example in shown:
        operands = jax.tree.leaves(examples.arguments_of(call, example))
        found, loops, inner_one[example], whole = _previews(traced, 0, operands, clock, counter)
        one.append(found)
        turns_one.append(loops)
        complete = complete and whole
    why = "" if complete else f"Some values were left out: evaluating them took longer than {BUDGET_S:g} s."
    return Values(shown, tuple(one), batched, why, (), turns, tuple(turns_one), inner, inner_one)


class Clock:
    """A time budget in seconds that starts now."""

    def __init__(self, budget: float) -> None:
        self._end = time.monotonic() + budget

    @property
    def left(self) -> float:
        """The seconds that are left; below 0 once it is used up."""
        return self._end - time.monotonic()

    def over(self) -> bool:
        """Whether it is used up."""
        return self.left < 0


def needs_all_at_once(call: Call) -> bool:
    """Whether the function uses the name of a vmap's axis, so that one example cannot be computed alone."""
    if not any(level.axis_name for level in call.levels):
        return False
    args, kwargs = call.arguments_of(0)
    try:
        jax.eval_shape(call.fun, *args, **kwargs)
    except NameError:
        return True
    return False


def is_array(value: Any) -> bool:
    """Whether a value has numbers to show; a token has none, and a reference may hold others later."""
    aval = jax.typeof(value)
    return hasattr(aval, "shape") and not hasattr(aval, "inner_aval")


# An equation with its number, its operands and the seconds that it took, when its results are there.
Met = Callable[[int, Any, list[Any], float], None]


def steps(
    jaxpr: Any, operands: list[Any], before: int | None = None, met: Met | None = None
) -> Iterator[tuple[Any, Any]]:
    """Evaluates a closed jaxpr equation by equation: each variable with its value, inputs first; only the equations `before` one.

    A value is forgotten after its last use, so that no more is alive than the program needs.
    """
    inner = compat.opened(jaxpr)
    alive = dict(zip(inner.constvars, compat.constant_values(jaxpr), strict=True))
    alive |= dict(zip(inner.invars, operands, strict=True))
    yield from list(alive.items())
    last = {atom: index for index, one in enumerate(inner.eqns) for atom in one.invars if not compat.is_literal(atom)}
    for index, equation in enumerate(inner.eqns[:before]):
        read = [atom.val if compat.is_literal(atom) else alive[atom] for atom in equation.invars]
        started = time.monotonic()
        made = list(zip(equation.outvars, compat.bind(equation, equation.params, read), strict=True))
        if met is not None:
            met(index, equation, read, time.monotonic() - started)
        yield from made
        alive.update(made)
        for atom in [atom for atom in alive if last.get(atom, -1) <= index]:
            del alive[atom]


def _previews(
    traced: Traced, program: int, operands: list[Any], clock: Clock, counter: Counter
) -> tuple[dict[str, Preview], dict[str, Turning], Turns, bool]:
    """Previews by name, loops by path, how often loops further inside turned, and whether all equations were evaluated in time."""
    names: Mapping[Any, str] = traced.names[program]
    found: dict[str, Preview] = {}
    loops: dict[str, Turning] = {}
    inner: Turns = {}

    def met(number: int, equation: Any, read: list[Any], took: float) -> None:
        if is_shown(equation):
            written = traced.trace.programs[program].equations[number]
            loops[written.path] = turning(traced, program, equation, written, read, took, clock.left)
        inner.update(counter.turns(equation, str(number), read, took))

    for variable, value in steps(traced.jaxprs[program], operands, met=met):
        if variable in names and not compat.is_dropped(variable) and is_array(value):
            found[names[variable]] = preview(value)
        if clock.over():
            return found, loops, inner, False
    return found, loops, inner, True
