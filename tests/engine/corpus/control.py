"""Control flow: loops, branches and scans, with what is batched and what is not, and one inside the other."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.engine.corpus.case import A4, A5, A35, A46, A53, A423, BOOLS, INTS, SPD, UNIT, Case, one


def running(x, y):
    return lax.scan(lambda c, t: (c + t * y, jnp.where(c > 0, c, t)), x, jnp.arange(3.0))


def guarded_root(x):
    return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)


def newton(a):
    return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-3, lambda x: 0.5 * (x + a / x), a)


def count_down(n):
    return lax.while_loop(lambda s: s[0] > 0, lambda s: (s[0] - 1, s[1] + n), (3, n))


def collatz(n):
    def step(n):
        return lax.cond(n % 2 == 0, lambda n: n // 2, lambda n: 3 * n + 1, n)

    return lax.while_loop(lambda s: s[0] > 1, lambda s: (step(s[0]), s[1] + 1), (n, 0))[1]


def three_deep(x):
    def body(c, t):
        return jax.jit(lambda c: lax.cond(c.sum() > t, lambda c: c * 2, lambda c: c - 1, c))(c), c[0]

    return lax.scan(body, x, jnp.arange(3.0))


def five_deep(x):
    def inner(c, t):
        def branch(c):
            return lax.fori_loop(0, 2, lambda i, c: jax.jit(lambda c: c * jnp.tanh(t))(c) + i, c)

        return lax.switch((t > 1).astype(int), [branch, lambda c: c - 1], c), None

    return jax.checkpoint(lambda x: lax.scan(inner, x, jnp.arange(3.0))[0])(x)


def bisection(f, low, high):
    def step(_, bounds):
        low, high = bounds
        middle = (low + high) / 2
        return jnp.where(f(middle) < 0, middle, low), jnp.where(f(middle) < 0, high, middle)

    return lax.fori_loop(0, 5, step, (low, high))[0]


def viterbi(scores, observed):
    def step(best, o):
        candidates = best[:, None] + scores
        return candidates.max(0) + o, candidates.argmax(0)

    last, back = lax.scan(step, observed[0], observed[1:])
    return lax.scan(lambda s, b: (b[s], s), last.argmax(), back, reverse=True)[1]


def kalman(state, observed):
    def step(carry, z):
        mean, var = carry
        gain = var / (var + 1.0)
        return (mean + gain * (z - mean), var * (1 - gain)), (mean, gain)

    return lax.scan(step, state, observed)


LOOPS: dict[str, Case] = {
    "newton": one(newton, A5),
    "while over an unbatched predicate": one(count_down, np.arange(1, 6)),
    "while with an unbatched bound": one(
        lambda x, n: lax.while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, s[1] * x), (0, x))[1],
        A53,
        3,
        axes=(0, None),
    ),
    "while with a batched bound": one(
        lambda n, x: lax.while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, jnp.cos(s[1])), (0, x)),
        INTS,
        0.5,
        axes=(0, None),
    ),
    "while of a while": one(
        lambda x: lax.while_loop(
            lambda c: c < 50, lambda c: lax.while_loop(lambda d: d < 5, lambda d: d + c, c * 2), x
        ),
        A5,
    ),
    "collatz": one(collatz, np.array([6, 7, 1])),
    "fori": one(lambda x: lax.fori_loop(0, 4, lambda i, c: c * 2 + i, x), A5),
    "fori with a traced bound": one(lambda n, x: lax.fori_loop(0, n, lambda i, c: jnp.sin(c) + i, x), INTS, UNIT),
    "fori with an unbatched bound": one(
        lambda n, x: lax.fori_loop(0, n, lambda i, c: c.at[i].set(0.0), x), 2, A35, axes=(None, 1)
    ),
    "fori unrolled": one(lambda x: lax.fori_loop(0, 3, lambda i, c: jnp.exp(-c), x, unroll=True), A5),
    "bisection": one(lambda a: bisection(lambda x: x * x - a, jnp.zeros_like(a), a), A5),
    "scan": one(running, A5, 2.0, axes=(0, None)),
    "scan of what is not batched": one(
        lambda x, y: lax.scan(lambda c, t: (c * t, c), y, jnp.arange(3.0))[0] + x, A5, 2.0, axes=(0, None)
    ),
    "scan over batched rows": one(
        lambda x: lax.scan(lambda c, row: (c + row, row.sum()), jnp.zeros(3), x), A423, axes=0, out=(1, 0)
    ),
    "scan over columns": one(lambda x: lax.scan(lambda c, t: (c * t, -c), 1.0, x)[1], A35, axes=1, out=1),
    "scan reversed and unrolled": one(
        lambda x: lax.scan(lambda c, t: (c - t, c / 2), 0.0, x, reverse=True, unroll=2), A46
    ),
    "scan without inputs": one(lambda x: lax.scan(lambda c, _: (jnp.sin(c), None), x, None, length=4)[0], A5),
    "scan of length zero": one(lambda x: lax.scan(lambda c, t: (c + t, jnp.cos(c)), x.sum(), x[:0]), A53),
    "scan whose carry becomes batched": one(
        lambda x: lax.scan(lambda c, t: ((c[1], c[0] + x), c[0]), (0.0, 1.0), jnp.arange(3)), A5
    ),
    "scan of a scan": one(
        lambda x: lax.scan(lambda c, r: (lax.scan(lambda d, t: (jnp.tanh(d + t), d), c, r)[0], c), 0.0, x),
        A423,
        axes=-1,
    ),
    "scan with constants": one(
        lambda x, w: lax.scan(lambda h, t: (jnp.tanh(w @ h + t), h[0]), jnp.zeros(3), x),
        A423,
        SPD[0] / 9,
        axes=(0, None),
    ),
    "map": one(lambda xs: lax.map(lambda x: jnp.sin(x) + x, xs), A53, axes=0),
    "map in batches": one(lambda xs: lax.map(lambda x: x * jnp.log(x), xs, batch_size=2), A46 + 3),
    "associative_scan": one(lambda x: lax.associative_scan(jnp.add, x), A53, axes=1),
    "associative_scan of pairs": one(
        lambda a, b: lax.associative_scan(lambda p, q: (p[0] * q[0], q[0] * p[1] + q[1]), (a, b)), A53, A35, axes=(0, 1)
    ),
    "associative_scan of matrices": one(
        lambda x: lax.associative_scan(jnp.matmul, x, reverse=True), np.stack([SPD[:3], SPD[1:]])
    ),
    "kalman": one(kalman, (A5, UNIT), A35, axes=((0, 0), 1)),
    "viterbi": one(viterbi, A53[:3], A423, axes=(None, 0)),
    "moving average": one(
        lambda x: lax.scan(lambda w, t: ((w := jnp.roll(w, 1).at[0].set(t)), w.mean()), jnp.zeros(2), x)[1], A46
    ),
}

BRANCHES: dict[str, Case] = {
    "cond with a batched predicate": one(guarded_root, A4),
    "cond with an unbatched predicate": one(lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), True, A5, axes=(None, 0)),
    "cond with unbatched operands": one(lambda p, x: lax.cond(p, jnp.exp, jnp.log1p, x), BOOLS, 2.0, axes=(0, None)),
    "cond of which one branch is batched": one(
        lambda p, x: lax.cond(p, lambda: x * 3, lambda: 1.0), True, A5, axes=(None, 0)
    ),
    "cond without operands": one(lambda x: lax.cond(x.sum() > 3, lambda: x.max(), lambda: jnp.float32(0)), A53),
    "cond of pytrees": one(
        lambda x: lax.cond(x[0] > 0, lambda d: {"a": d["b"], "b": d["a"] + 1}, lambda d: d, {"a": x, "b": x * 2}),
        A53,
        axes=0,
        out={"a": 1, "b": 0},
    ),
    "cond of a cond": one(
        lambda x, y: lax.cond(x > 2, lambda: lax.cond(y, jnp.sin, jnp.cos, x), lambda: x), A5, False, axes=(0, None)
    ),
    "cond of a while": one(lambda x: lax.cond(x > 2, newton, lambda x: x, x), A5),
    "cond of a loop with an unbatched predicate": one(
        lambda p, x: lax.cond(p, newton, lambda x: -x, x), True, A5, axes=(None, 0)
    ),
    "switch": one(lambda i, x: lax.switch(i, [jnp.sin, jnp.cos, lambda x: x * 2], x), np.array([0, 1, 2, 0, 5]), A5),
    "switch on an unbatched index": one(
        lambda i, x: lax.switch(i, [jnp.tan, jnp.tanh, jnp.floor], x), 2, A35, axes=(None, 1)
    ),
    "switch of one branch": one(lambda i, x: lax.switch(i, [lambda x: jnp.exp2(x) + 1], x), INTS, A5),
    "switch in a scan": one(
        lambda x: lax.scan(
            lambda c, i: (lax.switch(i, [jnp.sin, lambda c: c * 2, lambda c: c + x], c), i), x, jnp.array([0, 2, 1])
        ),
        A5,
    ),
    "cond in a while": one(
        lambda x: lax.while_loop(
            lambda c: c < 9, lambda c: lax.cond(c > 3, lambda c: c + 2, lambda c: c * 2 + 1, c), x
        ),
        A5,
    ),
    "platform": one(lambda x: lax.platform_dependent(x, cpu=jnp.sin, default=jnp.cos), A5),
}

NESTED: dict[str, Case] = {
    "three deep": one(three_deep, A53),
    "five deep": one(five_deep, A5),
    "jit of a scan of a cond": one(
        jax.jit(lambda x: lax.scan(lambda c, t: (lax.cond(t > c, lambda: t, lambda: c), c), 0.0, x)), A35, axes=1
    ),
    "jit in both branches": one(
        lambda x: lax.cond(x > 2, jax.jit(lambda x: jnp.sin(x) * x), jax.jit(lambda x: x - 1), x), A5
    ),
    "while in a scan in a jit": one(
        jax.jit(
            lambda x: lax.scan(
                lambda c, t: (lax.while_loop(lambda d: d < t, lambda d: d + 1 + x, c), c), 0.0, jnp.arange(3.0)
            )
        ),
        A5,
    ),
    "gradient of a scan of a jit": one(
        jax.grad(lambda w, x: lax.scan(lambda c, t: (jax.jit(jnp.tanh)(c * w + t), None), 0.0, x)[0]), UNIT, A53
    ),
    "checkpoint in a scan": one(
        jax.grad(lambda x: lax.scan(jax.checkpoint(lambda c, _: (jnp.sin(c) * x, None)), x, None, length=3)[0]), A5
    ),
    "scan of a vmap of a cond": one(
        lambda x: lax.scan(
            lambda c, t: (jax.vmap(lambda a: lax.cond(a > t, jnp.sqrt, lambda a: a, a))(c), c.sum()), x, jnp.arange(2.0)
        ),
        A53,
    ),
    "custom_jvp in a while": one(
        lambda x: lax.while_loop(lambda s: s[1] < 3, lambda s: (jax.nn.relu(s[0] - 1), s[1] + 1), (x, 0))[0], A5
    ),
}

PROGRAMS = {**LOOPS, **BRANCHES, **NESTED}
