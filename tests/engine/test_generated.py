"""Programs that nobody wrote: compositions of primitives, control flow and pytrees, under vmaps with axes of every kind."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import hypothesis
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import strategies as st
from jax import lax

from tests.engine import walkers
from tests.engine.corpus.case import Case
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify

Fun = Callable[..., Any]
SIZE = 3  # of every vector; matrices are SIZE × SIZE

# --- values: every step takes a list of arrays of any rank and gives one more -----------------------------------------


def vector(x: Any) -> Any:
    """Any array as a vector of SIZE elements."""
    return jnp.resize(jnp.ravel(x).astype(jnp.float32), (SIZE,))


def matrix(x: Any) -> Any:
    """Any array as a square matrix."""
    return jnp.outer(vector(x), jnp.ones(SIZE)) + jnp.eye(SIZE)


ONE: dict[str, Fun] = {
    "sin": jnp.sin,
    "negative": lambda x: -x,
    "square": lambda x: x * x,
    "root": lambda x: jnp.sqrt(jnp.abs(x)),
    "sum": jnp.sum,
    "largest": lambda x: jnp.max(x, initial=0.0),
    "cumulative": jnp.cumsum,
    "sorted": lambda x: jnp.sort(vector(x)),
    "reversed": lambda x: vector(x)[::-1],
    "transposed": lambda x: matrix(x).T,
    "reshaped": lambda x: matrix(x).reshape(-1)[1:],
    "stacked": lambda x: jnp.stack([x, x]),
    "padded": lambda x: jnp.pad(vector(x), 1),
    "rounded": lambda x: jnp.round(x).astype(jnp.int32),
    "positive": lambda x: (x > 0).astype(jnp.float32),
    "first": lambda x: vector(x)[0],
    "changed": lambda x: vector(x).at[1].add(1.0),
    "softmax": lambda x: jax.nn.softmax(vector(x)),
    "relu": jax.nn.relu,
    "cholesky": lambda x: jnp.linalg.cholesky(matrix(x) @ matrix(x).T + jnp.eye(SIZE)),
    "top": lambda x: lax.top_k(vector(x), 2)[0],
    "constant": lambda x: jnp.arange(3.0),
    "number": lambda x: 2.0,
    "argmax": lambda x: jnp.argmax(vector(x)),
}

TWO: dict[str, Fun] = {
    "add": lambda x, y: vector(x) + vector(y),
    "scaled": lambda x, y: x * jnp.sum(y),
    "product": lambda x, y: matrix(x) @ vector(y),
    "outer": lambda x, y: jnp.outer(vector(x), vector(y)),
    "chosen": lambda x, y: jnp.where(vector(x) > 1, vector(y), 0.0),
    "joined": lambda x, y: jnp.concatenate([jnp.ravel(x), vector(y)]),
    "picked": lambda x, y: vector(x)[jnp.argmax(vector(y))],
    "placed": lambda x, y: vector(x).at[jnp.argmin(vector(y))].set(7.0),
    "sliced": lambda x, y: lax.dynamic_slice(vector(x), (jnp.argmax(vector(y)),), (2,)),
    "solved": lambda x, y: jnp.linalg.solve(matrix(x) + 3 * jnp.eye(SIZE), vector(y)),
    "pairs": lambda x, y: lax.sort((vector(x), vector(y)), num_keys=1)[1],
}

# Each gets a function of one vector and two arrays.
AROUND: dict[str, Callable[[Fun, Any, Any], Any]] = {
    "jit": lambda f, x, y: jax.jit(f)(vector(x)),
    "jit twice": lambda f, x, y: (lambda g: g(vector(x)) + g(vector(y)))(jax.jit(lambda v: vector(f(v)))),
    "cond": lambda f, x, y: lax.cond(jnp.sum(x) > 1, lambda v: vector(f(v)), lambda v: v, vector(y)),
    "switch": lambda f, x, y: lax.switch(
        jnp.argmax(vector(x)), [lambda v: vector(f(v)), jnp.cos, lambda v: v * 2], vector(y)
    ),
    "while": lambda f, x, y: lax.while_loop(
        lambda s: (s[0] < 3) & (jnp.sum(s[1]) < 50),
        lambda s: (s[0] + 1, vector(f(s[1]))),
        (jnp.argmax(vector(y)), vector(x)),
    )[1],
    "fori": lambda f, x, y: lax.fori_loop(0, 2, lambda i, v: vector(f(v)) + i, vector(x)),
    "scan": lambda f, x, y: lax.scan(lambda c, t: (vector(f(c)) + t, c[0]), vector(x), vector(y))[1],
    "map": lambda f, x, y: lax.map(lambda t: vector(f(t + vector(y))), vector(x)),
    "vmap": lambda f, x, y: jax.vmap(lambda v: vector(f(v)), 1)(matrix(x)),
    "grad": lambda f, x, y: jax.grad(lambda v: jnp.sum(vector(f(v)) * vector(y)))(vector(x)),
    "jvp": lambda f, x, y: jax.jvp(lambda v: vector(f(v)), (vector(x),), (vector(y),))[1],
    "checkpoint": lambda f, x, y: jax.checkpoint(f)(vector(x)),
    "associative": lambda f, x, y: lax.associative_scan(jnp.maximum, jnp.stack([vector(f(vector(x))), vector(y)])),
    "tree": lambda f, x, y: jax.tree.map(f, {"a": (vector(x), None), "b": [vector(y)]})["a"][0],
}
# Those that differentiate cannot look into a while_loop backwards, nor through what has no derivative.
FORWARD_ONLY = ("while", "fori")

Step = tuple[str, Any, int, int]


@functools.cache
def programs(depth: int, forward: bool = True) -> st.SearchStrategy[list[Step]]:
    """Lists of steps; a step of control flow holds steps of its own, `depth` deep at most."""
    places = st.integers(0, 9)
    steps = [
        st.tuples(st.sampled_from(sorted(ONE)), st.none(), places, places),
        st.tuples(st.sampled_from(sorted(TWO)), st.none(), places, places),
    ]
    if depth:
        for name in sorted(AROUND):
            if forward or name not in FORWARD_ONLY:
                inner = programs(depth - 1, forward and name != "grad")
                steps.append(st.tuples(st.just(name), inner, places, places))
    return st.lists(st.one_of(steps), min_size=1, max_size=4 if depth > 1 else 2)


def run(steps: list[Step], *arrays: Any) -> list[Any]:
    """All arrays, the last ones those that the steps made."""
    values = list(arrays)
    for name, inside, i, j in steps:
        x, y = values[i % len(values)], values[j % len(values)]
        if name in AROUND:
            values.append(AROUND[name](lambda v, inside=inside: run(inside, v)[-1], x, y))
        else:
            values.append(ONE[name](x) if name in ONE else TWO[name](x, y))
    return values


# --- axes -------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A generated case, printed so that it can become one of the corpus."""

    steps: list[Step]
    shapes: tuple[tuple[int, ...], ...]
    levels: tuple[Vmap, ...]

    @property
    def case(self) -> Case:
        args = tuple(np.arange(np.prod(shape), dtype=np.float32).reshape(shape) % 5 - 1 for shape in self.shapes)
        return Case(lambda *xs: {"last": run(self.steps, *xs)[-1], "all": None}, self.levels, args, {}, True, False, "")


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    shapes = [tuple(draw(st.lists(st.integers(1, 3), max_size=2))) for _ in range(draw(st.integers(1, 3)))]
    levels = []
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        size, axes = draw(st.integers(1, 3)), []
        for k, shape in enumerate(shapes):
            axis = draw(st.none() | st.integers(-len(shape) - 1, len(shape)))
            axes.append(axis)
            if axis is not None:
                place = axis % (len(shape) + 1)
                shapes[k] = (*shape[:place], size, *shape[place:])
        out = draw(st.sampled_from([0, 0, -1]))
        alone = size if all(axis is None for axis in axes) else None
        levels.append(Vmap(draw(st.sampled_from([tuple, list]))(axes), out, axis_size=alone))
    return Drawn(draw(programs(2)), tuple(shapes), tuple(levels))


@pytest.mark.slow
@hypothesis.given(drawn())
def test_generated_programs_are_exact(generated: Drawn) -> None:
    case = generated.case
    try:
        plain = walkers.plain(case)
    except Exception:  # JAX itself refuses it
        hypothesis.reject()
    traced = trace(case.fun, case.levels, *case.args)
    result, note = verify(traced)
    assert (result.exact, note) == (True, "")
    assert walkers.described(traced.jaxprs[-1], {}) == walkers.described(plain, {})
    walkers.check_shape_rule(result, dropped=False)
    walkers.check_origins(result)
    walkers.check_names(result)
    walkers.check_linked_axes(result)
    walkers.check_grown_axes(result, case, unknown=False)


def test_every_step_can_be_drawn() -> None:
    names = {*ONE, *TWO, *AROUND}
    assert len(names) == len(ONE) + len(TWO) + len(AROUND)
    for name in sorted(names):
        inside = [("sin", None, 0, 0)] if name in AROUND else None
        jax.eval_shape(lambda *xs, step=(name, inside, 0, 1): run([step], *xs)[-1], jnp.ones(3), jnp.ones(2))
