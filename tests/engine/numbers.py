"""What a case computes: by its linked jaxpr, and by a loop over the examples written in Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from tests.engine.corpus.case import Case
from tests.engine.walkers import axes_per_leaf, opened, vmapped
from vmapviz.engine.calls import Vmap

# Compiled once and run once: how fast the numbers come does not matter, how fast the compiler is does.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}

# The slowest to compile, half a minute together: computed by `make fuzz` alone.
LONG = frozenset(Path(__file__).with_name("corpus").joinpath("long.txt").read_text("utf-8").splitlines())

Leaves = list[np.ndarray[Any, Any]]


def computed(jaxpr: Any, case: Case) -> Leaves:
    """The leaves of the result that a closed jaxpr computes from the arguments of the case."""
    run = jax.jit(lambda *leaves: jax.core.eval_jaxpr(opened(jaxpr), jaxpr.consts, *leaves), compiler_options=QUICK)
    return [array(leaf) for leaf in run(*jax.tree.leaves((case.args, case.kwargs)))]


def expected(case: Case) -> Leaves:
    """The same leaves by a loop; by plain JAX where the case has no loop, or no example to tell the types."""
    if case.loop and all(_sizes(case)):
        fun: Callable[..., Any] = jax.jit(case.fun, compiler_options=QUICK)
        for level in case.levels:
            fun = looped(fun, level)
        return jax.tree.leaves(fun(*case.args, **case.kwargs))
    result = jax.jit(vmapped(case), compiler_options=QUICK)(*case.args, **case.kwargs)
    return [array(leaf) for leaf in jax.tree.leaves(result)]


def _sizes(case: Case) -> list[int]:
    return [size for leaf in jax.tree.leaves((case.args, case.kwargs)) for size in np.shape(leaf)]


def looped(fun: Callable[..., Any], level: Vmap) -> Callable[..., Any]:
    """`fun` for one example after the other, the results stacked where out_axes says."""

    def run(*args: Any, **kwargs: Any) -> Any:
        leaves, tree = jax.tree.flatten((args, kwargs))
        axes = [*axes_per_leaf(level.in_axes, args), *[0] * len(jax.tree.leaves(kwargs))]
        mapped = [np.shape(leaf)[axis] for leaf, axis in zip(leaves, axes, strict=True) if axis is not None]
        results = []
        for i in range(mapped[0] if mapped else level.axis_size or 0):
            example = [taken(leaf, i, axis) for leaf, axis in zip(leaves, axes, strict=True)]
            one_args, one_kwargs = jax.tree.unflatten(tree, example)
            results.append(fun(*one_args, **one_kwargs))
        return stacked(results, level.out_axes)

    return run


def taken(leaf: Any, i: int, axis: int | None) -> Any:
    """One example of a leaf."""
    if axis is None:
        return leaf
    return (
        np.take(leaf, i, axis) if isinstance(leaf, np.ndarray) else jax.lax.index_in_dim(leaf, i, axis, keepdims=False)
    )


def stacked(results: list[Any], out_axes: Any) -> Any:
    """The results of all examples as one tree of numpy arrays; None = the first one's."""
    rows = [[array(leaf) for leaf in jax.tree.leaves(result)] for result in results]
    axes = axes_per_leaf(out_axes, results[0])
    columns = zip(axes, *rows, strict=True)
    leaves = [column[0] if axis is None else np.stack(column, axis) for axis, *column in columns]
    return jax.tree.unflatten(jax.tree.structure(results[0]), leaves)


def array(leaf: Any) -> np.ndarray[Any, Any]:
    """A leaf as a numpy array: keys as their data, narrow floats as wider ones."""
    if jax.dtypes.issubdtype(getattr(leaf, "dtype", None), jax.dtypes.prng_key):
        leaf = jax.random.key_data(leaf)
    found = np.asarray(leaf)
    return (
        found.astype(np.float32)
        if found.dtype.kind == "V" or found.dtype.name.startswith(("bfloat", "float8"))
        else found
    )


def check_numbers(jaxpr: Any, case: Case) -> None:
    """The linked jaxpr computes what the loop computes, within what another order of additions may change."""
    got, wanted = computed(jaxpr, case), expected(case)
    assert len(got) == len(wanted)
    for a, b in zip(got, wanted, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=2e-5)
