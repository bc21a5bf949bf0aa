"""Whether one example's values are found again in the batched ones: how many were compared, and where they differ first."""

from __future__ import annotations

import msgspec


class Difference(msgspec.Struct, frozen=True):
    """A value of the original that is not what the batched program has for the example.

    `path` is its equation, `name` its variable, `turn` the iteration of each loop around it, outermost first. `difference` is the
    largest absolute one; `tolerance` what is allowed, relative to the largest entry.
    """

    path: str
    name: str
    turn: tuple[int, ...]
    difference: float
    tolerance: float


class Matching(msgspec.Struct, frozen=True):
    """The values of one example (counted flat) against the batched ones, at every equation that has a counterpart.

    `values` were compared, in loops each in several iterations (`some` says that not in all). `first` differs first in the order in
    which they are computed, `differing` are the equations at which any does. `grown` values lie further apart than is allowed only because
    rounding grew: from the same operands both programs compute the same. `note` says why something was not compared, `whole` is
    false where more time would do.
    """

    example: int
    values: int
    first: Difference | None = None
    differing: tuple[str, ...] = ()
    grown: int = 0
    some: bool = False
    note: str = ""
    whole: bool = True
