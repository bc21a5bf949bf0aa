"""Functions that JAX treats as such: jit, custom derivatives and batching, checkpoints, callbacks, references, kernels."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from tests.engine.corpus.case import A5, A23, A35, A46, A53, A423, UNIT, Case, one

WEIGHTS = jnp.arange(3.0)
TABLE = jnp.arange(12.0).reshape(4, 3)

double_sine = jax.jit(lambda x: jnp.sin(x) * 2)
shared = jax.jit(lambda x: jnp.exp(x) - x)


@jax.jit
def outer_jit(x, y):
    return shared(x) + jax.jit(lambda z: shared(z) / 2)(y)


@functools.partial(jax.jit, static_argnums=1)
def power(x, n):
    return x**n


@jax.custom_jvp
def clipped(x):
    return jnp.clip(x, 0.0, 1.0)


clipped.defjvp(lambda primals, tangents: (clipped(*primals), tangents[0]))


@jax.custom_jvp
def weighted(x):
    return x * WEIGHTS


weighted.defjvp(lambda primals, tangents: (weighted(*primals), tangents[0] * WEIGHTS))


@jax.custom_vjp
def doubled(x):
    return x * 2


doubled.defvjp(lambda x: (doubled(x), None), lambda _, g: (g * 2,))


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def applied(f, x):
    return f(x) + WEIGHTS


applied.defvjp(lambda f, x: (applied(f, x), x), lambda f, x, g: (g * jnp.cos(x),))


@jax.custom_batching.custom_vmap
def counted(x, y):
    return jnp.sin(x) + y


@counted.def_vmap
def _counted_rule(axis_size, in_batched, x, y):
    y = y if in_batched[1] else jnp.broadcast_to(y, (axis_size,))
    return jnp.sin(x) + y, True


@jax.custom_batching.sequential_vmap
def one_by_one(x):
    return jnp.cumsum(jnp.abs(x))


def callback(x):
    return jax.pure_callback(lambda x: np.sin(x), jax.ShapeDtypeStruct(x.shape, x.dtype), x, vmap_method="expand_dims")


def sequential_callback(x):
    shape = jax.ShapeDtypeStruct((), jnp.float32)
    return jax.pure_callback(lambda x: np.float32(np.sum(x)), shape, x, vmap_method="sequential") + 1


def io_call(x, y):
    return jax.experimental.io_callback(lambda x, y: np.asarray(x + y), jax.ShapeDtypeStruct((), jnp.float32), x, y)


def noisy(x):
    jax.debug.print("x = {x}", x=x)
    return x * 3


def watched(x):
    jax.debug.callback(lambda x: None, x.sum())
    return jnp.tanh(x)


def with_reference(x):
    ref = jax.new_ref(x)
    ref[0:1] = ref[1:2] * 2
    jax.ref.addupdate(ref, slice(1, 2), x[2:])
    return ref[...]


def in_a_kernel(x):
    from jax.experimental import pallas

    def kernel(x, out):
        out[...] = x[...] * 2 + 1

    return pallas.pallas_call(kernel, jax.ShapeDtypeStruct(x.shape, x.dtype), interpret=True)(x)


JITS: dict[str, Case] = {
    "jit": one(jax.jit(lambda x: jnp.sinh(x) + 1), A5),
    "jit in a jit": one(jax.jit(lambda x: jax.jit(lambda y: y * y + x)(x)), A53, axes=1, out=1),
    "jit twice": one(lambda x: double_sine(x) + double_sine(2 * x), A5),
    "jit thrice at two types": one(lambda x, y: double_sine(x).sum() + double_sine(y) + double_sine(y * y), A53, A5),
    "jit batched and unbatched": one(lambda x, y: double_sine(x) * double_sine(y), A5, 2.0, axes=(0, None)),
    "jit of jits that share": one(outer_jit, A5, UNIT),
    "jit with a static argument": one(lambda x: power(x, 3) + power(x, 2) * 4, A5),
    "jit that ignores an argument": one(jax.jit(lambda x, y: x - 7), A5, A53),
    "jit that returns its input": one(
        jax.jit(lambda x, y: (y, x, jnp.floor(x))), A5, 3.0, axes=(0, None), out=(None, 0, 0)
    ),
    "jit with constants": one(jax.jit(lambda i: TABLE[i] * WEIGHTS), np.array([1, 3])),
    "jit with donated": one(jax.jit(lambda x: x / 7 - 2, donate_argnums=0), A35, axes=-1),
    "named scope": one(jax.named_scope("inside")(lambda x: jnp.sin(x) - jnp.cos(x)), A5),
    "many jits": one(lambda x: functools.reduce(lambda c, _: shared(-c), range(6), x), A5),
}

CUSTOM: dict[str, Case] = {
    "custom_jvp": one(lambda x: clipped(x) * 2, A5),
    "custom_jvp with constants": one(weighted, A53),
    "custom_jvp with constants in a jit": one(jax.jit(lambda x: weighted(x) + weighted(2 * x)), A35, axes=1),
    "gradient of a custom_jvp": one(jax.grad(lambda x: weighted(x).sum()), A53),
    "custom_vjp": one(lambda x: doubled(x) + 1, A5),
    "custom_vjp of a function": one(lambda x: applied(jnp.sin, x), A53, axes=0, out=1),
    "gradient of a custom_vjp": one(jax.grad(lambda x: doubled(jnp.sin(x))), A5),
    "custom_vjp in a scan": one(lambda x: lax.scan(lambda c, t: (doubled(c) + t, c), x, jnp.arange(3.0)), A5),
    "custom_vmap": one(counted, A5, 1.0, axes=(0, None)),
    "custom_vmap in a jit": one(jax.jit(lambda x, y: counted(x, y) * 2), A5, UNIT),
    "custom_vmap not reached": one(lambda x, y: counted(y, y) * jnp.floor(x), A5, 0.5, axes=(0, None)),
    "sequential_vmap": one(one_by_one, A53),
    "closure_convert": one(
        lambda x: (lambda f, hoisted: f(x, *hoisted))(*jax.closure_convert(lambda y: y**2 * x.sum(), x)), A53
    ),
    "custom_gradient": one(jax.grad(jax.custom_gradient(lambda x: (x * 2, lambda g: g * jnp.cos(x)))), A5),
    "checkpoint": one(jax.checkpoint(lambda x: jnp.sin(jnp.sin(x))), A5),
    "checkpoint with a policy": one(
        jax.grad(
            jax.checkpoint(
                lambda x: jnp.sin(checkpoint_name(jnp.exp(x), "kept")),
                policy=jax.checkpoint_policies.save_only_these_names("kept"),
            )
        ),
        A5,
    ),
    "checkpoint_name": one(lambda x: checkpoint_name(x * 2, "twice") / 3, A53, axes=1),
    "gradient of a checkpoint": one(jax.grad(lambda x: jax.checkpoint(lambda x: jnp.tanh(jnp.sin(x)).sum())(x)), A46),
    "eager constant": one(lambda x: lax.rsqrt(x) * float(np.sqrt(2.0)) + WEIGHTS, A5),
    "dce_sink": one(lambda x: (lax.dce_sink(jnp.sin(x)), x * 2)[1], A5, needs="jax.lax.dce_sink"),
}

OUTSIDE: dict[str, Case] = {
    "pure_callback": one(callback, A53, axes=1),
    "pure_callback one by one": one(sequential_callback, A53),
    "pure_callback in a cond": one(lambda x: lax.cond(x > 2, callback, lambda x: x, x), A5),
    "io_callback": one(io_call, A5, 1.0, axes=(0, None)),
    "debug.print": one(noisy, A5),
    "debug.print in a scan": one(lambda x: lax.scan(lambda c, t: (noisy(c) + t, None), x, jnp.arange(2.0))[0], A5),
    "debug.callback": one(watched, A53),
    "device_put": one(lambda x: jax.device_put(x * 2, jax.devices()[0]) + 1, A53, axes=1),
    "reference": one(with_reference, A53, needs="jax.new_ref"),
    "reference in a loop": one(
        lambda x: (
            ref := jax.new_ref(jnp.zeros(())),
            lax.fori_loop(0, 3, lambda i, c: (jax.ref.addupdate(ref, ..., x * c), c)[1], x),
            ref[...],
        )[2],
        A5,
        needs="jax.new_ref",
    ),
    "frozen reference": one(
        lambda x: jax.freeze((ref := jax.new_ref(x), jax.ref.swap(ref, ..., x * 2))[0]), A5, needs="jax.freeze"
    ),
    "kernel": one(in_a_kernel, A46),
    "inner vmap": one(lambda x: jax.vmap(lambda a, b: jnp.cos(a @ b), (0, None))(jnp.asarray(A53), x), A53),
    "inner vmap over a name": one(lambda x: jax.vmap(lambda y: y - lax.pmean(y, "j"), axis_name="j")(x), A423, axes=1),
    "inner vmap of vmaps": one(
        lambda x, y: jax.vmap(jax.vmap(jnp.subtract, (None, 0)), (0, None), 1)(x, y), A53, A23[0], axes=(0, None)
    ),
    "closed over": one(lambda x: x * WEIGHTS > 2, A53),
    "closed over by a loop": one(lambda i: lax.fori_loop(0, 2, lambda k, c: c + TABLE[k, i], 0.0), np.array([0, 2])),
    "numpy closed over": one(lambda x: np.arange(3.0, dtype=np.float32) - x @ np.eye(3, dtype=np.float32), A53),
    "sharding constraint": one(
        lambda x: lax.with_sharding_constraint(x * 2, jax.sharding.SingleDeviceSharding(jax.devices()[0])) / 3, A53
    ),
}

PROGRAMS = {**JITS, **CUSTOM, **OUTSIDE}
