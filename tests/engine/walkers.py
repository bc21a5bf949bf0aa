"""Walks over programs and jaxprs that know nothing of how the engine makes them; each raises AssertionError at what is wrong."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np

from tests.engine.corpus.case import Case
from vmapviz.engine.calls import Vmap
from vmapviz.model.trace import Program, Trace, Value, equations_of, inserted, places_of, values_of

# Update functions, which JAX matches or keeps as they are instead of batching them as programs.
NEVER_BATCHED = ("reduce", "scatter", "select_and_", "sort", "pallas_call")
UNKNOWN_AXES = "The batch axes of some helper values are not known: the program changes with the number of examples."


# --- jaxprs -----------------------------------------------------------------------------------------------------------


def is_jaxpr(x: Any) -> bool:
    return hasattr(x, "eqns")


def inside(value: Any) -> list[Any]:
    if is_jaxpr(value):
        return [value]
    return [jaxpr for item in value for jaxpr in inside(item)] if isinstance(value, tuple) else []


def opened(jaxpr: Any) -> Any:
    return jaxpr if hasattr(jaxpr, "invars") else jaxpr.jaxpr


def primitives(jaxpr: Any) -> Counter[str]:
    """How often each primitive stands in a jaxpr, at any depth."""
    found: Counter[str] = Counter()
    for equation in opened(jaxpr).eqns:
        found[str(equation.primitive)] += 1
        for inner in inside(tuple(equation.params.values())):
            found += primitives(inner)
    return found


def depth(jaxpr: Any) -> int:
    """How many jaxprs stand one inside the other, this one included."""
    return 1 + max((depth(j) for e in opened(jaxpr).eqns for j in inside(tuple(e.params.values()))), default=0)


def described(jaxpr: Any, numbers: dict[Any, int]) -> list[Any]:
    """Everything a jaxpr says, line by line: types, primitives, parameters, operands by number, inner jaxprs, results."""
    inner = opened(jaxpr)
    lines: list[Any] = [[_numbered(v, numbers) for v in (*inner.constvars, *inner.invars)]]
    for equation in inner.eqns:
        inner_jaxprs = inside(tuple(value for _, value in sorted(equation.params.items())))
        plain = {name: _text(value) for name, value in equation.params.items() if not inside(value)}
        lines.append((str(equation.primitive), plain, [_operand(atom, numbers) for atom in equation.invars]))
        lines += [described(inner_jaxpr, numbers) for inner_jaxpr in inner_jaxprs]
        lines.append([_numbered(v, numbers) for v in equation.outvars])
    lines.append([_operand(atom, numbers) for atom in inner.outvars])
    return lines


def _numbered(variable: Any, numbers: dict[Any, int]) -> tuple[int, str]:
    numbers[variable] = numbers["count"] = numbers.get("count", 0) + 1  # anew each time: JAX may share inner jaxprs
    return numbers[variable], _type(variable.aval)


def _operand(atom: Any, numbers: dict[Any, int]) -> Any:
    return ("literal", str(atom.val), _type(atom.aval)) if hasattr(atom, "val") else numbers[atom]


def _type(aval: Any) -> str:
    return f"{getattr(aval, 'dtype', aval)}{getattr(aval, 'shape', '')}"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    return re.sub(r"0x[0-9a-f]+|np\.int64\((\d+)\)", r"\1", str(value))


def vmapped(case: Case) -> Any:
    fun = case.fun
    for level in case.levels:
        fun = jax.vmap(fun, **dataclasses.asdict(level) | {"in_axes": level.in_axes, "out_axes": level.out_axes})
    return fun


def plain(case: Case) -> Any:
    """What JAX makes of the function under all its vmaps."""
    return jax.make_jaxpr(vmapped(case))(*case.args, **case.kwargs)


def shapes(jaxpr: Any) -> list[tuple[str, tuple[int, ...]]]:
    """The maker and the shape of every value, in the order of `values_of`."""
    inner = opened(jaxpr)
    found = [("input", _shape(v)) for v in (*inner.constvars, *inner.invars)]
    for equation in inner.eqns:
        found += [(str(equation.primitive), _shape(v)) for v in equation.outvars]
        found += [row for j in inside(tuple(v for _, v in sorted(equation.params.items()))) for row in shapes(j)]
    return found


def _shape(variable: Any) -> tuple[int, ...]:
    return tuple(getattr(variable.aval, "shape", ()))


# --- with one more example --------------------------------------------------------------------------------------------


def axes_per_leaf(axes: Any, tree: Any) -> list[int | None]:
    """One axis per leaf of `tree` from a prefix of it."""
    axes = tuple(axes) if isinstance(axes, list) and isinstance(tree, tuple) else axes
    spread = jax.tree_util.tree_map(
        lambda axis, subtree: [axis] * len(jax.tree.leaves(subtree)), axes, tree, is_leaf=lambda x: x is None
    )
    return jax.tree.leaves(spread, is_leaf=lambda x: x is None)


def widened(leaf: Any, axis: int | None) -> Any:
    """The type of a leaf with one more example."""
    if axis is None:
        return leaf
    shape = list(np.shape(leaf))
    shape[axis] += 1
    return jax.ShapeDtypeStruct(tuple(shape), leaf.dtype)


def with_one_more(case: Case) -> Case:
    """The same program with one more example at its outermost level."""
    level = case.levels[-1]
    leaves, tree = jax.tree.flatten(case.args)
    axes = axes_per_leaf(level.in_axes, case.args)
    args = jax.tree.unflatten(tree, [widened(leaf, axis) for leaf, axis in zip(leaves, axes, strict=True)])
    kwargs = jax.tree.map(lambda leaf: widened(leaf, 0), case.kwargs)
    size = None if level.axis_size is None else level.axis_size + 1
    grown = Vmap(level.in_axes, level.out_axes, level.axis_name, size, level.spmd_axis_name)
    return case._replace(levels=(*case.levels[:-1], grown), args=args, kwargs=kwargs)


def grown_dimensions(case: Case) -> list[tuple[int, ...] | None] | None:
    """Per value of JAX's own last program the dimensions that grow with one more example; None when it becomes another program."""
    before = shapes(plain(case))
    try:
        after = shapes(plain(with_one_more(case)))
    except Exception:
        return None
    if [(maker, len(shape)) for maker, shape in before] != [(maker, len(shape)) for maker, shape in after]:
        return None
    pairs = [zip(a, b, strict=True) for (_, a), (_, b) in zip(before, after, strict=True)]
    return [tuple(i for i, (x, y) in enumerate(pair) if x != y) or None for pair in pairs]


