"""Sweeps for tests: times of one layer as a machine of two cores gave them, whole, in part, and of nothing yet."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.timing import Ceiling, Compiled, Cost, Point, Series, Timings

SIZES = (1, 4, 16, 64, 256, 1024, 4096)
MS = 1e-3

# Medians in milliseconds; a text is the reason why there is none.
TABLE: dict[str, tuple[float | str, ...]] = {
    "loop": (0.13, 0.4, 2.4, 9.6, 38, 164, "would pass the 2 s budget"),
    "loop jit": (0.05, 0.11, 0.4, 1.5, 5.9, 23, 94),
    "vmap": (1.45, 1.43, 1.33, 1.7, 2.9, 6.2, 14.5),
    "jit(vmap)": (0.037, 0.061, 0.16, 0.25, 0.82, 2.7, 8.6),
    "pmap": ("4 devices do not divide 1", 1.43, 1.55, 2.0, 2.4, 6.6, 14.7),
    "jit(loop)": (0.093, 0.06, 0.15, 0.7, *["compile would pass the 10 s budget"] * 3),
}
COMPILE_S = {"loop jit": 0.05, "jit(vmap)": 0.07, "pmap": 0.32, "jit(loop)": 3.44}
CODE = {
    "loop": "jnp.stack([layer(W, b, x[i]) for i in range(n)])",
    "jit(vmap)": "jit(vmap(layer, in_axes=(None, None, 0)))(W, b, x)",
}


def point(batch: int, median: float | str, spread: float = 0.15) -> Point:
    """A point of a median in milliseconds with quartiles around it; or one that was skipped."""
    if isinstance(median, str):
        return Point(batch, skipped=median)
    seconds = median * MS
    return Point(batch, seconds, seconds * (1 - spread / 2), seconds * (1 + spread), 30, unstable=batch == 4)


def series(variant: str, medians: tuple[float | str, ...], spread: float = 0.15) -> Series:
    """A variant at the first of SIZES."""
    points = tuple(point(size, median, spread) for size, median in zip(SIZES, medians, strict=False))
    return Series(variant, CODE.get(variant, variant), COMPILE_S.get(variant), points)


def sweep(
    *variants: str, sizes: int = len(SIZES), agreed: str = "to 1e-4, relative, at every size that ran"
) -> Timings:
    """A sweep of some variants (all of TABLE when none is named) over the first `sizes` sizes."""
    chosen = [series(variant, TABLE[variant][:sizes]) for variant in variants or TABLE]
    machine = "Intel Xeon, 2 cores, JAX 0.10.2, CPU"
    return Timings(machine, "4 CPU devices on 2 cores", tuple(chosen), agreed=agreed, batches="")


def of(**medians: tuple[float | str, ...]) -> Timings:
    """A sweep of the given medians in milliseconds; `_` in a name stands for a space, `jit_vmap` for jit(vmap)."""
    names = {"jit_vmap": "jit(vmap)", "jit_loop": "jit(loop)"}
    found = [series(names.get(name, name.replace("_", " ")), values) for name, values in medians.items()]
    return Timings("a machine", "1 CPU device", tuple(found))


def over(timings: Timings, what: str, batch: int) -> Timings:
    """The same numbers as if something else had been swept, with so many examples."""
    return replace(
        timings,
        over=what,
        series=tuple(
            replace(one, points=tuple(replace(p, over=p.batch, batch=batch) for p in one.points))
            for one in timings.series
        ),
    )


def shaken(timings: Timings, at: int, **how: bool) -> Timings:
    """The same with the points at a place changed: unstable, disturbed."""
    return replace(
        timings,
        series=tuple(
            replace(one, points=tuple(replace(p, **how) if p.at == at else p for p in one.points))
            for one in timings.series
        ),
    )


def costly(timings: Timings, flops: float, bytes_: float, ceiling: Ceiling | None = None) -> Timings:
    """The same with the cost of compiled ways, per example, and ceilings."""
    return replace(
        timings,
        ceiling=ceiling,
        series=tuple(
            replace(one, points=tuple(_costly(p, flops, bytes_) if one.compile_s else p for p in one.points))
            for one in timings.series
        ),
    )


def _costly(p: Point, flops: float, bytes_: float) -> Point:
    cost = Cost(flops * p.batch, bytes_ * p.batch, int(bytes_ * p.batch), 12_000)
    return replace(p, repeats=12, compiled=Compiled(0.012, 0.008, 0.05, cost)) if p.median_s else p
