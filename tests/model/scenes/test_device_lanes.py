"""The lanes of devices: JAX's numbers wherever a cell is drawn, pieces that travel and stay the same, and nothing left out unsaid."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import jax
import numpy as np
import pytest

from tests.on_devices import CALLS, Ran, ran
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import device_lanes
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.timeline import Place, timeline
from vmapviz.model.scenes.tween import along

SIZES = ((943.0, 249.0), (783.0, 203.0), (1440.0, 520.0))
CELL = re.compile(r"(?:d(\d+)\.)?([ar]\d+):([\d,]*)(#?)")


@cache
def stills(name: str, size: tuple[float, float] = SIZES[0], followed: int = 1) -> tuple[tuple[Scene, ...], ...]:
    found = ran(name)
    return device_lanes.stills(found.trace, found.lanes, followed, size, "f")


def keyframes(name: str, size: tuple[float, float] = SIZES[0], followed: int = 1) -> list[Scene]:
    return [phase[-1] for phase in stills(name, size, followed)]


def cells(scene: Scene) -> dict[tuple[str, str, tuple[int, ...]], Rect]:
    """The drawn cells by device ("" on the host), array and index in the whole array, of a copy in the copy."""
    found = {}
    for item in scene.items:
        match = CELL.fullmatch(item.key)
        if isinstance(item, Rect) and match and not match[4]:
            found[match[1] or "", match[2], tuple(int(at) for at in match[3].split(",") if at)] = item
    return found


def whole(found: Ran, array: str) -> np.ndarray[Any, Any]:
    leaves = jax.tree.leaves(found.call.args) if array[0] == "a" else found.out
    return np.asarray(leaves[int(array[1:])])


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("size", SIZES)
def test_every_number_is_jaxs(name: str, size: tuple[float, float]) -> None:
    found, seen = ran(name), 0
    for scene in keyframes(name, size):
        for item in scene.items:
            match = CELL.fullmatch(item.key)
            if isinstance(item, Text) and match:
                index = tuple(int(at) for at in match[3].split(",") if at)
                assert item.text == number(whole(found, match[2])[index].item())
                seen += 1
    assert seen or size == SIZES[1]  # where long numbers have no room


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("size", SIZES)
def test_a_lane_has_its_own_examples_and_no_others(name: str, size: tuple[float, float]) -> None:
    found = ran(name)
    spreads = {f"a{n}": s for n, s in enumerate(found.lanes.arguments)}
    spreads |= {f"r{n}": s for n, s in enumerate(found.lanes.results)}
    scene = keyframes(name, size)[3]
    frames = {item.key: item for item in scene.items if isinstance(item, Rect) and item.key.startswith("lane")}
    inside = 0
    for (device, array, index), cell in cells(scene).items():
        if not device:
            continue
        lane, axis = frames[f"lane{device}"], spreads[array].axis
        assert lane.y <= cell.y
        assert cell.y + cell.height <= lane.y + lane.height
        assert lane.x < cell.x < lane.x + lane.width
        if axis is not None:
            assert index[axis] // found.lanes.each == int(device)
        inside += 1
    assert inside


@pytest.mark.parametrize("name", CALLS)
def test_a_piece_travels_from_the_host_into_its_lane_and_its_result_back(name: str) -> None:
    _, cut, there, ran_, back, _ = keyframes(name)
    on_host, waiting = cells(cut), {key: cell for key, cell in cells(cut).items() if key[0]}
    assert waiting.keys() <= cells(there).keys()
    for (_, array, index), cell in waiting.items():
        assert (cell.x, cell.y) == (on_host["", array, index].x, on_host["", array, index].y)
    assert any(cells(there)[key].x > cell.x + 20 for key, cell in waiting.items())
    left = {key: cell for key, cell in cells(ran_).items() if not key[0] and key[1][0] == "r"}
    for (_, array, index), cell in left.items():
        twins = [c for (device, a, i), c in cells(ran_).items() if device and (a, i) == (array, index)]
        assert (cell.x, cell.y) in [(twin.x, twin.y) for twin in twins]
        assert cells(back)["", array, index].x > cell.x + 20
    assert left


@pytest.mark.parametrize("name", CALLS)
def test_each_phase_begins_where_the_one_before_ends(name: str) -> None:
    for before, after in pairwise(stills(name)):
        assert before[-1] == after[0]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("size", SIZES)
def test_everything_stays_inside_and_no_words_overlap(name: str, size: tuple[float, float]) -> None:
    for phase in stills(name, size):
        for share in (0.0, 0.5, 1.0):
            for item in along(phase, share).items:
                left, top, right, bottom = item_box(item)
                assert left >= 0
                assert top >= 0
                assert right <= size[0]
                assert bottom <= size[1]
    for scene in keyframes(name, size):
        texts = [item for item in scene.items if isinstance(item, Text)]
        for a, b in combinations(texts, 2):
            if a.key.partition(".")[2] == b.key or b.key.partition(".")[2] == a.key:
                continue  # a copy that lies on what it is a copy of
            one, other = item_box(a), item_box(b)
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart or (a.text == b.text and (one == other or a.text == "⋮")), (a, b)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("followed", [0, 5])
def test_lanes_that_are_left_out_are_counted_and_the_followed_one_is_there(
    name: str, size: tuple[float, float], followed: int
) -> None:
    found = ran(name).lanes
    scene = keyframes(name, size, followed)[2]
    shown = [item.key for item in scene.items if re.fullmatch(r"lane\d+", item.key)]
    said = [item.text for item in scene.items if isinstance(item, Text) and "more device" in item.text]
    counts = [int(digits) for text in said for digits in re.findall(r"\d+", text)]
    assert len(shown) + sum(counts) == len(found.devices)
    at = min(followed, len(found.devices) * found.each - 1) // found.each
    assert f"lane{at}" in shown
    assert bool(said) == (len(shown) < len(found.devices))


def test_the_words_of_the_storyboard() -> None:
    said = [item.text for item in keyframes("matvec", SIZES[2])[4].items if isinstance(item, Text)]
    for words in ("device 0", "CPU, simulated", "m copy", "v[0:2]", "v[6:8]", "v f32[8,3]", "pmap gives f32[4,2,2]"):
        assert words in said
    assert "reshaped to f32[4,2,3]: one piece per device" in said
    captions = [scene.caption for scene in keyframes("matvec")]
    assert captions[3] == "Same program on every device. m is copied to each; each sees only its own 2 examples."
    assert "v[:, 2:4]" in [i.text for i in keyframes("columns", SIZES[2])[4].items if isinstance(i, Text)]
    assert "by psum they exchange" in keyframes("psum")[3].caption


def test_the_name_of_what_is_in_one_piece_stands_close_to_it() -> None:
    scene = keyframes("matvec", SIZES[0])[5]
    name = next(item for item in scene.items if isinstance(item, Text) and item.key == "r0.name")
    bottom = max(item.y + item.height for item in scene.items if isinstance(item, Rect) and item.key.startswith("r0:"))
    assert bottom < name.y < bottom + 24
    lanes = max(item.y + item.height for item in scene.items if isinstance(item, Rect) and item.key.startswith("lane"))
    assert name.y < lanes + 14


def test_what_all_devices_have_is_marked_where_it_was_read() -> None:
    found = ran("matvec")
    subject = Subject(found.trace, None, (3,), None, "f", lanes=found.lanes)
    film, line = Film(subject, (943, 420)), timeline(found.trace, "f", on_devices=True)
    (result,) = found.trace.original.outputs
    scene = film.scene(line, Place(0, 3, 1.0), None, cell=Picked(result, (1,)))
    framed = {
        item.key for item in scene.items if isinstance(item, Rect) and item.key[-1:] == "=" and item.key[0] == "d"
    }
    assert framed == {"d1.r0:3,1=", *(f"d1.a0:1,{n}=" for n in range(3)), *(f"d1.a1:3,{n}=" for n in range(3))}
    assert film.picked_at(None, "d1.a0:1,2") == (Picked(found.trace.original.inputs[0].name, (1, 2)), (3,))
