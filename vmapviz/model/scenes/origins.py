"""Where a picked cell comes from, in the picture of an equation: frames in ink, all other numbers pale, and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from vmapviz.model.depends import Case, Cells, Index, Sources, look_at
from vmapviz.model.depends import sources as sources_of
from vmapviz.model.picked import Picked, in_batch, in_one
from vmapviz.model.programs.index import index
from vmapviz.model.remember import by_identity
from vmapviz.model.scenes import equation as pictures
from vmapviz.model.scenes import exchange
from vmapviz.model.scenes.collectives import collective
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.origin_words import comes_from, given
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.strips import place_on
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.slices import Named
from vmapviz.model.trace import Equation, Value, equations_of, is_literal, places_of

PALE, BOLD, THIN = 0.35, 2.5, 1.5
DASH = 3.0, 2.0  # of cells that it comes from perhaps
WORDS, LEAST = 12.0, 120.0
MOST_TURNED = 400  # cells of a turned operand
places = by_identity(2)(places_of)


class Marks(msgspec.Struct, frozen=True):
    """The picked cells and those they come from, by the key of their figure; and it in words, of one example and of the batch.

    `shapes` are those of the figures, for what stands on the bars of their axes.
    """

    picked: Mapping[str, Index]
    sources: Mapping[str, Cells]
    words: str
    batched: str = ""
    shapes: Mapping[str, Index] = {}


def figure_and_index(key: str) -> tuple[str, Index] | None:
    """The figure and the index of a cell from its key such as `q0:1,2`; None for what is no cell."""
    figure, mark, rest = key.partition(":")
    parts = rest.split(",") if rest else []
    return (figure, tuple(map(int, parts))) if mark and all(part.isdigit() for part in parts) else None


def picked_at(subject: Subject, path: str, key: str) -> tuple[Picked, Index] | None:
    """The cell with this key, as one of the original where it has one such, and the example it belongs to."""
    found, names = figure_and_index(key), _names(subject, path)
    if found is None or _own(subject, found[0]) not in names:
        return None
    figure, at = found
    name = names[_own(subject, figure)]
    if figure[0] in "lm":
        return Picked(name, at), (int(figure.partition(".")[2]),) if "." in figure else subject.follow
    for value in _originals(subject, path):
        entry = value.batched[-1] if value.batched else None
        if entry is not None and entry.name == name:
            own, example = in_one(entry, at, subject.follow)
            return Picked(value.name, own), example
    return Picked(name, at, True), subject.follow


def named(subject: Subject, path: str, key: str) -> Named | None:
    """The variable that a figure shows in the picture of an equation."""
    name = _names(subject, path).get(key)
    return None if name is None or is_literal(name) else (name, key[0] not in "lm")


def _own(subject: Subject, figure: str) -> str:
    """The figure of the followed example, of one of those that exchange something."""
    head, mark, _ = figure.partition(".")
    return f"{head}.{subject.flat}" if mark else figure


def marks(subject: Subject, path: str, cell: Picked) -> Marks:
    """What is marked in the picture of an equation."""
    names = _names(subject, path)
    here = {
        figure: at for figure, name in names.items() if (at := _place(subject, path, cell, figure, name)) is not None
    }
    found: dict[str, Cells] = {}
    for figure, at in here.items():
        if figure[0] in "mq":
            found |= _sources(subject, path, figure, at)
    sides = [
        [figure for figure in sorted(here, key=lambda each: "mqlosg".index(each[0])) if figure[0] in side]
        for side in ("ml", "qog")
    ]
    words = [_told(subject, path, side[0], names[side[0]], here[side[0]], found) if side else "" for side in sides]
    shapes = {figure: _shape(subject, path, figure, names[_own(subject, figure)]) for figure in (*here, *found)}
    return Marks(here, found, words[0] or words[1], words[1] if words[0] else "", shapes)


def _shape(subject: Subject, path: str, figure: str, name: str) -> Index:
    one, main, _ = pictures.drawn_equations(subject.trace, path)
    made, program = (one, subject.trace.original) if figure[0] in "lm" else (main, subject.trace.batched)
    values = pictures.scope(program, made.path).values if made is not None else {}
    return values[name].shape if name in values else ()


def marked(scene: Scene, marks: Marks) -> Scene:
    """The picture with its marks; its caption begins with the words."""
    items: list[Item] = []
    frames: list[Item] = []
    for item in scene.items:
        found = figure_and_index(item.key.removesuffix("#"))
        chosen = found is not None and marks.picked.get(found[0]) == found[1]
        source = found is not None and found[0] in marks.sources and marks.sources[found[0]].holds(found[1])
        frames.extend(_on_bar(item, marks) if isinstance(item, Rect) else ())
        if isinstance(item, Rect) and (chosen or source):
            sure = chosen or found is None or marks.sources[found[0]].exact
            frames.append(_frame(item, BOLD if chosen else THIN, None if sure else DASH))
        other = found is not None if isinstance(item, Text) else _frames(item)
        pale = other and marks.sources and not chosen and not source
        items.append(replace(item, opacity=item.opacity * PALE) if pale else item)
    both = f"{marks.words}; in the batch, {marks.batched}" if marks.batched else marks.words
    right = min([scene.width, *(x for x, end in _heads(scene) if end)]) - 16
    room = max(right - WORDS - max([0.0, *(x for x, end in _heads(scene) if not end)]), LEAST)
    seen = both if text_width(both, WORDS) <= room else marks.words
    words = Text(right, 20, seen, "ink", WORDS, anchor="end", width=room, key="picked.words")
    caption = f"{both}. {scene.caption}".strip()
    return replace(scene, items=(*items, *frames, words), caption=caption)


def _frame(cell: Rect, width: float, dash: tuple[float, float] | None) -> Rect:
    place = cell.x, cell.y, cell.width, cell.height
    return Rect(*place, "", "ink", width, dash, opacity=cell.opacity, key=f"{cell.key}=")


def _on_bar(item: Rect, marks: Marks) -> Iterator[Rect]:
    """The place of the picked cell, or of those it comes from, on the bar of an axis."""
    figure, mark, rest = item.key.partition("/")
    shape = marks.shapes.get(figure, ())
    if not mark or not rest.isdigit() or int(rest) >= len(shape):
        return
    dim = int(rest)
    if figure in marks.picked:
        yield _frame(replace(place_on(item, shape[dim], marks.picked[figure][dim], 1), key=item.key), BOLD, None)
    cells = marks.sources.get(figure)
    ranges = [box[dim] for box in cells.boxes if len(box[dim])] if cells is not None else []
    if cells is not None and ranges:
        start, end = min(map(min, ranges)), max(map(max, ranges)) + 1
        place = replace(place_on(item, shape[dim], start, end - start), key=item.key)
        yield _frame(place, THIN, None if cells.exact else DASH)


def _frames(item: Item) -> bool:
    """Whether an item is a frame in ink around several cells."""
    return isinstance(item, Rect) and item.line == "ink" and not item.fill and "@" not in item.key


def _heads(scene: Scene) -> list[tuple[float, bool]]:
    """The ends of the words at the top: where those from the left end, and where those at the right (True) begin."""
    heads = [item for item in scene.items if isinstance(item, Text) and item.y < 24 and item.anchor != "middle"]
    ends = [(item, text_width(item.text, item.size, item.mono, item.weight)) for item in heads]
    return [(i.x - width, True) if i.anchor == "end" else (i.x + width, False) for i, width in ends]


def _names(subject: Subject, path: str) -> dict[str, str]:
    """The variables of the picture by the key of their figure."""
    one, main, helpers = pictures.drawn_equations(subject.trace, path)
    found: dict[str, str] = {}
    for letters, each in (("lm", one), ("oq", main)):
        if each is not None:
            found |= {f"{letters[0]}{n}": name for n, name in enumerate(each.inputs)}
            found |= {f"{letters[1]}{n}": value.name for n, value in enumerate(each.outputs)}
    if collective(subject.trace, path) is not None:  # of which all are drawn, each with what it gives and gets
        found = {f"{key}.{subject.flat}" if key[0] in "lm" else key: name for key, name in found.items()}
    found |= pictures.given_to(subject.trace, path)
    return found | {f"s{n}": helper.inputs[0] for n, helper in helpers.items() if helper.inputs}


def _originals(subject: Subject, path: str) -> Iterator[Value]:
    """The values of the original's equation, what it gives first."""
    one = index(subject.trace).equations[0].get(path)
    if one is not None:
        seen = pictures.scope(subject.trace.original, path).values
        yield from one.outputs
        yield from (seen[name] for name in one.inputs if name in seen)


