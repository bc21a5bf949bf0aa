"""The arrays of a call that pmap runs: whole on the host, and in pieces, each drawn once and seen on the host and in its lane."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.lanes import Lanes, Piece, Spread
from vmapviz.model.scenes import layout
from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import Figure, Index, Style
from vmapviz.model.scenes.marks import axis_label, bounds, bracket, oblique
from vmapviz.model.scenes.scene import Item
from vmapviz.model.scenes.stage import middle
from vmapviz.model.scenes.tracks import cell_width

CELL = re.compile(r":((?:\d+(?:,\d+)*)?)(#?)")


class Array(NamedTuple):
    """An argument or a result: its key, what it is called, where it was, and the example that is followed, of which level."""

    key: str
    label: str
    spread: Spread
    followed: int
    each: int
    alone: bool
    level: int = 1

    @property
    def shared(self) -> bool:
        """Whether every device has all of it."""
        return self.spread.axis is None

    @property
    def _levels(self) -> tuple[int | None, ...]:
        """The axis of each level; what inner ones have is not told apart."""
        return (*(None,) * (self.level - 1), self.spread.axis)

    def _follow(self, at: int) -> tuple[int, ...]:
        return (*(0,) * (self.level - 1), at)

    def whole(self, style: Style, right: bool = False) -> Drawn:
        """All of it, as it is on the host."""
        spread = self.spread
        levels, follow = (self._levels, self._follow(self.followed)) if spread.axis is not None else ((), ())
        figure = Figure(self.key, spread.shape, spread.dtype, spread.whole, levels, follow)
        return draw(replace(figure, down=_runs_down(spread.shape, spread.axis), right=right), style)

    def figure(self, piece: Piece) -> Figure:
        """What a device has of it."""
        spread, shape = self.spread, piece.preview.shape
        if spread.axis is None or piece.examples is None:
            return Figure(self.key, shape, spread.dtype, piece.preview, bare=True)
        at = self.followed - piece.examples[0]
        inside = 0 <= at < self.each
        if self.alone:
            framed, cut = ("copy" if inside else "slice"), ((spread.axis, piece.examples[0]),)
            return Figure(
                self.key, shape, spread.dtype, piece.preview, framed=framed, tint=self.level, lift=cut, bare=True
            )
        made = Figure(self.key, shape, spread.dtype, piece.preview, self._levels, self._follow(at) if inside else ())
        return replace(made, down=_runs_down(shape, spread.axis), bare=True)

    def named(self, number: int, brief: bool = False) -> str:
        """What the piece of a device is called in its lane: `m copy`, in brief `m`; `v[0:2]`."""
        piece = self.spread.pieces[number]
        if self.spread.axis is None or piece is None or piece.examples is None:
            return self.label if brief else f"{self.label} copy"
        first, end = piece.examples
        own = str(first) if self.alone else f"{first}:{end}"
        return f"{self.label}[{', '.join([':'] * self.spread.axis + [own])}]"


def _runs_down(shape: Index, axis: int | None) -> bool:
    return len(shape) == 1 and axis == 0


def arrays(lanes: Lanes, followed: int, most: int, level: int = 1) -> tuple[list[Array], list[Array]]:
    """The arguments and the results there is room for, batched ones before shared ones."""
    results = ["" if len(lanes.results) > 1 else "result"] * len(lanes.results)
    names = [
        [spread.name for spread in lanes.arguments],
        [s.name or w for s, w in zip(lanes.results, results, strict=True)],
    ]
    both = []
    for letter, spreads, labels in zip("ar", (lanes.arguments, lanes.results), names, strict=True):
        every = [
            Array(f"{letter}{n}", label or f"{letter}{n}", spread, followed, lanes.each, lanes.alone, level)
            for n, (spread, label) in enumerate(zip(spreads, labels, strict=True))
        ]
        wanted = sorted(every, key=lambda array: array.shared)[: most if letter == "a" else min(most, 2)]
        both.append([array for array in every if array in wanted])
    return both[0], both[1]


class Parts:
    """The pieces of an array as they are drawn, all with cells of one size, by the number of their device.

    In `brief` their brackets do not say how many examples they hold.
    """

    def __init__(self, array: Array, shown: Iterable[int], style: Style, brief: bool = False) -> None:
        self.array, self.brief = array, brief
        self._wholes: dict[int, Drawn] = {}
        self.pieces = {n: piece for n in shown if (piece := array.spread.pieces[n]) is not None}
        self._figures = {n: array.figure(piece) for n, piece in self.pieces.items()}
        width = max((cell_width(figure, style) for figure in self._figures.values()), default=style.width)
        self.style = replace(style, width=width)
        line = 1.0 if array.alone else 0.0  # of a frame, which may lie in the lane's padding
        every = [self._drawn(self._figures[n], self.pieces[n]) for n in self._different()]
        self.left = min((drawn.box[0] for drawn in every), default=0.0)
        self.right = max((drawn.box[2] for drawn in every), default=0.0)
        self.over = max((middle(drawn) - drawn.box[1] for drawn in every), default=0.0) - line
        self.under = max((drawn.box[3] - middle(drawn) for drawn in every), default=0.0) - line

    def whole(self, height: float, right: bool) -> Drawn:
        """All of it as it is on the host, so much as there is room for: in the height, and not much wider than its pieces."""
        drawn = self._whole(8, right)
        for limit in (5, 4, 3, 2):
            if drawn.box[3] - drawn.box[1] > height or drawn.box[2] > max(2 * self.width, 100.0):
                drawn = self._whole(limit, right)
        return drawn

    def _whole(self, limit: int, right: bool) -> Drawn:
        if limit not in self._wholes:
            self._wholes[limit] = self.array.whole(replace(self.style, limit=limit), right)
        return self._wholes[limit]

    def _different(self) -> set[int]:
        """One of each kind: all are as large as the one with the followed example, or one without it."""
        return set({(bool(figure.follow), figure.framed): n for n, figure in self._figures.items()}.values())

    @cached_property
    def drawn(self) -> dict[int, Drawn]:
        """The pieces, their cells beginning at (0, 0)."""
        return {n: self._drawn(figure, self.pieces[n]) for n, figure in self._figures.items()}

    @property
    def width(self) -> float:
        """From the leftmost to the rightmost thing of any piece."""
        return self.right - self.left

    def _drawn(self, figure: Figure, piece: Piece) -> Drawn:
        drawn = draw(figure, self.style)
        marks = list(self._bracket(figure, drawn))
        first = piece.examples[0] if piece.examples is not None else 0
        items = [self._as_whole(item, first) for item in (*drawn.items, *marks)]
        return Drawn(tuple(items), bounds(items), drawn.grid, drawn.cells)

    def _bracket(self, figure: Figure, drawn: Drawn) -> Iterator[Item]:
        """The batch bracket of a piece that has a batch axis, where its drawing leaves it out."""
        if not figure.bare or not figure.levels or figure.levels[-1] is None:
            return
        axis, places = figure.levels[-1], layout.plan(figure)
        left, top, right, bottom = drawn.grid
        if places.down == axis:
            yield from bracket(self.array.level, top, bottom, left - 9, True, f"{figure.key}[piece")
            if not self.brief:
                size, y = figure.shape[axis], (top + bottom) / 2 + 4
                yield from axis_label(self.array.level, size, left - 17, y, 1.0, f"{figure.key}[piece")
        elif places.depth == axis:
            yield from self._depth(figure, drawn)
        else:
            yield from bracket(self.array.level, left, right, top - 8, False, f"{figure.key}[piece")
            if not self.brief:
                yield from axis_label(
                    self.array.level, figure.shape[axis], left - 6, top - 4, 1.0, f"{figure.key}[piece"
                )

    def _depth(self, figure: Figure, drawn: Drawn) -> Iterator[Item]:
        """The bracket of a batch axis that goes into depth."""
        lift = min(y for _, y, _, _ in drawn.cells.values()) - drawn.grid[1]
        x, y = drawn.grid[2] - lift + 5, drawn.grid[3]
        yield from oblique(self.array.level, x, y, lift + 4, f"{figure.key}[piece^")
        if not self.brief:
            size = figure.shape[figure.levels[-1] or 0]
            yield from axis_label(
                self.array.level, size, x + lift / 2 + 10, y - lift / 2 + 4, 0.0, f"{figure.key}[piece^"
            )

    def _as_whole(self, item: Item, first: int) -> Item:
        """The item with the key that it has in the whole array: cells by their index there, frames by their example."""
        key, axis, name = item.key, self.array.spread.axis, self.array.key
        rest = key.removeprefix(name)
        if axis is None:
            return item
        if rest.startswith("@"):
            at = rest[1:].rpartition(",")[2]
            return replace(
                item, key=f"{name}@{'-,' * (self.array.level - 1)}{first + int(at) if at.isdigit() else first}"
            )
        found = CELL.fullmatch(rest)
        if found is None or self.array.alone:
            return item if found else replace(item, key=f"{name}p{first}{rest}")
        index = [int(at) for at in found[1].split(",") if at]
        index[axis] += first
        return replace(item, key=f"{name}:{','.join(map(str, index))}{found[2]}")


def of_device(items: Iterable[Item], number: int) -> Iterator[Item]:
    """The items as the copy that a device has."""
    for item in items:
        yield replace(item, key=f"d{number}.{item.key}" if item.key else "")


def without_brackets(items: Iterable[Item]) -> Iterator[Item]:
    """The items of a piece on the host, where one bracket stands around all pieces."""
    return (item for item in items if "[" not in item.key)
