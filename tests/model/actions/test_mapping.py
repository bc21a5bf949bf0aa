"""Whose program is shown: pmap's is asked for when it is wanted, kept for its picture, and dropped with it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE, equation, ready, trace, traced
from vmapviz.model import actions, messages
from vmapviz.model.actions.running import Why
from vmapviz.model.lanes import NOT_RUN, Device, Lanes
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Session
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Trace
from vmapviz.model.values import Result

BODY = (equation("0.body.0"), equation("0.body.1", "1"))
PMAPPED = trace(TRACE.original.equations, (equation("0", body=BODY),))
PROBLEM = Problem("pmap", "No.", severity="warn")


def pictured() -> Session:
    session = actions.receive(actions.started(ready(), "trace"), traced(1))
    return actions.receive(session, messages.Verified(1, TRACE))


def asked() -> Session:
    """pmap's program was asked for, and is on its way as job 2."""
    return actions.started(actions.toggle_pmap(pictured()), "pmap")


def made(of: Trace = PMAPPED, note: str = "") -> Session:
    return actions.receive(asked(), messages.Pmapped(2, of, note))


def test_it_is_asked_for_when_it_is_wanted_and_not_before() -> None:
    session = pictured()
    wanted = actions.toggle_pmap(session)
    assert actions.wanted(session, wanted) == ("pmap",)
    assert actions.request(asked(), "pmap") == messages.Pmap(2, EXPERIMENT, 8)
    assert actions.wanted(wanted, actions.started(wanted, "pmap")) == ()
    assert actions.wanted(ready(), actions.toggle_pmap(ready())) == ()  # nothing to show yet
    assert "pmap" not in actions.wanted(ready(), session)


def test_a_snapshot_shows_its_own_programs() -> None:
    opened = actions.open_snapshot(made(), Snapshot({}, EXPERIMENT, TRACE))
    assert (opened.by, opened.pmapped) == ("vmap", None)
    assert actions.shown_trace(opened) == TRACE


def test_until_it_is_there_the_picture_stays() -> None:
    session = asked()
    assert actions.is_mapping(session)
    assert actions.running(session)
    assert actions.shown_trace(session) == TRACE
    assert actions.last_line(session) == "Making pmap's program..."
    assert actions.shown_trace(Session()) is None


def test_it_is_shown_when_it_is_there() -> None:
    session = made()
    assert actions.shown_trace(session) is PMAPPED
    assert (session.jobs.pmap, actions.is_mapping(session)) == (None, False)
    assert actions.last_line(session) == "Exact: plain JAX makes the same program of pmap"
    other = made(replace(PMAPPED, exact=False))
    assert actions.last_line(other) == "Not exact: plain JAX makes another program of pmap"
    assert actions.shown_trace(actions.toggle_pmap(session)) == TRACE
    assert session.notes == ()


def test_it_is_kept_while_vmaps_is_shown() -> None:
    back = actions.toggle_pmap(made())
    again = actions.toggle_pmap(back)
    assert actions.shown_trace(again) is PMAPPED
    assert actions.wanted(back, again) == ()


def test_what_is_not_known_is_noted_until_the_next_picture() -> None:
    session = made(note="Not sure.")
    assert [(note.kind, note.title) for note in session.notes] == [("pmap links", "Not sure.")]
    assert actions.receive(actions.started(session, "trace"), traced(3)).notes == ()


def test_a_new_picture_drops_it_and_asks_again() -> None:
    session = made()
    tracing = actions.started(session, "trace")
    assert actions.wanted(session, tracing) == ()
    assert actions.shown_trace(tracing) is PMAPPED
    newer = actions.receive(tracing, traced(3))
    assert newer.pmapped is None
    assert actions.wanted(tracing, newer) == ("run", "pmap")
    late = actions.receive(newer, messages.Pmapped(2, PMAPPED))
    assert late is newer


def test_a_trace_that_ends_its_job_asks_for_no_more_than_itself() -> None:
    session = asked()
    tracing = actions.started(session, "trace")
    assert actions.wanted(session, tracing) == ()


def test_a_picture_that_is_out_of_date_gets_none() -> None:
    session = replace(pictured(), experiment=replace(EXPERIMENT, arguments="f32[6]"))
    assert actions.wanted(session, actions.toggle_pmap(session)) == ()


def test_a_problem_stands_over_the_picture_and_closing_it_goes_back() -> None:
    before = asked()
    session = actions.receive(before, messages.Failed(2, PROBLEM))
    assert (session.by_problem, session.problem, session.jobs.pmap) == (PROBLEM, None, None)
    assert actions.shown_trace(session) == TRACE
    assert actions.wanted(before, session) == ()
    closed = actions.dismiss(session)
    assert (closed.by, closed.by_problem) == ("vmap", None)
    assert actions.dismiss(closed) == closed


