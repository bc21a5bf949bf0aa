"""Derivatives, and programs of the size that users write: layers, losses, steps of training."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.engine.corpus.case import A4, A5, A23, A35, A46, A53, A243, A423, INTS, SPD, UNIT, Case, one


def layer(W, x, b):
    return jnp.maximum(W @ x + b, 0.0)


def loss(params, x, y):
    hidden = jnp.tanh(params["W"] @ x + params["b"])
    return jnp.mean((hidden - y) ** 2)


PARAMS = {"W": A23 / 5, "b": A5[:2]}


def step(params, x, y):
    value, gradient = jax.value_and_grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient), value


def attention(q, k, v):
    scores = jax.nn.softmax(q @ k.T / jnp.sqrt(3.0))
    return scores @ v


def layer_norm(x, scale):
    return (x - x.mean(-1, keepdims=True)) * lax.rsqrt(x.var(-1, keepdims=True) + 1e-5) * scale


def cross_entropy(logits, label):
    return -jax.nn.log_softmax(logits)[label]


def adam(g, m, v):
    m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
    return g - 0.1 * m / (jnp.sqrt(v) + 1e-8), (m, v)


def pendulum(state):
    def field(s):
        return jnp.stack([s[1], -jnp.sin(s[0])])

    def rk4(s, _):
        k1 = field(s)
        k2 = field(s + 0.05 * k1)
        return s + 0.1 * k2, s[0]

    return lax.scan(rk4, state, None, length=3)


def gru(h, x, w):
    def cell(h, x):
        z, r = jax.nn.sigmoid(w @ h + x), jax.nn.sigmoid(w.T @ h - x)
        return (1 - z) * h + z * jnp.tanh(r * h + x), h

    return lax.scan(cell, h, x)


def ising(spins):
    return -(spins * jnp.roll(spins, 1, 0)).sum() - (spins * jnp.roll(spins, 1, 1)).sum()


DERIVATIVES: dict[str, Case] = {
    "grad": one(jax.grad(lambda p, x: jnp.sum((p * x) ** 2)), A5[:3], A53, axes=(None, 0)),
    "grad of a batched parameter": one(
        jax.grad(lambda p, x: jnp.sum(jnp.sin(p * x))), A35, A53[0], axes=(1, None), out=1
    ),
    "value_and_grad": one(jax.value_and_grad(lambda x: jnp.prod(jnp.cos(x))), A53, axes=0, out=(0, 1)),
    "grad with aux": one(jax.grad(lambda x: (jnp.sum(x**3), x), has_aux=True), A53),
    "grad of grad": one(jax.grad(jax.grad(lambda x: jnp.sin(x) * x**3)), A5),
    "jvp": one(lambda x, t: jax.jvp(lambda x: jnp.exp(jnp.sin(x)), (x,), (t,)), A53, A35, axes=(0, 1)),
    "vjp": one(lambda x, g: jax.vjp(lambda x: jnp.tanh(x) @ x, x)[1](g), A53, A5),
    "linearize": one(lambda x: jax.linearize(jnp.sin, x)[1](jnp.cos(x)), A35, axes=1),
    "linear_transpose": one(lambda x: jax.linear_transpose(lambda y: jnp.asarray(A23) @ y, x)(jnp.ones(2)), A53),
    "hessian": one(jax.hessian(lambda x: jnp.sum(x**3)), A53),
    "jacfwd": one(jax.jacfwd(lambda x: jnp.sin(x) * x[0]), A53, axes=0, out=2),
    "jacrev": one(jax.jacrev(lambda x: jnp.outer(x, x)[0]), A35, axes=1),
    "jacobian of a pytree": one(jax.jacfwd(lambda d: {"s": d["a"] ** 2 * d["b"]}), {"a": A53, "b": UNIT}),
    "grad of cond": one(jax.grad(lambda x: lax.cond(x > 2, jnp.sin, lambda x: x * x, x)), A5),
    "grad of scan": one(jax.grad(lambda x: lax.scan(lambda c, t: (c * jnp.cos(t), c), 1.0, x)[1].sum()), A35, axes=1),
    "jvp of while": one(
        lambda x: jax.jvp(lambda x: lax.while_loop(lambda c: c < 30, lambda c: c * c + x, x), (x,), (1.0,)), A5
    ),
    "jvp of fori": one(
        lambda x: jax.jvp(lambda x: lax.fori_loop(0, 3, lambda i, c: jnp.sin(c) * x, x), (x,), (x,)), A5
    ),
    "grad of sort": one(jax.grad(lambda x: (jnp.sort(x) * jnp.arange(3.0)).sum()), A53),
    "grad of gather": one(jax.grad(lambda x, i: x[i].sum() ** 2), A53, INTS % 3),
    "grad of cumprod": one(jax.grad(lambda x: jnp.cumprod(x).sum()), A53 + 1),
    "grad of conv": one(
        jax.grad(lambda w, x: lax.conv(x, w, (1,), "VALID").sum()), A243[:1, :1], A423[:, None, :1], axes=(None, 0)
    ),
    "grad of batched conv weights": one(
        jax.grad(lambda w, x: (lax.conv(x, w, (1,), "SAME") ** 2).sum()),
        A423[:, :, None, :2],
        A423[:1, :1],
        axes=(0, None),
    ),
    "grad of fft": one(jax.grad(lambda x: jnp.abs(jnp.fft.rfft(x))[1]), A46),
    "grad of logsumexp": one(jax.grad(jax.scipy.special.logsumexp), A53),
    "grad of norm": one(jax.grad(jnp.linalg.norm), A53 + 1),
    "grad of dynamic_slice": one(jax.grad(lambda x, i: lax.dynamic_slice(x, (i,), (2,)).prod()), A53, INTS),
    "grad of attention": one(jax.grad(lambda q, k: attention(q, k, k).sum()), A423, A23, axes=(0, None)),
    "grad of igamma": one(jax.grad(lax.igamma), A5, UNIT),
    "grad of checkpointed scan": one(
        jax.grad(
            lambda w: lax.scan(jax.checkpoint(lambda h, _: (jnp.tanh(w @ h), None)), jnp.ones(3), None, length=2)[
                0
            ].sum()
        ),
        SPD / 9,
    ),
    "per example gradients": one(jax.grad(loss), PARAMS, A53, A53[:, :2], axes=(None, 0, 0)),
    "vhp": one(
        lambda x, v: jax.jvp(jax.grad(lambda x: jnp.sum(jnp.exp(x) * x)), (x,), (v,))[1], A53, A53[0], axes=(0, None)
    ),
    "fixed tangents": one(lambda x: jax.jvp(lambda x, y: x @ y, (x, WEIGHTS), (x, WEIGHTS * 0))[1], A53),
}

WEIGHTS = jnp.arange(3.0)

MODELS: dict[str, Case] = {
    "layer": one(layer, A23, A53, np.ones(2, np.float32), axes=(None, 0, None), out=1),
    "layer of batched weights": one(
        lambda W, x, b: jnp.exp(-layer(W, x, b)), A423, A53[0], A5[:2], axes=(0, None, None)
    ),
    "loss": one(loss, PARAMS, A53, A53[:, :2], axes=(None, 0, 0)),
    "training step": one(step, {"W": A423 / 5, "b": A23[:, :2].repeat(2, 0)}, A53[0], A5[:2], axes=(0, None, None)),
    "training steps": one(
        lambda p, x, y: lax.scan(lambda p, t: step(p, x * t, y), p, jnp.arange(3.0)),
        PARAMS,
        A53,
        A53[:, :2],
        axes=(None, 0, 0),
    ),
    "attention": one(attention, A423, A23, A23, axes=(0, None, None), out=1),
    "layer norm": one(layer_norm, A423, A5[:3], axes=(1, None), out=1),
    "cross entropy": one(cross_entropy, A53, INTS % 3),
    "adam": one(adam, A53, A53 * 0, A53 * 0, axes=0, out=(0, (1, 1))),
    "pendulum": one(pendulum, np.stack([A5, UNIT], 1)),
    "gru": one(gru, A53, A423[:1].repeat(5, 0), SPD[0] / 9, axes=(0, 0, None)),
    "dropout": one(
        lambda k, x: jnp.where(jax.random.bernoulli(k, 0.5, x.shape), x / 0.5, 0.0),
        jax.random.split(jax.random.key(0), 5),
        A53,
    ),
    "embedding": one(lambda table, ids: table[ids].mean(0) @ table.T, A53, INTS.reshape(5, 1) % 5, axes=(None, 0)),
    "positional encoding": one(
        lambda t: jnp.concatenate([jnp.sin(t / 100 ** (jnp.arange(2) / 2)), jnp.cos(t / 100 ** (jnp.arange(2) / 2))]),
        A5,
    ),
    "batch statistics": one(lambda x: (x - x.mean(0)) / (x.std(0) + 1), A423, axes=2),
    "distance matrix": one(lambda x: jnp.sqrt(jnp.maximum(((x[:, None] - x[None]) ** 2).sum(-1), 0)), A423),
    "metropolis": one(
        lambda key, x: lax.fori_loop(
            0,
            3,
            lambda i, s: (lambda k, u: (k, jnp.where(u < jnp.exp(-(s[1] ** 2)), s[1] + u, s[1])))(
                *(lambda ks: (ks[0], jax.random.uniform(ks[1])))(jax.random.split(s[0]))
            ),
            (key, x),
        )[1],
        jax.random.split(jax.random.key(1), 5),
        A5,
    ),
    "beam step": one(
        lambda s, logits: lax.top_k((s[:, None] + jax.nn.log_softmax(logits, -1)).ravel(), 2),
        A23[:, :2].repeat(2, 0),
        A423,
    ),
    "softmax regression": one(
        jax.grad(lambda w, x, i: cross_entropy(w @ x, i)), A23, A53, INTS % 2, axes=(None, 0, 0), out=2
    ),
    "mandelbrot": one(
        lambda c: lax.while_loop(
            lambda s: (s[1] < 8) & (jnp.abs(s[0]) < 2), lambda s: (s[0] * s[0] + c, s[1] + 1), (c * 0, 0)
        )[1],
        np.asarray([0.1 + 0.1j, 1 + 1j], np.complex64),
    ),
    "power iteration": one(
        lambda a, v: lax.fori_loop(0, 3, lambda _, v: (w := a @ v) / jnp.linalg.norm(w), v), SPD, A5[:3], axes=(0, None)
    ),
    "sinkhorn": one(
        lambda k: lax.fori_loop(0, 2, lambda _, m: (m := m / m.sum(0)) / m.sum(1, keepdims=True), jnp.exp(k)),
        A423,
        axes=1,
    ),
    "mixture": one(
        lambda x, mu: jax.scipy.special.logsumexp(jax.scipy.stats.norm.logpdf(x, mu, 1.0) - jnp.log(3.0)),
        A4,
        A53[0],
        axes=(0, None),
    ),
}

PROGRAMS = {**DERIVATIVES, **MODELS}
