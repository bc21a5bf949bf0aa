"""Axis names: collectives, and what an example may ask about its neighbours."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from tests.engine.corpus.case import A5, A35, A46, A53, A423, INTS, UNIT, Case, many, named
from vmapviz.engine.calls import Vmap

PROGRAMS: dict[str, Case] = {
    "psum": named(lambda x: x / lax.psum(x, "i"), A53),
    "psum of a constant": named(lambda x: x * lax.psum(1, "i") >= 9, A53, axes=1),
    "psum of an unbatched": named(lambda x, y: jnp.sin(x) + lax.psum(y, "i"), A5, A5[1], axes=(0, None)),
    "psum of a pytree": named(lambda x: lax.psum({"a": x, "b": x * x}, "i"), A53, out=None),
    "pmean": named(lambda x: (x - lax.pmean(x, "i")) ** 2, A35, axes=1, out=1),
    "pmax": named(lambda x: jnp.exp(x - lax.pmax(x, "i")), A5),
    "pmin": named(lambda x: lax.pmin(x.max(), "i") + x, A53),
    "softmax over the batch": named(lambda x: jnp.exp(x) / lax.psum(jnp.exp(x), "i"), A5),
    "all_gather": named(lambda x: lax.all_gather(x, "i"), A53),
    "all_gather and use": named(lambda x: lax.all_gather(x, "i") @ x, A53),
    "all_gather tiled": named(lambda x: jnp.tanh(lax.all_gather(x, "i", tiled=True)), A53, axes=0, out=1),
    "all_gather on another axis": named(lambda x: lax.all_gather(x, "i", axis=1).sum(0) - 1, A53, axes=0),
    "all_gather of an unbatched": named(lambda x, y: lax.all_gather(y, "i") * x, A5, 3.0, axes=(0, None)),
    "ppermute": named(lambda x: lax.ppermute(x, "i", [(0, 1), (1, 0)]), A53[:2]),
    "ppermute shifted": named(lambda x: x - lax.ppermute(x, "i", [(k, (k + 1) % 5) for k in range(5)]), A35, axes=1),
    "pshuffle": named(lambda x: lax.pshuffle(x, "i", [1, 0, 3, 2]) * 2, A423),
    "axis_index": named(lambda x: x + lax.axis_index("i"), A5),
    "axis_index to index": named(lambda t: t[lax.axis_index("i")] * 2, A53, axes=None, axis_size=3),
    "axis_size": named(lambda x: x / lax.axis_size("i") - 1, A53, needs="jax.lax.axis_size"),
    "all_to_all": named(lambda x: lax.all_to_all(x, "i", 0, 0), A46[:, :4]),
    "all_to_all of another axis": named(lambda x: lax.all_to_all(x, "i", 1, 0).sum(0), A423[:, :, :2].repeat(2, 2)),
    "psum_scatter": named(lambda x: lax.psum_scatter(x, "i"), A46[:, :4]),
    "psum_scatter tiled": named(lambda x: lax.psum_scatter(jnp.cos(x), "i", tiled=True), A46[:, :4]),
    "ring": named(
        lambda x: lax.fori_loop(0, 2, lambda _, c: lax.ppermute(c, "i", [(0, 1), (1, 2), (2, 0)]) + x, x), A53[:3]
    ),
    "psum in a scan": named(lambda x: lax.scan(lambda c, t: (c + lax.psum(t * c, "i"), c), x, jnp.arange(3.0)), A5),
    "psum in a cond": named(
        lambda p, x: lax.cond(p, lambda x: lax.psum(x, "i"), lambda x: x * 2, x), True, A5, axes=(None, 0)
    ),
    "psum in a jit": named(jax.jit(lambda x: jax.jit(lambda y: lax.psum(y, "i") - y)(x * 3)), A53),
    "psum in a while": named(lambda x: lax.while_loop(lambda c: c < 99.0, lambda c: c + lax.psum(x, "i"), 0.0) + x, A5),
    "gradient of psum": named(jax.grad(lambda x: lax.psum(jnp.sin(x) * x, "i")), A5),
    "batch norm": named(lambda x: (x - lax.pmean(x, "i")) / jnp.sqrt(lax.pmean(x**2, "i") + 1), A53, axes=0, out=1),
    "pargmax": named(lambda x: (lax.pmax(x, "i") == x) * lax.axis_index("i"), INTS),
    "one name on two values": named(lambda x, y: lax.pmax(x * y, "i") - lax.pmin(y, "i"), A53, UNIT),
    "spmd_axis_name": named(lambda x: jnp.sin(x) * 3, A53, axes=1, axis_name=None, spmd_axis_name="data"),
    "names on two levels": many(
        lambda x: x - lax.pmean(x, "inner") + lax.psum(x, "outer"),
        (Vmap(axis_name="inner"), Vmap(axis_name="outer")),
        A53,
        loop=False,
    ),
    "both names at once": many(
        lambda x: x / lax.psum(jnp.abs(x), ("inner", "outer")),
        (Vmap(1, axis_name="inner"), Vmap(axis_name="outer")),
        A423,
        loop=False,
    ),
    "gather inside, index outside": many(
        lambda x: lax.all_gather(x, "inner")[0] + lax.axis_index("outer"),
        (Vmap(axis_name="inner"), Vmap(axis_name="outer")),
        A53,
        loop=False,
    ),
    "inner name only": many(
        lambda x: jnp.tanh(x) - lax.pmax(x, "inner"), (Vmap(axis_name="inner"), Vmap(1)), A53, loop=False
    ),
}
