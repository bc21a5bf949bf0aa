"""Which cells are put where by their size: sort, top_k, and the largest or smallest of an axis."""

from __future__ import annotations

import math
from functools import cache
from itertools import product

from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.scenes.operation import Operation, Origin, Origins, param
from vmapviz.model.values import Cell


def sort(operation: Operation) -> Origins:
    """The stable order of the keys, not-a-number last; None for a lane whose values are not all known."""
    dim, keys = param(operation.equation, "dimension"), param(operation.equation, "num_keys") or 1
    figures = operation.figures

    @cache
    def lane(index: Index) -> tuple[int, ...] | None:
        lanes = [_lane(figure, index, dim) for figure in figures[:keys]]
        known = [each for each in lanes if each is not None]
        if len(known) < len(lanes):
            return None
        rows = list(zip(*known, strict=True))
        return tuple(sorted(range(len(rows)), key=lambda n: [_key(cell) for cell in rows[n]]))

    def origin(result: int, index: Index) -> Origin | None:
        order = lane((*index[:dim], 0, *index[dim + 1 :]))
        if order is None:
            return None
        at = (*index[:dim], order[index[dim]], *index[dim + 1 :])
        agrees = figures[result].cell(at), operation.results[result].cell(index)
        return (result, at) if None in agrees or alike(*agrees) else None  # of equal keys any may come first

    return origin


def _lane(figure: Figure, index: Index, dim: int) -> list[Cell] | None:
    cells = [figure.cell((*index[:dim], n, *index[dim + 1 :])) for n in range(figure.shape[dim])]
    known: list[Cell] = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
    return known if len(known) == len(cells) else None


def _key(cell: Cell) -> tuple[bool, Cell]:
    lost = isinstance(cell, float) and math.isnan(cell)
    return lost, 0 if lost else cell


def alike(one: Cell | None, other: Cell | None) -> bool:
    """Whether two cells hold the same number."""
    both_lost = isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    return both_lost or one == other


def top_k(operation: Operation) -> Origins:
    """The cells that the second result, the indices, names."""
    chosen = operation.results[1]
    axis = param(operation.equation, "axis")
    dim = (len(chosen.shape) - 1) if axis is None else int(axis) % len(chosen.shape)

    def origin(result: int, index: Index) -> Origin | None:
        where = chosen.cell(index)
        return None if where is None or result else (0, (*index[:dim], int(where), *index[dim + 1 :]))

    return origin


def reduced(operation: Operation, index: Index) -> list[Index]:
    """The cells of the operand along the axes that are gone, for one cell of the result, as far as their numbers may be known."""
    figure, axes, rest = operation.operands[0].figure, param(operation.equation, "axes") or (), iter(index)
    dims = range(len(figure.shape))
    return list(product(*(range(figure.reach(dim)) if dim in axes else (next(rest),) for dim in dims)))


def extreme(operation: Operation) -> Origins:
    """The first cell that is the largest or smallest of its axis."""
    figure, result = operation.operands[0].figure, operation.results[0]

    def origin(_: int, index: Index) -> Origin | None:
        found = result.cell(index)
        if found is None:
            return None
        cells = reduced(operation, index)
        return next(((0, at) for at in cells if figure.cell(at) is not None and alike(figure.cell(at), found)), None)

    return origin


def winners(operation: Operation) -> list[Index]:
    """The cells of the operand that argmax or argmin found."""
    result, shape = operation.results[0], operation.operands[0].figure.shape
    axes: list[int] = param(operation.equation, "axes") or []
    known = [range(size) for size in (result.preview.shown if result.preview is not None else ())]
    if len(axes) != 1 or len(known) != len(result.shape):
        return []
    found = {index: result.cell(index) for index in product(*known)}
    return [
        (*index[: axes[0]], at, *index[axes[0] :])
        for index, at in found.items()
        if isinstance(at, int) and at < shape[axes[0]]
    ]
