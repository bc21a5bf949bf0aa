"""A reel's frames: twenty a second, the film's own pictures under the call and over the sentence."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.export.live import dense
from tests.pictures import made as case
from vmapviz.export.reel import FRAMES_PER_SECOND, HOLD_MS, MARGIN, SIZE, TITLE, Reel
from vmapviz.model.explain import sentence
from vmapviz.model.picked import Picked
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.steps import steps
from vmapviz.model.scenes.timeline import Place


def reel(**how: Any) -> Reel:
    snapshot = dense()
    subject = Subject(snapshot.trace, None, (0,), None, snapshot.experiment.function)
    return Reel(snapshot, subject, **how)


def words(scene: Scene) -> str:
    return " ".join(item.text for item in scene.items if isinstance(item, Text))


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_it_lasts_as_long_as_the_timeline_at_its_speed(speed: float) -> None:
    made = reel(speed=speed)
    times = [ms for _, ms in made.frames()]
    assert abs(sum(times) - HOLD_MS - made.timeline.total / speed) <= 1000 / FRAMES_PER_SECOND
    assert all(ms > 0 and ms % (1000 // FRAMES_PER_SECOND) == 0 for ms in times)


def test_frames_that_look_the_same_are_one() -> None:
    scenes = [scene for scene, _ in reel().frames()]
    assert all(a != b for a, b in itertools.pairwise(scenes[:-1]))


def test_every_frame_has_the_call_and_the_sentence_of_its_equation() -> None:
    made = reel()
    slides = list(made.keyframes())
    assert all(slide.width == SIZE[0] and slide.height == SIZE[1] for slide in slides)
    assert all("vmap(layer, in_axes=(None, 0, None), out_axes=1)" in words(slide) for slide in slides)
    said = sentence(dense().trace, "1").replace("**", "").replace("`", "").split()
    told = [words(slide).replace(" ", "") for slide in slides]
    assert any("".join(said) in one for one in told)


def test_the_pictures_are_those_of_the_window_moved_below_the_title() -> None:
    made = reel()
    room = made.size[1] - TITLE - made._words - 26
    film = Film(Subject(dense().trace, None, (0,), None, "layer"), (SIZE[0], room))
    expected = film.scene(made.timeline, made.timeline.locate(0), None)
    first, _ = next(made.frames())
    texts = {(t.text, t.x, t.y - TITLE) for t in first.items if isinstance(t, Text)}
    assert {(t.text, t.x, t.y) for t in expected.items if isinstance(t, Text)} <= texts


def test_no_word_of_a_long_sentence_is_lost_on_a_small_picture() -> None:
    small = reel(size=(480.0, 400.0))
    for slide in small.keyframes():
        bottom = max(item.y for item in slide.items if isinstance(item, Text))
        assert bottom <= 400
        assert all(item.x >= MARGIN - 24 for item in slide.items if isinstance(item, Text))


def test_with_reduced_motion_there_are_keyframes_only() -> None:
    moving, still = len(list(reel().frames())), len(list(reel(reduced=True).frames()))
    assert still < moving / 2


def marks(scene: Scene) -> set[str]:
    return {item.key for item in scene.items if isinstance(item, Rect) and item.key.endswith("=")}


def test_the_marks_of_a_cell_are_in_its_steps_and_where_one_picture_goes_over_into_the_next() -> None:
    found = case("forked")
    step = steps(found.trace, "2")[0]
    subject = Subject(found.trace, found.values, (2,), None, "forked")
    made = Reel(dense(), subject, cell=Picked(step.outputs[0].name, (2,), True))
    number = made.timeline.segment_of("2")
    in_steps = made._at(made.timeline.moment(Place(number, 1, 1.0)) - 1)
    assert {"e0q0:2=", "e0o0:2=", "l1:="} <= marks(in_steps)
    assert marks(next(s for s in made.keyframes() if "e0q0:2" in {item.key for item in s.items})) == marks(in_steps)
    made = Reel(dense(), subject, cell=Picked(found.trace.original.equations[0].outputs[0].name, ()))
    (result,) = found.trace.batched.equations[0].outputs
    assert f"all {result.name}:2=" in marks(made._at(made.timeline.moment(Place(1, 2, 0.7))))
