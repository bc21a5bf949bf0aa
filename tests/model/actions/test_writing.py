"""The Python of every way is asked for where it is to be seen, told once, and asked for anew when the sweep is another one."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model import actions
from vmapviz.model.actions.writing import ways_lacking, ways_now, write_request
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Failed, Ready, Write, Written
from vmapviz.model.problem import Problem
from vmapviz.model.session import Lecture, Picture, Session, Setup, Sweep, Timer, View, Worker
from vmapviz.model.timing import DEVICES, WayText
from vmapviz.model.trace import Trace

READY = Ready("0.10", "3.11", "cpu", ("cpu:0",) * 16, False, 2, "Intel", ("cpu",))
ONE = Experiment("def f(x): return x", "f", "f32[5]")
SEEN = Session(
    experiment=ONE,
    picture=Picture(ONE, Trace(True, (), ()), (), (), 0.0),
    worker=Worker("ready", READY),
    view=View(tab="timing"),
)
WAYS = (WayText("vmap", "jax.vmap(f)(x)", "1024 examples"),)
asked = actions.started(SEEN, "write")
told = actions.receive(asked, Written(1, WAYS))


def is_wanted(old: Session, new: Session) -> bool:
    return "write" in actions.wanted(old, new)


def test_it_is_asked_for_when_the_timing_panel_comes_to_the_front() -> None:
    hidden = replace(SEEN, view=View(tab="shapes"))
    assert is_wanted(hidden, SEEN)
    assert not is_wanted(SEEN, hidden)
    assert not is_wanted(SEEN, replace(SEEN, lecture=Lecture()))
    behind = replace(SEEN, experiment=replace(ONE, source="def f(x): return 2 * x"))
    assert not is_wanted(hidden, replace(behind, auto=True, view=View(tab="timing")))


def test_the_message_names_the_whole_sweep() -> None:
    request = actions.request(asked, "write")
    assert request == Write(1, ONE, (), SEEN.sweep.batches, 8, 0.0, 0.0, "batch", None, False, 8)
    graded = actions.started(actions.set_grad(SEEN, True), "write")
    assert actions.request(graded, "write") == replace(request, grad=True)


def test_it_is_told_until_the_sweep_is_another() -> None:
    assert ways_now(asked) == {}
    assert ways_now(told) == {"vmap": WAYS[0]}
    assert told.jobs.write is told.jobs.writing is None
    changes = [
        actions.set_grad(told, True),
        actions.set_batches(told, (1, 2)),
        actions.set_devices(told, 4),
        actions.set_over(told, DEVICES),
    ]
    for changed in changes:
        assert ways_now(changed) == {}
        assert is_wanted(told, changed)
        assert not is_wanted(changed, changed)
    assert ways_now(actions.set_variant(told, "shard_map", True)) == ways_now(told)
    assert ways_now(actions.set_budget(told, 1.0)) == ways_now(told)


def test_what_is_on_its_way_or_could_not_be_told_is_not_asked_for_again() -> None:
    assert ways_lacking(asked) is None
    failed = actions.receive(asked, Failed(1, Problem("python", "**No.**")))
    stopped = actions.receive(actions.stop(asked, "limit"), READY)
    for over in (failed, stopped):
        assert ways_lacking(over) is None
        assert ways_now(over) == {}
    replaced = actions.receive(actions.stop(asked, "replaced"), READY)
    assert is_wanted(asked, replaced), "it was only put off"


def test_a_late_answer_to_other_settings_is_not_told() -> None:
    changed = actions.set_grad(asked, True)
    late = actions.receive(changed, Written(1, WAYS))
    assert ways_now(late) == {}
    assert is_wanted(changed, late) or ways_lacking(changed) == ways_lacking(late) is not None


def test_a_sweep_is_left_in_peace() -> None:
    measuring = replace(SEEN, jobs=replace(SEEN.jobs, time=3))
    assert ways_lacking(measuring) is None
    assert is_wanted(measuring, SEEN)


def test_so_many_devices_are_there_as_the_worker_that_measures_has() -> None:
    assert write_request(SEEN).there == 8
    assert write_request(replace(SEEN, sweep=Sweep(over=DEVICES, values=(1, 12)))).there == 12
    on_gpu = replace(SEEN, worker=Worker("ready", replace(READY, backend="gpu")))
    assert write_request(on_gpu).there is None
    assert write_request(replace(on_gpu, sweep=Sweep(platform="cpu"))).there == 8
    far = replace(SEEN, sweep=Sweep(where="ssh box python"))
    assert write_request(far).there == 8, "asked for; how many there are is not known yet"
    known = Timer("ready", replace(READY, devices=("gpu:0",)), setup=Setup("ssh box python", "", 8))
    assert write_request(replace(far, timer=known)).there == 1
