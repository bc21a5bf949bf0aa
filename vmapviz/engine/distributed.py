"""Processes of one JAX, started together by a cluster's launcher: they measure the same, in step, and the slowest one counts."""

from __future__ import annotations

import jax
import numpy as np

from vmapviz.engine import compat


def join() -> None:
    """Joins the other processes where a launcher that JAX knows (Slurm, Open MPI, Kubernetes…) started several.

    To be called before JAX's devices are used.
    """
    if compat.launched_together():
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize()


def first() -> bool:
    """Whether this process is the one that tells; alone it is."""
    return bool(jax.process_index() == 0)


def processes() -> int:
    """How many processes run together."""
    return int(jax.process_count())


def slowest(seconds: float) -> float:
    """The largest of all processes' numbers, the same in each; all must ask for it. It brings them in step. Alone it is one's own."""
    if jax.process_count() == 1:
        return seconds
    from jax.experimental import multihost_utils

    return float(np.max(multihost_utils.process_allgather(np.float32(seconds))))
