"""Results filled cell by cell: what stands in the frames makes the number in the framed cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise, product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import SIZE, Family, Run, one, places, run, stills, texts
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.scene import Rect, Scene, Text

Rule = Callable[..., float]


def inner(*rows: list[float]) -> float:
    first, second = rows
    return float(np.dot(first, second))


FAMILIES: dict[str, tuple[Family, Rule]] = {
    "reduce_sum": (Family(lambda x: jnp.sum(x, axis=0), one((3,), (3, 2), (2, 3))), sum),
    "reduce_max": (Family(lambda x: jnp.max(x, axis=-1), one((3,), (3, 2), (2, 3))), max),
    "cumsum": (Family(lambda x: lax.cumsum(x), one((3,), (5,), (3, 2))), sum),
    "cummax": (Family(lambda x: lax.cummax(x, axis=0, reverse=True), one((3,), (5,), (3, 2))), max),
    "reduce_window_max": (
        Family(
            lambda x: lax.reduce_window(
                x, -np.inf, lax.max, (2,) * x.ndim, (1,) * x.ndim, "VALID", window_dilation=(x.ndim,) * x.ndim
            ),
            one((3,), (5,), (3, 4)),  # of the last the window's cells stand apart
        ),
        max,
    ),
    "dot_general": (Family(jnp.matmul, (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)))), inner),
    "conv_general_dilated": (
        Family(
            lambda x, w: lax.conv_general_dilated(x[None, None], w[None, None], (1,), "VALID")[0, 0],
            (((4,), (2,)), ((5,), (3,)), ((6,), (1,))),
        ),
        inner,
    ),
}
ROWS = [(name, n, axis) for name in FAMILIES for n in range(3) for axis in (0, -1)]


def ran(name: str, which: int, axis: int) -> Run:
    return run(name, FAMILIES[name][0], which, axis)


def test_a_call_of_one_equation_is_drawn_as_that_equation() -> None:
    found = run("jit", Family(lambda x, y: jax.jit(lambda a, b: b @ a)(x, y), (((2,), (3, 2)),)), 0, 0)
    first = stills(found)[2][1]
    assert inner(in_frames(first, "l0"), in_frames(first, "l1")) == in_frames(first, "m0")[0]
    assert inner(in_frames(first, "o0"), in_frames(first, "o1")) == in_frames(first, "q0")[0]
    several = run("jit", Family(lambda x: jax.jit(lambda a: jnp.sin(a).sum())(x), (((2,),),)), 0, 0)
    (sums,) = stills(several)[2][1:-1]
    assert (len(in_frames(sums, "l0")), len(in_frames(sums, "o0"))) == (2, 2)  # through its body


def in_frames(scene: Scene, array: str) -> list[float]:
    """The numbers of an array that stand in its frames, in the order of their indices."""
    frames = [i for i in scene.items if isinstance(i, Rect) and i.key.startswith(f"{array}~")]
    numbers, cells = texts(scene, array[0]), places(scene, array[0])
    inside = [
        at
        for at, (x, y, width, height) in cells.items()
        if at[0] == array
        for f in frames
        if f.x <= x and f.y <= y and x + width <= f.x + f.width and y + height <= f.y + f.height
    ]
    return [float(numbers[at]) for at in sorted(inside)]


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
@pytest.mark.parametrize(("operands", "result"), [("l", "m"), ("o", "q")])
def test_what_is_framed_makes_the_number(name: str, which: int, axis: int, operands: str, result: str) -> None:
    rule = FAMILIES[name][1]
    seen = 0
    for still in stills(ran(name, which, axis))[2][1:-1]:
        (made,) = in_frames(still, f"{result}0")
        rows = [row for n in range(2) if (row := in_frames(still, f"{operands}{n}"))]
        assert made == (rule(*rows) if rule is inner else rule(rows[0]))
        seen += 1
    assert seen


@pytest.mark.parametrize(("name", "which", "axis"), ROWS)
def test_more_and_more_is_seen_of_the_same_result(name: str, which: int, axis: int) -> None:
    phase = stills(ran(name, which, axis))[2]
    end = texts(phase[-1], "q") | texts(phase[-1], "m")
    shown = [{at: end[at] for at in cells if at in end} for cells in (texts(s, "qm") for s in phase[1:])]
    for still, cells in zip(phase[1:], shown, strict=True):
        assert {at: text for at, text in texts(still, "qm").items() if at in cells} == cells or name == "reduce_max"
    for before, after in pairwise(shown):
        assert before.items() <= after.items()
    assert shown[-1] == end


SCANNED = Family(
    lambda x, c: lax.scan(lambda carry, row: (carry + row.sum(), carry * row), c, x, reverse=x.ndim > 1),
    (((3,), ()), ((4, 2), ()), ((5,), ())),
)


@pytest.mark.parametrize(("which", "axis"), [(n, axis) for n in range(3) for axis in (0, -1)])
@pytest.mark.parametrize(("operands", "result"), [("l", "m"), ("o", "q")])
def test_a_scan_takes_one_slice_each_turn(which: int, axis: int, operands: str, result: str) -> None:
    found = run("scan", SCANNED, which, axis)
    *turns, end = stills(found)[2][1:]
    length = SCANNED.shapes[which][0][0]
    assert len(turns) == length
    slices, given = texts(end, operands), texts(end, result)
    for number, still in enumerate(turns):
        at = length - 1 - number if which == 1 else number
        row = [
            float(t)
            for (array, index), t in sorted(slices.items())
            if array[1] == "1" and index.split(",")[0] == f"{at}"
        ]
        assert in_frames(still, f"{operands}1") == row
        assert row
        done = {index for (array, index) in texts(still, result) if array[1] == "1"}
        assert {int(index.split(",")[0]) for index in done} == set(range(at, length) if which == 1 else range(at + 1))
        carried = {key for key in texts(still, result) if key[0][1] == "0"}
        assert bool(carried) == (number == length - 1)
        assert texts(still, result).items() <= given.items()
        assert f"turn {number + 1} of {length}" in [i.text for i in still.items if isinstance(i, Text)]


@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize(
    ("shape", "backwards", "gives"), [((40,), True, True), ((40, 3), True, False), ((40, 3), False, True)]
)
def test_a_slice_that_is_not_drawn_is_framed_on_its_break_mark(
    shape: tuple[int, ...], backwards: bool, gives: bool, axis: int
) -> None:
    def fun(x: jax.Array, c: jax.Array) -> tuple[jax.Array, jax.Array | None]:
        over = lambda carry, row: (carry + row.sum(), row * carry if gives else None)  # noqa: E731
        return lax.scan(over, c, x, reverse=backwards)

    found = run("scan", Family(fun, ((shape, ()),)), 0, axis)
    turns = [
        still for size in (SIZE, (700.0, 300.0)) for still in enumerate(_turns(found, size))
    ]  # the other has few rows
    hidden = 0
    for (number, still), name in product(turns, "lo"):
        at = shape[0] - 1 - number if backwards else number
        rects = {i.key: i for i in still.items if isinstance(i, Rect) and i.key.startswith(f"{name}1")}
        cells = {
            key: i for key, i in rects.items() if re.fullmatch(r"..:(\d+(,\d+)*|.*None.*)", key) and "/" not in key
        }
        if cells:
            frame = rects[f"{name}1~"]
            inside = {key for key, i in cells.items() if _holds(frame, i)}
            drawn = {key for key in cells if key[3:].split(",")[0] == f"{at}" and "None" not in key}
            hidden += not drawn
            assert {key for key in inside if "None" not in key} == drawn
            assert inside
            said = f"turn {number + 1} of {shape[0]}" + ("" if drawn or not backwards else f", slice {at}")
            assert said in [i.text for i in still.items if isinstance(i, Text) and i.key.endswith(".below")]
    assert hidden


def _holds(frame: Rect, cell: Rect) -> bool:
    across = frame.x - 2 < cell.x < cell.x + cell.width < frame.x + frame.width + 2
    return across and frame.y - 2 < cell.y < cell.y + cell.height < frame.y + frame.height + 2


def _turns(found: Run, size: tuple[float, float]) -> tuple[Scene, ...]:
    return equation.stills(found.trace, found.values, (1,), found.path, size)[2][1:-1]
