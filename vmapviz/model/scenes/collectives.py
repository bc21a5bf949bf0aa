"""By whom a collective is drawn: the examples of a vmap with an axis name, or the devices of pmap."""

from __future__ import annotations

from itertools import product

from msgspec.structs import replace

from vmapviz.model.preview import Preview
from vmapviz.model.programs.index import index
from vmapviz.model.scenes import exchange, layout
from vmapviz.model.scenes.equations import scope
from vmapviz.model.scenes.exchange import Exchanged, Holder
from vmapviz.model.scenes.layout import LADDER, Figure, Index
from vmapviz.model.scenes.marks import bounds, shifted
from vmapviz.model.scenes.operation import param
from vmapviz.model.scenes.rows import BEFORE, RUN, Row, is_seen
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.subject import MOST_STRUCK, Subject
from vmapviz.model.talk import is_collective, unwrapped
from vmapviz.model.trace import Equation, Trace, Value, is_literal

TOP, FOOT, SIDE = 30.0, 8.0, 16.0
OTHER = "the other vmap's example"  # of a vmap without an axis name


def collective(trace: Trace, path: str) -> Equation | None:
    """The equation of the original, wherever it stands, by which the examples of named levels exchange what they hold."""
    equation = index(trace).equations[0].get(path)
    return equation if equation is not None and levels_of(trace, equation) else None


def levels_of(trace: Trace, equation: Equation) -> tuple[int, ...]:
    """The levels, from 0 for the innermost, along whose examples an equation goes, the slowest first; () where it goes along others."""
    inner, _ = unwrapped(equation)
    names = param(inner, "axes") or param(inner, "axis_name") or ()
    names = (names,) if isinstance(names, str) else tuple(names)
    known = [level.name for level in trace.levels]
    if not is_collective(equation) or any(known.count(name) != 1 for name in names):
        return ()
    return tuple(map(known.index, names))


def lane(subject: Subject, path: str) -> int:
    """The place of the followed example among those that take part."""
    equation = collective(subject.trace, path)
    place = 0
    for level in levels_of(subject.trace, equation) if equation is not None else ():
        place = place * subject.trace.levels[level].size + subject.follow[level]
    return place


def example_in(subject: Subject, path: str, place: int) -> Index:
    """The example at a place among those that take part: in all other levels the followed one."""
    equation, found = collective(subject.trace, path), list(subject.follow)
    for level in reversed(levels_of(subject.trace, equation)) if equation is not None else ():
        place, found[level] = divmod(place, subject.trace.levels[level].size)
    return tuple(found)


def by_examples(subject: Subject, path: str) -> Exchanged | None:
    """What all examples give and get; None of an equation that is no collective over the examples alone."""
    equation = collective(subject.trace, path)
    if equation is None:
        return None
    seen = scope(subject.trace.original, path).values
    levels, followed = levels_of(subject.trace, equation), lane(subject, path)
    tint = levels[0] + 1 if len(levels) == 1 else 0

    def figure(letter: str, number: int, name: str, place: int) -> Figure | None:
        value = seen.get(name)
        if value is None or is_literal(name):
            return None
        made = Figure(exchange.key(letter, number, place), value.shape, value.dtype, name=name)
        example = example_in(subject, path, place)
        made = replace(made, preview=_of_example(subject, value, example), kept=_kept(subject, value, example))
        return exchange.figure_of(made, place, followed, tint)

    def holder(place: int) -> Holder:
        given = tuple(figure("l", n, name, place) for n, name in enumerate(equation.inputs))
        got = [figure("m", n, value.name, place) for n, value in enumerate(equation.outputs)]
        example = example_in(subject, path, place)
        label, key = ",".join(str(example[level]) for level in levels), ",".join(map(str, example))
        return Holder(place, label, given, tuple(each for each in got if each is not None), key)

    named = ((subject.trace.levels[level].name or "", subject.trace.levels[level].size) for level in levels)
    return Exchanged(equation, tuple(named), holder, followed, level=tint)


def heading(subject: Subject, path: str) -> str:
    """Who exchanges what they hold; "" of an equation by which no examples do."""
    equation = collective(subject.trace, path)
    if equation is None:
        return ""
    levels = levels_of(subject.trace, equation)
    along = " and ".join(subject.trace.levels[level].name or "" for level in levels)
    whose = f" of {along}" if len(subject.trace.levels) > 1 else ""
    return f"between the examples{whose}{where(subject.trace, subject.follow, levels)}"


def where(trace: Trace, follow: Index, levels: tuple[int, ...]) -> str:
    """Which example of every other level than these is followed; "" where there are no others."""
    pairs = zip(trace.levels, follow, strict=True)
    rest = [(level, at) for n, (level, at) in enumerate(pairs) if n not in levels]
    said = " and ".join(f"{level.name or OTHER} is {at}" for level, at in rest)
    return f", where {said}" if rest else ""


def _kept(subject: Subject, value: Value, example: Index) -> frozenset[Index] | None:
    """The cells of what a pass through a body computes that count: all of an example, or none; None where nothing is thrown away."""
    entry = value.batched[-1] if value.batched else None
    if entry is None or subject.inside is None or entry.name not in subject.thrown:
        return None
    if subject.inside.live is None or len(value.shape) > MOST_STRUCK:
        return None
    counts = layout.cell_at(subject.inside.live, example[::-1]) is not False
    return frozenset(product(*(range(min(size, LADDER[0].limit)) for size in value.shape)) if counts else ())


def _of_example(subject: Subject, value: Value, example: Index) -> Preview | None:
    entry = value.batched[-1] if value.batched else None
    if entry is None or subject.values is None:
        return None
    found = subject.values.batched.get(entry.name)
    cuts = [(dim, at) for dim, at in zip(entry.axes, example, strict=True) if dim is not None]
    for dim, at in sorted(cuts, reverse=True):
        found = layout.sliced(found, dim, at)
    return subject.one_preview(value.name, value) if found is None and example == subject.follow else found


def stills(found: Exchanged, size: Size) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of a collective among devices, in the four phases of an equation."""
    row, primitive = _fitted(found, size), unwrapped(found.equation)[0].primitive
    box = bounds([item for item, when in row.items if when >= BEFORE])
    dx = round((size[0] - box[0] - box[2]) / 2)
    dy = round(TOP + (size[1] - TOP - FOOT - box[1] - box[3]) / 2)
    moved = list(shifted([item for item, _ in row.items], dx, dy))
    text = f"on {found.size} devices{found.note}"
    head = Text(SIDE, 20, text, "ink3", 12, key="heading")

    def at(moment: int) -> Scene:
        items = (item for item, (_, when) in zip(moved, row.items, strict=True) if is_seen(when, moment))
        return Scene(size[0], size[1], (head, *items), caption=f"{primitive} {text}.")

    made, run = at(BEFORE), at(RUN)
    return (made,), (made, made), (made, run), (run,)


def _fitted(found: Exchanged, size: Size) -> Row:
    """The rows in the largest style in which they fit."""
    height, width = size[1] - TOP - FOOT, size[0] - 2 * SIDE
    for style in LADDER:
        row = exchange.drawn(found, style, height)
        if row.box[2] - row.box[0] <= width:
            return row
    return row
