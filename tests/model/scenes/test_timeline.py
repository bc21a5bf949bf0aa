"""The order and length of what is played, and the track that shows it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.pictures import CASES, made
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.model.scenes.film import Film, Subject, filmed
from vmapviz.model.scenes.scene import Rect, Text
from vmapviz.model.scenes.timeline import STILL_MS, Place, timeline
from vmapviz.model.scenes.track import items, place_at, spans


def test_the_whole_call_first_then_every_equation_then_the_inserted_one() -> None:
    found = timeline(made("affine").trace, "affine")
    assert [segment.title for segment in found.segments] == ["affine", "1 dot_general", "2 add", "3 max", "+ transpose"]
    assert [segment.path for segment in found.segments] == [None, "0", "1", "2", "+5"]
    assert [phase.ms for phase in found.segments[0].phases] == [600, 400, 600, 300, 500, 1000]
    assert [phase.name for phase in found.segments[1].phases] == ["before", "first", "run", "after"]
    assert [phase.name for phase in found.segments[2].phases] == ["before", "helpers", "run", "after"]


@pytest.mark.parametrize("name", CASES)
def test_moments_and_places_are_each_others_inverse(name: str) -> None:
    found = timeline(made(name).trace, name)
    for n in range(200):
        at = found.total * n / 200
        assert found.moment(found.locate(at)) == pytest.approx(at)
    assert found.locate(found.total) == Place(len(found.segments) - 1, len(found.segments[-1].phases) - 1, 1.0)
    for boundary in found.boundaries()[:-1]:
        assert found.locate(boundary).share == 0


def test_reduced_motion_shows_every_keyframe_for_the_same_time() -> None:
    found = timeline(made("affine").trace, "affine", reduced=True)
    assert {phase.ms for segment in found.segments for phase in segment.phases} == {STILL_MS}


def test_one_by_one_takes_longer() -> None:
    trace = made("affine").trace
    assert timeline(trace, "affine", all_at_once=False).total > timeline(trace, "affine").total + 5000


def test_an_equation_in_a_body_belongs_to_the_segment_around_it() -> None:
    found = timeline(made("forked").trace, "forked")
    cond = next(n for n, segment in enumerate(found.segments) if segment.title.endswith("cond"))
    path = found.segments[cond].path
    assert found.segment_of(f"{path}.branches[1].0") == cond
    assert found.segment_of(None) == 0
    assert found.segment_of("99") == 0


def test_the_track_names_the_segments_and_fills_what_has_played() -> None:
    found = timeline(made("affine").trace, "affine")
    made_items = list(items(found, Place(2, 1, 0.5), 700))
    names = {i.text: i.weight for i in made_items if isinstance(i, Text)}
    assert names["2 add"] == 700
    assert names["3 max"] == 400
    done = {i.key for i in made_items if isinstance(i, Rect) and i.key.startswith("done")}
    assert {"done1.3", "done2.0", "done2.1"} <= done
    assert not {"done2.2", "done3.0"} & done


@pytest.mark.parametrize("width", [120.0, 300.0, 900.0])
def test_the_pointer_and_the_playhead_agree(width: float) -> None:
    found = timeline(made("affine").trace, "affine")
    for current in range(5):
        shown = spans(found, current, width)
        assert current in [span.number for span in shown]
        assert shown[-1].x + shown[-1].width == pytest.approx(width)
        for span in shown:
            place = place_at(found, current, width, span.x + span.width * 0.4)
            (head,) = (
                [i for i in items(found, place, width) if i.key == "playhead"] if place.segment == current else [None]
            )
            assert place.segment == span.number
            if isinstance(head, Rect):
                assert head.x + head.width / 2 == pytest.approx(span.x + span.width * 0.4)


@pytest.mark.parametrize("reduced", [False, True])
@pytest.mark.parametrize(("name", "path"), [("affine", "0"), ("gap", "2")])
def test_what_fills_cell_by_cell_has_a_still_before_during_and_after(name: str, path: str, reduced: bool) -> None:
    session = made(name).session
    found = timeline(made(name).trace, name, reduced=reduced)
    shown = [scene for at, scene in Film(filmed(session), (760, 300)).keyframes(found) if at == path]
    framed = [{item.key[0] for item in scene.items if "~" in item.key} for scene in shown]
    assert len(shown) == 3
    assert not framed[0]
    assert {"o", "q"} <= framed[1], "the first cell and what it is made of"
    assert not framed[2]


@pytest.mark.parametrize(("name", "examples"), [("affine", 5), ("tree", 5)])
def test_one_by_one_every_example_has_its_keyframe(name: str, examples: int) -> None:
    session = made(name).session
    found = timeline(made(name).trace, name, all_at_once=False)
    film = Film(filmed(session), (760, 300), all_at_once=False)
    for number, segment in enumerate(found.segments):
        turns = [n for n, phase in enumerate(segment.phases) if phase.name.startswith("example")]
        assert len(turns) == examples
        assert (turns[-1] + 1 < len(segment.phases) and segment.phases[turns[-1] + 1].name == "the others") == (
            name == "tree"
        ), "of six examples one is left"
        shown = [film.scene(found, Place(number, n, 1.0), segment.path) for n in turns]
        assert all(a != b for a, b in pairwise(shown))


@pytest.mark.parametrize("all_at_once", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_every_phase_begins_as_the_one_before_ends(name: str, all_at_once: bool) -> None:
    session = made(name).session
    found = timeline(made(name).trace, name, all_at_once)
    film = Film(filmed(session), (760, 300), all_at_once)
    for number, segment in enumerate(found.segments):
        for n in range(len(segment.phases) - 1):
            end = film.scene(found, Place(number, n, 1.0), segment.path)
            assert end == film.scene(found, Place(number, n + 1, 0.0), segment.path)


@pytest.mark.parametrize("path", [None, "0"])
def test_one_by_one_what_stands_for_the_others_comes_with_them(path: str | None) -> None:
    args = np.arange(6, dtype=np.float32).reshape(2, 3), np.arange(300, dtype=np.float32).reshape(100, 3)
    found = trace(lambda m, v: m @ v, (Vmap((None, 0)),), *args).trace
    film = Film(Subject(found, None, (57,), None, "f", ((0,),)), (760, 300), all_at_once=False)
    results = "r" if path is None else "q"
    *first, others = film.stills(path)[3 if path is None else 2][1:]
    marks = [
        [item.key for item in still.items if item.key.startswith(results) and "None" in item.key]
        for still in (*first, others)
    ]
    assert len(first) == 5
    assert not any(marks[:-1])
    assert marks[-1]
