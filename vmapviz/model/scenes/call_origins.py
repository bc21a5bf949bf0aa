"""Where a picked cell of a result comes from, in the storyboard of the whole call: through every equation, back to the arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from vmapviz.model.depends import Cells, Index, look_at, through
from vmapviz.model.lanes import Lanes
from vmapviz.model.picked import Picked, in_batch, in_one
from vmapviz.model.programs.index import index
from vmapviz.model.scenes.origin_words import comes_from, given, spelled
from vmapviz.model.scenes.origins import Marks, figure_and_index
from vmapviz.model.scenes.parts import Part, Story
from vmapviz.model.scenes.subject import Subject, top_values
from vmapviz.model.slices import Named
from vmapviz.model.trace import Batched, is_literal

_LANE = re.compile(r"d\d+\.")  # the key of what a device has begins so: the rest is that of the whole array


def picked_at(story: Story, key: str) -> tuple[Picked, Index] | None:
    """The cell with this key, of an argument or a result, and the example it belongs to."""
    found = figure_and_index(_LANE.sub("", key, count=1))
    part = next((part for part in (*story.args, *story.outs) if found and found[0] in (part.key, _copy(part))), None)
    if found is None or part is None or is_literal(part.one_name):
        return None
    if found[0] == _copy(part):
        return Picked(part.one_name, found[1]), story.subject.follow
    own, example = in_one(_entry(part), found[1], story.subject.follow)
    return Picked(part.one_name, own), example


def marks(story: Story, cell: Picked, on: Lanes | None = None) -> Marks:
    """What is marked in the storyboard, of a cell of the original; in the lanes of the devices that it ran `on`, too."""
    here: dict[str, Index] = {}
    found: dict[str, Cells] = {}
    words = spelled(cell)
    for part in () if cell.batched or cell.turn is not None else (*story.args, *story.outs):
        if part.one_name != cell.name:
            continue
        here |= {_copy(part): cell.index, part.key: in_batch(_entry(part), cell.index, story.subject.follow)}
        if part not in story.outs:
            words = given(Picked(part.label, cell.index))
            continue
        output = story.outs.index(part)
        one = _back(story.subject, output, cell.index, batched=False)
        every = _back(story.subject, output, here[part.key], batched=True)
        found |= {_copy(arg): cells for arg, cells in zip(story.args, one, strict=False)}
        found |= {arg.key: cells for arg, cells in zip(story.args, every, strict=False)}
        shapes = [arg.one.shape if arg.one is not None else () for arg in story.args]
        words = comes_from(cell, list(zip([arg.label for arg in story.args], one, shapes, strict=True)))
    made = Marks(here, found, words, shapes=_shapes(story))
    return made if on is None else _in_lanes(story, made, on)


def _in_lanes(story: Story, marks: Marks, on: Lanes) -> Marks:
    """The same marks in what the devices have; what all have is read where an example is that the picked cell comes from."""
    parts = {part.key: part for part in (*story.args, *story.outs)}
    batched = {key: cells for key, cells in marks.sources.items() if key in parts and not parts[key].shared}
    reading = {story.subject.follow[-1] // on.each}
    for key, cells in batched.items():
        dim = parts[key].levels[-1]
        reading |= {at // on.each for box in cells.boxes for at in box[dim]} if dim is not None else set()

    def lanes(key: str) -> Iterator[int]:
        yield from (
            n
            for n in range(len(on.devices))
            if key in parts and (key not in marks.sources or key in batched or n in reading)
        )

    picked = {f"d{n}.{key}": at for key, at in marks.picked.items() for n in lanes(key)}
    sources = {f"d{n}.{key}": cells for key, cells in marks.sources.items() for n in lanes(key)}
    return replace(marks, picked={**marks.picked, **picked}, sources={**marks.sources, **sources})


def _shapes(story: Story) -> dict[str, Index]:
    parts = (*story.args, *story.outs)
    every = {part.key: part.all.shape for part in parts if part.all is not None}
    return every | {_copy(part): part.one.shape for part in parts if part.one is not None}


def named(story: Story, key: str, rank: int) -> Named | None:
    """The variable that a figure with so many axes shows: one of the last program, or what one example has of it."""
    part = next((part for part in (*story.args, *story.outs) if key in (part.key, _copy(part))), None)
    if part is None or is_literal(part.all_name):
        return None
    alone = key != part.key or part.all is None or len(part.all.shape) != rank
    return (part.one_name, False) if alone else (part.all_name, True)


def _copy(part: Part) -> str:
    """The key of the copy that one example is given."""
    return f"c{part.key}"


def _entry(part: Part) -> Batched:
    return Batched(part.all_name, "", part.all.shape if part.all is not None else (), part.levels)


def _back(subject: Subject, output: int, at: Index, batched: bool) -> Sequence[Cells]:
    program = subject.trace.batched if batched else subject.trace.original
    previews = {
        name: subject.batched_preview(name) if batched else subject.one_preview(name, value)
        for name, value in top_values(program).items()
    }
    looks = {name: look_at(preview) for name, preview in previews.items() if preview is not None}
    loops = ((e.path, subject.turning(e.path, not batched)) for e in program.equations if e.primitive == "while")
    turns = {path: turning.turns for path, turning in loops if turning is not None} | dict(subject.inner(not batched))
    return through(program, output, at, looks, index(subject.trace).places[-1 if batched else 0], turns)
