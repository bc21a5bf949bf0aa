"""Loops inside calls and branches are counted where that is cheap and safe, and only there."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from jax import lax

from vmapviz.engine import counting
from vmapviz.engine.calls import Vmap
from vmapviz.engine.evaluate import values
from vmapviz.engine.trace import Traced, trace

GIVEN = np.array([3, 0, 70], np.float32)


def doubled(x: Any) -> Any:
    """Doubled, and one more, until it is 100 or more."""
    return lax.while_loop(lambda s: s < 100, lambda s: s * 2 + 1, x)


def traced(fun: Any, *given: Any) -> Traced:
    return trace(fun, (Vmap(0, 0), *(Vmap(0, 0) for _ in range(np.ndim(given[0]) - 1))), *given)


def test_the_way_to_a_loop_tells_two_uses_of_one_body_apart() -> None:
    helper = jax.jit(doubled)
    found = values(traced(lambda x: helper(helper(x) - 80), GIVEN))
    assert found.inner == {"0.jaxpr.0": (5, 7, 1), "2.jaxpr.0": (2, 2, 1)}
    assert found.inner_one[2] == {"0.jaxpr.0": (1,), "2.jaxpr.0": (1,)}
    assert found.turning == {}


def test_under_two_vmaps_every_example_is_counted() -> None:
    found = values(traced(jax.jit(doubled), np.stack([GIVEN, GIVEN[::-1]])))
    assert found.inner == {"0.jaxpr.0": (5, 7, 1, 1, 7, 5)}


@pytest.mark.parametrize("taken", [0, 1])
def test_of_a_branch_that_is_not_taken_nothing_is_said(taken: int) -> None:
    at = np.int32(taken)
    fun = lambda x: lax.switch(at, [doubled, lambda x: doubled(x + 1)], x)  # noqa: E731
    found = values(traced(jax.jit(fun), GIVEN))
    assert [way.split(".")[-2] for way in found.inner] == [f"branches[{taken}]"]


def test_nothing_that_does_more_than_compute_is_run_again(capsys: pytest.CaptureFixture[str]) -> None:
    def told(x: Any) -> Any:
        jax.debug.print("here")
        return doubled(x)

    found = values(traced(jax.jit(told), GIVEN))
    jax.effects_barrier()
    assert (found.inner, found.inner_one[0]) == ({}, {})
    assert capsys.readouterr().out.count("here") == 1 + len(GIVEN)  # all at once, and each alone


def test_what_takes_too_long_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BUDGET_S", 0.0)
    assert values(traced(jax.jit(doubled), GIVEN)).inner == {}
