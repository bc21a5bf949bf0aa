"""What a user may do to a sweep."""

from __future__ import annotations

from msgspec.structs import replace

from tests.model.sweeps import sweep
from vmapviz.model.actions import measure, pin, request, set_batches, set_devices, set_variant, unpin
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Ready, Time
from vmapviz.model.session import Session, Worker
from vmapviz.model.timing import FIRST_SHOWN

READY = Session(
    worker=Worker("ready", Ready("0.10.2", "3.11.7", "cpu", ("cpu0",), False, 2, "a machine")),
    experiment=Experiment(function="f", arguments="x=f32[5]"),
)


def test_variants_keep_their_order_and_one_always_stays() -> None:
    fewer = READY
    for variant in FIRST_SHOWN[1:]:
        fewer = set_variant(fewer, variant, False)
    assert fewer.sweep.variants == ("loop",)
    assert set_variant(fewer, "loop", False) is fewer
    assert set_variant(fewer, "loop", True) is fewer
    assert set_variant(set_variant(fewer, "pmap", True), "vmap", True).sweep.variants == ("loop", "vmap", "pmap")


def test_what_is_chosen_is_asked_for() -> None:
    started = measure(set_devices(set_batches(READY, (2, 8)), 4))
    assert request(started, "time") == Time(1, READY.experiment, FIRST_SHOWN, (2, 8), 4, 2.0)
    assert set_devices(READY, 0).sweep.devices == 1


def test_a_sweep_starts_once_and_only_when_jax_is_there() -> None:
    assert measure(Session()) == Session()
    started = measure(replace(READY, timings=sweep()))
    assert (started.timings, started.jobs.time) == (None, 1)
    assert measure(started) is started


def test_a_pinned_run_remembers_what_it_is_of() -> None:
    pinned = pin(replace(READY, timings=sweep()))
    assert pinned.pinned is not None
    assert pinned.pinned.about == "f(x=f32[5])"
    assert pinned.timings == sweep()
    again = pin(replace(pinned, timings=pinned.pinned, experiment=Experiment(function="g")))
    assert again.pinned == pinned.pinned
    assert pin(READY) is READY
    assert unpin(pinned).pinned is None
