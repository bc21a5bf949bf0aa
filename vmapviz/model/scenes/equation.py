"""One equation: at the left for one example, at the right what vmap made of it, for all examples in one go."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec.structs import replace

from vmapviz.model.inside import Inside
from vmapviz.model.programs.index import index, top
from vmapviz.model.remember import by_identity
from vmapviz.model.scenes.collectives import heading as exchange_heading
from vmapviz.model.scenes.conveyor import PLAYED, during
from vmapviz.model.scenes.drawings import drawn
from vmapviz.model.scenes.equations import SAME_LOOK as SAME_LOOK
from vmapviz.model.scenes.equations import became as became
from vmapviz.model.scenes.equations import drawn_equations as drawn_equations
from vmapviz.model.scenes.equations import given_to as given_to
from vmapviz.model.scenes.equations import main_of
from vmapviz.model.scenes.equations import scope as scope
from vmapviz.model.scenes.layout import Style, ladder, set_beside
from vmapviz.model.scenes.marks import bounds, shifted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.rows import BEFORE, HELPERS, RUN, Row, is_seen, shrunk
from vmapviz.model.scenes.scene import Item, Path, Scene, Text
from vmapviz.model.scenes.sides import halves, left, right
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.story import ONE_BY_ONE, example_of
from vmapviz.model.scenes.style import chain, hollow, largest
from vmapviz.model.scenes.subject import Subject, own_dims, subject_of
from vmapviz.model.scenes.tween import along
from vmapviz.model.talk import unwrapped
from vmapviz.model.trace import Trace
from vmapviz.model.values import Values

HEAD, FOOT, SEAM, SIDE = 36.0, 10.0, 20.0, 16.0
FEW = 3  # entries of an axis
PHASES = (("before", 600), ("helpers", 500), ("run", 600), ("after", 600))
RUN_PHASE = 2
# What fills its result cell by cell, or goes turn by turn, stops at the first of them.
PLAYED_PHASES = (("first", 600, RUN_PHASE), ("run", 900, RUN_PHASE))


def frame(trace: Trace, values: Values | None, example: tuple[int, ...], path: str, t: float, size: Size) -> Scene:
    """The picture of an equation at t, counted in its four phases; `path` as in `Session.selected`."""
    phases = stills(trace, values, example, path, size)
    phase = min(max(int(t), 0), len(phases) - 1)
    return along(phases[phase], t - phase)


def phases_of(trace: Trace, path: str) -> tuple[tuple[str, int, int], ...]:
    """The phases of an equation: name, milliseconds, and the number of their stills; none for helpers it has not."""
    rows = tuple((name, ms, number) for number, (name, ms) in enumerate(PHASES))
    look = index(trace)
    found = look.equations[-1].get(path[1:]) if path.startswith("+") else look.equations[0].get(path)
    if found is not None and unwrapped(found)[0].primitive in PLAYED:
        rows = (*rows[:RUN_PHASE], *PLAYED_PHASES, *rows[RUN_PHASE + 1 :])
    return rows if _counts(trace).get(path, 1) > 1 else (rows[0], *rows[2:])


@by_identity(2)
def _counts(trace: Trace) -> Mapping[str, int]:
    """How many equations of the last program's top level each top-level equation became."""
    roots = index(trace).roots[-1]
    return Counter(_outermost(roots[equation.path]) for equation in trace.batched.equations)


def _outermost(root: str) -> str:
    return root if root.startswith("+") else top(root)


def stills(
    trace: Trace,
    values: Values | None,
    example: tuple[int, ...],
    path: str,
    size: Size,
    all_at_once: bool = True,
    inside: Inside | None = None,
) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of the four phases; the last of one phase is the first of the next. `inside`: a pass through its body."""
    return stills_of(subject_of(trace, values, example, inside), path, size, all_at_once)


def stills_of(subject: Subject, path: str, size: Size, all_at_once: bool = True) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of the four phases of an equation of what the picture speaks of."""
    trace = subject.trace
    at_once = all_at_once or len(trace.levels) != 1
    before, made, run = _scenes(subject, path, size, at_once)
    end = (made, *during(halves(subject, path), made, run), run) if at_once else _one_by_one(subject, path, made, run)
    start = before if _counts(trace).get(path, 1) > 1 else made
    return (start,), (start, made), end, (run,)


