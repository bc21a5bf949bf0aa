"""The Timing tab: what it shows in every state, and what its controls ask for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from pyqtgraph import AxisItem
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QApplication, QGraphicsTextItem
from pytestqt.qtbot import QtBot

from tests.model.sweeps import SIZES, sweep
from vmapviz.gui import theme
from vmapviz.gui.panels.timing import TimingPanel
from vmapviz.gui.panels.timing_side import CompileBars
from vmapviz.gui.plot import TimingPlot
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Ready
from vmapviz.model.problem import Problem
from vmapviz.model.session import Jobs, Lecture, Session, Worker
from vmapviz.model.theme import LECTURE_ZOOM, THEMES
from vmapviz.model.timing_text import csv_text

READY = Ready("0.10.2", "3.11.7", "cpu", ("cpu0",) * 8, False, 2, "Intel Xeon, 2 cores")
IDLE = Session(
    worker=Worker("ready", READY), experiment=Experiment(function="layer", arguments="W=f32[64,64], x=f32[5,64]")
)
DONE = replace(IDLE, timings=sweep(), progress=1.0)
RUNNING = replace(
    IDLE, timings=sweep("loop", "vmap", sizes=3), jobs=Jobs(3, time=3), doing="vmap, 64 examples", progress=0.4, remaining_s=12
)  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot) -> TimingPanel:
    made = TimingPanel()
    qtbot.addWidget(made)
    made.resize(910, 360)
    made.show()
    made.show_session(IDLE, IDLE)
    return made


@pytest.fixture
def wanted(panel: TimingPanel) -> list[Callable[[Session], Session]]:
    asked: list[Callable[[Session], Session]] = []
    panel.wants.connect(asked.append)
    return asked


def test_before_measuring_it_says_how_long_it_takes(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    assert panel.stack.currentWidget() is panel.empty
    assert "takes about 20 s" in panel.empty._time.accessibleName()
    qtbot.mouseClick(panel.empty.measure, Qt.MouseButton.LeftButton)
    started = wanted[0](IDLE)
    assert started.jobs == Jobs(1, time=1)


def test_before_jax_has_started_nothing_can_be_measured(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, Session())
    assert not panel.empty.measure.isEnabled()
    assert not panel.bar.run.isEnabled()


def test_points_appear_while_it_measures_and_stop_stops(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, RUNNING)
    assert panel.stack.currentWidget() is panel.plot
    assert panel.plot.plan is not None
    assert [len(curve.points) for curve in panel.plot.plan.curves] == [3, 3]
    assert panel.caption.text() == "Measuring vmap, 64 examples, about 10 s left"
    assert not panel.line.isHidden()
    assert panel.bar.run.text() == "Stop"
    qtbot.mouseClick(panel.bar.run, Qt.MouseButton.LeftButton)
    stopped = wanted[0](RUNNING)
    assert stopped.jobs.time is None
    panel.show_session(RUNNING, stopped)
    assert panel.caption.text() == "Stopped."
    assert panel.stack.currentWidget() is panel.plot
    more = replace(RUNNING, timings=sweep("loop", "vmap", sizes=4))
    panel.show_session(RUNNING, more)
    assert [len(curve.points) for curve in panel.plot.plan.curves] == [4, 4]


def test_a_whole_run_is_told_in_words(panel: TimingPanel) -> None:
    panel.show_session(IDLE, DONE)
    assert panel.line.isHidden()
    assert panel.sentence.label.accessibleName().startswith("1024 examples take 2.7 ms with jit(vmap)")
    words = panel.side.words()
    for text in (
        "All six gave the same result",
        "loop at 4096",
        "would pass the 2 s budget",
        "jit(loop) at 256 and up",
        "4 CPU devices on 2 cores",
        "Intel Xeon",
    ):
        assert text in words
    assert "loop: 1: 130 µs" in panel.plot.accessibleDescription()


def test_a_missing_check_is_a_warning(panel: TimingPanel) -> None:
    panel.show_session(IDLE, replace(DONE, timings=sweep(agreed="")))
    assert "Answers not compared" in panel.side.words()


def test_a_problem_is_shown_where_there_is_no_plot_and_above_it_where_there_is(panel: TimingPanel) -> None:
    problem = Problem("sizes", "W and x disagree.", "They do.")
    panel.show_session(IDLE, replace(IDLE, time_problem=problem))
    assert panel.stack.currentWidget() is panel.problem
    panel.show_session(IDLE, replace(DONE, time_problem=problem))
    assert panel.stack.currentWidget() is panel.plot
    assert panel.caption.text() == "W and x disagree."


def test_sizes_are_typed(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.bar.sizes.setFocus()
    panel.bar.sizes.selectAll()
    qtbot.keyClicks(panel.bar.sizes, "1, 2, x")
    assert panel.caption.text() == "x is not a batch size: whole numbers from 1 to 16777216."
    panel.bar.sizes.selectAll()
    qtbot.keyClicks(panel.bar.sizes, "1, 8, ..., 512")
    assert panel.caption.text() == ""
    qtbot.keyClick(panel.bar.sizes, Qt.Key.Key_Return)
    assert wanted[-1](IDLE).sweep.batches == (1, 8, 64, 512)
    assert panel.bar.sizes.text() == "1, 8, 64, 512"


def test_ways_are_ticked_with_the_keyboard(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    boxes = panel.bar.popup.boxes
    panel.bar.popup.open_at(panel.pos())
    assert [name for name, box in boxes.items() if box.isChecked()] == list(IDLE.sweep.variants)
    assert not boxes["by hand"].isEnabled()
    qtbot.keyClick(boxes["lax.map"], Qt.Key.Key_Space)
    qtbot.keyClick(boxes["loop"], Qt.Key.Key_Space)
    assert wanted[0](IDLE).sweep.variants == (*IDLE.sweep.variants, "lax.map")
    assert wanted[1](IDLE).sweep.variants == IDLE.sweep.variants[1:]
    panel.bar.popup.hide()
    panel.show_session(IDLE, replace(IDLE, experiment=replace(IDLE.experiment, reference="layer_batch")))
    assert boxes["by hand"].isEnabled()


def test_devices(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.bar.devices.minus, Qt.MouseButton.LeftButton)
    assert wanted[0](IDLE).sweep.devices == 7


def test_a_run_is_pinned_named_and_forgotten(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    qtbot.mouseClick(panel.bar.pin, Qt.MouseButton.LeftButton)
    pinned = wanted[0](DONE)
    panel.show_session(DONE, pinned)
    assert "layer(W=f32[64,64], x=f32[5,64])" in panel.side.words()
    assert panel.plot.plan is not None
    assert [curve.text for curve in panel.plot.plan.curves if curve.pinned] == ["pinned: jit(vmap)"]
    link = next(b for b in panel.side.findChildren(type(panel.bar.pin)) if b.text() == "Unpin")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert wanted[1](pinned).pinned is None


def test_the_table_is_copied(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    qtbot.mouseClick(panel.bar.csv, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == csv_text(sweep())


def test_it_reports_nothing_by_itself(panel: TimingPanel, wanted: list) -> None:
    old = IDLE
    for new in [
        *(replace(RUNNING, timings=sweep(sizes=n), progress=n / 7) for n in range(len(SIZES))),
        DONE,
        Session(),
    ]:
        panel.show_session(old, new)
        old = new
    assert wanted == []


@pytest.mark.parametrize("name", THEMES)
def test_it_repaints_in_every_theme(panel: TimingPanel, name: str, qapp: QApplication) -> None:
    panel.show_session(IDLE, DONE)
    theme.apply(qapp, name)
    image = panel.grab().toImage()
    shown = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(60, 280)}
    assert {theme.colour(role).name() for role in ("surface", "b1", "ink2")} <= shown


def test_pyqtgraph_waits_until_somebody_looks() -> None:
    script = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from vmapviz.gui.panels.timing import TimingPanel, preload; panel = TimingPanel()\n"
        "from vmapviz.model.session import Session; panel.show_session(Session(), Session())\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "preload(); assert 'pyqtgraph' in sys.modules"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_code_numbers_and_reasons_are_told_on_hover(panel: TimingPanel) -> None:
    panel.show_session(IDLE, DONE)
    tips = {item.toolTip() for item in panel.plot.view.scene().items()}
    assert "jit(vmap(layer, in_axes=(None, None, 0)))(W, b, x)" in tips
    assert "pmap skipped: 4 devices do not divide 1" in tips
    assert "jit(vmap(layer" in panel.side.findChild(CompileBars).toolTip()


def test_the_keyboard_reaches_every_control_in_order(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    panel.bar.ways.setFocus()
    reached = []
    for _ in range(8):
        reached.append(panel.focusWidget())
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
    bar = panel.bar
    expected = [bar.ways, bar.sizes, bar.devices.minus, bar.devices.plus, bar.devices.edit, bar.run, bar.pin, bar.csv]
    assert [w.accessibleName() or w.text() for w in reached] == [w.accessibleName() or w.text() for w in expected]


def test_a_lecture_has_the_plot_alone_but_still_names_check_and_machine(panel: TimingPanel, qtbot: QtBot) -> None:
    told = replace(Session(), timings=sweep())
    lecture = replace(told, lecture=Lecture(panel="timing"))
    panel.show_session(told, lecture)
    panel.show()
    assert not any(part.isVisible() for part in (panel.bar, panel.side))
    assert panel.checked.isVisible()
    assert "gave the same result" in panel.checked.text()
    assert told.timings is not None
    assert told.timings.machine in panel.checked.text()
    panel.show_session(lecture, told)
    assert panel.bar.isVisible()
    assert panel.side.isVisible()
    assert not panel.checked.isVisible()


def plot_words(plot: TimingPlot) -> Iterator[tuple[str, float]]:
    """The texts of a plot with their pixels: at its curves, of what was skipped, the numbers and the names of its axes."""
    for item in plot.view.scene().items():
        if isinstance(item, AxisItem):
            yield from ((text, item.style["tickFont"].pixelSize()) for _, text in item._tickLevels[0])
        elif isinstance(item, QGraphicsTextItem) and item.isVisible() and item.toPlainText().strip():
            written = QTextCursor(item.document())
            written.movePosition(QTextCursor.MoveOperation.End)
            pixels = written.charFormat().font().pixelSize()
            yield item.toPlainText().strip(), pixels if pixels > 0 else item.font().pixelSize()


@pytest.mark.parametrize("times", [1.0, 1.25, 1.5])
def test_the_smallest_text_of_a_lecture_is_17_px_at_720p(panel: TimingPanel, qapp: QApplication, times: float) -> None:
    theme.apply(qapp, "projector", LECTURE_ZOOM * times, lecture=True)
    told = replace(DONE, lecture=Lecture(panel="timing", scale=times))
    panel.resize(round(1280 * times), round(552 * times))
    panel.show_session(IDLE, told)
    (plot,) = panel.findChildren(TimingPlot)
    found = list(plot_words(plot))
    theme.apply(qapp, "light")
    assert {"jit(vmap)", "● batch size: number of examples", "256", "100 ms"} <= {text for text, _ in found}
    for text, pixels in found:
        assert pixels >= 17 * times - 0.75, f"{text} has {pixels:.1f} px"  # whole pixels
