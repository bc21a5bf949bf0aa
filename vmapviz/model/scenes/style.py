"""How large the cells of a picture are and how much of each axis is shown: the styles, from large to small."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from vmapviz.model.scenes.marks import number, shortened
from vmapviz.model.values import Cell

Look = TypeVar("Look")
MOST_SPREAD = 4  # levels
SPLIT_GAP = 8.0


class Style(msgspec.Struct, frozen=True):
    """How large cells are, how many of an axis are shown, whether they hold their numbers, and how many levels stand apart.

    `short` numbers have two digits; no more than `apart` examples stand apart (0: as many as of any axis). Of levels beyond `spread` only
    the followed example is drawn. An equation takes so many `lines`. A slice stands below the bars of its array, or `beside` them.
    `hollow` arrays are drawn to be measured: they have the same box, but hardly any of their cells.
    """

    width: float = 30.0
    height: float = 24.0
    limit: int = 8
    numbers: bool = True
    short: bool = False
    gap: float = SPLIT_GAP
    block: float = 0.0  # the least height of a split array's slices, so that the rows of several stand level
    spread: int = MOST_SPREAD
    lines: int = 1
    beside: bool = False
    apart: int = 0
    hollow: bool = False

    @property
    def font(self) -> float:
        """The size of the numbers in pixels."""
        return 11.5 if self.height >= 18 else 11.0

    def number(self, cell: Cell) -> str:
        """A value as it stands in a cell of this style."""
        return shortened(cell) if self.short else number(cell)


# From the guide's size down: smaller cells, then fewer of them, with shorter numbers before much is left out, then without numbers;
# numbers go last, they are the picture.
LADDER: tuple[Style, ...] = (
    Style(),
    Style(28, 21),
    Style(24, 18, gap=6),
    Style(24, 18, 5, gap=6),
    Style(22, 16, 5, gap=4),
    Style(22, 16, 4, gap=4),
    Style(22, 16, 3, gap=4),
    Style(22, 16, 3, short=True, gap=4),
    Style(22, 16, 2, gap=4),
    Style(22, 16, 2, short=True, gap=4),
    Style(22, 16, 3, short=True, gap=4, apart=1),
    Style(22, 16, 2, short=True, gap=4, apart=1),
    Style(22, 16, 1, short=True, gap=4, apart=1),
    Style(14, 12, 5, numbers=False, gap=4),
    Style(10, 9, 4, numbers=False, gap=3),
    Style(7, 7, 3, numbers=False, gap=3),
    Style(7, 7, 2, numbers=False, gap=3),
)


CLEAR, SMALL = tuple(s for s in LADDER if s.numbers and not s.apart), tuple(s for s in LADDER if not s.numbers)
LEAST = tuple(s for s in LADDER if s.apart)  # with numbers, but of one example


def set_beside(styles: Iterable[Style]) -> tuple[Style, ...]:
    """The styles with slices beside the bars: wider, and lower."""
    return tuple(replace(style, beside=True) for style in styles)


def hollow(style: Style) -> Style:
    """The style in which a picture is measured before it is drawn."""
    return replace(style, hollow=True)


def largest(looks: Sequence[Look], size: Callable[[Look], object], fits: Callable[[Look], bool]) -> Look | None:
    """The first look that fits; of those of the same `size`, which come from large to small, what does not fit small does not fit large.

    None where none does. Not all are tried: of each such chain those where it is decided.
    """
    chains: dict[object, list[int]] = {}
    for at, look in enumerate(looks):
        chains.setdefault(size(look), []).append(at)
    first = len(looks)
    for chain in chains.values():
        rest = [at for at in chain if at < first]
        if rest and fits(looks[rest[-1]]):
            first = rest[bisect_left(rest, True, hi=len(rest) - 1, key=lambda at: fits(looks[at]))]
    return looks[first] if first < len(looks) else None


def chain(style: Style, sliced: bool = False) -> object:
    """Styles with equal chains differ in size alone, and only shrink from one to the next.

    Where cells are as small as the marks of what is left out, or one of an axis is shown, less is not always smaller: those stand alone.
    Of what is `sliced` the marks stand outside, so that only the size of the cells may differ.
    """
    alone, limit = not style.numbers or style.limit < 2, style.limit if sliced else 0
    return style if alone else (style.short, style.apart, style.spread, style.lines, style.beside, limit)


def ladder(levels: int, styles: Sequence[Style] = LADDER) -> tuple[Style, ...]:
    """The styles to try for so many levels: of three and more first all, then fewer apart, before the numbers go."""
    clear, rest = [style for style in styles if style in CLEAR], [style for style in styles if style not in CLEAR]
    spreads = range(min(levels, MOST_SPREAD) - 1, 0, -1) if levels > 2 else ()
    return (*clear, *(replace(style, spread=spread) for spread in spreads for style in clear), *rest)
