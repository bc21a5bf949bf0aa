"""One equation that became several: each of them is seen at work in its turn, with JAX's numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import texts
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.marks import number
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.timeline import Place, Timeline, timeline

X = np.array([4.0, -1.0, 9.0, 0.0, 2.25], np.float32)


def rooted(x: Any) -> Any:
    return lax.cond(x > 0, lambda x: jnp.sqrt(x) + 1, lambda x: 0.5 * x, x)


def two(x: Any) -> Any:
    return lax.cond(x > 0, lambda x: (x, 2 * x), lambda x: (-x, x - 1), x)


def filmed(fun: Any, *args: Any) -> tuple[Film, Timeline]:
    traced = trace(fun, (Vmap(0, 0, None, None, None),), *args)
    found = verify(traced)[0]
    subject = Subject(found, evaluate.values(traced), (1,), None, "f")
    return Film(subject, (1400, 400)), timeline(found, "f")


def played(fun: Any, *args: Any) -> list[tuple[str, Scene, Scene]]:
    """The phases of the last equation that became several: name, first and last picture."""
    film, line = filmed(fun, *args)
    number, segment = [
        (n, s) for n, s in enumerate(line.segments) if s.path is not None and any(p.name == "helpers" for p in s.phases)
    ][-1]
    return [
        (phase.name, *(film.scene(line, Place(number, n, share), segment.path) for share in (0.0, 1.0)))
        for n, phase in enumerate(segment.phases)
    ]


def shown(scene: Scene, array: str) -> list[str]:
    return [text for (name, _), text in sorted(texts(scene, "e").items()) if name == array]


def numbers(values: Any) -> list[str]:
    return [number(float(value)) for value in values]


def test_the_branches_run_one_after_the_other_then_the_choice() -> None:
    phases = played(rooted, X)
    names = [name for name, _, _ in phases]
    assert names[:2] + names[4:5] == ["before", "3d", "helpers"]
    steps = [end for name, _, end in phases if name[0] == "3"]
    assert [shown(end, f"e{n}q0") for n, end in enumerate(steps)] == [
        numbers(0.5 * X),
        numbers(jnp.sqrt(X)),
        numbers(jnp.sqrt(X) + 1),
    ]
    assert "for all 5: 3d mul" in [item.text for item in steps[0].items if isinstance(item, Text)]


def test_every_result_of_a_choice_is_chosen_in_sight() -> None:
    chosen = [shown(end, f"e{n}q0") for n, (_, _, end) in enumerate(p for p in played(two, X) if p[0][0].isdigit())]
    assert numbers(jax.vmap(two)(X)[0]) in chosen


def test_what_comes_after_the_work_is_seen_after_it() -> None:
    def conv(x: Any, w: Any) -> Any:
        return lax.conv_general_dilated(x[None, None], w[None, None], (1,), "SAME")

    phases = played(conv, jnp.arange(12.0).reshape(3, 4), jnp.ones((3, 2)))
    *_, after, last = phases
    assert (after[0], last[0][1:]) == ("after", "d")
    assert shown(last[2], "e0q0") == numbers(jax.vmap(conv)(jnp.arange(12.0).reshape(3, 4), jnp.ones((3, 2))).ravel())


@pytest.mark.parametrize("fun", [rooted, two])
def test_each_phase_begins_where_the_one_before_ends(fun: Any) -> None:
    film, line = filmed(fun, X)
    for at, segment in enumerate(line.segments):
        for n, _ in list(enumerate(segment.phases))[1:]:
            ends, begins = Place(at, n - 1, 1.0), Place(at, n, 0.0)
            assert film.scene(line, ends, segment.path).items == film.scene(line, begins, segment.path).items


def test_the_side_of_one_example_stays_where_it_is() -> None:
    phases = played(rooted, X)
    left = [{item.key: item for item in end.items if item.key.startswith(("l0:", "l1:"))} for _, _, end in phases]
    assert left[0]
    assert all(before == after for before, after in pairwise(left))
