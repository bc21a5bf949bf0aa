"""Which programs of a trace are seen side by side: all of a few, else two neighbours."""

from __future__ import annotations

MOST = 3  # programs side by side


def is_pairwise(count: int, two_levels: bool = False) -> bool:
    """Whether only two of `count` programs are shown at a time: because there are many, or because the user wants it."""
    return count > MOST or (two_levels and count > 2)


def shown(count: int, two_levels: bool = False, pair: int = 0) -> range:
    """The numbers of the programs that are shown; `pair` is the left one of two, kept inside what there is."""
    if not is_pairwise(count, two_levels):
        return range(count)
    first = min(max(pair, 0), count - 2)
    return range(first, first + 2)
