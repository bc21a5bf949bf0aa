"""The data contract of a trace: programs, equations, values, and the links between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec


class Source(msgspec.Struct, frozen=True, gc=False):
    """A range of the user's source: lines from 1, columns in characters from 0, end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Batched(msgspec.Struct, frozen=True, gc=False):
    """What one value became after a vmap: `axes` holds one batch axis per level so far, None = not batched."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    axes: tuple[int | None, ...]


class Value(msgspec.Struct, frozen=True, gc=False):
    """A variable of a program.

    `label` is the argument's name ("W", "state['mean']") for inputs, else None. `batched` is filled in
    `programs[0]` only, one entry per level. `axes` is filled in `programs[k > 0]`, one entry per level so far:
    the dimensions that hold that level's examples, None = not batched (or not known).
    """

    name: str
    label: str | None
    dtype: str
    shape: tuple[int, ...]
    batched: tuple[Batched | None, ...] = ()
    axes: tuple[tuple[int, ...] | None, ...] = ()


class Operation(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What an equation of a program below the jaxpr is there: one operation, as JAX or XLA prints it.

    `origins` are the paths of all equations of the original that it computes, in order (of a fusion, of everything in it), `vmapped`
    those of the vmapped program, outermost and innermost alike. A constant that says nothing of where it comes from belongs to the one
    equation that uses it: `by_use`.
    """

    text: str
    origins: tuple[str, ...] = ()
    vmapped: tuple[str, ...] = ()
    by_use: bool = False


