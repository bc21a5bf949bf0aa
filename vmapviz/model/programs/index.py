"""What links the programs of a trace, computed once: where every equation comes from, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby

import msgspec

from vmapviz.model.programs.operations import numbers, origins_of
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, Trace, equations_of, places_of

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Index(msgspec.Struct, frozen=True):
    """Look-ups over a trace; every tuple has one entry per program.

    `equations` maps paths to equations at any depth. `roots` maps them to the path in `programs[0]` they come from in the end,
    or to "+PATH" (a path of the last program) for inserted ones. `labels` numbers the outermost equations: "2", "2a", "2ba", "+".
    `mains` holds the paths of equations that do their original's work; the others help.
    `children` maps a path to the equations of the next program whose origin it is; the last program has none. `rooted` maps a root
    to the equations that come from it or from a body inside it. `places` holds the subprograms that stand in full.
    """

    equations: tuple[dict[str, Equation], ...]
    roots: tuple[dict[str, str], ...]
    labels: tuple[dict[str, str], ...]
    mains: tuple[frozenset[str], ...]
    children: tuple[dict[str, tuple[Equation, ...]], ...]
    rooted: tuple[dict[str, tuple[Equation, ...]], ...]
    places: tuple[dict[str, Program], ...]

    def full(self, program: int, subprogram: Program) -> Program:
        """A subprogram of one program as it stands in full, here or elsewhere."""
        return self.places[program][subprogram.same_as] if subprogram.same_as is not None else subprogram

    def label(self, program: int, path: str) -> str:
        """An equation as people count, bodies too: the outermost one's label, then the bodies' names and equations from 1."""
        outermost, *inner = path.split(".")
        label = self.labels[program].get(outermost, outermost)
        return ".".join([label, *(str(int(part) + 1) if part.isdecimal() else part for part in inner)])

    def selected(self, root: str, program: int) -> tuple[Equation, ...]:
        """The equations of one program that come from `root`, or from a body inside it, in order."""
        return self.rooted[program].get(root, ())


class Wrapped(msgspec.Struct, frozen=True, gc=False):
    """What stands around a program's own equations, outermost first (pmap's jit and shard_map; nothing around vmap's), the equations
    themselves, and how their paths begin."""

    wrappers: tuple[Equation, ...]
    equations: tuple[Equation, ...]
    prefix: str


def unwrapped(program: Program) -> Wrapped:
    """A program without what stands around it: single equations without an origin that hold what has one, or a shard_map."""
    wrappers: list[Equation] = []
    equations, prefix = program.equations, ""
    while len(equations) == 1 and equations[0].origin is None and len(equations[0].subprograms) == 1:
        name, inside = equations[0].subprograms[0]
        if equations[0].operation is not None:
            break
        sharded = any(equation.primitive == "shard_map" for equation in (*equations, *inside.equations))
        if not sharded and all(equation.origin is None for equation in equations_of(inside)):
            break
        wrappers.append(equations[0])
        prefix, equations = f"{equations[0].path}.{name}.", inside.equations
    return Wrapped(tuple(wrappers), equations, prefix)


def top(path: str) -> str:
    """The path of the outermost equation around `path`: "0.branches[1].3" gives "0"."""
    return path.partition(".")[0]


def outer(path: str) -> str:
    """The path of what directly holds `path`: an equation's subprogram, a subprogram's equation; "" at the top."""
    return path.rpartition(".")[0]


def first_use(equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
    """Of equations that come from one inside a body that is used in several forms, those of the first form."""
    return tuple(e for e in equations if outer(outer(e.path)) == outer(outer(equations[0].path)))


def index(trace: Trace) -> Index:
    """The look-ups of a trace; asking again for the same programs costs nothing."""
    return _index(trace.programs)


@by_identity(2)
def _index(programs: tuple[Program, ...]) -> Index:
    trace = Trace(None, (), programs)
    equations = tuple({e.path: e for e in equations_of(program)} for program in trace.programs)
    roots = _roots(trace, equations)
    labels = [{e.path: str(i + 1) for i, e in enumerate(trace.original.equations)}]
    unlinked = "+" if linked(trace) else "?"
    for program in trace.programs[1:]:
        whole = unwrapped(program)
        labels.append(_next_labels((*whole.wrappers, *whole.equations), labels[-1], unlinked))
    children = tuple(map(_children, equations[1:]))
    rooted = tuple(_rooted(found, root, equations[0]) for found, root in zip(equations, roots, strict=True))
    places = tuple(map(places_of, trace.programs))
    return Index(equations, roots, tuple(labels), _mains(equations, children), children, rooted, places)


def _rooted(
    equations: dict[str, Equation], roots: dict[str, str], originals: dict[str, Equation]
) -> dict[str, tuple[Equation, ...]]:
    """By root, and by every equation around it, the equations that come from there, in order.

    What stands in another use of a shared body comes from that body, but not from the first equation that holds it.
    """
    found: dict[str, list[Equation]] = {}
    within: dict[str, str] = {"": ""}

    @cache
    def around(path: str) -> tuple[str, ...]:
        return () if not path or path.startswith("+") else (path, *around(outer(outer(path))))

    @cache
    def elsewhere(holder: str) -> tuple[str, ...]:
        equation = originals.get(roots.get(holder, ""))
        return tuple(f"{inner.same_as}." for _, inner in equation.subprograms if inner.same_as) if equation else ()

    for path, equation in equations.items():
        holder, root = outer(outer(path)), roots[path]
        limit = next((place for place in elsewhere(holder) if root.startswith(place)), within[holder])
        if equation.subprograms:
            within[path] = limit
        starts = dict.fromkeys((root, *origins_of(equation))) if equation.operation else (root,)
        inside = (
            place
            for start in starts
            for place in (start, *around("" if start.startswith("+") else outer(outer(start))))
        )
        for place in dict.fromkeys(inside):
            if place and place.startswith(limit):
                found.setdefault(place, []).append(equation)
    return {root: tuple(group) for root, group in found.items()}


def linked(trace: Trace) -> bool:
    """Whether it is known where equations come from; not so with a JAX whose ways are unknown: then no value says what it became."""
    original = trace.original
    first = (v for e in original.equations[:1] for v in e.outputs)
    values = [*original.inputs, *original.constants, *first]
    return (
        not values
        or any(value.batched for value in values)
        or any(e.origin is not None for e in equations_of(trace.batched))
    )


def _roots(trace: Trace, equations: tuple[dict[str, Equation], ...]) -> tuple[dict[str, str], ...]:
    roots: list[dict[str, str]] = [{path: path for path in equations[0]}]
    for level, found in enumerate(equations[1:], start=1):
        before = roots[-1]
        roots.append({p: before.get(e.origin or "", f"+{level}:{p}") for p, e in found.items()})
    names: dict[str, str] = {}
    for path, root in roots[-1].items():
        if root.startswith("+"):
            names.setdefault(root, f"+{path}")
    return tuple({p: names.get(r, "") if r.startswith("+") else r for p, r in found.items()} for found in roots)


def _mains(
    equations: tuple[dict[str, Equation], ...], children: tuple[dict[str, tuple[Equation, ...]], ...]
) -> tuple[frozenset[str], ...]:
    """The equations with their original's primitive; where none has it, the last: it gives the result."""
    mains = [frozenset(equations[0])]
    for before, became in zip(equations, children, strict=False):
        found: set[str] = set()
        for origin, group in became.items():
            if origin in mains[-1]:
                same = [e.path for e in group if e.primitive == before[origin].primitive]
                found.update(same or [group[-1].path])
        mains.append(frozenset(found))
    return tuple(mains)


