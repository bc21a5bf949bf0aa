"""What each example of the gallery must give, by file and case: numbers, or a check of result and arguments."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp
from jax.scipy.stats import multivariate_normal

Check = Callable[..., bool]
"""Takes the result, then the arguments of the call."""


def _close(expected: Callable[..., Any], rtol: float = 1e-5) -> Check:
    """A check that the result is what `expected` makes of the arguments."""
    return lambda result, *arguments: _same(result, expected(*arguments), rtol)


def _same(result: Any, expected: Any, rtol: float = 1e-5) -> bool:
    result, expected = np.asarray(result), np.asarray(expected)
    return result.shape == expected.shape and np.allclose(result, expected, rtol=rtol, atol=1e-5)


def _mixture(x: Any, weights: Any, means: Any, covariances: Any) -> Any:
    logs = [multivariate_normal.logpdf(x, m, c) for m, c in zip(means, covariances, strict=True)]
    return logsumexp(jnp.stack(logs, axis=1), b=weights, axis=1)


def _windows(x: Any, w: Any) -> Any:
    return [np.convolve(row, column, mode="valid") for row, column in zip(np.asarray(x), np.asarray(w).T, strict=True)]


def _euler(birth: Any, hunt: Any, death: Any, feed: Any) -> Any:
    prey, predators, history = 10.0, 5.0, []
    for _ in range(100):
        meetings = prey * predators
        prey, predators = (
            prey + 0.02 * (birth * prey - hunt * meetings),
            predators + 0.02 * (feed * meetings - death * predators),
        )
        history.append((prey, predators))
    return history


def _lotka_volterra(result: Any, *parameters: Any) -> bool:
    return _same(result, [_euler(*map(float, row)) for row in zip(*parameters, strict=True)], rtol=1e-3)


def _spikes(current: float) -> int:
    """The closed form: from 0 the voltage passes 1 after n steps, the first n with 0.9^n < 1 - 1/current."""
    return 0 if current <= 1 else 50 // math.ceil(math.log(1 - 1 / current) / math.log(0.9))


def _neurons(result: Any, current: Any) -> bool:
    voltage, spikes = map(np.asarray, result)
    counts = [_spikes(float(one)) for one in current]
    return (
        spikes.sum(axis=1).tolist() == counts and not voltage[spikes.astype(bool)].any() and bool((voltage <= 1).all())
    )


def _distinct(count: int) -> Check:
    """A check that four samples of three numbers hold `count` different ones."""
    return lambda result, key: np.shape(result) == (4, 3) and len(np.unique(np.asarray(result))) == count


def _shards(result: Any, x: Any) -> bool:
    return _same(result, np.asarray(x) / 136) and math.isclose(np.sum(np.asarray(result)), 1, rel_tol=1e-6)


def _ten_sines(x: Any) -> Any:
    x = np.asarray(x, dtype=np.float64)
    for _ in range(10):
        x = np.sin(x) + np.cos(x)
    return x


def _rounds(M: Any) -> Any:
    def one(m: np.ndarray) -> float:
        r = m
        for _ in range(3):
            r = np.tanh(r @ m)
        return float(r.sum())

    return [one(m) for m in np.asarray(M, dtype=np.float64)[:4]]


def _matrices(result: Any, M: Any) -> bool:
    return np.shape(result) == (64,) and np.allclose(np.asarray(result)[:4], _rounds(M), rtol=1e-2, atol=0.1)


def _layer(W: Any, x: Any, bias: Any) -> Any:
    return np.maximum(np.asarray(x) @ np.asarray(W).T + np.asarray(bias), 0)


def _diagonals(s: Any) -> Any:
    return np.asarray(s)[:, None, None] * np.eye(2)


FIGURES: dict[tuple[str, str], list[Any] | Check] = {
    ("square", ""): [1, 4, 9, 16, 25],
    ("quadratic", ""): [3, 8, 15, 24],
    ("scalar_function", ""): [3, 6, 11, 18],
    ("weighted_sum", ""): [2.5, 5, 7.5],
    ("weighted_sum_both_mapped", ""): [1, 4, 9],
    ("three_arguments", ""): [3, 6, 9],
    ("scalar_times_vectors", ""): [[2, 4, 6], [4, 8, 12], [6, 12, 18]],
    ("dot_product", ""): [70, 70, 70, 70, 70],
    ("dot_product_shared_weights", ""): _close(lambda x, w: np.asarray(x) @ np.asarray(w)),
    ("matvec", ""): [[4, 13], [3, 9], [1, 10], [3, 12], [5, 17]],
    ("matvec", "2×2"): [[1, 3], [2, 4], [3, 7]],
    ("matvec_both_mapped", ""): [[5, 11], [39, 53]],
    ("power_scale", ""): _close(lambda x, y: [[1, 8], [27, 64]]),
    ("create_matrix", ""): [[[1, 0], [0, 1]], [[2, 0], [0, 2]], [[3, 0], [0, 3]]],
    ("create_matrix", "0 → 1"): _close(lambda s: np.moveaxis(_diagonals(s), 0, 1)),
    ("identity_axes", ""): [[1, 2], [3, 4], [5, 6]],
    ("identity_axes", "0 → 1"): [[1, 3, 5], [2, 4, 6]],
    ("identity_axes", "1 → 0"): [[1, 3, 5], [2, 4, 6]],
    ("simple_add", ""): [11, 22, 33],
    ("neural_net_layer", ""): [[5, 4, 2, 4, 6], [3, 0, 0, 2, 7]],
    ("per_sample_gradients", ""): [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ("per_sample_gradients", "off by some"): [[2, 0, 0], [0, 4, 0], [0, 0, 6], [12, 12, 12]],
    ("softmax_regression", ""): _close(lambda x, W, b: jax.nn.softmax(x @ W + b, axis=1)),
    ("neural_net_forward", ""): _close(lambda x, W1, W2: np.maximum(np.asarray(x @ W1), 0) @ np.asarray(W2)),
    ("gaussian_pdf", ""): _close(lambda x, mean: multivariate_normal.pdf(x, mean, jnp.eye(2))),
    ("gaussian_mixture", ""): _close(_mixture),
    ("pairwise_distances", ""): _close(lambda a, b: np.sqrt([[2, 8], [1, 5], [1, 5]])),
    ("pairwise_distances", "3 × 4"): _close(lambda a, b: [[0, 3, 4, 10], [5, 4, 3, 5], [10, 73**0.5, 52**0.5, 0]]),
    ("scalar_add_twice", ""): _close(lambda x: np.asarray(x) + 1),
    ("convolve", ""): [[11, 20, 29], [11, 20, 29]],
    ("convolve", "shared window"): [[11, 20, 29], [11, 20, 29]],
    ("library_convolve", ""): _close(_windows),
    ("guarded_root", ""): [2, 0, 3, 0, 1.5],
    ("newton_steps", ""): _close(lambda a: np.sqrt([4, 9, 2, 100, 1])),
    ("lotka_volterra", ""): _lotka_volterra,
    ("leaky_integrate_and_fire", ""): _neurons,
    ("table_look_up", ""): [[15, 16, 17], [0, 1, 2], [6, 7, 8], [6, 7, 8]],
    ("noise", ""): _distinct(12),
    ("noise", "one shared key"): _distinct(3),
    ("normalise_by_psum", ""): _close(lambda x: [[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.4, 0.4]]),
    ("double_on_devices", ""): _close(lambda x: np.arange(0, 64, 2).reshape(8, 4)),
    ("add_scalar_on_devices", ""): _close(lambda x, s: np.arange(100, 116).reshape(8, 2)),
    ("sum_across_devices", ""): [28, 28, 28, 28, 28, 28, 28, 28],
    ("normalise_globally", ""): _shards,
    ("sum_of_squares_of_sin_and_cos", ""): _close(lambda x: np.full(1000, 100)),
    ("ten_sines", ""): _close(_ten_sines),
    ("matrix_task", ""): _matrices,
    ("inconsistent_sizes", "put right"): _close(_layer),
    ("in_axes_too_long", "put right"): [2.5, 5, 7.5],
    ("nothing_mapped", "put right"): [2.5, 5, 7.5],
    ("out_axes_none", "put right"): [1, 4, 9, 16, 25],
    ("python_if", "put right"): _close(lambda W, x: [[0.75, 0.25], [-1, 2], [0.75, 0.25]]),
    ("mapped_keyword", "put right"): [10, 40, 90],
}
"""Every case of every example that works; "" is the example as it opens."""

WRONG: dict[str, tuple[str, str]] = {
    "inconsistent_sizes": ("ValueError", "inconsistent sizes"),
    "in_axes_too_long": ("ValueError", "len(in_axes)=3, len(args)=2"),
    "nothing_mapped": ("ValueError", "at least one non-None value in in_axes"),
    "out_axes_none": ("ValueError", "None but output was batched on axis 0"),
    "python_if": ("TracerBoolConversionError", "boolean conversion of traced array"),
    "mapped_keyword": ("ValueError", "rank should be at least 1"),
}
"""The examples that fail on purpose: the exception and what it says."""

INSERTED = {"square": 0, "matvec": 1, "neural_net_layer": 1}
"""How many equations of the vmapped program have no origin."""


def holds(figure: list[Any] | Check, result: Any, arguments: list[Any]) -> bool:
    """Whether a result is what the figure says: the same numbers and shape, or the check passed."""
    if callable(figure):
        return figure(result, *arguments)
    return np.shape(result) == np.shape(figure) and np.asarray(result).tolist() == figure