# --- the data contract ------------------------------------------------------------------------------------------------


def values_in_full(program: Program, places: dict[str, Program]) -> Iterator[Value]:
    """The values of a program in the order of `values_of`, those of shared subprograms at every place."""
    yield from (*program.constants, *program.inputs)
    for equation in program.equations:
        yield from equation.outputs
        for _, subprogram in equation.subprograms:
            yield from values_in_full(places.get(subprogram.same_as or "", subprogram), places)


def uses(program: Program) -> int:
    """How many subprograms are kept elsewhere."""
    return sum(inner.same_as is not None for e in equations_of(program) for _, inner in e.subprograms)


def batched_values(program: Program) -> Iterator[Value]:
    """Every value outside the update functions that JAX never batches as programs."""
    yield from (*program.constants, *program.inputs)
    for equation in program.equations:
        yield from equation.outputs
        if not equation.primitive.startswith(NEVER_BATCHED):
            for _, subprogram in equation.subprograms:
                yield from batched_values(subprogram)


def inserted_shape(shape: tuple[int, ...], sizes: list[int], axes: tuple[int | None, ...]) -> tuple[int, ...]:
    """The shape with each size at its final place."""
    mapped = {axis: sizes[level] for level, axis in enumerate(axes) if axis is not None}
    rest = iter(shape)
    return tuple(mapped[i] if i in mapped else next(rest) for i in range(len(shape) + len(mapped)))


def check_shape_rule(trace: Trace, dropped: bool) -> None:
    """Inserting each level's size at its axis gives the batched shape; `dropped` says that JAX may have left values out."""
    sizes = [level.size for level in trace.levels]
    for value in batched_values(trace.original):
        assert len(value.batched) == len(sizes)
        for k, batched in enumerate(value.batched):
            if batched is None:
                assert dropped or value.name == "_", f"no counterpart of {value}"
                continue
            assert batched.dtype == value.dtype
            assert inserted_shape(value.shape, sizes, batched.axes) == batched.shape, value
            assert len(batched.axes) == k + 1


def check_origins(trace: Trace) -> None:
    """Every origin is an equation of the program before; only out_axes adds equations, and only at the top."""
    for before, after in itertools.pairwise(trace.programs):
        assert {e.origin for e in equations_of(after)} - {None} <= {e.path for e in equations_of(before)}
        for equation in inserted(after):
            assert "." not in equation.path, equation
            assert equation.primitive in ("transpose", "broadcast_in_dim", "broadcast"), equation


def check_names(trace: Trace) -> None:
    """Paths are unique, names are given once, and nothing of ours is left."""
    for program in trace.programs:
        equations = list(equations_of(program))
        assert not [e.primitive for e in equations if "vmapviz" in e.primitive]
        assert len({e.path for e in equations}) == len(equations)
        names = [value.name for value in values_of(program) if value.name != "_"]
        assert len(names) == len(set(names))


def check_linked_axes(trace: Trace) -> None:
    """Where the links say a value's axis lies, and where it grows with one more example, is the same."""
    for k, program in enumerate(trace.programs[1:]):
        axes = {value.name: value.axes for value in values_of(program) if value.name != "_"}
        for value in batched_values(trace.original):
            batched = value.batched[k]
            if batched is not None and batched.name in axes:
                assert axes[batched.name] == tuple(None if a is None else (a,) for a in batched.axes), value


def check_grown_axes(trace: Trace, case: Case, unknown: bool) -> None:
    """The axes of every value of the last program, helpers included, are the dimensions that grow in JAX's own program."""
    grown = grown_dimensions(case)
    if grown is not None and not unknown:
        assert [value.axes[-1] for value in values_in_full(trace.batched, places_of(trace.batched))] == grown
