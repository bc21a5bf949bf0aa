"""Devices that exchange what they hold where pmap takes the place of the outer of two vmaps: each has all examples of the inner one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
from jax import lax

from tests.model.scenes.families import different
from tests.model.scenes.test_device_exchange import check_lanes, said
from vmapviz.engine import evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.inside import Memory, look
from vmapviz.engine.lanes import on_devices
from vmapviz.engine.trace import Traced, trace
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.scenes import film
from vmapviz.model.scenes.device_exchange import NOT_THEY, SEVERAL
from vmapviz.model.scenes.film import Film
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import equations_of
from vmapviz.model.values import Result

N, INNER, TURN = 4, 3, 1
FOLLOW = 1, 2  # innermost first
SIZE = (1800.0, 1200.0)
GIVEN = different((N, INNER, 3, 2), 1)  # devices, examples of the inner vmap, turns, numbers
ROUND = [(k, (k + 1) % N) for k in range(N)]
FAMILIES: dict[str, Callable[[Any], Any]] = {
    "psum": lambda y: lax.psum(y, "i"),
    "all_gather": lambda y: lax.all_gather(y, "i"),
    "ppermute": lambda y: lax.ppermute(y, "i", ROUND),
}
Fun = Callable[[Any], Any]


def at_top(name: str) -> Fun:
    return lambda x: FAMILIES[name](x[TURN])


def in_scan(name: str) -> Fun:
    return lambda x: lax.scan(lambda c, y: (c, FAMILIES[name](y)), 0.0, x)[1][TURN]


class Nested(NamedTuple):
    """A collective below two vmaps, pmap in place of the outer one: what was traced, where it stands, and its film."""

    traced: Traced
    path: str
    film: Film


@cache
def nested(fun: Fun, primitive: str, inner: int = 0) -> Nested:
    given = np.moveaxis(GIVEN, 1, -1) if inner else GIVEN
    made = trace(fun, (Vmap(-1 if inner else 0, 0, "j"), Vmap(0, 0, "i")), given)
    path = next(e.path for e in equations_of(made.trace.original) if e.primitive == primitive)
    found = look(made, path, FOLLOW[1] * INNER + FOLLOW[0], (TURN,), Memory(), N) if "." in path else None
    about = film.Subject(made.trace, evaluate.values(made), FOLLOW, None, "f", inside=found, talk=found)
    return Nested(made, path, Film(about._replace(lanes=on_devices(made, N)), SIZE))


MADE = {name: (at_top(name), in_scan(name)) for name in FAMILIES}


def answer(fun: Fun, given: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(jax.pmap(jax.vmap(fun, axis_name="j"), axis_name="i", devices=jax.devices()[:N])(given))


@pytest.mark.parametrize("inner", [0, -1])
@pytest.mark.parametrize("where", [0, 1])
@pytest.mark.parametrize("name", FAMILIES)
def test_each_lane_has_what_its_device_has_of_the_followed_example(name: str, where: int, inner: int) -> None:
    fun = MADE[name][where]
    found = nested(fun, name, inner)
    scene = found.film.stills(found.path)[-1][-1]
    check_lanes(scene, GIVEN[:, FOLLOW[0], TURN], answer(fun, GIVEN)[:, FOLLOW[0]])
    assert f"on {N} devices, where j is {FOLLOW[0]}" in said(scene)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_click_in_a_lane_frames_what_changes_the_cell(name: str) -> None:
    fun = MADE[name][1]
    found, before = nested(fun, name), answer(fun, GIVEN)
    own = FOLLOW[::-1]
    changed = {}
    for at in np.ndindex(N, 2):
        other = GIVEN.copy()
        other[at[0], FOLLOW[0], TURN, at[1]] += 5000
        changed[at] = (answer(fun, other) != before)[own]
    for index in np.ndindex(before.shape[2:]):
        picked = found.film.picked_at(found.path, f"m0.{own[0]}:{','.join(map(str, index))}")
        assert picked is not None
        assert picked[1] == FOLLOW
        marks = found.film.marks(found.path, picked[0])
        sources = {
            (int(key.partition(".")[2]), *at) for key, c in marks.sources.items() if key[0] == "l" for at in c.each()
        }
        assert sources == {at for at, differs in changed.items() if differs[index]}


def test_a_click_on_a_lane_follows_its_example() -> None:
    found = nested(MADE["psum"][0], "psum")
    keys = {item.key for item in found.film.stills(found.path)[-1][-1].items if item.key.startswith("l0.3@")}
    assert keys == {f"l0.3@{FOLLOW[0]},3"}


@pytest.mark.parametrize(("axes", "words"), [("j", NOT_THEY), (("i", "j"), SEVERAL)])
def test_where_the_devices_do_not_exchange_or_not_they_alone_it_is_said(axes: Any, words: str) -> None:
    found = nested(lambda x: lax.psum(x[TURN], axes), "psum")
    assert found.film.stills(found.path)[-1][-1].caption.startswith(words)


def test_of_a_body_it_is_asked_with_the_devices() -> None:
    found = nested(MADE["psum"][1], "psum")
    trace = found.traced.trace
    picture = Picture(Experiment(function="f", map="pmap"), trace, (), found.traced.results, 0.0)
    ran = Result((), (), 0.0, lanes=found.film.subject.lanes)
    session = Session(picture.experiment, picture=picture, result=ran, example=FOLLOW, selected=found.path)
    wanted = actions.sought(session)
    assert wanted is not None
    assert wanted.devices == N
