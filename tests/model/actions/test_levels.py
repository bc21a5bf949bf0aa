"""Adding, removing and moving vmaps: what each maps and fills stays what it was."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from vmapviz.model import actions
from vmapviz.model.actions.arguments import arguments_now, whole_axes
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import ResultLeaf
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import Program, Trace

SOURCE = "def f(a, b=0, *, k=0):\n    return a\n"
NOTHING = Program((), (), (), ())


def nested(arguments: str, *levels: Vmap, results: tuple[ResultLeaf, ...] = ()) -> Session:
    experiment = Experiment(SOURCE, "f", arguments, levels)
    picture = Picture(experiment, Trace(True, (), (NOTHING,)), (), results, 0.1) if results else None
    return Session(experiment, picture=picture, example=tuple(range(len(levels))))


def in_axes(session: Session) -> list[str]:
    return [level.in_axes for level in session.experiment.levels]


def out_axes(session: Session) -> list[str]:
    return [level.out_axes for level in session.experiment.levels]


def mapped(session: Session, level: int) -> object:
    """Which axes of the whole arguments a vmap maps."""
    return whole_axes(arguments_now(session), session.experiment, level)


PAIRS = nested("f32[3,2], f32[4,2]", Vmap("(None, 0)"), Vmap("(0, None)"))


def test_two_vmaps_change_places_and_the_result_stays_as_it_is() -> None:
    moved = actions.move_level(PAIRS, 0, 1)
    assert in_axes(moved) == ["(0, None)", "(None, 0)"]
    assert out_axes(moved) == ["0", "1"]  # the four stay where they were in the result of (3, 4)
    assert moved.experiment.arguments == PAIRS.experiment.arguments
    assert moved.example == (1, 0)
    assert actions.move_level(PAIRS, 1, -1) == moved


def test_a_move_is_one_step_of_the_history() -> None:
    moved = actions.move_level(PAIRS, 0, 1)
    assert actions.undo(moved).experiment == PAIRS.experiment
    assert actions.redo(actions.undo(moved)).experiment == moved.experiment


def test_a_vmap_at_the_end_stays_there() -> None:
    assert actions.move_level(PAIRS, 1, 1) is PAIRS
    assert actions.move_level(PAIRS, 0, -1) is PAIRS
    assert actions.move_level(nested("f32[3]", Vmap()), 0, 1).experiment.levels == (Vmap(),)


def test_settings_move_with_their_vmap() -> None:
    inner, outer = Vmap("(None, 0)", axis_name="i"), Vmap("(0, None)", "1", axis_name="o")
    moved = actions.move_level(nested("f32[3,2], f32[4,2]", inner, outer), 0, 1)
    assert [level.axis_name for level in moved.experiment.levels] == ["o", "i"]
    unsized = actions.move_level(nested("f32[3]", Vmap("None", axis_size=7), Vmap("0")), 0, 1)
    assert [level.axis_size for level in unsized.experiment.levels] == [None, 7]


def test_every_vmap_maps_the_same_axes_wherever_it_goes() -> None:
    for axes in product(range(4), range(3), range(2)):
        session = nested("f32[2,3,4,5]", *(Vmap(str(axis)) for axis in reversed(axes)))
        before = [mapped(session, level) for level in range(3)]
        moved = actions.move_level(actions.move_level(session, 0, 1), 1, 1)  # the innermost becomes the outermost
        assert [mapped(moved, level) for level in range(3)] == [before[1], before[2], before[0]]
        back = actions.move_level(actions.move_level(moved, 2, -1), 1, -1)
        assert back.experiment == session.experiment


def test_every_batch_axis_of_the_result_stays_wherever_its_vmap_goes() -> None:
    for axes in product(range(2), range(3)):
        session = nested("f32[2,3,4]", Vmap(out_axes=str(axes[0])), Vmap(out_axes=str(axes[1])))
        inner, outer = axes
        places = (inner if inner < outer else inner + 1, outer)
        moved = [int(axis) for axis in out_axes(actions.move_level(session, 0, 1))]
        assert (moved[1], moved[0] if moved[0] < moved[1] else moved[0] + 1) == places


def test_the_arrays_of_one_argument_may_differ() -> None:
    levels = Vmap("(0, 0)", "1"), Vmap("({'w': 0, 'b': 1}, -1)", "1")
    session = nested("{'w': f32[3,4,2], 'b': f32[4,3]}, f32[4,2,3]", *levels)
    moved = actions.move_level(session, 0, 1)
    assert [mapped(moved, level) for level in (0, 1)] == [mapped(session, level) for level in (1, 0)]
    assert in_axes(moved) == ["(0, -1)", "({'b': 0, 'w': 1}, 0)"]


def test_results_of_several_arrays_are_read_from_the_picture() -> None:
    results = (ResultLeaf("[0]", "float32", (3, 4), (1, 0)), ResultLeaf("[1]", "float32", (4, 3), (0, 1)))
    levels = Vmap(out_axes="(0, 0)"), Vmap(out_axes="(0, 1)")
    session = nested("f32[3,4]", *levels, results=results)
    assert out_axes(actions.move_level(session, 0, 1)) == ["0", "(1, 0)"]
    assert out_axes(actions.remove_level(session, 0)) == ["0"]
    stale = replace(session, experiment=replace(session.experiment, function="g"))
    assert out_axes(actions.move_level(stale, 0, 1)) == ["(0, 1)", "(0, 0)"]  # as they stand


def test_a_vmap_that_gives_no_axis_stays_without() -> None:
    session = nested("f32[3,4]", Vmap(out_axes="None"), Vmap(out_axes="0"))
    assert out_axes(actions.move_level(session, 0, 1)) == ["0", "None"]


def test_what_is_more_than_plain_axes_moves_as_it_stands() -> None:
    session = nested("f32[3,4]", Vmap("(axis,)"), Vmap("0"))
    moved = actions.move_level(session, 0, 1)
    assert in_axes(moved) == ["0", "(axis,)"]
    assert moved.experiment.arguments == "f32[3,4]"
    assert actions.undo(moved).experiment == session.experiment
    assert in_axes(actions.remove_level(session, 1)) == ["(axis,)"]


def test_by_keyword_jax_maps_axis_0_so_the_sizes_change_places() -> None:
    session = nested("f32[3,4,2], k=f32[3,4,5]", Vmap("0"), Vmap("0"))
    moved = actions.move_level(session, 0, 1)
    assert moved.experiment.arguments == "f32[3,4,2], k=f32[4,3,5]"
    assert in_axes(moved) == ["0", "1"]
    value = nested("f32[3,4,2], k=jnp.ones((3, 4))", Vmap("0"), Vmap("0"))
    assert actions.move_level(value, 0, 1).experiment.arguments == value.experiment.arguments


@pytest.mark.parametrize(
    ("gone", "arguments", "left", "example"),
    [
        (0, "f32[2,4,5]", ["0", "0"], (1, 2)),
        (1, "f32[2,3,5]", ["0", "0"], (0, 2)),
        (2, "f32[3,4,5]", ["0", "1"], (0, 1)),
    ],
)
def test_without_a_vmap_its_axis_goes_and_the_others_map_what_they_mapped(
    gone: int, arguments: str, left: list[str], example: tuple[int, ...]
) -> None:
    session = nested("f32[2,3,4,5]", Vmap("0"), Vmap("1"), Vmap("0"))  # 3, 4 and 2 examples
    fewer = actions.remove_level(session, gone)
    assert fewer.experiment.arguments == arguments
    assert in_axes(fewer) == left
    assert fewer.example == example


def test_a_value_keeps_the_axis_that_no_vmap_maps_any_more() -> None:
    session = nested("jnp.ones((3, 4)), f32[3,4]", Vmap("0"), Vmap("0"))
    assert actions.remove_level(session, 1).experiment.arguments == "jnp.ones((3, 4)), f32[4]"


def test_the_result_closes_up_behind_a_vmap_that_is_gone() -> None:
    levels = Vmap(out_axes="0"), Vmap(out_axes="1"), Vmap(out_axes="2")
    assert out_axes(actions.remove_level(nested("f32[2,3,4]", *levels), 0)) == ["0", "1"]
    assert out_axes(actions.remove_level(nested("f32[2,3,4]", *levels), 2)) == ["0", "1"]


def test_a_vmap_can_be_added_and_taken_away_again_and_again() -> None:
    session = nested("f32[5]", Vmap())
    for _ in range(3):
        session = actions.add_level(session)
    assert session.experiment.arguments == "f32[3,3,3,5]"
    assert len(session.example) == 4
    for level in (3, 2, 1):
        session = actions.remove_level(session, level)
    assert session.experiment == nested("f32[5]", Vmap()).experiment
    assert len(session.example) == 1
