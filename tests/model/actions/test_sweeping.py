"""What a user may do to a sweep."""

from __future__ import annotations

from msgspec.structs import replace

from tests.model.sweeps import sweep
from vmapviz.model.actions import (
    draw_pinned,
    measure,
    open_timings,
    pick_time,
    pin,
    request,
    set_batches,
    set_budget,
    set_devices,
    set_examples,
    set_grad,
    set_numbers,
    set_over,
    set_timing_view,
    set_total,
    set_variant,
    sweepable,
    toggle_why,
    unpin,
)
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Ready, Time
from vmapviz.model.pinned import PointName
from vmapviz.model.session import Session, Worker
from vmapviz.model.sweep_state import setup_of
from vmapviz.model.timing import FIRST_SHOWN

READY = Session(
    worker=Worker("ready", Ready("0.10.2", "3.11.7", "cpu", ("cpu0",), False, 2, "a machine")),
    experiment=Experiment(function="f", arguments="x=f32[5]"),
)
LETTERS = replace(READY, experiment=Experiment(function="f", arguments="x=f32[B,3], w={'a': f32[3,D], 'b': f32[D]}"))


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


def test_what_is_chosen_for_another_sweep_is_asked_for() -> None:
    chosen = set_over(LETTERS, "D")
    assert (chosen.sweep.over, chosen.sweep.numbers, chosen.sweep.batches) == (
        "D",
        (4, 16, 64, 256),
        READY.sweep.batches,
    )
    chosen = set_grad(set_total(set_budget(set_examples(set_numbers(chosen, (8, 32)), 64), 0.5), 60), True)
    assert request(measure(chosen), "time") == Time(
        1, LETTERS.experiment, FIRST_SHOWN, (8, 32), 8, 0.5, 60, over="D", examples=64, grad=True
    )
    back = set_over(chosen, "batch")
    assert (back.sweep.numbers, back.sweep.examples) == (READY.sweep.batches, 64)
    assert request(measure(back), "time").examples is None


def test_a_sweep_over_devices_starts_with_as_many() -> None:
    chosen = set_numbers(set_over(READY, "devices"), (1, 2, 12))
    assert (chosen.sweep.numbers, chosen.sweep.devices, setup_of(chosen).devices) == ((1, 2, 12), 8, 12)


def test_a_letter_that_stands_in_no_argument_is_not_swept_over() -> None:
    assert sweepable(LETTERS) == ("batch", "devices", "B", "D")
    assert set_over(READY, "D") is READY
    other = replace(set_over(LETTERS, "D"), experiment=READY.experiment)
    assert request(measure(other), "time").over == "batch"


def test_pinned_runs_remember_what_they_are_of_and_go_one_by_one() -> None:
    pinned = pin(replace(READY, timings=sweep()))
    assert [one.experiment for one in pinned.pinned] == [READY.experiment]
    assert pin(pinned) is pinned
    assert pin(READY) is READY
    both = open_timings(pinned, sweep("loop"), "times.json")
    assert ([one.variant for one in both.pinned], both.view.tab) == (["jit(vmap)", "loop"], "timing")
    picked = pick_time(pick_time(both, PointName(1, "jit(vmap)", 4)), PointName(2, "loop", 4))
    left = unpin(picked, 1)
    assert [one.file for one in left.pinned] == ["times.json"]
    assert left.compared == (PointName(1, "loop", 4),)
    assert [one.variant for one in draw_pinned(both, 1, "pmap").pinned] == ["pmap", "loop"]


def test_points_are_picked_compared_exchanged_and_let_go() -> None:
    a, b, c = (PointName(0, "loop", at) for at in (1, 4, 16))
    one = pick_time(READY, a)
    two = pick_time(one, b)
    assert (one.compared, two.compared) == ((a,), (a, b))
    assert pick_time(two, c).compared == (c,)
    assert pick_time(two, c, second=True).compared == (a, c)
    assert pick_time(two, a).compared == (b,)
    assert pick_time(two, None).compared == ()


def test_the_view_is_switched() -> None:
    why = toggle_why(READY)
    assert (why.view.tab, why.view.timing) == ("timing", "why")
    assert toggle_why(why).view.timing == "times"
    assert set_timing_view(READY, "why").view.timing == "why"
