"""The sheets of values and of the result: true words beside true numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from msgspec.structs import replace

from tests.pictures import CASES, made
from vmapviz.model.actions.selection import order
from vmapviz.model.scenes import result_sheet, values_sheet
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.values import Check, Leaf, Preview, Result


def texts(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def values_of(name: str, path: str | None, width: float = 910.0) -> Scene:
    case = made(name)
    return values_sheet.sheet(Subject(case.trace, case.values, tuple(0 for _ in case.trace.levels)), path, width)


def result_of(name: str, width: float = 910.0, result: Result | None = None) -> Scene:
    case = made(name)
    sizes = tuple(level.size for level in case.trace.levels)
    shown = result_sheet.Shown(result or case.result, sizes, tuple(0 for _ in sizes), "f(x[k])", "vmap(f)(x)", "0")
    return result_sheet.sheet(shown, width)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [700.0, 910.0, 1400.0])
def test_nothing_leaves_the_sheet(name: str, width: float) -> None:
    scenes = [values_of(name, path, width) for path in (None, *order(made(name).trace))]
    for scene in [*scenes, result_of(name, width)]:
        for item in scene.items:
            left, _, right, bottom = item_box(item)
            assert left >= 0, item
            assert right <= width + 1, item
            assert bottom <= scene.height, item


def test_the_values_of_a_step_say_where_they_come_from() -> None:
    found = texts(values_of("affine", "1"))
    assert "from 1" in found
    assert "2a transpose" in found
    assert "same numbers as d, turned" in found
    assert "2b broadcast_in_dim" in found
    assert "not batched: computed once" in found
    assert "2c add" in found
    answer = np.maximum(-np.inf, np.array(made("affine").values.batched["g"].cells))
    assert f"min {number(float(answer.min()))}, max {number(float(answer.max()))}" in found


def test_turned_is_said_only_where_it_is_so() -> None:
    case = made("affine")
    wrong = {**case.values.batched, "e": replace(case.values.batched["e"], cells=(99.0,) * 10)}
    subject = Subject(case.trace, replace(case.values, batched=wrong), (0,))
    assert not [text for text in texts(values_sheet.sheet(subject, "1", 910.0)) if "turned" in text]


def test_without_a_selection_arguments_and_results_are_shown() -> None:
    found = texts(values_of("affine", None))
    assert {"argument W", "argument x", "argument bias", "result", "shared by all"} <= set(found)


def test_inside_a_body_no_numbers_are_promised() -> None:
    (path,) = [e.path for e in made("forked").trace.original.equations if e.primitive == "cond"]
    assert values_of("forked", f"{path}.branches[1].0").items


def test_the_result_says_that_the_loop_agrees() -> None:
    scene = result_of("affine")
    assert "Same result: 5 of 5 examples" in texts(scene)
    assert texts(scene).count("difference 0") == 5
    assert "example k is column k" in texts(scene)
    assert (
        "f32 values count as the same up to 1e-4, relative" in " ".join(texts(scene)) or "relative" in texts(scene)[-1]
    )


@dataclass(frozen=True)
class Verdict:
    check: Check
    words: str


VERDICTS = [
    Verdict(Check("loop", 5, (0, 1, 2, 3, 4), (True,) * 5, (0.0,) * 5, 1e-4), "Same result: 5 of 5 examples"),
    Verdict(Check("loop", 100, (0, 50), (True, True), (0.0, 0.0), 1e-4), "Same result: 2 of 100 examples"),
    Verdict(
        Check("loop", 5, (0, 1, 2, 3, 4), (True, False, False, True, False), (0.0, 0.001, 0.01, 0.0, 0.02), 1e-4),
        "3 of 5 examples differ. Largest difference 0.02, in example 4.",
    ),
    Verdict(
        Check("loop", 2, (0, 1), (False, False), (5.0, float("nan")), 1e-4),
        "2 of 2 examples differ. Largest difference nan, in example 1.",
    ),
    Verdict(Check("by_hand", 5, (0, 1), (True, True), (0.0, 0.0), 1e-4), "by_hand gives the same: 2 of 5 examples"),
    Verdict(
        Check("by_hand", 5, (0, 1), (False, True), (2.0, 0.0), 1e-4),
        "1 of 2 examples differ from by_hand. Largest difference 2, in example 0.",
    ),
]


@pytest.mark.parametrize("case", VERDICTS, ids=lambda case: case.words)
def test_the_verdict_in_words(case: Verdict) -> None:
    assert result_sheet.verdict(case.check) == case.words


def test_differences_are_marked_where_they_are() -> None:
    result = made("affine").result
    bad = replace(result.checks[0], same=(True, False, True, True, True), differences=(0.0, 0.5, 0.0, 0.0, 0.0))
    scene = result_of("affine", result=replace(result, checks=(bad,)))
    assert "difference 0.5" in texts(scene)
    marked = [i for i in scene.items if isinstance(i, Text) and i.colour == "error"]
    assert [i.text for i in marked] == [
        "1 of 5 examples differ. Largest difference 0.5, in example 1.",
        "difference 0.5",
    ]


def test_those_that_differ_are_shown_before_others() -> None:
    same = tuple(n not in (30, 40) for n in range(64))
    check = Check("loop", 64, tuple(range(64)), same, (0.0,) * 64, 1e-4)
    assert result_sheet.rows_of(check) == [0, 1, 2, 3, 4, 5, 30, 40]


def test_large_results_are_statistics_and_a_histogram() -> None:
    whole = Preview("float32", (1000, 50), (8, 8), (0.5,) * 64, -1.0, 2.0, 0.25, nans=3)
    leaf = Leaf("", whole, (0,), (), (1, 5, 2, 0))
    scene = result_of("affine", result=Result((leaf,), (), 0.1, "No loop: it needs all examples at once."))
    found = texts(scene)
    assert {"min -1", "max 2", "mean 0.25", "3 nan"} <= set(found)
    assert "No loop: it needs all examples at once." in found
    bars = [i for i in scene.items if isinstance(i, Rect) and i.fill == "edge" and i.width == 5]
    assert [round(i.height / 56 * 5) for i in bars] == [1, 5, 2, 0]


def test_results_that_are_all_finite_say_so() -> None:
    whole = Preview("float32", (1000,), (8,), (0.5,) * 8, 0.0, 1.0, 0.5)
    assert result_sheet.statistics_text(whole) == ["min 0", "max 1", "mean 0.5", "all finite"]
    assert result_sheet.statistics_text(Preview("key<fry>", (9,), (8,), ("1 2",) * 8)) == []


def test_a_nested_result_is_a_table_with_its_numbers_and_indices_beside_its_calls() -> None:
    found = texts(result_of("four", 910.0))
    assert "0, 0, 1, 1" in found
    assert "batch axes 3, 2, 1, 0" in found
    answer = np.asarray(made("four").plain())
    scene = result_of("four", 910.0)
    cells = {i.key: i.text for i in scene.items if isinstance(i, Text) and i.key.startswith("all0:")}
    for index in np.ndindex(answer.shape):
        assert cells[f"all0:{','.join(map(str, index))}#"] == number(float(answer[index]))
