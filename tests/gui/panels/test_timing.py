"""The Timing tab: what it shows in every state, and what its controls ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.model.sweeps import SIZES, costly, sweep
from vmapviz.export.timings import csv_text, markdown
from vmapviz.gui import theme
from vmapviz.gui.panels.timing import TimingPanel
from vmapviz.gui.panels.timing_side import CompileBars
from vmapviz.gui.plot import TimingPlot
from vmapviz.gui.widgets.card import FloatingCard
from vmapviz.gui.widgets.text import spoken
from vmapviz.model.actions import open_timings, set_over
from vmapviz.model.actions.writing import write_request
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Ready
from vmapviz.model.pinned import PointName
from vmapviz.model.plots.card import Card
from vmapviz.model.problem import Problem
from vmapviz.model.scenes.scene import Text
from vmapviz.model.session import Jobs, Lecture, Session, Ways, Worker
from vmapviz.model.theme import LECTURE_ZOOM, THEMES
from vmapviz.model.timing import Ceiling, WayText
from vmapviz.model.timing_text import sentence

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
    made.resize(910, 500)
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
    qtbot.keyClick(panel.bar.sizes, Qt.Key.Key_Return)
    assert panel.bar.sizes.text() == "1, 2, x"
    assert panel.caption.text() == "x is not a batch size: whole numbers from 1 to 16777216."
    qtbot.mouseClick(panel.bar.run, Qt.MouseButton.LeftButton)
    assert (wanted, panel.bar.sizes.text()) == ([], "1, 2, x")
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


def test_the_last_way_stays_ticked_and_can_be_read(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, replace(IDLE, sweep=replace(IDLE.sweep, variants=("pmap",))))
    popup = panel.bar.popup
    popup.open_at(panel.pos())
    popup.boxes["pmap"].setFocus()
    assert popup.about.name == "pmap"
    qtbot.keyClick(popup.boxes["pmap"], Qt.Key.Key_Space)
    assert popup.boxes["pmap"].isChecked()
    assert wanted == []
    popup.hide()


def test_devices(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.bar.devices.minus, Qt.MouseButton.LeftButton)
    assert wanted[0](IDLE).sweep.devices == 7
    panel.show_session(IDLE, set_over(IDLE, "devices"))
    assert not panel.bar.devices.isEnabled()
    assert panel.bar.sizes.text() == "1, 2, 4, 8"


def test_a_run_is_pinned_named_and_forgotten(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    qtbot.mouseClick(panel.bar.pin, Qt.MouseButton.LeftButton)
    pinned = wanted[0](DONE)
    panel.show_session(DONE, pinned)
    changed = replace(pinned, experiment=replace(pinned.experiment, arguments="W=f16[64,64], x=f32[5,64]"))
    panel.show_session(pinned, changed)
    assert "W=f32[64,64]" in panel.side.words()
    assert panel.plot.plan is not None
    assert [(curve.series.variant, curve.name) for curve in panel.plot.plan.curves if curve.pinned] == [
        ("jit(vmap)", "W=f32[64,64]")
    ]
    link = [b for b in panel.side.findChildren(type(panel.bar.pin)) if b.text() == "Unpin"][-1]
    assert link.accessibleName() == "Unpin W=f32[64,64]"
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert wanted[1](changed).pinned == ()


def test_the_times_are_copied_as_pictures_and_tables(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    qtbot.mouseClick(panel.bar.copies, Qt.MouseButton.LeftButton)
    menu = panel.findChild(QMenu)
    assert menu is not None
    copied = {}
    for action in menu.actions():
        action.trigger()
        mime = QGuiApplication.clipboard().mimeData()
        copied[action.text()] = mime.hasImage() or mime.text()[:40]
    menu.hide()
    assert copied == {
        "Copy the plot as a picture (PNG)": True,
        "Copy the plot as SVG": '<svg xmlns="http://www.w3.org/2000/svg" ',
        "Copy the times as a table (CSV)": csv_text(sweep())[:40],
        "Copy the times as a table (Markdown)": markdown(sweep())[:40],
    }


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


def spot_of(panel: TimingPanel, variant: str, at: int) -> QPoint:
    assert panel.plot.plan is not None
    spot = next(s for s in panel.plot.plan.spots if (s.point.variant, s.point.at) == (variant, at))
    return QPoint(round(spot.x), round(spot.y))


def test_code_numbers_and_reasons_are_told_on_hover(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    plan = panel.plot.plan
    assert plan is not None
    label = next(curve.label for curve in plan.curves if curve.series.variant == "jit(vmap)")
    qtbot.mouseMove(panel.plot, QPoint(round(label.x + 5), round(label.y + 8)))
    qtbot.waitUntil(lambda: panel.plot.card() is not None)
    assert panel.plot.card() == Card("jit(vmap)", (), "jit(vmap(layer, in_axes=(None, None, 0)))(W, b, x)")
    row = next(row for row in plan.skipped if row.variant == "pmap")
    qtbot.mouseMove(panel.plot, QPoint(round(row.marks[0][0]), round(row.y)))
    qtbot.waitUntil(lambda: panel.plot.card() == Card("pmap skipped", (("4 devices do not divide 1", ""),)))
    assert plan.meeting is not None
    qtbot.mouseMove(panel.plot, QPoint(round(plan.meeting.at[0]), round(plan.meeting.at[1])))
    measured = "measured: at 1 example loop is faster, at 16 examples vmap"
    qtbot.waitUntil(lambda: panel.plot.card() is not None and measured in panel.plot.card().words)
    qtbot.mouseMove(panel.plot, spot_of(panel, "loop", 16))
    qtbot.waitUntil(lambda: panel.plot.card() is not None and "median: 2.4 ms" in panel.plot.card().words)
    assert "median: 2.4 ms" in panel.plot.accessibleDescription()
    assert "jit(vmap(layer" in panel.side.findChild(CompileBars).toolTip()


def test_points_are_compared_with_the_mouse(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    now = DONE
    for variant, at in (("loop", 16), ("jit(vmap)", 256)):
        qtbot.mouseClick(panel.plot, Qt.MouseButton.LeftButton, pos=spot_of(panel, variant, at))
        now, old = wanted[-1](now), now
        panel.show_session(old, now)
    assert now.compared == (PointName(0, "loop", 16), PointName(0, "jit(vmap)", 256))
    assert panel.plot.plan is not None
    assert panel.plot.plan.bracket is not None
    assert panel.plot.plan.bracket.text == "2.9×"
    assert panel.sentence.label.accessibleName().startswith("loop at 16 examples: 2.4 ms; jit(vmap) at 256 examples")
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(panel.plot, Qt.MouseButton.LeftButton, shift, spot_of(panel, "vmap", 256))
    assert wanted[-1](now).compared == (PointName(0, "loop", 16), PointName(0, "vmap", 256))
    qtbot.mouseClick(panel.plot, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert wanted[-1](now).compared == ()


def test_points_are_read_and_compared_with_the_keyboard(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    panel.activateWindow()
    panel.plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(panel.plot.hasFocus)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(panel.plot, key)
    assert panel.plot.accessibleDescription().startswith("loop jit, 256 examples\nmedian: 5.9 ms")
    qtbot.keyClick(panel.plot, Qt.Key.Key_Return)
    now = wanted[-1](DONE)
    assert now.compared == (PointName(0, "loop jit", 256),)
    panel.show_session(DONE, now)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Right)
    qtbot.keyClick(panel.plot, Qt.Key.Key_Space)
    assert wanted[-1](now).compared == (PointName(0, "loop jit", 256), PointName(0, "loop jit", 1024))
    qtbot.keyClick(panel.plot, Qt.Key.Key_Escape)
    assert wanted[-1](now).compared == ()


def test_the_card_floats_beside_its_point_and_goes_with_the_plot(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    qtbot.mouseMove(panel.plot, spot_of(panel, "loop", 64))
    qtbot.waitUntil(lambda: bool(panel.findChildren(FloatingCard)))
    card = panel.findChild(FloatingCard)
    assert card.isVisible()
    assert not card.geometry().contains(panel.plot.mapTo(panel, spot_of(panel, "loop", 64)))
    assert panel.rect().contains(card.geometry())
    panel.activateWindow()
    qtbot.mouseClick(panel.plot, Qt.MouseButton.LeftButton, pos=spot_of(panel, "loop", 64))
    qtbot.waitUntil(panel.plot.hasFocus)
    assert card.isVisible()
    qtbot.mouseMove(panel.plot, QPoint(5, 5))
    qtbot.waitUntil(lambda: not card.isVisible())  # a click leaves no card behind over what it covers
    qtbot.keyClick(panel.plot, Qt.Key.Key_Left)
    assert card.isVisible()
    panel.show_session(DONE, IDLE)
    assert not card.isVisible()


def test_a_run_from_a_file_is_shown_whole_before_anything_is_measured_here(panel: TimingPanel) -> None:
    opened = open_timings(IDLE, replace(sweep("loop", "vmap"), about="f(x)"), "times.json")
    panel.show_session(IDLE, opened)
    assert panel.stack.currentWidget() is panel.plot
    assert panel.plot.plan is not None
    assert [curve.series.variant for curve in panel.plot.plan.curves] == ["loop", "vmap"]
    assert panel.caption.text().startswith("times.json: time for one whole batch")
    panel.caption.resize(300, 20)
    assert panel.caption.shown_text() == "times.json: medians, quartiles, ~ unstable"
    assert "Pinned\ntimes.json\nMeasured on\nIntel Xeon" in panel.side.words()
    assert panel.bar.run.text() == "Measure"


def test_the_sweep_is_chosen_over_letters_with_budgets(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    now = replace(IDLE, experiment=replace(IDLE.experiment, arguments="W=f32[D,D], x=f32[5,D]"))
    panel.show_session(IDLE, now)
    popup = panel.bar.sweep_popup
    popup.open_at(panel.pos())
    assert list(popup.choices) == ["batch", "devices", "D"]
    assert not popup.examples.isEnabled()
    qtbot.mouseClick(popup.choices["D"], Qt.MouseButton.LeftButton)
    now, old = wanted[-1](now), now
    panel.show_session(old, now)
    assert panel.bar.over.text() == "Sizes of D"
    assert panel.bar.sizes.text() == "4, 16, 64, 256"
    assert popup.examples.isEnabled()
    for field, typed in ((popup.examples, "32"), (popup.budget, "0.5 s"), (popup.total, "3 min")):
        field.selectAll()
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        now = wanted[-1](now)
    assert (now.sweep.examples, now.sweep.budget_s, now.sweep.total_s) == (32, 0.5, 180)
    popup.budget.selectAll()
    qtbot.keyClicks(popup.budget, "soon")
    qtbot.keyClick(popup.budget, Qt.Key.Key_Return)
    assert popup.said.accessibleName() == "soon is not a time: type seconds, such as 2 s, or minutes, such as 3 min."
    assert popup.budget.text() == "soon"
    popup.hide()


def told(session: Session, *ways: WayText) -> Session:
    """The session that knows the Python of the ways."""
    return replace(session, ways=Ways(write_request(session), ways))


def test_the_python_of_a_way_is_told_before_it_is_measured(panel: TimingPanel, qtbot: QtBot) -> None:
    popup = panel.bar.popup
    popup.open_at(panel.pos())
    assert popup.about.code.edit.toPlainText() == ""
    code = "jax.pmap(jax.vmap(layer))(W, x.reshape(8, 128, 3))"
    refused = WayText("shard_map", "jax.shard_map(layer)", "", ((9, "8 devices do not divide 9"),))
    known = told(IDLE, WayText("pmap", code, "1024 examples"), refused)
    panel.show_session(IDLE, known)
    popup.boxes["pmap"].setFocus()
    assert popup.about.code.edit.toPlainText() == code
    assert popup.about.where.accessibleName() == "Its Python for 1024 examples"
    assert popup.boxes["pmap"].accessibleDescription().endswith(f"Its Python for 1024 examples {code}")
    point_at(popup.boxes["shard_map"])
    assert popup.about.code.edit.toPlainText() == "jax.shard_map(layer)"
    assert popup.about.why.accessibleName() == "Not here: 8 devices do not divide 9."
    assert popup.marks["shard_map"].accessibleName() == "not here"
    panel.show_session(known, replace(known, timings=sweep()))
    assert popup.about.name == "shard_map", "it stays with the one that is read"
    popup.hide()


def point_at(widget: QWidget) -> None:
    """Move the pointer over a widget."""
    place = QPointF(4, 4)
    QApplication.sendEvent(widget, QEnterEvent(place, place, QPointF(widget.mapToGlobal(place))))


def test_of_what_was_measured_the_python_that_ran_is_told(panel: TimingPanel) -> None:
    panel.show_session(IDLE, DONE)
    point_at(panel.bar.popup.boxes["jit(vmap)"])
    about = panel.bar.popup.about
    assert about.code.edit.toPlainText() == "jit(vmap(layer, in_axes=(None, None, 0)))(W, b, x)"
    assert about.where.accessibleName() == "Its Python for what was measured"
    point_at(panel.bar.popup.boxes["by hand"])
    assert about.why.accessibleName() == "This experiment names no reference function."


def test_the_gradient_is_chosen(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    popup = panel.bar.popup
    popup.open_at(panel.pos())
    qtbot.mouseClick(popup.grad.segments[1], Qt.MouseButton.LeftButton)
    graded = wanted[-1](DONE)
    assert graded.sweep.grad
    panel.show_session(DONE, graded)
    assert panel.bar.ways.text() == "5 ways with grad"
    popup.hide()


def test_the_keyboard_reaches_every_control_in_order(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.show_session(IDLE, DONE)
    panel.bar.ways.setFocus()
    reached = []
    for _ in range(12):
        reached.append(panel.focusWidget())
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
    bar = panel.bar
    steps = (bar.devices.minus, bar.devices.plus, bar.devices.edit)
    expected = [bar.ways, bar.over, bar.sizes, bar.where, *steps, bar.run, bar.pin]
    expected += [bar.copies, panel.view.segments[0], panel.plot]
    assert [w.accessibleName() or w.text() for w in reached] == [w.accessibleName() or w.text() for w in expected]


def test_what_the_times_are_spent_on_is_a_second_view(panel: TimingPanel, wanted: list, qtbot: QtBot) -> None:
    done = replace(DONE, timings=costly(sweep(), 2000, 100, Ceiling(1e9, 1e9, 30e-6)))
    panel.show_session(IDLE, done)
    panel.activateWindow()
    panel.view.segments[0].setFocus()
    qtbot.keyClick(panel.view.segments[0], Qt.Key.Key_Right)
    asked = wanted[-1](done)
    panel.show_session(done, asked)
    assert panel.stack.currentWidget() is panel.why
    assert (
        panel.sentence.label.accessibleName()
        .replace("\N{NO-BREAK SPACE}", " ")
        .startswith("At 1 example, 81 % of the time")
    )
    assert panel.caption.text().startswith("share of the time of jit(vmap)")
    assert "At best: 30 µs to start a program" in panel.side.words()
    panel.why.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(panel.why.hasFocus)
    qtbot.keyClick(panel.why, Qt.Key.Key_Left)
    qtbot.keyClick(panel.why, Qt.Key.Key_Left)
    assert panel.why.accessibleDescription().startswith("jit(vmap), 1024 examples\ntime: 2.7 ms")
    qtbot.mouseClick(panel.way, Qt.MouseButton.LeftButton)
    menu = panel.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == [
        "jit(vmap)",
        "loop jit",
        "pmap",
        "jit(loop)",
        "loop",
        "vmap",
    ]
    menu.actions()[1].trigger()
    menu.hide()
    other = wanted[-1](asked)
    panel.show_session(asked, other)
    assert panel.way.text() == "loop jit"
    panel.show_session(other, IDLE)
    assert panel.stack.currentWidget() is panel.empty


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


@pytest.mark.parametrize("times", [1.0, 1.25, 1.5])
def test_the_smallest_text_of_a_lecture_is_17_px_at_720p(panel: TimingPanel, qapp: QApplication, times: float) -> None:
    theme.apply(qapp, "projector", LECTURE_ZOOM * times, lecture=True)
    told = replace(DONE, lecture=Lecture(panel="timing", scale=times))
    panel.resize(round(1280 * times), round(552 * times))
    panel.show_session(IDLE, told)
    (plot,) = panel.findChildren(TimingPlot)
    found = [(i.text, i.size * theme.least_scale()) for i in plot.scene().items if isinstance(i, Text)]
    theme.apply(qapp, "light")
    assert {"jit(vmap)", "● batch size: number of examples", "256", "100 ms"} <= {text for text, _ in found}
    for text, pixels in found:
        assert pixels >= 17 * times - 0.75, f"{text} has {pixels:.1f} px"  # whole pixels


def test_in_a_low_panel_the_sentence_stands_beside_the_plot(panel: TimingPanel, qtbot: QtBot) -> None:
    panel.resize(783, 415)
    panel.show_session(IDLE, DONE)
    words = sentence(DONE.timings)
    assert not panel.sentence.isVisible()
    assert panel.side.words().startswith(spoken(words))
    qtbot.waitUntil(lambda: panel.plot.height() > 300)
    panel.resize(943, 560)
    assert panel.sentence.isVisible()
    assert spoken(words) not in panel.side.words()
    panel.resize(783, 415)
    panel.show_session(DONE, replace(DONE, lecture=Lecture()))
    assert panel.sentence.isVisible(), "a lecture has no column"
