"""A while turn by turn: its lanes hold what JAX makes in every turn, and what is made for those that are done is struck."""

from __future__ import annotations

from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from msgspec.structs import replace

from tests.model.scenes.families import Family, Run, one, places, run, stills, texts
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Rect, Scene, Text


def goes_on(x: Any) -> Any:
    return x.reshape(-1)[0] < 150


def turn(x: Any) -> Any:
    return x + 10 * lax.rem(x, np.float32(7)) + 1


LOOP = Family(lambda x: lax.while_loop(goes_on, turn, x), one((), (3,), (2, 2)))
ROWS = [(n, axis) for n in range(3) for axis in (0, -1)]


def ran(which: int, axis: int) -> Run:
    return run("while", LOOP, which, axis)


def by_hand(x: Any, most: int) -> tuple[int, list[Any]]:
    """How often one example turns, and what each of so many turns makes: of one that is done what its next turn would."""
    count, made = 0, []
    for number_of in range(most):
        new = np.asarray(turn(x))
        made.append(new)
        if goes_on(x):
            count, x = number_of + 1, new
    return count, made


def examples(found: Run, axis: int) -> list[Any]:
    value = found.values.batched[found.trace.batched.inputs[0].name]
    array = np.array(value.cells, np.float32).reshape(value.shape)
    return list(np.moveaxis(array, axis, 0))


def cells(scene: Scene, side: str) -> dict[tuple[int, ...], Rect]:
    return {
        tuple(int(i) for i in item.key.partition(":")[2].split(",")): item
        for item in scene.items
        if isinstance(item, Rect)
        and item.key.startswith(f"t{side}0:")
        and item.key[-1].isdigit()
        and "/" not in item.key
    }


@pytest.mark.parametrize(("which", "axis"), ROWS)
def test_every_turn_of_every_example_holds_what_jax_makes_in_it(which: int, axis: int) -> None:
    found = ran(which, axis)
    end, all_given = stills(found)[-1][-1], examples(found, axis)
    total = max(by_hand(x, 30)[0] for x in all_given)
    shown, lanes = texts(end, "t"), cells(end, "q")
    checked, (((batch,),),) = 0, [value.axes for value in found.equation.outputs]
    for at, rect in lanes.items():
        example, rest, when = at[batch], (*at[:batch], *at[batch + 1 : -1]), at[-1]
        count, made = by_hand(all_given[example], total)
        assert bool(rect.hatch) == (when >= count)
        text = shown.get(("tq0", ",".join(map(str, at))))
        assert text == number(made[when][rest].item())
        checked += 1
    assert checked >= 4 * min(total, 8)
    assert len({by_hand(x, 30)[0] for x in all_given}) > 1


@pytest.mark.parametrize(("which", "axis"), ROWS)
def test_one_example_turns_as_often_as_it_needs(which: int, axis: int) -> None:
    found = ran(which, axis)
    end = stills(found)[-1][-1]
    count, made = by_hand(examples(found, axis)[1], 30)
    shown = {tuple(map(int, at.split(","))): text for (array, at), text in texts(end, "t").items() if array == "tm0"}
    inner = product(*map(range, LOOP.shapes[which][0]))
    expected = {(*at, n): number(made[n][at].item()) for at in inner for n in range(min(count, 8))}
    assert shown.items() <= expected.items()
    assert {at for at in expected if len(at) < 3 or at[0] == 0} <= shown.keys()  # of a matrix the front sheet
    assert not any(rect.hatch for rect in cells(end, "m").values())


def test_words_say_how_long_each_is_and_what_is_thrown_away() -> None:
    found = ran(0, 0)
    end = stills(found)[-1][-1]
    counts = [by_hand(x, 30)[0] for x in examples(found, 0)]
    lengths = [item.text for item in end.items if isinstance(item, Text) and ".lane" in item.key]
    assert lengths == [f"{count} turn{'' if count == 1 else 's'}" for count in counts]
    whole = max(counts) * len(counts)
    assert any(f"{whole - sum(counts)} of {whole} turns" in item.text for item in end.items if isinstance(item, Text))


