"""Primitives on three shapes and two batch axes, and what of their cells is seen in a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np

from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.trace import Equation, Trace
from vmapviz.model.values import Values

Shape = tuple[int, ...]
SIZE = (1800.0, 1200.0)


class Family(NamedTuple):
    """A primitive: the function of one example, and shapes of its arguments three times over."""

    fun: Callable[..., Any]
    shapes: tuple[tuple[Shape, ...], ...]
    all_travel: bool = True
    keeps: bool = True  # whether a cell arrives with the number it left with
    primitive: str = ""  # where it is not the name
    became: str = ""  # what vmap made of it, where that is another primitive


def one(*shapes: Shape) -> tuple[tuple[Shape, ...], ...]:
    return tuple((shape,) for shape in shapes)


class Run(NamedTuple):
    """A family traced and evaluated: the equation it is about, and what plain JAX answers."""

    trace: Trace
    values: Values
    path: str
    equation: Equation
    answers: list[np.ndarray[Any, Any]]


def different(shape: Shape, seed: int) -> np.ndarray[Any, Any]:
    """Numbers of which no two are the same, none of them a small index, so that equal numbers are the same cell; in no order."""
    count = int(np.prod(shape))
    return (np.random.default_rng(seed).permutation(count) + 100 * seed + 100).astype(np.float32).reshape(shape)


@cache
def run(name: str, family: Family, which: int, axis: int) -> Run:
    """The family's call number `which`, its batch axes the first ones or (-1) the last."""
    shapes = family.shapes[which]
    axes = tuple(0 if axis == 0 else len(shape) for shape in shapes)
    args = tuple(
        different((*shape[:at], 4, *shape[at:]), seed)
        for seed, (shape, at) in enumerate(zip(shapes, axes, strict=True))
    )
    traced = trace(family.fun, (Vmap(axes, 0, None, None, None),), *args)
    found = verify(traced)[0]
    (wanted,) = [e for e in found.original.equations if e.primitive == (family.primitive or name)]
    made = next(e for e in found.batched.equations if e.primitive == (family.became or family.primitive or name))
    out = [None if value.axes[0] is None else value.axes[0][0] for value in made.outputs]
    answers = jax.vmap(lambda *given: jax.tree.leaves(family.fun(*given)), axes, out)(*args)
    return Run(found, evaluate.values(traced), wanted.path, made, [np.asarray(answer) for answer in answers])


def places(scene: Scene, keys: str) -> dict[tuple[str, str], tuple[float, ...]]:
    """Where the cells of arrays whose keys begin so lie, by the array and the index as it is written."""
    found = [
        i for i in scene.items if isinstance(i, Rect) and ":" in i.key and i.key[0] in keys and i.key[-1].isdigit()
    ]
    found += [i for i in scene.items if isinstance(i, Rect) and i.key.endswith(":") and i.key[0] in keys]
    cells = [i for i in found if "/" not in i.key and "None" not in i.key]
    return {(i.key.partition(":")[0], i.key.partition(":")[2]): (i.x, i.y, i.width, i.height) for i in cells}


def texts(scene: Scene, keys: str) -> dict[tuple[str, str], str]:
    found = [
        i for i in scene.items if isinstance(i, Text) and ":" in i.key and i.key[0] in keys and i.key.endswith("#")
    ]
    return {(i.key.partition(":")[0], i.key.partition(":")[2][:-1]): i.text for i in found}


def framed(scene: Scene, key: str, cells: str) -> set[str]:
    """The numbers of the cells that stand in frames whose keys begin so."""
    frames = [i for i in scene.items if isinstance(i, Rect) and i.key.startswith(key) and i.line == "ink"]
    numbers_at = texts(scene, cells)
    inside = {
        numbers_at[at]
        for at, (x, y, width, height) in places(scene, cells).items()
        for f in frames
        if f.x - 1 < x and f.y - 1 < y and x + width < f.x + f.width + 1 and y + height < f.y + f.height + 1
    }
    assert bool(inside) == bool(frames)
    return inside


def stills(found: Run) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of its equation, one example followed."""
    return equation.stills(found.trace, found.values, (1,), found.path, SIZE)
