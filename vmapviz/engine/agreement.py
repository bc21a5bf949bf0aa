"""Whether two results are the same, as far as their types can say."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vmapviz.engine.previews import plain

TOLERANCES = {
    "float64": 1e-9,
    "complex128": 1e-9,
    "float32": 1e-4,
    "complex64": 1e-4,
    "float16": 1e-2,
    "bfloat16": 3e-2,
}
COARSEST = 0.2


class Agreement(NamedTuple):
    """`same` within `tolerance`, relative to the largest entry, or within `floor`; `difference` is the largest absolute one."""

    same: bool
    difference: float
    tolerance: float
    nans: bool
    floor: float = 0.0


def tolerance(dtype: str) -> float:
    """How far two values of a dtype may lie apart, relative: 0 for whole numbers, 1e-4 for float32."""
    if dtype.startswith(("float", "bfloat", "complex")):
        return TOLERANCES.get(dtype, COARSEST)
    return 0.0


def agree(one: Any, other: Any, ulps: int = 0) -> Agreement:
    """Compares two pytrees of arrays; NaN equals NaN. Trees or shapes that differ never agree (difference inf).

    Floats also agree within so many `ulps` of 1, however small they are: gradients may be what is left of terms that cancel.
    """
    ones, others = jax.tree.leaves(one), jax.tree.leaves(other)
    if len(ones) != len(others):
        return Agreement(False, np.inf, 0.0, False)
    found = [_arrays(a, b, ulps) for a, b in zip(ones, others, strict=True)]
    return Agreement(
        all(leaf.same for leaf in found),
        max((leaf.difference for leaf in found), default=0.0),
        max((leaf.tolerance for leaf in found), default=0.0),
        any(leaf.nans for leaf in found),
        max((leaf.floor for leaf in found), default=0.0),
    )


def _arrays(one: Any, other: Any, ulps: int) -> Agreement:
    a, b = plain(one), plain(other)
    dtype = jax.typeof(one).dtype
    allowed = tolerance(str(dtype))
    inexact = jnp.issubdtype(dtype, jnp.inexact)
    floor = ulps * float(jnp.finfo(dtype).eps) if inexact else 0.0  # type: ignore[no-untyped-call]
    if a.shape != b.shape:
        return Agreement(False, np.inf, allowed, False)
    if a.size == 0:
        return Agreement(True, 0.0, allowed, False)
    wide = np.complex128 if "c" in (a.dtype.kind, b.dtype.kind) else np.float64
    a, b = a.astype(wide), b.astype(wide)
    nans = bool(np.isnan(a).any() or np.isnan(b).any())
    alike = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        gaps = np.where(alike, 0.0, np.abs(a - b))
    scale = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    largest = float(np.nan_to_num(gaps, nan=np.inf).max())
    return Agreement(largest <= max(allowed * scale, floor), largest, allowed, nans, floor)
