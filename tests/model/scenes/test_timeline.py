"""The order and length of what is played, and the track that shows it."""

from __future__ import annotations

import pytest

from tests.pictures import CASES, made
from vmapviz.model.scenes.scene import Rect, Text
from vmapviz.model.scenes.timeline import STILL_MS, Place, timeline
from vmapviz.model.scenes.track import items, place_at, spans


def test_the_whole_call_first_then_every_equation_then_the_inserted_one() -> None:
    found = timeline(made("affine").trace, "affine")
    assert [segment.title for segment in found.segments] == ["affine", "1 dot_general", "2 add", "3 max", "+ transpose"]
    assert [segment.path for segment in found.segments] == [None, "0", "1", "2", "+5"]
    assert [phase.ms for phase in found.segments[0].phases] == [600, 400, 600, 300, 500, 600]
    assert [phase.name for phase in found.segments[1].phases] == ["before", "run", "after"]
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
    assert {"done1.2", "done2.0", "done2.1"} <= done
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
