"""Pairs the equations of a program with those of the same program traced inside pmap, where JAX adds equations of its own."""

from __future__ import annotations

from typing import Any

import msgspec

from vmapviz.model.trace import Equation, Program, equations_of

ADDED = ("reshard", "pvary")
Paths = dict[str, str]


def paths(inside: Program, original: Program) -> Paths | None:
    """The original's path by the path inside, of equations and of subprograms ("" is the whole program); what only the program inside
    has is left out. None where the two are not the same program with some equations added."""
    found: Paths = {"": ""}
    return found if _paired(inside, original, found) else None


def _paired(inside: Program, original: Program, found: Paths) -> bool:
    waiting = list(reversed(original.equations))
    for equation in inside.equations:
        if waiting and _alike(equation, waiting[-1]):
            if not _paired_bodies(equation, waiting.pop(), found):
                return False
        elif equation.primitive not in ADDED:
            return False
    return not waiting


def _alike(a: Equation, b: Equation) -> bool:
    names, others = ([name for name, _ in equation.subprograms] for equation in (a, b))
    types, wanted = ([(value.dtype, value.shape) for value in equation.outputs] for equation in (a, b))
    return a.primitive == b.primitive and names == others and types == wanted


def _paired_bodies(inside: Equation, original: Equation, found: Paths) -> bool:
    found[inside.path] = original.path
    for (name, body), (_, other) in zip(inside.subprograms, original.subprograms, strict=True):
        found[f"{inside.path}.{name}"] = f"{original.path}.{name}"
        if not _paired(body, other, found):
            return False
    return True


def with_origins(program: Program, known: Paths) -> Program:
    """The program whose origins are those of the original; equations that come from what was added have none."""
    return msgspec.structs.replace(program, equations=tuple(_with_origin(e, known) for e in program.equations))


def _with_origin(equation: Equation, known: Paths) -> Equation:
    bodies = tuple((name, with_origins(body, known)) for name, body in equation.subprograms)
    origin = known.get(equation.origin) if equation.origin is not None else None
    source = equation.source if origin is not None else None
    return msgspec.structs.replace(equation, subprograms=bodies, origin=origin, source=source)


def with_landings(landings: dict[str, Any], known: Paths) -> dict[str, Any]:
    """What was noted by path inside, by path of the original."""
    return {known[path]: noted for path, noted in landings.items() if path in known}


def with_backward(program: Program, inside: Program) -> Program:
    """The program whose custom_vjp_calls have the text of their backward function as it was inside, where it is the same function:
    evaluating the equation wraps it once more."""
    given = {
        e.path: {param[0]: param for param in e.params}
        for e in equations_of(inside)
        if e.primitive == "custom_vjp_call"
    }
    return _with_backward(program, given) if given else program


def _with_backward(program: Program, given: dict[str, dict[str, Any]]) -> Program:
    def changed(equation: Equation) -> Equation:
        bodies = tuple((name, _with_backward(body, given)) for name, body in equation.subprograms)
        known = given.get(equation.origin or "", {}) if equation.primitive == "custom_vjp_call" else {}
        params = tuple(known.get(param[0], param) if param[0] == "bwd" else param for param in equation.params)
        return msgspec.structs.replace(equation, subprograms=bodies, params=params)

    return msgspec.structs.replace(program, equations=tuple(map(changed, program.equations)))
