"""One element at a time: jax.lax, its special functions, and what jax.numpy and jax.scipy.special build from them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as special
import numpy as np
from jax import lax

from tests.engine.corpus.case import (
    A4,
    A5,
    A35,
    A46,
    A53,
    A423,
    BOOLS,
    BOOLS53,
    COMPLEX,
    INTS,
    INTS53,
    UNIT,
    UNIT35,
    WORDS,
    Case,
    one,
)

UNARY_NAMES = (
    *(
        "log sqrt rsqrt cbrt",
        "lgamma digamma",
        "log1p exp2",
        "bessel_i0e bessel_i1e",
        "acosh square",
        "asin acos atanh",
    ),
    *(
        "erf_inv tan",
        "sin cos",
        "atan sinh cosh",
        "tanh asinh logistic",
        "exp expm1",
        "erf erfc neg",
        "floor ceil round",
    ),
    *("sign abs", "is_finite", "tan", "exp", "cosh"),
)
AXES = ((0, 0), (1, 1), (-1, 0), (1, -1))


def all_of(names: str) -> Callable[[Any], Any]:
    """The functions of jax.lax with these names, side by side."""
    return lambda x: [getattr(lax, name)(x) for name in names.split()]


# Each row with axes of its own: the batch axis moves through them.
UNARY: dict[str, Case] = {
    f"lax: {names}": one(all_of(names), np.moveaxis(UNIT35 + 1 * ("acosh" in names), 1, place), axes=place, out=out)
    for names, (place, out) in zip(UNARY_NAMES, itertools.cycle(AXES), strict=False)
}

BINARY: dict[str, Case] = {
    "lax.add": one(lax.add, A5, A5),
    "lax.div": one(lax.div, A5, UNIT),
    "lax.rem": one(lambda x: lax.rem(x, 3), INTS),
    "lax.pow": one(lax.pow, A5, UNIT, axes=(None, 0)),
    "lax.max": one(lax.max, A53, A35, axes=(0, 1)),
    "lax.min": one(lax.min, A53, A35, axes=(0, -1), out=-1),
    "lax.atan2": one(lax.atan2, A5, UNIT),
    "lax.nextafter": one(lax.nextafter, A5, UNIT),
    "lax.eq": one(lax.eq, INTS, INTS[::-1]),
    "lax.ne": one(lax.ne, INTS53, INTS53[0], axes=(0, None)),
    "lax.lt": one(lax.lt, A53, A35, axes=(0, 1), out=1),
    "lax.or": one(lax.bitwise_or, BOOLS53, BOOLS, axes=(1, None), out=1),
    "lax.xor": one(lax.bitwise_xor, INTS, INTS[::-1]),
    "lax.not": one(lambda x: ~x, BOOLS53, axes=1),
    "lax.shift_left": one(lambda x: x << 2, INTS),
    "lax.shift_right_logical": one(lambda x, n: lax.shift_right_logical(x, n), INTS, INTS),
    "lax.shift_right_arithmetic": one(lambda x: -x >> 1, INTS53, axes=-1),
    "lax.clz": one(lax.clz, WORDS),
    "lax.population_count": one(lax.population_count, WORDS),
    "lax.clamp": one(lambda low, x: lax.clamp(low, x, 3.0), UNIT, A5),
    "lax.select_n": one(lambda p, x, y: lax.select_n(p, x, y), BOOLS, A5, UNIT),
    "lax.select_n of three": one(lambda i, x: lax.select_n(i, x, -x, x * x), INTS % 3, A5),
    "lax.igamma": one(lax.igamma, A5, UNIT),
    "lax.igamma_grad_a": one(lax.igamma_grad_a, A5, UNIT),
    "lax.random_gamma_grad": one(lax.random_gamma_grad, A5, UNIT),
    "lax.polygamma": one(lax.polygamma, A5, A5),
    "lax.zeta": one(lambda x, q: lax.zeta(x + 1.5, q), A5, UNIT),
    "lax.betainc": one(lax.betainc, A5, A5, UNIT, axes=(0, None, 0)),
    "lax.complex": one(lax.complex, A5, UNIT),
    "lax.real and imag": one(lambda z: lax.real(z) + lax.imag(z), COMPLEX),
    "lax.conj": one(lambda z: lax.conj(z) * z, COMPLEX),
    "lax.reduce_precision": one(lambda x: lax.reduce_precision(x, 5, 3), A53, axes=1),
    "lax.integer_pow": one(lambda x: x**3 + x**5, A5),
    "lax.convert": one(lambda x: lax.convert_element_type(x, jnp.int8), A5),
    "lax.bitcast": one(lambda x: lax.bitcast_convert_type(x, jnp.uint32), A53, axes=-1),
    "lax.bitcast to bytes": one(lambda x: lax.bitcast_convert_type(x, jnp.uint8).sum(), A53),
    "lax.stop_gradient": one(lambda x: lax.stop_gradient(jnp.sin(x)) * x, A5),
    "lax.optimization_barrier": one(lambda x, y: lax.optimization_barrier((x + y, y)), A5, 2.0, axes=(0, None)),
    "lax.exp and convert": one(lambda x: jnp.exp(x.astype(jnp.float16)), A5),
}

NUMPY: dict[str, Case] = {
    "jnp.hypot": one(jnp.hypot, A5, UNIT),
    "jnp.logaddexp": one(jnp.logaddexp, A53, A53[0], axes=(0, None), out=1),
    "jnp.heaviside": one(jnp.heaviside, A4, 0.5, axes=(0, None)),
    "jnp.sinc": one(jnp.sinc, A4),
    "jnp.i0": one(jnp.i0, A35, axes=1),
    "jnp.frexp": one(jnp.frexp, A5),
    "jnp.ldexp": one(lambda x, n: jnp.ldexp(x, n) + 1, UNIT, INTS),
    "jnp.modf": one(jnp.modf, A46, axes=1, out=(0, 1)),
    "jnp.divmod": one(lambda x: jnp.divmod(x, 3), INTS),
    "jnp.fmod": one(lambda x: jnp.fmod(x, 2.0), A35, axes=-1),
    "jnp.remainder": one(lambda x, y: jnp.remainder(x, y) + 1, A4, 2.0, axes=(0, None)),
    "jnp.float_power": one(jnp.float_power, A5, 3, axes=(0, None)),
    "jnp.gcd": one(jnp.gcd, INTS, INTS[::-1]),
    "jnp.nan_to_num": one(lambda x: jnp.nan_to_num(1.0 / x), A53),
    "jnp.spacing": one(jnp.spacing, A5),
    "jnp.deg2rad": one(jnp.deg2rad, A35, axes=1),
    "jnp.angle": one(jnp.angle, COMPLEX),
    "jnp.where": one(lambda x: jnp.where(x > 1, x, 0.0), A53, axes=1),
    "jnp.clip": one(lambda x: jnp.clip(jnp.tan(x), -1, 1), A53),
    "jnp.select": one(lambda x: jnp.select([x < 1, x < 3], [x, 2 * x], 7.0), A53),
    "jnp.piecewise": one(lambda x: jnp.piecewise(x, [x < 2, x >= 2], [jnp.sin, lambda x: x * x]), A5),
    "jnp.unwrap": one(jnp.unwrap, A46),
    "jnp.bitwise_count": one(lambda x: jnp.bitwise_count(x) * x, INTS),
    "jnp.real_if": one(lambda z: jnp.abs(z) * jnp.exp(1j * jnp.angle(z)), COMPLEX),
    "weak types": one(lambda x: 2 * x + 1.5, 3.0, axis_size=3, axes=None),
}

SPECIAL: dict[str, Case] = {
    "special.beta": one(special.beta, A5, UNIT),
    "special.entr": one(special.entr, UNIT35, axes=1),
    "special.expi": one(special.expi, A5),
    "special.expn": one(lambda x: special.expn(2, x) * x, A5),
    "special.kl_div": one(special.kl_div, UNIT, A5),
    "special.log_ndtr": one(special.log_ndtr, A4),
    "special.logit": one(special.logit, UNIT35, axes=-1),
    "special.logsumexp": one(special.logsumexp, A35, axes=1),
    "special.multigammaln": one(lambda x: special.multigammaln(x + 3, 2), A5),
    "special.ndtri": one(special.ndtri, UNIT),
    "special.polygamma": one(lambda x: special.polygamma(1, x) / x, A5),
    "special.softmax": one(special.softmax, A423, axes=2, out=2),
    "special.spence": one(special.spence, A5),
    "special.hyp1f1": one(special.hyp1f1, A5, A5, UNIT, axes=(0, None, 0)),
    "special.bernoulli": one(lambda x: x * special.bernoulli(4), A5),
    "special.sph_harm_y": one(
        lambda t: special.sph_harm_y(jnp.array([2]), jnp.array([1]), t[None], t[None] * 0.5, n_max=2),
        UNIT,
        needs="jax.scipy.special.sph_harm_y",
    ),
}

NN: dict[str, Case] = {
    "nn.relu": one(jax.nn.relu, A53),
    "nn.gelu": one(jax.nn.gelu, A5),
    "nn.gelu exact": one(lambda x: jax.nn.gelu(x, approximate=False), A5),
    "nn.silu": one(jax.nn.silu, A53, axes=1, out=1),
    "nn.selu": one(jax.nn.selu, A4),
    "nn.glu": one(jax.nn.glu, A46),
    "nn.softplus": one(jax.nn.softplus, A4),
    "nn.log_softmax": one(jax.nn.log_softmax, A53, axes=1, out=-1),
    "nn.softmax where": one(lambda x: jax.nn.softmax(x, where=x > 0), A53 + 1),
    "nn.one_hot": one(lambda i: jax.nn.one_hot(i, 7), INTS, out=1),
    "nn.standardize": one(jax.nn.standardize, A46),
    "nn.squareplus": one(jax.nn.squareplus, A4),
    "nn.attention": one(
        lambda q, k: jax.nn.dot_product_attention(q[:, None], k[:, None], k[:, None], is_causal=True),
        A423,
        A423[0],
        axes=(0, None),
    ),
}

PROGRAMS = {**UNARY, **BINARY, **NUMPY, **SPECIAL, **NN}
