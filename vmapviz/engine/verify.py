"""Verifies a trace against plain JAX, and finds the batch axes of helper values by tracing at another size."""

from __future__ import annotations

from typing import Any

import jax

from vmapviz.engine import annotate
from vmapviz.engine.calls import Call
from vmapviz.engine.programs import program_of
from vmapviz.engine.trace import Traced, chain
from vmapviz.model.compare import same
from vmapviz.model.trace import Program, Trace, Value

Dimensions = list[tuple[int, ...] | None]


def verify(traced: Traced) -> tuple[Trace, str]:
    """The trace with `exact` decided and the axes of every value filled in, and in words what could not be found out.

    `exact`: every batched program equals an independently made plain `make_jaxpr(vmap(fun))`, up to variable names.
    """
    trace = traced.trace
    exact = all(same(program, _plain(traced, depth)) for depth, program in enumerate(trace.programs))
    programs, unknown = _with_all_axes(traced)
    notes = [traced.note] if traced.note else []
    if not exact:
        notes.append("This is not exactly what plain JAX makes of the function: links may be incomplete.")
    if unknown:
        notes.append(
            "The batch axes of some helper values are not known: the program changes with the number of examples."
        )
    return Trace(exact, trace.levels, programs), " ".join(notes)


def _plain(traced: Traced, depth: int) -> Program:
    return program_of(traced.call.plain(depth)[0])[0]


def _with_all_axes(traced: Traced) -> tuple[tuple[Program, ...], bool]:
    """The programs with the axes of helper values, and whether some stayed unknown."""
    programs = traced.trace.programs
    columns: list[list[Dimensions | None]] = [[] for _ in programs]
    for level in range(len(traced.call.levels)):
        others = _at_another_size(traced, level)
        for depth in range(level + 1, len(programs)):
            other = others[depth - level - 1] if others else None
            columns[depth].append(annotate.changed_dimensions(programs[depth], other) if other else None)
    filled = [_filled(program, column) for program, column in zip(programs[1:], columns[1:], strict=True)]
    return (programs[0], *filled), any(column is None for columns_ in columns for column in columns_)


def _filled(program: Program, columns: list[Dimensions | None]) -> Program:
    known = annotate.values_in_order(program)
    rows = [
        _row(value, [column[i] if column else None for column in columns], columns) for i, value in enumerate(known)
    ]
    return annotate.with_axes(program, iter(rows))


def _row(value: Value, found: Dimensions, columns: list[Dimensions | None]) -> annotate.Axes:
    """What the other trace found, or, where it could not be compared, what the links already know."""
    known = value.axes or (None,) * len(found)
    return tuple(f if column is not None else k for f, k, column in zip(found, known, columns, strict=True))


def _at_another_size(traced: Traced, level: int) -> list[Program] | None:
    """The programs after each level from `level` on, with one more example there; None when that cannot be traced."""
    try:
        return [program_of(linked)[0] for linked in _retraced(traced, level)]
    except (
        Exception
    ):  # a size the function refuses, or axis sizes built into the program: the axes stay unknown, and it is said
        return None


def _retraced(traced: Traced, level: int) -> list[Any]:
    call = _another_size(traced.call, level)
    if not any(vmap.axis_name for vmap in call.levels):
        return [one.jaxpr for one in chain(call, traced.jaxprs[level], traced.out_trees[level], first=level)]
    original, shapes = call.plain(0)
    return [one.jaxpr for one in chain(call, original, jax.tree.structure(shapes))][level:]


def _another_size(call: Call, level: int) -> Call:
    return call.resized(level, call.stages[level].size + 1)
