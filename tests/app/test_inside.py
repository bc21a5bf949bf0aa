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
from vmapviz.model.session import Session

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
    """What never ends is stopped at the limit; its first iterations say why."""
    app = make(experiment("newton steps"), time_limit_s=2.0)
    wait_done(qtbot, app)
    text = app.store.session.experiment.source.replace("0.5 * (x + a / x)", "x + 0 * a")
    app.store.apply(lambda session: actions.edit_source(session, text))
    wait_for(qtbot, app, lambda s: s.run_problem is not None and s.worker.ready)
    app.store.apply(lambda session: actions.select(session, BODY))
    app.store.apply(lambda session: replace(session, time_limit_s=60.0))
    seen = wait_for(qtbot, app, is_seen)
    assert seen.inside is not None
    assert not seen.inside.ended