def _scenes(subject: Subject, path: str, size: Size, at_once: bool) -> tuple[Scene, Scene, Scene]:
    """The picture before, with the helpers done, and with the results."""
    one, every = _fitted(subject, path, size)
    free = size[0] - 2 * SIDE
    items: list[tuple[Item, int]] = []
    split = 0.0
    if one is not None:
        width = one.box[2] - one.box[0]
        spare = max(0.0, free - width - 2 * SEAM - (every.box[2] - every.box[0]))
        head = _heading(_for_one(subject, path), SIDE)
        wider = min(max(0.0, text_width(head.text, head.size) - width), spare)
        split = round(SIDE + width + max(min(spare / 4, 60), wider) + SEAM)
        items += _put(one, SIDE + min(spare / 8, 30), size, every)
        line = Path(((split, HEAD - 24), (split, size[1] - FOOT)), "line", 1.0)
        items += [(line, BEFORE), (_shortened(head, split - SIDE - 6), BEFORE)]
        if subject.inside is not None and subject.inside.one.why and not exchange_heading(subject, path):
            why = Text(SIDE, 38, subject.inside.one.why, "ink3", 12, width=split - SIDE - 6, key="why")
            items.append((why, BEFORE))
    start = split + SEAM if one is not None else SIDE
    room = size[0] - SIDE - start
    items += _put(every, start + max(0.0, (room - (every.box[2] - every.box[0])) / 3), size, one)
    items.append((_heading(_for_all(subject, path, at_once), start), BEFORE))
    return _at(items, BEFORE, size), _at(items, HELPERS, size), _at(items, RUN, size)


def _for_all(subject: Subject, path: str, at_once: bool) -> str:
    how = "in one go" if at_once else "shown one by one"
    return "added by vmap" if path.startswith("+") else f"for all {subject.count}, {how}"


def _for_one(subject: Subject, path: str) -> str:
    return exchange_heading(subject, path) or "for one example"


def _heading(text: str, x: float) -> Text:
    return Text(x, 20, text, "ink3", 12, key=text)


def _shortened(head: Text, room: float) -> Text:
    """A heading without the other vmaps' examples where there is no room for them."""
    fits = text_width(head.text, head.size) <= room
    return head if fits else replace(head, text=head.text.partition(", where")[0], width=room)


def _put(row: Row, x: float, size: Size, other: Row | None) -> list[tuple[Item, int]]:
    """A row's items in the middle of the height, from x on; level with the other row where there is room for that."""
    (_, top, _, bottom), room = row.box, size[1] - HEAD - FOOT
    if other is not None and max(bottom, other.box[3]) - min(top, other.box[1]) <= room:
        top, bottom = min(top, other.box[1]), max(bottom, other.box[3])
    dy = round(HEAD + (room - top - bottom) / 2)
    moved = shifted([item for item, _ in row.items], round(x - row.box[0]), dy)
    return list(zip(moved, [when for _, when in row.items], strict=True))


def _at(items: list[tuple[Item, int]], moment: int, size: Size) -> Scene:
    """What is seen at a moment; what lies in wait is gone once its real place is seen."""
    return Scene(size[0], size[1], tuple(item for item, when in items if is_seen(when, moment)))


def _groups(levels: int, both: bool) -> Iterator[list[tuple[Style, bool, bool]]]:
    """Styles, each group from large to small, with whether the left side and the sources of helpers are drawn."""
    clear = [style for style in ladder(levels) if style.numbers]
    if both:
        yield [(style, True, True) for style in clear[:3]]
        yield [(style, True, False) for style in clear[:4]]
    yield [(style, False, True) for style in clear[:3]]


