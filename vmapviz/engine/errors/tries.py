"""Would it trace with one thing changed? Asked of JAX before an error offers that change."""

from __future__ import annotations

import contextlib
import dataclasses
import io
from typing import Any

import jax

from vmapviz.engine.load import Loaded

UNCHANGED: Any = object()


def traces(loaded: Loaded, argument: int, axis: Any = UNCHANGED, shape: tuple[int, ...] | None = None) -> bool:
    """Whether the one vmap traces when a positional argument gets another axis, or its only array another shape."""
    if argument >= len(loaded.args) or len(loaded.levels) != 1:
        return False
    level, args = loaded.levels[0], list(loaded.args)
    axes = list(level.in_axes) if isinstance(level.in_axes, tuple) else [level.in_axes] * len(args)
    if axis is not UNCHANGED:
        axes[argument] = axis
    if shape is not None:
        args[argument] = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(shape, jax.typeof(leaf).dtype), args[argument])
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            jax.eval_shape(dataclasses.replace(level, in_axes=tuple(axes))(loaded.fun), *args, **loaded.kwargs)
    except Exception:  # whatever the user's code raises here was not asked for
        return False
    return True
