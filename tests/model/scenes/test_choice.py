"""A cond that became a choice: every branch is there for every example with JAX's numbers, and what is thrown away is struck."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import Family, Run, different, one, stills, texts
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Rect, Scene, Text

BRANCHES = (lambda x: x * 2, jnp.negative, lambda x: x[..., ::-1] + 0.5 if x.ndim else x - 0.5)


def which(x: Any, count: int) -> Any:
    return jnp.int32(x.reshape(-1)[0]) % count


def choice(count: int) -> Family:
    return Family(lambda x: lax.switch(which(x, count), BRANCHES[:count], x), one((), (3,), (2, 2)), primitive="cond")


FAMILIES = {2: choice(2), 3: choice(3)}
ROWS = [(count, n, axis) for count in FAMILIES for n in range(3) for axis in (0, -1)]


def ran(count: int, shape: tuple[int, ...], axis: int) -> tuple[Run, list[Any]]:
    at = 0 if axis == 0 else len(shape)
    given = different((*shape[:at], 4, *shape[at:]), 0)
    traced = trace(FAMILIES[count].fun, (Vmap(at, 0, None, None, None),), given)
    found = verify(traced)[0]
    (cond,) = [each for each in found.original.equations if each.primitive == "cond"]
    main = equation.drawn_equations(found, cond.path)[1]
    assert main is not None
    return Run(found, evaluate.values(traced), cond.path, main, []), list(np.moveaxis(given, at, 0))


def cells(scene: Scene, array: str) -> dict[tuple[int, ...], Rect]:
    found = [i for i in scene.items if isinstance(i, Rect) and i.key.startswith(f"{array}:") and "/" not in i.key]
    return {tuple(int(n) for n in i.key.partition(":")[2].split(",")): i for i in found if i.key[-1].isdigit()}


def said(scene: Scene) -> str:
    return " | ".join(item.text for item in scene.items if isinstance(item, Text))


@pytest.mark.parametrize(("count", "which_shape", "axis"), ROWS)
def test_every_branch_has_its_numbers_and_what_is_not_chosen_is_struck(count: int, which_shape: int, axis: int) -> None:
    found, examples = ran(count, FAMILIES[count].shapes[which_shape][0], axis)
    end = stills(found)[-1][-1]
    (batch,) = found.equation.outputs[0].axes[0] or ()
    chosen = [int(which(x, count)) for x in examples]
    assert len(set(chosen)) > 1
    for n in range(count):
        shown, drawn = texts(end, "o"), cells(end, f"o{n + 1}")
        assert len(drawn) >= 4
        for at, rect in drawn.items():
            example, rest = at[batch], (*at[:batch], *at[batch + 1 :])
            text = shown[f"o{n + 1}", ",".join(map(str, at))]
            assert text == number(np.asarray(BRANCHES[n](jnp.asarray(examples[example])))[rest].item())
            assert bool(rect.hatch) == (chosen[example] != n)
    for (_, index), text in texts(end, "q").items():
        at = tuple(map(int, index.split(",")))
        answer = FAMILIES[count].fun(jnp.asarray(examples[at[batch]]))
        assert text == number(answer[(*at[:batch], *at[batch + 1 :])].item())


def test_the_cells_of_an_example_stand_below_each_other() -> None:
    found, _ = ran(3, (), 0)
    end = stills(found)[-1][-1]
    lines = [cells(end, array) for array in ("g0", "o0", "o1", "o2", "o3", "q0")]
    for example in range(4):
        assert len({(line[(example,)].x, line[(example,)].width) for line in lines}) == 1
    assert "which branch" in said(end)
    assert "8 of 12 values" in said(end)


def scene_of(fun: Any, axes: Any, *args: Any) -> Scene:
    traced = trace(fun, (Vmap(axes, 0, None, None, None),), *args)
    found = verify(traced)[0]
    (path,) = [each.path for each in found.original.equations if each.primitive == "cond"]
    return equation.stills(found, evaluate.values(traced), (1,), path, (1800, 900))[-1][-1]


def test_a_cond_that_all_share_runs_one_branch_and_nothing_is_struck() -> None:
    scene = scene_of(lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), (None, 0), True, jnp.arange(3.0))
    assert said(scene).count("only branch 1 of 2 runs") == 2
    assert not any(item.hatch for item in scene.items if isinstance(item, Rect))
    assert texts(scene, "q")["q0", "1"] == number(float(jnp.sin(1.0)))


def test_more_branches_than_three_are_all_there() -> None:
    def many(n: Any, x: Any) -> Any:
        return lax.switch(n, [lambda x, k=k: x * k for k in range(1, 6)], x)

    scene = scene_of(many, 0, jnp.array([4, 0, 2]), jnp.arange(6.0).reshape(3, 2))
    assert [texts(scene, "o")[f"o{k}", "1,1"] for k in range(1, 6)] == [str(3 * k) for k in range(1, 6)]
