"""By whom a collective is drawn: the examples of a vmap with an axis name, or the devices of pmap."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.lanes import Lanes, Spread
from vmapviz.model.preview import Preview
from vmapviz.model.programs.index import index
from vmapviz.model.scenes import exchange, layout
from vmapviz.model.scenes.equations import scope
from vmapviz.model.scenes.exchange import Exchanged, Holder
from vmapviz.model.scenes.layout import LADDER, Figure
from vmapviz.model.scenes.marks import bounds, shifted
from vmapviz.model.scenes.operation import param, unwrapped
from vmapviz.model.scenes.rows import BEFORE, RUN, Row, is_seen
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.trace import Equation, Trace, Value, is_literal

TOP, FOOT, SIDE = 30.0, 8.0, 16.0


def collective(trace: Trace, path: str) -> Equation | None:
    """The equation at the top of the original by which the examples of the one named level exchange what they hold."""
    equation = index(trace).equations[0].get(path)
    if equation is None or "." in path or len(trace.levels) != 1 or not exchange.is_collective(equation):
        return None
    inner, _ = unwrapped(equation)
    names = param(inner, "axes") or param(inner, "axis_name") or ()
    names = (names,) if isinstance(names, str) else tuple(names)
    return equation if names == (trace.levels[0].name,) else None


def by_examples(subject: Subject, path: str) -> Exchanged | None:
    """What all examples give and get; None of an equation that is no collective over the examples alone."""
    equation = collective(subject.trace, path)
    if equation is None:
        return None
    seen = scope(subject.trace.original, path).values
    (followed,) = subject.follow

    def figure(letter: str, number: int, name: str, place: int) -> Figure | None:
        value = seen.get(name)
        if value is None or is_literal(name):
            return None
        made = Figure(exchange.key(letter, number, place), value.shape, value.dtype, name=name)
        preview = _of_example(subject, value, place)
        return exchange.figure_of(replace(made, preview=preview), place, followed)

    def holder(place: int) -> Holder:
        given = tuple(figure("l", n, name, place) for n, name in enumerate(equation.inputs))
        got = [figure("m", n, value.name, place) for n, value in enumerate(equation.outputs)]
        return Holder(place, str(place), given, tuple(each for each in got if each is not None))

    (level,) = subject.trace.levels
    return Exchanged(equation, level.name or "", level.size, holder, followed)


def _of_example(subject: Subject, value: Value, place: int) -> Preview | None:
    entry = value.batched[-1] if value.batched else None
    if entry is None or subject.values is None:
        return None
    whole, axis = subject.values.batched.get(entry.name), entry.axes[-1]
    found = whole if axis is None else layout.sliced(whole, axis, place)
    return subject.one_preview(value.name, value) if found is None and (place,) == subject.follow else found


def by_devices(trace: Trace, lanes: Lanes, path: str, followed: int) -> Exchanged | None:
    """What all devices gave and got when pmap ran; None of an equation by which they exchanged nothing."""
    equation = collective(trace, path)
    made = next((each for each in lanes.exchanges if each.path == path), None)
    if equation is None or made is None:
        return None

    def figure(letter: str, number: int, name: str, spread: Spread | None, place: int) -> Figure | None:
        piece = spread.pieces[place] if spread is not None else None
        if spread is None or piece is None:
            return None
        figure = Figure(
            exchange.key(letter, number, place), piece.preview.shape, spread.dtype, piece.preview, name=name
        )
        return exchange.figure_of(figure, place, followed)

    def holder(place: int) -> Holder:
        rows = zip(equation.inputs, made.operands, strict=True)
        given = tuple(figure("l", n, name, spread, place) for n, (name, spread) in enumerate(rows))
        names = [value.name for value in equation.outputs]
        got = [figure("m", n, names[n], spread, place) for n, spread in enumerate(made.results)]
        label = f"device {lanes.devices[place].id}"
        return Holder(place, label, given, tuple(each for each in got if each is not None))

    return Exchanged(equation, trace.levels[0].name or "", len(lanes.devices), holder, followed, devices=True)


def stills(found: Exchanged, size: Size) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of a collective among devices, in the four phases of an equation."""
    row = _fitted(found, size)
    box = bounds([item for item, when in row.items if when >= BEFORE])
    dx = round((size[0] - box[0] - box[2]) / 2)
    dy = round(TOP + (size[1] - TOP - FOOT - box[1] - box[3]) / 2)
    moved = list(shifted([item for item, _ in row.items], dx, dy))
    head = Text(SIDE, 20, f"on {found.size} devices", "ink3", 12, key="heading")

    def at(moment: int) -> Scene:
        items = (item for item, (_, when) in zip(moved, row.items, strict=True) if is_seen(when, moment))
        return Scene(size[0], size[1], (head, *items))

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
