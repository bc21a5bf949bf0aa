"""Examples, or devices, that exchange what they hold: each has a row with what it gives and what it gets, arrows lead from row to row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.depends import Case, Index
from vmapviz.model.depends.cells import no_value
from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.scenes import layout, stage
from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import CLEAR, Figure, Style
from vmapviz.model.scenes.marks import CAP, Box, bounds, level_role, shifted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.rows import BEFORE, RUN, UNTIL_RUN, Row
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.scenes.sweep import framed
from vmapviz.model.scenes.tracks import cell_width
from vmapviz.model.talk import unwrapped
from vmapviz.model.trace import Equation

GAP, BETWEEN, ARROWS, HEAD, REST = 8.0, 14.0, 104.0, 34.0, 18.0
PADDING, REST_SIZE = 2.0, 11.0
MOST_ROWS = 8
MOST_TRACED = 512  # cells of a result
MOST_FAINT = 64  # arrows to others than the one that is followed
WORDS = {
    "psum": "the sum of all {}",
    "psum_invariant": "the sum of all {}",
    "pmax": "the largest of all {}",
    "pmin": "the smallest of all {}",
    "all_gather": "what all {} hold",
    "all_gather_invariant": "what all {} hold",
    "all_to_all": "its part of all {}",
    "reduce_scatter": "its part of the sum of all {}",
    "ppermute": "what another one holds",
    "pbroadcast": "what one holds",
    "axis_index": "which of {} it is",
}


class Holder(NamedTuple):
    """An example, or the device that has it: its place along the axes, what it is called, and what it gives and gets.

    `example` is its index in every vmap, innermost first, as the keys of frames say it. `absent` says why one has neither.
    """

    place: int
    label: str
    operands: tuple[Figure | None, ...]
    results: tuple[Figure, ...]
    example: str
    absent: str = ""


class Exchanged(NamedTuple):
    """A collective over the axes of these names and sizes, the first one slowest: each who takes part, the one that is followed; whether
    these are devices. `level` is that of the only axis, 0 of several; `note` is what is to be said of them all."""

    equation: Equation
    axes: tuple[tuple[str, int], ...]
    of: Callable[[int], Holder]
    followed: int
    devices: bool = False
    level: int = 1
    note: str = ""

    @property
    def size(self) -> int:
        """How many take part."""
        return prod(size for _, size in self.axes)


def key(letter: str, number: int, place: int) -> str:
    """The key of what one holder has of an operand ("l") or result ("m")."""
    return f"{letter}{number}.{place}"


def drawn(found: Exchanged, style: Style, height: float) -> Row:
    """The rows of as many holders as there is room for, and the arrows between them, no larger than in this style."""
    smaller = (replace(each, hollow=style.hollow) for each in CLEAR if each.height < style.height)
    styles = [style, *smaller]
    boards = [_fitting(found, each, height) for each in styles]
    return max(boards, key=lambda board: (len(board.holders), board.height <= height)).row()


def _fitting(found: Exchanged, style: Style, height: float) -> _Board:
    """As many rows as fit; where results are too high for their rows that of one."""
    count = found.size
    tries = [(limit, alone) for limit in range(min(count, MOST_ROWS), 0, -1) for alone in (False, True)]
    for limit, alone in tries:
        board = _Board(found, style, layout.window(count, limit, found.followed), alone)
        if board.height <= height:
            break
    return board


class _Board:
    """Where each row stands; y = 0 is the middle of them all. `alone`: only the followed one's result is seen, beside all rows."""

    def __init__(self, found: Exchanged, style: Style, shown: Sequence[int | None], alone: bool) -> None:
        self.found, self.style, self.shown, self.alone = found, style, shown, alone
        self.holders = [found.of(n) for n in self.shown if n is not None]
        self.widths = self._widths()
        arrays = {h.place: self._arrays(h) for h in self.holders}
        high = [
            each.box[3] - each.box[1] for given, got in arrays.values() for each in (*given, *(() if alone else got))
        ]
        self.row_height: float = max([*high, 16.0])
        self.step = self.row_height + (2 * PADDING + 4 if found.devices else 6)
        self.tops: dict[int, float] = {}
        self.rest: dict[int, tuple[float, range]] = {}  # where rows are left out, and which
        y = HEAD
        for n, number in enumerate(self.shown):
            if number is not None:
                self.tops[number] = y
            else:
                before, after = [-1, *self.shown][n], [*self.shown, found.size][n + 1]
                self.rest[n] = y, range((before or 0) + 1, after or 0)
            y += self.step if number is not None else REST
        self.middle_of_all = (HEAD + y - 6) / 2
        higher = max((each.box[3] - each.box[1] for _, got in arrays.values() for each in got), default=0.0)
        self.height = max(y, self.middle_of_all + higher / 2 if alone else 0.0) + 16
        labels = max(_label_width(holder) for holder in self.holders)
        self.start = labels + 18 if found.devices else max(24.0, labels + 12)
        there = [arrays[holder.place] for holder in self.holders if not holder.absent]
        self.given, x = self._columns([parts[0] for parts in there], self.start)
        self.leave, self.arrive = x - BETWEEN + 4, x - BETWEEN + ARROWS
        self.got, self.end = self._columns([parts[1] for parts in there], self.arrive + 6)
        self.arrays = {place: self._placed(place, parts) for place, parts in arrays.items()}

    def _widths(self) -> dict[str, float]:
        """The width of the cells of each operand and result, the same in every row."""
        found: dict[str, float] = {}
        for holder in self.holders:
            for figure in (*holder.operands, *holder.results):
                if figure is not None:
                    name = figure.key.partition(".")[0]
                    found[name] = max(found.get(name, 0.0), cell_width(figure, self.style))
        return found

    def _arrays(self, holder: Holder) -> tuple[list[Drawn], list[Drawn]]:
        def made(figure: Figure) -> Drawn:
            return draw(figure, replace(self.style, width=self.widths[figure.key.partition(".")[0]]))

        return [made(f) for f in holder.operands if f is not None], [made(f) for f in holder.results]

    @staticmethod
    def _columns(rows: list[list[Drawn]], x: float) -> tuple[list[float], float]:
        """Where the arrays of each column begin, and where the last one ends."""
        starts = []
        for column in zip(*rows, strict=True):
            starts.append(x - min(each.box[0] for each in column))
            x = starts[-1] + max(each.box[2] for each in column) + BETWEEN
        return starts, x

    def _placed(self, place: int, parts: tuple[list[Drawn], list[Drawn]]) -> dict[str, tuple[Figure, Drawn]]:
        holder = next(h for h in self.holders if h.place == place)
        if holder.absent:
            return {}
        given = [f for f in holder.operands if f is not None], parts[0], self.given, self.middle(place)
        got = list(holder.results), parts[1], self.got, self.middle_of_all if self.alone else self.middle(place)
        sides = (given, got) if not self.alone or place == self.found.followed else (given,)
        return {
            figure.key: (figure, each.at(x, middle - (each.grid[1] + each.grid[3]) / 2))
            for figures, drawn_, xs, middle in sides
            for figure, each, x in zip(figures, drawn_, xs, strict=True)
        }

    def middle(self, place: int) -> float:
        """The height of the middle of a row."""
        return self.tops[place] + self.row_height / 2

    # --- what is seen -------------------------------------------------------------------------------------------------

    def row(self) -> Row:
        """All items with their moments."""
        sources = list(self._sources())
        items: list[tuple[Item, int]] = [(item, BEFORE) for item in self._labels()]
        items += [(item, BEFORE if item.key[0] == "l" else RUN) for item in self._names()]
        items += [(item, UNTIL_RUN) for item in self._waiting()]
        for holder in self.holders:
            for figure, each in self.arrays[holder.place].values():
                items += [(_follows(item, holder), BEFORE if figure.key[0] == "l" else RUN) for item in each.items]
        items += [(item, RUN) for item in (*self._arrows(sources), *self._from_the_rest())]
        dy = -(self.height / 2)
        moved = [(item, when) for (_, when), item in zip(items, shifted([i for i, _ in items], 0, dy), strict=True)]
        every = {name: (f, each.at(0, dy)) for arrays in self.arrays.values() for name, (f, each) in arrays.items()}
        box = bounds([item for item, when in moved if when >= 0])
        return Row(moved, every, box)

    def _labels(self) -> Iterator[Item]:
        """What the rows are called, what is done, and the names of the arrays."""
        for holder in self.holders:
            y, now = self.middle(holder.place), holder.place == self.found.followed
            colour = "ink" if self.found.devices or not self.found.level else level_role(self.found.level)
            place = (8.0, y + CAP * 12) if self.found.devices else (self.start - 10, y + CAP * 11.5)
            if self.found.devices:
                top = self.tops[holder.place] - PADDING
                end = self.leave + 6 if self.alone else self.end - BETWEEN + 10
                size = end, self.row_height + 2 * PADDING
                yield Rect(0, top, *size, "window", "edge", 1.25, radius=6, key=f"lane{holder.place}")
                yield Text(*place, holder.label, colour, 12, 600, key=f"lane{holder.place}.name")
                if holder.absent:
                    x = place[0] + text_width(holder.label, 12, weight=600) + 8
                    yield Text(x, place[1], holder.absent, "ink3", 11, key=f"lane{holder.place}.absent")
            else:
                weight = 700 if now else 400
                yield Text(*place, holder.label, colour, 11.5, weight, True, "end", key=f"row{holder.place}")
        yield from self._left_out()

    def _names(self) -> Iterator[Item]:
        """What is done, and the names of the arrays below them."""
        primitive = unwrapped(self.found.equation)[0].primitive
        x = (self.leave + self.arrive) / 2
        yield Text(x, 12, primitive, "ink", 12, 600, True, "middle", key="exchange.name")
        words = WORDS.get(primitive, "").format(self.found.size)
        yield Text(x, 26, words, "ink3", 11, anchor="middle", key="exchange.words")
        label = next(holder.label for holder in self.holders if holder.place == self.found.followed)
        whose = f" of {label if self.found.devices else f'example {label}'}" if self.alone else ""
        for figure, each in self.arrays[self.found.followed].values():
            middle, result = (each.grid[0] + each.grid[2]) / 2, figure.key[0] == "m"
            name = f"{figure.name}{whose if result else ''}"
            yield Text(middle, self.height - 4, name, "ink", 12, 600, True, "middle", key=f"{figure.key}.under")

    def _left_out(self) -> Iterator[Item]:
        """How many are not shown, where they would stand."""
        for n, (y, places) in self.rest.items():
            yield Text(self._margin, y + 12, self._how_many(places), "ink3", REST_SIZE, key=f"exchange.rest{n}")

    def _how_many(self, places: range) -> str:
        thing = "device" if self.found.devices else "example"
        return f"… {len(places)} more {thing}{'' if len(places) == 1 else 's'}"

    @property
    def _margin(self) -> float:
        """Where words begin that stand in no row."""
        return 8.0 if self.found.devices else 0.0

    def _from_the_rest(self) -> Iterator[Item]:
        """Arrows to the followed one from those that are not shown."""
        holder = self.found.of(self.found.followed)
        results = [self.arrays[holder.place][each.key][1] for each in holder.results]
        places = {
            place
            for n, drawn_ in enumerate(results)
            for index in drawn_.cells
            for place, _, _ in origins(self.found, holder, n, index)
        }
        for n, (y, left_out) in self.rest.items():
            if places.intersection(left_out) and results:
                start = max(self.leave, self._margin + text_width(self._how_many(left_out), REST_SIZE) + 6)
                end = (results[0].grid[1] + results[0].grid[3]) / 2
                yield Path(((start, y + 8), (self.arrive, end)), "ink2", 1.25, arrow=True, key=f"rest{n}")

    def _receivers(self) -> list[Holder]:
        """Those whose results are seen."""
        return [holder for holder in self.holders if not self.alone or holder.place == self.found.followed]

    def _sources(self) -> Iterator[tuple[int, int, str, str, set[Index], set[Index]]]:
        """From which row to which, from which array's cells to which array's; of the rows that are shown."""
        for holder in self._receivers():
            pairs: dict[tuple[int, str, str], tuple[set[Index], set[Index]]] = {}
            for n, result in enumerate(holder.results):
                small = prod(result.shape) <= MOST_TRACED  # of sheets the ones behind count, too
                seen = self.arrays[holder.place][result.key][1].cells
                for index in product(*map(range, result.shape)) if small else seen:
                    for place, operand, cells in origins(self.found, holder, n, index):
                        if place in self.arrays and operand in self.arrays[place]:
                            given, got = pairs.setdefault((place, operand, result.key), (set(), set()))
                            given.update(cells)
                            got.add(index)
            for (place, operand, name), (given, got) in pairs.items():
                yield place, holder.place, operand, name, given, got

    def _arrows(self, sources: list[tuple[int, int, str, str, set[Index], set[Index]]]) -> Iterator[Item]:
        followed = [each for each in sources if each[1] == self.found.followed]
        others = [each for each in sources if each[1] != self.found.followed]
        for strong, each in [*((False, one) for one in others[:MOST_FAINT]), *((True, one) for one in followed)]:
            start, end, operand, result, given, got = each
            _, _, right, _ = first = self._box(start, operand, given)
            second = self._box(end, result, got)
            x0 = max(self.leave, right + 4)
            points = (x0, (first[1] + first[3]) / 2), (self.arrive, (second[1] + second[3]) / 2)
            name = f"from{start}.{operand}to{end}.{result}"
            if not strong:
                yield Path(points, "cell", 1.0, key=name)
                continue
            yield Path(points, "ink2", 1.25, arrow=True, key=name)
            if given < set(self.arrays[start][operand][1].cells):
                yield framed(first, f"{operand}.sends")

    def _box(self, place: int, name: str, cells: set[Index]) -> Box:
        """The box of cells of an array; of the whole array where none of them lies in front."""
        drawn = self.arrays[place][name][1]
        seen = [Rect(*drawn.cells[at]) for at in cells if at in drawn.cells]
        left, top, right, bottom = drawn.grid
        return bounds(seen or [Rect(left, top, right - left, bottom - top)])

    def _waiting(self) -> Iterator[Item]:
        """Cells of results that are one cell of another row, while they lie there."""
        for holder in self._receivers():
            for n, result in enumerate(holder.results):
                figure, each = self.arrays[holder.place][result.key]
                places = {}
                for index in each.cells:
                    found = list(origins(self.found, holder, n, index))
                    if len(found) == 1 and len(found[0][2]) == 1:
                        place, operand, (at,) = found[0]
                        there = self.arrays.get(place, {}).get(operand)
                        if there is not None and at in there[1].cells:
                            places[index] = there[1].cells[at]
                yield from stage.onto(each, figure, places)


