"""One small program of the corpus with its axes and arguments, and the arrays that the programs share."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vmapviz.engine.calls import Vmap


class Case(NamedTuple):
    """A function, its vmaps innermost first, and whole-batch arguments.

    `loop` is False where a loop over the examples is no meaning of the program: collectives, and generators whose numbers depend on
    the batch. `needs` names what a JAX must have for it ("jax.lax.dce_sink").
    """

    fun: Callable[..., Any]
    levels: tuple[Vmap, ...]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    loop: bool
    x64: bool
    needs: str


def one(
    fun: Callable[..., Any],
    *args: Any,
    axes: Any = 0,
    out: Any = 0,
    axis_size: int | None = None,
    loop: bool = True,
    x64: bool = False,
    needs: str = "",
    **kwargs: Any,
) -> Case:
    """A program under one vmap."""
    return Case(fun, (Vmap(axes, out, axis_size=axis_size),), args, kwargs, loop, x64, needs)


def named(fun: Callable[..., Any], *args: Any, axes: Any = 0, out: Any = 0, needs: str = "", **settings: Any) -> Case:
    """A program under one vmap with an axis name ("i" unless said otherwise); it may know its neighbours, so there is no loop."""
    level = Vmap(axes, out, **{"axis_name": "i", **settings})
    return Case(fun, (level,), args, {}, False, False, needs)


def many(
    fun: Callable[..., Any], levels: tuple[Vmap, ...], *args: Any, loop: bool = True, needs: str = "", **kwargs: Any
) -> Case:
    """A program under several vmaps, innermost first."""
    return Case(fun, levels, args, kwargs, loop, False, needs)


def available(case: Case) -> bool:
    """Whether the JAX here has what the program needs."""
    module, _, name = case.needs.rpartition(".")
    if not name:
        return True
    try:
        return hasattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return False


def _f32(values: Any) -> Any:
    return np.asarray(values, np.float32)


A5 = _f32([1, 2, 3, 4, 5])
A4 = _f32([0.5, -1.5, 2.5, 0.25])
A23 = _f32([[0, 1, 2], [3, 4, 5]])
A53 = _f32(np.arange(15).reshape(5, 3) % 4)
A35 = _f32(np.arange(15).reshape(3, 5) % 7 - 2)
A46 = _f32(np.arange(24).reshape(4, 6) % 5 - 1.5)
A64 = np.ascontiguousarray(A46.T)
A423 = _f32(np.arange(24).reshape(4, 2, 3) % 7)
A243 = _f32(np.arange(24).reshape(2, 4, 3) % 5 + 1)
UNIT = _f32([0.1, 0.35, 0.5, 0.75, 0.9])  # between 0 and 1
UNIT35 = _f32(np.linspace(0.05, 0.95, 15).reshape(3, 5))
SPD = _f32([np.eye(3) * (4 + k) + np.outer([1, k, 2], [1, k, 2]) for k in range(4)])  # symmetric positive definite
SPD_LAST = np.ascontiguousarray(np.moveaxis(SPD, 0, -1))
SQUARE = _f32(SPD + np.triu(np.arange(9).reshape(3, 3)))
COMPLEX = np.asarray([1 + 2j, -1 + 0.5j, 0.5 - 1j, 3 + 0j], np.complex64)
INTS = np.asarray([3, 1, 4, 1, 5], np.int32)
INTS53 = np.asarray(np.arange(15).reshape(5, 3) * 7 % 11, np.int32)
BOOLS = np.asarray([True, False, True, True, False])
BOOLS53 = np.asarray(A53 > 1)
WORDS = np.asarray([1, 7, 255, 4096, 65535], np.uint32)
