"""Where a picked cell comes from, in the picture of an equation: frames in ink, all other numbers pale, and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from vmapviz.model.depends import Cells, Index
from vmapviz.model.picked import Picked, in_batch, in_one
from vmapviz.model.programs.index import index
from vmapviz.model.remember import by_identity
from vmapviz.model.scenes import equation as pictures
from vmapviz.model.scenes import exchange, tables
from vmapviz.model.scenes.collectives import collective, example_in, lane
from vmapviz.model.scenes.marks import whole
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.origin_words import comes_from, given
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.steps import key, steps
from vmapviz.model.scenes.strips import place_on
from vmapviz.model.scenes.subject import Subject, own_dims
from vmapviz.model.scenes.trail import cells_of, in_example, trail
from vmapviz.model.slices import Named
from vmapviz.model.trace import Batched, Trace, Value, equations_of, is_literal, values_of

PALE, BOLD, THIN = 0.35, 2.5, 1.5
DASH = 3.0, 2.0  # of cells that it comes from perhaps
WORDS, LEAST, BELOW = 12.0, 120.0, 38.0
_ONE, _ALL = "ml", "qoegs"  # the letters of figures for one example, and for all, those first whose sentence is said


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
    figure = tables.own_figure(found[0]) if found is not None else ""
    if found is None or _own(subject, path, figure) not in names:
        return None
    at, turn, follow = tables.taken_apart(subject, path, *found)
    name = names[_own(subject, path, figure)]
    made = _value(subject, path, figure, name)
    if made is not None:  # what is reused is one cell, however often it is drawn
        at = tuple(min(each, size - 1) for each, size in zip(at, made.shape, strict=True))
    if figure[0] in _ONE:
        place = figure.partition(".")[2]
        return Picked(name, at, turn=turn), example_in(subject, path, int(place)) if place else follow
    original, entry = _original(subject, path, name) or (None, None)
    if original is not None and entry is not None:
        own, example = in_one(entry, at, follow)
        return Picked(original, own, turn=turn), example
    if made is None:
        return Picked(name, at, True, turn), follow
    dims = zip(own_dims(subject.trace, made), follow, strict=True)
    return Picked(name, at, True, turn), tuple(same if dim is None else at[dim] for dim, same in dims)


def named(subject: Subject, path: str, key: str) -> Named | None:
    """The variable that a figure shows in the picture of an equation."""
    name = _names(subject, path).get(key)
    return None if name is None or is_literal(name) else (name, key[0] not in _ONE)


def _own(subject: Subject, path: str, figure: str) -> str:
    """The figure of the followed example, of one of those that exchange something."""
    head, mark, _ = figure.partition(".")
    return f"{head}.{lane(subject, path)}" if mark else figure


def marks(subject: Subject, path: str, cell: Picked) -> Marks:
    """What is marked in the picture of an equation."""
    names = _names(subject, path)
    figures = names | {tables.of(figure): name for figure, name in names.items() if _is_result(figure)}
    here = {
        figure: at for figure, name in figures.items() if (at := _place(subject, path, cell, figure, name)) is not None
    }
    first = sorted(here, key=lambda each: ((_ONE + _ALL).index(tables.own_figure(each)[0]), each))
    sides = [[figure for figure in first if tables.own_figure(figure)[0] in side] for side in (_ONE, _ALL)]
    found: dict[str, Cells] = {}
    if sides[1]:
        way = _on_the_way(subject, path, names, sides[1][0], here[sides[1][0]])
        found = {each: cells for each, cells in way.items() if each not in here and not (sides[0] and each[0] in _ONE)}
    for figure, at in here.items():
        found |= _sources(subject, path, figure, at)
    words = [_told(subject, path, side[0], figures[side[0]], here[side[0]], found) if side else "" for side in sides]
    shapes = {figure: _shape(subject, path, figure, names) for figure in (*here, *found)}
    return Marks(here, found, words[0] or words[1], words[1] if words[0] else "", shapes)


def _is_result(figure: str) -> bool:
    return figure.lstrip("e0123456789")[:1] in ("m", "q") and "." not in figure


def _shape(subject: Subject, path: str, figure: str, names: Mapping[str, str]) -> Index:
    own = tables.own_figure(figure)
    value = _value(subject, path, own, names[_own(subject, path, own)])
    return tables.shape(subject, path, figure, value.shape) if value is not None else ()


def _value(subject: Subject, path: str, figure: str, name: str) -> Value | None:
    """The variable of that name that a figure shows."""
    one, main, _ = pictures.drawn_equations(subject.trace, path)
    made, program = (one, subject.trace.original) if figure[0] in _ONE else (main, subject.trace.batched)
    return pictures.scope(program, made.path).values.get(name) if made is not None else None


@by_identity(4)
def marked(scene: Scene, marks: Marks) -> Scene:
    """The picture with its marks, its caption beginning with the words; as it is where nothing is picked in it."""
    if not marks.picked:
        return scene
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
    right, y, room = _line(scene)
    seen = both if text_width(both, WORDS) <= room else marks.words
    words = Text(right, y, seen, "ink", WORDS, anchor="end", width=room, key="picked.words")
    picked = next(
        (item.cell for item in scene.items if isinstance(item, Rect) and item.cell and _picked(item, marks)), None
    )
    value = f" Its number is {whole(*picked)}." if picked is not None else ""
    caption = f"{both}.{value} {scene.caption}".strip()
    return replace(scene, items=(*items, *frames, words), caption=caption)


def _line(scene: Scene) -> tuple[float, float, float]:
    """Where the words end, on which line, and how wide they may be: between those at the top, or below where these leave no room."""
    right = min([scene.width, *(x for x, end in _heads(scene) if end)]) - 16
    room = right - WORDS - max([0.0, *(x for x, end in _heads(scene) if not end)])
    return (right, 20, room) if room >= LEAST else (scene.width - 16, BELOW, scene.width - 32)


def _picked(item: Item, marks: Marks) -> bool:
    found = figure_and_index(item.key)
    return found is not None and marks.picked.get(found[0]) == found[1]


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
        own = lane(subject, path)
        found = {f"{key}.{own}" if key[0] in "lm" else key: name for key, name in found.items()}
    if main is None and one is not None:  # what it gives is there anyway
        found |= {
            f"q{n}": value.batched[-1].name
            for n, value in enumerate(one.outputs)
            if value.batched and value.batched[-1]
        }
    found |= pictures.given_to(subject.trace, path)
    for number, step in enumerate(steps(subject.trace, path)):
        found |= {key(number, "o", n): name for n, name in enumerate(step.inputs)}
        found |= {key(number, "q", n): value.name for n, value in enumerate(step.outputs)}
    return found | {f"s{n}": helper.inputs[0] for n, helper in helpers.items() if helper.inputs}


def _original(subject: Subject, path: str, name: str) -> tuple[str, Batched] | None:
    """What a variable of the last program is of the original: what the equation gives or reads, else any other."""
    one = index(subject.trace).equations[0].get(path)
    own = (*(value.name for value in one.outputs), *one.inputs) if one is not None else ()
    known = _counterparts(subject.trace)
    found = (each for each in (*own, *known) if each in known and known[each].name == name)
    return next(((each, known[each]) for each in found), None)


@by_identity(2)
def _counterparts(trace: Trace) -> Mapping[str, Batched]:
    """What the variables of the original became, by name."""
    entries = ((value.name, value.batched[-1]) for value in values_of(trace.original) if value.batched)
    return {name: entry for name, entry in entries if entry is not None}


def _place(subject: Subject, path: str, cell: Picked, figure: str, name: str) -> Index | None:
    """Where a figure shows the picked cell."""
    at: Index | None = None
    all_of = tables.own_figure(figure)[0] not in _ONE
    if cell.batched or not all_of:
        at = cell.index if name == cell.name and cell.batched == all_of else None
    else:
        entry = _counterparts(subject.trace).get(cell.name)
        if entry is not None and entry.name == name:
            at = in_batch(entry, cell.index, subject.follow)
    return None if at is None else tables.put_together(subject, path, figure, at, cell.turn)


def _sources(subject: Subject, path: str, figure: str, at: Index) -> dict[str, Cells]:
    """The cells of the operands' figures, and of a loop's turns, that a cell of a result comes from."""
    one, main, _ = pictures.drawn_equations(subject.trace, path)
    own = tables.own_figure(figure)
    found = tables.turns_before(subject, path, figure, at)
    made, letter = {"m": (one, "l"), "q": (main, "o")}.get(own[0], (None, ""))
    if made is None:
        return found
    own_at, turn, _ = tables.taken_apart(subject, path, figure, at)
    sources = list(enumerate(cells_of(subject, made, int(own[1:].partition(".")[0]), own_at, turn)))
    if "." in figure:
        return {exchange.key(letter, n, place): cells for n, cells in sources for place in cells.examples}
    return {f"{letter}{n}": cells for n, cells in sources} | found


def _on_the_way(subject: Subject, path: str, names: Mapping[str, str], first: str, at: Index) -> dict[str, Cells]:
    """The cells that a cell of a figure for the batch comes from, of all figures: back through all that the equation became."""
    own_at, turn, _ = tables.taken_apart(subject, path, first, at)
    given, read = trail(subject, path, names[tables.own_figure(first)], own_at, turn=turn)
    reads, known = _reads(subject, path), _counterparts(subject.trace)
    found = {figure: read[place] for figure, place in reads.items() if place in read}
    for figure, name in names.items():
        if figure[0] not in _ONE and figure not in reads and name in given:
            found[figure] = given[name]
        elif figure[0] in _ONE and name in known and known[name].name in given:
            found[figure] = in_example(known[name], given[known[name].name], subject.follow)
    return found


def _reads(subject: Subject, path: str) -> dict[str, tuple[str, int]]:
    """Which equation of the last program reads what a figure shows, as which operand."""
    _, main, helpers = pictures.drawn_equations(subject.trace, path)
    found = {f"s{n}": (helper.path, 0) for n, helper in helpers.items()}
    found |= {f"o{n}": (main.path, n) for n in range(len(main.inputs))} if main is not None else {}
    for number, step in enumerate(steps(subject.trace, path)):
        found |= {key(number, "o", n): (step.path, n) for n in range(len(step.inputs))}
    return found


def _told(subject: Subject, path: str, figure: str, name: str, at: Index, found: Mapping[str, Cells]) -> str:
    """The sentence of one side: where a cell of a figure comes from, for an operand from the equation that made it."""
    own, (own_at, turn, _) = tables.own_figure(figure), tables.taken_apart(subject, path, figure, at)
    batched, cell = own[0] in _ALL, Picked(name, own_at, turn=turn)
    one, main, _ = pictures.drawn_equations(subject.trace, path)
    program = subject.trace.batched if batched else subject.trace.original
    made, operands = (main, "o") if batched else (one, "l")
    if own[0] in "mq" and made is not None:
        alone = cells_of(subject, made, int(own[1:].partition(".")[0]), own_at) if "." in own else ()
        sources = list(alone) or [found[f"{operands}{n}"] for n in range(len(made.inputs))]
    else:
        made, output = next(
            ((e, n) for e in equations_of(program) for n, value in enumerate(e.outputs) if value.name == name),
            (None, 0),
        )
        if made is None:
            return given(cell)
        sources = list(cells_of(subject, made, output, own_at, turn))
    seen = pictures.scope(program, made.path).values
    shapes = [seen[operand].shape if operand in seen else () for operand in made.inputs]
    rows = list(zip(made.inputs, sources, shapes, strict=True))
    return comes_from(cell, rows, tables.is_thrown_away(subject, path, figure, at))
