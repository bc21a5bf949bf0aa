"""Processes of one JAX, started together by a cluster's launcher: they measure the same, in step, and the slowest one counts."""

from __future__ import annotations

import functools
import platform
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jax
import numpy as np

from vmapviz.engine import compat


class ElsewhereError(Exception):
    """Another of the processes could not do it."""


def join() -> None:
    """Joins the other processes where a launcher that JAX knows (Slurm, Open MPI, Kubernetes…) started several.

    To be called before JAX's devices are used.
    """
    if compat.launched_together():
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize()


def processes() -> int:
    """How many run together."""
    return int(jax.process_count())


def first() -> bool:
    """Whether this process is the one that tells; alone it is."""
    return bool(jax.process_index() == 0)


def device_count() -> int:
    """How many devices all processes have."""
    return int(jax.device_count())


def devices(count: int) -> list[Any]:
    """So many devices, as many of each process, those of the first process first."""
    each = count // processes()
    return [
        device
        for process in range(processes())
        for device in [d for d in jax.devices() if d.process_index == process][:each]
    ]


@functools.cache
def machines() -> int:
    """On how many machines the processes run; they must all ask for the first time together."""
    return len(set(_gathered(np.uint32(zlib.crc32(platform.node().encode())))))


def slowest(seconds: float) -> float:
    """The largest of all processes' numbers, the same in each; all must ask for it. It brings them in step. Alone it is one's own."""
    return seconds if processes() == 1 else float(max(_gathered(np.float32(seconds))))


@contextmanager
def together() -> Iterator[None]:
    """What one process could not do, none does: where it went well elsewhere alone, ElsewhereError is raised."""
    try:
        yield
    except Exception:
        slowest(1.0)
        raise
    if slowest(0.0):
        raise ElsewhereError("another process could not do it")


def part(array: Any, axis: int) -> Any:
    """This process's part of an array along an axis, in the order of the processes."""
    each = array.shape[axis] // processes()
    return array[(slice(None),) * axis + (slice(jax.process_index() * each, (jax.process_index() + 1) * each),)]


def whole(array: Any, axis: int) -> Any:
    """An array of which every process holds its part, along an axis, in the order of the processes."""
    if processes() == 1:
        return array
    return np.concatenate(list(_all(array, tiled=False)), axis)


def fetched(array: Any) -> Any:
    """A global array as one that this process holds."""
    return array if array.is_fully_addressable else _all(array, tiled=True)


def _gathered(number: Any) -> list[Any]:
    return [number] if processes() == 1 else list(_all(number, tiled=False))


def _all(array: Any, tiled: bool) -> Any:
    from jax.experimental import multihost_utils

    return multihost_utils.process_allgather(array, tiled=tiled)
