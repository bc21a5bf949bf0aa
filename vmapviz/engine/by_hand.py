"""The program of the reference, which the user wrote by hand for the whole batch, linked to the original through vmap's equations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import jax
import msgspec
import numpy as np

from vmapviz.engine import annotate, compat
from vmapviz.engine.calls import Arguments, argument_labels
from vmapviz.engine.programs import program_of
from vmapviz.engine.sources import Sources
from vmapviz.engine.trace import Traced
from vmapviz.model.by_hand import Numbers, Read, agreement, pairs
from vmapviz.model.problem import Problem
from vmapviz.model.trace import Equation, Program, Trace, equations_of

FORM = "by hand"
AXES_UNKNOWN = "The batch axes of some values by hand are not known: `{name}` does not take another number of examples."


class NoProgramError(Exception):
    """There is no program by hand; `title` and `text` say why."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__(title)
        self.title, self.text = title, text

    def problem(self) -> Problem:
        """Why, in words."""
        return Problem("by hand", f"**{self.title}**", self.text, "stopped")


def by_hand(traced: Traced, reference: Any, name: str) -> tuple[Trace, str]:
    """The original and the program of the reference, called `name`, and in words what could not be found out.

    An equation of the reference leads to that equation of the original of which vmap made the very same value. `exact` is true:
    both are what JAX makes. Raises NoProgramError, and what the reference raises.
    """
    if reference is None:
        raise NoProgramError("There is no version by hand.", "The header's `reference` names it.")
    jaxpr = _jaxpr(reference, name, traced.call.arguments)
    labels = argument_labels(reference, traced.call.arguments)
    program = program_of(jaxpr, labels, Sources(traced.files))[0]
    vmapped = _from_original(traced.trace)
    numbers = Numbers()
    theirs = numbers.read(vmapped, tuple(_contents(traced.jaxprs[-1])))
    ours = numbers.read(program, tuple(_contents(jaxpr)))
    program, unknown = _with_axes(traced, reference, program)
    program = _with_origins(program, _origins(vmapped, theirs, ours))
    *levels, last = traced.trace.levels
    hand = msgspec.structs.replace(last, form=FORM, hand=agreement(name, theirs, ours))
    note = AXES_UNKNOWN.format(name=name) if unknown else ""
    return Trace(True, (*levels, hand), (traced.trace.original, program)), note


def _jaxpr(reference: Any, name: str, arguments: Arguments) -> Any:
    args, kwargs = arguments
    try:
        return jax.make_jaxpr(reference)(*args, **kwargs)
    except jax.errors.TracerArrayConversionError:
        text = "It computes with numpy, which JAX cannot look into. Its result is checked and its time measured all the same."
        raise NoProgramError(f"`{name}` has no jaxpr.", text) from None


def _contents(jaxpr: Any) -> Iterator[str]:
    """What the constants of a jaxpr hold: equal texts for equal arrays."""
    for value in compat.constant_values(jaxpr):
        try:
            array = np.asarray(value)
            yield f"{array.dtype}{array.shape}{hashlib.sha256(array.tobytes()).hexdigest()}"
        except TypeError:  # a key, or another array that numpy cannot hold
            yield f"id {id(value)}"


def _from_original(trace: Trace) -> Program:
    """The vmapped program, each equation with its origin in the original, however many vmaps there are between."""
    leads: dict[str, str] = {equation.path: equation.path for equation in equations_of(trace.original)}
    for program in trace.programs[1:]:
        found = {e.path: leads[e.origin] for e in equations_of(program) if e.origin in leads}
        leads = found
    return _with_origins(trace.batched, leads)


# --- links ------------------------------------------------------------------------------------------------------------


def _origins(vmapped: Program, theirs: Read, ours: Read) -> dict[str, str]:
    """The original's equation of every equation by hand that is one of vmap's; of calls, that of the call it corresponds to."""
    origin = {equation.path: equation.origin for equation in equations_of(vmapped)}
    found: dict[str, str] = {}
    for mine, other in pairs(theirs, ours).same.items():
        here, there = ours.steps[mine].path.split("."), theirs.steps[other].path.split(".")
        # An equation in a call in a call is "2.jaxpr.0.jaxpr.1": the calls around it correspond as far as both have them.
        while here and there:
            if leads := origin.get(".".join(there)):
                found.setdefault(".".join(here), leads)
            here, there = here[:-2], there[:-2]
    return found | _of_calls(ours, found)


def _of_calls(ours: Read, found: dict[str, str]) -> dict[str, str]:
    """Calls that correspond to none, but all of what they call leads to one equation: they lead there, too."""
    inside: dict[str, set[str | None]] = {}
    for step in ours.steps:
        path = step.path.rpartition(".")[0].rpartition(".")[0]
        while path:
            inside.setdefault(path, set()).add(found.get(step.path))
            path = path.rpartition(".")[0].rpartition(".")[0]
    alone = {path: leads for path, (leads, *others) in inside.items() if not others and leads is not None}
    return {path: leads for path, leads in alone.items() if path not in found}


def _with_origins(program: Program, origins: dict[str, str]) -> Program:
    def linked(equation: Equation) -> Equation:
        inside = tuple((name, _with_origins(inner, origins)) for name, inner in equation.subprograms)
        return msgspec.structs.replace(equation, origin=origins.get(equation.path), subprograms=inside)

    return msgspec.structs.replace(program, equations=tuple(map(linked, program.equations)))


# --- which dimensions hold examples -----------------------------------------------------------------------------------


def _with_axes(traced: Traced, reference: Any, program: Program) -> tuple[Program, bool]:
    """The program with the dimensions that grow with the examples of each level, and whether some are not known."""
    columns = [
        annotate.changed_dimensions(program, _at_another_size(traced, reference, level))
        for level in range(len(traced.call.levels))
    ]
    unknown = any(annotate.UNKNOWN in column for column in columns)
    rows = zip(*columns, strict=True)
    known = (tuple(None if isinstance(found, annotate.Unknown) else found for found in row) for row in rows)
    return annotate.with_axes(program, known), unknown


def _at_another_size(traced: Traced, reference: Any, level: int) -> Program | None:
    """The program with one more example; None where the reference refuses it."""
    call = traced.call.resized(level, traced.call.stages[level].size + 1)
    try:
        return program_of(_jaxpr(reference, "", call.arguments))[0]
    except Exception:  # the number of examples is built into it: said
        return None
