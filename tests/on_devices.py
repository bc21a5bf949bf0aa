"""Calls that pmap has run on the test's simulated devices, with what each device held."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vmapviz.engine.calls import Vmap
from vmapviz.engine.lanes import OnDevices
from vmapviz.engine.pmapped import cut
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.lanes import Lanes
from vmapviz.model.trace import Trace


class Call(NamedTuple):
    """A function, its vmap, at most how many devices, and its whole-batch arguments."""

    fun: Callable[..., Any]
    vmap: Vmap
    devices: int
    args: tuple[Any, ...]
    inner: Vmap | None = None

    @property
    def levels(self) -> tuple[Vmap, ...]:
        """The vmaps, innermost first; the last is the one that pmap takes the place of."""
        return (*([self.inner] if self.inner else []), self.vmap)


class Ran(NamedTuple):
    """What was made of a call: its trace, what the devices held, and the result."""

    call: Call
    trace: Trace
    lanes: Lanes
    out: list[Any]


def numbers(*shape: int) -> np.ndarray[Any, Any]:
    """Numbers of which no two are the same, in no order."""
    count = int(np.prod(shape))
    return (np.random.default_rng(count).permutation(count) + 100).astype(np.float32).reshape(shape)


def matvec(m: Any, v: Any) -> Any:
    return m @ v


def tree(x: Any, s: Any) -> Any:
    return {"sum": lax.psum(x, "i"), "own": x * s["by"]}


CALLS = {
    "matvec": Call(matvec, Vmap((None, 0)), 4, (numbers(2, 3), numbers(8, 3))),
    "columns": Call(matvec, Vmap((None, 1), 1), 4, (numbers(2, 3), numbers(3, 8))),
    "one each": Call(lambda x: 2 * x, Vmap(), 8, (numbers(8, 4),)),
    "scalars": Call(lambda x, y: x * y, Vmap(), 4, (numbers(16), numbers(16))),
    "last axis": Call(jnp.tanh, Vmap(-1, -1), 3, (numbers(2, 3),)),
    "matrices": Call(lambda a, b: a @ b, Vmap((0, None)), 2, (numbers(4, 2, 3), numbers(3, 2))),
    "nested": Call(lambda x, y: x - y, Vmap((0, None)), 4, (numbers(8), numbers(3)), Vmap((None, 0))),
    "many": Call(jnp.sin, Vmap(), 8, (numbers(256, 3),)),
    "tree": Call(tree, Vmap((0, None), {"sum": None, "own": 0}, "i"), 8, (numbers(6, 2), {"by": np.float32(3)})),
    "psum": Call(lambda x: x / lax.psum(x.sum(), "i"), Vmap(0, 0, "i"), 8, (numbers(8, 2),)),
    "exchange": Call(lambda x: lax.all_to_all(x, "i", 0, 0), Vmap(0, 0, "i"), 8, (numbers(4, 4),)),
}


@cache
def ran(name: str) -> Ran:
    """One of the calls, run by pmap."""
    call = CALLS[name]
    traced = trace(call.fun, call.levels, *call.args)
    made = OnDevices(cut(traced.call, call.devices), traced)
    out = jax.tree.leaves(made.run())
    return Ran(call, verify(traced)[0], made.lanes(), out)
