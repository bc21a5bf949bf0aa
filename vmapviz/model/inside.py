"""The values of one pass through a body: which body an equation stands in, which loops are around it, and what the worker found there."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

import msgspec
from msgspec.structs import replace

from vmapviz.model.lanes import Exchange
from vmapviz.model.programs.index import index, outer
from vmapviz.model.trace import Equation, Trace
from vmapviz.model.values import Preview, Turning, Values

LOOPS = ("scan", "while")


class Pass(msgspec.Struct, frozen=True):
    """What one program computed in one pass through a body, by name; where nothing was, `why` says so.

    `counts` holds how often each loop around it runs, outermost first, as far as was gone; `turning` the loops in it by path.
    """

    values: dict[str, Preview]
    counts: tuple[int, ...] = ()
    why: str = ""
    turning: dict[str, Turning] = {}


class Inside(msgspec.Struct, frozen=True):
    """One pass through the body around the equation at `path`, for one example (counted flat) and for all.

    `turn` holds the iteration of every loop around it, from 0, outermost first, and `asked` those that were asked for: of a loop with
    fewer iterations it is the last. `counts` says how many there are; `ended` is false where a loop had not ended when the time for
    it was over. `live` says, with one axis per level (outermost first), for which
    examples this pass counts; what it computes for the others is thrown away; None = it counts for all.

    Where pmap made the pass, too, on `devices`: `exchanges` is what they gave and got by the collectives of the body (no piece of one
    that does not come there), or `not_exchanged` says why it is not known.
    """

    path: str
    example: int
    asked: tuple[int, ...]
    turn: tuple[int, ...]
    counts: tuple[int, ...]
    one: Pass
    batched: Pass
    live: Preview | None = None
    ended: bool = True
    devices: int = 0
    exchanges: tuple[Exchange, ...] = ()
    not_exchanged: str = ""


def holders(place: str) -> tuple[tuple[str, str], ...]:
    """The equations around a body and the names of their subprograms, outermost first: ("2", "body_jaxpr")."""
    parts = place.split(".") if place else []
    return tuple((".".join(parts[:n]), parts[n]) for n in range(1, len(parts), 2))


def places(trace: Trace, path: str | None) -> tuple[str | None, str | None]:
    """The bodies that an equation stands in, in the original and in the last program; "" at the top, None where it is not."""
    look = index(trace)
    if path is None:
        return None, None
    if path.startswith("+"):
        return None, outer(path[1:]) if path[1:] in look.equations[-1] else None
    if path not in look.equations[0]:
        return None, None
    group = look.selected(path, -1)
    return outer(path), outer(group[0].path) if group else None


def is_inside(trace: Trace, path: str | None) -> bool:
    """Whether an equation stands in a body, so that its values are asked for by themselves."""
    return any(places(trace, path))


def loops(trace: Trace, path: str | None) -> tuple[str, ...]:
    """The loops around an equation, outermost first: paths in the original, or in the last program for what vmap inserted."""
    one, batched = places(trace, path)
    number = 0 if one is not None else -1
    return loops_around(index(trace).equations[number], (one if one is not None else batched) or "")


def loops_around(equations: Mapping[str, Equation], place: str) -> tuple[str, ...]:
    """The loops among the equations around a body of one program."""
    return tuple(path for path, _ in holders(place) if equations[path].primitive in LOOPS)


def kept_turn(turn: tuple[int, ...], before: tuple[str, ...], after: tuple[str, ...]) -> tuple[int, ...]:
    """The iterations looked at, where the loops around an equation are those around the one before."""
    rows = takewhile(lambda row: row[1] == row[2], zip(turn, before, after, strict=False))
    return tuple(row[0] for row in rows)


def merged(values: Values | None, inside: Inside) -> Values:
    """The values with those of one pass: names are unique in a program, bodies included."""
    before = values or Values((), (), {})
    whole = {**before.batched, **inside.batched.values}
    before = replace(before, batched=whole, turning={**before.turning, **inside.batched.turning})
    if inside.one.why:
        return before
    ones = dict(zip(before.examples, before.one, strict=False))
    ones[inside.example] = {**ones.get(inside.example, {}), **inside.one.values}
    loops = dict(zip(before.examples, before.turning_one, strict=False))
    loops[inside.example] = {**loops.get(inside.example, {}), **inside.one.turning}
    turning_one = tuple(loops.get(example, {}) for example in ones)
    return replace(before, examples=tuple(ones), one=tuple(ones.values()), turning_one=turning_one)


def thrown_away(trace: Trace, inside: Inside) -> frozenset[str]:
    """The names in the last program that count only for the examples in `inside.live`: what the body computes, not what it is given."""
    look = index(trace)
    one, batched = places(trace, inside.path)
    if inside.live is None:
        return frozenset()

    def is_in(path: str) -> bool:
        return bool(one and look.roots[-1][path].startswith(f"{one}.")) or bool(batched and outer(path) == batched)

    return frozenset(v.name for path, equation in look.equations[-1].items() if is_in(path) for v in equation.outputs)
