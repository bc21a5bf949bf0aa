"""Subprograms that JAX keeps once: what they are called, where they stand in full and who uses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, equations_of


class Shared(msgspec.Struct, frozen=True):
    """A subprogram with several uses: its name as JAX would print it, and the paths of the equations that hold it, first one first."""

    name: str
    program: Program
    users: tuple[str, ...]


@by_identity(8)
def shared(program: Program) -> dict[str, Shared]:
    """The subprograms of a program that are used more than once, by place; those that others need come before them."""
    users: dict[str, list[str]] = {}
    for equation in equations_of(program):
        for _, inner in equation.subprograms:
            if inner.same_as is not None:
                users.setdefault(inner.same_as, []).append(equation.path)
    found: dict[str, Shared] = {}
    taken: dict[str, int] = {}
    for equation, place, inner in _inner_first(program.equations) if users else ():
        if place in users:
            name = _name(equation, place, taken)
            found[place] = Shared(name, inner, (equation.path, *users[place]))
    return found


def needed(equations: Iterable[Equation], known: dict[str, Shared]) -> list[Shared]:
    """The shared subprograms that equations need, directly or by another; each after what it needs itself."""
    places: set[str] = set()

    def look(equations: Iterable[Equation]) -> None:
        for equation in equations:
            for name, inner in equation.subprograms:
                place = inner.same_as or f"{equation.path}.{name}"
                if place in known and place not in places:
                    places.add(place)
                    look(known[place].program.equations)
                elif place not in known:
                    look(inner.equations)

    look(equations)
    return [one for place, one in known.items() if place in places]


def _inner_first(equations: Iterable[Equation]) -> Iterator[tuple[Equation, str, Program]]:
    for equation in equations:
        for name, inner in equation.subprograms:
            yield from _inner_first(inner.equations)
            yield equation, f"{equation.path}.{name}", inner


def _name(equation: Equation, place: str, taken: dict[str, int]) -> str:
    """The name of the called function, else of the parameter; with a number where it is taken."""
    called = next((data for name, _, data in equation.params if name == "name"), None)
    name = called if isinstance(called, str) and called else place.rpartition(".")[2].partition("[")[0]
    name = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    count = taken[name] = taken.get(name, 0) + 1
    return name if count == 1 else f"{name}{count - 1}"
