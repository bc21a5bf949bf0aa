"""Below the jaxpr: each form is asked for when it is wanted, kept for its picture, and dropped with it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE
from tests.model.actions.states import traced as answered
from tests.model.actions.test_mapping import pictured
from vmapviz.model import actions, messages
from vmapviz.model.problem import Problem
from vmapviz.model.session import FORMS, Session
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Form, Trace


def of(form: Form, exact: bool = True) -> Trace:
    levels = (*TRACE.levels[:-1], replace(TRACE.levels[-1], form=form))
    return Trace(exact, levels, (TRACE.original, replace(TRACE.batched, text=form)))


def asked(form: Form = "HLO") -> Session:
    """The form was asked for, and is on its way as job 2."""
    return actions.started(actions.show_by(pictured(), form), "lower")


def made(form: Form = "HLO", exact: bool = True, note: str = "") -> Session:
    return actions.receive(asked(form), messages.Lowered(2, of(form, exact), note))


@pytest.mark.parametrize("form", FORMS)
def test_it_is_asked_for_when_it_is_wanted_and_shown_when_it_is_there(form: Form) -> None:
    session = pictured()
    wanted = actions.show_by(session, form)
    assert actions.wanted(session, wanted) == ("lower",)
    assert actions.request(asked(form), "lower") == messages.Lower(2, EXPERIMENT, form)
    assert actions.is_mapping(asked(form))
    assert actions.shown_trace(asked(form)) == TRACE
    there = made(form)
    assert (actions.is_mapping(there), there.jobs.lower) == (False, None)
    assert actions.shown_trace(there) == of(form)


def test_the_state_says_what_is_made_and_how_it_was_checked() -> None:
    assert actions.last_line(asked("StableHLO")) == "Lowering the program..."
    assert actions.last_line(asked("HLO")) == "Compiling the program..."
    assert actions.last_line(made()) == "Exact: plain JAX gives XLA the same program"
    assert actions.last_line(made(exact=False)) == "Not exact: plain JAX gives XLA another program"


def test_the_other_form_is_asked_for_when_the_first_is_done() -> None:
    turned = actions.show_by(asked("StableHLO"), "HLO")
    assert actions.is_mapping(turned)
    done = actions.receive(turned, messages.Lowered(2, of("StableHLO")))
    assert actions.wanted(turned, done) == ("lower",)
    both = actions.receive(actions.started(done, "lower"), messages.Lowered(3, of("HLO")))
    back = actions.show_by(both, "StableHLO")
    assert actions.wanted(both, back) == ()
    assert actions.shown_trace(back) == of("StableHLO")


def test_a_job_that_is_started_after_the_user_turned_back_still_has_its_request() -> None:
    back = actions.started(pictured(), "lower")
    assert actions.request(back, "lower") == messages.Lower(2, EXPERIMENT, "StableHLO")


def test_the_same_command_goes_back() -> None:
    session = actions.toggle_form(pictured(), "HLO")
    assert session.by == "HLO"
    assert actions.toggle_form(session, "StableHLO").by == "StableHLO"
    assert actions.toggle_form(session, "HLO").by == "vmap"


def test_a_new_picture_drops_them_and_late_answers_change_nothing() -> None:
    session = actions.started(made(note="Not sure."), "trace")
    assert [(note.kind, note.title) for note in session.notes] == [("lowered links", "Not sure.")]
    newer = actions.receive(session, answered(3))
    assert (newer.lowered, newer.notes) == ((), ())
    assert actions.wanted(session, newer) == ("run", "lower")
    assert actions.receive(newer, messages.Lowered(2, of("HLO"))) is newer


def test_a_problem_stands_over_the_picture_and_closing_it_goes_back() -> None:
    problem = Problem("compile", "No.")
    before = asked()
    session = actions.receive(before, messages.Failed(2, problem))
    assert (session.by_problem, session.problem, session.jobs.lower) == (problem, None, None)
    assert actions.wanted(before, session) == ()
    closed = actions.dismiss(session)
    assert (closed.by, closed.by_problem) == ("vmap", None)


def test_stopping_says_so_where_its_program_should_stand() -> None:
    stopped = actions.stop(asked())
    assert stopped.by_problem is not None
    assert (stopped.by_problem.severity, stopped.problem) == ("stopped", None)
    late = actions.stop(asked(), why="limit")
    assert late.by_problem is not None
    assert late.by_problem.text.startswith("JAX or XLA was still at work")


def test_what_was_only_opened_does_not_run_by_itself() -> None:
    shown = actions.show_by(replace(pictured(), auto=False), "HLO")
    assert shown.by_problem is not None
    assert shown.by_problem.title == "**This experiment was not run yet.**"
    assert "HLO" in shown.by_problem.text


def test_other_experiments_keep_the_form_and_snapshots_show_their_own_programs() -> None:
    nested = replace(EXPERIMENT, levels=EXPERIMENT.levels * 2)
    assert actions.open_experiment(made(), nested).by == "HLO"
    opened = actions.open_snapshot(made(), Snapshot({}, EXPERIMENT, TRACE))
    assert (opened.by, opened.lowered, actions.shown_trace(opened)) == ("vmap", (), TRACE)


def test_what_vmap_added_is_shown_in_its_own_program() -> None:
    session = actions.select_in_vmap(made(), "+3")
    assert (session.by, session.selected) == ("vmap", "+3")
    there = actions.select_in_vmap(made(), "1")
    assert (there.by, there.selected) == ("HLO", "1")
    assert actions.select_in_vmap(pictured(), "+3").selected == "+3"


def test_the_tabs_know_nothing_of_operations() -> None:
    session = actions.select(made(), "1")
    assert actions.as_vmap(session).selected == "1"
    assert actions.as_vmap(Session()) == Session()
