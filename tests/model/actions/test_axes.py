"""Chips, texts and levels change the axes; what is impossible becomes a note."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions import (
    add_level,
    remove_level,
    set_axis,
    set_axis_name,
    set_in_axes_text,
    set_out_axes_text,
    set_out_axis,
    undo,
)
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import ResultLeaf
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import Level, Program, Trace

DIST = Experiment("def f(a, b): ...", "f", "f32[3,2], f32[4,2]", (Vmap("(None, 0)"), Vmap("(0, None)")))
LAYER = Session(Experiment("def f(W, x): ...", "f", "f32[2,3], f32[5,3]", (Vmap("(None, 0)"),)))


def pictured(session: Session, *results: ResultLeaf) -> Session:
    levels = tuple(Level(5, None, one.in_axes, one.out_axes) for one in session.experiment.levels)
    program = Program((), (), (), ())
    trace = Trace(True, levels, (program,) * (len(levels) + 1))
    return replace(session, picture=Picture(session.experiment, trace, (), results, 0.1))


def in_axes(session: Session) -> list[str]:
    return [level.in_axes for level in session.experiment.levels]


def test_a_chip_sets_the_axis_of_its_own_vmap() -> None:
    session = Session(DIST)
    assert in_axes(set_axis(session, 0, 1, None, 1)) == ["(None, 1)", "(0, None)"]
    assert in_axes(set_axis(session, 1, 0, None, 1)) == ["(None, 0)", "(1, None)"]


def test_a_chip_that_cannot_be_says_why() -> None:
    refused = set_axis(Session(DIST), 0, 0, None, 1)
    assert refused.experiment == DIST
    assert [note.title for note in refused.notes] == ["**`a` has no axis 1.**"]
    broken = Session(replace(DIST, levels=(Vmap(), Vmap("(0,)"))))
    assert set_axis(broken, 0, 0, None, 1).notes[0].title == "**`in_axes` has 1 entry for 2 arguments.**"


def test_a_size_that_only_stood_in_for_an_axis_goes_when_there_is_one() -> None:
    alone = Session(replace(LAYER.experiment, levels=(Vmap("None", axis_size=3),)))
    assert set_axis(alone, 0, 1, None, 0).experiment.levels == (Vmap("(None, 0)"),)
    said = Session(replace(LAYER.experiment, levels=(Vmap("(None, 0)", axis_size=5),)))
    assert set_axis(said, 0, 1, None, 1).experiment.levels == (Vmap("(None, 1)", axis_size=5),)


def test_a_result_chip_sets_out_axes() -> None:
    session = pictured(LAYER, ResultLeaf("", "float32", (5, 2), (0,)))
    assert set_out_axis(session, 0, None, 1).experiment.levels[0].out_axes == "1"
    refused = set_out_axis(session, 0, None, 2)
    assert refused.notes[0].title == "**The result has no axis 2.**"


def test_a_result_chip_before_the_picture_takes_the_choice_as_it_is() -> None:
    assert set_out_axis(LAYER, 0, None, 1).experiment.levels[0].out_axes == "1"
    behind = replace(pictured(LAYER), experiment=DIST)
    assert set_out_axis(behind, 1, None, 1).experiment.levels[1].out_axes == "1"


def test_texts_are_kept_as_typed_and_are_one_step() -> None:
    session = set_in_axes_text(set_in_axes_text(LAYER, 0, "(0"), 0, "(0, 0)")
    assert in_axes(session) == ["(0, 0)"]
    assert undo(session).experiment == LAYER.experiment
    assert set_out_axes_text(LAYER, 0, "oops").experiment.levels[0].out_axes == "oops"
    assert set_axis_name(LAYER, 0, " i ").experiment.levels[0].axis_name == "i"
    assert set_axis_name(set_axis_name(LAYER, 0, "i"), 0, " ").experiment.levels[0].axis_name is None


def test_a_new_vmap_has_examples_of_the_first_argument() -> None:
    more = add_level(LAYER)
    assert more.experiment.arguments == "f32[3,2,3], f32[5,3]"
    assert in_axes(more) == ["(None, 0)", "(0, None)"]
    assert remove_level(more, 1).experiment == LAYER.experiment
    one = Session(Experiment("def f(x): ...", "f", "{'a': f32[5], 'b': f32[]}"))
    assert add_level(one).experiment.arguments == "{'a': f32[3,5], 'b': f32[3]}"
    assert in_axes(add_level(one)) == ["0", "0"]


def test_a_new_vmap_over_values_alone_says_its_size() -> None:
    values = Session(Experiment("def f(x): ...", "f", "jnp.eye(3)"))
    more = add_level(values)
    assert more.experiment.levels == (Vmap(), Vmap("None", axis_size=3))
    assert remove_level(more, 1).experiment == values.experiment


def test_the_last_vmap_stays() -> None:
    refused = remove_level(LAYER, 0)
    assert refused.experiment == LAYER.experiment
    assert refused.notes[0].title == "**One vmap has to stay.**"


def test_axes_that_do_not_fit_do_not_keep_a_vmap_from_going() -> None:
    broken = Session(replace(DIST, levels=(Vmap("(None, 0)"), Vmap("(0,)"))))
    assert remove_level(broken, 1).experiment == replace(DIST, levels=(Vmap("(None, 0)"),))
