"""What a loop carries from turn to turn, told apart from what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp

from vmapviz.engine import compat

T = TypeVar("T")


def split(equation: Any, operands: Sequence[T]) -> tuple[tuple[tuple[T, ...], tuple[T, ...]], tuple[T, ...]]:
    """What belongs to a loop's operands: what stays the same, in two parts, and its state."""
    params, every = equation.params, tuple(operands)
    if str(equation.primitive) == "scan":
        constants, carried = compat.scan_parts(equation)
        first, last = constants, constants + carried
        return (every[:first], every[last:]), every[first:last]
    first, last = params["cond_nconsts"], params["cond_nconsts"] + params["body_nconsts"]
    return (every[:first], every[first:last]), every[last:]


def chosen(on: Any, new: Any, old: Any) -> Any:
    """The new value for examples that go on, the old one for those that are done."""
    if jnp.ndim(on) == 0:
        return new
    return jnp.where(jnp.reshape(on, jnp.shape(on) + (1,) * (jnp.ndim(new) - jnp.ndim(on))), new, old)


def typed(value: Any, aval: Any) -> Any:
    """Python's and NumPy's numbers as arrays of the type that the program says."""
    return value if isinstance(value, jax.Array) or not hasattr(aval, "dtype") else jnp.asarray(value, aval.dtype)
