"""pmap's program in the whole app, made by the real worker on its devices."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.app.conftest import message, press, wait_done, wait_for
from tests.there import there
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.scenes.scene import Text
from vmapviz.model.trace import equations_of
from vmapviz.model.what import GALLERY


def primitives(app: App) -> list[str]:
    placed = app.window.programs.view.layout_
    return [r.equation.primitive for r in placed.rows[1] if r.kind == "equation" and r.equation] if placed else []


def test_the_switch_shows_pmaps_program_and_an_edit_refreshes_it(qtbot: QtBot, app: App) -> None:
    QTest.mouseClick(app.window.programs.switch.segments[1], Qt.MouseButton.LeftButton)
    session = wait_for(qtbot, app, lambda s: s.pmapped)
    assert session.pmapped is not None
    assert (session.pmapped.exact, session.pmapped.levels[0].devices) == (True, 5)
    lanes = wait_for(qtbot, app, lambda s: s.lanes).lanes
    assert lanes is not None
    assert (len(lanes.devices), lanes.arguments[1].name, lanes.arguments[1].axis) == (5, "v", 0)
    assert app.window.bottom.picture.scene().title == "On the host"
    assert primitives(app) == ["jit", "shard_map", "squeeze", "dot_general", "broadcast_in_dim"]
    app.store.apply(partial(actions.select, path="0"))
    assert "each of the 5 devices runs it" in app.window.sentence.text()
    app.store.apply(partial(actions.set_argument, index=1, text="f32[16,3]"))
    session = wait_for(qtbot, app, lambda s: s.pmapped and s.pmapped.levels[0].size == 16)
    assert session.pmapped is not None
    assert (session.pmapped.levels[0].devices, session.pmapped.levels[0].each) == (8, 2)
    wait_done(qtbot, app)
    press(app, "Ctrl+P")
    assert app.store.session.by == "vmap"
    assert "shard_map" not in primitives(app)


MIX = """import jax.numpy as jnp
from jax import lax


def mix(x):
    def turn(c, y):
        return lax.ppermute(c + y, "i", [(k, (k + 1) % 4) for k in range(4)]), lax.psum(c, "i")

    return lax.scan(turn, x.sum(), x)
"""


def texts(app: App) -> dict[str, str]:
    """What is written in the picture, by key."""
    return {item.key: item.text for item in app.window.bottom.picture.scene().items if isinstance(item, Text)}


def test_in_a_loop_the_devices_show_what_they_exchange_in_the_chosen_iteration(qtbot: QtBot, app: App) -> None:
    levels = (Vmap("0", axis_name="i"),)
    mix = Experiment(MIX, "mix", "jnp.arange(12.0).reshape(4, 3)", levels=levels)
    app.store.apply(partial(actions.open_experiment, experiment=mix))
    trace = there(wait_done(qtbot, app).picture).trace
    shift = next(e.path for e in equations_of(trace.original) if e.primitive == "ppermute")
    app.store.apply(partial(actions.select, path=shift))
    wait_for(qtbot, app, actions.is_there)
    assert "on 4 devices" not in texts(app).values()
    press(app, "Ctrl+P")
    wait_for(qtbot, app, lambda s: s.inside and s.inside.devices == 4)
    app.store.apply(partial(actions.set_turn, loop=0, turn=1))
    wait_for(qtbot, app, actions.is_there)
    seen = texts(app)
    assert seen["heading"] == "on 4 devices"
    assert [seen[f"lane{number}.name"] for number in range(4)] == [f"device {number}" for number in range(4)]
    x = np.arange(12.0).reshape(4, 3)
    given = np.roll(x.sum(1) + x[:, 0], 1) + x[:, 1]
    assert [float(seen[f"l0.{number}:#"]) for number in range(4)] == given.tolist()
    assert [float(seen[f"m0.{number}:#"]) for number in range(4)] == np.roll(given, 1).tolist()
    press(app, "Ctrl+P")
    assert "on 4 devices" not in texts(app).values()
    wait_done(qtbot, app)


def test_a_batch_that_cannot_be_cut_says_why_over_the_programs_and_offers_devices_that_do(
    qtbot: QtBot, app: App
) -> None:
    devices = app.store.session.sweep.devices
    app.store.apply(partial(actions.set_argument, index=1, text="f32[9,3]"))
    wait_done(qtbot, app)
    press(app, "Ctrl+P")
    session = wait_for(qtbot, app, lambda s: s.by_problem)
    assert message(app).startswith("9 examples cannot be shared out over 8 devices.")
    assert session.by_problem is not None
    app.act(session.by_problem.actions[0])
    session = wait_for(qtbot, app, lambda s: s.pmapped)
    assert session.pmapped is not None
    assert (session.pmapped.levels[0].devices, session.pmapped.levels[0].each) == (3, 3)
    assert message(app) == ""
    wait_done(qtbot, app)
    app.store.apply(partial(actions.set_devices, devices=devices))
    wait_done(qtbot, app)


def test_two_levels_say_that_there_is_no_such_program_and_vmaps_is_one_step_away(qtbot: QtBot, app: App) -> None:
    app.files.open_example(f"{GALLERY}pairwise_distances")
    wait_done(qtbot, app)
    press(app, "Ctrl+P")
    wait_for(qtbot, app, lambda s: s.by_problem)
    assert message(app).startswith("pmap's program is shown for one vmap.")
    QTest.keyClick(app.window.programs_area, Qt.Key.Key_Escape)
    assert (message(app), app.store.session.by) == ("", "vmap")
