"""Devices that exchange what they hold in a body: their lanes, what is marked in them, and what is said where they cannot be drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
from jax import lax
from msgspec.structs import replace

from tests.model.scenes.families import different, texts
from tests.model.traces import traced
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.inside import Memory, look
from vmapviz.engine.lanes import on_devices
from vmapviz.engine.trace import trace
from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Lanes
from vmapviz.model.scenes import device_exchange, film
from vmapviz.model.scenes.device_exchange import UNKNOWN, WAITING
from vmapviz.model.scenes.device_words import talk
from vmapviz.model.scenes.film import Film
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text
from vmapviz.model.trace import Trace, equations_of
from vmapviz.model.values import Values

N, TURN, FOLLOWED = 4, 1, 2
SIZE = (943.0, 249.0)
ROUND = [(k, (k + 1) % N) for k in range(N)]
FAMILIES: dict[str, Callable[[Any], Any]] = {
    "psum": lambda y: lax.psum(y, "i"),
    "all_gather": lambda y: lax.all_gather(y, "i"),
    "ppermute": lambda y: lax.ppermute(y, "i", ROUND),
}
GIVEN = different((N, 3, 2), 1)
MIDDLE = np.median(GIVEN[:, 0, 0])


def in_a_scan(name: str) -> Callable[[Any], Any]:
    return lambda x: lax.scan(lambda c, y: (c, FAMILIES[name](y)), 0.0, x)[1]


class Looked(NamedTuple):
    """A collective in a body: the trace and values, the path, what the devices held, and one pass that pmap made, too."""

    trace: Trace
    values: Values
    path: str
    lanes: Lanes
    inside: Inside

    def film(self, talk: Inside | None, size: tuple[float, float] = SIZE) -> Film:
        about = film.Subject(self.trace, self.values, (FOLLOWED,), None, "f", inside=self.inside, talk=talk)
        return Film(about._replace(lanes=self.lanes), size)


@cache
def looked(fun: Callable[[Any], Any], primitive: str, turn: tuple[int, ...] = (TURN,)) -> Looked:
    made = trace(fun, (Vmap(0, 0, "i"),), GIVEN)
    path = next(e.path for e in equations_of(made.trace.original) if e.primitive == primitive)
    found = look(made, path, FOLLOWED, turn, Memory(), N)
    return Looked(made.trace, evaluate.values(made), path, on_devices(made, N), found)


@cache
def in_scan(name: str) -> Looked:
    return looked(in_a_scan(name), name)


in_psum = in_a_scan("psum")


def said(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def cell(array: str, index: str) -> tuple[int, tuple[int, ...]]:
    return int(array.partition(".")[2]), tuple(int(at) for at in index.split(",") if at)


def check_lanes(scene: Scene, given: np.ndarray[Any, Any], answer: np.ndarray[Any, Any]) -> None:
    """Every device's lane holds its numbers, of what is given and of what is got; the devices are the first axis of both."""
    rows, seen = {"l": given, "m": answer}, set()
    for (array, index), text in texts(scene, "lm").items():
        device, at = cell(array, index)
        assert text == number(rows[array[0]][(device, *at)].item())
        seen.add((array[0], device))
    assert seen == {(letter, device) for letter in "lm" for device in range(len(given))}


@cache
def answers(name: str) -> Callable[[Any], Any]:
    return jax.pmap(in_a_scan(name), axis_name="i", devices=jax.devices()[:N])


@pytest.mark.parametrize("name", FAMILIES)
def test_every_lane_holds_the_numbers_of_the_iteration(name: str) -> None:
    found = in_scan(name)
    scene = found.film(found.inside, (1800.0, 1200.0)).stills(found.path)[-1][-1]
    check_lanes(scene, GIVEN[:, TURN], np.asarray(answers(name)(GIVEN))[:, TURN])
    assert {f"device {device.id}" for device in found.lanes.devices} < set(said(scene))
    assert scene.caption == f"{name} on {N} devices."


@pytest.mark.parametrize("name", FAMILIES)
def test_marks_and_arrows_are_what_changes_the_cells(name: str) -> None:
    found, run = in_scan(name), answers(name)
    made = found.film(found.inside)
    before, changed = np.asarray(run(GIVEN)), {}
    for at in np.ndindex(N, 2):
        other = GIVEN.copy()
        other[at[0], TURN, at[1]] += 5000
        changed[at] = np.asarray(run(other))[FOLLOWED, TURN] != before[FOLLOWED, TURN]
    senders = set()
    for index in np.ndindex(before.shape[2:]):
        picked = made.picked_at(found.path, f"m0.{FOLLOWED}:{','.join(map(str, index))}")
        assert picked is not None
        assert picked[1] == (FOLLOWED,)
        marks = made.marks(found.path, picked[0])
        sources = {
            (int(k.partition(".")[2]), *at) for k, cells in marks.sources.items() if k[0] == "l" for at in cells.each()
        }
        assert sources == {at for at, cells in changed.items() if cells[index]}
        senders |= {device for device, _ in sources}
    scene = made.stills(found.path)[-1][-1]
    assert f"on {N} devices" in said(scene)
    arrows = [item.key for item in scene.items if isinstance(item, Path) and item.arrow]
    assert {int(key.removeprefix("from").partition(".")[0]) for key in arrows} == senders


