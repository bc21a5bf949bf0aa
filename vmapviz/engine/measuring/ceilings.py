"""What this machine does at best, measured: arithmetic, memory, and the start of a compiled program that does nothing."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from vmapviz.engine import machine
from vmapviz.model.timing import Ceiling

FIRST_SIDE, LARGEST_SIDE = 512, 16384
LONG_ENOUGH_S = 5e-3
"""A matmul that takes this long is larger than what starting it costs."""
MATMUL_S = 0.3
COPIED = 2**26
"""Elements of the copied array: 256 MB, larger than caches are."""
COPY_S = 0.15
STARTS = 500


@functools.cache
def ceiling() -> Ceiling:
    """Of JAX's first device, measured once per process in less than a second."""
    return Ceiling(_flops_per_s(), _bytes_per_s(), _dispatch_s())


def _flops_per_s() -> float:
    """Of the best of several float32 matmuls, at the side from which a run is long enough."""
    best, side, end = 0.0, FIRST_SIDE, time.perf_counter() + MATMUL_S
    matmul = jax.jit(jnp.matmul)
    while True:
        a = jnp.ones((side, side), jnp.float32)
        seconds = _best_s(functools.partial(matmul, a, a), end, 5)
        best = max(best, 2.0 * side**3 / seconds)
        side *= 2
        if seconds > LONG_ENOUGH_S or side > LARGEST_SIDE or time.perf_counter() + 16 * seconds > end:
            return best


def _bytes_per_s() -> float:
    """Of the best of several passes over an array in place: every byte is read and written once."""
    count = min(COPIED, machine.available_bytes() // 16)
    flipped = jax.jit(lambda x: -x, donate_argnums=0)
    held = [jnp.ones(count, jnp.float32)]

    def run() -> Any:
        held[0] = flipped(held[0])
        return held[0]

    return 2.0 * 4 * count / _best_s(run, time.perf_counter() + COPY_S, 8)


def _dispatch_s() -> float:
    """The median of many starts of a program that adds 1 to one number."""
    add = jax.jit(lambda x: x + 1)
    one = jax.block_until_ready(add(jnp.float32(1)))
    seconds = []
    for _ in range(STARTS):
        start = time.perf_counter()
        add(one).block_until_ready()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _best_s(run: Callable[[], Any], end: float, most: int) -> float:
    """The shortest of at most so many runs after a first one, of which at least one is made."""
    jax.block_until_ready(run())
    best = float("inf")
    for _ in range(most):
        start = time.perf_counter()
        jax.block_until_ready(run())
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() > end:
            break
    return best
