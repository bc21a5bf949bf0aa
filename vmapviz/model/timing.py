"""The data contract of timings: seconds for one whole batch, per variant and batch size."""

from __future__ import annotations

import msgspec

MOST_DEVICES = 64
"""Of the CPU; JAX makes as many as it is asked for."""
VARIANTS = ("loop", "loop jit", "loop jit split", "jit(loop)", "vmap", "jit(vmap)", "pmap", "by hand", "lax.map")
FIRST_SHOWN = ("loop", "loop jit", "vmap", "jit(vmap)", "pmap")


class Point(msgspec.Struct, frozen=True):
    """One measured batch size; when `skipped` says why, the numbers are None."""

    batch: int
    median_s: float | None = None
    q25_s: float | None = None
    q75_s: float | None = None
    samples: int = 0
    unstable: bool = False
    skipped: str | None = None


class Series(msgspec.Struct, frozen=True):
    """One variant: `code` is the Python it ran; `compile_s` the seconds of compiling at the largest batch, None where nothing compiles."""

    variant: str
    code: str
    compile_s: float | None
    points: tuple[Point, ...]
    note: str = ""


class Timings(msgspec.Struct, frozen=True):
    """A sweep over batch sizes on one machine; `about` is the call that was timed, once the run is kept ("" before)."""

    machine: str
    devices: str
    series: tuple[Series, ...]
    version: int = 1
    format: str = "vmapviz-timings"
    agreed: str = ""
    batches: str = ""
    about: str = ""
