"""Cells that travel: until an equation runs they lie in the cells they come from, and the number they carry is JAX's."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import Family, Run, framed, one, places, run, stills, texts
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Path


def whole(x: Any) -> Any:
    """Indices, some of them out of bounds."""
    return lax.convert_element_type(x % 7, np.int32)


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
    "sort by a key, ties in order": Family(
        lambda x: lax.sort((lax.rem(x, np.float32(2)), x), dimension=0, num_keys=1),
        one((3,), (5,), (3, 2)),
        all_travel=False,
        primitive="sort",
    ),
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
    "convert_element_type": Family(lambda x: x.astype(bool), one((3,), (5,), (3, 2)), keeps=False),
    "clamp": Family(lambda x: lax.clamp(np.float32(101), x, np.float32(103)), one((3,), (), (3, 2)), keeps=False),
    "tanh": Family(jnp.tanh, one((3,), (), (3, 2)), keeps=False),
}
FOUND = {"argmax": Family(lambda x: lax.argmax(x, 0, np.int32), one((3,)))}
ROWS = [(name, n, axis) for name, family in FAMILIES.items() for n in range(len(family.shapes)) for axis in (0, -1)]


def ran(name: str, which: int, axis: int) -> Run:
    return run(name, (FAMILIES | FOUND)[name], which, axis)


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
@pytest.mark.parametrize(("operands", "results"), [("l", "m"), ("o", "q")])
def test_a_cell_carries_its_number_from_where_it_was(
    name: str, which: int, axis: int, operands: str, results: str
) -> None:
    found = ran(name, which, axis)
    phases = stills(found)
    made, end = phases[1][-1], phases[-1][-1]
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
    found = ran(name, which, axis)
    end = stills(found)[-1][-1]
    arrived = texts(end, "q")
    assert arrived
    for (key, index), text in arrived.items():
        answer = found.answers[int(key[1:])]
        assert text == number(answer[tuple(int(i) for i in index.split(",") if i)].item())


@pytest.mark.parametrize(("which", "axis"), [(n, axis) for n in range(3) for axis in (0, -1)])
@pytest.mark.parametrize(("table", "result"), [("l0", "m0"), ("o0", "q0")])
@pytest.mark.parametrize("name", ["gather", "dynamic_slice"])
def test_what_is_read_is_framed(name: str, which: int, axis: int, table: str, result: str) -> None:
    found = ran(name, which, axis)
    phases = stills(found)
    travelling = {text for (key, _), text in texts(phases[1][-1], result[0]).items() if key == result}
    in_table = {at: text for at, text in texts(phases[1][-1], table[0]).items() if at[0] == table}
    assert framed(phases[1][-1], f"{result}.picked", table[0]) == travelling <= set(in_table.values())


@pytest.mark.parametrize(("which", "axis"), [(n, axis) for n in range(3) for axis in (0, -1)])
@pytest.mark.parametrize(("updates", "result"), [("l1", "m0"), ("o2", "q0")])
def test_what_is_written_is_framed(which: int, axis: int, updates: str, result: str) -> None:
    found = ran("dynamic_update_slice", which, axis)
    end = stills(found)[-1][-1]
    given = {text for (key, _), text in texts(end, updates[0]).items() if key == updates}
    arrived = set(texts(end, result[0]).values())  # of an array in sheets the front one
    assert framed(end, f"{result}.written", result[0]) == given & arrived


def test_arrows_lead_from_an_index_to_its_row() -> None:
    found = ran("gather", 1, 0)
    scene = stills(found)[0][0]
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
    found = ran("argmax", 0, 0)
    end = stills(found)[-1][-1]
    whole = {tuple(map(int, index.split(","))): float(t) for (_, index), t in texts(end, arrays[0]).items()}
    assert len(whole) == np.prod(size)
    rows: dict[tuple[int, ...], float] = {}
    for at, value in whole.items():
        rows[at[:-1]] = max(value, rows.get(at[:-1], value))
    assert framed(end, f"{arrays[0]}0.found", arrays[0]) == {number(value) for value in rows.values()}


def test_a_sort_with_ties_moves_every_cell_of_what_is_sorted_along() -> None:
    phases = stills(ran("sort by a key, ties in order", 1, 0))
    for array, size in (("m1", 5), ("q1", 20)):
        assert len([key for key in places(phases[1][-1], array[0]) if key[0] == array]) == size


def test_without_values_only_what_the_shapes_say_moves() -> None:
    for name, moves in (("transpose", True), ("sort", False), ("gather", False), ("select_n", False)):
        found = ran(name, 0, 0)
        nothing = equation.stills(found.trace, None, (1,), found.path, (1800, 1200))
        waiting = places(nothing[1][-1], "mq")
        assert bool(waiting) == moves
        assert not texts(nothing[-1][-1], "lmoq")
