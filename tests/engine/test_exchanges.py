"""What devices exchange in bodies, pass by pass, is what the same loops make of the same numbers in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from vmapviz.engine import pairing
from vmapviz.engine.calls import Vmap
from vmapviz.engine.exchanges import DIFFERS
from vmapviz.engine.inside import Memory, look
from vmapviz.engine.lanes import on_devices
from vmapviz.engine.trace import Traced, trace
from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Exchange, Spread
from vmapviz.model.trace import equations_of

N = 4
GIVEN = np.arange(N * 3, dtype=np.float32).reshape(N, 3)
ROUND = [(k, (k + 1) % N) for k in range(N)]
Array = np.ndarray[Any, Any]


def scan(x: Any) -> Any:
    def turn(c: Any, y: Any) -> Any:
        return lax.ppermute(c, "i", ROUND) + lax.psum(c * y, "i") / 8, lax.all_gather(y, "i")

    return lax.scan(turn, x.sum(), x, reverse=True)


def scanned(turn: int) -> dict[str, tuple[Array, Array]]:
    c = GIVEN.sum(1)
    for y in GIVEN.T[::-1][:turn]:
        c = np.roll(c, 1) + (c * y).sum() / 8
    y = GIVEN.T[::-1][turn]
    return {
        "ppermute": (c, np.roll(c, 1)),
        "psum": (c * y, np.full(N, (c * y).sum())),
        "all_gather": (y, np.tile(y, (N, 1))),
    }


def while_(x: Any) -> Any:
    def turn(state: Any) -> Any:
        return 2 * state[0] + lax.psum(state[0], "i"), state[1] + 1

    return lax.while_loop(lambda state: lax.pmax(state[0], "i") < 5000, turn, (x.sum(), 0))[0]


def turned(turn: int) -> dict[str, tuple[Array, Array]]:
    c = GIVEN.sum(1)
    for _ in range(turn):
        c = 2 * c + c.sum()
    return {"psum": (c, np.full(N, c.sum())), "pmax": (c, np.full(N, c.max()))}


def fori(x: Any) -> Any:
    return lax.fori_loop(0, 3, lambda k, c: lax.psum(c, "i") / 4 + k * x, x)


def counted(turn: int) -> dict[str, tuple[Array, Array]]:
    c = GIVEN
    for k in range(turn):
        c = c.sum(0) / 4 + k * GIVEN
    return {"psum": (c, np.tile(c.sum(0), (N, 1)))}


def calls(x: Any) -> Any:
    shifted = jax.jit(lambda c, y: lax.ppermute(c + y, "i", ROUND) * 2)

    def outer(c: Any, y: Any) -> Any:
        return lax.fori_loop(0, 2, lambda _, d: shifted(d, y), c), None

    return lax.scan(outer, x.sum(), x)[0]


def called(turn: int) -> dict[str, tuple[Array, Array]]:
    c = GIVEN.sum(1)
    for y in [y for y in GIVEN.T for _ in range(2)][:turn]:
        c = np.roll(c + y, 1) * 2
    y = GIVEN.T[turn // 2]
    return {"ppermute": (c + y, np.roll(c + y, 1))}


@jax.custom_jvp
def own_rule(x: Any) -> Any:
    return lax.psum(3 * x, "i") + 1


own_rule.defjvp(lambda primals, tangents: (own_rule(*primals), tangents[0]))


def once(scale: float, got: Callable[[Array], Array], primitive: str) -> Callable[[int], dict[str, Any]]:
    return lambda turn: {primitive: (scale * GIVEN, got(scale * GIVEN))}


def to_all(c: Array) -> Array:
    return np.tile(c.sum(0), (N, 1))


class Loop(NamedTuple):
    """A function, what NumPy says of its collectives in a pass, and the turns of the loops around them, one after another."""

    fun: Callable[[Any], Any]
    wanted: Callable[[int], dict[str, tuple[Array, Array]]]
    turns: tuple[tuple[int, ...], ...] = ((0,), (2,), (1,))


LOOPS = {
    "scan": Loop(scan, scanned),
    "while": Loop(while_, turned, ((0,), (3,), (1,))),
    "fori": Loop(fori, counted),
    "calls": Loop(calls, called, ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))),
    "jit": Loop(lambda x: jax.jit(lambda v: lax.psum(2 * v, "i") + 1)(x), once(2, to_all, "psum"), ((),)),
    "remat": Loop(
        jax.checkpoint(lambda v: lax.ppermute(2 * v, "i", ROUND) + 1),
        once(2, lambda c: np.roll(c, 1, 0), "ppermute"),
        ((),),
    ),
    "rule": Loop(own_rule, once(3, to_all, "psum"), ((),)),
    "branch": Loop(
        lambda x: lax.cond(lax.psum(x[0], "i") > 1, lambda v: lax.psum(2 * v, "i"), lambda v: v, x),
        once(2, to_all, "psum"),
        ((),),
    ),
}


def path_of(traced: Traced, primitive: str) -> str:
    return next(e.path for e in equations_of(traced.trace.original) if e.primitive == primitive and "." in e.path)


def seen(traced: Traced, path: str, turn: tuple[int, ...], remembered: Memory | None = None) -> Inside:
    return look(traced, path, 1, turn, remembered or Memory(), N)


def exchange(found: Inside, path: str) -> Exchange:
    return next(each for each in found.exchanges if each.path == path)


def held(spread: Spread | None) -> list[Any]:
    assert spread is not None
    return [piece and np.array(piece.preview.cells).reshape(piece.preview.shape) for piece in spread.pieces]


@pytest.mark.parametrize("name", LOOPS)
def test_every_device_gives_and_gets_what_numpy_says(name: str) -> None:
    fun, wanted, turns = LOOPS[name]
    traced, remembered = trace(fun, (Vmap(0, 0, "i"),), GIVEN), Memory()
    for at, turn in enumerate(turns):
        flat = at if len(turn) > 1 else sum(turn)
        for primitive, (given, got) in wanted(flat).items():
            path = path_of(traced, primitive)
            found = seen(traced, path, turn, remembered)
            assert (found.turn, found.devices, found.not_exchanged) == (turn, N, "")
            (operand,), (result,) = exchange(found, path).operands, exchange(found, path).results
            np.testing.assert_allclose(held(operand), given, rtol=1e-6)
            np.testing.assert_allclose(held(result), got, rtol=1e-6)


def present(found: Inside, path: str) -> list[int]:
    (result,) = exchange(found, path).results
    return [number for number, piece in enumerate(result.pieces) if piece is not None]


def test_a_device_that_does_not_take_a_branch_gives_and_gets_nothing() -> None:
    def some(x: Any) -> Any:
        return lax.cond(x[0] > 4, lambda v: v + lax.axis_index("i"), lambda v: v, x)

    traced = trace(some, (Vmap(0, 0, "i"),), GIVEN)
    path = path_of(traced, "axis_index")
    assert present(seen(traced, path, ()), path) == [2, 3]
    none = trace(lambda x: lax.cond(x[0] > 99, lambda v: lax.psum(v, "i"), jnp.sin, x), (Vmap(0, 0, "i"),), GIVEN)
    path = path_of(none, "psum")
    assert present(seen(none, path, ()), path) == []


def test_devices_leave_a_loop_one_by_one() -> None:
    def up_to(x: Any) -> Any:
        def turn(state: Any) -> Any:
            return state[0] + lax.axis_index("i"), state[1] + 1

        return lax.while_loop(lambda state: state[1] <= lax.axis_index("i"), turn, (x, 0))[0]

    traced, remembered = trace(up_to, (Vmap(0, 0, "i"),), GIVEN), Memory()
    paths = {e.path for e in equations_of(traced.trace.original) if e.primitive == "axis_index"}
    test, body = next(p for p in paths if "cond_jaxpr" in p), next(p for p in paths if "body_jaxpr" in p)
    for turn in range(N):
        assert present(seen(traced, body, (turn,), remembered), body) == list(range(turn, N))
        assert present(seen(traced, test, (turn + 1,), remembered), test) == list(range(turn, N))


def test_without_devices_and_without_collectives_nothing_is_asked_of_pmap() -> None:
    traced = trace(scan, (Vmap(0, 0, "i"),), GIVEN)
    plain = look(traced, path_of(traced, "psum"), 1, (1,), Memory())
    assert (plain.devices, plain.exchanges, plain.not_exchanged) == (0, (), "")
    quiet = trace(lambda x: lax.fori_loop(0, 3, lambda k, c: c * 2, x), (Vmap(0, 0, "i"),), GIVEN)
    found = seen(quiet, path_of(quiet, "mul"), (1,))
    assert (found.devices, found.exchanges, found.not_exchanged) == (N, (), "")


def test_a_program_that_differs_inside_pmap_leaves_what_was_where_known(monkeypatch: pytest.MonkeyPatch) -> None:
    traced = trace(lambda x: lax.psum(calls(x), "i"), (Vmap(0, 0, "i"),), GIVEN)
    monkeypatch.setattr(pairing, "paths", lambda inside, original: None)
    lanes = on_devices(traced, N)
    assert (len(lanes.devices), lanes.why, lanes.exchanges) == (N, "", ())
    found = seen(traced, path_of(traced, "ppermute"), (1, 1))
    assert found.not_exchanged == f"On devices {DIFFERS}."


def test_what_pmap_cannot_do_is_said_and_the_pass_of_the_examples_is_there() -> None:
    traced = trace(scan, (Vmap(0, 0, "i"),), GIVEN)
    path = path_of(traced, "psum")
    found = look(traced, path, 1, (1,), Memory(), 2)
    assert found.not_exchanged == "pmap could not run this: pmap has too few devices."
    assert found.exchanges == ()
    assert found.batched.values == look(traced, path, 1, (1,), Memory()).batched.values
