"""One equation that became several, step by step: each of them at work for all, before and after the one that does the work."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.programs.index import index
from vmapviz.model.scenes.equations import steps_of
from vmapviz.model.scenes.layout import ladder
from vmapviz.model.scenes.marks import item_box, shifted
from vmapviz.model.scenes.rows import BEFORE, RUN, Row, is_seen, shrunk
from vmapviz.model.scenes.scene import Item, Path, Scene, Text
from vmapviz.model.scenes.sides import in_any_style, step
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.style import Style, chain, hollow, largest
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.talk import is_collective
from vmapviz.model.trace import Equation, Trace

HEAD, FOOT, SEAM, SIDE = 36.0, 10.0, 20.0, 16.0
STEP_MS = 900
Phase = tuple[str, int, int]
Stills = tuple[tuple[Scene, ...], ...]


def with_phases(trace: Trace, path: str, rows: tuple[Phase, ...], count: int) -> tuple[Phase, ...]:
    """The phases of an equation with one more for each step, whose stills are numbered from `count` on: what comes before the work
    stands behind the first phase."""
    before, after = _steps(trace, path)
    labels = index(trace).labels[-1]
    made = [(labels.get(each.path, each.primitive), STEP_MS, count + n) for n, each in enumerate((*before, *after))]
    return (*rows[:1], *made[: len(before)], *rows[1:], *made[len(before) :])


def with_steps(subject: Subject, path: str, size: Size, stills: Stills) -> Stills:
    """The stills of an equation's phases with those of its steps behind them, so that each begins where the one before it ends."""
    before, after = _steps(subject.trace, path)
    if not before and not after:
        return stills
    first, helpers, *rest = stills
    base = list(_beside(first[-1]))
    at, shown = first[-1], []
    for number, each in enumerate(before):
        shown.append((at, *_step(subject, each, f"e{number}", base, size)))
        at = shown[-1][-1]
    ahead = (at, *helpers[1:]) if before else helpers
    at = rest[-1][-1]
    for number, each in enumerate(after, len(before)):
        shown.append((at, *_step(subject, each, f"e{number}", base, size)))
        at = shown[-1][-1]
    return (first, ahead, *rest, *shown)


def _steps(trace: Trace, path: str) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """The steps of an equation; what examples or devices exchange has a picture of its own."""
    one = index(trace).equations[0].get(path)
    return ((), ()) if one is not None and is_collective(one) else steps_of(trace, path)


def steps(trace: Trace, path: str) -> tuple[Equation, ...]:
    """The steps of an equation in the order in which they are numbered."""
    return tuple(each for part in _steps(trace, path) for each in part)


def key(number: int, letter: str, figure: int) -> str:
    """The key of a figure in the picture of a step: of an operand ("o") or a result ("q")."""
    return f"e{number}{letter}{figure}"


def _beside(scene: Scene) -> Iterator[Item]:
    """What is drawn for one example, with the line that sets it apart."""
    line = next((item for item in scene.items if _is_seam(item)), None)
    if line is not None:
        x = item_box(line)[2]
        yield from (item for item in scene.items if item_box(item)[2] <= x)


def _is_seam(item: Item) -> bool:
    return isinstance(item, Path) and item.line == "line" and len({x for x, _ in item.points}) == 1


def _step(subject: Subject, made: Equation, key: str, base: list[Item], size: Size) -> Iterator[Scene]:
    """An equation at work: before its results are there, and with them."""
    start = max([item_box(item)[2] for item in base], default=SIDE - SEAM) + SEAM
    room = size[0] - SIDE - start, size[1] - HEAD - FOOT
    row = _fitting(subject, made, key, room)
    dx = start + max(0.0, (room[0] - row.box[2] + row.box[0]) / 3) - row.box[0]
    dy = HEAD + (room[1] - row.box[1] - row.box[3]) / 2
    items = zip(shifted([item for item, _ in row.items], round(dx), round(dy)), [w for _, w in row.items], strict=True)
    placed = list(items)
    label = index(subject.trace).labels[-1].get(made.path, "")
    heading = Text(
        start, 20, f"for all {subject.count}: {label} {made.primitive}".rstrip(), "ink3", 12, key=f"{key}.head"
    )
    for moment in (BEFORE, RUN):
        yield Scene(*size, (*base, heading, *(item for item, when in placed if is_seen(when, moment))))


def _fitting(subject: Subject, made: Equation, key: str, room: Size) -> Row:
    """The row of an equation in the largest style that fits."""
    operation, styles = step(subject, made, key), ladder(len(subject.trace.levels))
    drawn, sliced = in_any_style(operation), any(each.seen for each in (*operation.figures, *operation.results))

    def fits(style: Style) -> bool:
        left, top, right, bottom = drawn(hollow(style)).box
        return right - left <= room[0] and bottom - top <= room[1]

    return shrunk(drawn(largest(styles, lambda style: chain(style, sliced), fits) or styles[-1]), *room)
