"""The storyboard: for any function, JAX's numbers, inside its box, and moving without a jump."""

from __future__ import annotations

from itertools import pairwise

import jax
import numpy as np
import pytest
from msgspec.structs import replace

from tests.pictures import CASES, made
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.model.scenes import story
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text

SIZES = [(910.0, 280.0), (750.0, 240.0), (1280.0, 600.0)]


def stills(name: str, size: tuple[float, float] = SIZES[0], at_once: bool = True) -> tuple[tuple[Scene, ...], ...]:
    case = made(name)
    example = tuple(1 for _ in case.trace.levels)
    return story.stills(case.trace, case.values, example, size, name, case.result, at_once)


def rects(scene: Scene) -> dict[str, tuple[float, float, float, float]]:
    return {i.key: (i.x, i.y, i.width, i.height) for i in scene.items if isinstance(i, Rect) and i.key}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("at_once", [True, False])
def test_each_phase_begins_where_the_one_before_ends(name: str, at_once: bool) -> None:
    for before, after in pairwise(stills(name, at_once=at_once)):
        assert rects(before[-1]) == rects(after[0])
        assert before[-1].items == after[0].items


@pytest.mark.parametrize("name", CASES)
def test_nothing_jumps_while_a_phase_runs(name: str) -> None:
    case = made(name)
    example = tuple(0 for _ in case.trace.levels)
    phases = story.stills(case.trace, case.values, example, SIZES[0], name)
    steps = [rects(story.at(phases, 6 * n / 600)) for n in range(601)]
    jumps = [abs(a[k][i] - b[k][i]) for a, b in pairwise(steps) for k in a.keys() & b.keys() for i in (0, 1)]
    assert 1 < max(jumps) < 30  # something travels, and never far at once


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", SIZES)
def test_everything_stays_inside_at_every_moment(name: str, size: tuple[float, float]) -> None:
    phases = stills(name, size)
    for n in range(25):
        for item in story.at(phases, 6 * n / 24).items:
            left, top, right, bottom = item_box(item)
            assert left >= -1
            assert top >= -1
            assert right <= size[0] + 1, item
            assert bottom <= size[1] + 1, item


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", SIZES)
def test_no_two_arrays_overlap(name: str, size: tuple[float, float]) -> None:
    for phase in stills(name, size):
        cells: dict[str, list[tuple[float, float, float, float]]] = {}
        for key, (x, y, w, h) in rects(phase[-1]).items():
            figure, mark, _ = key.partition(":")
            if mark and not figure.startswith("c"):  # a copy lies on its slice before it leaves
                left, top, right, bottom = cells.setdefault(figure, [(x, y, x + w, y + h)])[0]
                cells[figure][0] = min(left, x), min(top, y), max(right, x + w), max(bottom, y + h)
        boxes = [box[0] for box in cells.values()]
        for n, a in enumerate(boxes):
            for b in boxes[n + 1 :]:
                assert a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 1 or b[3] <= a[1] + 1


def shown_numbers(scene: Scene, key: str) -> dict[tuple[int, ...], str]:
    found = {}
    for item in scene.items:
        if isinstance(item, Text) and item.key.startswith(f"{key}:") and item.key.endswith("#"):
            index = item.key.removesuffix("#").partition(":")[2]
            found[tuple(int(i) for i in index.split(",") if i)] = item.text
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_are_those_of_jax(name: str) -> None:
    case = made(name)
    last = stills(name, SIZES[2])[-1][-1]
    answers = [np.asarray(leaf) for leaf in jax.tree.leaves(case.plain())]
    given = [np.asarray(leaf) for leaf in jax.tree.leaves(case.case.args)]
    first = stills(name, SIZES[2])[0][0]
    for scene, key, arrays in ((last, "r", answers), (first, "a", given)):
        seen = 0
        for n, array in enumerate(arrays):
            for index, text in shown_numbers(scene, f"{key}{n}").items():
                assert text == number(array[index].item())
                seen += 1
        assert seen > 3


@pytest.mark.parametrize("name", CASES)
def test_without_values_there_are_shapes_without_numbers(name: str) -> None:
    case = made(name)
    example = tuple(0 for _ in case.trace.levels)
    for phase in story.stills(case.trace, None, example, SIZES[0], name):
        assert not [i for i in phase[-1].items if i.key.endswith("#") and i.key[0] in "ar" and ":" in i.key]
        assert [i for i in phase[-1].items if isinstance(i, Rect) and i.fill == "sunken"]


def test_a_slice_travels_from_the_array_to_its_row_and_the_result_from_row_to_column() -> None:
    phases = stills("affine")
    middle = story.at(phases, 1.5)
    start, end = rects(phases[0][0])["a1:3,0"], rects(phases[1][-1])["a1:3,0"]
    assert start != end
    assert start[1] < rects(middle)["a1:3,0"][1] < end[1] or start[0] < rects(middle)["a1:3,0"][0] < end[0]
    row, column = rects(phases[3][-1]), rects(phases[5][-1])
    assert row["r0:0,2"][1] == row["r0:1,2"][1]  # side by side in their example's row
    assert column["r0:0,2"][0] == column["r0:1,2"][0]  # one above the other after out_axes 1


