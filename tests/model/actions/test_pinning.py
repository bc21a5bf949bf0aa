"""Pinned runs: kept, named, drawn or not, let go and put back; of an earlier start only those of the same function are drawn."""

from __future__ import annotations

from msgspec.structs import replace

from tests.model.sweeps import sweep
from vmapviz.model import actions
from vmapviz.model.actions.pinning import FULL, MOST_PINNED
from vmapviz.model.experiment import Experiment
from vmapviz.model.pinned import PointName, kept, names
from vmapviz.model.session import Session
from vmapviz.model.timing_runs import runs

LAYER = Experiment("def layer(x): return x", "layer", "x=f32[5]", name="layer", path="gallery:layer")
OTHER = replace(LAYER, function="other", path="gallery:other", name="other")
ONE = actions.pin(Session(experiment=LAYER, timings=sweep()))


def pinned(count: int) -> Session:
    """A session with so many pinned runs, called by their number."""
    session = Session(experiment=LAYER, timings=sweep())
    for n in range(1, count + 1):
        session = actions.pin(replace(session, timings=replace(sweep(), about=str(n))))
        session = actions.rename_pinned(session, n, f"run {n}")
    return session


def called(session: Session) -> list[str]:
    return [one.name for one in session.pinned]


def test_a_name_comes_before_what_differs_and_no_name_gives_that_back() -> None:
    named = actions.rename_pinned(ONE, 1, "  before \n the change ")
    assert names(named.pinned, named.timings, LAYER) == ("before the change",)
    assert runs(named)[1].name == "before the change"
    assert names(actions.rename_pinned(named, 1, " ").pinned, named.timings, LAYER) == ("earlier",)
    assert len(actions.rename_pinned(ONE, 1, "a" * 500).pinned[0].name) == 60
    assert actions.rename_pinned(ONE, 1, "") is ONE


def test_what_was_unpinned_is_put_back_where_it_was() -> None:
    three = pinned(3)
    gone = actions.unpin(actions.unpin(three, 1), 1)
    assert called(gone) == ["run 3"]
    renamed = actions.rename_pinned(gone, 1, "the last")
    back = actions.put_back(renamed)
    assert called(back) == ["run 1", "run 2", "the last"]
    assert actions.put_back(back) is back
    assert called(actions.put_back(actions.unpin_all(three))) == called(three)
    after = actions.pin(replace(gone, timings=sweep()))
    assert actions.put_back(after) is after, "another was pinned since"


def test_picked_points_follow_their_run() -> None:
    three = actions.pick_time(pinned(3), PointName(3, "jit(vmap)", 4))
    gone = actions.unpin(three, 1)
    assert gone.compared == (PointName(2, "jit(vmap)", 4),)
    assert actions.put_back(gone).compared == three.compared
    assert actions.unpin_all(three).compared == ()
    assert actions.hide_pinned(three, 3, True).compared == ()


def test_no_more_are_kept_than_there_is_room_for() -> None:
    full = replace(pinned(MOST_PINNED), timings=sweep())
    assert not actions.can_pin(full)
    assert actions.pin(full) is full
    refused = actions.open_timings(full, sweep(), "times.json")
    assert refused.problem is not None
    assert FULL in refused.problem.title
    assert len(refused.pinned) == MOST_PINNED
    assert actions.can_pin(actions.unpin(full, 1))


def test_of_an_earlier_start_only_runs_of_the_same_function_are_drawn() -> None:
    restored = tuple(replace(one, drawn=None) for one in (kept(sweep(), LAYER), kept(sweep(), OTHER)))
    session = Session(experiment=LAYER, pinned=restored)
    assert actions.undrawn(session) == (2,)
    assert [run.index for run in runs(session)] == [1], "it stands in place of a run measured here"
    edited = replace(session, experiment=replace(LAYER, source="def layer(x): return 2 * x"))
    assert actions.undrawn(edited) == (2,)
    assert actions.undrawn(replace(session, experiment=OTHER)) == (1,)
    shown = actions.hide_pinned(session, 2, False)
    assert actions.undrawn(shown) == ()
    assert actions.undrawn(actions.hide_pinned(shown, 1, True)) == (1,)


def test_a_file_of_an_earlier_start_is_known_by_the_call_that_was_timed() -> None:
    run = replace(
        kept(replace(sweep(), about="vmap(vmap(layer, 0), (0, None))(x=f32[5])"), file="times.json"), drawn=None
    )
    assert actions.undrawn(Session(experiment=LAYER, pinned=(run,))) == ()
    assert actions.undrawn(Session(experiment=OTHER, pinned=(run,))) == (1,)


def test_a_run_pinned_now_is_drawn_beside_every_function() -> None:
    assert actions.undrawn(replace(ONE, timings=None, experiment=OTHER)) == ()


def test_what_was_said_of_the_file_goes_when_it_is_understood_or_something_is_pinned() -> None:
    told = actions.tell_of_pins(Session(experiment=LAYER, timings=sweep()), "It is damaged.")
    assert told.pins_said == "It is damaged."
    assert actions.tell_of_pins(told).pins_said == actions.pin(told).pins_said == ""
