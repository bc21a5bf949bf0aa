"""A loop turn by turn: one lane per example, a cell per turn; the turns of those that are done are struck, as they are thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from vmapviz.model.scenes.arrays import Drawn
from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.scenes.marks import CAP, bounds
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.operation import Operand, Operation, general, param
from vmapviz.model.scenes.rows import BEFORE, RUN, Arrow, Row, Shown, Sign, Space, Token, row
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.sweep import Half, cells_of, framed, unfilled
from vmapviz.model.scenes.turned import Turned, flat_example

WORDS, BELOW = 11.0, 8.0
SWATCH = 22.0, 14.0


def loop(operation: Operation) -> Row:
    """A while: in lanes where its turns are known, else what is carried before and after."""
    consts = sum(int(param(operation.equation, f"{part}_nconsts") or 0) for part in ("cond", "body"))
    carry, given = operation.operands[consts:], operation.operands[:consts]
    found = operation.turned
    if found is not None and found.figure is not None:
        return in_lanes(operation, found, found.figure, carry)
    return general(operation._replace(operands=(*carry, *given)), _count(operation, found), why_not(found))


def in_lanes(
    operation: Operation,
    found: Turned,
    lanes: Figure,
    carry: Sequence[Operand],
    taken: Sequence[Operand] = (),
    how: str = "",
) -> Row:
    """What is carried at first and what the turns take in, what becomes of it turn by turn in each example's lane, and what is carried
    in the end."""
    start, end = carry[found.number], operation.results[found.number]
    seen = [Shown(_upright(start.figure), start.when), *(Shown(each.figure, each.when) for each in taken[:1])]
    tokens: list[Token] = [*seen, *_more(_others(operation) + 1 - len(seen), BEFORE)]
    tokens += [*_arrow(operation.equation.primitive, found.turning.total, how), Shown(lanes, RUN), Space(_room(found))]
    tokens += [Sign("=", RUN), Shown(_upright(end), RUN), *_more(len(operation.results) - 1, RUN)]
    made = row(tokens, operation.style, operation.results[0].key)
    items = [*made.items, *((item, RUN) for item in _marks(found, *made.arrays[lanes.key]))]
    return made._replace(items=items, box=bounds([item for item, _ in items]))


def _count(operation: Operation, found: Turned | None) -> str:
    """How many turns a while makes, as far as that is known."""
    if found is not None and found.turning.turns:
        return counted(found.turning.total) if found.turning.total else "done before its first turn"
    known = any(figure.preview is not None for figure in operation.results)
    return "turns not measured" if known else "turns not known yet"


def why_not(found: Turned | None) -> str:
    """Why the numbers of the turns are not shown; "" where nothing is left out."""
    if found is None or not found.turning.why:
        return ""
    return f"not shown: {found.turning.why}" if found.turning.turns else found.turning.why


def at_turn(turn: int, total: int) -> str:
    """Which turn it is, of how many."""
    return f"turn {turn:,} of {total:,}"


def _arrow(name: str, total: int, how: str) -> list[Token]:
    """The arrow with room for what its note tells turn by turn."""
    note = counted(total) + how
    more = Space(max(0.0, text_width(at_turn(total, total), WORDS) - text_width(note, WORDS)) / 2)
    return [more, Arrow(name, note, RUN), more]


def counted(count: int) -> str:
    """So many turns in words."""
    return f"{count:,} turn{'' if count == 1 else 's'}"


def _more(count: int, when: int) -> list[Token]:
    return [Sign(f"+{count} more", when)] if count else []


def _others(operation: Operation) -> int:
    """How many operands are not shown: each variable once."""
    names = [figure.name or f"literal {n}" for n, figure in enumerate(operation.figures)]
    return len(set(names)) - 1


def _upright(figure: Figure) -> Figure:
    """One number of each example stands beside its lane."""
    return replace(figure, down=len(figure.shape) == 1 and figure.levels == (0,))


def _tells(found: Turned) -> bool:
    """Whether every lane says how long it is: of one level, where they differ."""
    return found.figure is not None and found.figure.kept is not None and len(found.figure.levels) == 1


def _room(found: Turned) -> float:
    """What the words behind the lanes need."""
    return text_width(counted(found.turning.total), WORDS) + 8 if _tells(found) else 0.0


def _marks(found: Turned, figure: Figure, drawn: Drawn) -> Iterator[Item]:
    """Behind each lane how long it is; below them what they hold, and what of it is thrown away."""
    if _tells(found):
        yield from _lengths(found, figure, drawn)
    left, y = drawn.grid[0], drawn.box[3] + BELOW + SWATCH[1] / 2
    words = f"{figure.name} {_held(found)}".strip()
    yield Text(left, y + CAP * WORDS, words, "ink2", WORDS, key=f"{figure.key}.words")
    if not found.wasted:
        return
    lost = f"thrown away: {found.wasted:,} of {found.turning.total * len(found.turning.turns):,} turns"
    x = left + text_width(words, WORDS) + 16
    if x + SWATCH[0] + 8 + text_width(lost, WORDS) > drawn.grid[2] + 10 + _room(found):
        x, y = left, y + SWATCH[1] + 6
    yield Rect(x, y - SWATCH[1] / 2, *SWATCH, "surface", "cell", hatch="cell", key=f"{figure.key}.thrown")
    yield Text(x + SWATCH[0] + 8, y + CAP * WORDS, lost, "ink2", WORDS, key=f"{figure.key}.thrown.text")


def _held(found: Turned) -> str:
    """Of which turns the lanes hold the numbers."""
    known = found.turning.made.shown[-1] if found.turning.made is not None else 0
    return "after each turn" if known == found.turning.total else f"after each of the first {known} turns"


def _lengths(found: Turned, figure: Figure, drawn: Drawn) -> Iterator[Item]:
    lanes: dict[int, list[tuple[float, float]]] = {}
    for index, (_, y, _, height) in drawn.cells.items():
        lanes.setdefault(flat_example(figure, index), []).append((y, y + height))
    for example, ends in lanes.items():
        middle = (min(top for top, _ in ends) + max(bottom for _, bottom in ends)) / 2
        text, followed = counted(found.turning.turns[example]), (example,) == figure.follow
        colour, weight = ("ink", 600) if followed else ("ink3", 400)
        yield Text(
            drawn.grid[2] + 10, middle + CAP * WORDS, text, colour, WORDS, weight, key=f"{figure.key}.lane{example}"
        )


def turn_by_turn(halves: Iterable[Half], run: Scene) -> Iterator[Scene]:
    """The lanes grown by one cell after the other, the newest in frames; the results come when all are there."""
    both = list(halves)
    lanes = {
        name: cells_of(run, name)
        for name in sorted({item.key.partition(":")[0] for item in run.items if _is_lane(item)})
    }
    most = max((index[-1] + 1 for cells in lanes.values() for index in cells), default=0)
    results = [f"{half.result}{n}" for half in both for n in range(len(half.equation.outputs))]
    waiting = {key for name in results for key, _ in cells_of(run, name).values()}
    for turn in range(most):
        late = {key for cells in lanes.values() for index, (key, _) in cells.items() if index[-1] > turn}
        items = unfilled(run, late | waiting, [*results, *(lanes if turn < most - 1 else ())])
        frames = [frame for name, cells in lanes.items() for frame in _frame(name, cells, turn)]
        yield replace(run, items=(*(_said(item, turn) for item in items), *frames))


def has_lanes(scene: Scene) -> bool:
    """Whether a picture shows a loop turn by turn."""
    return any(map(_is_lane, scene.items))


def _is_lane(item: Item) -> bool:
    return isinstance(item, Rect) and item.key[:1] == "t" and ":" in item.key


def _frame(name: str, cells: dict[Index, tuple[str, Rect]], turn: int) -> Iterator[Item]:
    now = [rect for index, (_, rect) in cells.items() if index[-1] == turn]
    if now:
        yield framed(bounds(now), f"{name}~")


def _said(item: Item, turn: int) -> Item:
    """The note below the arrow tells the turn."""
    words = item.text.split() if isinstance(item, Text) and item.key.endswith(".below") else []
    if not isinstance(item, Text) or not words[1:] or words[1].rstrip(",") not in ("turn", "turns"):
        return item
    total = int(words[0].replace(",", ""))
    return replace(item, text=at_turn(turn + 1, total)) if turn < total else item
