"""What every device held when pmap ran: which examples of each array, with their numbers, and what the devices exchanged."""

from __future__ import annotations

import msgspec

from vmapviz.model.preview import Preview
from vmapviz.model.trace import type_text

NOT_RUN = "What each device holds is drawn when pmap has run."


class Piece(msgspec.Struct, frozen=True, gc=False):
    """What a device held of an array: from which example on and up to which, exclusive (None: all that there is, a copy); its numbers."""

    examples: tuple[int, int] | None
    preview: Preview


class Spread(msgspec.Struct, frozen=True):
    """An array on the host and in pieces on the devices, as its sharding says.

    `axis` is its batch axis, None = no such axis; `given` the shape that pmap took it in, or gave it in. `pieces` are in the order of
    the devices, None for one that holds nothing of it; where each device has one example they lack the batch axis.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    axis: int | None
    given: tuple[int, ...]
    whole: Preview
    pieces: tuple[Piece | None, ...]

    @property
    def type(self) -> str:
        """Its type as JAX writes it."""
        return type_text(self.dtype, self.shape)

    @property
    def given_type(self) -> str:
        """The type in which pmap took it, or gave it."""
        return type_text(self.dtype, self.given)


class Device(msgspec.Struct, frozen=True, gc=False):
    """A device: its number, and what it is in words ("CPU, simulated")."""

    id: int
    kind: str


class Exchange(msgspec.Struct, frozen=True):
    """What the collective at `path` of the program that each device runs was given and gave on every one, by operand and result; None for
    a literal.

    A device that does not come to a body in the pass that is looked at has no piece.
    """

    path: str
    operands: tuple[Spread | None, ...]
    results: tuple[Spread, ...]


class Lanes(msgspec.Struct, frozen=True):
    """The devices that a call ran on, `each` of its examples on every one; or `why` it could not.

    `alone`: every device had one example, and no batch axis. `exchanges` are those of the equations that make devices talk.
    """

    devices: tuple[Device, ...] = ()
    each: int = 1
    alone: bool = True
    arguments: tuple[Spread, ...] = ()
    results: tuple[Spread, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    why: str = ""
