"""Arguments and results of every kind: pytrees, keywords, None, types of elements, sizes 0 and 1, and unmapped ones."""

from __future__ import annotations

import dataclasses
import functools
from collections import OrderedDict
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax import lax

from tests.engine.corpus.case import A5, A23, A35, A53, A423, BOOLS, COMPLEX, INTS, INTS53, UNIT, WORDS, Case, one


class State(NamedTuple):
    mean: Any
    count: Any


@functools.partial(jax.tree_util.register_dataclass, data_fields=["w", "b"], meta_fields=["name"])
@dataclasses.dataclass
class Layer:
    w: Any
    b: Any
    name: str


@jax.tree_util.register_pytree_with_keys_class
class Box:
    def __init__(self, inside: Any) -> None:
        self.inside = inside

    def tree_flatten_with_keys(self) -> Any:
        return [(jax.tree_util.GetAttrKey("inside"), self.inside)], None

    @classmethod
    def tree_unflatten(cls, _: None, leaves: Any) -> Box:
        return cls(*leaves)


def moments(state, scale):
    return {"mean": state["mean"] * scale, "pair": (state["cov"] @ state["mean"], scale)}


def updated(state, x):
    return State(state.mean + (x - state.mean) / state.count, state.count + 1)


TREES: dict[str, Case] = {
    "dict": one(moments, {"mean": A53, "cov": np.eye(3, dtype=np.float32)}, A5, axes=({"mean": 0, "cov": None}, 0)),
    "list of axes": one(lambda x, y: [x - y, y * x], A53, A35, axes=[0, 1], out=[1, 0]),
    "list argument": one(lambda xs: sum(x.sum() for x in xs), [A53, A35.T, A5], axes=0),
    "nested axes": one(lambda t: jnp.abs(t[0]["a"] @ t[1]), ({"a": A35}, A53[0]), axes=(({"a": 1}, None),)),
    "named tuple": one(updated, State(A53, A5), A53[0], axes=(0, None)),
    "named tuple of axes": one(lambda s: jnp.ceil(s.mean) * s.count, State(A35, 2.0), axes=(State(1, None),), out=1),
    "dataclass": one(lambda layer, x: jnp.cbrt(layer.w @ x) - layer.b, Layer(A23, A5[:2], "one"), A53, axes=(None, 0)),
    "dataclass result": one(lambda x: Layer(x.max(), x.min(), "result"), A53, axes=1),
    "dataclass of axes": one(lambda layer: layer.w * layer.b * 2, Layer(A53, 3.0, "n"), axes=(Layer(0, None, "n"),)),
    "own class": one(lambda box: Box(box.inside / 4 / 3), Box(A35), axes=1, out=-1),
    "ordered dict": one(lambda d: OrderedDict(b=d["b"] - 4 * jnp.cosh(d["a"]), a=d["a"]), OrderedDict(b=A53, a=A5)),
    "None argument": one(lambda x, bias: jnp.square(x) * 5 if bias is None else x + bias, A53, None),
    "None in a tree": one(lambda d: d["x"] ** 2 + 1, {"x": A53, "y": None}, axes=1),
    "None result": one(lambda x: {"value": jnp.ceil(x) + 1, "nothing": None}, A5),
    "None axes for None": one(lambda x, y: x % 3, INTS, None, axes=(0, None)),
    "empty results": one(lambda x: ((), {}, jnp.round(x) * 2), A5),
    "keywords": one(lambda x, *, y: x - y - 1, A5, y=UNIT),
    "keyword tree": one(lambda x, **d: jnp.exp(x @ d["w"]["a"]) + 2, A53, w={"a": A53[::-1]}),
    "all keywords": one(lambda a, b: a / b // 2, a=A5, b=UNIT),
    "defaults": one(lambda x, n=3: x * n + n / x, A5),
    "variable arguments": one(lambda *xs: xs[0] * xs[1] * xs[2], A5, UNIT, A5),
    "same argument twice": one(lambda x, y: jnp.dot(x, y) / jnp.dot(x, x), A53, A53),
    "results twice": one(lambda x: (lambda y: (y, y, x))(jnp.cos(x) + 2), A53, out=(0, 1, 1)),
    "nothing used": one(lambda x, y: jnp.tanh(y) * y, A5, A53),
    "literal result": one(lambda x: (1.0, -x - x), A5, out=(None, 0)),
    "array result from outside": one(lambda x: (jnp.arange(3) + 1, x), A5, out=(0, 0)),
    "out_axes None": one(lambda x, y: (x + y, y * 2), A5, 3.0, axes=(0, None), out=(0, None)),
    "out_axes of a subtree": one(lambda x: {"a": (x, x * 2), "b": x.sum() / 3}, A53, out={"a": 1, "b": 0}),
    "negative axes": one(lambda x: jnp.floor(x) - 1, A53, axes=-1, out=-1),
    "negative axes of three": one(lambda x, y: jnp.abs(x) * y, A423, A23[:, :1], axes=(-2, -2), out=-2),
    "axis_size alone": one(lambda x: jnp.exp(x) - 5, A53, axes=None, axis_size=4),
    "axis_size alone, out None": one(lambda x: jnp.sqrt(x) / 5, A53, axes=None, out=None, axis_size=4),
    "axis_size alone, no arguments": one(lambda d: jnp.ones(3) / 7, {}, axes=None, axis_size=2),
    "axis_size as well": one(lambda x: x // 2.0, A53, axis_size=5),
    "batch of one": one(lambda x: jnp.log1p(x @ x), A53[:1]),
    "batch of one on the last axis": one(lambda x: (x * x).sum() + x[0], A53[:, :1].reshape(5, 1), axes=1),
    "empty batch": one(lambda x: jnp.sinh(x) / 2, A53[:0]),
    "empty batch of a scan": one(lambda x: lax.scan(lambda c, t: (c + t, c * t), 0.0, x), A53[:0]),
    "empty examples": one(lambda x: jnp.sum(x) - 1.0, A53[:, :0]),
    "empty result": one(lambda x: jnp.cos(x[:0]) * 3, A53, out=1),
    "scalars only": one(lambda x, y: jnp.stack([x, y]).max(), 1.0, 2.0, axes=None, axis_size=2),
}

TYPES: dict[str, Case] = {
    "bool": one(lambda x: jnp.logical_and(x, ~x).astype(jnp.float32), BOOLS),
    "int division": one(lambda x, y: x // y, np.arange(4), np.arange(1, 5)),
    "int8": one(lambda x: x * x | 1, INTS.astype(np.int8)),
    "uint8 shifted": one(lambda x: (x >> 1) | (x << 7), INTS.astype(np.uint8)),
    "uint32 mix": one(lambda x: (x ^ (x >> 16)) * jnp.uint32(0x45D9F3B), WORDS),
    "int4": one(lambda x: (x.astype(jnp.int4) + 1).astype(jnp.int32), INTS),
    "float16": one(lambda x: jnp.sum(x * x, dtype=jnp.float32), A53.astype(np.float16)),
    "bfloat16": one(lambda x: x.astype(jnp.bfloat16) * 2, A5),
    "bfloat16 product": one(
        lambda a, b: (a @ b).astype(jnp.float32),
        A53.astype(ml_dtypes.bfloat16),
        A53[0].astype(ml_dtypes.bfloat16),
        axes=(0, None),
    ),
    "float8": one(lambda x: x.astype(jnp.float8_e4m3fn).astype(jnp.float32) * x, A53, axes=1),
    "float8 argument": one(lambda x: x.astype(jnp.float32) ** 3 - 1, A53.astype(ml_dtypes.float8_e5m2)),
    "complex": one(lambda x: jnp.real(x * (1 + 2j)), A5),
    "complex argument": one(lambda z: jnp.abs(z) ** 2 + z, COMPLEX),
    "complex product": one(lambda z: jnp.vdot(z, z * 2), np.stack([COMPLEX, COMPLEX * 2], 1), axes=1),
    "complex eig": one(lambda z: jnp.linalg.eigvalsh(jnp.outer(z, z.conj())), np.stack([COMPLEX, COMPLEX * 2])),
    "weak and strong": one(lambda x, y: x * 2 + y / 3, A53, 1.5, axes=(0, None)),
    "python scalar": one(lambda x, n: x * n + jnp.float32(n), A5, 3, axes=(0, None)),
    "mixed types": one(lambda i, x: i * x + i % 2, INTS, A5),
    "promotion": one(lambda b, i, x: b + i + x, BOOLS, INTS, A5),
    "x64": one(lambda x: jnp.sin(x) + 1e-12, np.linspace(0, 1, 4), x64=True),
    "x64 integers": one(lambda x: x * 2**40 // 3, np.arange(4), x64=True),
    "x64 solve": one(
        lambda a: jnp.linalg.inv(a) * 2, np.stack([np.eye(2) * 2, np.eye(2) + 1.5]), x64=True, axes=0, out=1
    ),
    "x64 down": one(lambda x: jnp.float32(x) * jnp.float64(x) - x, np.linspace(0, 1, 4), x64=True),
    "isfinite types": one(lambda x: jnp.isnan(x / 0.0) | jnp.isinf(x), A5),
    "view": one(lambda x: x.view(jnp.int32) & 0xFF, A53, axes=0, out=1),
    "large rank": one(
        lambda x: x.sum((0, 2, 4)), np.arange(64, dtype=np.float32).reshape(2, 2, 2, 2, 2, 2), axes=3, out=2
    ),
    "int results of floats": one(lambda x: jnp.searchsorted(jnp.arange(3.0), x).astype(jnp.uint8), INTS53 * 0.3),
}

PROGRAMS = {**TREES, **TYPES}
