"""The data contract of timings: seconds for one whole batch, per variant and batch size."""

from __future__ import annotations

import msgspec

MOST_DEVICES = 16
"""Of the CPU, that may be chosen; JAX makes as many as it is asked for."""
VARIANTS = (
    "loop",
    "loop jit",
    "loop jit split",
    "jit(loop)",
    "vmap",
    "jit(vmap)",
    "pmap",
    "shard_map",
    "by hand",
    "lax.map",
    "lax.map 8",
    "lax.map 64",
)
"""Those to choose from; "lax.map N" is possible with every N, the `batch_size` of lax.map."""
FIRST_SHOWN = ("loop", "loop jit", "vmap", "jit(vmap)", "pmap")
TOTAL_S = 120.0
"""A sweep may take this long, unless asked otherwise."""
BATCH, DEVICES = "batch", "devices"
"""What a sweep can be over, beside a letter of the arguments' types."""


UNSTEADY = "gives other numbers each time it runs"
"""Noted of a series whose answers cannot be compared."""


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What XLA says of a compiled program, for one whole batch; None where it says nothing.

    `flops` and `bytes` (read and written) are XLA's estimates, None where the program has a loop, whose turns XLA does not count.
    `peak_bytes` are its arguments, results and temporary buffers together, `code_bytes` the size of the machine code, `instructions`
    the number of its operations after XLA's rewriting.
    """

    flops: float | None = None
    bytes: float | None = None
    peak_bytes: int | None = None
    code_bytes: int | None = None
    instructions: int | None = None


class Compiled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds of tracing, lowering and compiling, each done once and apart from the times, and the cost of what came out.

    `trace_s` is None where tracing is a part of lowering, as with pmap.
    """

    trace_s: float | None
    lower_s: float
    compile_s: float
    cost: Cost = Cost()


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measured batch size; when `skipped` says why, the numbers are None.

    `over` is the swept number where that is not the batch size. A sample is the mean of `repeats` runs; `outliers_s` are the samples
    far from the quartiles, which are kept and count. `disturbed` = something else kept the machine busy meanwhile. `compiled` is
    None where nothing is compiled ahead, or compiled for a size before.
    """

    batch: int
    median_s: float | None = None
    q25_s: float | None = None
    q75_s: float | None = None
    samples: int = 0
    unstable: bool = False
    skipped: str | None = None
    over: int | None = None
    repeats: int = 1
    outliers_s: tuple[float, ...] = ()
    disturbed: bool = False
    compiled: Compiled | None = None

    @property
    def at(self) -> int:
        """Where the point stands on the axis of its sweep."""
        return self.batch if self.over is None else self.over


class Series(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variant: `code` is the Python it ran; `compile_s` the seconds of compiling at the largest batch, None where nothing compiles.

    `difference` is the largest one between its answers and those it was compared with, None where it was not compared.
    """

    variant: str
    code: str
    compile_s: float | None
    points: tuple[Point, ...]
    note: str = ""
    difference: float | None = None


class WayText(msgspec.Struct, frozen=True):
    """A variant with the Python that a sweep will run: at `place`, the largest of the sweep's where it can ("1024 examples"); "" where it
    can nowhere. `refused` are the places where it cannot, rising, with the reason.
    """

    variant: str
    code: str
    place: str
    refused: tuple[tuple[int, str], ...] = ()


class Ceiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What this machine was measured to do at best: a matmul's flops per second, a copy's bytes per second, the seconds that a compiled
    program of nothing takes to start."""

    flops_per_s: float
    bytes_per_s: float
    dispatch_s: float


class Timings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sweep on one machine; `about` is the call that was timed, once the run is kept ("" before).

    `over` says what the sweep is over: "batch", "devices", or a letter of the arguments' types. `grad` = the gradient was timed.
    `where` is the command of a worker on another machine, "" for this one; `processes` of one JAX ran it together.
    """

    machine: str
    devices: str
    series: tuple[Series, ...]
    version: int = 1
    format: str = "vmapviz-timings"
    agreed: str = ""
    batches: str = ""
    about: str = ""
    over: str = BATCH
    grad: bool = False
    ceiling: Ceiling | None = None
    where: str = ""
    processes: int = 1
