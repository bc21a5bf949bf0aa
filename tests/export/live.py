"""Snapshots of live traces for tests."""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp

import vmapviz
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.snapshot import Snapshot

VERSIONS = {"vmapviz": "0.1.0", "jax": "0.10.2"}


def layer(W, x, bias):  # type: ignore[no-untyped-def]
    return jnp.maximum(W @ x + bias, 0.0)


@cache
def dense() -> Snapshot:
    """The dense layer of the guide: its add becomes three equations and out_axes=1 adds one."""
    axes = {"in_axes": (None, 0, None), "out_axes": 1}
    trace = vmapviz.trace(layer, **axes)(jnp.ones((2, 3)), jnp.ones((5, 3)), jnp.ones(2))
    experiment = Experiment(function="layer", levels=(Vmap("(None, 0, None)", "1"),))
    return Snapshot(VERSIONS, experiment, trace)


@cache
def nested() -> Snapshot:
    """Every a with every b, by two vmaps."""
    from vmapviz.engine.calls import Vmap as Level

    levels = [Level(in_axes=(None, 0)), Level(in_axes=(0, None))]
    trace = vmapviz.trace(lambda a, b: a - b, levels=levels)(jnp.ones((3, 2)), jnp.ones((4, 2)))
    experiment = Experiment(function="minus", levels=(Vmap("(None, 0)"), Vmap("(0, None)")))
    return Snapshot(VERSIONS, experiment, trace)


@cache
def looped() -> Snapshot:
    """A scan: an equation with a body."""
    from jax import lax

    trace = vmapviz.trace(lambda x: lax.scan(lambda c, _: (c * 2.0, None), x, None, length=3)[0])(jnp.ones(4))
    return Snapshot(VERSIONS, Experiment(function="grow"), trace)
