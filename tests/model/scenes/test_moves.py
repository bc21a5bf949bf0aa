"""Cells that travel: until an equation runs they lie in the cells they come from, and the number they carry is JAX's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text
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
    became: str = ""  # what vmap made of it, where that is another primitive


def whole(x: Any) -> Any:
    """Indices, some of them out of bounds."""
    return lax.convert_element_type(x % 7, np.int32)


def one(*shapes: Shape) -> tuple[tuple[Shape, ...], ...]:
    return tuple((shape,) for shape in shapes)


FAMILIES = {
    "transpose": Family(jnp.transpose, one((2, 3), (3, 1), (4, 2))),
    "reshape": Family(lambda x: lax.reshape(x, (x.size,)), one((2, 3), (3, 1), (4, 2))),
    "squeeze": Family(lambda x: lax.squeeze(x, (1,)), one((2, 1), (1, 1), (4, 1))),
    "broadcast_in_dim": Family(
        lambda x: lax.broadcast_in_dim(x, (2, *x.shape), tuple(range(1, x.ndim + 1))), one((3,), (), (4,))
    ),
    "concatenate": Family(lambda x, y: lax.concatenate([x, y], 0), (((2,), (3,)), ((1,), (2,)), ((2, 2), (1, 2)))),
    "slice": Family(lambda x: lax.slice(x, (1,), (x.size,), (2,)), one((3,), (4,), (6,))),
    "rev": Family(lambda x: lax.rev(x, (0,)), one((3,), (4,), (2, 3))),
    "pad": Family(lambda x: lax.pad(x, np.float32(0.5), [(1, 0, 1)] * x.ndim), one((3,), (2,), (2, 2))),
    "split": Family(lambda x: lax.split(x, (1, x.shape[0] - 1)), one((3,), (4,), (2, 3))),
    "select_n": Family(lambda p, x, y: lax.select_n(p % 3 > 1, x, y), (((3,),) * 3, ((2, 2),) * 3, ((),) * 3)),
    "sort": Family(lambda x: lax.sort(x, dimension=0), one((3,), (5,), (3, 2))),
    "reduce_max": Family(lambda x: jnp.max(x, axis=0), one((3,), (5,), (3, 2))),
    "top_k": Family(lambda x: lax.top_k(x, 2), one((3,), (5,), (2, 3)), all_travel=False),
    "gather": Family(lambda x, i: x.at[whole(i)].get(mode="fill"), (((5,), (3,)), ((5, 2), (2,)), ((4,), (2, 1)))),
    "dynamic_slice": Family(
        lambda x, i: lax.dynamic_slice(x, (whole(i), np.int32(0))[: x.ndim], (2, 1)[: x.ndim]),
        (((5,), ()), ((5, 2), ()), ((3,), ())),
        became="gather",
    ),
    "dynamic_update_slice": Family(
        lambda x, y, i: lax.dynamic_update_slice(x, y, (whole(i), np.int32(0))[: x.ndim]),
        (((5,), (2,), ()), ((5, 2), (2, 1), ()), ((3,), (1,), ())),
        became="scatter",
    ),
    "scatter": Family(
        lambda x, y, i: x.at[whole(jnp.stack([i, i + 2]))].set(y, unique_indices=True),
        (((7,), (2,), ()), ((5, 2), (2, 2), ()), ((5,), (), ())),
    ),
    "scatter-add": Family(
        lambda x, y, i: x.at[whole(i)].add(y), (((7,), (3,), (3,)), ((7, 2), (2, 2), (2,)), ((5,), (), ())), keeps=False
    ),
    "cumsum": Family(lambda x: lax.cumsum(x), one((3,), (5,), (3, 2)), keeps=False),
    "convert_element_type": Family(lambda x: x.astype(bool), one((3,), (5,), (3, 2)), keeps=False),
    "tanh": Family(jnp.tanh, one((3,), (), (3, 2)), keeps=False),
}
FOUND = {"argmax": Family(lambda x: lax.argmax(x, 0, np.int32), one((3,)))}
ROWS = [(name, n, axis) for name, family in FAMILIES.items() for n in range(len(family.shapes)) for axis in (0, -1)]


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
def run(name: str, which: int, axis: int) -> Run:
    family = (FAMILIES | FOUND)[name]
    shapes = family.shapes[which]
    axes = tuple(0 if axis == 0 else len(shape) for shape in shapes)
    args = tuple(
        different((*shape[:at], 4, *shape[at:]), seed)
        for seed, (shape, at) in enumerate(zip(shapes, axes, strict=True))
    )
    traced = trace(family.fun, (Vmap(axes, 0, None, None, None),), *args)
    found = verify(traced)[0]
    (wanted,) = [e for e in found.original.equations if e.primitive == name]
    made = next(e for e in found.batched.equations if e.primitive == (family.became or name))
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


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
@pytest.mark.parametrize(("operands", "results"), [("l", "m"), ("o", "q")])
def test_a_cell_carries_its_number_from_where_it_was(
    name: str, which: int, axis: int, operands: str, results: str
) -> None:
    found = run(name, which, axis)
    stills = equation.stills(found.trace, found.values, (1,), found.path, SIZE)
    made, end = stills[1][-1], stills[-1][-1]
    origins = {place: texts(made, operands)[key] for key, place in places(made, operands).items()}
    waiting, carried, arrived = places(made, results), texts(made, results), texts(end, results)
    for key, place in waiting.items():
        assert origins[place] == carried[key]
        assert carried[key] == arrived[key] or not FAMILIES[name].keeps
    assert waiting
    if FAMILIES[name].all_travel and FAMILIES[name].keeps:
        seen = set(origins.values())  # of an array in sheets the front one
        assert waiting.keys() == {key for key, text in arrived.items() if text in seen}


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
def test_where_it_arrives_jax_has_the_same_number(name: str, which: int, axis: int) -> None:
    found = run(name, which, axis)
    end = equation.stills(found.trace, found.values, (1,), found.path, SIZE)[-1][-1]
    arrived = texts(end, "q")
    assert arrived
    for (key, index), text in arrived.items():
        answer = found.answers[int(key[1:])]
        assert text == number(answer[tuple(int(i) for i in index.split(",") if i)].item())


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


@pytest.mark.parametrize(("which", "axis"), [(n, axis) for n in range(3) for axis in (0, -1)])
@pytest.mark.parametrize(("table", "result"), [("l0", "m0"), ("o0", "q0")])
@pytest.mark.parametrize("name", ["gather", "dynamic_slice"])
def test_what_is_read_is_framed(name: str, which: int, axis: int, table: str, result: str) -> None:
    found = run(name, which, axis)
    stills = equation.stills(found.trace, found.values, (1,), found.path, SIZE)
    travelling = {text for (key, _), text in texts(stills[1][-1], result[0]).items() if key == result}
    in_table = {at: text for at, text in texts(stills[1][-1], table[0]).items() if at[0] == table}
    assert framed(stills[1][-1], f"{result}.picked", table[0]) == travelling <= set(in_table.values())


@pytest.mark.parametrize(("which", "axis"), [(n, axis) for n in range(3) for axis in (0, -1)])
@pytest.mark.parametrize(("updates", "result"), [("l1", "m0"), ("o2", "q0")])
def test_what_is_written_is_framed(which: int, axis: int, updates: str, result: str) -> None:
    found = run("dynamic_update_slice", which, axis)
    end = equation.stills(found.trace, found.values, (1,), found.path, SIZE)[-1][-1]
    given = {text for (key, _), text in texts(end, updates[0]).items() if key == updates}
    arrived = set(texts(end, result[0]).values())  # of an array in sheets the front one
    assert framed(end, f"{result}.written", result[0]) == given & arrived


def test_arrows_lead_from_an_index_to_its_row() -> None:
    found = run("gather", 1, 0)
    scene = equation.stills(found.trace, found.values, (1,), found.path, SIZE)[0][0]
    arrows = [i for i in scene.items if isinstance(i, Path) and i.key.startswith("m0.leads")]
    cells, numbers_at = places(scene, "l"), texts(scene, "l")
    for arrow in arrows:
        (x0, y0), (x1, y1) = arrow.points[0], arrow.points[-1]
        ((start, value),) = [
            (at, numbers_at[at]) for at, (x, y, _, height) in cells.items() if x == x0 and y < y0 < y + height
        ]
        assert start[0] == "l1"
        rows = {at[1].split(",")[0] for at, (_, y, _, height) in cells.items() if at[0] == "l0" and y < y1 < y + height}
        assert rows == {value}
        assert all(x1 > x + width for at, (x, _, width, _) in cells.items() if at[0] == "l0")
    kept = [text for (key, _), text in numbers_at.items() if key == "l1" and int(text) < 5]
    assert len(arrows) == len(kept) > 0


@pytest.mark.parametrize(("arrays", "size"), [("lm", (3,)), ("oq", (4, 3))])
def test_the_largest_is_framed(arrays: str, size: tuple[int, ...]) -> None:
    found = run("argmax", 0, 0)
    end = equation.stills(found.trace, found.values, (1,), found.path, SIZE)[-1][-1]
    whole = {tuple(map(int, index.split(","))): float(t) for (_, index), t in texts(end, arrays[0]).items()}
    assert len(whole) == np.prod(size)
    rows: dict[tuple[int, ...], float] = {}
    for at, value in whole.items():
        rows[at[:-1]] = max(value, rows.get(at[:-1], value))
    assert framed(end, f"{arrays[0]}0.found", arrays[0]) == {number(value) for value in rows.values()}
