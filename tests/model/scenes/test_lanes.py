"""A loop turn by turn: its lanes hold what JAX makes in every turn, and what is made for those that are done is struck."""

from __future__ import annotations

from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from msgspec.structs import replace

from tests.model.scenes.families import Family, Run, framed, one, places, run, stills, texts
from vmapviz.engine import evaluate, turning
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import conveyor, equation
from vmapviz.model.scenes.marks import number, shortened
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


def scene_of(fun: Any, *args: Any, path: str = "0", measured: bool = True, follow: int = 1) -> Scene:
    traced = trace(fun, (Vmap(0, 0, None, None, None),), *args)
    found, values = verify(traced)[0], evaluate.values(traced, (follow,))
    values = values if measured else replace(values, turning={}, turning_one=())
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
    scene = scene_of(counting, jnp.ones((3,)), jnp.array([2, 1, 12]), measured=False)
    assert "turns not measured" in said(scene)
    assert not [item for item in scene.items if item.key.startswith("t")]


def long_body(s: Any) -> Any:
    wave = s
    for _ in range(120):
        wave = jnp.sin(wave)
    return s + 1 + wave * wave


def long_loop(x: Any) -> Any:
    return lax.while_loop(lambda s: s < 3, long_body, x)


def test_a_body_of_many_equations_is_shown_turn_by_turn_as_a_small_one_is() -> None:
    starts = jnp.array([1.0, 0.0, 2.5])
    found, counts = texts(scene_of(long_loop, starts), "t"), []
    for example, x in enumerate(starts):
        made: list[Any] = []
        while x < 3:
            x = long_body(x)
            made.append(x)
        counts.append(len(made))
        assert [found["tq0", f"{example},{n}"] for n in range(len(made))] == [number(float(each)) for each in made]
    assert len(set(counts)) > 1


def test_a_loop_whose_second_run_would_take_too_long_is_not_run_again_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turning, "EQUATION_S", 1.0)
    scene = scene_of(lambda x: long_loop(x), jnp.ones(3))
    assert "turns not measured | running it again takes too long" in said(scene)
    assert not [item for item in scene.items if item.key.startswith("t")]


def test_what_is_too_large_to_keep_is_said_beside_the_turns_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "KEPT_BYTES", 0)
    found = said(scene_of(lambda x: lax.fori_loop(0, 5, lambda i, s: s * 2, x), jnp.ones((3, 4))))
    assert "5 turns | not shown: too large to keep" in found


def stepped(c: Any, x: Any) -> Any:
    return c * 2 + x, None


SCANS: dict[str, Any] = {
    "forwards": lambda c, xs: lax.scan(stepped, c, xs)[0],
    "backwards": lambda c, xs: lax.scan(stepped, c, xs, reverse=True)[0],
}


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("shape", [(), (2,), (2, 3)])
@pytest.mark.parametrize("way", SCANS)
@pytest.mark.parametrize("length", [5, 11])
def test_a_scan_that_gives_out_nothing_on_its_way_shows_what_it_carries_after_every_turn(
    length: int, way: str, shape: tuple[int, ...], axis: int
) -> None:
    axis = min(axis, len(shape))
    first = np.arange(3 * int(np.prod(shape)), dtype=np.float32).reshape(3, *shape)
    taken = np.arange(3 * length, dtype=np.float32).reshape(3, length) + 100
    order = range(length) if way == "forwards" else range(length)[::-1]
    args = np.moveaxis(first, 0, axis), taken
    traced = trace(SCANS[way], (Vmap((axis, 0), 0, None, None, None),), *args)
    found, values = verify(traced)[0], evaluate.values(traced, (1,))
    made = next(e for e in found.batched.equations if e.primitive == "scan")
    ((batch,),) = made.outputs[0].axes
    phases = equation.stills(found, values, (1,), made.origin or "", (1800, 900))
    seen = texts(phases[-1][-1], "t")
    for example in range(3):
        carry = first[example]
        for n in range(min(length, 8)):
            carry = stepped(carry, taken[example, order[n]])[0]
            for rest in product(*map(range, shape)):
                at = ",".join(map(str, (*rest[:batch], example, *rest[batch:], n)))
                if ("tq0", at) in seen or (rest[:1] in ((), (0,)) and n < 5):
                    assert seen["tq0", at] == number(carry[rest].item())
    for n, still in enumerate(phases[2][1:-1]):
        drawn = {number(each.item()) for each in taken[:, order[n]]} & set(texts(still, "o").values())
        assert drawn or way == "backwards" or n > 3
        where = "" if drawn or way == "forwards" else f", slice {order[n]}"
        assert f"turn {n + 1} of {length}{where}" in said(still)
        assert not drawn or framed(still, "o1~", "o") == drawn
        assert "o1~" in {item.key for item in still.items}  # on the break mark, where it is not drawn


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


def test_what_a_scan_carries_is_known_without_the_numbers_that_newer_jax_does_not_have() -> None:
    def fun(k: Any, c: Any, xs: Any) -> Any:
        return lax.scan(lambda carry, x: (carry * k + x, (x, 1.0)), c, xs)

    traced = trace(fun, (Vmap((None, 0, 0), 0, None, None, None),), jnp.float32(2), jnp.ones(3), jnp.ones((3, 5)))
    made = next(e for e in verify(traced)[0].batched.equations if e.primitive == "scan")
    told = conveyor.parts(made, ((), (3,), (5, 3)))
    bare = replace(made, params=tuple(each for each in made.params if each[0] not in ("num_consts", "num_carry")))
    assert conveyor.parts(bare, ((), (3,), (5, 3))) == told == (1, 1, 5)


def growing(x: Any) -> Any:
    return lax.while_loop(lambda s: s.sum() < 3e4, lambda s: s * 1.9871234, x)


@pytest.mark.parametrize("size", [(783.0, 203.0), (640.0, 180.0)])
def test_in_a_small_panel_wide_numbers_are_shortened_and_lanes_left_out_before_numbers_are(
    size: tuple[float, float],
) -> None:
    starts = jnp.arange(24.0).reshape(8, 3) * 123.456
    traced = trace(growing, (Vmap(0, 0, None, None, None),), starts)
    end = equation.stills(verify(traced)[0], evaluate.values(traced, (5,)), (5,), "0", size)[-1][-1]
    known = {item.key: item.text for item in end.items if isinstance(item, Text)}
    shown = [item for item in end.items if isinstance(item, Rect) and item.cell is not None]
    assert shown
    assert all(known[f"{item.key}#"] in (number(item.cell[0]), shortened(item.cell[0])) for item in shown if item.cell)
    carry, made = starts[5], {}
    for turn_of in range(8):
        carry = carry * 1.9871234
        made |= {f"tq0:5,{n},{turn_of}": carry[n] for n in range(3)}
    lane = {item.key: item.cell[0] for item in shown if item.cell and item.key.startswith("tq0:")}
    assert lane
    assert all(abs(float(value) / float(made[key]) - 1) < 1e-5 for key, value in lane.items())
    assert any(item.text in "…⋮" for item in end.items if isinstance(item, Text) and item.key.startswith("tq0:"))
