"""The worker that measures: when it starts, what it says, how it ends, and how that is told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import READY, ready
from tests.model.sweeps import sweep
from tests.there import there
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Failed, Live, Ready, Timed
from vmapviz.model.problem import Problem
from vmapviz.model.session import Lecture, Session, Setup
from vmapviz.model.sweep_state import on_timer, setup_of, sweep_line, timing_spoken, timing_title
from vmapviz.model.timing import DEVICES
from vmapviz.model.timing_text import caption
from vmapviz.model.wire import WIRE

THERE: Ready = replace(READY, wire=WIRE, host="gpu-box", platforms=("cpu", "gpu"))
WHERE = "ssh gpu-box python"


def sweeping(session: Session | None = None) -> Session:
    """A session whose sweep has begun."""
    return actions.timer_said(actions.measure(session or ready()), THERE)


def halfway(session: Session) -> Session:
    """The same with some points."""
    assert session.jobs.time is not None
    return actions.timer_said(
        session, Timed(session.jobs.time, sweep(sizes=2), "vmap, 4 examples: in turn", 0.4, 20.0, False)
    )


def done(session: Session) -> Session:
    """The same at its end."""
    assert session.jobs.time is not None
    return actions.timer_said(session, Timed(session.jobs.time, sweep(), "", 1.0, 0.0, True))


def test_a_worker_is_started_with_the_first_sweep_and_kept_while_its_settings_hold() -> None:
    first = actions.measure(actions.set_devices(ready(), 4))
    assert (first.timer.state, first.timer.starts, first.timer.setup) == ("starting", 1, Setup(devices=4))
    assert on_timer(first)
    assert not actions.running(first), "the other worker is free"
    again = actions.measure(done(actions.timer_said(first, THERE)))
    assert (again.timer.state, again.timer.starts, again.timer.job) == ("ready", 1, again.jobs.time)
    other = actions.measure(actions.set_devices(done(again), 5))
    assert (other.timer.state, other.timer.starts, other.timer.ready) == ("starting", 2, None)
    assert other.timer.platforms == THERE.platforms, "it is the same machine"
    assert actions.measure(actions.set_where(done(actions.timer_said(other, THERE)), WHERE)).timer.platforms == ()


def test_stop_ends_the_sweep_where_nothing_else_is_waited_for() -> None:
    session = sweeping()
    assert actions.stops_sweep(session)
    assert actions.stops_sweep(replace(session, jobs=replace(session.jobs, write=7))), "nobody sees that it is written"
    assert not actions.stops_sweep(replace(session, jobs=replace(session.jobs, run=7)))
    assert not actions.stops_sweep(done(session))


def test_what_is_fixed_before_jax_starts_is_in_its_setup() -> None:
    session = replace(ready(), python="/own/python")
    assert setup_of(session).command == "/own/python"
    over = replace(session, sweep=replace(session.sweep, over=DEVICES, values=(1, 2, 12), platform="cpu"))
    assert (setup_of(over).devices, setup_of(over).platform) == (12, "cpu")
    elsewhere = actions.set_where(session, f" {WHERE} ")
    assert (setup_of(elsewhere).command, setup_of(elsewhere).python) == (WHERE, "")
    assert setup_of(actions.toggle_x64(session)).x64


def test_what_vmapviz_show_was_given_is_measured_in_its_process() -> None:
    shown = replace(ready(), live=Live(Experiment(), "", None), experiment=Experiment("def f(x): ...", path="live:f"))
    session = actions.measure(shown)
    assert session.timer.state == "off"
    assert not on_timer(session)
    assert actions.running(session)
    assert sweep_line(session) == "Timing 0 %, in the process that called vmapviz.show"
    assert actions.stop_measuring(session).time_problem is not None
    assert actions.stop_measuring(shown) is shown


def test_a_sweep_of_another_machine_is_named_by_it() -> None:
    there = actions.set_where(ready(), WHERE)
    starting = actions.measure(there)
    assert caption(starting)[0] == "Waiting for gpu-box"
    timings = halfway(sweeping(there)).timings
    assert timings is not None
    assert (timings.where, timings.machine) == (WHERE, f"gpu-box: {sweep().machine}")
    nameless = halfway(actions.timer_said(actions.measure(there), replace(THERE, host=""))).timings
    assert nameless is not None
    assert nameless.machine == sweep().machine
    assert sweep_line(halfway(sweeping(there))).startswith("Timing 40 %, about 20 s left, on gpu-box")
    missing = Problem("import", "The module `mine` is not installed here.")
    failed = actions.timer_said(sweeping(there), Failed(1, missing))
    assert failed.time_problem is not None
    assert "gpu-box" in failed.time_problem.title
    here = actions.timer_said(sweeping(), Failed(1, missing))
    assert here.time_problem == missing


def test_one_that_speaks_otherwise_is_not_used() -> None:
    session = actions.timer_said(actions.measure(ready()), replace(THERE, wire=WIRE - 1, version="0.0.9"), "0.1.0")
    assert (session.timer.state, session.jobs.time) == ("off", None)
    assert session.time_problem is not None
    assert session.time_problem.title == "**vmapviz 0.0.9 there, 0.1.0 here.**"


def test_platforms_are_known_from_a_jax_that_chose_for_itself() -> None:
    chosen = actions.measure(actions.set_where(ready(), "", "cpu"))
    assert actions.timer_said(chosen, replace(THERE, platforms=("cpu",))).timer.platforms == ()


@pytest.mark.parametrize(
    ("where", "title"), [("", "**There is no such Python.**"), (WHERE, "**There is no such program here.**")]
)
def test_one_that_never_came_up_is_told(where: str, title: str) -> None:
    session = actions.timer_ended(actions.measure(actions.set_where(ready(), where)), "/x/python", "not found")
    assert (session.timer.state, session.jobs.time) == ("off", None)
    assert session.time_problem is not None
    assert session.time_problem.title == title
    assert [action.label for action in session.time_problem.actions] == ["Measure again"]


def test_one_that_dies_idle_is_started_anew_without_a_word() -> None:
    session = actions.timer_ended(done(sweeping()), "python", "signal 9")
    assert (session.timer.state, session.time_problem) == ("off", None)
    assert actions.measure(session).timer.starts == 2


def test_one_that_dies_at_work_leaves_its_points() -> None:
    session = actions.timer_ended(halfway(sweeping()), "python", "signal 9")
    assert session.timings is not None
    assert session.time_problem is not None
    assert session.time_problem.title == "**JAX ended while measuring vmap, 4 examples; the points so far stay.**"


def test_it_is_held_while_something_else_goes_on() -> None:
    session = actions.hold(halfway(sweeping()), "works")
    assert caption(session)[0] == "Paused while JAX works for you"
    assert sweep_line(session) == "Timing 40 %, paused"
    assert actions.hold(session, "works") is session
    assert caption(actions.hold(session, "plays"))[0] == "Paused while the animation plays"
    assert caption(actions.hold(session, ""))[0] == "Measuring vmap, 4 examples: in turn, about 20 s left"


def test_a_sweep_that_ended_unseen_is_noted_until_it_is_looked_at() -> None:
    before = halfway(sweeping())
    assert (timing_title(before), timing_spoken(before)) == ("Timing 40 %", "Timing 40 percent")
    unseen = actions.with_news(before, done(before))
    assert (timing_title(unseen), timing_spoken(unseen)) == ("Timing ✓", "Timing, finished")
    stopped = actions.with_news(before, actions.stop_measuring(before))
    assert (timing_title(stopped), timing_spoken(stopped)) == ("Timing · stopped", "Timing, stopped")
    looked = actions.set_tab(unseen, "timing")
    assert timing_title(actions.with_news(unseen, looked)) == "Timing"
    assert timing_title(actions.with_news(before, replace(done(before), lecture=Lecture("timing")))) == "Timing"


def test_an_edit_is_said_beside_what_is_measured_and_after_it() -> None:
    edited = actions.set_argument(halfway(sweeping()), 0, "f32[6]")
    assert "in turn, of the code before your edits, about" in caption(edited)[0]
    assert caption(done(edited))[0].startswith("of the code before your edits: ")
    assert "in turn, of f, about" in caption(replace(edited, experiment=replace(edited.experiment, name="g")))[0]


def test_what_happens_to_the_other_worker_leaves_a_sweep_alone() -> None:
    session = halfway(sweeping())
    for changed in (
        actions.started(session, "trace"),
        actions.stop(actions.started(session, "run")),
        actions.died(session),
        actions.never_started(session, "python"),
    ):
        assert on_timer(changed)
        assert (changed.doing, changed.progress) == (session.doing, 0.4)
    assert actions.take(done(session), there(actions.stop_measuring(session).time_problem).actions[0]).jobs.time