def some(x: Any) -> Any:
    return lax.cond(x[0, 0] > MIDDLE, lambda v: v + lax.axis_index("i"), lambda v: v, x)


def may(x: Any) -> Any:
    return lax.cond(x[0, 0] > 999, lambda v: lax.psum(v, "i"), lambda v: v, x)


def none(x: Any) -> Any:
    return lax.cond(x[0, 0] > 999, lambda v: v + lax.axis_index("i"), lambda v: v, x)


def test_lanes_of_devices_that_take_another_branch_say_so_and_are_empty() -> None:
    found = looked(some, "axis_index", ())
    takes = {place for place in range(N) if GIVEN[place, 0, 0] > MIDDLE}
    assert 0 < len(takes) < N
    scene = found.film(found.inside).stills(found.path)[-1][-1]
    assert {cell(array, index)[0] for array, index in texts(scene, "lm")} == takes
    out = [item.key for item in scene.items if isinstance(item, Text) and item.text == "does not take this branch"]
    assert out == [f"lane{place}.absent" for place in range(N) if place not in takes]
    count = N - len(takes)
    words = "does not take this branch" if count == 1 else "do not take this branch"
    assert f"on {N} devices, of which {count} {words}" in said(scene)
    lanes = [item_box(item) for item in scene.items if isinstance(item, Rect) and item.key.startswith("lane")]
    assert all(0 <= left < right <= SIZE[0] and 0 <= top < end <= SIZE[1] for left, top, right, end in lanes)


def test_lanes_of_devices_whose_loop_has_ended_say_so() -> None:
    body = lambda s: (s[0] + lax.axis_index("i"), s[1] + 1, s[2])  # noqa: E731
    fun = lambda x: lax.while_loop(lambda s: s[1] < s[2], body, (x, 0, x[0, 0] % 4))[0]  # noqa: E731
    found = looked(fun, "axis_index")
    scene = found.film(found.inside).stills(found.path)[-1][-1]
    ended = said(scene).count("is done")
    assert 0 < ended < N
    assert any(text.startswith(f"on {N} devices, of which {ended} ") for text in said(scene))


def test_where_no_device_comes_the_examples_are_drawn_and_it_is_said() -> None:
    found = looked(none, "axis_index", ())
    made = found.film(found.inside)
    assert device_exchange.by_devices(found.trace, found.lanes, found.path, (FOLLOWED,), found.inside) is None
    scenes = [scene for phase in made.stills(found.path) for scene in phase]
    assert all(scene.caption.startswith("No device takes this branch.") for scene in scenes)
    assert "No device takes this branch." in said(scenes[-1])


def test_until_it_is_known_the_examples_are_drawn_and_it_is_said() -> None:
    found = in_scan("psum")
    waiting = found.film(None).stills(found.path)[-1][-1]
    assert waiting.caption.startswith(WAITING)
    assert "between the examples" in said(waiting)
    of_others = replace(found.inside, devices=2)
    assert found.film(of_others).stills(found.path)[-1][-1].caption.startswith(WAITING)
    refused = replace(found.inside, exchanges=(), not_exchanged="pmap could not run this: too warm.")
    assert found.film(refused).stills(found.path)[-1][-1].caption.startswith("pmap could not run this: too warm.")


def test_where_the_programs_differ_it_is_said_that_nothing_is_known() -> None:
    found = in_scan("psum")
    bare = replace(found.inside, exchanges=())
    assert device_exchange.not_by_devices(found.trace, found.lanes, found.path, bare) == UNKNOWN
    top = looked(FAMILIES["psum"], "psum", ())
    assert top.film(None).stills(top.path)[-1][-1].caption == f"psum on {N} devices."
    unknown = top._replace(lanes=replace(top.lanes, exchanges=()))
    assert unknown.film(None).stills(top.path)[-1][-1].caption == UNKNOWN


def test_of_what_is_no_collective_nothing_is_said() -> None:
    found = in_scan("psum")
    assert device_exchange.not_by_devices(found.trace, found.lanes, found.path.partition(".")[0], None) == ""


@pytest.mark.parametrize(
    ("name", "sure", "perhaps"),
    [
        ("psum in scan", ("psum",), ()),
        ("talks in a cond", (), ("psum",)),
        ("numbers", ("psum",), ()),
        ("gathered", ("all_gather",), ()),
        ("newton", (), ()),
    ],
)
def test_the_storyboard_knows_by_what_devices_talk_wherever_it_stands(
    name: str, sure: tuple[str, ...], perhaps: tuple[str, ...]
) -> None:
    assert talk(traced(name)) == (sure, perhaps)


def test_the_storyboard_says_that_devices_exchange_something_in_a_loop_or_may_in_a_branch() -> None:
    said_ = {
        fun: looked(fun, primitive, turn).film(None).stills(None)[3][-1].caption
        for fun, primitive, turn in ((in_psum, "psum", (TURN,)), (some, "axis_index", ()), (may, "psum", ()))
    }
    assert said_[in_psum] == "Same program on every device; by psum they exchange what they hold."
    assert said_[some] == "Same program on every device. Each sees only its own example."
    assert said_[may] == "Same program on every device; where it comes to psum, they exchange what they hold."
