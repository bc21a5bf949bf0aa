"""Pairs the equations of a program with those of the same program traced inside pmap, where JAX adds equations of its own."""

from __future__ import annotations

from typing import Any

import msgspec

from vmapviz.model.trace import Equation, Program, equations_of, places_of

ADDED = ("reshard", "pvary")
Paths = dict[str, str]


def paths(inside: Program, original: Program) -> Paths | None:
    """The original's path by the path inside, of equations and of subprograms ("" is the whole program); what only the program inside
    has is left out. None where the two are not the same program with some equations added."""
    pairs = _Pairs(places_of(original))
    return pairs.found if pairs.paired(inside, original) else None


class _Pairs:
    """A body that JAX holds once may be held twice inside pmap, where types know of the devices: both are the original's one."""

    def __init__(self, places: dict[str, Program]) -> None:
        self.found: Paths = {"": ""}
        self._places = places

    def paired(self, inside: Program, original: Program) -> bool:
        """Whether each equation of the original was found inside, in order."""
        waiting = list(reversed(original.equations))
        for equation in inside.equations:
            if waiting and _alike(equation, waiting[-1]):
                if not self._bodies(equation, waiting.pop()):
                    return False
            elif equation.primitive not in ADDED:
                return False
        return not waiting

    def _bodies(self, inside: Equation, original: Equation) -> bool:
        self.found[inside.path] = original.path
        for (name, body), (_, other) in zip(inside.subprograms, original.subprograms, strict=True):
            place = other.same_as or f"{original.path}.{name}"
            self.found[f"{inside.path}.{name}"] = place
            if body.same_as is None and not self.paired(body, self._places[place]):
                return False
        return True


def _alike(a: Equation, b: Equation) -> bool:
    names, others = ([name for name, _ in equation.subprograms] for equation in (a, b))
    types, wanted = ([(value.dtype, value.shape) for value in equation.outputs] for equation in (a, b))
    return a.primitive == b.primitive and names == others and types == wanted


def with_origins(program: Program, known: Paths) -> Program:
    """The program whose origins are those of the original; equations that come from what was added have none."""
    return msgspec.structs.replace(program, equations=tuple(_with_origin(e, known) for e in program.equations))


def _with_origin(equation: Equation, known: Paths) -> Equation:
    bodies = tuple((name, with_origins(body, known)) for name, body in equation.subprograms)
    origin = known.get(equation.origin) if equation.origin is not None else None
    source = equation.source if origin is not None else None
    return msgspec.structs.replace(equation, subprograms=bodies, origin=origin, source=source)


def with_landings(landings: dict[str, Any], known: Paths) -> dict[str, Any]:
    """What was noted by path inside, by path of the original; the first of several for one counts."""
    found: dict[str, Any] = {}
    for path in known:
        if path in landings:
            found.setdefault(known[path], landings[path])
    return found


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
