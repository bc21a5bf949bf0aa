"""What was measured of the programs by compiling them and looking into their values; insights are drawn from it."""

from __future__ import annotations

import msgspec


class Memory(msgspec.Struct, frozen=True):
    """What XLA says one compiled program needs, in bytes."""

    arguments: int
    results: int
    temporaries: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.arguments + self.results + self.temporaries


class Thrown(msgspec.Struct, frozen=True):
    """A select_n of the last program, by path, that throws away numbers which are NaN or infinite: of `case`, an operand's name."""

    path: str
    case: str
    nans: int
    infs: int


class Turns(msgspec.Struct, frozen=True):
    """How many turns each example of a batched while, by path in the last program, needs by itself."""

    path: str
    turns: tuple[int, ...]


class Layout(msgspec.Struct, frozen=True):
    """Another place of the batch axis, traced: `transposes` then stand in the batched program.

    `field` is "in_axes" (of the argument called `argument`, which then comes with shape `shape`) or "out_axes"; `text` is the
    whole setting as Python text.
    """

    field: str
    text: str
    transposes: int
    argument: str = ""
    shape: tuple[int, ...] = ()


class Facts(msgspec.Struct, frozen=True):
    """`one` and `batched` are the memory of the compiled programs for one example and for all, None where it is not known: `why`
    says so. `spoilt` counts the numbers of the batch's gradient that are NaN or infinite though the result is finite; None where
    nothing is `thrown`, or there is no gradient. `transposes` counts those of the last program, `layouts`
    what would leave fewer of them, of so many `tried`."""

    one: Memory | None = None
    batched: Memory | None = None
    thrown: tuple[Thrown, ...] = ()
    spoilt: int | None = None
    turns: tuple[Turns, ...] = ()
    transposes: int = 0
    layouts: tuple[Layout, ...] = ()
    tried: int = 0
    why: str = ""
