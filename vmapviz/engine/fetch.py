"""Cells of one value that a preview leaves out: the program is evaluated once more, as far as that value."""

from __future__ import annotations

import math

import jax

from vmapviz.engine import compat, examples
from vmapviz.engine.evaluate import BUDGET_S, Clock, steps
from vmapviz.engine.previews import cells_from
from vmapviz.engine.trace import Traced
from vmapviz.model.slices import Region
from vmapviz.model.values import Piece

MOST_CELLS = 400


def fetch(traced: Traced, wanted: Region) -> Piece:
    """The cells of a region; none where the value was not reached in time or has no such cells.

    Raises whatever running the equations raises.
    """
    nothing = Piece(wanted.name, wanted.batched, wanted.example, wanted.start, wanted.sizes, ())
    if math.prod(wanted.sizes) > MOST_CELLS:
        return nothing
    call, program = traced.call, -1 if wanted.batched else 0
    arguments = call.arguments if wanted.batched else examples.arguments_of(call, wanted.example)
    clock = Clock(BUDGET_S)
    for variable, value in steps(traced.jaxprs[program], jax.tree.leaves(arguments)):
        if not compat.is_dropped(variable) and traced.names[program].get(variable) == wanted.name:
            cells = cells_from(value, wanted.start, wanted.sizes)
            return Piece(wanted.name, wanted.batched, wanted.example, wanted.start, wanted.sizes, cells)
        if clock.over():
            break
    return nothing
