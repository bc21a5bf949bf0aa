"""The arrays of an example as plain JAX computes them, equation by equation, without anything of the engine's evaluation."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import numpy as np

from tests.engine.walkers import opened
from vmapviz.engine import compat
from vmapviz.engine.load import Loaded
from vmapviz.model.trace import Program

Array = np.ndarray[Any, Any]


class Run(NamedTuple):
    """A program after it ran: its jaxpr, and the arrays of its variables by name."""

    jaxpr: Any
    arrays: dict[Any, Any]
    names: dict[str, Any]

    def of(self, variable: Any) -> Any:
        """The array of a variable or literal of the jaxpr."""
        return variable.val if hasattr(variable, "val") else self.arrays[variable]


def run(program: Program, made: Any, leaves: list[Any]) -> Run:
    """Every value of a closed jaxpr, whose variables `program` names in the same order."""
    jaxpr = opened(made)
    alive = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*made.consts, *leaves), strict=True))
    for equation in jaxpr.eqns:
        read = [atom.val if hasattr(atom, "val") else alive[atom] for atom in equation.invars]
        alive |= zip(equation.outvars, compat.bind(equation, equation.params, read), strict=True)
    groups = [(program.constants, jaxpr.constvars), (program.inputs, jaxpr.invars)]
    groups += [(ours.outputs, theirs.outvars) for ours, theirs in zip(program.equations, jaxpr.eqns, strict=True)]
    names = {value.name: alive[v] for ours, theirs in groups for value, v in zip(ours, theirs, strict=True)}
    return Run(jaxpr, alive, names)


def whole(loaded: Loaded, program: Program) -> Run:
    """The program of the whole batch."""
    fun = loaded.fun
    for level in loaded.levels:
        more = {"axis_name": level.axis_name, "axis_size": level.axis_size}
        fun = jax.vmap(fun, level.in_axes, level.out_axes, **{k: v for k, v in more.items() if v is not None})
    made = jax.make_jaxpr(fun)(*loaded.args, **loaded.kwargs)
    return run(program, made, jax.tree.leaves((loaded.args, loaded.kwargs)))


def alone(loaded: Loaded, program: Program, arguments: list[Any]) -> Run | None:
    """The program of one example with these leaves; None where it needs the name of an axis."""
    args, kwargs = jax.tree.unflatten(jax.tree.structure((loaded.args, loaded.kwargs)), arguments)
    try:
        made = jax.make_jaxpr(loaded.fun)(*args, **kwargs)
    except NameError:
        return None
    return run(program, made, arguments)


def entry(array: Any, index: tuple[int, ...]) -> Any:
    """An entry of an array as Python has it; keys as the numbers they hold, in a text."""
    at = tuple(
        0 if size == 1 else i for i, size in zip(index, np.shape(array), strict=True)
    )  # a size-1 axis, stretched
    if jax.dtypes.issubdtype(getattr(array, "dtype", np.dtype(float)), jax.dtypes.prng_key):
        return " ".join(str(part) for part in np.asarray(jax.random.key_data(array[at])).ravel())
    return np.asarray(array)[at].item()