def _place(subject: Subject, path: str, cell: Picked, figure: str, name: str) -> Index | None:
    """Where a figure shows the picked cell."""
    if cell.batched or figure[0] in "lm":
        return cell.index if name == cell.name and cell.batched == (figure[0] not in "lm") else None
    for value in _originals(subject, path):
        entry = value.batched[-1] if value.batched else None
        if value.name == cell.name and entry is not None and entry.name == name:
            return in_batch(entry, cell.index, subject.follow)
    return None


def _sources(subject: Subject, path: str, figure: str, at: Index) -> dict[str, Cells]:
    """The cells of the operands' figures that a cell of a result comes from, and of what a helper turned."""
    one, main, helpers = pictures.drawn_equations(subject.trace, path)
    made = one if figure[0] == "m" else main
    assert made is not None
    letter = "l" if figure[0] == "m" else "o"
    sources = list(enumerate(_of(subject, made, int(figure[1:].partition(".")[0]), at)))
    if "." in figure:
        return {exchange.key(letter, n, place): cells for n, cells in sources for place in cells.examples}
    found = {f"{letter}{n}": cells for n, cells in sources}
    for n, helper in helpers.items() if letter == "o" else ():
        cells = found[f"o{n}"]
        turned = [_of(subject, helper, 0, each)[0].boxes for each in cells.each(MOST_TURNED)]
        found[f"s{n}"] = replace(cells, boxes=tuple(box for boxes in turned for box in boxes))
    return found


