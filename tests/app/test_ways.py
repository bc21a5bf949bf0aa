"""The Python of every way is there before the first sweep, in the app with its real workers, and is what the sweep then runs."""

from __future__ import annotations

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.app.conftest import wait_for
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.actions.writing import ways_now
from vmapviz.model.session import Sweep
from vmapviz.model.timing import VARIANTS

DEVICES = ("loop jit split", "pmap", "shard_map")
SWEEP = Sweep(variants=DEVICES, batches=(3, 4), devices=2, budget_s=0.1)


def test_what_the_popup_tells_is_what_the_sweep_runs(qtbot: QtBot, app: App) -> None:
    app.store.apply(lambda session: replace(session, sweep=SWEEP, timings=None))
    app.store.apply(lambda session: actions.set_tab(session, "timing"))
    known = ways_now(wait_for(qtbot, app, ways_now))
    assert tuple(known) == VARIANTS
    popup = app.window.bottom.panels["timing"].bar.popup
    for name in DEVICES:
        assert known[name].code in popup.boxes[name].accessibleDescription()
        popup._tell(name)
        assert popup.about.code.edit.toPlainText() == known[name].code
    assert known["pmap"].refused == ((3, "2 devices do not divide 3"),)
    app.window.run_command("measure")
    timings = wait_for(qtbot, app, lambda s: s.jobs.time is None and s.timings).timings
    assert {series.variant: series.code for series in timings.series} == {name: known[name].code for name in DEVICES}
