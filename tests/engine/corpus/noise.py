"""Random numbers: keys of the old and the new kind, what is done with them, and the distributions."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax, random

from tests.engine.corpus.case import A5, A35, A53, UNIT, Case, many, one
from vmapviz.engine.calls import Vmap

KEYS = random.split(random.key(0), 4)
OLD = random.split(random.PRNGKey(1), 5)
RBG = random.split(random.key(2, impl="rbg"), 4)

PROGRAMS: dict[str, Case] = {
    "normal": one(lambda key: random.normal(key, (3,)), KEYS),
    "normal of old keys": one(lambda key: random.normal(key), OLD, axes=0),
    "uniform of old keys": one(lambda key: random.uniform(key, (2,), minval=-1.0), OLD, axes=0, out=1),
    "old keys on the last axis": one(lambda key: random.exponential(key, (2,)), OLD.T, axes=1),
    "one key for all": one(lambda key, x: x + random.uniform(key, (3,)), KEYS[0], A53, axes=(None, 0)),
    "split of keys": one(lambda key: random.split(key, 3), KEYS, out=1),
    "split and use": one(lambda key: jax.vmap(random.uniform)(random.split(key)).sum(), KEYS),
    "fold_in": one(lambda key, i: random.key_data(random.fold_in(key, i)), KEYS[1], jnp.arange(3), axes=(None, 0)),
    "fold_in both": one(lambda key, i: random.bits(random.fold_in(key, i)), KEYS, jnp.arange(4)),
    "seed": one(lambda seed: random.key_data(random.key(seed)), jnp.arange(3)),
    "seed of an old key": one(lambda seed: random.PRNGKey(seed) + jnp.uint32(1), jnp.arange(3), out=1),
    "key data": one(lambda key: random.key_data(key), KEYS),
    "wrap": one(lambda data: random.wrap_key_data(data), random.key_data(KEYS)),
    "clone": one(lambda key: random.normal(random.clone(key)) + 1, KEYS),
    "randint": one(lambda key: random.randint(key, (2,), 0, 9), KEYS),
    "permutation": one(lambda key: random.permutation(key, 5), KEYS),
    "shuffled": one(lambda key, x: random.permutation(key, x), KEYS, A53[0], axes=(0, None)),
    "choice": one(lambda key, x: random.choice(key, x, (2,)), KEYS, A5, axes=(0, None)),
    "choice without replacement": one(
        lambda key, p: random.choice(key, 3, (2,), replace=False, p=p), KEYS, UNIT[:3], axes=(0, None)
    ),
    "bernoulli": one(lambda key, p: random.bernoulli(key, p), KEYS, 0.3, axes=(0, None)),
    "categorical": one(lambda key, logits: random.categorical(key, logits), OLD, A53),
    "gamma": one(lambda key, a: random.gamma(key, a), OLD, UNIT),
    "gradient of gamma": one(lambda key, a: jax.grad(lambda a: random.gamma(key, a))(a), OLD, UNIT),
    "poisson": one(lambda key, lam: random.poisson(key, lam), OLD, UNIT),
    "multivariate noise": one(lambda key, m: random.multivariate_normal(key, m, jnp.eye(3)), OLD, A53),
    "rademacher": one(lambda key: random.rademacher(key, (3,)), KEYS),
    "orthogonal": one(lambda key: random.orthogonal(key, 2) @ jnp.ones(2), KEYS),
    "rbg": one(lambda key: random.normal(key, (2,)) - 1, RBG, loop=False),
    "rbg split": one(lambda key: random.uniform(random.split(key, 2)[1]), RBG, loop=False),
    "rng_bit_generator": one(
        lambda s: lax.rng_bit_generator(s, (3,))[1], jnp.arange(8, dtype=jnp.uint32).reshape(2, 4), loop=False
    ),
    "keys in a scan": one(
        lambda key, x: lax.scan(
            lambda k, t: ((ks := random.split(k))[0], random.normal(ks[1]) + t * x), key, jnp.arange(3.0)
        )[1],
        OLD,
        A5,
    ),
    "keys in a cond": one(lambda key, x: lax.cond(x > 2, lambda: random.normal(key), lambda: x), OLD, A5),
    "keys chosen": one(lambda keys, i: random.uniform(keys[i]) * 2, KEYS, jnp.arange(3), axes=(None, 0)),
    "noise in a jit": one(jax.jit(lambda key, x: x + 0.1 * random.normal(key, x.shape)), OLD, A35, axes=(0, 1), out=1),
    "keys and numbers": many(lambda key, x: random.uniform(key) * x, (Vmap((0, None)), Vmap((None, 0))), KEYS, A5),
}
