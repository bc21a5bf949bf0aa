"""Opening never runs code that was not asked for and never loses what was typed."""

from __future__ import annotations

import struct

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE, ready, traced
from vmapviz.model import actions
from vmapviz.model.actions.files import RECENT
from vmapviz.model.experiment import Case, Experiment, ExperimentError, Vmap
from vmapviz.model.messages import Verified
from vmapviz.model.session import Session
from vmapviz.model.snapshot import Array, Snapshot
from vmapviz.model.timing import Timings
from vmapviz.model.values import Cell, Leaf, Preview, Result

OTHER = Experiment("def g(x): ...", "g", "f32[2]", (Vmap(), Vmap()), path="/home/me/g.py")


def verified() -> Session:
    session = actions.receive(actions.started(ready(), "trace"), traced(1))
    return actions.receive(session, Verified(1, TRACE))


def test_opening_shows_another_experiment_over_the_old_picture() -> None:
    before = replace(verified(), selected="1", hovered="2", folded=frozenset({"1.body"}), example=(3,))
    opened = actions.open_experiment(before, OTHER)
    assert (opened.experiment, opened.saved, opened.auto) == (OTHER, OTHER, True)
    assert (opened.selected, opened.hovered, opened.folded, opened.example) == (None, None, frozenset(), (0, 0))
    assert opened.picture == before.picture


def test_what_was_typed_before_opening_is_one_undo_away() -> None:
    typed = actions.edit_source(Session(), "def mine(x): ...")
    opened = actions.open_experiment(typed, OTHER)
    assert actions.undo(opened).experiment == typed.experiment
    assert actions.undo(actions.edit_source(opened, "x")).experiment == OTHER


def test_recent_files_are_the_users_own_newest_first() -> None:
    session = Session()
    for path in ["", "gallery:matvec", *(f"{n}.py" for n in range(12)), "5.py"]:
        session = actions.open_experiment(session, replace(OTHER, path=path))
    assert session.recent[:3] == ("5.py", "11.py", "10.py")
    assert len(session.recent) == len(set(session.recent)) == RECENT


def test_saving_gives_the_experiment_its_file() -> None:
    session = actions.toggle_x64(verified())
    session = replace(session, saved=EXPERIMENT)
    assert actions.is_edited(session)
    saved = actions.saved_as(session, "a.py")
    assert saved.experiment == replace(EXPERIMENT, x64=True, path="a.py")
    assert not actions.is_edited(saved)
    assert saved.recent == ("a.py",)
    assert actions.is_stale(saved)


def test_saving_does_not_make_a_picture_stale() -> None:
    assert not actions.is_stale(actions.saved_as(verified(), "a.py"))
    assert actions.saved_as(Session(), "a.py").picture is None


def test_a_case_is_picked_without_counting_as_an_edit() -> None:
    with_case = replace(EXPERIMENT, cases=(Case("2×2", arguments="f32[2]"),))
    opened = actions.open_experiment(Session(), with_case)
    picked = actions.pick_case(opened, "2x2")
    assert picked.experiment.arguments == "f32[2]"
    assert not actions.is_edited(picked)
    edited = actions.pick_case(actions.toggle_x64(opened), "2x2")
    assert actions.is_edited(edited)
    assert actions.undo(picked).experiment == with_case
    wrong = actions.pick_case(opened, "3x3")
    assert wrong.problem is not None
    assert wrong.problem.title == "**There is no case `3x3`; there are: `2×2`.**"


SNAPSHOT = Snapshot({"jax": "0.10.2"}, OTHER, TRACE, timings=Timings("m", "d", ()))


def test_a_snapshot_is_shown_and_nothing_runs() -> None:
    before = actions.started(verified(), "run")
    opened = actions.open_snapshot(before, SNAPSHOT)
    assert opened.picture is not None
    assert (opened.picture.trace, opened.experiment, opened.timings) == (TRACE, OTHER, SNAPSHOT.timings)
    assert (opened.values, opened.result, opened.jobs.run) == (None, None, None)
    assert actions.wanted(before, opened) == ()
    assert not actions.is_stale(opened)


def preview(dtype: str, cells: tuple[Cell, ...], shape: tuple[int, ...] | None = None) -> Preview:
    return Preview(dtype, shape or (len(cells),), (len(cells),), cells)


def with_result(*previews: Preview) -> Session:
    leaves = tuple(Leaf(f"[{index}]", one, (0,), ()) for index, one in enumerate(previews))
    return replace(verified(), result=Result(leaves, (), 0.1))


def test_a_snapshot_keeps_what_is_shown() -> None:
    kept = actions.snapshot_of(verified())
    assert (kept.experiment, kept.trace, kept.result) == (EXPERIMENT, TRACE, None)
    assert kept.made_with == {"jax": "0.10.2", "python": "3.11.7"}
    assert actions.snapshot_of(actions.open_snapshot(Session(), SNAPSHOT)).made_with == {}


def test_numbers_of_the_result_are_kept_as_bytes_and_others_as_text() -> None:
    session = with_result(
        preview("float32", (1.5, float("nan"))),
        preview("int8", (-1, 2)),
        preview("bool", (True, False)),
        preview("complex64", ("1+2j",)),
    )
    result = actions.snapshot_of(session).result
    assert result is not None
    assert result[0].data == struct.pack("<2f", 1.5, float("nan"))
    assert result[1:] == (
        Array("[1]", "int8", (2,), b"\xff\x02"),
        Array("[2]", "bool", (2,), b"\x01\x00"),
        Array("[3]", "complex64", (1,), text=("1+2j",)),
    )


def test_a_result_that_was_cut_is_not_kept_as_if_it_were_whole() -> None:
    assert actions.snapshot_of(with_result(preview("float32", (1.5,), shape=(100,)))).result is None


def test_there_is_no_snapshot_before_the_programs_are_verified() -> None:
    with pytest.raises(ExperimentError, match="nothing to keep yet"):
        actions.snapshot_of(Session())
    unverified = actions.receive(actions.started(ready(), "trace"), traced(1, replace(TRACE, exact=None)))
    with pytest.raises(ExperimentError, match="nothing to keep yet"):
        actions.snapshot_of(unverified)


def test_a_nested_experiment_is_opened_as_vmap_since_pmap_is_of_one() -> None:
    session = actions.show_by(verified(), "pmap")
    assert actions.open_experiment(session, replace(OTHER, levels=(Vmap(),))).by == "pmap"
    assert actions.open_experiment(session, OTHER).by == "vmap"
