"""Films of the gallery: a picture at every moment, and nothing jumps from one phase or equation to the next."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.truth.frames import check_frames
from tests.truth.subjects import EXPERIMENTS, PANELS, made
from vmapviz.model.scenes.carry import HELD
from vmapviz.model.scenes.film import Film
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text
from vmapviz.model.scenes.timeline import Place, timeline

NEARLY = 1 - 1e-9


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_there_is_a_picture_at_every_moment(name: str) -> None:
    check_frames(made(name)[1])


def layout(scene: Scene) -> list[tuple[object, ...]]:
    """What lies where, to a hundredth of a pixel, whatever it is called; what is gone, or covered by what lies on it, is left out."""
    found: set[tuple[object, ...]] = set()
    covered: set[tuple[float, ...]] = set()
    for item in reversed(scene.items):
        if isinstance(item, Rect):
            place: tuple[float, ...] = (item.x, item.y, item.width, item.height)
            look: tuple[object, ...] = (item.fill, item.line, item.hatch, item.thickness)
        elif isinstance(item, Text):
            place, look = (item.x, item.y, item.size), (item.text, item.colour)
        else:
            place, look = tuple(part for point in item.points for part in point), (item.line, item.arrow)
        place = tuple(round(part + 0.001234, 2) + 0.0 for part in place)  # what is halved lies on no border
        if item.opacity > 0.01 and place not in covered:
            found.add((type(item).__name__, *place, *look, round(item.opacity, 2)))
        if isinstance(item, Rect) and item.fill and item.opacity > 0.99:
            covered.add(place)
    return sorted(found, key=repr)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_segment_and_phase_begins_as_the_one_before_ends(name: str) -> None:
    subject = made(name)[1]
    line, film = timeline(subject.trace, subject.name), Film(subject, PANELS["1440"])
    places = [Place(n, phase, 0.0) for n, one in enumerate(line.segments) for phase in range(len(one.phases))]
    seams = [(before._replace(share=NEARLY), after) for before, after in pairwise(places)]
    # In its last phase a picture is complete before it goes over into the next one.
    lasts = [Place(n, len(one.phases) - 1, HELD) for n, one in enumerate(line.segments)]
    seams += [(last._replace(share=HELD * NEARLY), last._replace(share=HELD / NEARLY)) for last in lasts]
    for before, after in seams:
        end, begin = (film.scene(line, place, line.segments[place.segment].path) for place in (before, after))
        assert layout(end) == layout(begin), (before, after)


def test_a_jump_is_seen() -> None:
    cell = Rect(10, 10, 30, 24, "surface", "cell", key="a:0")
    assert layout(Scene(99, 99, (cell, Path(((0, 0), (9, 0)), "ink")))) != layout(Scene(99, 99, (cell,)))
    assert layout(Scene(99, 99, (cell,))) != layout(
        Scene(99, 99, (Rect(11, 10, 30, 24, "surface", "cell", key="a:0"),))
    )
