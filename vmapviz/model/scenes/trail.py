"""Back through all that an equation became: the cells of every variable on the way that a cell comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.depends import Case, Cells, Index, Sources, look_at
from vmapviz.model.depends import sources as sources_of
from vmapviz.model.depends.cells import Box, one, unknown
from vmapviz.model.depends.values import inside
from vmapviz.model.programs.index import index
from vmapviz.model.scenes.equations import became, scope
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.trace import Batched, Equation, is_literal

MOST_CELLS = 1000  # that are traced back on the way from one


def cells_of(subject: Subject, made: Equation, output: int, at: Index, turn: int | None = None) -> Sources:
    """The cells of the operands of an equation of either program that a cell of one of its results comes from, or of what is carried
    after a turn."""
    return sources_of(case_of(subject, made, output, at, turn))


def case_of(subject: Subject, made: Equation, output: int, at: Index, turn: int | None = None) -> Case:
    """A cell of a result of an equation of either program with all that is known of its operands, as the rules ask for it."""
    alone = index(subject.trace).equations[0].get(made.path) is made
    program = subject.trace.original if alone else subject.trace.batched
    seen = scope(program, made.path)
    known = seen.top or subject.inside is not None
    shapes, looks = [], []
    for name in made.inputs:
        value = seen.values.get(name)
        shapes.append(value.shape if value is not None else ())
        preview = subject.one_preview(name, value) if alone else subject.batched_preview(name)
        looks.append(look_at(preview if known or value is None else None))
    levels = zip(subject.trace.levels, subject.follow, strict=True)
    named = {level.name: (place, level.size) for level, place in levels if alone and level.name}
    places = index(subject.trace).places[0 if alone else -1]
    turning = subject.turning(made.path, one=alone) if made.primitive == "while" else None
    turns = turning.turns if turning is not None else ()
    inner = inside(subject.inner(alone), made.path)
    return Case(made, tuple(shapes), tuple(looks), output, at, places, at=named, turns=turns, turn=turn, inner=inner)


class Trail(NamedTuple):
    """What a cell comes from: cells of what was `given`, by variable, and what was `read` of it, by equation and number of the operand."""

    given: dict[str, Cells]
    read: dict[tuple[str, int], Cells]


def trail(subject: Subject, path: str, name: str, at: Index, most: int = MOST_CELLS, turn: int | None = None) -> Trail:
    """Where a cell of the last program comes from, or of what a loop carries after a turn, back through all that the equation became.

    Where there are more than `most` cells to trace back, any cell of what they are made of may be meant.
    """
    asked: dict[str, list[Cells]] = {name: [one(at)]}
    read: dict[tuple[str, int], list[Cells]] = {}
    left = most
    for made in reversed(became(index(subject.trace), path)):
        for output, value in enumerate(made.outputs):
            cells = together(asked.get(value.name, ()))
            if not cells.boxes:
                continue
            wanted = set(cells.each(left + 1))
            left -= len(wanted)
            when = turn if value.name == name else None
            found = _all(subject, made, output, cells, wanted, when) if left >= 0 else _any(subject, made)
            idle = (0,) if _chooses_nothing(subject, made) else ()
            for operand, each in ((n, each) for n, each in found if n not in idle):
                asked.setdefault(made.inputs[operand], []).append(each)
                read.setdefault((made.path, operand), []).append(each)
    del asked[name]
    return Trail(
        {each: together(cells) for each, cells in asked.items()},
        {each: together(cells) for each, cells in read.items()},
    )


def _all(
    subject: Subject, made: Equation, output: int, cells: Cells, wanted: set[Index], turn: int | None
) -> Iterator[tuple[int, Cells]]:
    """What all of some cells of a result come from, operand by operand."""
    rows = [cells_of(subject, made, output, at, turn) for at in sorted(wanted)]
    for operand, found in enumerate(zip(*rows, strict=True)):
        if not is_literal(made.inputs[operand]):
            all_of = together(found)
            yield operand, replace(all_of, exact=all_of.exact and cells.exact)


def _chooses_nothing(subject: Subject, made: Equation) -> bool:
    """Whether all cases are the same numbers: a choice that only keeps gradients out of branches that are not taken."""
    if made.primitive != "select_n":
        return False
    all_of = index(subject.trace).equations[-1].values()
    stopped = {each.outputs[0].name: each.inputs[0] for each in all_of if each.primitive == "stop_gradient"}
    return len({stopped.get(name, name) for name in made.inputs[1:]}) == 1


def _any(subject: Subject, made: Equation) -> Iterator[tuple[int, Cells]]:
    """Any cell of any operand."""
    seen = scope(subject.trace.batched, made.path).values
    yield from ((n, unknown(seen[name].shape)) for n, name in enumerate(made.inputs) if name in seen)


def together(parts: Iterable[Cells]) -> Cells:
    """The cells of several sets; sure only where all of them are."""
    found = [each for each in parts if each.boxes]
    boxes = {
        tuple(along if isinstance(along, range) else tuple(along) for along in box)
        for each in found
        for box in each.boxes
    }
    return Cells(tuple(boxes), all(each.exact for each in found))


def in_example(entry: Batched, cells: Cells, example: Index) -> Cells:
    """Those of the cells of a batched value that belong to an example, as cells of what that has of it."""

    def own(box: Box) -> Box | None:
        pairs = zip(entry.axes, example, strict=False)
        if any(dim is not None and at not in box[dim] for dim, at in pairs):
            return None
        return tuple(along for dim, along in enumerate(box) if dim not in entry.axes)

    return replace(cells, boxes=tuple(box for each in cells.boxes if (box := own(each)) is not None))
