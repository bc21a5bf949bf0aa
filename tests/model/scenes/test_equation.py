"""One equation: for one example and for all, with helpers, in phases that fit together."""

from __future__ import annotations

from itertools import pairwise

import jax.numpy as jnp
import numpy as np
import pytest

from tests.pictures import CASES, made, numbers
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.actions.selection import order
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.trace import values_of

SIZES = [(910.0, 280.0), (750.0, 240.0), (1280.0, 600.0)]
ALL = [(name, path) for name in CASES for path in order(made(name).trace)]


def stills(
    name: str, path: str, size: tuple[float, float] = SIZES[0], at_once: bool = True
) -> tuple[tuple[Scene, ...], ...]:
    case = made(name)
    example = tuple(1 for _ in case.trace.levels)
    return equation.stills(case.trace, case.values, example, path, size, at_once)


def texts(items: tuple[Item, ...]) -> list[str]:
    return [item.text for item in items if isinstance(item, Text)]


def cells(scene: Scene, key: str) -> dict[tuple[int, ...], str]:
    found = [i for i in scene.items if isinstance(i, Text) and i.key.startswith(f"{key}:") and i.key.endswith("#")]
    return {tuple(int(n) for n in i.key[len(key) + 1 : -1].split(",") if n): i.text for i in found}


@pytest.mark.parametrize(("name", "path"), ALL)
@pytest.mark.parametrize("at_once", [True, False])
def test_each_phase_begins_where_the_one_before_ends(name: str, path: str, at_once: bool) -> None:
    for before, after in pairwise(stills(name, path, at_once=at_once)):
        assert before[-1].items == after[0].items


@pytest.mark.parametrize(("name", "path"), ALL)
@pytest.mark.parametrize("size", SIZES)
def test_everything_stays_inside_at_every_moment(name: str, path: str, size: tuple[float, float]) -> None:
    case = made(name)
    example = tuple(0 for _ in case.trace.levels)
    for n in range(25):
        for item in equation.frame(case.trace, case.values, example, path, 4 * n / 24, size).items:
            left, top, right, bottom = item_box(item)
            assert min(left, top) >= -1, item
            assert right <= size[0] + 1, item
            assert bottom <= size[1] + 1, item


@pytest.mark.parametrize(("name", "path"), ALL)
def test_the_numbers_are_those_of_the_variables(name: str, path: str) -> None:
    case = made(name)
    end = stills(name, path, SIZES[2])[-1][-1]
    names = {v.name for v in values_of(case.trace.batched)}
    seen = 0
    for item in end.items:
        if not isinstance(item, Text) or not item.key.endswith(".name") or item.key[0] not in "osq":
            continue
        assert item.text in names
        preview = case.values.batched[item.text]
        whole = np.array(preview.cells, dtype=object).reshape(preview.shown)
        for index, text in cells(end, item.key.removesuffix(".name")).items():
            at = tuple(0 if size == 1 else i for i, size in zip(index, preview.shown, strict=True))  # stretched axes
            assert text == number(whole[at])
            seen += 1
    assert seen or name in ("stacked", "forked")


def test_add_after_a_product_turns_it_and_reuses_the_bias() -> None:
    before, helpers, run, _ = (phase[-1] for phase in stills("affine", "1"))
    assert "one row, reused" in " ".join(texts(run.items))
    assert "2a" in texts(helpers.items)
    assert "transpose" in texts(helpers.items)
    dashed = [i for i in run.items if isinstance(i, Rect) and i.dash]
    assert len(dashed) == 4 * 2
    assert not [i for i in before.items if isinstance(i, Rect) and i.dash]
    source = {i.key: (i.x, i.y) for i in before.items if isinstance(i, Rect) and i.key.startswith(("s0:", "o0:"))}
    assert source["o0:3,1"] == pytest.approx(source["s0:1,3"])  # the turned cells begin in the cells they come from
    there = {i.key: (i.x, i.y) for i in helpers.items if isinstance(i, Rect) and i.key.startswith("o0:")}
    assert there["o0:3,1"] != source["o0:3,1"]