def test_the_shared_argument_is_drawn_once_and_read_by_all() -> None:
    split = stills("affine")[1][-1]
    assert len([i for i in split.items if i.key == "a0:0,0"]) == 1
    assert len([i for i in split.items if i.key.startswith("fana0")]) == 5


def test_the_function_sees_one_example_and_gives_its_answer() -> None:
    case, one = made("affine"), stills("affine")[2][-1]
    answer = np.asarray(case.plain())[:, 1]
    assert [i.text for i in one.items if i.key in ("r0:0,1#", "r0:1,1#") and isinstance(i, Text)] == [
        number(value.item()) for value in answer
    ]
    x = case.case.args[1][1]
    assert list(shown_numbers(one, "ca1").values()) == [number(value.item()) for value in x]


def test_one_by_one_fills_the_rows_in_order() -> None:
    run = stills("tilt", SIZES[2], at_once=False)[3]
    rows = [len({key.split("@")[1] for key in rects(scene) if key.startswith("r0@")}) for scene in run]
    assert rows[1:6] == [1, 2, 3, 4, 5]
    assert any(isinstance(i, Text) and i.text == "… and 25 more" for i in run[-2].items)


def test_the_followed_example_is_shown_though_it_is_far_behind_the_first() -> None:
    case = made("tilt")
    phases = story.stills(case.trace, case.values, (20,), SIZES[2], "tilt")
    assert any(key.startswith("a0@20") for key in rects(phases[1][-1]))


def test_the_verdict_is_said_only_when_there_is_one() -> None:
    assert stills("affine")[-1][-1].caption == "The same 5 answers as the loop, in one array."
    case = made("affine")
    unchecked = story.stills(case.trace, case.values, (0,), SIZES[0], "affine")[-1][-1]
    assert unchecked.caption == "The answers of all 5 examples, in one array; not computed yet."
    assert not [i for i in unchecked.items if i.key.startswith("mark")]


def test_with_many_levels_every_argument_stays_and_every_call_names_its_examples() -> None:
    phases = stills("steer", SIZES[2])
    inputs, end = phases[0][0], phases[-1][-1]
    names = [item.text for item in inputs.items if isinstance(item, Text) and item.key.endswith(".name")]
    assert names == ["x", "w", "b"]
    said = [item.text for item in end.items if isinstance(item, Text) and item.key.startswith("call")]
    assert said[:5] == [f"steer(x[{n % 4}], w[{n // 4}], b[0])" for n in range(5)]


def test_the_stack_says_where_the_axis_of_every_vmap_goes() -> None:
    assert stills("cube")[4][-1].caption == ("The examples go to axes 0, 2 and 1, those of the innermost vmap first.")
    assert np.asarray(made("cube").plain()).shape == (4, 2, 3)  # 4, 3 and 2 examples


def checked(same: tuple[bool, ...], of: int, name: str = "affine") -> tuple[list[str], list[str], str]:
    """Calls, marks and caption of a result that was compared so."""
    case = made(name)
    found = replace(case.result.checks[0], of=of, examples=tuple(range(len(same))), same=same)
    end = story.stills(case.trace, case.values, (0,), SIZES[0], "affine", replace(case.result, checks=(found,)))[-1][-1]
    said = [i.text for i in end.items if isinstance(i, Text) and i.key.startswith("call")]
    marks = [i.line for i in end.items if isinstance(i, Path) and i.key.startswith("mark")]
    return said, marks, end.caption


def test_the_marks_at_the_calls_are_those_of_the_comparison() -> None:
    said, marks, caption = checked((True,) * 5, 5)
    assert said == [f"affine(W, x[{n}], bias)" for n in range(5)]
    assert marks == ["ok"] * 5
    said, wrong, caption = checked((*(True,) * 5, False), 6, "tree")
    assert said == [*(f"example {n}" for n in (0, 1, 2, 3, 5)), "… and 1 more compared"], "what differs is always shown"
    assert wrong == ["ok"] * 4 + ["error"] * 2
    assert caption == "1 of 6 examples differ from the loop."
    said, _, caption = checked((True,) * 64, 100)
    assert said[-1] == "… and 59 more compared of 100"
    assert caption == "The same answers as the loop for the 64 of 100 examples that were compared, in one array."


@pytest.mark.parametrize("name", ["affine", "all shared"])
def test_an_arrow_leads_from_what_comes_apart_into_the_function(name: str) -> None:
    shared = name == "all shared"
    traced = trace(lambda x: x * 2, (Vmap(None, 0, None, 4),), np.arange(3.0))
    one = story.stills(traced.trace, evaluate.values(traced), (1,), SIZES[0], "doubled", None, True) if shared else ()
    keys = {i.key for i in (one or stills("affine"))[2][-1].items}
    assert ("in" in keys) != shared
    assert {"box", "out"} <= keys
