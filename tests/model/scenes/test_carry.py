"""One picture goes over into the next: what both show travels, the rest fades, and nothing is at the ends that they have not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pictures import made
from vmapviz.model import actions
from vmapviz.model.scenes import origins
from vmapviz.model.scenes.carry import HELD, carried, owners, uncovered
from vmapviz.model.scenes.film import Film, filmed
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.timeline import Place, Timeline, timeline


def array(key: str, name: str, x: float) -> tuple[Item, ...]:
    cell = Rect(x, 20, 30, 24, "b1_fill", "cell", key=f"{key}:0")
    return cell, Text(x + 15, 36, "7", key=f"{key}:0#"), Text(x + 15, 60, name, key=f"{key}.name")


BEFORE = Scene(400, 90, (*array("o0", "a", 10), *array("q0", "c", 200)), "one")
AFTER = Scene(400, 90, (*array("o0", "c", 10), *array("o1", "d", 90), *array("q0", "e", 300)), "other")


def test_a_result_travels_to_where_it_is_an_operand() -> None:
    half = carried(BEFORE, AFTER, HELD + (1 - HELD) / 2)
    (cell,) = (item for item in half.items if isinstance(item, Rect) and item.key == "all c:0")
    assert cell.x == pytest.approx(105)
    assert cell.opacity == 1
    assert not [item for item in half.items if item.key == "all a:0" and item.opacity == 1]


def test_it_stays_first_and_then_is_the_other_picture() -> None:
    assert carried(BEFORE, AFTER, HELD) is BEFORE
    ends = [(item.x, item.y) for item in carried(BEFORE, AFTER, 1.0).items if not hasattr(item, "points")]
    assert sorted(ends) == sorted((item.x, item.y) for item in AFTER.items if not hasattr(item, "points"))


def test_one_example_and_all_of_them_are_not_mistaken_for_each_other() -> None:
    one = Scene(400, 90, array("l0", "c", 10), "other")
    assert not [item for item in carried(BEFORE, one, 0.7).items if item.key == "one c:0" and item.opacity == 1]


def test_cells_in_wait_are_not_seen_on_the_way() -> None:
    (cell, text, name) = array("o0", "c", 10)
    waiting = Rect(10, 20, 30, 24, "surface", "cell", key="q0:0"), Text(25, 36, "7", key="q0:0#")
    assert uncovered(Scene(400, 90, (*waiting, cell, text, name))).items == (cell, text, name)


def test_what_travels_belongs_to_both_pictures_and_what_fades_to_its_own() -> None:
    assert list(owners(BEFORE, AFTER, "all c:0")) == [(False, "q0:0"), (True, "o0:0")]
    assert list(owners(BEFORE, AFTER, "all a:0")) == [(False, "o0:0")]
    unnamed = Scene(400, 90, (Rect(9, 9, 9, 9, key="o5:0"), *AFTER.items))
    assert list(owners(BEFORE, unnamed, "after o5:0")) == [(True, "o5:0")]
    assert list(owners(BEFORE, AFTER, "all e")) == [(True, "q0")]
    assert list(owners(BEFORE, AFTER, "Result")) == []


def test_marks_go_along_with_their_cell_and_fade_where_only_one_picture_has_them() -> None:
    marks = origins.Marks({"q0": (0,)}, {}, "")
    on_the_way = [item for item in carried(origins.marked(BEFORE, marks), AFTER, 0.7).items if item.key[:6] == "all c:"]
    cell, frame = (
        next(i for i in on_the_way if isinstance(i, Rect) and i.key == key) for key in ("all c:0", "all c:0=")
    )
    assert (frame.x, frame.width, frame.thickness) == (cell.x, cell.width, origins.BOLD)
    assert 0 < frame.opacity < cell.opacity == 1


def seams(line: Timeline) -> Iterator[tuple[Place, str | None]]:
    """Moments at which one picture goes over into the next."""
    for number, segment in enumerate(line.segments[:-1]):
        for share in (0.5, 0.8):
            yield Place(number, len(segment.phases) - 1, share), segment.path


def cells(scene: Scene) -> set[str]:
    """The keys of the cells, but for those of a row that is reused."""
    return {
        i.key for i in scene.items if isinstance(i, Rect) and not i.dash and origins.figure_and_index(i.key) is not None
    }


def framed(scene: Scene) -> set[str]:
    return {i.key[:-1] for i in scene.items if isinstance(i, Rect) and i.key.endswith("=") and ":" in i.key}


@pytest.mark.parametrize("name", ["affine", "gap", "deep"])
def test_a_click_on_the_way_frames_what_the_pictures_say_that_show_the_cell(name: str) -> None:
    session, size = made(name).session, (1280.0, 600.0)
    line = timeline(made(name).trace, name)
    films = {session.example: Film(filmed(session), size)}
    for place, path in seams(line):
        there = sorted(cells(films[session.example].scene(line, place, path)))
        for key in there[:: max(1, len(there) // 8)]:
            shown = [
                films[session.example].picked_at(*each)
                for each in films[session.example].pictures(key, line, place, path)
            ]
            (picked,) = set(shown)
            assert picked is not None
            after = actions.pick(session, *picked)
            film = films.setdefault(after.example, Film(filmed(after), size))
            ends = Place(place.segment, place.phase, 1.0), Place(place.segment + 1, 0, 0.0)
            paths = path, line.segments[place.segment + 1].path
            said = {p: framed(film.scene(line, at, p, cell=after.cell)) for p, at in zip(paths, ends, strict=True)}
            now = film.scene(line, place, path, cell=after.cell)
            expected = {c for c in cells(now) if any(own in said[p] for p, own in film.pictures(c, line, place, path))}
            assert framed(now) & cells(now) == expected
            assert key in expected
