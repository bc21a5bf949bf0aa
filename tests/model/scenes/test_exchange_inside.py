"""Collectives of nested vmaps, over several of their axes at once, and in bodies: rows of their own, arrows from what changes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import SIZE, different, texts
from tests.there import there
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.inside import Memory, look
from vmapviz.engine.trace import trace
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import collectives, equation, origins
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Path, Scene, Text
from vmapviz.model.scenes.subject import Subject, subject_of
from vmapviz.model.trace import equations_of

SIZES = {"i": 2, "j": 3}  # outer and inner
FOLLOWED = 1, 1  # innermost first
OUTER, INNER = [(0, 1), (1, 0)], [(0, 1), (1, 2), (2, 0)]


class Family(NamedTuple):
    """A function of one collective, the axes that it goes along, shapes of its argument, and how its picture is headed."""

    fun: Callable[[Any], Any]
    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...] = ((), (3,), (2, 3))
    heading: str = ""


OF_J, OF_I, OF_BOTH = (
    "between the examples of j, where i is 1",
    "between the examples of i, where j is 1",
    "between the examples of i and j",
)
NESTED = {
    "psum j": Family(lambda x: lax.psum(x, "j"), ("j",), heading=OF_J),
    "psum i": Family(lambda x: lax.psum(x, "i"), ("i",), heading=OF_I),
    "psum both": Family(lambda x: lax.psum(x, ("i", "j")), ("i", "j"), heading=OF_BOTH),
    "pmax both": Family(lambda x: lax.pmax(x, ("i", "j")), ("i", "j"), heading=OF_BOTH),
    "gather j": Family(lambda x: lax.all_gather(x, "j"), ("j",), heading=OF_J),
    "gather i": Family(lambda x: lax.all_gather(x, "i", axis=x.ndim), ("i",), heading=OF_I),
    "permute j": Family(lambda x: lax.ppermute(x, "j", INNER), ("j",), heading=OF_J),
    "permute i": Family(lambda x: lax.ppermute(x, "i", OUTER), ("i",), heading=OF_I),
    "scatter j": Family(lambda x: lax.psum_scatter(x, "j"), ("j",), ((3,), (3, 2)), OF_J),
    "to all i": Family(lambda x: lax.all_to_all(x, "i", 0, 0), ("i",), ((2,), (2, 3)), OF_I),
}
ROWS = [(name, n, axis) for name, family in NESTED.items() for n, _ in enumerate(family.shapes) for axis in (0, -1)]


class Made(NamedTuple):
    """A family's call: what is drawn, the path, and argument and answer, the examples first, the outer vmap's before."""

    subject: Subject
    path: str
    given: np.ndarray[Any, Any]
    answer: np.ndarray[Any, Any]


def batched(fun: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return jax.jit(jax.vmap(jax.vmap(fun, axis_name="j"), axis_name="i"))


@cache
def made(name: str, which: int, axis: int) -> Made:
    family = NESTED[name]
    shape = family.shapes[which]
    given = different((SIZES["i"], SIZES["j"], *shape), 1)
    inner, outer = (0, 0) if axis == 0 else (len(shape), len(shape) + 1)
    stacked = given if axis == 0 else np.moveaxis(given, (1, 0), (-2, -1))
    traced = trace(family.fun, (Vmap(inner, 0, "j"), Vmap(outer, 0, "i")), stacked)
    subject = Subject(traced.trace, evaluate.values(traced), FOLLOWED)
    return Made(subject, traced.trace.original.equations[0].path, given, np.asarray(batched(family.fun)(given)))


@cache
def end(name: str, which: int, axis: int) -> Scene:
    found = made(name, which, axis)
    return equation.stills_of(found.subject, found.path, SIZE)[-1][-1]


def places(names: tuple[str, ...]) -> list[tuple[int, int]]:
    """The examples that take part, outer index first, in the order of their places."""
    j, i = FOLLOWED
    rows = np.ndindex(tuple(SIZES[name] for name in names))
    return [(at.get("i", i), at.get("j", j)) for at in (dict(zip(names, row, strict=True)) for row in rows)]


def cell(key: str) -> tuple[int, tuple[int, ...]]:
    array, _, index = key.partition(":")
    return int(array.partition(".")[2]), tuple(int(at) for at in index.split(",") if at)


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
def test_every_row_holds_jaxs_numbers(name: str, which: int, axis: int) -> None:
    found, rows = made(name, which, axis), places(NESTED[name].names)
    arrays, seen = {"l": found.given, "m": found.answer}, set()
    for (array, index), text in texts(end(name, which, axis), "lm").items():
        place, at = cell(f"{array}:{index}")
        assert text == number(arrays[array[0]][(*rows[place], *at)].item())
        seen.add((array[0], place))
    assert seen == {(letter, place) for letter in "lm" for place in range(len(rows))}
    assert NESTED[name].heading in {item.text for item in end(name, which, axis).items if isinstance(item, Text)}


@cache
def changing(name: str, which: int) -> dict[tuple[int, ...], set[tuple[int, ...]]]:
    """For every cell of all answers the cells of all arguments that change it."""
    found, run = made(name, which, 0), batched(NESTED[name].fun)
    truth: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for at in np.ndindex(found.given.shape):
        for step in (5000.0, -5000.0):
            other = found.given.copy()
            other[at] += step
            for cell in np.argwhere(np.asarray(run(other)) != found.answer):
                truth.setdefault(tuple(map(int, cell)), set()).add(at)
    return truth


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
def test_marks_and_arrows_are_what_changes_the_cells(name: str, which: int, axis: int) -> None:
    found, rows = made(name, which, axis), places(NESTED[name].names)
    own = rows.index(FOLLOWED[::-1])
    senders = set()
    for index in np.ndindex(found.answer.shape[2:]):
        picked = origins.picked_at(found.subject, found.path, f"m0.{own}:{','.join(map(str, index))}")
        assert picked is not None
        assert picked[1] == FOLLOWED
        marks = origins.marks(found.subject, found.path, picked[0])
        sources = {
            (int(key.partition(".")[2]), at) for key, c in marks.sources.items() if key[0] == "l" for at in c.each()
        }
        assert {(*rows[place], *at) for place, at in sources} == changing(name, which)[(*rows[own], *index)]
        senders |= {place for place, _ in sources}
    arrows = [
        i.key for i in end(name, which, axis).items if isinstance(i, Path) and i.key.startswith("from") and i.arrow
    ]
    assert {int(there(re.match(r"from(\d+)\.", key))[1]) for key in arrows} == senders


@pytest.mark.parametrize("name", ["psum both", "permute i", "gather j"])
def test_a_click_on_a_row_follows_its_example(name: str) -> None:
    found, rows = made(name, 1, 0), places(NESTED[name].names)
    for place, (i, j) in enumerate(rows):
        picked = origins.picked_at(found.subject, found.path, f"l0.{place}:0")
        assert picked == (Picked(found.subject.trace.original.inputs[0].name, (0,)), (j, i))
        frames = {item.key for item in end(name, 1, 0).items if item.key.startswith(f"l0.{place}@")}
        assert frames == {f"l0.{place}@{j},{i}"}


# --- in bodies --------------------------------------------------------------------------------------------------------

N = 4
GIVEN = np.arange(12, dtype=np.float32).reshape(N, 3)
AFTER = GIVEN.sum(0) / 4 + GIVEN
BODIES = {
    "scan": (
        lambda x: lax.scan(lambda c, _: (lax.psum(c, "i") / 4 + x, None), x, None, length=3)[0],
        "psum", AFTER, np.broadcast_to(AFTER.sum(0), (N, 3)), set(),
    ),
    "jit": (
        lambda x: jax.jit(lambda v: lax.pmax(v * 2, "i") + 1)(x),
        "pmax", GIVEN * 2, np.broadcast_to(GIVEN.max(0) * 2, (N, 3)), set(),
    ),
    "cond": (
        lambda x: lax.cond(x.sum() > 10, lambda v: lax.ppermute(v, "i", [(k, (k + 1) % N) for k in range(N)]), jnp.sin, x),
        "ppermute", GIVEN, np.roll(GIVEN, 1, 0), {0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_in_a_body_each_row_holds_the_numbers_of_the_pass(name: str) -> None:
    fun, primitive, given, got, thrown = BODIES[name]
    traced = trace(fun, (Vmap(0, 0, "i"),), GIVEN)
    path = next(each.path for each in equations_of(traced.trace.original) if each.primitive == primitive)
    found = look(traced, path, 1, (1,), Memory())
    subject = subject_of(traced.trace, evaluate.values(traced), (1,), found)
    scene = equation.stills_of(subject, path, SIZE)[-1][-1]
    for (array, index), text in texts(scene, "lm").items():
        place, at = cell(f"{array}:{index}")
        assert text == number((given if array[0] == "l" else got)[(place, *at)].item())
    struck = {item.key.partition(":")[0] for item in scene.items if isinstance(item, Text) and item.strike}
    assert {int(key.partition(".")[2]) for key in struck if key[0] in "lm"} == thrown
    unknown = equation.stills_of(subject_of(traced.trace, evaluate.values(traced), (1,)), path, SIZE)[-1][-1]
    assert not texts(unknown, "lm") or name == "cond"  # whose branches are part of what vmap made of it
    picked = origins.marks(
        subject, path, Picked(there(collectives.collective(traced.trace, path)).outputs[0].name, (2,))
    )
    sources = {"ppermute": {"l0.0"}}.get(primitive, {f"l0.{k}" for k in range(N)})
    assert {key for key, cells in picked.sources.items() if key[0] == "l" and cells.count} == sources


def test_a_collective_over_a_mesh_is_drawn_in_general_and_says_over_what() -> None:
    mesh = jax.sharding.Mesh(np.array(jax.devices()[:2]), ("d",))
    cut = jax.sharding.PartitionSpec("d")
    fun = jax.shard_map(lambda v: lax.psum(v, "d"), mesh=mesh, in_specs=cut, out_specs=jax.sharding.PartitionSpec())
    traced = trace(lambda x: fun(x), (Vmap(0, 0, "i"),), different((N, 4), 1))
    path = next(e.path for e in equations_of(traced.trace.original) if e.primitive.startswith("psum"))
    subject = Subject(traced.trace, evaluate.values(traced), (1,))
    assert collectives.by_examples(subject, path) is None
    said = [item.text for item in equation.stills_of(subject, path, SIZE)[-1][-1].items if isinstance(item, Text)]
    assert said.count("the sum over all of d") == 2