def test_asking_again_tries_again() -> None:
    session = actions.receive(asked(), messages.Failed(2, PROBLEM))
    again = actions.show_by(session, "pmap")
    assert actions.wanted(session, again) == ("pmap",)
    assert actions.show_by(again, "pmap") is again


def test_the_ways_out_of_a_problem() -> None:
    session = actions.receive(asked(), messages.Failed(2, PROBLEM))
    fewer = actions.take(session, Action("Use 3 devices", edits=(("devices", 0, "3"),)))
    assert (fewer.sweep.devices, fewer.by_problem, fewer.by) == (3, None, "pmap")
    back = actions.take(session, Action("Show vmap's program", edits=(("map", 0, "vmap"),)))
    assert (back.by, back.by_problem) == ("vmap", None)
    assert actions.take(back, Action("", edits=(("map", 0, "pmap"),))).by == "pmap"


def test_what_was_only_opened_does_not_run_by_itself() -> None:
    session = replace(pictured(), auto=False)
    shown = actions.toggle_pmap(session)
    assert actions.wanted(session, shown) == ()
    assert shown.by_problem is not None
    assert shown.by_problem.title == "**This experiment was not run yet.**"
    run = actions.take(shown, shown.by_problem.actions[0])
    assert run.auto


@pytest.mark.parametrize("why", ["asked", "limit"])
def test_stopping_says_so_where_its_program_should_stand(why: Why) -> None:
    session = actions.stop(asked(), why=why)
    assert session.by_problem is not None
    assert session.by_problem.severity == "stopped"
    assert session.problem is None


def test_the_selection_goes_over_where_it_can() -> None:
    session = actions.select(actions.toggle_pmap(pictured()), "1")
    session = actions.receive(actions.started(session, "pmap"), messages.Pmapped(2, PMAPPED))
    assert session.selected == "1"
    added = actions.select(session, "+0.body.0")
    assert actions.toggle_pmap(added).selected is None
    assert actions.show_by(Session(), "pmap").selected is None


def test_stepping_follows_the_programs_that_are_shown() -> None:
    session = made()
    assert actions.select_first(session).selected == "+0"
    assert actions.select_next(actions.select_first(session)).selected == "+0.body.0"
    assert actions.select_first(actions.toggle_pmap(session)).selected == "+0"


def test_the_tabs_know_nothing_of_what_pmap_added() -> None:
    session = made()
    assert actions.as_vmap(session) is session
    assert actions.as_vmap(actions.select(session, "1")).selected == "1"
    assert actions.as_vmap(actions.select(session, "+0.body.0")).selected is None
    assert actions.as_vmap(actions.select(session, "+3")).selected == "+3"
    assert actions.as_vmap(actions.toggle_pmap(session)).by == "vmap"
    assert actions.as_vmap(Session()) == Session()


# --- what was on which device -------------------------------------------------------------------------------------------

LANES = Lanes(devices=(Device(0, "CPU"), Device(1, "CPU")))


def test_what_the_devices_held_comes_after_the_program_which_is_shown_meanwhile() -> None:
    session = actions.receive(asked(), messages.Pmapped(2, PMAPPED, more=True))
    assert (session.pmapped, session.jobs.pmap) == (PMAPPED, 2)
    assert actions.lanes(session) == Lanes(why=NOT_RUN)
    placed = actions.receive(session, messages.Placed(2, LANES))
    assert (actions.lanes(placed), placed.jobs.pmap) == (LANES, None)
    assert actions.receive(session, messages.Placed(1, LANES)) is session
    assert actions.lanes(actions.toggle_pmap(placed)) is None
    assert actions.receive(actions.started(placed, "trace"), traced(3)).lanes is None


def test_of_an_experiment_with_pmap_they_come_with_its_result() -> None:
    session = pictured()
    assert session.picture is not None
    picture = replace(session.picture, experiment=replace(EXPERIMENT, map="pmap"))
    session = replace(session, picture=picture)
    assert actions.lanes(session) == Lanes(why=NOT_RUN)
    failed = replace(session, run_problem=Problem("run", "**It stopped.**", "Line 3."))
    assert actions.lanes(failed) == Lanes(why="It stopped. Line 3.")
    assert actions.lanes(replace(session, result=Result((), (), 0.1, lanes=LANES))) is LANES


def test_why_pmap_cannot_run_is_said() -> None:
    session = actions.receive(asked(), messages.Failed(2, PROBLEM))
    assert actions.lanes(session) == Lanes(why="No.")
