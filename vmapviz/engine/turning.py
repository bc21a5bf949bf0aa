"""A while turn by turn: how often each example turns, and what the body makes of a carried value in the first turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vmapviz.engine import compat, examples, params
from vmapviz.engine.annotate import unique_names
from vmapviz.engine.carry import chosen, split, typed
from vmapviz.engine.previews import FIRST, is_key, plain, preview, shown_part
from vmapviz.engine.trace import Traced
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation
from vmapviz.model.values import Preview, Turning

Arrays = list[Any]
MOST_EQUATIONS = 100  # of a loop that is compiled once more to be shown: about a tenth of a second
by_name = by_identity(4)(unique_names)


class Played(NamedTuple):
    """A while that has ended: how often each of its examples turned, and of each carried value the first entries of what the body
    made in the first turns, which lie along the first axis (None for keys and large values)."""

    counts: Any
    made: tuple[Any, ...]


def played(equation: Any, operands: Arrays) -> Played:
    """Runs a while once more."""
    given = [typed(value, atom.aval) for value, atom in zip(operands, equation.invars, strict=True)]
    counts, made = _run(equation)(*split(equation, given))
    return Played(counts, tuple(made))


@by_identity(16)
def _run(equation: Any) -> Callable[..., tuple[Any, Any]]:
    """The loop as JAX makes it below the jaxpr, with a note of what its body made: examples that are done stay as they are."""
    condition = compat.function_of(equation.params["cond_jaxpr"])
    body = compat.function_of(equation.params["body_jaxpr"])

    def run(given: tuple[Arrays, Arrays], carry: Arrays) -> tuple[Any, Any]:
        def turn(state: Any) -> Any:
            number, on, counts, before, notes = state
            after = body(*given[1], *before)
            notes = [_noted(note, number, value) for note, value in zip(notes, after, strict=True)]
            kept = [chosen(on, new, old) for new, old in zip(after, before, strict=True)]
            return number + 1, condition(*given[0], *kept)[0], counts + on, kept, notes

        on = condition(*given[0], *carry)[0]
        start = (0, on, jnp.zeros(jnp.shape(on), int), list(carry), [_empty(value) for value in carry])
        _, _, counts, _, notes = lax.while_loop(lambda state: jnp.any(state[1]), turn, start)
        return counts, notes

    return jax.jit(run)


def _empty(value: Any) -> Any:
    part = shown_part(value.shape)
    large = math.prod(part) < math.prod(value.shape) and len(part) > 3
    return None if is_key(value) or large else jnp.zeros((FIRST, *part), value.dtype)


def _noted(notes: Any, turn: Any, value: Any) -> Any:
    if notes is None:
        return None
    part = value[tuple(slice(0, size) for size in notes.shape[1:])]
    return notes.at[turn].set(part, mode="drop")


def turning(traced: Traced, program: int, equation: Any, written: Equation, operands: Arrays) -> Turning | None:
    """A while of a program turn by turn; None where its examples are not told apart, or the loop does more than compute, or is long to
    compile."""
    if equation.effects or size(equation) > MOST_EQUATIONS:
        return None
    found = played(equation, operands)
    turns = _by_example(traced, program, equation, np.asarray(found.counts))
    if turns is None:
        return None
    total = max(turns, default=0)
    number = _telling(written, found.made, total)
    made = None if number is None or not total else _cut(found.made[number], written.outputs[number].shape, total)
    return Turning(turns, number or 0, made)


def size(equation: Any) -> int:
    """How many equations there are in an equation's bodies, at any depth."""
    bodies = [compat.opened(body) for _, body in params.split_jaxprs(equation.params)[1]]
    return sum(1 + size(inner) for body in bodies for inner in body.eqns)


def _by_example(traced: Traced, program: int, equation: Any, counts: Any) -> tuple[int, ...] | None:
    if not counts.ndim:
        return (int(counts),)
    if program == 0:
        return None
    (answer,) = compat.opened(equation.params["cond_jaxpr"]).outvars
    known = None if compat.is_literal(answer) else by_name(traced.trace.batched).get(traced.names[-1].get(answer, ""))
    axes = tuple(dims[0] if dims else None for dims in known.axes) if known else ()
    every = examples.by_level(counts, axes, traced.call)
    return None if every is None else tuple(int(count) for count in every.ravel())


def _telling(written: Equation, made: Sequence[Any], total: int) -> int | None:
    """The carried value that says most: one of each example's own that changes, with few numbers, and no counter."""
    several = any(_batched(value.axes) for value in written.outputs)

    def rank(number: int) -> tuple[Any, ...]:
        value, notes = written.outputs[number], plain(made[number])[: min(total, FIRST)]
        still = len(notes) > 1 and bool((notes[1:] == notes[:-1]).all())
        size = math.prod(s for dim, s in enumerate(value.shape) if all(dim not in (a or ()) for a in value.axes))
        return several and not _batched(value.axes), still, size, not value.dtype.startswith("float"), number

    known = [number for number, notes in enumerate(made) if notes is not None]
    return min(known, key=rank, default=None)


def _batched(axes: tuple[tuple[int, ...] | None, ...]) -> bool:
    return any(axes)


def _cut(notes: Any, shape: tuple[int, ...], total: int) -> Preview:
    """The notes of the turns that were made, the turns last."""
    part = preview(jnp.moveaxis(notes[: min(total, FIRST)], 0, -1))
    return Preview(part.dtype, (*shape, total), part.shown, part.cells)
