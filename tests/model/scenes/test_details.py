"""Details of pictures that a reader stumbles over: wrong words, wrong colours, marks out of line, words that end in the middle."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import device_lanes, equation, story
from vmapviz.model.scenes.arrays import draw
from vmapviz.model.scenes.layout import Figure
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.values import Check, Preview, Result

LECTURE = (760.0, 323.5)


def end_of(fun: Any, axes: Any, *args: Any, path: str = "0", size: tuple[float, float] = LECTURE) -> Scene:
    """The last picture of an equation, the second example followed."""
    traced = trace(fun, (Vmap(axes, 0, None, None, None),), *args)
    return equation.stills(verify(traced)[0], evaluate.values(traced, (1,)), (1,), path, size)[-1][-1]


def story_of(fun: Any, axes: Any, *args: Any, result: Result | None = None) -> list[Scene]:
    """The last still of every phase of the whole call, the second example followed."""
    traced = trace(fun, (Vmap(axes, 0, None, None, None),), *args)
    found = verify(traced)[0]
    return [phase[-1] for phase in story.stills(found, evaluate.values(traced, (1,)), (1,), LECTURE, "f", result)]


def said(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def test_what_is_stretched_across_is_a_column_and_what_is_stretched_down_a_row() -> None:
    scene = end_of(lambda a, v: a * v, (0, None), jnp.arange(3.0), jnp.arange(4.0))
    assert [text for text in said(scene) if "reused" in text] == ["1b one column, reused", "1a one row, reused"]


def test_what_is_left_out_of_the_followed_example_is_said_in_ink() -> None:
    shown = Preview("float32", (3, 50), (3, 8), tuple(float(n) for n in range(24)))
    drawn = draw(Figure("v", (3, 50), "float32", shown, (0,), (1,)))
    dots = {item.key: item.colour for item in drawn.items if isinstance(item, Text) and item.key.endswith("...")}
    assert dots == {"v:0,0,0,None...": "ink3", "v:0,0,1,None...": "ink", "v:0,0,2,None...": "ink3"}


def test_of_the_examples_that_wait_the_numbers_are_pale_and_that_of_the_followed_one_is_not() -> None:
    one = story_of(lambda x: x + 1, 0, jnp.arange(3.0))[2]
    pale = {i.text: i.opacity < 1 for i in one.items if isinstance(i, Text) and i.key.endswith(".n")}
    assert pale == {"0": True, "1": False, "2": True}


def test_what_the_function_sees_below_each_other_stands_around_one_middle() -> None:
    one = story_of(lambda x, w: jnp.convolve(x, w), 0, jnp.ones((3, 9)) / 3, jnp.ones((3, 2)))[2]
    middles = []
    for key in ("ca0", "ca1"):
        cells = [
            i for i in one.items if isinstance(i, Rect) and i.key.startswith(f"{key}:") and i.fill.startswith("b1")
        ]
        middles.append((min(c.x for c in cells) + max(c.x + c.width for c in cells)) / 2)
    tops = {min(i.y for i in one.items if isinstance(i, Rect) and i.key.startswith(f"{k}:")) for k in ("ca0", "ca1")}
    assert len(tops) == 2
    assert middles[0] == pytest.approx(middles[1], abs=1)


def test_the_marks_at_the_calls_stand_below_each_other_however_long_the_calls_are() -> None:
    found = Check("the loop", 20, (0, 5, 10, 16), (True,) * 4, (0.0,) * 4, 1e-4)
    end = story_of(lambda x: x + 1, 0, jnp.arange(20.0), result=Result((), (found,), 0.0))[-1]
    marks = [item for item in end.items if item.key.startswith("mark")]
    assert len(marks) == 4
    assert len({mark.points[0][0] for mark in marks if not isinstance(mark, Rect | Text)}) == 1


def test_what_is_kept_has_the_colour_of_the_batch_only_where_there_is_one() -> None:
    for axes, args, fills in (
        (0, (jnp.array([1.0, -1.0, 2.0]), jnp.arange(3.0)), {"b1_strong"}),
        ((0, None), (jnp.array([1.0, -1.0]), jnp.array([[1.0, -2.0], [3.0, -4.0]])), {"b3_strong"}),
    ):
        choose = (lambda x, y: lax.select(x > 0, x, y)) if axes == 0 else (lambda x, y: x + jnp.where(y > 0, y, -y))
        paths = range(4)
        scenes = [end_of(choose, axes, *args, path=str(path)) for path in paths[: 2 if axes == 0 else 3]]
        (scene,) = [each for each in scenes if any(item.key == "legend.kept" for item in each.items)]
        swatch = {i.fill for i in scene.items if isinstance(i, Rect) and i.key == "legend.kept"}
        kept = {
            i.fill
            for i in scene.items
            if isinstance(i, Rect) and i.key[:2] in ("o1", "o2") and i.fill[-7:] == "_strong"
        }
        assert swatch == kept == fills


def test_what_the_looks_of_a_choice_mean_stands_below_it_before_examples_are_left_out() -> None:
    x = np.linspace(-3.03, -2.53, 6, dtype=np.float32)
    scene = end_of(lambda x: lax.select(x > -2.8, x, x * 1.111), 0, x, path="2", size=(560.0, 323.5))
    shown = {item.key for item in scene.items if isinstance(item, Rect) and item.key.startswith("q0:")}
    assert {f"q0:{n}" for n in range(6)} <= shown
    bottom = max(i.y + i.height for i in scene.items if isinstance(i, Rect) and i.key.startswith("q0:"))
    assert all(i.y > bottom for i in scene.items if isinstance(i, Rect) and i.key.startswith("legend."))


def test_words_that_are_too_long_end_with_a_sentence() -> None:
    why = "pmap has too few devices. Every example needs a device of its own: there are 8 examples and 1 device. So it did not run."
    blank = Scene(560, 300, (Text(24, 22, "Run all at once", "ink", 13, 600),))
    (short,) = [i for i in device_lanes.with_words(blank, why).items if isinstance(i, Text) and i.key == "why"]
    assert short.text == "pmap has too few devices."
    wide = device_lanes.with_words(Scene(1600, 300, blank.items), why)
    assert why in said(wide)
    assert why in device_lanes.with_words(blank, why).caption


def test_of_a_wide_table_less_is_shown_before_the_examples_are_left_out() -> None:
    table = jnp.arange(18.0).reshape(6, 3)
    traced = trace(lambda t, i: t[i], (Vmap((None, 0), 0, None, None, None),), table, jnp.array([5, 0, 2, 2]))
    stills = story.stills(verify(traced)[0], evaluate.values(traced), (0,), (783.0, 203.0))
    every = stills[3][-1]
    assert {f"a1:{n}" for n in range(4)} <= {item.key for item in every.items}
    assert "a0:0,0" in {item.key for item in every.items}
    assert "a0:5,0" not in {item.key for item in every.items}


def test_a_result_that_is_high_is_drawn_smaller_so_that_the_calls_beside_it_are_seen() -> None:
    levels = (Vmap((None, 0), 0, None, None, None), Vmap((0, None), 0, None, None, None))
    traced = trace(lambda a, b: a - b, levels, jnp.arange(3.0), jnp.arange(2.0))
    checked = Result((), (Check("the loop", 6, tuple(range(6)), (True,) * 6, (0.0,) * 6, 1e-4),), 0.0)
    end = story.stills(verify(traced)[0], evaluate.values(traced), (0, 0), (783.0, 203.0), "f", checked)[-1][-1]
    assert len([item for item in end.items if item.key.startswith("mark")]) == 5


def test_a_cell_that_is_not_filled_yet_holds_no_number_and_one_on_its_way_that_of_where_it_lies() -> None:
    x = jnp.array([[[True, False], [True, True]], [[True, False], [False, False]]])
    traced = trace(lambda x: jnp.sum(x.astype(jnp.float32) * 2.5, axis=0), (Vmap(0, 0, None, None, None),), x)
    found, values = verify(traced)[0], evaluate.values(traced, (1,))
    on_its_way = equation.stills(found, values, (1,), "0", LECTURE)[0][-1]
    held = {
        item.key: item.cell
        for item in on_its_way.items
        if isinstance(item, Rect) and item.key.startswith(("o0:", "q0:"))
    }
    assert held["o0:1,0,1"] == held["q0:1,0,1"] == (False, "bool")
    path = next(e.path for e in found.original.equations if e.primitive == "reduce_sum")
    first = equation.stills(found, values, (1,), path, LECTURE)[2][1]
    waiting = [
        item.cell for item in first.items if isinstance(item, Rect) and item.key.endswith("?") and item.key[0] in "mq"
    ]
    assert waiting
    assert set(waiting) == {None}
    last = equation.stills(found, values, (1,), path, LECTURE)[2][-1]
    ends = [item.cell for item in last.items if isinstance(item, Rect) and item.key.startswith("q0:") and item.cell]
    assert sorted(cell[0] for cell in ends) == [0, 2.5, 2.5, 5]
