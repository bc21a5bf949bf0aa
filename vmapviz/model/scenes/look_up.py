"""Where gather, scatter and the dynamic slices read and write: the index that is given, and the window it leads to."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.scenes.operation import Operation, Origin, param

DROPS = "FILL_OR_DROP"


class Pick(NamedTuple):
    """One index as it is given: its cells (operand, index), and where the window it leads to begins and how large it is."""

    cells: tuple[Origin, ...]
    window: Index
    sizes: Index


class Roles(NamedTuple):
    """What the dimensions of an array looked up in are to an index, and those of what is read from it or written to it."""

    offset: tuple[int, ...]  # dimensions of the result (or updates) that go through the window
    gone: tuple[int, ...]  # dimensions of the array that the window has with size 1 and the result not
    named: tuple[int, ...]  # dimensions of the array that the index vector names
    batching: tuple[int, ...]
    index_batching: tuple[int, ...]


def roles(operation: Operation) -> Roles | None:
    """The roles of gather's or scatter's dimension numbers."""
    numbers = param(operation.equation, "dimension_numbers")
    if not isinstance(numbers, dict):
        return None

    def named(*names: str) -> tuple[int, ...]:
        return tuple(next((numbers[name] for name in names if name in numbers), ()))

    return Roles(
        named("offset_dims", "update_window_dims"),
        named("collapsed_slice_dims", "inserted_window_dims"),
        named("start_index_map", "scatter_dims_to_operand_dims"),
        named("operand_batching_dims"),
        named("start_indices_batching_dims", "scatter_indices_batching_dims"),
    )


def window(operation: Operation, found: Roles, sizes: Index, batch: Index) -> Pick | None:
    """What the index vector at `batch` leads to; None where it is not known or dropped."""
    shape, indices = operation.figures[0].shape, operation.figures[1]
    start, cells = [0] * len(shape), []
    for n, dim in enumerate(found.named):
        at = (*batch, n)
        cell = indices.cell(at)
        if cell is None:
            return None
        cells.append((1, at))
        last = shape[dim] - sizes[dim]
        if param(operation.equation, "mode") == DROPS and not 0 <= int(cell) <= last:
            return None
        start[dim] = min(max(int(cell), 0), last)
    for dim, place in zip(found.batching, found.index_batching, strict=True):
        start[dim] = batch[place]
    return Pick(tuple(cells), tuple(start), sizes)


def _starts(operation: Operation, first: int, sizes: Index) -> Index | None:
    """Where a dynamic slice begins: JAX moves it back so that it stays inside."""
    cells = [figure.cell(()) for figure in operation.figures[first:]]
    known = [int(cell) for cell in cells if cell is not None]
    shape = operation.figures[0].shape
    if len(known) != len(shape):
        return None
    return tuple(min(max(at, 0), size - wide) for at, size, wide in zip(known, shape, sizes, strict=True))


def _window_sizes(operation: Operation, found: Roles, updates: Figure) -> Index:
    wide = iter(updates.shape[dim] for dim in found.offset)
    rank = len(operation.figures[0].shape)
    return tuple(1 if dim in (*found.gone, *found.batching) else next(wide) for dim in range(rank))


def picks(operation: Operation) -> list[Pick]:
    """Every index of an equation that looks up or writes at an index, with the window it leads to in operand 0."""
    primitive = operation.equation.primitive
    if primitive in ("dynamic_slice", "dynamic_update_slice"):
        writes = primitive == "dynamic_update_slice"
        sizes = operation.figures[1].shape if writes else operation.results[0].shape
        starts = _starts(operation, 2 if writes else 1, sizes)
        free = [dim for dim, size in enumerate(sizes) if size < operation.figures[0].shape[dim]]
        cells = tuple((dim + (2 if writes else 1), ()) for dim in free)
        return [Pick(cells, starts, sizes)] if starts is not None and cells else []
    found = roles(operation)
    if found is None:
        return []
    sizes = tuple(param(operation.equation, "slice_sizes") or _window_sizes(operation, found, operation.figures[2]))
    return [pick for batch in _batches(operation) if (pick := window(operation, found, sizes, batch)) is not None]


def _batches(operation: Operation) -> list[Any]:
    indices = operation.figures[1]
    known = indices.preview.shown if indices.preview is not None else ()
    return list(product(*map(range, known[:-1]))) if len(known) == len(indices.shape) else []
