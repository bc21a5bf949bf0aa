"""How large the cells of a picture are and how much of each axis is shown: the styles, from large to small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from vmapviz.model.scenes.marks import number, shortened
from vmapviz.model.values import Cell

MOST_SPREAD = 4  # levels
SPLIT_GAP = 8.0


class Style(msgspec.Struct, frozen=True):
    """How large cells are, how many of an axis are shown, whether they hold their numbers, and how many levels stand apart.

    `short` numbers have two digits; no more than `apart` examples stand apart (0: as many as of any axis). Of levels beyond `spread` only
    the followed example is drawn. An equation takes so many `lines`. A slice stands below the bars of its array, or `beside` them.
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


def ladder(levels: int, styles: Sequence[Style] = LADDER) -> tuple[Style, ...]:
    """The styles to try for so many levels: of three and more first all, then fewer apart, before the numbers go."""
    clear, rest = [style for style in styles if style in CLEAR], [style for style in styles if style not in CLEAR]
    spreads = range(min(levels, MOST_SPREAD) - 1, 0, -1) if levels > 2 else ()
    return (*clear, *(replace(style, spread=spread) for spread in spreads for style in clear), *rest)
