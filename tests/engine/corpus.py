"""Small programs over JAX's ways of building one, each with its axes and arguments: `PROGRAMS[name] = (fun, levels, args)`."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from vmapviz.engine.calls import Vmap

A23 = jnp.arange(6.0).reshape(2, 3)
A53 = jnp.arange(15.0).reshape(5, 3) % 4
A5 = jnp.arange(1.0, 6.0)


def layer(W, x, b):
    return jnp.maximum(W @ x + b, 0.0)


def guarded_root(x):
    return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)


def newton(a):
    return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-3, lambda x: 0.5 * (x + a / x), a)


def count_down(n):
    return lax.while_loop(lambda s: s[0] > 0, lambda s: (s[0] - 1, s[1] + n), (3, n))


def running(x, y):
    return lax.scan(lambda c, t: (c + t * y, jnp.where(c > 0, c, t)), x, jnp.arange(3.0))


def switched(i, x):
    return lax.switch(i, [jnp.sin, jnp.cos, lambda x: x * 2], x)


@jax.custom_jvp
def clipped(x):
    return jnp.clip(x, 0.0, 1.0)


clipped.defjvp(lambda primals, tangents: (clipped(*primals), tangents[0]))


WEIGHTS = jnp.arange(3.0)


@jax.custom_jvp
def weighted(x):
    return x * WEIGHTS


weighted.defjvp(lambda primals, tangents: (weighted(*primals), tangents[0] * WEIGHTS))


@jax.custom_vjp
def doubled(x):
    return x * 2


doubled.defvjp(lambda x: (doubled(x), None), lambda _, g: (g * 2,))


def pytree(state, scale):
    return {"mean": state["mean"] * scale, "pair": (state["cov"] @ state["mean"], scale)}


def three_deep(x):
    def body(c, t):
        return jax.jit(lambda c: lax.cond(c.sum() > t, lambda c: c * 2, lambda c: c - 1, c))(c), c[0]

    return lax.scan(body, x, jnp.arange(3.0))


def solved(x):
    return lax.custom_linear_solve(lambda v: 2.0 * v, x, lambda matvec, b: b / 2.0, symmetric=True)


CLOSED_OVER = jnp.arange(3.0)

PROGRAMS: dict[str, tuple[Any, tuple[Vmap, ...], tuple[Any, ...]]] = {
    "square": (lambda x: x * x, (Vmap(),), (A5,)),
    "matvec": (lambda m, v: m @ v, (Vmap((None, 0)),), (A23, A53)),
    "layer": (layer, (Vmap((None, 0, None), 1),), (A23, A53, jnp.ones(2))),
    "axes 1 to 0": (lambda x: jnp.sum(x * 2), (Vmap(1),), (A53,)),
    "negative axes": (lambda x: x + 1, (Vmap(-1, -1),), (A53,)),
    "out_axes None": (lambda x, y: (x + y, y * 2), (Vmap((0, None), (0, None)),), (A5, 3.0)),
    "identity": (lambda x: x, (Vmap(0, 1),), (A53,)),
    "nothing used": (lambda x, y: y, (Vmap(),), (A5, A53)),
    "closed over": (lambda x: x * CLOSED_OVER, (Vmap(),), (A53,)),
    "literal result": (lambda x: 1.0, (Vmap(),), (A5,)),
    "guarded root": (guarded_root, (Vmap(),), (jnp.array([4.0, -1.0, 9.0]),)),
    "unbatched cond": (lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), (Vmap((None, 0)),), (True, A5)),
    "switch": (switched, (Vmap(),), (jnp.array([0, 1, 2, 0, 5]), A5)),
    "newton": (newton, (Vmap(),), (A5,)),
    "unbatched while": (count_down, (Vmap(),), (jnp.arange(1, 6),)),
    "fori": (lambda x: lax.fori_loop(0, 4, lambda i, c: c * 2 + i, x), (Vmap(),), (A5,)),
    "scan": (running, (Vmap((0, None)),), (A5, 2.0)),
    "map": (lambda xs: lax.map(jnp.sin, xs), (Vmap(),), (A53,)),
    "associative scan": (lambda x: lax.associative_scan(jnp.add, x), (Vmap(1),), (A53,)),
    "three deep": (three_deep, (Vmap(),), (A53,)),
    "jit twice": (lambda x: jax.jit(jnp.sin)(x) + jax.jit(jnp.sin)(2 * x), (Vmap(),), (A5,)),
    "custom_jvp": (lambda x: clipped(x) * 2, (Vmap(),), (A5,)),
    "custom_jvp with constants": (weighted, (Vmap(),), (A53,)),
    "custom_vjp": (lambda x: doubled(x) + 1, (Vmap(),), (A5,)),
    "relu": (jax.nn.relu, (Vmap(),), (A5,)),
    "grad": (jax.grad(lambda p, x: jnp.sum((p * x) ** 2)), (Vmap((None, 0)),), (jnp.ones(3), A53)),
    "checkpoint": (jax.checkpoint(lambda x: jnp.sin(jnp.sin(x))), (Vmap(),), (A5,)),
    "linear solve": (solved, (Vmap(),), (A53,)),
    "inner vmap": (lambda x: jax.vmap(jnp.dot, (0, None))(A53, x), (Vmap(),), (A53,)),
    "pytrees": (
        pytree,
        (Vmap(({"mean": 0, "cov": None}, 0)),),
        ({"mean": A53, "cov": jnp.eye(3)}, A5),
    ),
    "gather": (lambda table, i: table[i], (Vmap((None, 0)),), (A53, jnp.array([2, 0, 4]))),
    "scatter": (lambda x, i: x.at[i].add(1.0), (Vmap((0, 0)),), (A53, jnp.arange(5) % 3)),
    "sort": (lambda x: jnp.sort(x)[::-1], (Vmap(),), (A53,)),
    "top_k": (lambda x: lax.top_k(x, 2), (Vmap(),), (A53,)),
    "convolve": (lambda x, w: jnp.convolve(x, w, mode="valid"), (Vmap((0, 1)),), (A53[:3], A23[:, :3])),
    "cholesky": (lambda x: jnp.linalg.cholesky(jnp.eye(3) * 4 + jnp.outer(x, x)), (Vmap(),), (A53,)),
    "fft": (lambda x: jnp.abs(jnp.fft.rfft(x)), (Vmap(),), (A53,)),
    "noise": (lambda key: jax.random.normal(key, (3,)), (Vmap(),), (jax.random.split(jax.random.key(0), 4),)),
    "old keys": (lambda key: jax.random.uniform(key, (2,)), (Vmap(),), (jax.random.split(jax.random.PRNGKey(0), 4),)),
    "psum": (lambda x: x / lax.psum(x, "i"), (Vmap(axis_name="i"),), (A53,)),
    "all_gather": (lambda x: lax.all_gather(x, "i"), (Vmap(axis_name="i"),), (A53,)),
    "ppermute": (lambda x: lax.ppermute(x, "i", [(0, 1), (1, 0)]), (Vmap(axis_name="i"),), (A53[:2],)),
    "axis_index": (lambda x: x + lax.axis_index("i"), (Vmap(axis_name="i"),), (A5,)),
    "axis_size alone": (lambda x: x * 2, (Vmap(None, axis_size=4),), (A5,)),
    "batch of one": (lambda x: x @ x, (Vmap(),), (A53[:1],)),
    "empty batch": (lambda x: x + 1, (Vmap(),), (A53[:0],)),
    "integers": (lambda x, y: x // y, (Vmap(),), (jnp.arange(4), jnp.arange(1, 5))),
    "bf16": (lambda x: x.astype(jnp.bfloat16) * 2, (Vmap(),), (A5,)),
    "complex": (lambda x: jnp.real(x * (1 + 2j)), (Vmap(),), (A5,)),
    "pairwise": (
        lambda a, b: jnp.sqrt(jnp.sum((a - b) ** 2)),
        (Vmap((None, 0)), Vmap((0, None))),
        (A53, A53[:2]),
    ),
    "twice": (lambda x: x + 1, (Vmap(), Vmap(1, 1)), (A53,)),
    "three levels": (
        lambda x, y, z: x * y + z,
        (Vmap((0, None, None)), Vmap((None, 0, None)), Vmap((None, None, 0), 2)),
        (A5, A5[:2], A5[:3]),
    ),
    "scan two levels": (running, (Vmap((0, None)), Vmap((None, 0))), (A5, A5[:3])),
    "cond two levels": (guarded_root, (Vmap(), Vmap()), (A53,)),
    "names on two levels": (
        lambda x: x - lax.pmean(x, "inner") + lax.psum(x, "outer"),
        (Vmap(axis_name="inner"), Vmap(axis_name="outer")),
        (A53,),
    ),
}
