"""A scan turn by turn: the slice that a turn takes in and the one that it gives out in frames, the carry when the last is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from vmapviz.model.depends.loops import scan_parts
from vmapviz.model.scenes.lanes import at_turn, counted, has_lanes, in_lanes, turn_by_turn, why_not
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
            yield replace(still, items=(*(_told(item, halves, run, turn) for item in still.items), *taken))
        return
    length = parts(halves[0].equation, halves[0].shapes)[2]
    for turn in range(min(length, MOST_STOPS)):
        late = {key for half in halves for key in _late(half, run, turn)}
        frames = [frame for half in halves for frame in _frames(half, run, turn)]
        said = at_turn(turn + 1, length)
        names = {f"{half.result}{n}" for half in halves for n in range(len(half.equation.outputs))}
        items = [_said(item, said) for item in unfilled(run, late, names if turn < length - 1 else ())]
        yield replace(run, items=(*(_told(item, halves, run, turn) for item in items), *frames))


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


def _sliced(half: Half) -> list[str]:
    """The arrays of which every turn takes in, or gives out, a slice."""
    consts, carried, _ = parts(half.equation, half.shapes)
    given = [f"{half.result}{n}" for n in range(carried, len(half.equation.outputs))]
    return [*half.operands[consts + carried :], *given]


def _frames(half: Half, run: Scene, turn: int) -> Iterator[Item]:
    at = _slice(half, turn)
    for name in _sliced(half):
        rects = _rects(run, name)
        inside = [rect for index, rect in rects if index[:1] == (at,)] or _left_out(run, name, rects, at)
        if inside:
            yield framed(bounds(inside), f"{name}~")


def _left_out(run: Scene, name: str, rects: list[tuple[Index, Rect]], at: int) -> list[Rect]:
    """The break mark that stands for a slice: it lies right behind the last slice before that is drawn."""
    drawn = sorted({index[0] for index, _ in rects if index})
    before = [each for each in drawn if each < at]
    if not before:
        return []
    first, near, last = (bounds(r for i, r in rects if i[0] == each) for each in (drawn[0], before[-1], drawn[-1]))
    down = last[1] > first[1] if len(drawn) > 1 else len(rects[0][0]) > 1  # a vector lies along the line of the picture
    marks = [i for i in run.items if isinstance(i, Rect) and i.key.startswith(f"{name}:") and "None" in i.key]
    if down:
        return [i for i in marks if abs(i.y - near[3]) < 1 and near[0] - 1 < i.x < near[2] - 1]
    return [i for i in marks if abs(i.x - near[2]) < 1 and near[1] - 1 < i.y < near[3] - 1]


def _told(item: Item, halves: list[Half], run: Scene, turn: int) -> Item:
    """The note below the arrow of a scan that goes backwards tells the slice, too, where that is not among those drawn."""
    is_note = isinstance(item, Text) and item.key.endswith(".below") and item.text.startswith("turn ")
    backwards = param(halves[0].equation, "reverse")
    if not isinstance(item, Text) or not is_note or not backwards:
        return item
    drawn = [_rects(run, name) for half in halves for name in _sliced(half)]
    at = _slice(halves[0], turn)
    seen = all(any(index[:1] == (at,) for index, _ in rects) for rects in drawn if rects)
    return item if seen else replace(item, text=f"{item.text}, slice {at:,}")


def _rects(run: Scene, name: str) -> list[tuple[Index, Rect]]:
    return [(index, rect) for index, (_, rect) in cells_of(run, name).items()]
