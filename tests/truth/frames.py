"""Walks through a film: every picture of every equation, and fifty moments from its beginning to its end."""

from __future__ import annotations

import math

from tests.truth import geometry
from tests.truth.subjects import PANELS
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.marks import item_box
from vmapviz.model.scenes.scene import Path, Rect, Scene
from vmapviz.model.scenes.timeline import timeline
from vmapviz.model.trace import Trace

MOMENTS = 50
PLACES = (geometry.overlapping, geometry.leaving, geometry.crossed)


def check_frames(subject: Subject) -> None:
    """The film of a subject has a picture at every moment, in which everything has a place and a size and no text meets another."""
    line = timeline(subject.trace, subject.name)
    film = Film(subject, PANELS["1440"])
    moments = [line.locate(line.total * n / (MOMENTS - 1)) for n in range(MOMENTS)]
    for number, segment in enumerate(line.segments):
        for still in {id(still): still for stills in film.stills(segment.path) for still in stills}.values():
            check_scene(still)
            assert not [words for rule in PLACES for words in rule(still)], segment.path
        for place in moments:
            if place.segment == number:
                going = place.phase == len(segment.phases) - 1  # what goes has gone before what is new comes
                assert film.scene(line, place, segment.path).items or going


def check_scene(scene: Scene) -> None:
    """A picture that can be painted: nothing lies nowhere, has no length, or is left of where pictures begin."""
    assert scene.items
    for item in scene.items:
        assert all(map(math.isfinite, item_box(item))), item
        assert not isinstance(item, Rect) or min(item.width, item.height) >= 0, item
        assert not isinstance(item, Path) or len(item.points) > 1, item
        assert 0 < item.opacity <= 1, item


def shapes_of(trace: Trace) -> Subject:
    """What is shown of a program before it has run."""
    return Subject(trace, None, tuple(0 for _ in trace.levels), None, "f")
