"""A scan turn by turn: the slice that a turn takes in and the one that it gives out in frames, the carry when the last is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from vmapviz.model.depends.loops import scan_parts
from vmapviz.model.scenes.lanes import counted, has_lanes, in_lanes, turn_by_turn, why_not
from vmapviz.model.scenes.layout import Index
from vmapviz.model.scenes.marks import bounds
from vmapviz.model.scenes.operation import MOST_OPERANDS, Operation, general, param
from vmapviz.model.scenes.rows import Row
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.sweep import MOST_STOPS, SWEPT, Half, cells_of, framed, swept, unfilled
from vmapviz.model.trace import Equation

PLAYED = SWEPT | {"scan", "while"}
Each = TypeVar("Each")


def scan(operation: Operation) -> Row:
    """What is carried and what is taken in, slice by slice; what is carried in the end and what was given out, or what is carried turn by
    turn where nothing was."""
    consts, carried, length = parts(operation.equation, [figure.shape for figure in operation.figures])
    taken, found = consts + carried, operation.turned
    operands = _first(operation.operands[taken:], operation.operands[consts:taken], operation.operands[:consts])
    results = _first(operation.results[carried:], operation.results[:carried], ())
    backwards = ", the last first" if param(operation.equation, "reverse") and operation.operands[taken:] else ""
    if found is not None and found.figure is not None and found.number < carried:
        carry, slices = operation.operands[consts:taken], operation.operands[taken:]
        return in_lanes(operation, found, found.figure, carry, slices, backwards)
    operation = operation._replace(operands=operands, results=results)
    return general(operation, counted(length) + backwards, why_not(found))


def _first(slices: tuple[Each, ...], carry: tuple[Each, ...], rest: tuple[Each, ...]) -> tuple[Each, ...]:
    """The carry before the slices, but no more of it in front than leaves a place for one of them."""
    most = MOST_OPERANDS - 1 if slices else MOST_OPERANDS
    return (*carry[:most], *slices, *carry[most:], *rest)


def parts(equation: Equation, shapes: Sequence[Index]) -> tuple[int, int, int]:
    """How many operands are constants, how many are carried, and how many turns there are; `shapes` are the operands'."""
    body = dict(equation.subprograms).get("jaxpr")
    if body is None or len(body.inputs) != len(shapes):
        found = (param(equation, name) for name in ("num_consts", "num_carry", "length"))
        consts, carried, length = (each if isinstance(each, int) else 0 for each in found)
        return consts, carried, length
    return scan_parts(equation, shapes, body)


def during(halves: Iterable[Half], made: Scene, run: Scene) -> Iterator[Scene]:
    """What is seen while an equation runs; nothing for those that do all in one."""
    both = list(halves)
    if any(half.equation.primitive == "while" for half in both):
        yield from turn_by_turn([half for half in both if half.equation.primitive == "while"], run)
    elif any(half.equation.primitive == "scan" for half in both):
        yield from _turns([half for half in both if half.equation.primitive == "scan"], run)
    else:
        yield from swept(both, made, run)


def _turns(halves: list[Half], run: Scene) -> Iterator[Scene]:
    if has_lanes(run):
        for turn, still in enumerate(turn_by_turn(halves, run)):
            taken = [frame for half in halves for frame in _frames(half, run, turn)]
            yield replace(still, items=(*still.items, *taken))
        return
    length = parts(halves[0].equation, halves[0].shapes)[2]
    for turn in range(min(length, MOST_STOPS)):
        late = {key for half in halves for key in _late(half, run, turn)}
        frames = [frame for half in halves for frame in _frames(half, run, turn)]
        said = f"turn {turn + 1} of {length}"
        names = {f"{half.result}{n}" for half in halves for n in range(len(half.equation.outputs))}
        items = [_said(item, said) for item in unfilled(run, late, names if turn < length - 1 else ())]
        yield replace(run, items=(*items, *frames))


def _said(item: Item, text: str) -> Item:
    """The note below a scan's arrow tells the turn."""
    is_note = isinstance(item, Text) and item.key.endswith(".below") and "turns" in item.text
    return replace(item, text=text) if isinstance(item, Text) and is_note else item


def _slice(half: Half, turn: int) -> int:
    """Which slice a turn takes."""
    return parts(half.equation, half.shapes)[2] - 1 - turn if param(half.equation, "reverse") else turn


def _late(half: Half, run: Scene, turn: int) -> Iterator[str]:
    """The cells of the results that are not there yet."""
    _, carried, length = parts(half.equation, half.shapes)
    done = {_slice(half, each) for each in range(turn + 1)}
    for n in range(len(half.equation.outputs)):
        for index, (key, _) in cells_of(run, f"{half.result}{n}").items():
            if turn < length - 1 if n < carried else index[0] not in done:
                yield key


def _frames(half: Half, run: Scene, turn: int) -> Iterator[Item]:
    consts, carried, _ = parts(half.equation, half.shapes)
    names = [*half.operands[consts + carried :]]
    names += [f"{half.result}{n}" for n in range(carried, len(half.equation.outputs))]
    for name in names:
        at = _slice(half, turn)
        inside = [rect for index, rect in _rects(run, name) if index[:1] == (at,)]
        if inside:
            yield framed(bounds(inside), f"{name}~")


def _rects(run: Scene, name: str) -> list[tuple[Index, Rect]]:
    return [(index, rect) for index, (_, rect) in cells_of(run, name).items()]
