"""What every change of a cell does to the results of equations: of many equations at once, compiled together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import jax
import numpy as np

from vmapviz.engine import compat
from vmapviz.engine.previews import is_key

Cell = tuple[int, tuple[int, ...]]  # number of an operand or output, and an index
Operands = list[Any]
Run = Callable[[list[Operands]], list[list[Any]]]
Changing = dict[Cell, set[Cell]]  # for every cell of every output the cells of the operands that change it


def changed(value: Any, index: tuple[int, ...], rng: np.random.Generator) -> Iterator[Any]:
    """The value with one cell changed, in several ways."""
    if is_key(value):
        words = np.array(jax.random.key_data(value))
        words[index] += rng.integers(1, 999, words[index].shape, np.uint32)
        yield jax.random.wrap_key_data(words, impl=jax.random.key_impl(value))
        return
    array = np.asarray(value)
    steps: tuple[Any, ...] = (0.37, -0.61, 200.0, -200.0)
    if array.dtype.kind in "iu":
        steps = (1, 2, 3, -1, -2, -3, 9, -9) if array.dtype.kind == "i" else (1, 2, 2**20)
    for step in (True,) if array.dtype == bool else steps:
        copy = array.copy()
        with np.errstate(over="ignore"):  # the largest number plus one is 0
            copy[index] = not copy[index] if array.dtype == bool else copy[index] + array.dtype.type(step)
        yield copy


def binding(equations: Sequence[Any]) -> Run:
    """Equations of JAX's, from the operands of each to the numbers of its results; of keys their words."""

    def run(read: list[Operands]) -> list[list[Any]]:
        made = [compat.bind(each, each.params, operands) for each, operands in zip(equations, read, strict=True)]
        return [[jax.random.key_data(value) if is_key(value) else value for value in results] for results in made]

    if any(is_key(atom.aval) for each in equations for atom in each.invars) and len(equations) > 1:
        own = {
            _kind(each): binding([each]) for each in equations
        }  # XLA takes far longer over all rounds of a hash at once
        alone = [own[_kind(each)] for each in equations]
        return lambda read: [found for run, operands in zip(alone, read, strict=True) for found in run([operands])]
    compiled: Run = jax.jit(run)
    return compiled


def _kind(equation: Any) -> tuple[str, ...]:
    """What two equations have in common that are compiled alike."""
    return str(equation.primitive), str(equation.params), *(str(atom.aval) for atom in equation.invars)


def observed(equations: Sequence[Any], run: Run, read: list[Operands], rng: np.random.Generator) -> list[Changing]:
    """What changes what, of every equation; literals stay as they are. In each run one cell of every equation is another."""
    found: list[Changing] = [{} for _ in equations]
    before = run(read)
    ways = [_ways(*pair, rng) for pair in zip(equations, read, strict=True)]
    for row in zip_longest(*ways):
        after = run([each[1] if each else operands for each, operands in zip(row, read, strict=True)])
        for n, each in enumerate(row):
            for output, variable in enumerate(equations[n].outvars if each else ()):
                for at in differing(before[n][output], after[n][output], variable.aval.shape):
                    found[n].setdefault((output, at), set()).add(each[0])
    return found


def _ways(equation: Any, read: Operands, rng: np.random.Generator) -> Iterator[tuple[Cell, Operands]]:
    for n, (atom, value) in enumerate(zip(equation.invars, read, strict=True)):
        for index in [] if compat.is_literal(atom) else np.ndindex(np.shape(value)):
            for other in changed(value, index, rng):
                yield (n, index), [*read[:n], other, *read[n + 1 :]]


def differing(old: Any, new: Any, shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The cells of an array of this shape in which two results differ; of keys, the words lie along more axes."""
    old, new = np.asarray(old), np.asarray(new)
    differs = ~((old == new) | ((old != old) & (new != new)))
    rows = differs.reshape(*shape, math.prod(differs.shape[len(shape) :])).any(-1)
    return (tuple(map(int, at)) for at in np.argwhere(rows))
