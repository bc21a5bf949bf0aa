"""One picture goes over into the next: what both show travels, the rest fades, and nothing is at the ends that they have not."""

from __future__ import annotations

import pytest

from vmapviz.model.scenes.carry import HELD, carried, uncovered
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text


def array(key: str, name: str, x: float) -> tuple[Item, ...]:
    cell = Rect(x, 20, 30, 24, "b1_fill", "cell", key=f"{key}:0")
    return cell, Text(x + 15, 36, "7", key=f"{key}:0#"), Text(x + 15, 60, name, key=f"{key}.name")


BEFORE = Scene(400, 90, (*array("o0", "a", 10), *array("q0", "c", 200)), "one")
AFTER = Scene(400, 90, (*array("o0", "c", 10), *array("o1", "d", 90), *array("q0", "e", 300)), "other")


def test_a_result_travels_to_where_it_is_an_operand() -> None:
    half = carried(BEFORE, AFTER, HELD + (1 - HELD) / 2)
    (cell,) = (item for item in half.items if isinstance(item, Rect) and item.key == "all c:0")
    assert cell.x == pytest.approx(105)
    assert cell.opacity == 1
    assert not [item for item in half.items if item.key == "all a:0" and item.opacity == 1]


def test_it_stays_first_and_then_is_the_other_picture() -> None:
    assert carried(BEFORE, AFTER, HELD) is BEFORE
    ends = [(item.x, item.y) for item in carried(BEFORE, AFTER, 1.0).items if not hasattr(item, "points")]
    assert sorted(ends) == sorted((item.x, item.y) for item in AFTER.items if not hasattr(item, "points"))


def test_one_example_and_all_of_them_are_not_mistaken_for_each_other() -> None:
    one = Scene(400, 90, array("l0", "c", 10), "other")
    assert not [item for item in carried(BEFORE, one, 0.7).items if item.key == "one c:0" and item.opacity == 1]


def test_cells_in_wait_are_not_seen_on_the_way() -> None:
    (cell, text, name) = array("o0", "c", 10)
    waiting = Rect(10, 20, 30, 24, "surface", "cell", key="q0:0"), Text(25, 36, "7", key="q0:0#")
    assert uncovered(Scene(400, 90, (*waiting, cell, text, name))).items == (cell, text, name)
