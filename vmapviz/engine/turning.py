"""A loop turn by turn: how often each example turns, and what the body makes of a carried value in the first turns."""

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
KEPT_BYTES = 16 << 20  # of what all carried values were in the first turns
EQUATION_S = 1e-3  # to compile an equation of a body once more, at most; measured: 0.3 to 0.5 ms
SHARE = 3  # a loop is run once more within this part of the time that is left
by_name = by_identity(4)(unique_names)


class Played(NamedTuple):
    """A loop that has ended: how often each of its examples turned, and of each carried value the first entries of what the body
    made in the first turns, which lie along the first axis (None for keys and large values)."""

    counts: Any
    made: tuple[Any, ...]


class Again:
    """A loop that may be run once more, and how long it took when it was run."""

    def __init__(self, equation: Any) -> None:
        scans = str(equation.primitive) == "scan"
        self._equation, self._compiled, self._slowest = equation, False, 0.0
        self._run = jax.jit(_scanned(equation) if scans else lambda given, carry: turned(equation, given, carry)[:2])

    def foreseen(self, seconds: float) -> float:
        """How long it will take, in seconds, where JAX took so long now; not longer than the first time, which compiled it."""
        self._slowest = max(self._slowest, seconds)
        return 2 * seconds if self._compiled else 2 * self._slowest + EQUATION_S * size(self._equation)

    def __call__(self, operands: Arrays) -> Played:
        equation = self._equation
        given = [typed(value, atom.aval) for value, atom in zip(operands, equation.invars, strict=True)]
        counts, made = self._run(*split(equation, given))
        self._compiled = True
        return Played(counts, tuple(made))


again = by_identity(16)(Again)


def played(equation: Any, operands: Arrays) -> Played:
    """Runs a loop once more."""
    return again(equation)(operands)


def turned(equation: Any, given: tuple[Sequence[Any], Sequence[Any]], carry: Sequence[Any]) -> tuple[Any, Any, Arrays]:
    """A while as JAX makes it below the jaxpr: how often it turned, a note of what its body made, and what it gives; examples that
    are done stay as they are."""
    condition = compat.function_of(equation.params["cond_jaxpr"])
    body = compat.function_of(equation.params["body_jaxpr"])

    def turn(state: Any) -> Any:
        number, on, counts, before, notes = state
        after = body(*given[1], *before)
        notes = [_noted(note, number, value) for note, value in zip(notes, after, strict=True)]
        kept = [chosen(on, new, old) for new, old in zip(after, before, strict=True)]
        return number + 1, condition(*given[0], *kept)[0], counts + on, kept, notes

    on = condition(*given[0], *carry)[0]
    start = (0, on, jnp.zeros(jnp.shape(on), int), list(carry), _empty(carry))
    _, _, counts, kept, notes = lax.while_loop(lambda state: jnp.any(state[1]), turn, start)
    return counts, notes, kept


def _scanned(equation: Any) -> Callable[..., tuple[Any, Any]]:
    """The first turns of a scan, with a note of what its body made."""
    body, carried = compat.function_of(equation.params["jaxpr"]), compat.scan_parts(equation)[1]
    total, backwards = int(equation.params["length"]), bool(equation.params["reverse"])
    first = slice(total - min(FIRST, total), total) if backwards else slice(min(FIRST, total))

    def run(given: tuple[Arrays, Arrays], carry: Arrays) -> tuple[Any, Any]:
        def turn(state: Any, entries: Arrays) -> Any:
            number, before, notes = state
            after = body(*given[0], *before, *entries)[:carried]
            return (number + 1, after, [_noted(n, number, value) for n, value in zip(notes, after, strict=True)]), None

        start, entries = (0, list(carry), _empty(carry)), [array[first] for array in given[1]]
        (_, _, notes), _ = lax.scan(turn, start, entries, min(FIRST, total), backwards)
        return total, notes

    return run


def _empty(carry: Sequence[Any]) -> list[Any]:
    """Room for what carried values are in the first turns, as many of them as are kept."""
    rooms, kept = [], 0
    for value in carry:
        part = shown_part(value.shape)
        large = math.prod(part) < math.prod(value.shape) and len(part) > 3
        bytes_ = 0 if is_key(value) else FIRST * math.prod(part) * value.dtype.itemsize
        keeps = not is_key(value) and not large and kept + bytes_ <= KEPT_BYTES
        kept += bytes_ if keeps else 0
        rooms.append(jnp.zeros((FIRST, *part), value.dtype) if keeps else None)
    return rooms


def _noted(notes: Any, turn: Any, value: Any) -> Any:
    if notes is None:
        return None
    part = value[tuple(slice(0, size) for size in notes.shape[1:])]
    return notes.at[turn].set(part, mode="drop")


def is_shown(equation: Any) -> bool:
    """Whether an equation is a loop that is shown turn by turn: a while, or a scan that gives out nothing in its turns."""
    name = str(equation.primitive)
    return name == "while" or (name == "scan" and 0 < len(equation.outvars) == compat.scan_parts(equation)[1])


def turning(
    traced: Traced, program: int, equation: Any, written: Equation, operands: Arrays, took: float, left: float
) -> Turning:
    """A loop of a program turn by turn; `why` says what is not known of it. JAX `took` so many seconds for it, so many are `left`."""
    scans = str(equation.primitive) == "scan"
    known = (int(equation.params["length"]),) if scans else ()
    if equation.effects:
        return Turning(known, why="it does more than compute")
    if again(equation).foreseen(took) > left / SHARE:
        return Turning(known, why="running it again takes too long")
    found = played(equation, operands)
    turns = _by_example(traced, program, equation, np.asarray(found.counts)) if not scans else known
    if turns is None:
        return Turning((), why="not told apart by example")
    return _told(written, found.made, turns)


def _told(written: Equation, made: Sequence[Any], turns: tuple[int, ...]) -> Turning:
    """With the numbers of one carried value."""
    total = max(turns, default=0)
    number = _telling(written, made, total)
    if not total:
        return Turning(turns, number or 0)
    if number is None:
        return Turning(turns, why="too large to keep")
    return Turning(turns, number, _cut(made[number], written.outputs[number].shape, total))


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
