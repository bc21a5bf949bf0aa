"""What was on which device when pmap ran: told from the shardings of the arrays that it used, number by number."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.on_devices import CALLS, ran
from vmapviz.engine.calls import Vmap
from vmapviz.engine.lanes import on_devices
from vmapviz.engine.trace import trace
from vmapviz.model.lanes import Spread
from vmapviz.model.preview import Preview


def known(preview: Preview) -> np.ndarray[Any, Any]:
    return np.array(preview.cells).reshape(preview.shown)


def first(array: Any) -> np.ndarray[Any, Any]:
    """What a preview holds of an array."""
    return np.asarray(array)[tuple(slice(0, 8) for _ in np.shape(array))]


@pytest.mark.parametrize("name", CALLS)
def test_the_result_is_vmaps(name: str) -> None:
    call = CALLS[name]
    settings = call.vmap.in_axes, call.vmap.out_axes, call.vmap.axis_name
    fun = jax.vmap(call.fun, call.inner.in_axes, call.inner.out_axes) if call.inner else call.fun
    wanted = jax.tree.leaves(jax.vmap(fun, *settings)(*call.args))
    for out, answer in zip(ran(name).out, wanted, strict=True):
        np.testing.assert_allclose(out, answer, rtol=1e-6)


def check(spread: Spread, whole: Any, devices: int, each: int) -> None:
    assert spread.shape == np.shape(whole)
    assert len(spread.pieces) == devices
    np.testing.assert_array_equal(known(spread.whole), first(whole))
    for number, piece in enumerate(spread.pieces):
        assert piece is not None
        if spread.axis is None:
            assert piece.examples is None
            np.testing.assert_array_equal(known(piece.preview), first(whole))
            continue
        assert piece.examples == (number * each, (number + 1) * each)
        part = np.take(np.asarray(whole), np.arange(*piece.examples), spread.axis)
        part = part.squeeze(spread.axis) if piece.preview.shape != part.shape else part
        np.testing.assert_array_equal(known(piece.preview), first(part))


@pytest.mark.parametrize("name", CALLS)
def test_every_device_holds_its_examples_of_every_array_and_a_copy_of_what_is_shared(name: str) -> None:
    found = ran(name)
    lanes, leaves = found.lanes, jax.tree.leaves(found.call.args)
    size = next(s.shape[s.axis] for s in lanes.arguments if s.axis is not None)
    assert (len(lanes.devices) * lanes.each, lanes.alone) == (size, lanes.each == 1)
    assert len({device.id for device in lanes.devices}) == len(lanes.devices)
    for spread, leaf in zip((*lanes.arguments, *lanes.results), (*leaves, *found.out), strict=True):
        check(spread, leaf, len(lanes.devices), lanes.each)


def test_names_and_the_types_that_pmap_takes_and_gives() -> None:
    lanes = ran("matvec").lanes
    assert [(s.name, s.type, s.given_type) for s in lanes.arguments] == [
        ("m", "f32[2,3]", "f32[2,3]"),
        ("v", "f32[8,3]", "f32[4,2,3]"),
    ]
    assert [(s.type, s.given_type) for s in lanes.results] == [("f32[8,2]", "f32[4,2,2]")]
    assert {device.kind for device in lanes.devices} == {"CPU, simulated"}
    assert [s.name for s in ran("tree").lanes.results] == ["['own']", "['sum']"]


def test_what_the_devices_exchange_is_what_they_gave_and_got() -> None:
    found = ran("psum")
    (exchange,) = found.lanes.exchanges
    equation = next(e for e in found.trace.original.equations if e.path == exchange.path)
    assert equation.primitive == "psum"
    (given,), (got,) = exchange.operands, exchange.results
    assert given is not None
    sums = found.call.args[0].sum(1)
    assert [piece and piece.preview.cells for piece in given.pieces] == [(each,) for each in sums]
    assert [piece and piece.preview.cells for piece in got.pieces] == [(sums.sum(),)] * 8


@pytest.mark.parametrize("name", ["matvec", "one each"])
def test_without_collectives_nothing_is_exchanged(name: str) -> None:
    assert ran(name).lanes.exchanges == ()


def test_what_cannot_run_says_why() -> None:
    uneven = trace(lambda x: lax.psum(x, "i"), (Vmap(axis_name="i"),), jnp.ones(9))
    assert on_devices(uneven, 8).why.startswith("pmap could not run this: pmap has too few devices.")
