"""Cells that a preview leaves out: those of JAX's own array, whatever its type."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from vmapviz import Vmap
from vmapviz.engine.fetch import fetch
from vmapviz.engine.previews import preview
from vmapviz.engine.trace import Traced, trace
from vmapviz.model.slices import Region

WHOLE = jnp.arange(20.0 * 12 * 9 * 10).reshape(20, 12, 9, 10)


def made(fun: Any, *arguments: Any) -> Traced:
    return trace(fun, (Vmap(),), *arguments)


def named(traced: Traced, program: int) -> str:
    return traced.trace.programs[program].outputs[0]


def test_the_cells_of_a_result_for_all_and_of_one_example() -> None:
    traced = made(lambda x: x.transpose(2, 0, 1) * 3, WHOLE)
    answer = np.asarray(WHOLE).transpose(0, 3, 1, 2) * 3
    every = fetch(traced, Region(named(traced, -1), True, 0, (19, 9, 3, 1), (1, 1, 8, 8)))
    assert np.array_equal(np.reshape(every.cells, (8, 8)), answer[19, 9, 3:11, 1:9])
    one = fetch(traced, Region(named(traced, 0), False, 17, (9, 3, 1), (1, 8, 8)))
    assert np.array_equal(np.reshape(one.cells, (8, 8)), answer[17, 9, 3:11, 1:9])


@pytest.mark.parametrize(
    "array",
    [
        WHOLE.astype(jnp.bfloat16),
        WHOLE.astype(jnp.int8),
        WHOLE > 1000,
        (WHOLE + 1j).astype(jnp.complex64),
        jax.random.split(jax.random.key(0), (20, 3, 2, 9)),
    ],
    ids=["bf16", "int8", "bool", "complex", "keys"],
)
def test_they_look_like_those_of_a_preview(array: Any) -> None:
    traced = made(lambda x: x, array)
    part = fetch(traced, Region(named(traced, -1), True, 0, (1, 0, 1, 2), (1, 3, 1, 4)))
    assert part.cells == preview(array[1:2, 0:3, 1:2, 2:6]).cells


def test_what_is_not_there_has_no_cells() -> None:
    traced = made(lambda x: x * 2, WHOLE)
    name = named(traced, -1)
    assert fetch(traced, Region(name, True, 0, (19, 9, 3, 1), (2, 1, 8, 8))).cells == ()
    assert fetch(traced, Region(name, True, 0, (0, 0), (1, 1))).cells == ()
    assert fetch(traced, Region("nobody", True, 0, (0, 0, 0, 0), (1, 1, 8, 8))).cells == ()
    assert fetch(traced, Region(name, True, 0, (0, 0, 0, 0), (20, 12, 9, 10))).cells == ()
