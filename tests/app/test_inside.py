"""Looking into a loop in the whole app, with its real worker and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.app.conftest import activate, experiment, wait_done, wait_for
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Session
from vmapviz.model.trace import equations_of

BODY = "0.body_jaxpr.0"


def is_seen(session: Session) -> bool:
    return actions.is_there(session) and session.jobs.look is None


def test_the_iterations_of_a_loop_are_gone_through(qtbot: QtBot, make: Callable[..., App]) -> None:
    app = make(experiment("newton steps"))
    wait_done(qtbot, app)
    activate(qtbot, app)
    app.store.apply(lambda session: actions.select(actions.set_tab(session, "values"), BODY))
    first = wait_for(qtbot, app, is_seen)
    assert first.inside is not None
    assert first.inside.one.values["d"].cells == (4.0,)
    (slider,) = app.window.bottom.turns.sliders
    assert slider.isVisible()
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    second = wait_for(qtbot, app, lambda s: is_seen(s) and s.turn == (1,))
    assert second.inside is not None
    assert second.inside.one.values["d"].cells == (2.5,)
    QTest.keyClick(slider, Qt.Key.Key_End)
    last = wait_for(qtbot, app, lambda s: is_seen(s) and s.turn == (slider.maximum(),))
    assert last.inside is not None
    assert last.inside.one.why == "done after 4 iterations"
    assert last.inside.batched.values["d"].cells[3] == pytest.approx(10, rel=1e-5)
    words = app.window.bottom.panels["values"].sheet.accessibleDescription()
    assert words.startswith("Example 0: done after 4 iterations.")


def test_an_endless_loop_can_be_looked_into(qtbot: QtBot, make: Callable[..., App]) -> None:
    """What never ends is stopped at the limit; the next worker looks into it, and its first iterations say why."""
    app = make(experiment("newton steps"))
    assert wait_done(qtbot, app).result is not None
    app.store.apply(lambda session: replace(actions.select(session, BODY), time_limit_s=4.0))
    text = app.store.session.experiment.source.replace("0.5 * (x + a / x)", "x + 0 * a")
    app.store.apply(lambda session: actions.edit_source(session, text))
    wait_for(qtbot, app, lambda s: s.run_problem is not None and s.worker.ready)
    app.store.apply(lambda session: replace(session, time_limit_s=60.0))
    seen = wait_for(qtbot, app, is_seen)
    assert seen.inside is not None
    assert not seen.inside.ended


WRONG_RULE = """
import jax.numpy as jnp
from jax import lax
from jax.custom_batching import custom_vmap


@custom_vmap
def soft(x):
    return jnp.tanh(x)


@soft.def_vmap
def rule(size, batched, x):
    return jnp.tanh(x) * jnp.where(jnp.arange(size) == 1, 1.02, 1.0), True


def f(x):
    return lax.fori_loop(0, 6, lambda n, x: soft(x + n), x)
"""


def test_a_wrong_rule_is_found_by_following_its_example(qtbot: QtBot, make: Callable[..., App]) -> None:
    """The value first differs inside the loop; a press on the line above the values goes there, to its iteration."""
    app = make(Experiment(WRONG_RULE, "f", "f32[3]"))
    wait_done(qtbot, app)
    activate(qtbot, app)
    app.store.apply(lambda session: actions.set_tab(session, "values"))
    line = app.window.bottom.panels["values"].match
    wait_for(qtbot, app, lambda s: s.matching is not None and s.matching.whole and s.jobs.match is None)
    assert line.text.text().endswith("values agree for example 0")
    app.store.apply(lambda session: actions.follow(session, (1,)))
    wait_for(qtbot, app, lambda s: actions.matched(s) is not None and not actions.running(s))
    assert line.first.isVisible()
    line.first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(line.first, Qt.Key.Key_Space)
    seen = wait_for(qtbot, app, is_seen)
    assert seen.picture is not None
    path = seen.selected or ""
    assert next(e.primitive for e in equations_of(seen.picture.trace.original) if e.path == path) == "custom_vmap_call"
    assert seen.turn == (0,)
    assert "Here example 1 differs first" in app.window.programs.view.accessibleDescription()