def test_results_are_seen_only_when_it_has_run() -> None:
    phases = stills("affine", "0")
    assert not cells(phases[0][0], "q0")
    assert len(cells(phases[2][-1], "q0")) == 10
    assert len(cells(phases[2][-1], "m0")) == 2


def test_contracted_axes_are_hatched() -> None:
    end = stills("affine", "0")[-1][-1]
    assert "Σ 3" in texts(end.items)
    hatched = {i.key.partition(":")[0] for i in end.items if isinstance(i, Rect) and i.hatch}
    assert hatched == {"l0", "l1", "o0", "o1"}


def test_what_a_selection_throws_away_is_struck() -> None:
    (path,) = [e.path for e in made("forked").trace.original.equations if e.primitive == "cond"]
    end = stills("forked", path)[-1][-1]
    struck = sorted(i.text for i in end.items if isinstance(i, Text) and i.strike)
    x = np.array([4, -1, 9, 0, 2.25])
    thrown = [number(float(v) * 2) for v in x[x > 0]] + ["nan" if v < 0 else "0" for v in x[x <= 0]]
    assert struck == sorted(thrown)
    assert "computed and thrown away: 5 of 10 values" in texts(end.items)


def test_an_inserted_equation_has_no_left_side() -> None:
    (path,) = [path for path in order(made("affine").trace) if path.startswith("+")]
    items = stills("affine", path)[-1][-1].items
    assert "for one example" not in texts(items)
    assert "added by vmap" in texts(items)
    assert "transpose" in texts(items)


def test_equations_inside_a_body_have_shapes_without_numbers() -> None:
    (path,) = [e.path for e in made("forked").trace.original.equations if e.primitive == "cond"]
    inner = f"{path}.branches[1].0"
    end = stills("forked", inner)[-1][-1]
    assert [i for i in end.items if isinstance(i, Rect) and i.fill == "sunken"]
    assert not cells(end, "m0")


def test_two_levels_are_a_table_with_the_crossing_in_ink() -> None:
    end = stills("gap", "0", SIZES[2])[-1][-1]
    crossing = [i for i in end.items if isinstance(i, Rect) and i.key == "q0@1,1"]
    assert [i.line for i in crossing] == ["ink"]
    assert "●" not in "".join(texts(end.items))  # dots are drawn, not written


def test_one_by_one_fills_the_results_in_order() -> None:
    path = order(made("tilt").trace)[-1]
    run = stills("tilt", path, SIZES[2], at_once=False)[2]
    counts = [len({i.key for i in scene.items if i.key.startswith("q0@")}) for scene in run]
    assert counts[:6] == [0, 1, 2, 3, 4, 5]
    assert "… and 25 more" in texts(run[-2].items)


def test_a_wide_equation_takes_two_lines_before_its_numbers_go() -> None:
    levels = (Vmap((0, None), 0, None, None, None), Vmap((None, 0), 0, None, None, None))
    found = trace(lambda a, b: jnp.concatenate([a, b]), levels, numbers(4, 3), numbers(3, 2))
    end = equation.stills(verify(found)[0], evaluate.values(found), (1, 1), "0", (910.0, 330.0))[-1][-1]
    one, other, both = (cells(end, key) for key in ("o0", "o1", "q0"))
    assert [len(each) for each in (one, other, both)] == [3 * 4 * 3, 3 * 4 * 2, 3 * 4 * 5]
    assert all(both[i, j, k] == (one[i, j, k] if k < 3 else other[i, j, k - 3]) for i, j, k in both)
    high = {
        key: [i.y for i in end.items if i.key.startswith(f"{key}:") and isinstance(i, Rect)] for key in ("o0", "q0")
    }
    assert max(high["o0"]) < min(high["q0"])


@pytest.mark.parametrize("size", [(120.0, 90.0), (60.0, 20.0), (900.0, -30.0)])
def test_what_fits_nowhere_is_drawn_smaller_but_can_be_read(size: tuple[float, float]) -> None:
    scene = stills("steer", "0", size)[-1][-1]
    assert min(item.size for item in scene.items if isinstance(item, Text)) >= 0.6 * 11
    cells = [item for item in scene.items if isinstance(item, Rect) and item.cell is not None]
    assert all(item.width > 0 and item.height > 0 for item in cells)
