"""Arrays cut to what can be drawn: the first entries of every axis, and statistics over all of them."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vmapviz.engine.programs import dtype_name
from vmapviz.model.values import Cell, Preview

FIRST = 8
MOST_CELLS = 4096
BINS = 24


def plain(array: Any) -> np.ndarray[Any, Any]:
    """An array as NumPy knows it: keys as their data along one more axis, bfloat16 and float8 as float32."""
    if is_key(array):
        array = jax.random.key_data(array)
    made = np.asarray(array)
    if made.dtype.kind in "biufc" and made.dtype.isbuiltin:
        return made
    exact = jnp.issubdtype(made.dtype, jnp.integer)
    return made.astype(np.int32 if exact else np.float32)


def is_key(array: Any) -> bool:
    """Whether an array holds random keys."""
    return bool(jnp.issubdtype(getattr(array, "dtype", np.dtype(float)), jax.dtypes.prng_key))


def preview(array: Any) -> Preview:
    """The first entries along every axis, row-major, with statistics over the finite entries of the whole array."""
    aval = jax.typeof(array)
    shape = tuple(aval.shape)
    numbers = plain(array)
    shown = shown_part(shape)
    part = numbers[tuple(slice(0, size) for size in shown)]
    cells = tuple(_cells(part, len(shape), is_key(array)))
    if is_key(array) or numbers.size == 0 or numbers.dtype.kind == "c":
        return Preview(dtype_name(aval), shape, shown, cells)
    finite = numbers[np.isfinite(numbers)] if numbers.dtype.kind == "f" else numbers
    nans, infs = (int(np.isnan(numbers).sum()), int(np.isinf(numbers).sum())) if numbers.dtype.kind == "f" else (0, 0)
    if finite.size == 0:
        return Preview(dtype_name(aval), shape, shown, cells, nans=nans, infs=infs)
    low, high, mean = float(finite.min()), float(finite.max()), float(finite.mean(dtype=np.float64))
    return Preview(dtype_name(aval), shape, shown, cells, low, high, mean, nans, infs)


def cells_from(array: Any, start: tuple[int, ...], sizes: tuple[int, ...]) -> tuple[Cell, ...]:
    """The cells of a box, `sizes` long from `start` on, row-major; none where the array does not hold all of it."""
    shape = jax.typeof(array).shape
    if len(shape) != len(start) or any(at + size > all_ for at, size, all_ in zip(start, sizes, shape, strict=True)):
        return ()
    part = jnp.asarray(array)[tuple(slice(at, at + size) for at, size in zip(start, sizes, strict=True))]
    return tuple(_cells(plain(part), len(shape), is_key(part)))


def histogram(array: Any) -> tuple[int, ...]:
    """How many finite entries fall into each of 24 equal bins between the smallest and the largest; () where none do."""
    numbers = plain(array)
    if is_key(array) or numbers.dtype.kind not in "iuf":
        return ()
    finite = numbers[np.isfinite(numbers)].astype(np.float64)
    if finite.size == 0 or not np.isfinite(finite.max() - finite.min()):
        return ()
    return tuple(int(count) for count in np.histogram(finite, BINS)[0])


def shown_part(shape: tuple[int, ...]) -> tuple[int, ...]:
    """How many entries along every axis are shown."""
    shown = [min(FIRST, size) for size in shape]
    for axis in range(len(shown)):
        while math.prod(shown) > MOST_CELLS and shown[axis] > 1:
            shown[axis] //= 2
    return tuple(shown)


def _cells(part: np.ndarray[Any, Any], rank: int, key: bool) -> list[Cell]:
    if key:
        rows = part.reshape(-1, math.prod(part.shape[rank:]))
        return [" ".join(map(str, row)) for row in rows.tolist()]
    if part.dtype.kind == "c":
        return [f"{entry:.4g}" for entry in part.ravel().tolist()]
    cells: list[Cell] = part.ravel().tolist()
    return cells
