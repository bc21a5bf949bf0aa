"""Sweeps in few words, for the tests of timing."""

from __future__ import annotations

from typing import Any

from tests.engine.experiments import experiment
from vmapviz.engine import timing
from vmapviz.engine.evaluate import needs_all_at_once
from vmapviz.engine.load import load
from vmapviz.engine.measuring import ways
from vmapviz.engine.measuring.batches import batches
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Time, Timed
from vmapviz.model.timing import Series

MATVEC = experiment(
    "def f(W, x): return W @ x\ndef g(W, x): return x @ W.T\n", "f32[2,3], f32[5,3]", Vmap("(None, 0)"), reference="g"
)
TREES = experiment(
    "def f(p, x, *, s): return {'a': p['w'] * x, 'b': x.sum() + s}",
    "{'w': f32[3]}, f32[3,5], s=f32[5]",
    Vmap("(None, 1)", "{'a': 1, 'b': -1}"),
)
NESTED = experiment(
    "def f(a, b): return jnp.sum((a - b) ** 2)", "f32[3,2], f32[4,2]", Vmap("(None, 0)"), Vmap("(0, None)")
)
SHARED = experiment("def f(x): return x + 1, jnp.float32(2)", "f32[5]", Vmap("0", "(0, None)"))
PARTLY = experiment(
    "def f(p, x): return {'a': p['w'] * x + p['b'], 'n': jnp.int32(3)}",
    "{'w': f32[3,5], 'b': f32[3]}, f32[5,3]",
    Vmap("({'w': 1, 'b': None}, 0)", "{'a': 1, 'n': None}"),
)
LAST = experiment("def f(x, y): return x.sum() * y", "f32[3,4], f32[2,4]", Vmap("(-1, -1)", "-1"))
INDICES = experiment("def f(table, i): return table[i] * 2.0", "f32[7], i32[5]", Vmap("(None, 0)"))
BY_AXIS = experiment('def f(x): return x / lax.psum(x, "i")', "f32[5]", Vmap(axis_name="i"))
CASES = {
    "matvec": MATVEC,
    "trees": TREES,
    "nested": NESTED,
    "shared": SHARED,
    "partly": PARTLY,
    "last": LAST,
    "indices": INDICES,
    "sized": experiment("def f(x): return x + 1", "f32[5]", Vmap("0", axis_size=5)),
}


def swept(
    one: Experiment, names: tuple[str, ...], sizes: tuple[int, ...] = (4,), budget: float = 0.2, **more: Any
) -> list[Timed]:
    """Every update of a sweep."""
    devices = more.pop("devices", 1)
    return list(timing.sweep(load(one), Time(1, one, names, sizes, devices, budget, **more)))


def last(
    one: Experiment, *names: str, sizes: tuple[int, ...] = (4,), budget: float = 0.2, **more: Any
) -> dict[str, Series]:
    """The series of a finished sweep, by variant."""
    return {series.variant: series for series in swept(one, names, sizes, budget, **more)[-1].timings.series}


def batch_of(one: Experiment, size: int, devices: int = 1) -> ways.Batch:
    """A batch of another size."""
    loaded = load(one)
    call = batches(loaded).sized(size)
    return ways.Batch(call, loaded, devices, needs_all_at_once(call))
