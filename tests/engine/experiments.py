"""Experiments in few words, for the tests of the engine."""

from __future__ import annotations

from typing import Any

from vmapviz.engine.errors.table import explain
from vmapviz.engine.load import Loaded, load
from vmapviz.engine.trace import Traced, trace
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.problem import Problem

HEAD = "import jax, jax.numpy as jnp\nfrom jax import lax\nimport numpy as np\n"
"""Three lines: the body's first line is line 4."""


def experiment(
    body: str, arguments: str, *levels: Vmap, function: str = "f", head: str = HEAD, **more: Any
) -> Experiment:
    """An experiment whose source is the usual imports and `body`."""
    return Experiment(head + body, function, arguments, levels or (Vmap(),), **more)


def x_only(body: str, arguments: str = "f32[5]", *levels: Vmap, **more: Any) -> Experiment:
    """An experiment with a function `f(x)` of this body."""
    lines = "\n".join(f"    {line}" for line in body.split("\n"))
    return experiment(f"def f(x):\n{lines}\n", arguments, *levels, **more)


def loaded_and_traced(one: Experiment) -> tuple[Loaded, Traced]:
    """Both, ready to be evaluated."""
    loaded = load(one)
    return loaded, trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)


def problem(one: Experiment) -> Problem:
    """What the app says about an experiment that cannot be traced."""
    loaded = None
    try:
        loaded = load(one)
        trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)
    except BaseException as error:
        return explain(error, one, loaded)
    raise AssertionError("it traced")
