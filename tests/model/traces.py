"""Real traces for tests of the model, each made once: `traced("layer")`."""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

import vmapviz
from vmapviz import Vmap
from vmapviz.engine.lowering.lower import lowered
from vmapviz.engine.pmapped import pmapped
from vmapviz.engine.trace import trace
from vmapviz.model.trace import Form, Trace

A23, A53, A5 = jnp.arange(6.0).reshape(2, 3), jnp.arange(15.0).reshape(5, 3), jnp.arange(5.0)


def layer(W, x, b):
    return jnp.maximum(W @ x + b, 0.0)


def guarded_root(x):
    return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)


def newton(a):
    return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-3, lambda x: 0.5 * (x + a / x), a)


def newton_in_a_scan(x):
    return lax.scan(lambda c, _: (newton(c) + 1, c), x, None, length=3)


def steps(x):
    return lax.scan(lambda c, y: (c * 0.5 + y, jnp.sin(c)), 0.0, x)


def distance(a, b):
    d = a - b
    return jnp.sqrt(jnp.sum(d * d))


def chain(x):
    for _ in range(100):
        x = jnp.sin(x) + 0.5
    return x


PROGRAMS: dict[str, tuple[Any, tuple[Vmap, ...], tuple[Any, ...]]] = {
    "square": (lambda x: x * x, (Vmap(),), (A5,)),
    "matvec": (lambda m, v: m @ v, (Vmap((None, 0)),), (A23, A53)),
    "both mapped": (lambda m, v: m @ v, (Vmap(),), (jnp.ones((5, 2, 3)), A53)),
    "layer": (layer, (Vmap((None, 0, None), 1),), (A23, A53, jnp.ones(2))),
    "guarded root": (guarded_root, (Vmap(),), (A5,)),
    "same branch": (lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), (Vmap((None, 0)),), (True, A5)),
    "newton": (newton, (Vmap(),), (A5 + 1,)),
    "loop in a loop": (newton_in_a_scan, (Vmap(),), (A5 + 1,)),
    "scan": (steps, (Vmap(),), (A53,)),
    "pairwise": (distance, (Vmap((None, 0)), Vmap((0, None))), (jnp.ones((3, 2)), jnp.ones((4, 2)))),
    "psum": (lambda x: x / lax.psum(x, "i"), (Vmap(axis_name="i"),), (A53,)),
    "psum in scan": (
        lambda x: lax.scan(lambda c, y: (lax.psum(c, "i") + y, None), 0.0, x)[0],
        (Vmap(axis_name="i"),),
        (A53,),
    ),
    "gathered": (lambda x: lax.all_gather(x, "i") * 2, (Vmap(axis_name="i"),), (A53,)),
    "table": (lambda table, i: table[i], (Vmap((None, 0)),), (jnp.ones((6, 3)), jnp.arange(4))),
    "swapped": (lambda x: x.T, (Vmap(),), (jnp.ones((5, 2, 3)),)),
    "spread": (lambda x: jnp.broadcast_to(x, (2, 3)), (Vmap(),), (A53,)),
    "shared only": (lambda x, y: x * 2 + y, (Vmap((None, 0)),), (3.0, A5)),
    "where": (lambda x: jnp.where(x > 0, x, 0), (Vmap(),), (A53,)),
    "joined": (lambda x, y: jnp.concatenate([x, y]), (Vmap((0, None)),), (A53, jnp.ones(2))),
    "chain": (chain, (Vmap(),), (A53,)),
    "talks in a cond": (
        lambda x: lax.cond(True, lambda x: lax.psum(x, "i"), jnp.sin, x),
        (Vmap(axis_name="i"),),
        (A5,),
    ),
    "shared inside": (lambda m, x: jnp.sin(m) * x, (Vmap((None, 0)),), (2.0, A5)),
    "numbers": (lambda x: x * lax.cos(lax.axis_index("i") + lax.psum(x, "i")), (Vmap(axis_name="i"),), (A5,)),
    "many": (lambda *xs: sum(xs), (Vmap(),), (A5,) * 5),
    "alike": (lambda x: x, (Vmap(),), (A5,)),
    "from nothing": (lambda x: 1.0, (Vmap(),), (A5,)),
    "three levels": (lambda x: x + 1, (Vmap(), Vmap(), Vmap()), (jnp.ones((2, 3, 4)),)),
    "called": (
        lambda a, b: jax.jit(lambda a, b: jnp.tanh((a - b) * a + b).sum())(a, b) + 1,
        (Vmap((None, 0)), Vmap((0, None))),
        (jnp.ones((3, 2)), jnp.ones((4, 2))),
    ),
    "nested root": (newton, (Vmap(), Vmap()), (jnp.arange(6.0).reshape(2, 3) + 1,)),
    "turned": (lambda x: jnp.sin(x), (Vmap(out_axes=1), Vmap(out_axes=2)), (jnp.ones((2, 3, 4)),)),
    "four levels": (
        lambda a, b, c, d: jnp.abs(a - b) * c + d,
        tuple(Vmap(tuple(0 if k == n else None for k in range(4))) for n in (3, 2, 1, 0)),
        (jnp.arange(2.0), jnp.arange(3.0), jnp.arange(4.0), jnp.arange(2.0)),
    ),
}


@cache
def traced(name: str) -> Trace:
    """The trace of one of PROGRAMS."""
    fun, levels, arguments = PROGRAMS[name]
    return vmapviz.trace(fun, levels=levels)(*arguments)


@cache
def on_devices(name: str, devices: int = 8) -> Trace:
    """pmap's program of one of PROGRAMS beside the original, over at most so many devices."""
    fun, levels, arguments = PROGRAMS[name]
    return pmapped(trace(fun, levels, *arguments), devices)[0]


@cache
def below(name: str, form: Form) -> Trace:
    """What one of PROGRAMS becomes below the jaxpr, beside the original."""
    fun, levels, arguments = PROGRAMS[name]
    return lowered(trace(fun, levels, *arguments), form)[0]
