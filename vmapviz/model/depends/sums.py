"""Where the cells of primitives come from that combine many cells into one: sums, products, windows, orders."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model.depends.cells import NONE, Case, Cells, Index, Sources, box, one


def _lane(shape: Index, index: Index, dims: Sequence[int]) -> Cells:
    """The cells along some dimensions, at an index of the others."""
    return box(*(range(size) if dim in dims else (index[dim],) for dim, size in enumerate(shape)))


def reduced(case: Case) -> Sources:
    """All cells along the axes that are gone; of every operand, and of their start values."""
    dims = case.param("axes", case.param("dimensions", []))
    rest = iter(case.index)
    place = [0 if dim in dims else next(rest) for dim in range(len(case.shapes[0]))]
    found = [_lane(shape, tuple(place), dims) if len(shape) == len(place) else one(()) for shape in case.shapes]
    return tuple(found)


def cumulative(case: Case) -> Sources:
    """All cells up to this one, or from it on."""
    dim, at = case.param("axis"), case.index[case.param("axis")]
    so_far = range(at, case.shape[dim]) if case.param("reverse") else range(at + 1)
    return (box(*(so_far if n == dim else (here,) for n, here in enumerate(case.index))),)


def dot_general(case: Case) -> Sources:
    """A row of the left and a column of the right: all cells along the contracted axes."""
    (left, right), (left_batch, right_batch) = case.param("dimension_numbers")
    batch = case.index[: len(left_batch)]
    rest = iter(case.index[len(left_batch) :])
    found = []
    for shape, summed, batched in zip(case.shapes, (left, right), (left_batch, right_batch), strict=True):
        at = dict(zip(batched, batch, strict=True))
        place = [0 if d in summed else at[d] if d in at else next(rest) for d in range(len(shape))]
        found.append(_lane(shape, tuple(place), summed))
    return tuple(found)


def ordered(case: Case) -> Sources:
    """The whole lane: of its own operand, and of the keys that decide the order before it."""
    keys, dim = case.param("num_keys", 1), case.param("dimension", -1) % len(case.index)
    used = {case.output, *range(min(case.output, keys) if case.output < keys else keys)}
    return tuple(_lane(s, case.index, [dim]) if n in used else NONE for n, s in enumerate(case.shapes))


def ranked(case: Case) -> Sources:
    """The whole lane that the largest are taken from."""
    dim = case.param("axis", case.param("reduction_dimension", -1)) % len(case.index)
    return (_lane(case.shapes[0], case.index, [dim]), *(NONE for _ in case.shapes[1:]))


def transformed(case: Case) -> Sources:
    """The whole lane, along every axis that is transformed."""
    rank, count = len(case.index), len(case.param("fft_lengths", [0]))
    return (_lane(case.shapes[0], case.index, range(rank - count, rank)),)


def reach(at: int, stride: int, low: int, window: int, apart: int, size: int, spread: int) -> list[tuple[int, int]]:
    """The pairs (place in the window, place in the array) that meet at a place of the output."""
    places = [(k, at * stride - low + k * apart) for k in range(window)]
    return [(k, place // spread) for k, place in places if place % spread == 0 and 0 <= place // spread < size]


def windowed(case: Case) -> Sources:
    """All cells under the window; of every operand, and of their start values."""
    sizes, shape = case.param("window_dimensions"), case.shapes[0]
    ones = [1] * len(sizes)
    strides, padding = case.param("window_strides", ones), case.param("padding", [[0, 0]] * len(sizes))
    spread, apart = case.param("base_dilation", ones), case.param("window_dilation", ones)
    along = [
        [place for _, place in reach(at, strides[d], padding[d][0], sizes[d], apart[d], shape[d], spread[d])]
        for d, at in enumerate(case.index)
    ]
    return tuple(box(*map(tuple, along)) if each == shape else one(()) for each in case.shapes)


def convolved(case: Case) -> Sources:
    """The part of the image under the window, and the part of the window that lies on the image."""
    numbers, (image, kernel) = case.param("dimension_numbers"), case.shapes
    left, right, out = numbers["lhs_spec"], numbers["rhs_spec"], numbers["out_spec"]
    groups, batches = case.param("feature_group_count", 1), case.param("batch_group_count", 1)
    example, feature = case.index[out[0]], case.index[out[1]]
    features = kernel[right[0]]
    start = feature // max(features // groups, 1) * kernel[right[1]]
    example += feature // max(features // batches, 1) * (image[left[0]] // batches) if batches > 1 else 0
    seen: dict[int, Sequence[int]] = {left[0]: (example,), left[1]: range(start, start + kernel[right[1]])}
    used: dict[int, Sequence[int]] = {right[0]: (feature,), right[1]: range(kernel[right[1]])}
    ones = [1] * (len(out) - 2)
    strides, padding = case.param("window_strides", ones), case.param("padding")
    spread, apart = case.param("lhs_dilation", ones), case.param("rhs_dilation", ones)
    for n, (o, i, k) in enumerate(zip(out[2:], left[2:], right[2:], strict=True)):
        met = reach(case.index[o], strides[n], padding[n][0], kernel[k], apart[n], image[i], spread[n])
        used[k], seen[i] = tuple(k for k, _ in met), tuple(place for _, place in met)
    return box(*(seen[d] for d in range(len(left)))), box(*(used[d] for d in range(len(right))))
