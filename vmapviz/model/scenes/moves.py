"""Which cell of which operand each cell of a result was: for primitives that move cells about or change them one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import accumulate
from math import prod

from vmapviz.model.scenes.layout import Index
from vmapviz.model.scenes.look_up import dynamic_slice, dynamic_update_slice, gather, scatter
from vmapviz.model.scenes.operation import Operation, Origin, Origins, param
from vmapviz.model.scenes.ordering import extreme, sort, top_k
from vmapviz.model.scenes.symbols import CUMULATIVE, ELEMENTWISE, SCATTERS


def origins(operation: Operation) -> Origins | None:
    """For a result and the index of a cell of it, the operand and index of the cell it was; None where that cannot be said."""
    find = MOVES.get(operation.equation.primitive)
    if find is None or len(operation.operands) != len(operation.equation.inputs):
        return None
    return find(operation)


def _same(operation: Operation) -> Origins:
    shape = operation.operands[0].figure.shape
    return lambda _, index: (0, tuple(0 if size == 1 else i for i, size in zip(index, shape, strict=True)))


def _transpose(operation: Operation) -> Origins:
    order = param(operation.equation, "permutation")

    def origin(_: int, index: Index) -> Origin:
        at = dict(zip(order, index, strict=True))
        return 0, tuple(at[dim] for dim in range(len(at)))

    return origin


def _broadcast_in_dim(operation: Operation) -> Origins:
    shape, dims = operation.operands[0].figure.shape, param(operation.equation, "broadcast_dimensions")
    return lambda _, index: (0, tuple(0 if size == 1 else index[d] for d, size in zip(dims, shape, strict=True)))


def _reshape(operation: Operation) -> Origins | None:
    if param(operation.equation, "dimensions"):
        return None
    shapes = operation.results[0].shape, operation.operands[0].figure.shape
    return lambda _, index: (0, unravelled(ravelled(index, shapes[0]), shapes[1]))


def ravelled(index: Index, shape: Index) -> int:
    """The place of a cell when all are counted in row-major order."""
    return sum(i * prod(shape[dim + 1 :]) for dim, i in enumerate(index))


def unravelled(flat: int, shape: Index) -> Index:
    """The index of a cell that is counted in row-major order."""
    return tuple(flat // prod(shape[dim + 1 :]) % size for dim, size in enumerate(shape))


def _concatenate(operation: Operation) -> Origins:
    dim = param(operation.equation, "dimension")
    ends = list(accumulate(figure.shape[dim] for figure in operation.figures))

    def origin(_: int, index: Index) -> Origin:
        which = next(n for n, end in enumerate(ends) if index[dim] < end)
        return which, _at(index, dim, index[dim] - (ends[which - 1] if which else 0))

    return origin


def _at(index: Index, dim: int, where: int) -> Index:
    return (*index[:dim], where, *index[dim + 1 :])


def _slice(operation: Operation) -> Origins:
    starts = param(operation.equation, "start_indices")
    steps = param(operation.equation, "strides") or [1] * len(starts)
    return lambda _, index: (0, tuple(s + i * by for i, s, by in zip(index, starts, steps, strict=True)))


def _rev(operation: Operation) -> Origins:
    dims, shape = param(operation.equation, "dimensions"), operation.operands[0].figure.shape
    return lambda _, index: (0, tuple(shape[d] - 1 - i if d in dims else i for d, i in enumerate(index)))


def _split(operation: Operation) -> Origins:
    dim = param(operation.equation, "axis")
    starts = list(accumulate(param(operation.equation, "sizes"), initial=0))
    return lambda result, index: (0, _at(index, dim, index[dim] + starts[result]))


def _pad(operation: Operation) -> Origins:
    config, shape = param(operation.equation, "padding_config"), operation.operands[0].figure.shape

    def origin(_: int, index: Index) -> Origin:
        places = [(i - low, inner + 1) for i, (low, _, inner) in zip(index, config, strict=True)]
        rows = list(zip(places, shape, strict=True))
        if all(at % step == 0 and 0 <= at // step < size for (at, step), size in rows):
            return 0, tuple(at // step for at, step in places)
        return 1, ()

    return origin


def _squeeze(operation: Operation) -> Origins:
    gone, rank = param(operation.equation, "dimensions"), len(operation.operands[0].figure.shape)

    def origin(_: int, index: Index) -> Origin:
        rest = iter(index)
        return 0, tuple(0 if dim in gone else next(rest) for dim in range(rank))

    return origin


def _select_n(operation: Operation) -> Origins:
    which = operation.operands[0].figure

    def origin(_: int, index: Index) -> Origin | None:
        case = which.cell(index if which.shape else ())
        return None if case is None else (1 + int(case), index)

    return origin


MOVES: Mapping[str, Callable[[Operation], Origins | None]] = {
    **dict.fromkeys(SCATTERS, scatter),
    **dict.fromkeys((*ELEMENTWISE, *CUMULATIVE), _same),
    "broadcast_in_dim": _broadcast_in_dim,
    "concatenate": _concatenate,
    "dynamic_slice": dynamic_slice,
    "dynamic_update_slice": dynamic_update_slice,
    "gather": gather,
    "pad": _pad,
    "reduce_max": extreme,
    "reduce_min": extreme,
    "reshape": _reshape,
    "rev": _rev,
    "select_n": _select_n,
    "slice": _slice,
    "sort": sort,
    "split": _split,
    "squeeze": _squeeze,
    "top_k": top_k,
    "transpose": _transpose,
}
