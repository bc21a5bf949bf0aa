"""Collectives as they are drawn: each row holds JAX's numbers, and arrows lead from the cells that they really come from."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import SIZE, different, places, texts
from tests.there import there
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.lanes import OnDevices
from vmapviz.engine.pmapped import cut
from vmapviz.engine.trace import trace
from vmapviz.model.lanes import Lanes
from vmapviz.model.scenes import collectives, device_exchange, equation, origins
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.trace import Equation, Trace
from vmapviz.model.values import Values

N = 4
ROUND = [(k, (k + 1) % N) for k in range(N)]


class Family(NamedTuple):
    """A function of one collective, the shapes of its argument three times over, and what its answer says came from where."""

    fun: Callable[[Any], Any]
    shapes: tuple[tuple[int, ...], ...]
    moves: bool = True  # whether cells keep their numbers on the way


FAMILIES = {
    "psum": Family(lambda x: lax.psum(x, "i"), ((), (3,), (2, 3)), moves=False),
    "pmax": Family(lambda x: lax.pmax(x, "i"), ((), (3,), (2, 3)), moves=False),
    "all_gather": Family(lambda x: lax.all_gather(x, "i"), ((), (3,), (2, 3))),
    "ppermute": Family(lambda x: lax.ppermute(x, "i", ROUND), ((), (3,), (2, 3))),
    "all_to_all": Family(lambda x: lax.all_to_all(x, "i", 0, 0), ((4,), (4, 2), (4, 3))),
    "reduce_scatter": Family(lambda x: lax.psum_scatter(x, "i"), ((4,), (4, 2), (4, 3)), moves=False),
    "axis_index": Family(lambda x: lax.axis_index("i"), ((), (3,), (2, 3)), moves=False),
}
WAYS = ((0, False), (-1, False), (0, True))  # the batch axis, and whether it is pmap that maps it
ROWS = [(name, n, *way) for name in FAMILIES for n in range(3) for way in WAYS]


class Made(NamedTuple):
    """A family's call: its trace, values, equation, what pmap's devices held, and argument and answer, the examples first."""

    trace: Trace
    values: Values
    equation: Equation
    lanes: Lanes
    given: np.ndarray[Any, Any]
    answer: np.ndarray[Any, Any]


@cache
def made(name: str, which: int, axis: int, devices: bool = False) -> Made:
    family = FAMILIES[name]
    shape = family.shapes[which]
    given = different((N, *shape), 1)
    at = 0 if axis == 0 else len(shape)
    vmap = Vmap(at, 0, "i")
    traced = trace(family.fun, (vmap,), np.moveaxis(given, 0, at))
    answer = np.asarray(jax.vmap(family.fun, at, 0, axis_name="i")(np.moveaxis(given, 0, at)))
    lanes = Lanes()
    if devices:
        on_devices = OnDevices(cut(traced.call, N), traced)
        on_devices.run()
        lanes = on_devices.lanes()
    made_ = next(e for e in traced.trace.original.equations if e.primitive == name)
    return Made(traced.trace, evaluate.values(traced), made_, lanes, given, answer)


@cache
def stills_of(name: str, which: int, axis: int, devices: bool, followed: int = 2) -> tuple[tuple[Scene, ...], ...]:
    found = made(name, which, axis, devices)
    if devices:
        exchanged = device_exchange.by_devices(found.trace, found.lanes, found.equation.path, (followed,))
        assert exchanged is not None
        return collectives.stills(exchanged, SIZE)
    return equation.stills(found.trace, found.values, (followed,), found.equation.path, SIZE)


def cell(key: str) -> tuple[int, tuple[int, ...]]:
    """The example and the cell of a key such as "0.2" and "1,2"."""
    array, _, index = key.partition(":")
    return int(array.partition(".")[2]), tuple(int(at) for at in index.split(",") if at)


@pytest.mark.parametrize(("name", "which", "axis", "devices"), ROWS)
def test_every_row_holds_jaxs_numbers(name: str, which: int, axis: int, devices: bool) -> None:
    found = made(name, which, axis, devices)
    scene = stills_of(name, which, axis, devices)[-1][-1]
    rows = {"l": found.given, "m": found.answer}
    seen: dict[str, set[int]] = {"l": set(), "m": set()}
    for (array, index), text in texts(scene, "lm").items():
        example, at = cell(f"{array}:{index}")
        assert text == number(rows[array[0]][(example, *at)].item())
        seen[array[0]].add(example)
    assert seen == {"l": set() if name == "axis_index" else set(range(N)), "m": set(range(N))}


@pytest.mark.parametrize(("name", "which", "axis", "devices"), [row for row in ROWS if row[0] != "axis_index"])
def test_arrows_lead_from_the_cells_that_change_the_followed_ones(
    name: str, which: int, axis: int, devices: bool
) -> None:
    scene = stills_of(name, which, axis, devices)[-1][-1]
    arrows = [item for item in scene.items if isinstance(item, Path) and item.key.startswith("from") and item.arrow]
    senders = {int(there(re.match(r"from(\d+)\.", arrow.key))[1]) for arrow in arrows}
    frames = [item for item in scene.items if isinstance(item, Rect) and item.key.endswith(".sends")]
    sent = {item.key: item_box(item) for item in frames}
    framed = {
        cell(f"{array}:{index}")
        for (array, index), (x, y, width, height) in places(scene, "l").items()
        for frame in [sent.get(f"{array}.sends", (-1e9, -1e9, 1e9, 1e9))]
        if cell(f"{array}:{index}")[0] in senders
        and frame[0] <= x and frame[1] <= y and x + width <= frame[2] and y + height <= frame[3]
    }  # fmt: skip
    assert framed == changing(name, which, 2)


@cache
def changing(name: str, which: int, followed: int) -> frozenset[tuple[int, tuple[int, ...]]]:
    """The cells that change what the followed example gets."""
    family = FAMILIES[name]
    given = different((N, *family.shapes[which]), 1)
    run = jax.jit(jax.vmap(family.fun, axis_name="i"))
    before, truth = np.asarray(run(given))[followed], set()
    for at in np.ndindex(given.shape):
        for step in (5000.0, -5000.0):
            other = given.copy()
            other[at] += step
            if (np.asarray(run(other))[followed] != before).any():
                truth.add((at[0], at[1:]))
    return frozenset(truth)


@pytest.mark.parametrize(("name", "which", "axis", "devices"), [row for row in ROWS if FAMILIES[row[0]].moves])
def test_what_is_passed_on_travels_with_its_number(name: str, which: int, axis: int, devices: bool) -> None:
    phases = stills_of(name, which, axis, devices)
    before, end = phases[1][-1], phases[-1][-1]
    there = {place: texts(before, "l")[key] for key, place in places(before, "l").items()}
    waiting = places(before, "m")
    arrived = texts(end, "m")
    assert waiting.keys() == arrived.keys()
    for key, place in waiting.items():
        assert there[place] == arrived[key]


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "axis_index"])
def test_a_clicked_cell_marks_the_cells_of_the_examples_it_comes_from(name: str) -> None:
    found = made(name, 1, 0)
    subject = Subject(found.trace, found.values, (1,))
    path, index = found.equation.path, (0,) * len(found.equation.outputs[0].shape)
    key = f"m0.2:{','.join(map(str, index))}"
    picked = origins.picked_at(subject, path, key)
    assert picked is not None
    assert picked[1] == (2,)
    marks = origins.marks(Subject(found.trace, found.values, picked[1]), path, picked[0])
    assert "m0.2" in marks.picked
    marked = {
        (int(k.partition(".")[2]), at) for k, cells in marks.sources.items() if k[0] == "l" for at in cells.each()
    }
    run = jax.jit(jax.vmap(FAMILIES[name].fun, axis_name="i"))
    before, truth = np.asarray(run(found.given)), set()
    for at in np.ndindex(found.given.shape):
        for step in (5000.0, -5000.0):
            other = found.given.copy()
            other[at] += step
            if np.asarray(run(other))[(2, *index)] != before[(2, *index)]:
                truth.add((at[0], at[1:]))
    assert marked == truth


def test_of_many_examples_some_are_left_out_and_counted() -> None:
    x = different((64, 3), 1)
    traced = trace(lambda x: lax.psum(x, "i"), (Vmap(0, 0, "i"),), x)
    path = traced.trace.original.equations[0].path
    phases = equation.stills(traced.trace, evaluate.values(traced), (2,), path, (943.0, 249.0))
    said = [item.text for item in phases[-1][-1].items if isinstance(item, Text) and "more example" in item.text]
    rows = {key[0] for key in places(phases[-1][-1], "l")}
    assert said == [f"… {64 - len(rows)} more examples"]
    assert "l0.2" in rows


def test_another_axis_name_is_drawn_in_general() -> None:
    fun = lambda x: jax.vmap(lambda y: lax.psum(y, "j"), axis_name="j")(x)  # noqa: E731
    traced = trace(fun, (Vmap(0, 0, "i"),), different((4, 3), 1))
    subject = Subject(traced.trace, evaluate.values(traced), (0,))
    assert all(collectives.by_examples(subject, e.path) is None for e in traced.trace.original.equations)
