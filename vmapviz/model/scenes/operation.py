"""An equation with its operands and results as figures, and the drawing that is never wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vmapviz.model.scenes.layout import LADDER, Figure, Index, Style
from vmapviz.model.scenes.rows import BEFORE, HELPERS, RUN, Arrow, Row, Shown, Sign, Space, Token, row
from vmapviz.model.scenes.turned import Turned
from vmapviz.model.trace import Equation

MOST_OPERANDS = 3


class Operand(NamedTuple):
    """An operand of an equation: its figure, and what a helper equation made it from."""

    figure: Figure
    source: Figure | None = None
    label: str = ""  # of the helper, such as "2a"
    helper: str = ""  # its primitive
    when: int = BEFORE
    order: tuple[int, ...] = ()  # the permutation by which its source was turned


class Operation(NamedTuple):
    """An equation with its operands and results as figures; of a while the turns, where they were measured.

    `origin` is the primitive of the original, and `given` what the branches of a cond read that became a choice;
    `examples` how many there are, 0 for the side of one example.
    """

    equation: Equation
    operands: tuple[Operand, ...]
    results: tuple[Figure, ...]
    style: Style = LADDER[0]
    sources: bool = True
    turned: Turned | None = None
    origin: str = ""
    given: tuple[Figure, ...] = ()
    examples: int = 0

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The operands as they are drawn."""
        return tuple(operand.figure for operand in self.operands)


Drawing = Callable[[Operation], Row]
Origin = tuple[int, Index]  # an operand by its number, and a cell of it
Origins = Callable[[int, Index], Origin | None]  # of the result with that number, the cell at that index


def param(equation: Equation, name: str) -> Any:
    """The data of a parameter; None when it has none."""
    return next((data for key, _, data in equation.params if key == name), None)


def shown(operand: Operand, sources: bool) -> list[Token]:
    """An operand, behind its source and an arrow when a helper turned it."""
    made = Shown(operand.figure, operand.when)
    if operand.source is None or not sources:
        return [made]
    return [Shown(operand.source), Arrow(operand.label, operand.helper, HELPERS), made]


def general(operation: Operation, note: str = "", why: str = "") -> Row:
    """Any equation: operands, an arrow with the primitive's name and up to two notes below it, results."""
    return row_of(operation, note, {}, why)


def row_of(operation: Operation, note: str, room: Mapping[int, Space], why: str = "") -> Row:
    """The general drawing with more room before some operands."""
    tokens: list[Token] = []
    for n, operand in enumerate(operation.operands[:MOST_OPERANDS]):
        tokens += [room[n]] if n in room else []
        tokens += shown(operand, operation.sources)
    hidden = len(operation.operands) - MOST_OPERANDS
    tokens += [Sign(f"+{hidden} more")] if hidden > 0 else []
    tokens.append(Arrow(operation.equation.primitive, note, RUN if operation.operands else BEFORE, why))
    tokens += [Shown(figure, RUN) for figure in operation.results[:MOST_OPERANDS]]
    hidden = len(operation.results) - MOST_OPERANDS
    tokens += [Sign(f"+{hidden} more", RUN)] if hidden > 0 else []
    return row(tokens, operation.style, operation.results[0].key if operation.results else "none")
