"""One click on a problem's advice is one step of undo."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.problem import Action
from vmapviz.model.session import Jobs, Session

START = Session(Experiment("def f(W, x): ...", "f", "f32[2,3], f32[5,3]", (Vmap("(0, 0)"),)), auto=False)


def test_all_edits_of_an_action_are_one_step() -> None:
    action = Action(
        "Do it",
        edits=(("argument", 0, "f32[5,2,3]"), ("in_axes", 0, "(0, 0) "), ("out_axes", 0, "1"), ("other", 0, "")),
    )
    session = actions.take(START, action)
    assert session.experiment.arguments == "f32[5,2,3], f32[5,3]"
    assert session.experiment.levels == (Vmap("(0, 0) ", "1"),)
    assert actions.undo(session).experiment == START.experiment
    assert not actions.undo(session).history.past


def test_one_edit_is_one_step_too() -> None:
    session = actions.take(START, Action("Set W to None", edits=(("in_axes", 0, "(None, 0)"),)))
    assert actions.undo(session).experiment == START.experiment
    assert not session.history.typing


def test_more_time_and_another_run() -> None:
    session = actions.take(START, Action("Allow 60 s", edits=(("time_limit", 0, "60"), ("run", 0, ""))))
    assert (session.time_limit_s, session.auto) == (60.0, True)
    assert session.experiment == START.experiment


def test_advice_alone_changes_nothing() -> None:
    assert actions.take(START, Action("lax.cond")) == START


def test_a_new_source_is_written_and_the_arguments_follow() -> None:
    session = actions.take(START, Action("x = 1", edits=(("source", 0, "def f(W): ..."),)))
    assert (session.experiment.source, session.experiment.arguments) == ("def f(W): ...", "f32[2,3]")
    assert actions.undo(session).experiment == START.experiment


def test_what_was_typed_since_the_trace_is_not_overwritten() -> None:
    session = replace(START, jobs=Jobs(traced=START.experiment))
    typed = actions.edit_source(session, "def f(W, x): return W")
    action = Action("x = 1", edits=(("source", 0, "def f(W): ..."),))
    assert actions.take(typed, action).experiment == typed.experiment
    assert actions.take(session, action).experiment.source == "def f(W): ..."


def test_an_axis_gets_its_name_and_numbers_their_bits() -> None:
    named = actions.take(START, Action("Set axis_name", edits=(("axis_name", 0, "i"),)))
    assert named.experiment.levels[0].axis_name == "i"
    wide = actions.take(START, Action("Switch x64 on", edits=(("x64", 0, "on"),)))
    assert wide.experiment.x64
    assert actions.take(wide, Action("Switch x64 on", edits=(("x64", 0, "on"),))).experiment.x64


def test_another_function_is_used() -> None:
    session = Session(Experiment("def g(x): ...", "f", "f32[5]"), auto=False)
    assert actions.take(session, Action("Use g", edits=(("function", 0, "g"),))).experiment.function == "g"