@pytest.mark.parametrize(("which", "axis"), ROWS)
def test_the_lanes_grow_by_a_cell_each_turn_and_the_result_comes_last(which: int, axis: int) -> None:
    phase = stills(ran(which, axis))[2]
    end = texts(phase[-1], "t")
    for when, still in enumerate(phase[1:-1]):
        there = texts(still, "t")
        assert there == {at: text for at, text in end.items() if int(at[1].split(",")[-1]) <= when}
        assert not texts(still, "mq")
        frame = next(item for item in still.items if isinstance(item, Rect) and item.key == "tq0~")
        now = [place for at, place in places(still, "t").items() if at[0] == "tq0" and at[1].endswith(f",{when}")]
        assert abs(frame.x - min(place[0] for place in now)) < 1
        assert abs(frame.x + frame.width - max(place[0] + place[2] for place in now)) < 1
    assert texts(phase[-1], "mq")


def scene_of(fun: Any, *args: Any, path: str = "0", turning: bool = True, follow: int = 1) -> Scene:
    traced = trace(fun, (Vmap(0, 0, None, None, None),), *args)
    found, values = verify(traced)[0], evaluate.values(traced, (follow,))
    values = values if turning else replace(values, turning={}, turning_one=())
    return equation.stills(found, values, (follow,), path, (1800, 900))[-1][-1]


def test_of_two_sides_the_one_that_was_not_measured_stays_as_it_is() -> None:
    traced = trace(counting, (Vmap(0, 0, None, None, None),), jnp.ones((3,)), jnp.array([2, 1, 3]))
    values = replace(evaluate.values(traced), turning_one=())
    phase = equation.stills(verify(traced)[0], values, (1,), "0", (1800, 900))[2]
    assert all("turns not measured" in said(still) for still in phase[1:])
    assert "turn 2 of 3" in said(phase[2])


def said(scene: Scene) -> str:
    return " | ".join(item.text for item in scene.items if isinstance(item, Text))


def counting(x: Any, n: Any) -> Any:
    return lax.while_loop(lambda s: s[0] < s[2], lambda s: (s[0] + 1, s[1] * 2, s[2]), (0, x, n))


def test_what_nobody_measured_is_said_not_drawn() -> None:
    scene = scene_of(counting, jnp.ones((3,)), jnp.array([2, 1, 12]), turning=False)
    assert "turns not measured" in said(scene)
    assert not [item for item in scene.items if item.key.startswith("t")]


def test_a_loop_that_is_long_to_compile_is_not_run_once_more() -> None:
    def body(s: Any) -> Any:
        wave = s
        for _ in range(120):
            wave = jnp.sin(wave)
        return s + 1 + wave * wave

    assert "turns not measured" in said(scene_of(lambda x: lax.while_loop(lambda s: s < 3, body, x), jnp.ones(3)))


def test_of_many_turns_the_first_are_drawn_and_the_followed_example_beyond_the_first_ones_too() -> None:
    scene = scene_of(counting, jnp.ones((20,)), jnp.arange(20), follow=17)
    found = texts(scene, "t")
    assert "after each of the first 8 turns" in said(scene)
    assert "17 turns" in said(scene)
    assert [found["tq1", f"17,{n}"] for n in range(8)] == [str(2 ** (n + 1)) for n in range(8)]


def test_a_loop_that_no_example_enters_says_so() -> None:
    assert "done before its first turn" in said(scene_of(counting, jnp.ones((3,)), jnp.array([0, -1, 0])))


def test_examples_that_all_turn_alike_throw_nothing_away() -> None:
    scene = scene_of(lambda x: lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, s[1] * 2), (0, x)), jnp.ones(4))
    assert "thrown away" not in said(scene)
    assert texts(scene, "t")["tq1", "2,2"] == "8"
