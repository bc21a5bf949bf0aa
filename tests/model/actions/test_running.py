"""Which jobs a change asks for, what stopping says, and how it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, READY, TRACE, ready, trace, traced
from vmapviz.model import actions, messages
from vmapviz.model.actions.running import is_tracing, running
from vmapviz.model.experiment import Case, Experiment
from vmapviz.model.problem import Problem
from vmapviz.model.session import Kind, Session, Worker
from vmapviz.model.trace import Source
from vmapviz.model.values import Values


def pictured() -> Session:
    return actions.receive(actions.started(ready(), "trace"), traced(1))


def verified() -> Session:
    return actions.receive(pictured(), messages.Verified(1, TRACE))


def with_exact(session: Session, exact: bool | None) -> Session:
    assert session.picture is not None
    picture = replace(session.picture, trace=replace(session.picture.trace, exact=exact))
    return replace(session, picture=picture)


def test_a_job_has_a_number_and_a_request() -> None:
    session = actions.started(ready(), "trace")
    assert actions.request(session, "trace") == messages.Trace(1, EXPERIMENT)
    assert actions.request(session, "run") is None
    session = actions.started(actions.follow(verified(), (3,)), "run")
    assert actions.request(session, "run") == messages.Run(2, EXPERIMENT, (3,))
    session = actions.started(session, "time")
    sweep = session.sweep
    assert actions.request(session, "time") == messages.Time(3, EXPERIMENT, sweep.variants, sweep.batches, 8, 2.0)
    assert running(session)


def test_a_new_trace_ends_what_ran_before() -> None:
    session = actions.started(actions.started(verified(), "run"), "time")
    session = actions.started(session, "trace")
    assert (session.jobs.trace, session.jobs.run, session.jobs.time) == (4, None, None)
    assert is_tracing(session)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (lambda s: actions.edit_source(s, "def f(x): return x"), ("trace",)),
        (lambda s: actions.set_argument(s, 0, "f32[6]"), ("trace",)),
        (actions.toggle_x64, ("trace",)),
        (lambda s: replace(s, experiment=replace(s.experiment, name="other", cases=(Case("a"),), reference="g")), ()),
        (lambda s: actions.edit_source(s, "  \n"), ()),
        (lambda s: actions.set_argument(replace(s, auto=False), 0, "f32[6]"), ()),
        (lambda s: actions.select(s, "1"), ()),
        (lambda s: actions.follow(s, (2,)), ("run",)),
        (lambda s: actions.follow(replace(s, values=Values((0, 2), (), {})), (2,)), ("match",)),
        (lambda s: actions.follow(actions.set_argument(s, 0, "f32[6]"), (2,)), ("trace",)),
        (lambda s: s, ()),
    ],
)
def test_what_a_change_asks_for(change: Callable[[Session], Session], kinds: tuple[str, ...]) -> None:
    old = verified()
    assert actions.wanted(old, change(old)) == kinds


def test_a_picture_asks_for_a_run_once() -> None:
    before = actions.started(ready(), "trace")
    first = pictured()
    assert actions.wanted(before, first) == ("run",)
    second = actions.receive(first, messages.Verified(1, TRACE))
    assert actions.wanted(first, second) == ()
    asked = actions.started(second, "trace")
    assert actions.wanted(asked, actions.receive(asked, traced(2))) == ("run",)


def test_a_worker_that_became_ready_traces_what_is_behind() -> None:
    starting = Session(EXPERIMENT)
    ready_now = actions.receive(starting, READY)
    assert actions.wanted(starting, ready_now) == ("trace",)
    restarted = actions.stop(verified(), "settings")
    assert actions.wanted(restarted, actions.receive(restarted, READY)) == ()


def test_a_job_that_never_ended_is_not_started_again_by_itself() -> None:
    stopped = actions.stop(actions.started(ready(), "trace"), "limit")
    back = actions.receive(stopped, READY)
    assert actions.wanted(stopped, back) == ()
    changed = actions.set_argument(back, 0, "f32[6]")
    assert actions.wanted(back, changed) == ("trace",)


def test_what_was_only_shown_runs_when_asked() -> None:
    shown = actions.open_experiment(ready(), Experiment("def g(x): return x", "g", "f32[2]"), auto=False)
    assert actions.wanted(ready(), shown) == ()
    assert actions.status_text(shown) == "not run yet"
    asked = actions.run_now(shown)
    assert actions.wanted(shown, asked) == ("trace",)


def test_taking_back_a_text_that_was_refused_traces_again() -> None:
    wrong = actions.set_argument(ready(), 0, "f32[")
    assert actions.wanted(ready(), wrong) == ()
    right = actions.set_argument(wrong, 0, "f32[5]")
    assert actions.wanted(wrong, right) == ("trace",)


def test_a_picture_is_stale_while_the_editor_is_ahead() -> None:
    assert not actions.is_stale(ready())
    assert not actions.is_stale(verified())
    assert not actions.is_stale(replace(verified(), experiment=replace(EXPERIMENT, name="other")))
    assert actions.is_stale(actions.toggle_x64(verified()))


def test_the_time_limit_stops_a_trace_in_words() -> None:
    stopped = actions.stop(replace(actions.started(verified(), "trace"), time_limit_s=10.0), "limit")
    assert stopped.problem is not None
    assert stopped.problem.title == "**Stopped after 10 s.**"
    assert stopped.problem.severity == "stopped"
    assert [action.label for action in stopped.problem.actions] == ["Run again", "Allow 60 s"]
    assert stopped.worker == Worker("starting", None, 1)
    assert stopped.picture == verified().picture
    assert not running(stopped)
    assert stopped.jobs.newest == 2


def test_the_user_stops_without_blame() -> None:
    stopped = actions.stop(actions.started(ready(), "trace"))
    assert stopped.problem is not None
    assert stopped.problem.title == "**Stopped.**"
    idle = actions.stop(verified())
    assert idle.problem is None


@pytest.mark.parametrize(("kind", "field"), [("trace", "problem"), ("run", "run_problem"), ("time", "time_problem")])
def test_a_dead_worker_is_said_where_its_job_was(kind: Kind, field: str) -> None:
    dead = actions.died(actions.started(verified(), kind), "exit code 139")
    problem = getattr(dead, field)
    assert problem.title == "**JAX ended unexpectedly and was started again.**"
    assert problem.said == "exit code 139"
    assert [getattr(dead, other) for other in ("problem", "run_problem", "time_problem")].count(None) == 2


def test_a_worker_that_dies_idle_or_while_verifying_is_said_too() -> None:
    assert actions.died(ready()).problem is not None
    verifying = actions.died(pictured())
    assert verifying.problem is None
    assert verifying.notes[-1].kind == "died"
    assert actions.stop(ready(), "died").problem is not None


def test_replacing_and_restarting_for_settings_say_nothing() -> None:
    for why in ("replaced", "settings"):
        quiet = actions.stop(actions.started(ready(), "trace"), why)
        assert quiet.problem is None
        assert quiet.worker.restarts == 1


@pytest.mark.parametrize(
    ("session", "text"),
    [
        (Session(EXPERIMENT), "Starting JAX"),
        (actions.stop(verified()), "Starting JAX again"),
        (ready(), ""),
        (actions.started(ready(), "trace"), "Working..."),
        (pictured(), "up to date · 41 ms"),
        (verified(), "up to date · 41 ms"),
        (actions.receive(actions.started(ready(), "trace"), traced(1, seconds=2.34)), "up to date · 2.3 s"),
        (actions.receive(actions.started(ready(), "trace"), traced(1, seconds=0.0)), "up to date"),
        (actions.toggle_x64(verified()), "out of date"),
        (replace(verified(), problem=Problem("code", "No.", source=Source("", 3, 0, 3, 1))), "out of date: line 3"),
        (replace(verified(), problem=Problem("sizes", "No.")), "out of date"),
        (replace(ready(), problem=Problem("code", "No.", source=Source("", 3, 0, 3, 1))), "not traced: line 3"),
        (actions.fail(verified(), "No such file."), "up to date · 41 ms"),
        (actions.stop(actions.started(ready(), "trace")), "stopped"),
        (replace(actions.toggle_x64(verified()), auto=False), "not run yet"),
    ],
)
def test_how_it_stands(session: Session, text: str) -> None:
    assert actions.status_text(session) == text


@pytest.mark.parametrize(
    ("session", "text"),
    [
        (Session(EXPERIMENT), "Starting JAX"),
        (with_exact(pictured(), None), "Checking the programs against plain JAX..."),
        (with_exact(verified(), None), "Not checked against plain JAX"),
        (with_exact(verified(), False), "Not exact: plain JAX makes another program"),
        (verified(), "Exact: plain JAX makes the same program"),
        (actions.started(verified(), "run"), "Running..."),
        (actions.measure(verified()), "Starting JAX to measure with · Exact: plain JAX makes the same program"),
        (actions.toggle_x64(verified()), "out of date"),
        (replace(verified(), problem=Problem("sizes", "No.")), "out of date"),
    ],
)
def test_the_last_line_says_whether_the_programs_are_jaxs_own(session: Session, text: str) -> None:
    assert actions.last_line(session) == text


def test_running_again_clears_what_ended_and_keeps_other_problems() -> None:
    stopped = actions.stop(actions.started(ready(), "trace"))
    assert actions.run_now(stopped).problem is None
    wrong = replace(ready(), problem=Problem("sizes", "No."))
    assert actions.run_now(wrong).problem == wrong.problem


def test_a_trace_of_other_levels_is_not_followed_out_of_bounds() -> None:
    session = replace(actions.started(ready(), "trace"), example=(4,))
    assert actions.receive(session, traced(1, trace((), (), (), sizes=(2, 3)))).example == (1, 0)
