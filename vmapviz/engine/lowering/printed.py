"""Programs below the jaxpr as they are read from the text that JAX or XLA prints."""

from __future__ import annotations

from typing import NamedTuple

from vmapviz.model.trace import SHORT_DTYPES

# What MLIR and HLO call the types that JAX writes otherwise.
_LONG = {short: name for name, short in SHORT_DTYPES.items()}
_SIGNED = {f"{kind}{bits}": f"int{bits}" for kind in "is" for bits in (2, 4, 8, 16, 32, 64)}
_UNSIGNED = {f"ui{bits}": f"uint{bits}" for bits in (2, 4, 8, 16, 32, 64)}
_NAMES = {**_LONG, **_SIGNED, **_UNSIGNED, "i1": "bool", "pred": "bool", "complex<f32>": "complex64"}
_NAMES["complex<f64>"] = "complex128"


class Typed(NamedTuple):
    """A value: its name as printed, its type, and the place JAX notes for it, "" for none."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    place: str = ""


class Printed(NamedTuple):
    """One operation.

    `text` is what is printed of it, without its place and without its bodies; `place` the path in JAX's name stack that its location or
    its metadata carries. `bodies` are written inside it, as (role, computation); `callees` stand elsewhere, as (role, name).
    """

    opcode: str
    text: str
    place: str
    operands: tuple[str, ...]
    results: tuple[Typed, ...]
    bodies: tuple[tuple[str, Computation], ...] = ()
    callees: tuple[tuple[str, str], ...] = ()


class Computation(NamedTuple):
    """A function, a body or a computation: what it takes, its operations in order, and the names of what it gives."""

    name: str
    inputs: tuple[Typed, ...]
    operations: tuple[Printed, ...]
    outputs: tuple[str, ...]


class Module(NamedTuple):
    """What runs first, and the computations it calls, by name."""

    entry: Computation
    others: dict[str, Computation]


def dtype_name(text: str) -> str:
    """The dtype that MLIR or HLO writes so: "float32" for f32, "int32" for i32 and s32; others as they are."""
    return _NAMES.get(text, text)
