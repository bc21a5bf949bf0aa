"""Looking into bodies: what is asked for, when, and what of the answers is shown."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tests.model.actions.states import READY
from tests.model.traces import on_devices, traced
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.inside import Inside, Pass, is_inside, kept_turn, loops, merged, places, thrown_away
from vmapviz.model.lanes import Device, Lanes
from vmapviz.model.messages import Failed, Look, Looked, Traced
from vmapviz.model.problem import Problem
from vmapviz.model.session import Jobs, Picture, Session
from vmapviz.model.trace import equations_of
from vmapviz.model.values import Preview, Result, Values

EXPERIMENT = Experiment("def f(x): ...", "f")
RAN = Result((), (), 0.1, lanes=Lanes(tuple(Device(number, "CPU") for number in range(5))))
PSUM = "0.jaxpr.0"
ADD, DIV, TEST = "0.body_jaxpr.1", "0.body_jaxpr.0", "0.cond_jaxpr.1"


def ready(name: str = "newton", **changes: object) -> Session:
    picture = Picture(EXPERIMENT, traced(name), (), (), 0.1)
    return replace(Session(experiment=EXPERIMENT, picture=picture), **changes)


def found(session: Session, turn: tuple[int, ...] = (0,), example: int = 0, live: Preview | None = None) -> Inside:
    assert session.selected is not None
    one = Pass({"e": Preview("float32", (), (), (1.0,))}, (4,))
    return Inside(session.selected, example, turn, turn, (7,), one, Pass({}, (7,)), live)


def looked(session: Session, **more: Any) -> Session:
    asked = actions.started(session, "look")
    assert asked.jobs.look is not None
    return actions.receive(asked, Looked(asked.jobs.look, found(session, **more)))


def test_bodies_and_the_loops_around_them_are_known_in_both_programs() -> None:
    trace = traced("guarded root")
    root = next(
        e.path for _, s in trace.original.equations[-1].subprograms for e in s.equations if e.primitive == "sqrt"
    )
    one, batched = places(trace, root)
    assert (one, batched) == (root.rpartition(".")[0], "")
    assert is_inside(trace, root)
    assert loops(trace, root) == ()
    newton = traced("newton")
    assert places(newton, DIV) == ("0.body_jaxpr", "0.body_jaxpr")
    assert loops(newton, DIV) == ("0",)
    assert not is_inside(newton, "0")
    assert not is_inside(newton, None)
    assert places(newton, "+99") == (None, None)
    assert places(newton, "99.body.0") == (None, None)
    inserted = next(f"+{e.path}" for e in traced("scan").batched.equations if e.origin is None)
    assert places(traced("scan"), inserted) == (None, "")


def test_a_body_is_looked_into_when_an_equation_in_it_is_selected() -> None:
    old = ready(selected="0")
    new = actions.select(old, DIV)
    assert actions.wanted(old, new) == ("look",)
    started = actions.started(new, "look")
    assert actions.request(started, "look") == Look(1, EXPERIMENT, DIV, 0, (0,))
    there = looked(new)
    assert actions.is_there(there)
    assert actions.wanted(new, there) == ()
    assert actions.wanted(there, actions.select(there, ADD)) == ()  # of the same body: it is there
    assert actions.wanted(there, actions.select(there, TEST)) == ("look",)
    assert actions.wanted(there, actions.follow(there, (2,))) == ("run", "look")
    assert actions.wanted(there, actions.set_turn(there, 0, 3)) == ("look",)


def test_it_is_not_looked_into_what_is_stale_or_was_not_run() -> None:
    old = ready(selected="0")
    stale = replace(old, experiment=replace(EXPERIMENT, source="def f(x): return x"))
    assert actions.wanted(stale, actions.select(stale, DIV)) == ()
    manual = replace(old, auto=False)
    assert actions.wanted(manual, actions.select(manual, DIV)) == ()


def test_what_a_worker_did_not_come_to_is_asked_of_the_next() -> None:
    session = ready(selected=DIV, jobs=Jobs(newest=7, run=6, look=7))
    stopped = actions.stop(session)
    assert (stopped.run_problem is not None, stopped.look_problem) == (True, None)
    assert actions.wanted(stopped, actions.receive(stopped, READY)) == ("look",)
    hung = actions.stop(replace(session, jobs=Jobs(newest=7, look=7)))
    assert hung.look_problem is not None
    assert actions.wanted(hung, actions.receive(hung, READY)) == ()


def test_a_new_picture_is_looked_into_anew() -> None:
    session = looked(actions.set_turn(ready(selected=DIV), 0, 3), turn=(3,))
    tracing = actions.started(session, "trace")
    assert tracing.jobs.trace is not None
    arrived = actions.receive(tracing, Traced(tracing.jobs.trace, traced("newton"), (), (), 0.2))
    assert arrived.inside is None
    assert arrived.turn == (3,)
    assert actions.wanted(tracing, arrived) == ("run", "look")


def test_the_iteration_stays_where_the_loops_are_the_same() -> None:
    session = actions.set_turn(ready(selected=DIV), 0, 3)
    assert actions.select(session, TEST).turn == (3,)
    assert actions.select(session, "0").turn == ()
    assert kept_turn((3, 2), ("1", "1.body.2"), ("1", "1.body.4")) == (3,)
    assert kept_turn((3, 2), ("1", "1.body.2"), ("2", "1.body.2")) == ()


def test_what_pmap_alone_has_is_not_looked_into() -> None:
    session = ready("newton", by="pmap", pmapped=on_devices("newton"))
    inserted = [e.path for e in equations_of(on_devices("newton").batched) if e.origin is None and "." in e.path]
    there = {e.path for e in equations_of(traced("newton").batched)}
    assert inserted
    assert all(actions.sought(replace(session, selected=f"+{path}")) is None for path in [*inserted, *there])
    assert actions.sought(replace(session, selected=DIV)) is not None


def test_of_a_body_with_collectives_it_is_asked_with_the_devices_that_pmap_ran_on() -> None:
    lanes = Lanes(tuple(Device(number, "CPU") for number in range(5)))
    selected = ready("psum in scan", selected=PSUM)
    old = replace(selected, by="pmap", pmapped=traced("psum in scan"))
    assert actions.request(actions.started(old, "look"), "look") == Look(1, EXPERIMENT, PSUM, 0, (0,))
    ran = replace(looked(old), lanes=lanes)
    assert actions.wanted(old, ran) == ("look",)  # the pass is there, what the devices exchange in it is not
    asked = actions.started(ran, "look")
    assert actions.request(asked, "look") == Look(2, EXPERIMENT, PSUM, 0, (0,), 5)
    assert asked.jobs.look is not None
    there = actions.receive(asked, Looked(asked.jobs.look, replace(found(ran), devices=5)))
    assert actions.is_there(there)
    assert actions.wanted(ran, there) == ()
    other = actions.follow(there, (1,))
    assert (actions.seen(other), actions.seen_on_devices(other)) == (None, there.inside)
    back = actions.toggle_pmap(there)
    assert actions.sought(back) == actions.sought(selected)
    assert (actions.is_there(back), actions.wanted(there, back)) == (True, ())
    mapped = replace(back, picture=replace(back.picture, experiment=replace(EXPERIMENT, map="pmap")), result=RAN)
    assert (actions.is_there(mapped), actions.sought(mapped)) == (True, actions.sought(there))
    fewer = replace(there, lanes=replace(lanes, devices=lanes.devices[:4]))
    assert actions.wanted(there, fewer) == ("look",)


def test_where_no_device_talks_or_pmap_did_not_run_vmap_alone_is_looked_into() -> None:
    lanes = Lanes(tuple(Device(number, "CPU") for number in range(5)))
    quiet = ready(selected=DIV, by="pmap", pmapped=on_devices("newton"), lanes=lanes)
    talks = ready("psum in scan", selected=PSUM, by="pmap", pmapped=traced("psum in scan"))
    for session in (quiet, talks, replace(talks, lanes=Lanes(why="too few")), replace(talks, lanes=lanes, by="vmap")):
        wanted = actions.sought(session)
        assert wanted is not None
        assert wanted.devices == 0


def test_only_iterations_of_loops_that_there_are_can_be_chosen() -> None:
    session = ready(selected=DIV)
    assert actions.set_turn(session, 1, 3) is session
    assert actions.set_turn(session, 0, -3).turn == (0,)
    chosen = actions.set_turn(session, 0, 3)
    assert actions.set_turn(chosen, 0, 3) is chosen
    top = ready(selected="0")
    assert actions.set_turn(top, 0, 3) is top
    assert actions.started(top, "look") is top


def test_answers_for_another_body_or_example_are_not_shown() -> None:
    session = looked(ready(selected=DIV))
    assert actions.seen(session) is session.inside
    assert actions.seen(replace(session, selected=TEST)) is None
    assert actions.seen(replace(session, selected="0")) is None
    assert actions.seen(replace(session, example=(1,))) is None
    later = actions.set_turn(session, 0, 5)
    assert actions.seen(later) is session.inside  # until the next answer
    assert not actions.is_there(later)


def test_late_answers_are_dropped() -> None:
    session = ready(selected=DIV, jobs=Jobs(newest=7, look=7))
    assert actions.receive(session, Looked(6, found(session))) is session
    assert actions.receive(session, Looked(7, found(session))).jobs.look is None


def test_a_failure_stands_with_the_body_alone() -> None:
    problem = Problem("memory", "**Too large.**")
    session = ready(selected=DIV, jobs=Jobs(newest=7, look=7))
    failed = actions.receive(session, Failed(7, problem))
    assert failed.look_problem is problem
    assert failed.problem is failed.run_problem is failed.jobs.look is None
    assert looked(failed).look_problem is None
    stopped = actions.stop(session)
    assert stopped.look_problem is not None
    assert stopped.run_problem is None


def test_the_values_of_a_body_join_those_of_the_top() -> None:
    session = ready(selected=DIV)
    inside = found(session, example=2)
    top = Preview("float32", (), (), (3.0,))
    values = Values((0, 2), ({"a": top}, {"a": top}), {"a": top})
    whole = merged(values, inside)
    assert whole.examples == (0, 2)
    assert set(whole.one[0]) == {"a"}
    assert set(whole.one[1]) == {"a", "e"}
    assert merged(None, inside).examples == (2,)
    assert merged(values, replace(inside, one=Pass({}, (), "done"))).one == values.one


def test_thrown_away_is_what_a_body_computes_not_what_it_is_given() -> None:
    session = ready(selected=DIV)
    live = Preview("bool", (5,), (5,), (True, True, False, True, True))
    names = thrown_away(traced("newton"), found(session, live=live))
    body, condition = (dict(traced("newton").batched.equations[0].subprograms)[n] for n in ("body_jaxpr", "cond_jaxpr"))
    assert names == {v.name for e in body.equations for v in e.outputs}
    assert not names & {v.name for v in (*body.inputs, *condition.inputs)}
    assert thrown_away(traced("newton"), found(session)) == frozenset()
