"""Sets of cells of an array, and the case that a rule of dependency decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Any

import msgspec
from msgspec.structs import replace

from vmapviz.model.trace import Equation, Program
from vmapviz.model.values import Cell, Preview

Index = tuple[int, ...]
Box = tuple[Sequence[int], ...]  # the indices along every dimension
Look = Callable[[Index], Cell | None]  # the value of a cell, None where it is not known


class Cells(msgspec.Struct, frozen=True):
    """Cells of one array: boxes that do not overlap.

    Unless `exact` they hold more than is meant: which of them count is not known. `everyone`: those of other examples, too, of all or
    of those in `examples`, where it is known which (counted flat along the named axes).
    """

    boxes: tuple[Box, ...] = ()
    exact: bool = True
    everyone: bool = False
    examples: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(prod(map(len, box)) for box in self.boxes)

    def holds(self, index: Index) -> bool:
        """Whether a cell is one of them."""
        return any(all(at in along for at, along in zip(index, box, strict=True)) for box in self.boxes)

    def each(self, most: int | None = None) -> Iterator[Index]:
        """Their indices, all or so many."""
        return islice((index for box in self.boxes for index in product(*box)), most)


NONE = Cells()
Sources = tuple[Cells, ...]  # of every operand


class Case(msgspec.Struct, frozen=True):
    """One cell of one output of an equation, the shapes of its operands, and their values where they are known.

    `places` are the subprograms that stand in full, as `trace.places_of` gives them. `steps` counts the cells that were traced back
    through the bodies around this one. `at` says of a named axis which example this is, and of how many. `turns` says how often a while
    turned for each of the examples that end by themselves, one after another; () where that is not known. `inner` says so of the whiles in
    its bodies, by their way from here ("jaxpr.0"). With a `turn`, from 0, the cell is one of what a loop's body made in it, also for
    examples that were done; else of what is carried in the end.
    """

    equation: Equation
    shapes: tuple[Index, ...]
    looks: tuple[Look, ...]
    output: int
    index: Index
    places: Mapping[str, Program] = {}
    steps: list[int] = msgspec.field(default_factory=lambda: [0])
    at: Mapping[str, tuple[int, int]] = {}
    turns: tuple[int, ...] = ()
    turn: int | None = None
    inner: Mapping[str, tuple[int, ...]] = {}

    def param(self, name: str, otherwise: Any = None) -> Any:
        """The data of a parameter."""
        found = next((data for key, _, data in self.equation.params if key == name), None)
        return otherwise if found is None else found

    def text(self, name: str) -> str:
        """What JAX prints of a parameter."""
        return next((text for key, text, _ in self.equation.params if key == name), "")

    @property
    def shape(self) -> Index:
        """The shape of the output."""
        return self.equation.outputs[self.output].shape

    @property
    def dtype(self) -> str:
        """The dtype of the output."""
        return self.equation.outputs[self.output].dtype


Rule = Callable[[Case], Sources]
Find = Callable[[Case], Sources]  # by any rule


def one(index: Iterable[int]) -> Cells:
    """A single cell."""
    return Cells((tuple((at,) for at in index),))


def box(*along: Sequence[int]) -> Cells:
    """All cells with these indices along every dimension."""
    return Cells((along,)) if all(map(len, along)) else NONE


def boxes(found: Iterable[Box]) -> Cells:
    """The cells of several boxes that do not overlap."""
    return Cells(tuple(each for each in found if all(map(len, each))))


def whole(shape: Index) -> Cells:
    """Every cell."""
    return box(*map(range, shape))


def maybe(cells: Cells) -> Cells:
    """The same cells, of which nobody knows which are meant."""
    return replace(cells, exact=False)


def unknown(shape: Index) -> Cells:
    """Any of the cells: nobody knows which."""
    return maybe(whole(shape))


def unknowns(case: Case) -> Sources:
    """Any cell of any operand."""
    return tuple(map(unknown, case.shapes))


def no_value(_: Index) -> None:
    """The value of a cell of which nothing is known."""


def look_at(preview: Preview | None) -> Look:
    """The values of an array by index."""

    def look(index: Index) -> Cell | None:
        if preview is None or len(index) != len(preview.shown):
            return None
        flat = 0
        for at, size in zip(index, preview.shown, strict=True):
            if not 0 <= at < size:
                return None
            flat = flat * size + at
        return preview.cells[flat] if flat < len(preview.cells) else None

    return look


def number_at(look: Look, index: Index) -> int | None:
    """The whole number in a cell; None where it is not known."""
    found = look(index)
    return int(found) if isinstance(found, bool | int) else None
