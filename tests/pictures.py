"""Traces, values and results of functions outside the gallery, as the worker would send them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vmapviz.engine import evaluate, results
from vmapviz.engine.calls import Vmap
from vmapviz.engine.load import Loaded
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Argument, ArgumentLeaf
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import Trace, Value
from vmapviz.model.values import Result, Values


class Case(NamedTuple):
    """A function, its vmaps (innermost first) and its whole-batch arguments."""

    fun: Callable[..., Any]
    levels: tuple[Vmap, ...]
    args: tuple[Any, ...]


class Made(NamedTuple):
    """What the worker says about a case."""

    case: Case
    trace: Trace
    values: Values
    result: Result
    session: Session

    def path_of(self, primitive: str) -> str:
        """Where the only equation of a primitive stands in the original."""
        (path,) = (each.path for each in self.trace.original.equations if each.primitive == primitive)
        return path

    def plain(self) -> Any:
        """The answer of plain JAX."""
        fun = self.case.fun
        for level in self.case.levels:
            fun = jax.vmap(fun, level.in_axes, level.out_axes)
        return fun(*self.case.args)


def numbers(*shape: int) -> np.ndarray[Any, Any]:
    """Small whole numbers from -2 to 4."""
    return (np.arange(int(np.prod(shape))) * 5 % 7 - 2).reshape(shape).astype(np.float32)


def affine(W: Any, x: Any, bias: Any) -> Any:
    return jnp.maximum(W @ x + bias, 0.0)


def tilt(x: Any, k: Any) -> Any:
    return jnp.cos(k) * x - x.sum()


def forked(x: Any) -> Any:
    return lax.cond(x > 0, lambda y: jnp.sqrt(y), lambda y: y * 2.0, x)


def tree(params: Any, x: Any) -> Any:
    hidden = jnp.tanh(x @ params["w"] + params["b"])
    return {"loss": (hidden**2).sum(), "hidden": hidden, "last": x[-1]}


def gap(a: Any, b: Any) -> Any:
    return jnp.sqrt(jnp.sum((a - b) ** 2))


def stacked(x: Any, y: Any) -> Any:
    return x @ y


def steer(x: Any, w: Any, b: Any) -> Any:
    return x * w + b


def four(a: Any, b: Any, c: Any, d: Any) -> Any:
    return jnp.abs(a - b) * c + d


def deep(x: Any) -> Any:
    return jnp.transpose(x * 2.0, (2, 0, 1))


def root(a: Any) -> Any:
    return lax.while_loop(lambda x: x * x - a > 1e-3, lambda x: 0.5 * (x + a / x), a)


def _one_each(count: int) -> tuple[Vmap, ...]:
    """Vmaps of which each maps one argument, the innermost the first."""
    return tuple(_level(tuple(0 if k == n else None for k in range(count))) for n in range(count))


def _level(in_axes: Any, out_axes: Any = 0) -> Vmap:
    return Vmap(in_axes, out_axes, None, None, None)


CASES = {
    "affine": Case(affine, (_level((None, 0, None), 1),), (numbers(2, 3), numbers(5, 3), numbers(2))),
    "tilt": Case(tilt, (_level((1, None)),), (numbers(4, 30), np.float32(0.3))),
    "forked": Case(forked, (_level(0),), (np.array([4, -1, 9, 0, 2.25], np.float32),)),
    "tree": Case(tree, (_level(({"w": None, "b": None}, 0)),), ({"w": numbers(3, 4), "b": numbers(4)}, numbers(6, 3))),
    "gap": Case(gap, (_level((None, 0)), _level((0, None))), (numbers(3, 2), numbers(4, 2))),
    "steer": Case(steer, _one_each(3), (numbers(4, 2), numbers(3), numbers(2))),
    "four": Case(four, _one_each(4), (numbers(2), numbers(3), numbers(4), numbers(2))),
    "cube": Case(
        jnp.vdot,
        (_level((0, None)), _level((0, None), 1), _level((1, None), 1)),
        (numbers(3, 2, 4, 5), numbers(5)),
    ),
    "five": Case(jnp.sin, (_level(0),) * 5, (numbers(2, 3, 2, 1, 3),)),
    "deep": Case(deep, (_level(1),), (numbers(10, 12, 9, 3),)),
    "root": Case(root, (_level(0),), (np.array([4, 9, 2, 100, 1], np.float32),)),
    "stacked": Case(stacked, (_level((0, 0)),), (numbers(5, 2, 3), numbers(5, 3, 2))),
}


def _arguments(trace: Trace) -> tuple[Argument, ...]:
    """Every array as an argument of its own."""

    def leaf(value: Value) -> ArgumentLeaf:
        axes = tuple(None if each is None else each[0] for each in value.axes)
        return ArgumentLeaf("", value.dtype, value.shape, axes)

    return tuple(Argument(value.label or value.name, "", (leaf(value),)) for value in trace.batched.inputs)


@cache
def made(name: str) -> Made:
    """A case, traced, verified, evaluated and checked."""
    case = CASES[name]
    traced = trace(case.fun, case.levels, *case.args)
    verified = verify(traced)[0]
    values = evaluate.values(traced)
    result = results.result(traced, Loaded(case.fun, case.levels, case.args, {}, (), (), ""))
    experiment = Experiment(function=name)
    picture = Picture(experiment, verified, _arguments(verified), traced.results, 0.0)
    start = tuple(0 for _ in case.levels)
    session = Session(experiment=experiment, picture=picture, values=values, result=result, example=start)
    return Made(case, verified, values, result, session)
