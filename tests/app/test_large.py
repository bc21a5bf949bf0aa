"""Programs of thousands of equations: opened, verified, scrolled to their end and selected there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from tests.app.conftest import wait_for
from tests.bench import programs
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.trace import equations_of

TRANSFORMER = """
import jax
import jax.numpy as jnp


def norm(x, g):
    m = x.mean(-1, keepdims=True)
    return g * (x - m) / jnp.sqrt(jnp.mean((x - m) ** 2, -1, keepdims=True) + 1e-5)


def block(p, x):
    h = norm(x, p["g1"])
    q, k, v = h @ p["q"], h @ p["k"], h @ p["v"]
    a = jax.nn.softmax(jnp.where(jnp.tri(x.shape[0], dtype=bool), q @ k.T, -1e9))
    x = x + (a @ v) @ p["o"]
    return x + jax.nn.gelu(norm(x, p["g2"]) @ p["a"]) @ p["b"]


def loss(params, x):
    for p in params:
        x = block(p, x)
    return jnp.mean(x**2)


def step(params, x):
    return jax.grad(loss)(params, x)
"""
LAYER = '{"q": f32[8,8], "k": f32[8,8], "v": f32[8,8], "o": f32[8,8], "a": f32[8,16], "b": f32[16,8], "g1": f32[8], "g2": f32[8]}'
LARGE = {
    "10,000 flat": (programs.flat(10_000, 0), "f", "f32[5,3]", "0", 9_999),
    "2,000 in a scan in a jit": (programs.nested(2_000, 0), "f", "f32[5,3]", "0", 2_001),
    "12 layers and their gradient": (
        TRANSFORMER,
        "step",
        f"[{', '.join([LAYER] * 12)}], f32[5,6,8]",
        "(None, 0)",
        1_500,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_program_is_opened_scrolled_and_selected(name: str, qtbot: QtBot, make: Callable[..., App]) -> None:
    source, function, arguments, in_axes, least = LARGE[name]
    app = make(Experiment(source, function, arguments, (Vmap(in_axes),)), time_limit_s=60.0)
    session = wait_for(qtbot, app, lambda s: s.picture is not None and s.picture.trace.exact is not None)
    assert session.picture is not None
    trace = session.picture.trace
    assert trace.exact
    assert len(list(equations_of(trace.batched))) >= least
    view = app.window.programs.view
    assert view.layout_ is not None
    row = [row for row in view.layout_.rows[0] if row.kind == "equation"][-1]
    app.store.apply(partial(actions.select, path=row.root))
    bar = view.verticalScrollBar()
    assert bar.value() > 0
    assert bar.value() <= row.y <= bar.value() + view.viewport().height()
    assert app.window.sentence.text()
    bar.setValue(0)
    view.grab()
    assert app.store.session.selected == row.root
