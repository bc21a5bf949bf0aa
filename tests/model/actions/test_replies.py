"""Replies change the session once, in order, and never after their job."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import ARGUMENT, EXPERIMENT, READY, RESULT, TRACE, equation, ready, trace, traced
from vmapviz.model import actions
from vmapviz.model.actions.replies import PRINTED
from vmapviz.model.messages import Failed, Printed, Ran, Timed, Traced, Verified
from vmapviz.model.pinned import kept
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session, Worker
from vmapviz.model.sweep_state import of_other, own_timings
from vmapviz.model.timing import Timings
from vmapviz.model.values import Result, Values

VALUES, RESULTS, TIMINGS = Values((0,), ({},), {}), Result((), (), 0.1), Timings("m", "d", ())
PROBLEM = Problem("sizes", "No.")


def tracing() -> Session:
    return actions.started(ready(), "trace")


def pictured() -> Session:
    return actions.receive(tracing(), traced(1))


def test_the_worker_is_ready() -> None:
    session = actions.receive(Session(worker=Worker(restarts=2)), READY)
    assert session.worker == Worker("ready", READY, 2)


def test_prints_are_kept_up_to_a_bound() -> None:
    session = actions.receive(actions.receive(Session(), Printed("a\n")), Printed("b\n"))
    assert session.printed == "a\nb\n"
    assert actions.receive(session, Printed("x" * PRINTED)).printed == "x" * PRINTED


def test_a_trace_becomes_the_picture_of_the_experiment_it_was_asked_for() -> None:
    typed_on = actions.edit_source(tracing(), "def f(x): return x")
    session = actions.receive(replace(typed_on, problem=PROBLEM, problem_arguments=(ARGUMENT,)), traced(1))
    assert session.picture is not None
    assert session.picture.experiment == EXPERIMENT
    assert (session.picture.trace, session.picture.arguments, session.picture.results) == (
        TRACE,
        (ARGUMENT,),
        (RESULT,),
    )
    assert (session.problem, session.problem_arguments) == (None, ())
    assert actions.is_stale(session)


def test_a_late_trace_is_dropped() -> None:
    newer = actions.started(tracing(), "trace")
    assert actions.receive(newer, traced(1)) is newer
    assert actions.receive(ready(), traced(0)) == ready()


@pytest.mark.parametrize(
    ("path", "kept"),
    [("1", True), ("1.body.0", True), ("9", False), ("+0", True), ("+1", False), ("+9", False), (None, True)],
)
def test_the_selection_stays_where_its_equation_still_is(path: str | None, kept: bool) -> None:
    session = actions.receive(replace(tracing(), selected=path, hovered=path), traced(1))
    assert session.selected == session.hovered == (path if kept else None)


def test_an_unbatched_trace_has_no_inserted_equations() -> None:
    session = replace(tracing(), selected="+0")
    assert actions.receive(session, traced(1, trace((equation("0"),), sizes=()))).selected is None


def test_a_new_picture_clears_the_values_and_keeps_times_that_say_what_they_are_of() -> None:
    full = replace(
        pictured(), values=VALUES, result=RESULTS, timings=TIMINGS, run_problem=PROBLEM, pinned=(kept(TIMINGS),)
    )
    full = replace(full, timed=full.experiment)
    same = actions.receive(actions.started(full, "trace"), traced(2))
    assert (same.values, same.result, same.run_problem, same.timings) == (None, None, None, TIMINGS)
    assert (of_other(same), own_timings(same)) == ("", TIMINGS)
    other = actions.receive(actions.started(actions.toggle_x64(full), "trace"), traced(2))
    assert (other.values, other.timings, other.pinned) == (None, TIMINGS, (kept(TIMINGS),))
    assert (of_other(other), own_timings(other)) == ("the code before your edits", None)
    opened = actions.open_experiment(full, replace(EXPERIMENT, name="g", arguments="f32[7]"))
    assert opened.timings is None
    going_on = actions.open_experiment(
        actions.receive(actions.measure(full), Timed(2, TIMINGS, "", 0.5, 3.0, False)), opened.experiment
    )
    assert (going_on.timings, of_other(going_on)) == (TIMINGS, "`f`")


def test_verification_completes_the_picture() -> None:
    exact = replace(TRACE, exact=False, programs=tuple(replace(program) for program in TRACE.programs))
    session = actions.receive(pictured(), Verified(1, exact, "Links are not available."))
    assert session.picture is not None
    assert session.picture.trace == exact
    assert (
        session.picture.trace.programs is TRACE.programs
    )  # what is equal stays the same object, and is not drawn again
    assert session.jobs.trace is None
    assert [note.title for note in session.notes] == ["Links are not available."]
    again = actions.receive(actions.started(session, "trace"), traced(2))
    assert again.notes == ()
    assert actions.receive(session, Verified(1, TRACE)) is session


def test_a_verification_without_its_picture_only_ends_the_job() -> None:
    session = actions.receive(tracing(), Verified(1, TRACE))
    assert (session.picture, session.jobs.trace) == (None, None)
    behind = actions.started(pictured(), "trace")
    assert actions.receive(behind, Verified(2, replace(TRACE, exact=False))).picture == behind.picture


def test_values_and_the_result_arrive_together() -> None:
    session = actions.started(pictured(), "run")
    session = actions.receive(session, Ran(2, VALUES, RESULTS))
    assert (session.values, session.result, session.jobs.run) == (VALUES, RESULTS, None)
    assert actions.receive(session, Ran(2, Values((), (), {}), RESULTS)) is session


def test_times_grow_until_they_are_done() -> None:
    session = actions.started(pictured(), "time")
    session = actions.receive(session, Timed(2, TIMINGS, "vmap, 64", 0.5, 3.0, False))
    assert (session.timings, session.doing, session.progress, session.remaining_s) == (TIMINGS, "vmap, 64", 0.5, 3.0)
    session = actions.receive(session, Timed(2, TIMINGS, "", 1.0, 0.0, True))
    assert (session.doing, session.jobs.time) == ("", None)
    assert actions.receive(session, Timed(2, TIMINGS, "", 0.1, 9.0, False)) is session


def test_a_failed_trace_keeps_the_picture() -> None:
    session = actions.started(pictured(), "trace")
    failed = actions.receive(session, Failed(2, PROBLEM, (ARGUMENT,)))
    assert (failed.problem, failed.problem_arguments, failed.jobs.trace) == (PROBLEM, (ARGUMENT,), None)
    assert failed.picture == session.picture


def test_a_failed_run_or_sweep_says_so_in_its_panel() -> None:
    run = actions.receive(actions.started(pictured(), "run"), Failed(2, PROBLEM))
    assert (run.problem, run.run_problem, run.jobs.run) == (None, PROBLEM, None)
    time = actions.receive(actions.started(pictured(), "time"), Failed(2, PROBLEM))
    assert (time.problem, time.time_problem, time.jobs.time) == (None, PROBLEM, None)


def test_a_late_failure_is_dropped() -> None:
    session = pictured()
    assert actions.receive(session, Failed(7, PROBLEM)) is session


def test_examples_that_are_gone_are_not_followed() -> None:
    session = replace(tracing(), example=(4, 1))
    small: Traced = traced(1, trace((), (), sizes=(3,)))
    assert actions.receive(session, small).example == (2,)
    assert actions.receive(session, traced(1, trace((), (), sizes=(0,)))).example == (0,)
