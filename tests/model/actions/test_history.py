"""Every change of the experiment can be undone, typing in one piece."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions import dismiss, edit_source, fail, pause, redo, refuse, toggle_x64, typed, undo
from vmapviz.model.actions.history import STEPS, commit
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session


def typing(session: Session, *texts: str) -> Session:
    for text in texts:
        session = edit_source(session, text)
    return session


def test_typing_is_one_step_until_a_pause() -> None:
    start = Session()
    first = typing(start, "d", "de", "def")
    second = typing(pause(first), "def ", "def f")
    assert undo(second).experiment.source == "def"
    assert undo(undo(second)).experiment == start.experiment
    assert undo(undo(undo(second))) == undo(undo(second))


def test_redo_brings_back_what_undo_took_until_something_else_is_done() -> None:
    session = typing(pause(typing(Session(), "a")), "ab")
    back = undo(undo(session))
    assert redo(redo(back)).experiment == session.experiment
    assert redo(session) is session
    assert redo(toggle_x64(undo(session))).experiment.source == "a"


def test_a_pause_without_typing_changes_nothing() -> None:
    session = toggle_x64(Session())
    assert pause(session) is session


def test_another_change_ends_the_typing() -> None:
    session = typing(toggle_x64(typing(Session(), "a")), "ab")
    assert undo(session).experiment == Experiment("a", x64=True)


def test_history_keeps_two_hundred_steps() -> None:
    session = Session()
    for index in range(STEPS + 20):
        session = commit(session, Experiment(str(index)))
    assert len(session.history.past) == STEPS
    assert session.history.past[0] == Experiment("19")


def test_typed_is_true_only_for_typing() -> None:
    old = Session()
    new = edit_source(old, "a")
    assert typed(old, new)
    assert not typed(new, pause(new))
    assert not typed(new, toggle_x64(new))
    assert not typed(new, replace(new, selected="0"))


def test_an_example_has_one_index_per_level() -> None:
    session = commit(Session(), Experiment(levels=(Vmap(), Vmap())))
    assert session.example == (0, 0)
    assert undo(session).example == (0,)


def test_a_refused_choice_is_a_note_until_the_next_one() -> None:
    kept = Problem("links", "Links are not known.", severity="warn")
    session = refuse(replace(Session(), notes=(kept,)), Problem("level", "**One vmap has to stay.**"))
    assert [note.title for note in session.notes] == ["Links are not known.", "**One vmap has to stay.**"]
    assert session.experiment == Session().experiment
    again = refuse(session, Problem("batch size", "**No.**"))
    assert [note.title for note in again.notes] == ["Links are not known.", "**No.**"]
    assert toggle_x64(again).notes == (kept,)


def test_a_problem_of_a_file_goes_when_it_is_dismissed_or_work_goes_on() -> None:
    session = fail(Session(), "This file is not UTF-8 text.")
    assert session.problem is not None
    assert (session.problem.kind, session.problem.title) == ("file", "**This file is not UTF-8 text.**")
    assert dismiss(session).problem is None
    assert toggle_x64(session).problem is None
    other = replace(Session(), problem=Problem("syntax", "Line 1 is not finished."))
    assert dismiss(other) is other
