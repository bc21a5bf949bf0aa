"""Random numbers in a picture: those of a shared key are the same in every lane, those of keys of their own are each example's."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.model.scenes.families import places, texts
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.scene import Rect, Scene, Text


def end(fun: Any, axes: Any, *args: Any, primitive: str = "random_bits") -> Scene:
    traced = trace(fun, (Vmap(axes, 0, None, None, None),), *args)
    path = next(each.path for each in traced.trace.original.equations if each.primitive == primitive)
    return equation.stills(verify(traced)[0], evaluate.values(traced), (1,), path, (1800, 900))[-1][-1]


def said(scene: Scene) -> set[str]:
    return {item.text for item in scene.items if isinstance(item, Text)}


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_shared_key_gives_every_example_the_same_numbers(count: int) -> None:
    scene = end(lambda k, x: jax.random.bits(k, (count,)) + x, (None, 0), jax.random.key(3), jnp.zeros(4, jnp.uint32))
    bits = [str(n) for n in jax.random.bits(jax.random.key(3), (count,)).tolist()]
    lanes = texts(scene, "t")
    assert [[lanes["tq0", f"{lane},{n}"] for n in range(count)] for lane in range(4)] == [bits] * 4
    assert {"drawn once", "the same for all 4"} <= said(scene)
    dashed = {item.key for item in scene.items if isinstance(item, Rect) and item.dash}
    assert dashed == {f"tq0:{lane},{n}" for lane in (1, 2, 3) for n in range(count)}


def test_keys_of_their_own_give_each_example_its_own_numbers() -> None:
    keys = jax.random.split(jax.random.key(3), 4)
    scene = end(lambda k: jax.random.bits(k, (3,)), 0, keys)
    shown = texts(scene, "q")
    for lane, key in enumerate(keys):
        assert [shown["q0", f"{lane},{n}"] for n in range(3)] == [str(n) for n in jax.random.bits(key, (3,)).tolist()]
    assert len(set(shown.values())) == 12
    assert "each from its own key" in said(scene)
    assert len({place[0] for (array, _), place in places(scene, "o").items() if array == "o0"}) == 1


def test_one_state_that_draws_for_all_is_not_said_to_give_the_same() -> None:
    states = jnp.arange(8, dtype=jnp.uint32).reshape(2, 4)
    scene = end(lambda s: jax.lax.rng_bit_generator(s, (3,)), 0, states, primitive="rng_bit_generator")
    drawn = np.asarray(jax.vmap(lambda s: jax.lax.rng_bit_generator(s, (3,)))(states)[1])
    shown = texts(scene, "q")
    assert [shown["q1", f"{lane},{n}"] for lane in range(2) for n in range(3)] == [str(n) for n in drawn.ravel()]
    assert "one state: all their numbers in a row" in said(scene)
    assert not any("the same" in text for text in said(scene))


def test_large_shared_draws_say_that_they_are_the_same() -> None:
    scene = end(lambda k, x: jax.random.bits(k, (30, 2)) + x, (None, 0), jax.random.key(3), jnp.zeros(4, jnp.uint32))
    assert "one key: the same for all" in said(scene)


def test_indices_that_were_not_sent_are_said_not_to_be_known() -> None:
    table, at = jnp.ones((2, 20)), jnp.arange(24).reshape(2, 12) % 20
    scene = end(lambda x, i: x.at[i].get(mode="clip", wrap_negative_indices=False), 0, table, at, primitive="gather")
    assert "not all indices are known here" in said(scene)