def _next_labels(equations: Iterable[Equation], before: dict[str, str], unlinked: str) -> dict[str, str]:
    """Labels of a program's outermost equations: that of the equation they come from, with a letter when there are several."""
    of = {e.path: before.get(top(e.origin), "?") if e.origin is not None else unlinked for e in equations}
    joined = {
        e.path: tops for e in equations if e.operation and len(tops := {top(path) for path in e.operation.origins}) > 1
    }
    counts: dict[str, int] = {}
    for path, label in of.items():
        counts[label] = counts.get(label, 0) + (path not in joined)
    seen: dict[str, int] = {}
    labels = {}
    for path, label in of.items():
        if path in joined:
            labels[path] = numbers(before[one] for one in sorted(joined[path], key=int))
            continue
        alone = counts[label] == 1 or label in "+?"
        labels[path] = label if alone else label + _letter(seen.setdefault(label, 0))
        seen[label] = seen.get(label, 0) + 1
    return labels


def _letter(i: int) -> str:
    """a … z, then a2 … z2, a3 …"""
    turn, letter = divmod(i, len(_LETTERS))
    return _LETTERS[letter] + (str(turn + 1) if turn else "")


def _children(equations: dict[str, Equation]) -> dict[str, tuple[Equation, ...]]:
    children: dict[str, list[Equation]] = {}
    for equation in equations.values():
        for origin in origins_of(equation):
            children.setdefault(origin, []).append(equation)
    return {path: tuple(found) for path, found in children.items()}


def ranges(labels: Iterable[str]) -> str:
    """Labels in few characters: "3a–c" for 3a 3b 3c; those of other levels stand for themselves: "3a–b, 3ca"."""
    groups = [list(g) for _, g in groupby(labels, key=lambda label: (label.rstrip(_LETTERS), len(label)))]
    return ", ".join(f"{g[0]}–{g[-1][len(g[-1].rstrip(_LETTERS)) :]}" if len(g) > 1 else g[0] for g in groups)
