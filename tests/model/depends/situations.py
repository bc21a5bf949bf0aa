"""Small programs of one or two equations, and how their arguments are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

Rng = np.random.Generator


class Maker(NamedTuple):
    """A function and what it is given."""

    fun: Callable[..., Any]
    given: Callable[[Rng], list[Any]]


def of(
    fun: Callable[..., Any],
    *shapes: tuple[int, ...],
    integers: tuple[tuple[int, ...], ...] = (),
    high: int = 3,
) -> Maker:
    """A function of floats, then of whole numbers from 0 to `high`, exclusive."""

    def given(rng: Rng) -> list[Any]:
        floats = [rng.normal(size=shape).astype(np.float32) + np.float32(0) for shape in shapes]
        return [*floats, *(np.asarray(rng.integers(0, high, shape), np.int32) for shape in integers)]

    return Maker(fun, given)


def keyed(fun: Callable[..., Any]) -> Maker:
    return Maker(fun, lambda rng: [jax.random.key(int(rng.integers(1000)))])


def state(fun: Callable[..., Any]) -> Maker:
    """A function of the state of a generator whose counter is about to carry into its high word."""
    return Maker(fun, lambda rng: [rng.integers(2**32 - 3, 2**32, 4, np.uint32)])


def spd(fun: Callable[..., Any], *more: tuple[int, ...]) -> Maker:
    """A function of a matrix far from singular, and of others."""

    def given(rng: Rng) -> list[Any]:
        root = rng.normal(size=(3, 3))
        matrix = (root @ root.T + 200 * np.eye(3)).astype(np.float32)
        return [matrix, *(rng.normal(size=shape).astype(np.float32) for shape in more)]

    return Maker(fun, given)


def conv(**settings: Any) -> Callable[..., Any]:
    return lambda x, w: lax.conv_general_dilated(x, w, **settings)


def window(how: Any, start: float, *sizes: Any, **more: Any) -> Callable[..., Any]:
    return lambda x: lax.reduce_window(x, start, how, *sizes, **more)


def pooling(x: Any) -> Any:
    return lax.reduce_window(x, -np.inf, lax.max, (3, 1), (2, 1), "SAME")


def pooled(x: Any) -> Any:
    return jax.grad(lambda v: (pooling(v) * x[:3]).sum())(x)


def reduce_bits(x: Any) -> Any:
    return lax.reduce(x, np.float32(0), lambda a, b: a + b * 2, (0,))


def counted(x: Any, n: Any) -> Any:
    return lax.while_loop(lambda c: c[1] < 3, lambda c: (c[0] * 2 + c[2], c[1] + 1, c[2]), (x, n, x[::-1]))[0]


def rolled(x: Any, ys: Any) -> Any:
    return lax.scan(lambda c, y: (c + y, c * y[0]), x, ys)


def switched(x: Any, n: Any) -> Any:
    return lax.switch(n, [lambda v: v[::-1], lambda v: v * 2, lambda v: v + 3 * v[0]], x)


SITUATIONS: dict[str, Maker] = {
    "add": of(lambda x, y: x + y, (2, 3), (2, 3)),
    "broadcast row": of(lambda x, y: x * y, (2, 3), (3,)),
    "scalar": of(lambda x, s: x - s, (2, 3), ()),
    "stretched": of(lambda x, y: lax.mul(x, y), (2, 3), (2, 1)),
    "unary": of(lambda x: jnp.sin(jnp.exp(x)), (3,)),
    "relu": of(lambda x: jax.nn.relu(x), (4,)),
    "max": of(jnp.maximum, (3,), (3,)),
    "clamp": of(lambda a, x, b: lax.clamp(a - 60, x, b + 60), (), (3,), ()),
    "integer_pow": of(lambda x: (x + 9) ** 3, (3,)),
    "where": of(lambda x, y: jnp.where(x > 0, x, y), (4,), (4,)),
    "select": of(lambda x, y, n: lax.select_n(n, x, y, x * 2), (4,), (4,), integers=((4,),)),
    "select scalar": of(lambda x, y, n: lax.select_n(n > 0, x, y), (4,), (4,), integers=((),), high=2),
    "convert": of(lambda n: n.astype(jnp.float32) + 0.5, integers=((3,),)),
    "bitcast": of(lambda x: lax.bitcast_convert_type(x, jnp.int8), (3,)),
    "broadcast_in_dim": of(lambda x: lax.broadcast_in_dim(x, (2, 3, 2), (0, 2)), (2, 1)),
    "reshape": of(lambda x: x.reshape(3, 2, 2), (4, 3)),
    "squeeze": of(lambda x: lax.squeeze(x, (1,)), (3, 1, 2)),
    "expand_dims": of(lambda x: lax.expand_dims(x, (0, 2)), (3, 2)),
    "transpose": of(lambda x: x.transpose(1, 2, 0), (2, 3, 2)),
    "rev": of(lambda x: lax.rev(x, (1,)), (2, 3)),
    "slice": of(lambda x: x[1:6:2, 1:], (7, 3)),
    "pad": of(lambda x: lax.pad(x, np.float32(0), ((1, -1, 1), (-1, 2, 0))), (3, 3)),
    "concatenate": of(lambda x, y: lax.concatenate([x, y, x], 1), (2, 1), (2, 2)),
    "split": of(lambda x: lax.split(x, (1, 2), axis=1), (2, 3)),
    "stack": of(lambda x, y: jnp.stack([x, y, x], 1), (2, 2), (2, 2)),
    "unstack": of(lambda x: jnp.unstack(x, axis=1), (2, 3)),
    "tile": of(lambda x: jnp.tile(x, (2, 2)), (2, 2)),
    "iota": of(lambda x: x + lax.iota(jnp.float32, 3), (3,)),
    "sum": of(lambda x: x.sum((0, 2)), (2, 3, 2)),
    "max along": of(lambda x: x.max(1), (2, 3)),
    "prod": of(lambda x: jnp.prod(x + 3, 0), (3, 2)),
    "argmax": of(lambda x: jnp.argmax(x, 1), (2, 4)),
    "argmin": of(lambda x: jnp.argmin(x), (4,)),
    "any": of(lambda x: (x > 1).any(0), (3, 2)),
    "reduce": of(reduce_bits, (3, 2)),
    "cumsum": of(lambda x: lax.cumsum(x, axis=1), (2, 3)),
    "cumsum reverse": of(lambda x: lax.cumsum(x, axis=0, reverse=True), (3, 2)),
    "cummax": of(lambda x: lax.cummax(x), (4,)),
    "cumprod": of(lambda x: lax.cumprod(x + 3), (4,)),
    "cumlogsumexp": of(lambda x: lax.cumlogsumexp(x / 30), (3,)),
    "matvec": of(lambda W, x: W @ x, (2, 3), (3,)),
    "dot": of(lambda x, y: x @ y, (3,), (3,)),
    "einsum": of(lambda x, y: jnp.einsum("iabj,jbk->ikb", x, y), (2, 2, 2, 2), (2, 2, 3)),
    "outer": of(lambda x, y: jnp.einsum("i,j->ij", x, y), (2,), (3,)),
    "dynamic_slice": of(lambda x, i, j: lax.dynamic_slice(x, (i, j), (2, 2)), (4, 2), integers=((), ()), high=5),
    "dynamic_update_slice": of(
        lambda x, u, i, j: lax.dynamic_update_slice(x, u, (i, j)), (4, 3), (2, 3), integers=((), ()), high=4
    ),
    "index": of(lambda x, i: x[i], (4, 2), integers=((),)),
    "take": of(lambda x, i: jnp.take(x, i, axis=1), (2, 4), integers=((3,),)),
    "take fill": of(lambda x, i: jnp.take(x, i + 2, axis=0, mode="fill"), (4, 2), integers=((3,),)),
    "take clip": of(lambda x, i: jnp.take(x, i * 2, axis=0, mode="clip"), (4, 2), integers=((3,),)),
    "two indices": of(lambda x, i, j: x[i, :, j], (3, 2, 3), integers=((2,), (2,))),
    "take along": of(lambda x, i: jnp.take_along_axis(x, i, axis=1), (2, 3), integers=((2, 2),)),
    "set": of(lambda x, u, i: x.at[i].set(u), (4, 2), (2,), integers=((),)),
    "set several": of(lambda x, u, i: x.at[:, i].set(u), (2, 4), (2, 2), integers=((2,),)),
    "set dropped": of(lambda x, u, i: x.at[i * 2].set(u, mode="drop"), (3,), (2,), integers=((2,),)),
    "add at": of(lambda x, u, i: x.at[i].add(u), (3, 2), (2, 2), integers=((2,),)),
    "max at": of(lambda x, u, i: x.at[i].max(u), (3,), (2,), integers=((2,),)),
    "multiply at": of(lambda x, u, i, j: x.at[i, j].multiply(u + 3), (3, 2), (2,), integers=((2,), (2,))),
    "segment sum": of(lambda u, i: jax.ops.segment_sum(u, i, 3), (4,), integers=((4,),)),
    "sort": of(lambda x: lax.sort(x, dimension=0), (3, 2)),
    "argsort": of(lambda x: jnp.argsort(x), (4,)),
    "sort by two keys": of(
        lambda a, b, c: lax.sort((a, b, c), dimension=0, num_keys=2), integers=((3,), (3,), (3,)), high=3
    ),
    "top_k": of(lambda x: lax.top_k(x, 2), (2, 4)),
    "fft": of(lambda x: jnp.fft.fft(x.astype(jnp.complex64)), (2, 3)),
    "rfft": of(lambda x: jnp.fft.rfft2(x), (3, 3)),
    "window sum": of(window(lax.add, 0.0, (2, 2), (1, 2), "SAME"), (3, 4)),
    "window max": of(window(lax.max, -np.inf, (3,), (2,), ((1, 1),), window_dilation=(2,)), (6,)),
    "window min": of(window(lax.min, np.inf, (2,), (1,), ((0, 1),), base_dilation=(2,)), (3,)),
    "conv": of(conv(window_strides=(1, 2), padding="SAME"), (1, 2, 3, 4), (2, 2, 2, 3)),
    "conv dilated": of(
        conv(window_strides=(1,), padding=((1, 2),), lhs_dilation=(2,), rhs_dilation=(2,)), (1, 1, 3), (1, 1, 2)
    ),
    "conv groups": of(conv(window_strides=(1,), padding="VALID", feature_group_count=2), (1, 4, 3), (4, 2, 2)),
    "conv batch groups": of(conv(window_strides=(1,), padding="VALID", batch_group_count=2), (4, 1, 3), (2, 1, 2)),
    "conv channels last": of(
        conv(window_strides=(1,), padding="VALID", dimension_numbers=("NWC", "WIO", "NWC")), (2, 4, 2), (2, 2, 1)
    ),
    "cholesky": spd(lambda a: lax.linalg.cholesky(a, symmetrize_input=False)),
    "solve lower": spd(lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True), (3, 2)),
    "solve upper": spd(lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=False), (3, 2)),
    "solve transposed": spd(
        lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True, transpose_a=True), (3, 1)
    ),
    "solve from the right": spd(
        lambda a, b: lax.linalg.triangular_solve(a, b, left_side=False, lower=True, unit_diagonal=True), (1, 3)
    ),
    "eigh": spd(lambda a: lax.linalg.eigh(a, symmetrize_input=False)),
    "svd": of(lambda a: jnp.linalg.svd(a, full_matrices=False), (3, 2)),
    "qr": of(lambda a: lax.linalg.qr(a, full_matrices=False), (3, 2)),
    "qr wide": of(lambda a: lax.linalg.qr(a, full_matrices=True), (2, 3)),
    "qr square": of(lambda a: lax.linalg.qr(a), (3, 3)),
    "lu": of(lambda a: lax.linalg.lu(a), (3, 3)),
    "vague solve": of(lambda a, b: jnp.linalg.solve(a, b), (3, 3), (3,)),
    "ragged dot": of(lambda a, b, g: lax.ragged_dot(a, b, g), (4, 2), (2, 2, 2), integers=((2,),), high=4),
    "qr raw": of(lambda a: jnp.linalg.qr(a, mode="raw"), (3, 2)),
    "householder": of(lambda a, t: lax.linalg.householder_product(a, t), (3, 2), (2,)),
    "symmetric": of(lambda a, c: lax.linalg.symmetric_product(a, c, beta=0.5), (3, 2), (3, 3)),
    "gradient of a pool": of(pooled, (5, 2)),
    "tangent of a pool": of(lambda x, t: jax.jvp(pooling, (x,), (t,))[1], (5, 2), (5, 2)),
    "random bits": keyed(lambda k: jax.random.bits(k, (2, 2))),
    "random uniform": keyed(lambda k: jax.random.uniform(k, (3,))),
    **{
        f"random bits of a state, {how}": state(lambda s, a=algorithm: lax.rng_bit_generator(s, (2, 2), algorithm=a))
        for how, algorithm in lax.RandomAlgorithm.__members__.items()
    },
    "random split": keyed(lambda k: jax.random.split(k, 3)),
    "random normal": keyed(lambda k: jax.random.normal(k, (2,))),
    "jit": of(jax.jit(lambda W, x: jnp.tanh(W @ x)[::-1]), (2, 3), (3,)),
    "jit index": of(jax.jit(lambda x, i: x[i] * 2), (4, 2), integers=((2,),)),
    "checkpoint": of(jax.checkpoint(lambda x: jnp.sin(x[::-1])), (3,)),
    "vague softplus": of(jax.nn.softplus, (3,)),
    "softmax": of(jax.nn.softmax, (3,)),
    "cond": of(switched, (3,), integers=((),)),
    "scan": of(rolled, (2,), (3, 2)),
    "scan reverse": of(lambda x, ys: lax.scan(lambda c, y: (c + y, c), x, ys, reverse=True), (), (3,)),
    "associative scan": of(lambda x: lax.associative_scan(jnp.add, x), (3,)),
    "vague while": of(counted, (3,), integers=((),)),
}

# Elementwise, or made of what others test: the place of the batch axis makes no other case of them.
ONE_AXIS = {
    *("add", "broadcast row", "scalar", "unary", "relu", "max", "clamp", "integer_pow", "where", "select", "convert"),
    *(
        "bitcast",
        "iota",
        "softmax",
        "associative scan",
        "jit",
        "jit index",
        "checkpoint",
        "vague softplus",
        "vague solve",
        "ragged dot",
    ),
    *("argmin", "any", "prod", "dot", "outer", "cumprod", "cumlogsumexp", "argsort", "segment sum", "multiply at"),
    *("solve upper", "eigh", "svd", "qr", "qr wide", "window min", "conv groups", "rfft", "take clip", "max at"),
}
