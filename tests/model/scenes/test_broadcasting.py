"""An operand whose size-1 axes are stretched: the real cells once, as often again as they are reused, dashed, at any rank from 1 to 4."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import NamedTuple

import pytest
from jax import lax

from tests.model.scenes.families import different
from tests.there import there
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import equation, origins
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.subject import Subject

Shape = tuple[int, ...]
FOLLOWED = 1


class Made(NamedTuple):
    """A product of two arrays, the second one stretched, for one example and in the batch; what it is and what is said of it."""

    shapes: tuple[Shape, Shape]
    axes: tuple[int, int | None]
    said: tuple[str, str]  # for one example and in the batch; "" where nothing is reused


MADE = {
    "a number": Made(((3,), (1,)), (0, 0), ("one number, reused", "one column, reused")),
    "a shared number": Made(((3,), (1,)), (0, None), ("one number, reused", "one number, reused")),
    "a shared row": Made(((3,), (3,)), (0, None), ("", "one row, reused")),
    "a row": Made(((2, 3), (1, 3)), (0, 0), ("one row, reused", "reused along axis 1")),
    "a column": Made(((2, 3), (2, 1)), (0, 0), ("one column, reused", "reused along axis 2")),
    "a shared column": Made(((2, 3), (2, 1)), (1, None), ("one column, reused", "reused along axes 0, 2")),
    "a shared sheet": Made(((2, 3), (2, 3)), (0, None), ("", "reused along axis 0")),
    "a sheet": Made(((2, 2, 3), (1, 2, 3)), (0, 0), ("reused along axis 0", "reused along axis 1")),
    "last of three": Made(((2, 2, 3), (2, 2, 1)), (0, 0), ("reused along axis 2", "reused along axis 3")),
}


@cache
def about(name: str) -> tuple[Subject, str]:
    (one, other), axes, _ = MADE[name]
    given = [different((4, *one), 1), different((4, *other) if axes[1] is not None else other, 2)]
    given[0] = given[0] if axes[0] == 0 else given[0].swapaxes(0, axes[0])
    traced = trace(lambda x, y: lax.mul(x, y), (Vmap(axes, 0, None, None, None),), *given)
    found = verify(traced)[0]
    return Subject(found, evaluate.values(traced), (FOLLOWED,)), found.original.equations[0].path


def end(name: str) -> Scene:
    return equation.stills_of(*about(name), (1800.0, 1200.0))[-1][-1]


def operand(name: str, side: str) -> tuple[str, Shape, Shape]:
    """The key of the stretched operand on a side, its shape, and that of the result."""
    one, main, _ = equation.drawn_equations(about(name)[0].trace, about(name)[1])
    made = one if side == "l" else main
    assert made is not None
    program = about(name)[0].trace.original if side == "l" else about(name)[0].trace.batched
    (values,) = [equation.scope(program, made.path).values]
    return f"{side}1", values[made.inputs[1]].shape, made.outputs[0].shape


def cells(scene: Scene, array: str) -> dict[Shape, Rect]:
    found = [item for item in scene.items if isinstance(item, Rect) and item.key.startswith(f"{array}:")]
    pairs = [(origins.figure_and_index(item.key), item) for item in found]
    return {key[1]: item for key, item in pairs if key is not None}


@pytest.mark.parametrize("side", ["l", "o"])
@pytest.mark.parametrize("name", MADE)
def test_what_is_reused_is_drawn_once_and_dashed_wherever_it_is_used_again(name: str, side: str) -> None:
    scene, (key, shape, result) = end(name), operand(name, side)
    longer = [dim for dim, (a, b) in enumerate(zip(shape, result, strict=True)) if a < b]
    drawn = cells(scene, key)
    values = about(name)[0].values
    assert values is not None
    known = values.batched if side == "o" else values.one[FOLLOWED]
    one, main, _ = equation.drawn_equations(about(name)[0].trace, about(name)[1])
    preview = known[there(one if side == "l" else main).inputs[1]]
    texts = {item.key: item.text for item in scene.items if isinstance(item, Text)}
    for index, rect in drawn.items():
        again = any(index[dim] for dim in longer)
        real = tuple(0 if dim in longer else at for dim, at in enumerate(index))
        flat = sum(at * int(step) for at, step in zip(real, _steps(preview.shown), strict=True))
        assert bool(rect.dash) == again
        assert texts[f"{rect.key}#"] == number(preview.cells[flat])
    results = cells(scene, "m0" if side == "l" else "q0")
    front = {index for index in product(*map(range, result)) if index in results}
    grid = [dim for dim in range(len(result)) if len({index[dim] for index in front}) > 1]
    assert all(len({index[dim] for index in drawn}) == result[dim] for dim in grid)


def _steps(shown: Shape) -> list[int]:
    found = [1]
    for size in reversed(shown[1:]):
        found.append(found[-1] * size)
    return found[::-1]


@pytest.mark.parametrize("name", MADE)
def test_what_is_reused_is_said(name: str) -> None:
    notes = {item.key[0]: item.text for item in end(name).items if isinstance(item, Text) and "reused" in item.text}
    one, batch = MADE[name].said
    assert notes.get("l", "") == one
    assert notes["o"].removeprefix("1a ").removeprefix("1b ") == batch


@pytest.mark.parametrize("name", MADE)
def test_a_repeat_is_picked_as_the_cell_that_it_repeats(name: str) -> None:
    subject, path = about(name)
    key, shape, _ = operand(name, "o")
    dashed = [index for index, rect in cells(end(name), key).items() if rect.dash]
    for index in dashed:
        picked = origins.picked_at(subject, path, f"{key}:{','.join(map(str, index))}")
        assert picked is not None
        marks = origins.marks(Subject(subject.trace, subject.values, picked[1]), path, picked[0])
        assert marks.picked[key] == tuple(min(at, size - 1) for at, size in zip(index, shape, strict=True))


def test_repeats_come_with_the_equation_that_makes_the_axis() -> None:
    before, helpers, *_ = [phase[-1] for phase in equation.stills_of(*about("a shared sheet"), (1800.0, 1200.0))]
    again = [
        [i for i in scene.items if isinstance(i, Rect) and i.dash and i.key.startswith("o1")]
        for scene in (before, helpers)
    ]
    assert not again[0]
    assert len(again[1]) == 3


@pytest.mark.parametrize(("examples", "shapes"), [(4, ((40, 3), (40, 1))), (40, ((3,), (1,))), (40, ((2, 3), (1, 3)))])
def test_the_break_mark_of_repeats_is_dashed_as_they_are(examples: int, shapes: tuple[Shape, Shape]) -> None:
    given = [different((examples, *shape), n) for n, shape in enumerate(shapes)]
    traced = trace(lambda x, y: lax.mul(x, y), (Vmap((0, 0), 0, None, None, None),), *given)
    about = Subject(verify(traced)[0], evaluate.values(traced), (FOLLOWED,))
    scene = equation.stills_of(about, "0", (1800.0, 1200.0))[-1][-1]
    dashed = [rect.dash is not None for rect in cells(scene, "o1").values()]
    marks = [i for i in scene.items if isinstance(i, Rect) and i.key.startswith("o1:") and "None" in i.key]
    grid = [i for i in marks if "/" not in i.key]
    (outline,) = [i for i in scene.items if isinstance(i, Rect) and i.key == "o1|"]
    assert marks
    assert any(dashed)
    for mark in grid:
        real = mark.x < outline.x + outline.width - 1 and mark.y < outline.y + outline.height - 1
        assert (mark.dash is None) == real
        assert real or not mark.fill.startswith("b")


def test_what_is_left_out_behind_a_shared_sheet_waits_for_the_repeats() -> None:
    given = different((40, 2, 3), 1), different((2, 3), 2)
    traced = trace(lambda x, y: lax.mul(x, y), (Vmap((0, None), 0, None, None, None),), *given)
    about = Subject(verify(traced)[0], evaluate.values(traced), (FOLLOWED,))
    first, *_, last = (still for phase in equation.stills_of(about, "0", (1800.0, 1200.0)) for still in phase)
    dots = [[i for i in scene.items if i.key.startswith("o1:") and "/None" in i.key] for scene in (first, last)]
    assert (len(dots[0]), len(dots[1])) == (0, 3)