def _fitted(subject: Subject, path: str, size: Size) -> tuple[Row | None, Row]:
    """Both rows in the largest style that fits; two levels leave the left side out unless their examples exchange something."""
    levels, operation, one = len(subject.trace.levels), right(subject, path), left(subject, path, size[1] - HEAD - FOOT)

    @functools.cache
    def made(style: Style, sources: bool) -> Row:
        return drawn(operation._replace(style=style, sources=sources))

    def rows(style: Style, both: bool, sources: bool) -> tuple[Row | None, Row]:
        return (one(style) if both and one is not None else None), made(style, sources)

    @functools.cache
    def fits(style: Style, both: bool, sources: bool) -> bool:
        style = hollow(style)
        found = _fits([made(style, sources)], size)
        return found and _fits([row for row in rows(style, both, sources) if row is not None], size)

    beside = levels == 1 or bool(exchange_heading(subject, path))  # two levels are high: what fits beside them stays
    for group in _groups(levels, beside):
        look = largest(group, lambda look: chain(look[0], sliced=True), lambda look: fits(*look))
        if look is not None:
            return rows(*look)
    ways = [(True, True), (True, False), (False, False)] if beside else [(False, False)]
    sliced = any(figure.seen for figure, _ in made(hollow(ladder(levels)[-1]), False).arrays.values())
    for styles in _alike(levels, sliced):
        at = bisect_left(styles, True, key=lambda style: fits(style, False, False))
        if at < len(styles):
            return rows(styles[at], *next(way for way in ways if fits(styles[at], *way)))
    return None, shrunk(made(ladder(levels)[-1], False), size[0] - 2 * SIDE, size[1] - HEAD - FOOT)


def _alike(levels: int, sliced: bool) -> Iterator[Sequence[Style]]:
    """The styles in the order in which they are tried, those that differ in size alone together, from large to small."""
    for (clear, *_), group in groupby(ladder(levels), key=lambda style: (style.numbers, style.apart, style.spread)):
        styles = list(group)
        if clear:  # two lines before much is left out
            yield [style for style in styles if style.limit > FEW]
            yield set_beside(style for style in styles if sliced and style.limit > FEW)
            yield [replace(style, lines=2) for style in styles if style.limit >= FEW]
            yield set_beside(style for style in styles if sliced)
        yield styles
        yield [replace(style, lines=2) for style in styles if clear and style.limit < FEW]
        yield set_beside(style for style in styles if sliced and not clear)


def _fits(rows: list[Row], size: Size) -> bool:
    width = sum(each.box[2] - each.box[0] for each in rows) + 2 * SEAM * (len(rows) - 1)
    height = max(each.box[3] - each.box[1] for each in rows)
    return width <= size[0] - 2 * SIDE and height <= size[1] - HEAD - FOOT


def _one_by_one(subject: Subject, path: str, made: Scene, run: Scene) -> tuple[Scene, ...]:
    """Stills in which the first examples' results come one after another, then all others."""
    group = became(index(subject.trace), path)
    outputs = main_of(index(subject.trace).equations[0].get(path), group).outputs if group else ()
    axes = [own_dims(subject.trace, value)[:1] for value in outputs]
    dims = {
        f"q{n}": dim[0] - len(value.shape)
        for n, (value, dim) in enumerate(zip(outputs, axes, strict=True))
        if dim and dim[0] is not None
    }

    def still(count: int) -> Scene:
        waiting = [item for item in made.items if item.key.partition(":")[0] in dims]
        waiting = [item for item in waiting if (example_of(item.key, dims) or 0) >= count]
        belongs = [(item, example_of(item.key, dims)) for item in run.items]
        return replace(run, items=(*waiting, *(item for item, at in belongs if at is None or at < count)))

    count = min(ONE_BY_ONE, subject.count)
    stills = [still(n) for n in range(1, count + (subject.count > count))]
    if subject.count > count:
        box = bounds(run.items)
        text = f"… and {subject.count - count} more"
        stills[-1] = replace(stills[-1], items=(*stills[-1].items, Text(box[2], 20, text, "ink3", 12, anchor="end")))
    return made, *stills, run
