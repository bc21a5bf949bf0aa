"""Nested vmaps in the whole app: added, stepped through, moved and removed, with what the worker makes of each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.app.conftest import activate, press, wait_done
from vmapviz.export.table import EXPORTS
from vmapviz.gui.app import App
from vmapviz.gui.panels.level_head import INWARDS, OUTWARDS, MovableHead
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.session import Session

TXT = {export.id: export for export in EXPORTS}["txt"]


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def head(app: App, level: int) -> MovableHead:
    found = app.window.function.argument_levels[level].head
    assert found is not None
    return found


def columns(app: App) -> list[int]:
    return [column.number for column in app.window.programs.view.columns]


def done(qtbot: QtBot, app: App) -> Session:
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.picture is not None
    assert session.picture.trace.exact
    assert session.result is not None
    assert all(all(check.same) for check in session.result.checks)
    return session


SOURCE = "import jax.numpy as jnp\n\ndef wave(x, w):\n    return jnp.sin(x * w)\n"
WAVE = Experiment(SOURCE, "wave", "x=f32[4,2], w=f32[2]", (Vmap("(0, None)"),))


def with_levels(qtbot: QtBot, app: App, count: int) -> Session:
    app.store.apply(partial(actions.open_experiment, experiment=WAVE))
    while len(app.store.session.experiment.levels) < count:
        click(app.window.function.count.add)
    session = done(qtbot, app)
    activate(qtbot, app)
    press(app, "Ctrl+2")
    return session


def test_four_programs_are_gone_through_two_at_a_time(qtbot: QtBot, app: App) -> None:
    with_levels(qtbot, app, 3)
    bar = app.window.programs.levels
    assert bar.isVisible()
    press(app, "PgDown")
    told = []
    for keys, seen in (("]", [1, 2]), ("Alt+Down", [2, 3]), ("]", [2, 3]), ("[", [1, 2]), ("Alt+Up", [0, 1])):
        press(app, keys)
        assert columns(app) == seen, keys
        told.append(app.window.sentence.text())
    assert told[1] == told[2]
    assert len(set(told)) == 3, "a sentence per pair"
    assert bar.vmaps is not None
    click(bar.vmaps.segments[2])
    assert columns(app) == [2, 3]
    exported = TXT.of(app.store.session).decode()
    assert "One example" not in exported
    assert exported.count("{ lambda") == 2


def test_a_vmap_moves_and_the_answers_stay(qtbot: QtBot, app: App) -> None:
    before = with_levels(qtbot, app, 2)
    assert before.result is not None
    for level, by in ((1, INWARDS), (0, OUTWARDS)):
        click(head(app, level).steps[by])
        after = done(qtbot, app)
        assert after.result is not None
        assert after.result.leaves[0].batched == before.result.leaves[0].batched
    assert after.experiment == before.experiment
    press(app, "Ctrl+Z")
    moved = done(qtbot, app)
    assert moved.experiment.levels != before.experiment.levels
    assert moved.result is not None
    assert moved.result.leaves[0].batched == before.result.leaves[0].batched


def test_three_programs_are_shown_as_the_user_wants_and_one_vmap_less_needs_no_choice(qtbot: QtBot, app: App) -> None:
    with_levels(qtbot, app, 2)
    assert columns(app) == [0, 1, 2]
    choice = app.window.function.shown.choice
    click(choice.segments[1])
    assert columns(app) == [0, 1]
    press(app, "Ctrl+2")
    press(app, "]")
    assert columns(app) == [1, 2]
    click(head(app, 0).remove)
    done(qtbot, app)
    assert columns(app) == [0, 1]
    assert not choice.isVisible()
    assert not app.window.programs.levels.isVisible()


def test_the_same_by_commands(qtbot: QtBot, app: App) -> None:
    window, before = app.window, with_levels(qtbot, app, 2)
    window.run_command("move_level")
    assert done(qtbot, app).experiment.levels != before.experiment.levels
    window.run_command("two_levels")
    assert columns(app) == [0, 1]
    window.run_command("level_outwards")
    assert columns(app) == [1, 2]
    window.run_command("level_inwards")
    assert columns(app) == [0, 1]
    window.run_command("two_levels")
    assert columns(app) == [0, 1, 2]
    window.run_command("remove_level")
    assert len(done(qtbot, app).experiment.levels) == 1
    window.run_command("add_level")
    assert len(done(qtbot, app).experiment.levels) == 2
