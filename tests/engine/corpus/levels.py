"""Several vmaps around one function."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.engine.corpus.case import A4, A5, A23, A35, A53, A423, INTS, SPD, UNIT, Case, many
from tests.engine.corpus.control import guarded_root, newton, running
from vmapviz.engine.calls import Vmap

ROWS, COLUMNS = Vmap((None, 0)), Vmap((0, None))

PROGRAMS: dict[str, Case] = {
    "pairwise distances": many(lambda a, b: jnp.sqrt(jnp.sum((a - b) ** 2)), (ROWS, COLUMNS), A53, A53[:2]),
    "pairwise over columns": many(
        lambda a, b: jnp.exp(-jnp.sum(jnp.abs(a - b))), (Vmap((None, 1)), Vmap((1, None), 1)), A35, A35[:, :2]
    ),
    "twice": many(lambda x: x + 1 / x, (Vmap(), Vmap(1, 1)), A53 + 1),
    "matrix product": many(lambda a, b: jnp.tan(jnp.dot(a, b)), (Vmap((None, 1)), COLUMNS), A23, A35),
    "three levels": many(
        lambda x, y, z: jnp.sin(x * y) + z,
        (Vmap((0, None, None)), Vmap((None, 0, None)), Vmap((None, None, 0), 2)),
        A5,
        A5[:2],
        A5[:3],
    ),
    "four levels": many(lambda x: jnp.sin(x) + jnp.cos(x) * 2, (Vmap(), Vmap(1, 1), Vmap(-1, 0), Vmap()), A423[None]),
    "scan on two levels": many(running, (COLUMNS, ROWS), A5, A5[:3]),
    "cond on two levels": many(lambda x: guarded_root(x) + 3, (Vmap(), Vmap()), A53),
    "while on two levels": many(lambda a: newton(a) * 2, (Vmap(), Vmap(1)), A53 + 1),
    "while on an unbatched level": many(lambda a, b: newton(a) - b, (ROWS, COLUMNS), A5, UNIT),
    "jit on two levels": many(jax.jit(lambda x, w: jax.jit(jnp.tanh)(w @ x)), (COLUMNS, ROWS), A53, A423),
    "cond unbatched inside, batched outside": many(
        lambda p, x: lax.cond(p, jnp.sin, lambda x: x - 1, x), (ROWS, COLUMNS), np.array([True, False]), A5
    ),
    "switch on three levels": many(
        lambda i, x: lax.switch(i, [jnp.sin, jnp.cos, jnp.tanh], x), (ROWS, COLUMNS, Vmap((None, 0))), INTS % 3, A53
    ),
    "grad on two levels": many(jax.grad(lambda x, w: jnp.sum(jnp.tanh(w * x))), (COLUMNS, Vmap((None, 1))), A53, A35),
    "a dropped value on three levels": many(
        jax.grad(lambda x: jnp.sum(jnp.exp(x) * jnp.sin(x))), (Vmap(), Vmap(1), Vmap(None, axis_size=2)), A423
    ),
    "gather on two levels": many(lambda t, i: t[i] * t[0], (ROWS, COLUMNS), A53, INTS % 3),
    "scatter on two levels": many(lambda t, i: t.at[i].add(t[0]) / 3, (COLUMNS, ROWS), A53, INTS % 3),
    "solve on two levels": many(lambda a, b: jnp.linalg.solve(a, b) / 3, (ROWS, COLUMNS), SPD, A53),
    "sort on two levels": many(lambda x: jnp.sort(x) + 1, (Vmap(1), Vmap(0, 1)), A423),
    "custom_jvp on two levels": many(lambda x: jax.nn.relu(x) * 3, (Vmap(), Vmap()), A53),
    "fori on two levels": many(
        lambda x, n: lax.fori_loop(0, n, lambda i, c: jnp.cos(c) * i, x), (COLUMNS, ROWS), A5, INTS[:3]
    ),
    "out_axes None inside": many(lambda x, y: (x * y, jnp.floor(y * 7)), (Vmap((0, None), (0, None)), ROWS), A5, UNIT),
    "out_axes on two levels": many(lambda x: jnp.outer(x, x) / 2, (Vmap(0, 1), Vmap(0, 2)), A423),
    "axis_size alone on two levels": many(lambda x: x * 9 < 1, (Vmap(None, axis_size=2), Vmap(None, axis_size=3)), A5),
    "axis_size inside": many(lambda x: jnp.log(x * 9), (Vmap(None, axis_size=2), Vmap()), A5),
    "axis_size outside": many(lambda x: x * 9 + x * 8, (Vmap(), Vmap(None, axis_size=2)), A5),
    "batch of one outside": many(lambda x: jnp.log1p(x) / 3, (Vmap(), Vmap()), A53[None, :, :][:, :1]),
    "trees on two levels": many(
        lambda d, x: {"y": jnp.exp2(d["w"] @ x), "n": None},
        (Vmap(({"w": None}, 0)), Vmap(({"w": 0}, None), {"y": 1, "n": 0})),
        {"w": A423},
        A53,
    ),
    "inner vmap and two levels": many(
        lambda x, y: jax.vmap(jnp.subtract, (0, None))(x, y).max(), (ROWS, COLUMNS), A53, A4
    ),
    "three deep on two levels": many(
        lambda x: lax.scan(
            lambda c, t: (lax.cond(t > x, lambda c: lax.fori_loop(0, 2, lambda i, d: d * t, c), lambda c: c, c), c),
            x,
            jnp.arange(2.0),
        ),
        (Vmap(), Vmap()),
        A53,
    ),
    "scan whose rows are batched outside": many(
        lambda c, xs: lax.scan(lambda c, t: (c * t, c - t), c, xs), (COLUMNS, Vmap((None, 1), 1)), A5, A35
    ),
    "cumulative on two levels": many(lambda x: jnp.cumsum(x, 0) * x, (Vmap(2, 1), Vmap(0, 0)), A423[None]),
}