def _of(subject: Subject, made: Equation, output: int, at: Index) -> Sources:
    """The cells of the operands of an equation of either program."""
    one = index(subject.trace).equations[0].get(made.path) is made
    program = subject.trace.original if one else subject.trace.batched
    seen = pictures.scope(program, made.path)
    known = seen.top or subject.inside is not None
    shapes, looks = [], []
    for name in made.inputs:
        value = seen.values.get(name)
        shapes.append(value.shape if value is not None else ())
        preview = subject.one_preview(name, value) if one else subject.batched_preview(name)
        looks.append(look_at(preview if known or value is None else None))
    levels = zip(subject.trace.levels, subject.follow, strict=True)
    named = {level.name: (place, level.size) for level, place in levels if one and level.name}
    return sources_of(Case(made, tuple(shapes), tuple(looks), output, at, places(program), at=named))


def _told(subject: Subject, path: str, figure: str, name: str, at: Index, found: Mapping[str, Cells]) -> str:
    """The sentence of one side: where a cell of a figure comes from, for an operand from the equation that made it."""
    batched = figure[0] in "qog"
    one, main, _ = pictures.drawn_equations(subject.trace, path)
    program = subject.trace.batched if batched else subject.trace.original
    made, operands = (main, "o") if batched else (one, "l")
    if figure[0] in "mq" and made is not None:
        own = _of(subject, made, int(figure[1:].partition(".")[0]), at) if "." in figure else ()
        sources = list(own) or [found[f"{operands}{n}"] for n in range(len(made.inputs))]
    else:
        made, output = next(
            ((e, n) for e in equations_of(program) for n, value in enumerate(e.outputs) if value.name == name),
            (None, 0),
        )
        if made is None:
            return given(Picked(name, at))
        sources = list(_of(subject, made, output, at))
    seen = pictures.scope(program, made.path).values
    shapes = [seen[operand].shape if operand in seen else () for operand in made.inputs]
    return comes_from(Picked(name, at), list(zip(made.inputs, sources, shapes, strict=True)))