def origins(found: Exchanged, holder: Holder, output: int, index: Index) -> Iterator[tuple[int, str, list[Index]]]:
    """The holders, keys and cells that a cell of a holder's result comes from; none where that is not known."""
    inner, order = unwrapped(found.equation)
    shapes = tuple(_shape(found, n) for n in order)
    looks = tuple(no_value for _ in shapes)
    at = dict(places_along(found.axes, holder.place))
    rule = COLLECTIVES[inner.primitive]
    for n, cells in zip(order, rule(Case(inner, shapes, looks, output, index, at=at)), strict=True):
        for place in cells.examples if cells.exact and cells.boxes else ():
            yield place, key("l", n, place), list(cells.each())


def places_along(axes: Sequence[tuple[str, int]], place: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Of every axis by name the index of the one at a place, and the size."""
    for name, size in reversed(axes):
        place, at = divmod(place, size)
        yield name, (at, size)


def _shape(found: Exchanged, operand: int) -> Index:
    figure = found.of(found.followed).operands[operand]
    return figure.shape if figure is not None else ()


def _label_width(holder: Holder) -> float:
    """The width of what stands before a row."""
    rest = text_width(holder.absent, 11) + 8 if holder.absent else 0.0
    return text_width(holder.label, 12, weight=600) + rest


def _follows(item: Item, holder: Holder) -> Item:
    """A frame says whose it is, so that a click on it follows that example."""
    name, mark, _ = item.key.partition("@")
    return replace(item, key=f"{name}@{holder.example}") if mark else item


def figure_of(made: Figure, place: int, followed: int, level: int = 1) -> Figure:
    """One holder's array as it is drawn in its row, in the colour of a level; of several (0) in ink."""
    framed = "copy" if place == followed else "slice"
    return replace(made, framed=framed, tint=level, bare=True, unnamed=True, levels=(), follow=())
