"""An array computed by JAX, cut to what can be drawn."""

from __future__ import annotations

import msgspec

Cell = bool | int | float | str


class Preview(msgspec.Struct, frozen=True, gc=False):
    """An array, or its first entries along every axis.

    `shown` is the shape of the part in `cells` (row-major; complex numbers and keys as text); equal to `shape` when nothing is cut.
    Statistics are over the whole array, None where they do not apply (empty, keys); `nans` and `infs` count entries.
    """

    dtype: str
    shape: tuple[int, ...]
    shown: tuple[int, ...]
    cells: tuple[Cell, ...]
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    nans: int = 0
    infs: int = 0
