"""Where a picked cell comes from: marked on both sides of the picture, with the same numbers, and in words."""

from __future__ import annotations

from collections import Counter
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.pictures import CASES, made
from tests.truth import geometry
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.model.actions.selection import order
from vmapviz.model.depends import Cells
from vmapviz.model.picked import Picked, in_batch
from vmapviz.model.scenes import call_origins, equation, origins
from vmapviz.model.scenes.origin_words import comes_from
from vmapviz.model.scenes.parts import story_of
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.trace import Batched

SIZE = (1280.0, 600.0)
RESULTS = [
    (name, path)
    for name in CASES
    for path in order(made(name).trace)
    if not path.startswith("+") and equation.drawn_equations(made(name).trace, path)[1] is not None
]


def subject(name: str) -> Subject:
    case = made(name)
    return Subject(case.trace, case.values, tuple(1 for _ in case.trace.levels))


def still(name: str, path: str) -> Scene:
    case = made(name)
    return equation.stills(case.trace, case.values, tuple(1 for _ in case.trace.levels), path, SIZE)[-1][-1]


def drawn(scene: Scene) -> dict[tuple[str, tuple[int, ...]], str]:
    """The numbers of the cells by figure and index."""
    pairs = [
        (origins.figure_and_index(i.key[:-1]), i.text) for i in scene.items if isinstance(i, Text) and i.key[-1:] == "#"
    ]
    return {key: text for key, text in pairs if key is not None}


def numbers(seen: dict[tuple[str, tuple[int, ...]], str], figure: str, cells: Cells) -> Counter[str]:
    return Counter(seen.get((figure, index), "?") for index in cells.each())


@pytest.mark.parametrize(("name", "path"), RESULTS)
def test_both_sides_mark_the_same_numbers(name: str, path: str) -> None:
    about, seen = subject(name), drawn(still(name, path))
    one, main, _ = equation.drawn_equations(about.trace, path)
    assert one is not None
    assert main is not None
    for value in one.outputs:
        for at in product(*map(range, value.shape)):
            marks = origins.marks(about, path, Picked(value.name, at))
            here = {figure: seen.get((figure, index)) for figure, index in marks.picked.items()}
            assert len({text for text in here.values() if text is not None}) <= 1
            if one.primitive != main.primitive or len(one.inputs) != len(main.inputs):
                continue
            for n in range(len(one.inputs)):
                left, right = (numbers(seen, f"{side}{n}", marks.sources[f"{side}{n}"]) for side in "lo")
                assert "?" in left + right or left == right


def test_the_words_name_the_cells_of_one_example_and_of_the_batch() -> None:
    about = subject("affine")
    one = about.trace.original.equations[0].outputs[0]
    marks = origins.marks(about, "0", Picked(one.name, (1,)))
    assert marks.words == "d[1] comes from a[1, :] and b[:]"
    assert marks.batched == "d[1, 1] comes from a[1, :] and b[1, :]"


def test_what_a_helper_turned_is_marked_where_it_lay() -> None:
    about = subject("affine")
    name = about.trace.original.equations[1].outputs[0].name
    marks = origins.marks(about, "1", Picked(name, (0,)))
    assert list(marks.sources["o0"].each()) == [(1, 0)]
    assert list(marks.sources["s0"].each()) == [(0, 1)]
    assert list(marks.sources["o1"].each()) == [(0, 0)]


def test_an_argument_is_given() -> None:
    about = subject("affine")
    assert origins.marks(about, "0", Picked(about.trace.original.inputs[0].name, (1, 2))).words == "a[1, 2] is given"


def test_marks_are_frames_in_ink_and_all_other_numbers_are_pale() -> None:
    about, scene = subject("affine"), still("affine", "1")
    marks = origins.marks(about, "1", Picked(about.trace.original.equations[1].outputs[0].name, (0,)))
    shown = origins.marked(scene, marks)
    frames = {i.key: i for i in shown.items if isinstance(i, Rect) and i.key.endswith("=") and i.line == "ink"}
    assert {"m0:0=", "q0:1,0=", "l0:0=", "l1:0=", "o0:1,0=", "o1:0,0=", "s0:0,1="} == set(frames)
    assert frames["q0:1,0="].thickness > frames["o0:1,0="].thickness
    cell = next(i for i in scene.items if isinstance(i, Rect) and i.key == "q0:1,0")
    assert (frames["q0:1,0="].x, frames["q0:1,0="].y) == (cell.x, cell.y)
    pale = {i.key for i in shown.items if isinstance(i, Text) and i.opacity < 1}
    assert "q0:0,0#" in pale
    assert not {"q0:1,0#", "o0:1,0#", "l1:0#"} & pale
    assert shown.caption.startswith(f"{marks.words}; in the batch, {marks.batched}.")


@pytest.mark.parametrize(("name", "path"), RESULTS)
def test_every_drawn_cell_can_be_picked_and_is_marked_there(name: str, path: str) -> None:
    about = subject(name)
    for item in still(name, path).items:
        found = origins.figure_and_index(item.key) if isinstance(item, Rect) else None
        if found is None:
            continue
        picked = origins.picked_at(about, path, item.key)
        assert picked is not None
        again = Subject(about.trace, about.values, picked[1])
        at = origins.marks(again, path, picked[0]).picked[found[0]]
        assert at == found[1] or (isinstance(item, Rect) and item.dash and at == picked[0].index)  # one row, reused


