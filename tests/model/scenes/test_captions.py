"""The words under an equation's arrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import Family, run, stills
from vmapviz.model.scenes.scene import Text


def _half(x: Any) -> Any:
    return x / 2 + 1


# primitive, function of a [3, 4] array, words for one example, words for the batch along the first axis
ROWS: list[tuple[str, Callable[..., Any], str, str]] = [
    ("transpose", jnp.transpose, "axes in order 1, 0", "axes in order 0, 2, 1"),
    ("slice", lambda x: lax.slice(x, (1, 0), (3, 4), (2, 1)), "[1:3:2, :]", "[:, 1:3:2, :]"),
    ("pad", lambda x: lax.pad(x, 0.0, [(1, 2, 0), (0, 0, 0)]), "1 and 2 more, dashed", "1 and 2 more, dashed"),
    ("pad", lambda x: lax.pad(x, 0.0, [(1, 2, 0), (0, 0, 1)]), "new cells dashed", "new cells dashed"),
    (
        "broadcast_in_dim",
        lambda x: lax.broadcast_in_dim(x, (2, 3, 4), (1, 2)),
        "again along axis 0",
        "again along axis 1",
    ),
    ("broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (1, 3, 4), (1, 2)), "size 1 at axis 0", "size 1 at axis 1"),
    ("concatenate", lambda x: lax.concatenate([x, x], 1), "joined along axis 1", "joined along axis 2"),
    ("rev", lambda x: lax.rev(x, (0, 1)), "backwards along axes 0, 1", "backwards along axes 1, 2"),
    ("split", lambda x: lax.split(x, (1, 2)), "cut along axis 0", "cut along axis 1"),
    ("convert_element_type", lambda x: x.astype(np.int32), "f32 to i32", "f32 to i32"),
    ("sort", lambda x: lax.sort(x, dimension=0), "by size along axis 0", "by size along axis 1"),
    (
        "cumsum",
        lambda x: lax.cumsum(x, reverse=True),
        "running along axis 0, backwards",
        "running along axis 1, backwards",
    ),
    ("reduce_sum", lambda x: x.sum(1), "the sum along axis 1", "the sum along axis 2"),
    ("argmin", lambda x: lax.argmin(x, 1, np.int32), "where, along axis 1", "where, along axis 2"),
    ("scatter-add", lambda x: x.at[jnp.array([0, 2])].add(1.0), "added at the index", "added at the index"),
    ("integer_pow", lambda x: x**3, "to the power 3", "to the power 3"),
    ("jit", lambda x: jax.jit(_half)(x), "_half", "_half"),
    ("top_k", lambda x: lax.top_k(x, 2), "the 2 largest", "the 2 largest"),
    (
        "cond",
        lambda x: lax.cond(jnp.asarray(True), jnp.sin, jnp.cos, x),
        "only branch 1 of 2 runs",
        "only branch 1 of 2 runs",
    ),
    ("iota", lambda x: lax.iota(np.float32, 4), "0 to 3 along axis 0", "0 to 3 along axis 0"),
]


@pytest.mark.parametrize(("name", "fun", "one", "every"), ROWS)
def test_words_say_how_the_cells_go(name: str, fun: Callable[..., Any], one: str, every: str) -> None:
    end = stills(run(name, Family(fun, (((3, 4),),)), 0, 0))[-1][-1]
    words = {i.text for i in end.items if isinstance(i, Text) and i.key.endswith(".below")}
    assert words & {one, every} == {one} | {every}
