"""The ways to compute a batch: each gives vmap's answer, and so does the Python that is shown of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.engine.experiments import experiment
from tests.engine.sweeps import BY_AXIS, CASES, MATVEC, batch_of
from vmapviz.engine.agreement import agree
from vmapviz.engine.measuring import by_loop, variant_code, variants, ways
from vmapviz.gallery import find
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.timing import VARIANTS
from vmapviz.model.what import experiment_of

GALLERY = ("softmax_regression", "lotka_volterra", "pairwise_distances", "mapped_keyword", "noise", "convolve")
each_case = pytest.mark.parametrize("one", CASES.values(), ids=CASES)


def vmaps_answer(batch: ways.Batch) -> Any:
    args, kwargs = batch.call.arguments
    return batch.call.mapped(len(batch.call.levels))(*args, **kwargs)


def vmaps_gradient(batch: ways.Batch) -> list[Any]:
    """The gradient of the sum, asked of JAX in another way: of all float leaves at once."""
    leaves, tree = jax.tree.flatten(batch.values)
    places = [i for i, leaf in enumerate(leaves) if jnp.issubdtype(leaf.dtype, jnp.floating)]

    def total(floats: list[Any]) -> Any:
        given = dict(zip(places, floats, strict=True))
        values = jax.tree.unflatten(tree, [given.get(i, leaf) for i, leaf in enumerate(leaves)])
        out = batch.called(batch.call.mapped(len(batch.call.levels)))(*values)
        return sum(leaf.sum() for leaf in jax.tree.leaves(out) if jnp.issubdtype(leaf.dtype, jnp.floating))

    return list(jax.grad(total)([leaves[i] for i in places]))


def ran_as_text(way: ways.Way, batch: ways.Batch) -> Any:
    """What the shown Python gives beside the function and its arguments."""
    loaded = batch.loaded
    scope = {"jax": jax, "jnp": jnp, "lax": lax, "np": np, loaded.name: loaded.fun}
    if loaded.reference is not None:
        scope[loaded.reference.__name__] = loaded.reference
    scope |= dict(zip(variant_code.names(loaded), batch.values, strict=True))
    *setup, last = way.code.split("\n")
    exec("\n".join(setup), scope)
    return eval(last, scope)


WAYS = [name for name in VARIANTS if name not in ("by hand", "lax.map 8", "lax.map 64")]


@each_case
@pytest.mark.parametrize("name", [*WAYS, "lax.map 3"])
def test_every_way_and_its_python_give_vmaps_answer(one: Experiment, name: str) -> None:
    batch = batch_of(one, 4, devices=2)
    way = variants.way(name, batch)
    answer = way.run()
    assert agree(way.whole(answer), vmaps_answer(batch)).same
    written = ran_as_text(way, batch)
    assert jax.tree.structure(written) == jax.tree.structure(answer)
    assert agree(written, answer).same


@each_case
@pytest.mark.parametrize("name", ["loop", "loop jit split", "jit(vmap)", "pmap", "shard_map", "lax.map 3"])
def test_every_gradient_and_its_python_are_that_of_the_sum(one: Experiment, name: str) -> None:
    batch = batch_of(one, 4, devices=2)
    way = variants.way(name, batch, grad=True)
    answer = way.run()
    assert agree(jax.tree.leaves(way.whole(answer)), vmaps_gradient(batch)).same
    written = ran_as_text(way, batch)
    assert jax.tree.structure(written) == jax.tree.structure(answer)
    assert agree(written, answer).same


@pytest.mark.parametrize("stem", GALLERY)
def test_the_python_of_the_gallery_runs(stem: str) -> None:
    one = experiment_of(stem, find, lambda path: Path(path).read_bytes())
    if stem == "mapped_keyword":  # as it is, JAX refuses it: that is what it shows
        one = experiment("def f(x, *, scale): return x * scale", "f32[5,3], scale=f32[5]")
    batch = batch_of(one, 4, devices=2)
    for name in (
        "loop jit",
        "jit(loop)",
        "vmap",
        "pmap",
        "shard_map",
        "lax.map",
        *(["by hand"] if one.reference else []),
    ):
        way = variants.way(name, batch)
        assert agree(ran_as_text(way, batch), way.run()).same


def test_the_python_of_a_vmap_with_a_collective_runs() -> None:
    batch = batch_of(BY_AXIS, 4, devices=4)
    for name in ("vmap", "jit(vmap)", "pmap"):
        way = variants.way(name, batch)
        assert agree(way.whole(way.run()), vmaps_answer(batch)).same
        assert agree(ran_as_text(way, batch), way.run()).same


@pytest.mark.parametrize(
    ("name", "devices", "why"),
    [
        ("pmap", 3, "3 devices do not divide 4"),
        ("shard_map", 3, "3 devices do not divide 4"),
        ("lax.map 0", 1, "there is no way called lax.map 0"),
    ],
)
def test_what_cannot_be_cut_says_why(name: str, devices: int, why: str) -> None:
    with pytest.raises(ways.NotPossibleError, match=why):
        variants.way(name, batch_of(MATVEC, 4, devices))


def test_the_number_in_lax_maps_name_is_its_batch_size() -> None:
    way = variants.way("lax.map 3", batch_of(MATVEC, 7))
    assert way.code == "jax.jit(lambda W, x: lax.map(lambda x: f(W, x), x, batch_size=3))(W, x)"
    assert way.ahead is not None
    assert "f32[3,3]" in str(way.ahead.jitted.trace(*way.ahead.args).jaxpr), "three examples of three numbers at a time"


def test_without_a_mapped_argument_there_is_nothing_to_share_out() -> None:
    batch = batch_of(experiment("def f(k): return k + 1", "f32[3]", Vmap("None", axis_size=4)), 4)
    for name in ("pmap", "shard_map", "lax.map"):
        with pytest.raises(ways.NotPossibleError, match=f"{name} needs an argument with a batch axis"):
            variants.way(name, batch)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (experiment("def f(x): return x > 0", "f32[5]"), "no result is a float"),
        (experiment("def f(i): return i * 2.0", "i32[5]"), "no argument holds floats alone"),
    ],
)
def test_what_has_no_gradient_says_why(one: Experiment, why: str) -> None:
    with pytest.raises(ways.NotPossibleError, match=why):
        variants.way("jit(vmap)", batch_of(one, 4), grad=True)


def test_stacking_takes_the_first_of_what_is_shared() -> None:
    stacked = by_loop.stacked([(jnp.zeros(2), 1), (jnp.ones(2), 1)], (1, None))
    assert stacked[0].tolist() == [[0, 1], [0, 1]]
    assert stacked[1] == 1
