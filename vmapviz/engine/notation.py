"""JAX's short notation as objects that make arrays: `f32[5,3]` in the arguments of a call."""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vmapviz.model.array_types import DTYPES

NEEDS_X64 = ("f64", "i64", "u64", "c128")
READABLE = 64
"""Arrays up to this many entries get small readable numbers, larger ones random ones."""


class TooLargeError(Exception):
    """The arrays of a call up to `text` would need `size` bytes, and only `limit` are to be had."""

    def __init__(self, text: str, size: int, limit: int) -> None:
        super().__init__(f"{text} would need {size} bytes, {limit} are to be had")
        self.text, self.size, self.limit = text, size, limit


class NeedsX64Error(Exception):
    """A 64-bit type while JAX keeps 32 bits."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} needs jax_enable_x64")
        self.text = text


class Filler:
    """Makes the arrays of one call: each its own numbers, all together within `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self.count = 0

    def make(self, short: str, shape: tuple[int, ...]) -> Any:
        """An array of the short type; raises TooLargeError or NeedsX64Error."""
        text = f"{short}[{','.join(map(str, shape))}]"
        if short in NEEDS_X64 and not x64():
            raise NeedsX64Error(text)
        size = math.prod(shape) * (8 if short == "key" else _dtype(short).itemsize)
        self.used += size
        if self.used > self.limit:
            raise TooLargeError(text, size if size > self.limit else self.used, self.limit)
        self.count += 1
        if short == "key":
            key = jax.random.key(self.count - 1)
            return jax.random.split(key, shape) if shape else key
        return jnp.asarray(numbers(_dtype(short), shape, self.count))


class Outline(Filler):
    """Makes no arrays: only within `jax.eval_shape`, which asks for their types."""

    def __init__(self) -> None:
        super().__init__(0)

    def make(self, short: str, shape: tuple[int, ...]) -> Any:
        """An array of the short type, to be traced; raises NeedsX64Error."""
        if short in NEEDS_X64 and not x64():
            raise NeedsX64Error(f"{short}[{','.join(map(str, shape))}]")
        if short == "key":
            key = jax.random.key(0)
            return jax.random.split(key, shape) if shape else key
        return jnp.zeros(shape, _dtype(short))


class Short:
    """`f32`: indexing it with a shape makes an array of that type."""

    def __init__(self, short: str, filler: Filler) -> None:
        self._short, self._filler = short, filler

    def __getitem__(self, shape: Any) -> Any:
        sizes = shape if isinstance(shape, tuple) else (shape,)
        return self._filler.make(self._short, tuple(_size(size) for size in sizes))

    def __call__(self, value: Any) -> Any:
        """`f32(2)` is that number in that type; `bool(x)` stays Python's own."""
        if self._short == "bool":
            return builtins.bool(value)
        return jnp.asarray(value, _dtype(self._short))

    def __repr__(self) -> str:
        return f"{self._short}[...]"


def notations(filler: Filler) -> dict[str, Short]:
    """The short names of every dtype that this JAX has."""
    return {short: Short(short, filler) for short, name in DTYPES.items() if name == "key" or hasattr(jnp, name)}


def x64() -> bool:
    """Whether JAX keeps 64-bit types."""
    return bool(jax.config.jax_enable_x64)  # type: ignore[attr-defined]


def numbers(dtype: np.dtype[Any], shape: tuple[int, ...], seed: int) -> np.ndarray[Any, Any]:
    """Numbers to fill an array of `shape`: the same for the same seed, small and readable up to READABLE entries."""
    size = math.prod(shape)
    rng = np.random.default_rng(seed)
    if dtype == np.bool_:
        return np.asarray(np.arange(size) % 2 == seed % 2).reshape(shape)
    if size <= READABLE:
        return _readable(size, rng, seed).astype(dtype).reshape(shape)
    if jnp.issubdtype(dtype, jnp.integer):
        return rng.integers(0, min(10, _largest(dtype) + 1), shape).astype(dtype)
    if jnp.issubdtype(dtype, jnp.complexfloating):
        return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(dtype)
    return rng.standard_normal(shape, np.float32).astype(dtype)


def _readable(size: int, rng: np.random.Generator, seed: int) -> np.ndarray[Any, Any]:
    """Whole numbers from 0 to 3, never all the same; a single number is not 0."""
    if size == 1:
        return np.array([1 + seed % 3])
    drawn = rng.integers(0, 4, size)
    if size and (drawn == drawn[0]).all():
        drawn[0] = (drawn[0] + 1) % 4
    return drawn


def _dtype(short: str) -> np.dtype[Any]:
    dtype: np.dtype[Any] = np.dtype(getattr(jnp, DTYPES[short]))
    return dtype


def _largest(dtype: np.dtype[Any]) -> int:
    return int(jnp.iinfo(dtype).max)  # type: ignore[no-untyped-call]


def _size(size: Any) -> int:
    number = operator.index(size)
    if number < 0:
        raise ValueError(f"an axis cannot have {number} entries")
    return number
