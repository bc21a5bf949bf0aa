"""Arrays taken apart and put together: shapes, indices, reductions, sorting and windows."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.engine.corpus.case import (
    A5,
    A23,
    A35,
    A46,
    A53,
    A64,
    A243,
    A423,
    BOOLS53,
    INTS,
    INTS53,
    SQUARE,
    UNIT,
    Case,
    one,
)

SHAPES: dict[str, Case] = {
    "identity": one(lambda x: x, A53, out=1),
    "reshape": one(lambda x: x.reshape(3, 2), A46, axes=0, out=1),
    "reshape of the last axis": one(lambda x: jnp.sin(x.reshape(-1)), A423, axes=2, out=1),
    "transpose": one(lambda x: x.T, A423, axes=1, out=2),
    "lax.rev": one(lambda x: lax.rev(x, (0,)), A35, axes=1),
    "expand_dims": one(lambda x: jnp.cos(x)[None, :, None], A53, out=-1),
    "squeeze": one(lambda x: jnp.squeeze(x[:, :1], 1) * 2, A423, axes=1),
    "broadcast_to": one(lambda x: jnp.broadcast_to(x, (2, 3)), A35, axes=1, out=2),
    "concatenate": one(lambda x, y: jnp.concatenate([x, y, x]), A53, A23[0], axes=(0, None)),
    "stack": one(lambda x, y: jnp.stack([x, y]), A53, A35, axes=(0, 1), out=1),
    "split": one(lambda x: jnp.split(x, 3), A46, out=[0, 1, 0]),
    "lax.split": one(lambda x: tuple(s * 2 for s in lax.split(x, (1, 2, 3))), A46),
    "pad": one(lambda x: jnp.pad(x, (1, 2)), A35, axes=1),
    "pad by an edge": one(lambda x: jnp.pad(x, 2, mode="edge"), A53),
    "pad by reflection": one(lambda x: jnp.pad(x, 1, mode="reflect"), A53, axes=-1),
    "pad inside": one(lambda x, v: lax.pad(x, v, ((1, 0, 2),)), A53, A5),
    "slice": one(lambda x: x[1:5:2] + 1, A46),
    "repeat": one(lambda x: jnp.repeat(x, 2, axis=0), A423, axes=1, out=1),
    "roll": one(lambda x: jnp.roll(x, 2), A46),
    "roll by a batched shift": one(jnp.roll, A53, INTS),
    "rot90": one(jnp.rot90, A423),
    "tril": one(jnp.tril, A423),
    "diag": one(lambda x: jnp.diag(x), A53, axes=1),
    "diagonal": one(jnp.diagonal, SQUARE),
    "kron": one(lambda x: jnp.kron(x, x), A53[:, :2]),
    "meshgrid": one(lambda x, y: list(jnp.meshgrid(x, y)), A53, A23[0], axes=(0, None), out=[0, 2]),
    "iota alone": one(lambda x: lax.iota(jnp.int32, 3), A5),
    "eye times": one(lambda x: jnp.eye(3) * x, A53),
    "linspace": one(lambda a, b: jnp.linspace(a, b, 4), A5, 9.0, axes=(0, None)),
    "moveaxis": one(lambda x: jnp.moveaxis(x, 0, 1).sum(0), A423),
    "unstack": one(lambda x: [-row for row in x], A423, out=[0, 1]),
    "copy": one(lambda x: jnp.copy(x), A5),
    "ravel and sum": one(lambda x: jnp.ravel(x).sum() + x.size, A423, axes=-1),
    "append and diff": one(lambda x: jnp.diff(jnp.append(x, x[:1])), A53),
    "trace": one(jnp.trace, SQUARE, axes=2),
    "packbits": one(jnp.packbits, BOOLS53),
}

INDICES: dict[str, Case] = {
    "gather a row": one(lambda table, i: table[i], A53, np.array([2, 0, 4]), axes=(None, 0)),
    "gather where both are batched": one(lambda x, i: x[i] * 2, A53, INTS % 3),
    "gather many": one(lambda x: x[jnp.array([2, 0, 0, 1])], A35, axes=1),
    "gather unbatched indices": one(lambda x, i: x[i, ::2], A423, 1, axes=(2, None)),
    "take along": one(lambda x, i: jnp.take_along_axis(x, i, 0), A53, INTS53 % 3),
    "take fill": one(lambda x, i: jnp.take(x, i, mode="fill", fill_value=0.0), A53, INTS),
    "choose": one(lambda i, x: jnp.choose(i, [x, -x, x * 2], mode="clip"), INTS, A5),
    "boolean where": one(lambda x: jnp.where(x > 1, size=2), A53),
    "nonzero": one(lambda x: jnp.nonzero(x, size=3, fill_value=-1)[0] * 2, A53),
    "dynamic_slice": one(lambda x, i: lax.dynamic_slice(x, (i,), (2,)), A53, INTS),
    "dynamic_slice of an unbatched": one(lambda x, i: lax.dynamic_slice(x, (i,), (2,)) + 1, A5, INTS, axes=(None, 0)),
    "dynamic_slice unbatched start": one(lambda x, i: lax.dynamic_slice(x, (i,), (2,)), A35, 1, axes=(1, None)),
    "dynamic_index": one(lambda x, i: -lax.dynamic_index_in_dim(x, i, 1, keepdims=False), A423, INTS[:4]),
    "dynamic_update_slice": one(
        lambda x, y, i: lax.dynamic_update_slice(x, y, (i,)), A53, A5[:2], INTS, axes=(0, None, 0)
    ),
    "scatter": one(lambda x, i, v: x.at[i].set(v), A53, INTS % 3, A5),
    "scatter-add": one(lambda x, i: x.at[i].add(1.0), A53, INTS % 3),
    "scatter-sub": one(lambda x, i: x.at[i].subtract(2.0), A53, INTS % 3, needs="jax.lax.scatter_sub"),
    "scatter-mul": one(lambda x, i: x.at[i].multiply(3.0), A53, 1, axes=(0, None)),
    "scatter-min": one(lambda x, v: x.at[1].min(v), A53, A5),
    "scatter-max": one(lambda x, v: x.at[jnp.array([0, 2])].max(v), A35, 1.0, axes=(1, None)),
    "scatter apply": one(lambda x: x.at[1].apply(jnp.sin), A53),
    "scatter into an unbatched": one(lambda x, i: x.at[i].add(x[0]), A53[0], INTS % 3, axes=(None, 0)),
    "scatter drop": one(lambda x, i: x.at[i].set(0.0, mode="drop") / 2, A53, INTS),
    "segment_sum": one(lambda x, i: jax.ops.segment_sum(x, i, 4), A53, INTS53[0] % 4, axes=(0, None)),
    "bincount": one(lambda x: jnp.bincount(x, length=11), INTS53),
    "put_along_axis": one(lambda x, i: jnp.put_along_axis(x, i, 9.0, 0, inplace=False), A53, INTS53[:, :1] % 3),
    "fill_diagonal": one(lambda x: jnp.fill_diagonal(x, 0.0, inplace=False), SQUARE),
    "apply_along_axis": one(lambda x: jnp.apply_along_axis(jnp.cumsum, 0, x) + 1, A423, axes=1),
    "vectorize": one(
        jnp.vectorize(lambda a, b: jnp.dot(a, b) + 1, signature="(n),(n)->()"), A423, A23[0], axes=(0, None)
    ),
}

REDUCTIONS: dict[str, Case] = {
    "sum": one(lambda x: jnp.sum(x * 2), A53, axes=1),
    "reduce_prod": one(lambda x: jnp.prod(x), A53, axes=1),
    "reduce_max": one(lambda x: x.max(0), A423, axes=2, out=1),
    "all": one(jnp.all, BOOLS53),
    "reduce_xor": one(lambda x: lax.reduce_xor(x, (0,)), INTS53, axes=1),
    "generic reduce": one(lambda x: lax.reduce(x, 1.0, lambda a, b: a * jnp.cos(b), (0,)), A53),
    "reduce of two": one(
        lambda x, i: lax.reduce((x, i), (0.0, 0), lambda a, b: (a[0] + b[0], a[1] * b[1] + 1), (0,)), A53, INTS53
    ),
    "argmax": one(jnp.argmax, A53, axes=-1),
    "argmin": one(lambda x: jnp.argmin(x, 0), A423),
    "nanargmax": one(jnp.nanargmax, A53),
    "mean": one(jnp.mean, A35, axes=1),
    "var": one(jnp.var, A46),
    "std": one(lambda x: jnp.std(x, 0, ddof=1), A423, axes=-1),
    "median": one(jnp.median, A46),
    "percentile": one(lambda x: jnp.percentile(x, jnp.array([25.0, 75.0])), A46),
    "cumsum": one(jnp.cumsum, A53, axes=1, out=1),
    "cumprod": one(jnp.cumprod, A53),
    "cummax": one(lambda x: lax.cummax(x, reverse=True), A35, axes=1),
    "cummin": one(lambda x: lax.cummin(x), A35, axes=-1),
    "cumlogsumexp": one(lambda x: lax.cumlogsumexp(x), A46),
    "histogram": one(lambda x: jnp.histogram(x, bins=4, range=(0, 5))[0], A53),
    "cov": one(jnp.cov, A423),
    "trapezoid": one(lambda y: jnp.trapezoid(y, dx=0.5), A46),
    "polyval": one(lambda p, x: jnp.polyval(p, x), A53, 2.0, axes=(0, None)),
    "gradient": one(jnp.gradient, A46),
    "interp": one(lambda x, fp: jnp.interp(x, jnp.arange(3.0), fp), A5, A53[0], axes=(0, None)),
    "norm": one(lambda x: jnp.linalg.norm(x), A423, axes=1),
}

SORTING: dict[str, Case] = {
    "sort": one(lambda x: jnp.sort(x)[::-1], A53),
    "sort on axis 1": one(lambda x: lax.sort(x), A35, axes=1),
    "argsort": one(jnp.argsort, A53, axes=1),
    "sort of pairs": one(lambda k, v: lax.sort((k, v - 1), num_keys=1), INTS53, A53),
    "sort with an unbatched": one(lambda k, v: lax.sort((k, v, v * 2), num_keys=2), A53, A53[0], axes=(0, None)),
    "lexsort": one(lambda a, b: jnp.lexsort((a, b)) + 1, A53, INTS53),
    "top_k": one(lambda x: lax.top_k(x, 2), A53, axes=1),
    "approx_max_k": one(lambda x: lax.approx_max_k(x, 2), A46),
    "searchsorted": one(lambda s, x: jnp.searchsorted(s, x) * 2, A5, UNIT * 5, axes=(None, 0)),
    "searchsorted by sorting": one(lambda s, x: jnp.searchsorted(s, x, method="sort") - 1, A53, A5[:3], axes=(0, None)),
    "digitize": one(lambda x: jnp.digitize(x, jnp.array([1.0, 2.0])), A53),
    "partition": one(lambda x: jnp.partition(x, 2), A46),
    "unique": one(lambda x: jnp.unique(x, size=4), A46),
    "unique counts": one(lambda x: jnp.unique(x, size=4, return_counts=True, return_inverse=True), A53),
    "isin": one(lambda x: jnp.isin(x, jnp.array([1.0, 3.0])), A53),
    "intersect1d": one(lambda x: jnp.intersect1d(x, jnp.arange(3.0), size=3), A53),
    "mode and rank": one(lambda x: (jax.scipy.stats.mode(x).mode, jax.scipy.stats.rankdata(x)), A53),
}

WINDOWS: dict[str, Case] = {
    "convolve": one(lambda x, w: jnp.convolve(x, w, mode="valid"), A53[:3], A23[:, :3], axes=(0, 1)),
    "convolve with unbatched weights": one(lambda x: jnp.convolve(x, jnp.ones(3), mode="same"), A46),
    "conv": one(
        lambda x, w: lax.conv_general_dilated(x, w, (1,), "SAME", feature_group_count=2),
        A423[:, None],
        A243[:, :1],
        axes=(0, None),
    ),
    "conv of batched weights": one(
        lambda x, w: lax.conv(x, w, (1,), "VALID").sum(), A423[:1], A423[:, None, :, :2], axes=(None, 0)
    ),
    "conv transposed": one(
        lambda x, w: lax.conv_transpose(x[..., None], w[:, None], (2,), "SAME"), A423, A23[:, :2], axes=(0, None)
    ),
    "max pool": one(lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2,), (1,), "VALID"), A46),
    "min pool": one(lambda x: lax.reduce_window(x, jnp.inf, lax.min, (2,), (2,), "SAME"), A64, axes=1),
    "sum pool": one(lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 2), (1, 1), "VALID"), A423, axes=1, out=1),
    "generic window": one(lambda x: lax.reduce_window(x, 1.0, lambda a, b: a * b + 1, (2,), (1,), "VALID"), A46),
    "gradient of max pool": one(
        jax.grad(lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2,), (1,), "VALID").sum()), A46
    ),
    "tangent of max pool": one(
        lambda x: jax.jvp(lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (2,), (1,), "VALID"), (x,), (x,)), A46
    ),
    "patches": one(lambda x: lax.conv_general_dilated_patches(x[None, None], (2,), (1,), "VALID"), A46),
    "image resize": one(lambda x: jax.image.resize(x, (4, 4), "bilinear"), A423),
    "image resize nearest": one(lambda x: jax.image.resize(x, (3, 2), "nearest"), A423, axes=1),
    "map_coordinates": one(
        lambda x, c: jax.scipy.ndimage.map_coordinates(x, [c, c], order=1, mode="nearest"), A423, UNIT, axes=(0, None)
    ),
    "signal.convolve2d": one(lambda x: jax.scipy.signal.convolve2d(x, jnp.ones((2, 2))), A423),
    "signal.fftconvolve": one(lambda x: jax.scipy.signal.fftconvolve(x, x), A46),
    "signal.stft": one(lambda x: jax.scipy.signal.stft(x, nperseg=4)[2], A46),
    "fft": one(lambda x: jnp.fft.fft(x), A46, axes=1),
    "rfft": one(lambda x: jnp.abs(jnp.fft.rfft(x)), A53),
    "irfft": one(lambda x: jnp.fft.irfft(jnp.fft.rfft(x) * 2), A46),
    "fft2": one(lambda x: jnp.fft.ifft2(jnp.fft.fft2(x)).real, A423, axes=2),
    "dct": one(jax.scipy.fft.dct, A46),
    "pooling of whole batches": one(lambda x: x.reshape(2, 3).mean(1), A46, axes=0, out=-1),
}

PROGRAMS = {**SHAPES, **INDICES, **REDUCTIONS, **SORTING, **WINDOWS}
