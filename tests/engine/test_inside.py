"""What is shown of one pass through a body is what JAX's own loop computes there, and what is not run is said."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from vmapviz import Vmap
from vmapviz.engine import inside as engine
from vmapviz.engine.compat import opened
from vmapviz.engine.inside import Memory, look
from vmapviz.engine.loops import KEPT_BYTES, MOST_KEPT, Loop
from vmapviz.engine.trace import Traced, trace
from vmapviz.model.inside import Inside, loops
from vmapviz.model.trace import equations_of
from vmapviz.model.values import Preview

ROOTS = np.array([4.0, 9.0, 2.0, 100.0, 1.0], np.float32)


def newton(a: Any) -> Any:
    return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-5 * a, lambda x: 0.5 * (x + a / x), a)


def newton_by_hand(a: float) -> list[np.float32]:
    """The state before every turn and after the last."""
    states = [np.float32(a)]
    while abs(states[-1] * states[-1] - np.float32(a)) > np.float32(1e-5) * np.float32(a):
        states.append(np.float32(0.5) * (states[-1] + np.float32(a) / states[-1]))
    return states


def decay(x: Any) -> Any:
    return lax.scan(lambda c, y: (c * 0.5 + y, jnp.sin(c)), 1.0, x, reverse=True)


def both(y: Any) -> Any:
    def row(c: Any, end: Any) -> Any:
        return lax.while_loop(lambda s: s[1] < end, lambda s: (s[0] * 1.5, s[1] + 1), (c, 0.0))

    return lax.scan(lambda c, end: (row(c, end)[0], c), y, jnp.arange(4.0))


def made(fun: Any, *arguments: Any, levels: tuple[Vmap, ...] = (Vmap(),)) -> Traced:
    return trace(fun, levels, *arguments)


def paths(traced: Traced, primitive: str, number: int = 0) -> list[str]:
    return [e.path for e in equations_of(traced.trace.programs[number]) if e.primitive == primitive and "." in e.path]


def array(preview: Preview | None) -> Any:
    assert preview is not None
    return np.array(preview.cells).reshape(preview.shape)


def seen(traced: Traced, path: str, example: int = 0, *turn: int, remembered: Memory | None = None) -> Inside:
    return look(traced, path, example, turn, remembered or Memory())


@pytest.mark.parametrize("example", range(4))
def test_every_state_of_a_while_is_that_of_the_loop_run_by_hand(example: int) -> None:
    traced, remembered = made(newton, ROOTS), Memory()
    (path,) = paths(traced, "div")
    states = newton_by_hand(float(ROOTS[example]))
    for turn in reversed(range(len(states) - 1)):
        found = seen(traced, path, example, turn, remembered=remembered)
        assert found.turn == (turn,)
        a, x, quotient, *_ = found.one.values.values()
        assert array(a) == ROOTS[example]
        assert array(x) == pytest.approx(states[turn], rel=1e-6)
        assert array(quotient) == pytest.approx(ROOTS[example] / states[turn], rel=1e-6)
        assert array(found.batched.values["d"])[example] == pytest.approx(states[turn], rel=1e-6)
    assert found.counts == (max(len(newton_by_hand(float(root))) - 1 for root in ROOTS),)
    last = seen(traced, path, example, 1000)
    assert last.turn == (last.counts[0] - 1,)
    longest = len(states) - 1 == last.counts[0]
    assert last.one.why == ("" if longest else f"done after {len(states) - 1} iterations")


def test_an_example_that_is_done_at_once_is_said() -> None:
    assert seen(made(newton, ROOTS), "0.body_jaxpr.0", 4).one.why == "the loop makes no iteration"


def test_a_batched_while_says_for_whom_a_turn_counts() -> None:
    traced = made(newton, ROOTS)
    needed = np.array([len(newton_by_hand(float(root))) - 1 for root in ROOTS])
    assert len(set(needed)) > 2
    for turn in range(max(needed)):
        live = seen(traced, paths(traced, "div")[0], 0, turn).live
        assert (live is None) == bool((turn < needed).all())
        assert live is None or (array(live) == (turn < needed)).all()
    check = seen(traced, paths(traced, "gt")[0], 3, 0)
    assert check.counts == (max(needed) + 1,)
    assert check.live is None
    assert (array(seen(traced, paths(traced, "gt")[0], 3, 2).live) == (needed >= 2)).all()


def test_examples_that_are_done_stay_as_they_are() -> None:
    traced = made(
        lambda x: lax.while_loop(lambda s: s < 100, lambda s: s * 2, x), np.array([1.0, 30.0, 70.0], np.float32)
    )
    states = [array(seen(traced, paths(traced, "mul")[0], 0, turn).batched.values["c"]).tolist() for turn in range(7)]
    assert states[:4] == [[1, 30, 70], [2, 60, 140], [4, 120, 140], [8, 120, 140]]
    assert states[-1] == [64, 120, 140]


@pytest.mark.parametrize("axes", [(0, 0), (1, 1), (0, None)])
def test_who_is_done_is_told_per_level_outermost_first(axes: tuple[int, int | None]) -> None:
    inner, outer = axes
    roots = jnp.arange(6.0).reshape(2, 3) + 1 if outer is not None else jnp.arange(1.0, 4.0)
    levels = (Vmap(inner if outer is None else 0), Vmap(outer, axis_size=None if outer is not None else 2))
    traced = made(newton, roots, levels=levels)
    table = roots if outer == 0 else roots.T if outer is not None else jnp.broadcast_to(roots, (2, 3))
    needed = np.array([[len(newton_by_hand(float(a))) - 1 for a in row] for row in table])
    found = seen(traced, paths(traced, "div")[0], 0, 3)
    assert (array(found.live) == (needed > 3)).all()


def test_a_scan_goes_through_its_entries_backwards_when_it_is_reversed() -> None:
    x = jnp.arange(15.0).reshape(5, 3)
    traced = made(decay, x)
    (path,) = paths(traced, "sin")
    carry = np.ones(5)
    for turn in range(3):
        found = seen(traced, path, 2, turn)
        assert found.counts == (3,)
        assert found.live is None
        c, y, *_, sine = (found.one.values[name] for name in found.one.values)
        assert array(c) == pytest.approx(carry[2])
        assert array(y) == x[2, 2 - turn]
        assert array(sine) == pytest.approx(np.sin(carry[2]), rel=1e-5)
        carry = carry * 0.5 + np.asarray(x[:, 2 - turn])


def test_nested_loops_have_a_turn_each() -> None:
    traced, remembered = made(both, jnp.array([1.0, 2.0])), Memory()
    (path,) = paths(traced, "mul")
    assert len(loops(traced.trace, path)) == 2
    state = np.array([1.0, 2.0])
    for outer in range(4):
        for inner in range(outer):
            found = seen(traced, path, 1, outer, inner, remembered=remembered)
            assert (found.turn, found.counts) == ((outer, inner), (4, outer))
            values = list(found.one.values.values())
            assert array(values[0]) == pytest.approx(state[1] * 1.5**inner)
            assert array(values[1]) == inner
        state = state * 1.5**outer
    none = seen(traced, path, 1, 0, 0)
    assert none.one.why == none.batched.why == "the loop makes no iteration"


def test_a_long_loop_keeps_few_states_and_knows_every_turn() -> None:
    jaxpr = jax.make_jaxpr(
        lambda x: lax.while_loop(lambda s: s[0] < 10_000, lambda s: (s[0] + 1, s[1] * 0.999), (0, x))
    )(1.0)
    (equation,) = opened(jaxpr).eqns
    loop = Loop(equation, [0, 1.0])
    assert loop.count(engine.Clock(60)) == 10_000
    for turn in (0, 1, 63, 64, 65, 5_000, 9_999):
        assert int(loop.body(turn)[0]) == turn
    assert len(loop._kept) <= MOST_KEPT + 1
    large = Loop(equation, [0, jnp.ones(KEPT_BYTES // 32)])
    large.body(40)
    assert len(large._kept) <= 9


def test_a_loop_that_does_not_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUDGET_S", 0.2)
    traced = made(lambda x: lax.while_loop(lambda s: s < 1e30, lambda s: s + 0.0, x), jnp.arange(3.0))
    found = seen(traced, paths(traced, "add")[0], 1, 5)
    assert not found.ended
    assert found.counts[0] > 5
    assert found.turn == (5,)


def test_a_condition_that_stays_one_takes_one_branch() -> None:
    traced = made(lambda p, x: lax.cond(p, jnp.sin, jnp.cos, x), True, jnp.arange(3.0), levels=(Vmap((None, 0)),))
    taken, other = (seen(traced, paths(traced, name)[0], 1) for name in ("sin", "cos"))
    assert array(list(taken.batched.values.values())[-1]) == pytest.approx(np.sin(np.arange(3)))
    assert array(list(taken.one.values.values())[-1]) == pytest.approx(np.sin(1.0))
    assert other.one.why == other.batched.why == "branch 1 is taken instead"
    assert not other.one.values
    assert not other.batched.values


def test_a_condition_that_became_a_selection_counts_for_those_that_take_the_branch() -> None:
    x = jnp.array([4.0, -1.0, 9.0, 0.0])
    traced = made(lambda x: lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x), x)
    root, zero = (seen(traced, paths(traced, name)[0], 1) for name in ("sqrt", "mul"))
    assert (array(root.live) == (x > 0)).all()
    assert (array(zero.live) == (x <= 0)).all()
    assert root.one.why == "branch 0 is taken instead"
    assert array(list(zero.one.values.values())[-1]) == 0


def test_of_a_switch_in_a_loop_only_those_count_that_take_the_branch_and_still_run() -> None:
    def step(s: Any) -> Any:
        n, x = s
        return n + 1, lax.switch(n, [jnp.sin, jnp.cos, lambda x: x * 2.0], x)

    def fun(n: Any, x: Any) -> Any:
        return lax.while_loop(lambda s: s[0] < 3, step, (n, x))

    starts = jnp.array([0, 1, 2, 3])
    traced = made(fun, starts, jnp.ones(4))
    for turn in range(3):
        for branch, name in enumerate(("sin", "cos")):
            live = array(seen(traced, paths(traced, name)[0], 0, turn).live)
            assert (live == (starts + turn == branch)).all()


CALLS = {
    "jit": lambda x: jax.jit(lambda x: jnp.sin(x) + 1)(x),
    "custom_jvp": lambda x: _custom(x),
    "checkpoint": lambda x: jax.checkpoint(lambda x: jnp.sin(x) + 1)(x),
    "map": lambda x: lax.map(lambda y: jnp.sin(y) + 1, jnp.stack([x, x]))[0],
}


@jax.custom_jvp
def _custom(x: Any) -> Any:
    return jnp.sin(x) + 1


_custom.defjvp(lambda primals, tangents: (_custom(*primals), tangents[0]))


@pytest.mark.parametrize("name", CALLS)
def test_bodies_of_calls_are_looked_into(name: str) -> None:
    x = jnp.arange(3.0)
    traced = made(CALLS[name], x)
    found = seen(traced, paths(traced, "sin")[0], 2)
    assert array(list(found.one.values.values())[-1]) == pytest.approx(np.sin(2.0) + 1)
    assert array(list(found.batched.values.values())[-1]) == pytest.approx(np.sin(np.arange(3.0)) + 1)


def test_what_vmap_inserted_in_a_body_is_seen_too() -> None:
    traced = made(
        lambda m, x: lax.scan(lambda c, _: (c + x @ m, c[0]), x, None, length=3),
        jnp.eye(2),
        jnp.ones((4, 2)),
        levels=(Vmap((None, 0)),),
    )
    inserted = [e.path for e in equations_of(traced.trace.batched) if e.origin is None and "." in e.path]
    for path in inserted:
        found = seen(traced, f"+{path}", 0, 2)
        assert (found.turn, found.counts) == ((2,), (3,))
        assert found.batched.values
        assert found.one.why == found.one.values.get("", "")


def test_a_function_that_needs_all_examples_has_values_for_all() -> None:
    traced = made(
        lambda x: jax.jit(lambda x: x / lax.psum(x, "i"))(x), jnp.arange(1.0, 4.0), levels=(Vmap(axis_name="i"),)
    )
    found = seen(traced, paths(traced, "div")[0], 1)
    assert "needs all examples at once" in found.one.why
    assert array(list(found.batched.values.values())[-1]) == pytest.approx(np.arange(1.0, 4.0) / 6)


def test_random_keys_are_carried() -> None:
    def fun(key: Any) -> Any:
        return lax.scan(lambda k, _: (jax.random.split(k)[0], jax.random.normal(k)), key, None, length=4)[1]

    keys = jax.random.split(jax.random.key(0), 3)
    traced = made(fun, keys)
    path = next(e.path for e in traced.trace.original.equations[-1].subprograms[0][1].equations)
    found = seen(traced, path, 1, 3)
    assert found.counts == (4,)
    assert not found.one.why
    assert not found.batched.why


@pytest.mark.skipif(not hasattr(jax, "new_ref"), reason="references came later")
def test_a_body_that_writes_to_a_reference_is_left_alone() -> None:
    def fun(x: Any) -> Any:
        ref = jax.new_ref(x)
        lax.fori_loop(0, 3, lambda i, c: (jax.ref.addupdate(ref, ..., jnp.sin(c)), c)[1], x)
        return ref[...]

    traced = made(fun, jnp.arange(3.0))
    found = seen(traced, paths(traced, "sin")[0], 1)
    assert found.one.why == found.batched.why == "the body may write to a reference, so it is not evaluated by itself"


def test_a_body_that_is_a_rule_is_not_evaluated_by_itself() -> None:
    traced = made(lambda x: jnp.zeros(3).at[jnp.array([0, 0])].add(x), jnp.arange(3.0))
    path = next(path for path in paths(traced, "add") if "update_jaxpr" in path)
    assert seen(traced, path, 1).one.why.endswith("is not evaluated by itself")


def test_one_of_several_programs_of_an_equation_is_not_evaluated_by_itself() -> None:
    solve = lambda x: lax.custom_linear_solve(lambda v: 2.0 * v, x, lambda matvec, b: b / 2.0)  # noqa: E731
    traced = made(solve, jnp.ones((2, 3)))
    whys = {seen(traced, path).one.why for path in (*paths(traced, "mul"), *paths(traced, "div"))}
    assert whys == {"the body of custom_linear_solve is not evaluated by itself"}


def test_a_pass_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUDGET_S", -1.0)
    traced = made(decay, jnp.ones((2, 3)))
    found = seen(traced, paths(traced, "sin")[0], 0)
    assert found.batched.why == found.one.why == "it took longer than -1 s"


def test_a_while_in_a_body_is_there_turn_by_turn() -> None:
    traced = trace(jax.jit(newton), (Vmap(0),), ROOTS)
    found = look(traced, "0.jaxpr.0", 2, (), Memory())
    by_hand = [newton_by_hand(root) for root in ROOTS.tolist()]
    (together,), (alone,) = found.batched.turning.values(), found.one.turning.values()
    assert together.turns == tuple(len(states) - 1 for states in by_hand)
    assert alone.turns == (len(by_hand[2]) - 1,)
    assert alone.made is not None
    np.testing.assert_allclose(np.array(alone.made.cells, float), by_hand[2][1:], rtol=1e-6)
