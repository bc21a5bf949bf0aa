"""Random numbers drawn from keys: a key of each example's own gives each its own numbers, one shared key the same to all."""

from __future__ import annotations

from math import prod

from msgspec.structs import replace

from vmapviz.model.scenes.captions import caption
from vmapviz.model.scenes.layout import Figure
from vmapviz.model.scenes.operation import Operation, general
from vmapviz.model.scenes.rows import RUN, Arrow, Row, Shown, Sign, Token, row
from vmapviz.model.values import Preview

MOST_NUMBERS = 8


def from_key(operation: Operation) -> Row:
    """The key and what is drawn from it; of a shared one the same again in the lane of every example.

    One state from which all examples draw at once, as vmap makes it of rng_bit_generator, gives each of them other numbers.
    """
    keys = operation.figures
    if not operation.examples or not keys:
        return general(operation, caption(operation))
    if any(dim is not None for figure in keys for dim in figure.levels):
        own = tuple(o._replace(figure=replace(o.figure, down=len(o.figure.shape) == 1)) for o in operation.operands)
        return general(operation._replace(operands=own), "each from its own key")
    if any(dim is not None for figure in operation.results for dim in figure.levels):
        return general(operation, "one state: all their numbers in a row")
    result = operation.results[0]
    lanes = _lanes(result, operation.examples)
    if lanes is None:
        return general(operation, "one key: the same for all")
    tokens: list[Token] = []
    for figure in keys:
        tokens += [Sign("and")] if tokens else []
        tokens += [Shown(figure)]
    tokens += [Arrow(operation.equation.primitive, "drawn once", RUN), Shown(result, RUN)]
    tokens += [Arrow("", f"the same for all {operation.examples}", RUN), Shown(lanes, RUN)]
    return row(tokens, operation.style, result.key)


def _lanes(result: Figure, count: int) -> Figure | None:
    """What every example reads of a shared result; None where it is no small array of one axis."""
    preview = result.preview
    if preview is None or len(result.shape) > 1 or prod(result.shape) > MOST_NUMBERS or len(result.levels) != 1:
        return None
    shape, shown = (1, *result.shape), (1, *preview.shown)
    whole = Preview(preview.dtype, shape, shown, preview.cells)
    return Figure(f"t{result.key}", shape, result.dtype, whole, table=(0, None), repeats=((0, count),), unnamed=True)