@pytest.mark.parametrize("name", CASES)
def test_through_the_whole_call_both_programs_say_the_same(name: str) -> None:
    case = made(name)
    axes = tuple(leaf.axes for leaf in case.session.picture.results) if case.session.picture else ()
    story = story_of(subject(name), name, case.result, SIZE, axes)
    for number, part in enumerate(story.outs):
        for at in product(*map(range, part.one.shape)) if part.one is not None else ():
            found = call_origins.marks(story, Picked(part.one_name, at))
            back = call_origins._back(story.subject, number, at, batched=False)
            for arg, cells in zip(story.args, back, strict=True):
                there = found.sources[arg.key]
                assert arg.all is not None
                assert found.sources[f"c{arg.key}"] == cells
                entry = Batched("", "", arg.all.shape, arg.levels)
                assert cells.exact == there.exact
                assert {in_batch(entry, each, story.subject.follow) for each in cells.each()} == set(there.each())


def test_the_words_of_the_whole_call_name_the_arguments() -> None:
    story = story_of(subject("affine"), "affine", None, SIZE)
    marks = call_origins.marks(story, Picked(story.outs[0].one_name, (1,)))
    assert marks.words == "f[1] comes from W[1, :], x[:] and bias[1]"
    assert call_origins.marks(story, Picked("b", (2,))).words == "x[2] is given"


def test_through_a_loop_in_a_call_nothing_is_perhaps() -> None:
    helper = jax.jit(
        lambda x, n: lax.while_loop(lambda c: c[1] > 0, lambda c: (jnp.roll(c[0], 1), c[1] - 1), (x, n))[0]
    )
    traced = trace(lambda x, n: helper(x, n) + 1, (Vmap(0, 0),), np.ones((2, 4), np.float32), np.array([1, 6]))
    about = Subject(traced.trace, evaluate.values(traced), (1,))
    story = story_of(about, "moved", None, SIZE)
    marks = call_origins.marks(story, Picked(story.outs[0].one_name, (0,)))
    assert marks.words == f"{story.outs[0].one_name}[0] comes from x[2] and n"
    assert list(marks.sources[story.args[0].key].each()) == [(1, 2)]
    called = origins.marks(about, "0", Picked(traced.trace.original.equations[0].outputs[0].name, (0,)))
    assert "perhaps" not in called.words


def rows(*parts: tuple[str, Cells, tuple[int, ...]]) -> str:
    return comes_from(Picked("y", (0,)), parts)


def test_what_is_not_sure_is_said_and_drawn_so() -> None:
    some, all_of = Cells((((1,), (2,)),)), Cells(((range(3),),), exact=False)
    assert rows(("a", some, (2, 3)), ("b", all_of, (3,))) == "y[0] comes from a[1, 2], perhaps from b[:]"
    assert rows(("b", all_of, (3,)), ("b", all_of, (3,))) == "y[0] comes perhaps from b[:]"
    assert rows(("0.0:f32[]", Cells(((),)), ())) == "y[0] comes from no other cell"
    scene = Scene(300, 200, (Rect(0, 50, 30, 24, key="o0:1"), Rect(0, 90, 30, 24, key="q0:0")))
    frames = origins.marked(scene, origins.Marks({"q0": (0,)}, {"o0": all_of}, "words")).items
    assert {i.key: i.dash is not None for i in frames if isinstance(i, Rect) and i.line} == {
        "o0:1=": True,
        "q0:0=": False,
    }


def test_long_lists_are_cut() -> None:
    one = Cells(((),))
    assert rows(*((name, one, ()) for name in "abcdef")) == "y[0] comes from a, b, c, d and 2 more"
    several = Cells(tuple(((at,),) for at in (0, 2, 5)))
    assert rows(("a", several, (9,))) == "y[0] comes from 3 cells of a"
    assert rows(("a", Cells((((0, 2, 5, 7), range(1, 3)),)), (9, 9))) == "y[0] comes from a[(0, 2, 5, …), 1:3]"


@pytest.mark.parametrize(
    ("ahead", "line"), [("one vmap", 20.0), ("Devices are drawn for one vmap. These are all the examples.", 38.0)]
)
def test_the_sentence_stands_below_other_words_that_leave_it_no_room(ahead: str, line: float) -> None:
    heads = Text(8, 20, "between the examples", size=12), Text(492, 20, ahead, size=12, anchor="end")
    cell = Rect(50, 60, 30, 24, "surface", "cell", key="q0:1")
    picked = origins.Marks({"q0": (1,)}, {}, "b[1] is given")
    scene = origins.marked(Scene(500, 200, (*heads, cell)), picked)
    (words,) = (item for item in scene.items if isinstance(item, Text) and item.key == "picked.words")
    assert words.y == line
    assert not list(geometry.overlapping(scene))