class Equation(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One equation of a program.

    `params` are (name, text, data) triples without the jaxprs, which stand in `subprograms` as (name, program).
    `inputs` are names or literals ("0.0:f32[]"). `origin` is the path of the equation in the program before;
    None in `programs[0]`, and later for an equation that this vmap inserted. `transforms` are JAX's transformations that made it
    in the user's code, outermost first ("transpose", "jvp", "vmap"); in `programs[0]` alone, a body's with those around it.
    Below the jaxpr an equation is an `operation`.
    """

    path: str
    primitive: str
    params: tuple[tuple[str, str, Any], ...]
    inputs: tuple[str, ...]
    outputs: tuple[Value, ...]
    subprograms: tuple[tuple[str, Program], ...]
    source: Source | None
    origin: str | None
    transforms: tuple[str, ...] = ()
    operation: Operation | None = None


class Program(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A jaxpr as data; `outputs` are names or literals.

    A subprogram that JAX holds once and uses again is empty but for `same_as`, the place ("0.jaxpr") where it stands in full. Of a program
    below the jaxpr `text` is the whole of it as JAX or XLA prints it.
    """

    inputs: tuple[Value, ...]
    constants: tuple[Value, ...]
    equations: tuple[Equation, ...]
    outputs: tuple[str, ...]
    same_as: str | None = None
    text: str = ""


Form = Literal["", "StableHLO", "HLO", "by hand"]


class ByHand(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How the program of `name`, written by hand for the whole batch, agrees with vmap's.

    `same` equations compute the very same values in both. Those `alike` do the same to other values (path, and the origin of
    vmap's); its `own` (by path) have no counterpart. `lacking` are origin and primitive of the equations that vmap alone has.
    `results`: both give the same values back.
    """

    name: str
    same: int
    alike: tuple[tuple[str, str | None], ...] = ()
    own: tuple[str, ...] = ()
    lacking: tuple[tuple[str | None, str], ...] = ()
    results: bool = True

    @property
    def agrees(self) -> bool:
        """Whether both do the same work: every equation is one of the other's."""
        return self.results and not (self.alike or self.own or self.lacking)


class Level(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One vmap: its number of examples, its axis name and its axes as Python text.

    Of pmap `devices` says over how many the examples are cut, 0 = vmap; what is `batched` are then the examples on one device.
    `form` says what the program after the last level is when it is not vmap's: lowered by JAX, compiled by XLA, or written by hand,
    of which `hand` tells how it agrees with vmap's.
    """

    size: int
    name: str | None
    in_axes: str
    out_axes: str
    devices: int = 0
    form: Form = ""
    hand: ByHand | None = None

    @property
    def each(self) -> int:
        """The examples that are computed at once: all, or those of one device."""
        return self.size // self.devices if self.devices else self.size


class Trace(msgspec.Struct, frozen=True, gc=False):
    """The original program and the program after each vmap, innermost first; or what became of it below the jaxpr, with all levels.

    `exact` says whether every batched program equals plain JAX's own, up to variable names;
    None only while that is being verified, never in a file.
    """

    exact: bool | None
    levels: tuple[Level, ...]
    programs: tuple[Program, ...]

    @property
    def form(self) -> Form:
        """What the last program is; "" for a jaxpr."""
        return self.levels[-1].form if self.levels else ""

    @property
    def below(self) -> bool:
        """Whether the last program is no jaxpr."""
        return self.form in ("StableHLO", "HLO")

    @property
    def hand(self) -> ByHand | None:
        """How the last program, written by hand, agrees with vmap's."""
        return self.levels[-1].hand if self.levels else None

    @property
    def original(self) -> Program:
        """The program for one example."""
        return self.programs[0]

    @property
    def batched(self) -> Program:
        """The program after the last vmap."""
        return self.programs[-1]

    def to_json(self) -> str:
        """This trace as JSON text; the names are those of the fields."""
        return msgspec.json.encode(self).decode()


SHORT_DTYPES = {
    "bool": "bool",
    "bfloat16": "bf16",
    "complex64": "c64",
    "complex128": "c128",
    **{f"float{name}": f"f{name}" for name in ("8_e3m4", "8_e4m3", "8_e4m3fn", "8_e4m3fnuz", "8_e4m3b11fnuz")},
    **{f"float{name}": f"f{name}" for name in ("8_e5m2", "8_e5m2fnuz", "8_e8m0fnu", "4_e2m1fn")},
    **{f"{kind}{bits}": f"{kind[0]}{bits}" for kind in ("float", "int", "uint") for bits in (2, 4, 8, 16, 32, 64)},
}


def short_dtype(dtype: str) -> str:
    """JAX's short notation of a dtype: "float32" gives "f32"; names without one are kept."""
    return SHORT_DTYPES.get(dtype, dtype)


def type_text(dtype: str, shape: tuple[int, ...]) -> str:
    """A type as JAX prints it: `f32[5,3]`."""
    return f"{short_dtype(dtype)}[{','.join(map(str, shape))}]"


def is_literal(operand: str) -> bool:
    """Whether an operand or output is a literal such as `0.0:f32[]` instead of a variable's name."""
    return ":" in operand


def equations_of(program: Program) -> Iterator[Equation]:
    """Every equation of a program at any depth, outer before inner, in order."""
    for equation in program.equations:
        yield equation
        for _, subprogram in equation.subprograms:
            yield from equations_of(subprogram)


def values_of(program: Program) -> Iterator[Value]:
    """Every value of a program at any depth: inputs, constants and outputs of equations."""
    yield from program.constants
    yield from program.inputs
    for equation in program.equations:
        yield from equation.outputs
        for _, subprogram in equation.subprograms:
            yield from values_of(subprogram)


def places_of(program: Program) -> dict[str, Program]:
    """The subprograms that stand in full, at any depth, by place: "0.branches[1]"."""
    return {
        f"{equation.path}.{name}": subprogram
        for equation in equations_of(program)
        for name, subprogram in equation.subprograms
        if subprogram.same_as is None
    }


def became(program: Program, path: str) -> tuple[Equation, ...]:
    """The equations of the next program that the equation at `path` became, outermost only, in order."""

    def outermost(equations: tuple[Equation, ...]) -> Iterator[Equation]:
        for equation in equations:
            if equation.origin == path:
                yield equation
            else:
                for _, subprogram in equation.subprograms:
                    yield from outermost(subprogram.equations)

    return tuple(outermost(program.equations))


def inserted(program: Program) -> tuple[Equation, ...]:
    """The equations of a batched program, at any depth, that belong to no equation of the program before."""
    return tuple(equation for equation in equations_of(program) if equation.origin is None)
