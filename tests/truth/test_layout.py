"""Every keyframe of the gallery in every panel: no text over another, across a line, cut, or beyond its cell; no cell without number."""

from __future__ import annotations

import pytest

from tests.engine.corpus import PROGRAMS
from tests.truth import geometry
from tests.truth.frames import PLACES
from tests.truth.subjects import EXPERIMENTS, PANELS, made
from vmapviz.engine import evaluate
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.timeline import timeline

RULES = (geometry.overlapping, geometry.leaving, geometry.cut, geometry.crossed, geometry.unsaid)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_text_has_its_place(name: str) -> None:
    subject = made(name)[1]
    whole = timeline(subject.trace, subject.name)
    said = []
    for panel, size in PANELS.items():
        for path, scene in Film(subject, size).keyframes(whole):
            assert scene.items
            said += [
                f"{panel}, {path or 'the call'}: {rule.__name__} {words}" for rule in RULES for words in rule(scene)
            ]
    assert not said, "\n".join(said[:20])


# Programs whose pictures once had too little room, or two vmaps where one was thought of.
NARROW = (
    *("scatter on two levels", "inner name only", "names on two levels", "gather inside, index outside"),
    *("pmin", "pad inside", "four levels", "dropout", "switch on three levels", "minimize"),
)


@pytest.mark.parametrize("name", NARROW)
def test_what_was_once_too_narrow_has_its_place_with_all_numbers(name: str) -> None:
    case = PROGRAMS[name]
    traced = trace(case.fun, case.levels, *case.args, **case.kwargs)
    subject = Subject(verify(traced)[0], evaluate.values(traced), tuple(0 for _ in case.levels), None, "f")
    said = []
    for panel in ("1440", "1280"):
        for path, scene in Film(subject, PANELS[panel]).keyframes(timeline(subject.trace, "f")):
            said += [f"{panel}, {path or 'the call'}: {words}" for rule in PLACES for words in rule(scene)]
    assert not said, "\n".join(said[:20])


CELL = Rect(10, 10, 30, 24, "surface", "cell", key="a:0", cell=(12, "int32"))
NUMBER = Text(25, 26, "12", size=11.5, mono=True, anchor="middle", width=28, key="a:0#")
WRONG: dict[str, tuple[Item, ...]] = {
    "overlapping": (NUMBER, Text(30, 26, "over it", size=11)),
    "leaving": (CELL, Text(39, 26, "12", size=11.5, mono=True, anchor="middle", key="a:0#")),
    "cut": (Text(25, 26, "0.0123", size=11.5, mono=True, width=28, key="a:0#"),),
    "unsaid": (CELL,),
    "crossed": (CELL, Text(4, 26, "across its edge", size=11)),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_sees_what_it_forbids(rule: geometry.Rule) -> None:
    assert list(rule(Scene(200, 50, WRONG[rule.__name__])))
    assert not list(rule(Scene(200, 50, (CELL, NUMBER, NUMBER, Text(50, 26, "beside it", size=11)))))
