"""Verifies a trace against plain JAX, and finds the batch axes of helper values by tracing at another size."""

from __future__ import annotations

import itertools
import math
from typing import Any

import jax

from vmapviz.engine import annotate, compat, params
from vmapviz.engine.calls import Call
from vmapviz.engine.programs import program_of
from vmapviz.engine.trace import Traced, chain
from vmapviz.model.compare import same
from vmapviz.model.trace import Program, Trace, Value

Dimensions = list[annotate.Found]


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
    columns: list[list[Dimensions]] = [[] for _ in programs]
    for level in range(len(traced.call.levels)):
        for depth, other in enumerate(_at_another_size(traced, level), level + 1):
            columns[depth].append(annotate.changed_dimensions(programs[depth], other))
    pairs = list(zip(programs[1:], columns[1:], strict=True))
    unknown = any(annotate.UNKNOWN in row for _, rows in pairs for row in rows)
    return (programs[0], *(_filled(program, rows) for program, rows in pairs)), unknown


def _filled(program: Program, columns: list[Dimensions]) -> Program:
    values = annotate.values_in_order(program)
    rows = [_row(value, [column[i] for column in columns]) for i, value in enumerate(values)]
    return annotate.with_axes(program, iter(rows))


def _row(value: Value, found: list[annotate.Found]) -> annotate.Axes:
    """What the other trace found, or, where it could not be compared, what the links already know."""
    known = value.axes or (None,) * len(found)
    return tuple(k if isinstance(f, annotate.Unknown) else f for f, k in zip(found, known, strict=True))


def _at_another_size(traced: Traced, level: int) -> list[Program | None]:
    """The programs after each level from `level` on, with one more example there; None where they cannot be compared."""
    programs = traced.trace.programs[level:]
    try:
        others = _retraced(traced, level)
    except (
        Exception
    ):  # a size the function refuses, or axis sizes built into the program: the axes stay unknown, and it is said
        return [None] * (len(programs) - 1)
    alike = [annotate.alike(a, b) for a, b in zip(programs, others, strict=True)]
    # Origins are paths in the program before: they say the same only where that one is alike.
    return [
        other if before or here else None
        for other, (before, here) in zip(others[1:], itertools.pairwise(alike), strict=True)
    ]


def _retraced(traced: Traced, level: int) -> list[Program]:
    """The programs from the one before `level` on, with one more example there."""
    call = _another_size(traced.call, level)
    if traced.note:
        return [program_of(call.plain(depth)[0])[0] for depth in range(level, len(call.levels) + 1)]
    if not any(vmap.axis_name for vmap in call.levels):
        linked = chain(call, traced.jaxprs[level], traced.out_trees[level], first=level)
        return [traced.trace.programs[level], *(program_of(one.jaxpr, tag_prefix=one.prefix)[0] for one in linked)]
    original, shapes = call.plain(0)  # with a name, the function may ask for the size
    original = _permuting_all(original, dict(call.axis_env(0)))
    linked = chain(call, original, jax.tree.structure(shapes))
    after = [program_of(one.jaxpr, tag_prefix=one.prefix)[0] for one in linked]
    return [program_of(original)[0], *after][level:]


def _permuting_all(jaxpr: Any, sizes: dict[str, int]) -> Any:
    """The jaxpr whose permutations, which say every example by number, keep the examples they do not name where they are."""
    equations = [_permuting(equation, sizes) for equation in compat.opened(jaxpr).eqns]
    return compat.with_equations(jaxpr, equations)


def _permuting(equation: Any, sizes: dict[str, int]) -> Any:
    given = dict(equation.params)
    if str(equation.primitive) == "ppermute":
        named = {source for source, _ in given["perm"]}
        size = math.prod(sizes.get(name, 1) for name in given["axis_name"])
        given["perm"] = (*given["perm"], *((k, k) for k in range(size) if k not in named))
    inner = iter([_permuting_all(j, sizes) for _, value in sorted(given.items()) for j in params.jaxprs_in(value)])
    return equation.replace(params={name: params.replace_jaxprs(value, inner) for name, value in sorted(given.items())})


def _another_size(call: Call, level: int) -> Call:
    return call.resized(level, call.stages[level].size + 1)
