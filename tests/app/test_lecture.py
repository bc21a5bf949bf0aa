"""The lecture view: F5, PageDown and PageUp, Tab, B and Esc, and everything as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.app.conftest import message, press, wait_done
from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.sheet import Sheet
from vmapviz.model import actions
from vmapviz.model.scenes.scene import Text
from vmapviz.model.session import LecturePanel
from vmapviz.model.what import GALLERY

SIZES = [(1280, 720), (1440, 900), (1920, 1080)]
WAYS_BACK = ("B", ".", "PgDown", "PgUp", "Tab")


@pytest.fixture
def lecture(app: App) -> Iterator[App]:
    """The app with matvec, in a lecture of the guide's size."""
    app.window.resize(1280, 720)
    press(app, "F5")
    yield app
    app.store.apply(actions.leave_lecture)
    app.window.resize(1440, 900)


def panel(app: App) -> LecturePanel | None:
    lecture = app.store.session.lecture
    return lecture.panel if lecture else None


def shown(app: App) -> set[str]:
    """Which parts of the window can be seen."""
    window = app.window
    parts = {
        "chrome": (window.topbar, window.examples, window.transport, window.status, window.bottom.tabs),
        "function": (window.function,),
        "programs": (window.programs,),
        "code": (window.function.editor,),
        "sentence": (window.sentence,),
        **{name: (made,) for name, made in window.bottom.panels.items()},
    }
    return {name for name, widgets in parts.items() if any(widget.isVisible() for widget in widgets)}


def test_it_shows_one_panel_at_a_time(lecture: App) -> None:
    seen = {}
    for _ in actions.LECTURE_PANELS:
        name = panel(lecture)
        assert name is not None
        seen[name] = shown(lecture)
        press(lecture, "Tab")
    told = {"programs", "shapes", "code", "values", "result"}
    assert seen == {name: {name, "sentence"} if name in told else {name} for name in actions.LECTURE_PANELS}
    assert panel(lecture) == "programs"


def test_shift_tab_goes_back(qtbot: QtBot, lecture: App) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert panel(lecture) == "timing"


@pytest.mark.parametrize("size", [(1440, 900), (1000, 650)], ids=str)
def test_it_is_left_exactly_as_it_was_found(qtbot: QtBot, app: App, size: tuple[int, int]) -> None:
    window = app.window
    window.resize(*size)
    press(app, "Ctrl+D")
    if size == (1440, 900):
        press(app, "Ctrl++")
    press(app, "Ctrl+5")
    window.body.split_down.setSizes([200, 500])
    window.body.split_across.setSizes([400, 900])
    press(app, "Ctrl+1")
    QApplication.sendPostedEvents()
    bars = window.function.editor.verticalScrollBar(), window.programs.view.verticalScrollBar()
    for bar in bars:
        assert bar.maximum() > 5 or size != (1440, 900)
        bar.setValue(bar.maximum() - 1)

    def state() -> tuple[object, ...]:
        places = [
            part.geometry() if part.isVisible() else None
            for part in (*window.panels[:9], window.function.editor, window.function.arguments)
            if isinstance(part, QWidget)
        ]
        look = theme.current().name, theme.px(100), theme.font("small").pixelSize()
        lines = window.body.split_down.sizes(), window.body.split_across.sizes()
        return (
            places,
            look,
            lines,
            [bar.value() for bar in bars],
            app.store.session,
            window.size(),
            QApplication.focusWidget(),
        )

    before = state()
    press(app, "F5")
    assert theme.current().name == "projector"
    for _ in actions.LECTURE_PANELS:
        press(app, "Tab")
    press(app, "Tab")
    press(app, "Esc")
    QApplication.sendPostedEvents()
    for was, now in zip(before, state(), strict=True):
        assert now == was
    press(app, "Ctrl+0")
    window.resize(1440, 900)


def test_pages_go_through_the_equations_of_the_jaxprs(qtbot: QtBot, lecture: App) -> None:
    lecture.files.open_example(f"{GALLERY}neural_net_layer")
    wait_done(qtbot, lecture)
    steps = actions.lecture_steps(lecture.store.session)
    assert len(steps) > 3
    for number, path in enumerate((*steps, steps[-1])):
        assert lecture.store.session.selected == path
        told = f"{min(number + 1, len(steps))} of {len(steps)}"
        assert lecture.window.lecture_foot.step_text() == told
        assert f"step {told}; Jaxprs" in lecture.window.lecture_foot.accessibleName()
        press(lecture, "PgDown")
    for path in reversed((steps[0], *steps)):
        assert lecture.store.session.selected == path
        press(lecture, "PgUp")


def test_pages_go_through_the_phases_of_the_shapes(qtbot: QtBot, lecture: App) -> None:
    press(lecture, "Tab")
    clock = lecture.window.clock
    lecture.store.apply(partial(actions.set_motion, motion="reduced"))  # so that every page is there at once
    places = [clock.place[:2]]
    while clock.t < clock.timeline.total:
        press(lecture, "PgDown")
        places.append(clock.place[:2])
    phases = [(n, k) for n, segment in enumerate(clock.timeline.segments) for k in range(len(segment.phases))]
    assert places == [*phases, phases[-1]]
    assert lecture.store.session.selected == clock.timeline.segments[-1].path
    press(lecture, "PgDown")
    assert clock.t == clock.timeline.total
    for _ in places:
        press(lecture, "PgUp")
    assert clock.t == 0
    assert lecture.store.session.selected is None


def test_in_shapes_a_page_plays_to_the_end_of_the_phase(qtbot: QtBot, lecture: App) -> None:
    press(lecture, "Tab")
    press(lecture, "PgDown")
    assert lecture.window.clock.playing
    qtbot.waitUntil(lambda: not lecture.window.clock.playing)
    assert lecture.window.clock.place[:2] == (0, 1)
    assert "·" in lecture.window.lecture_foot.step_text(), "it says the phase"


@pytest.mark.parametrize("back", WAYS_BACK)
def test_b_blanks_the_screen_until_the_next_key(qtbot: QtBot, lecture: App, back: str) -> None:
    selected = lecture.store.session.selected
    press(lecture, "B")
    colours = {lecture.window.grab().toImage().pixelColor(x, y).name() for x in (5, 640, 1270) for y in (5, 360, 715)}
    assert colours == {"#000000"}
    press(lecture, back)
    assert lecture.window.grab().toImage().pixelColor(5, 5).name() == "#ffffff"
    assert (panel(lecture), lecture.store.session.selected) == ("programs", selected), "it only shows again"


def test_plain_keys_are_typed_where_there_is_text(qtbot: QtBot, lecture: App) -> None:
    press(lecture, "Ctrl+K")
    field = lecture.window.palette_box.field
    qtbot.keyClicks(field, "b.")
    assert field.text() == "b."
    press(lecture, "Esc")
    assert not lecture.window.palette_box.isVisible()
    assert panel(lecture) == "programs", "Esc closes what is open before it leaves"
    press(lecture, "Esc")
    assert panel(lecture) is None
    assert "chrome" in shown(lecture)


def test_a_cell_is_picked_in_large_type_and_let_go_by_esc(lecture: App) -> None:
    press(lecture, "PgDown")
    press(lecture, "Tab")
    press(lecture, "Shift+Right")
    assert lecture.store.session.cell is not None
    assert min(pixels for _, pixels in words(lecture)) >= 16.25
    press(lecture, "Esc")
    assert lecture.store.session.cell is None
    assert panel(lecture) == "shapes"
    press(lecture, "Esc")
    assert panel(lecture) is None


def test_keys_of_the_pictures_act_in_every_panel(lecture: App) -> None:
    for name in ("programs", "shapes", "code", "values", "result"):
        lecture.store.apply(lambda session, name=name: actions.show_panel(session, name))
        before = lecture.store.session.example
        press(lecture, "E")
        assert lecture.store.session.example != before, name
    press(lecture, "Ctrl+6")
    assert panel(lecture) == "timing", "panels have their keys, too"


def test_a_problem_is_told_in_every_panel_and_can_be_mended_by_keys(qtbot: QtBot, lecture: App) -> None:
    wrong = lecture.store.session.experiment.source.replace("m @ v", "m.T @ v")
    for name, wide in (("programs", 1280), ("code", 1600), ("shapes", 1000)):
        lecture.store.apply(lambda session, name=name: actions.show_panel(session, name))
        lecture.window.resize(wide, 720)
        lecture.store.apply(lambda session: actions.edit_source(session, wrong))
        wait_done(qtbot, lecture)
        assert message(lecture) != "", name
        card = lecture.window.programs_area.message
        around = card.parentWidget().rect()
        assert around.contains(card.geometry()), name
        assert abs(card.geometry().center().x() - around.center().x()) <= 1, name
        lecture.store.apply(actions.undo)
        wait_done(qtbot, lecture)
        assert message(lecture) == ""
    lecture.store.apply(lambda session: actions.set_axis(session, 0, 1, "", 1))
    wait_done(qtbot, lecture)
    buttons = [b for b in lecture.window.programs_area.message.findChildren(QPushButton) if b.isVisible()]
    assert buttons
    for _ in range(4):
        if QApplication.focusWidget() not in buttons:
            press(lecture, "Tab")
    assert QApplication.focusWidget() in buttons, "Tab goes to the ways out"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    wait_done(qtbot, lecture)
    assert message(lecture) == ""


def test_up_and_down_scroll_the_code(qtbot: QtBot, lecture: App) -> None:
    lecture.files.open_example(f"{GALLERY}gaussian_mixture")
    wait_done(qtbot, lecture)
    lecture.store.apply(lambda session: actions.show_panel(session, "code"))
    QApplication.sendPostedEvents()
    bar = lecture.window.function.editor.verticalScrollBar()
    bar.setValue(0)
    assert bar.maximum() > 0
    press(lecture, "Down")
    assert bar.value() == 2
    press(lecture, "Up")
    assert bar.value() == 0


def test_it_grows_with_the_window(lecture: App) -> None:
    assert theme.font("code").pixelSize() == 26
    lecture.window.resize(1920, 1080)
    QApplication.sendPostedEvents()
    assert theme.font("code").pixelSize() == 39
    assert lecture.window.size().toTuple() == (1920, 1080), "large text does not make the window larger"


def words(app: App) -> Iterator[tuple[str, float]]:
    """Every text that is painted, with its size in pixels."""
    window = app.window
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, ElidedLabel):
            yield widget.text(), widget._type().pixelSize()
        elif isinstance(widget, QLabel | QPushButton | QLineEdit):
            yield widget.text(), widget.font().pixelSize()
        elif isinstance(widget, Sheet):
            yield from ((i.text, i.size * widget._zoom) for i in widget.scene().items if isinstance(i, Text))
    if window.programs.isVisible():
        yield from programs_words(app)
    if window.bottom.picture.isVisible():
        picture = window.bottom.picture
        yield from ((i.text, i.size * picture.zoom()) for i in picture.scene().items if isinstance(i, Text))


def programs_words(app: App) -> Iterator[tuple[str, float]]:
    from vmapviz.model.scenes.programs.picture import body_items, header_items

    view = app.window.programs.view
    assert view.layout_ is not None
    items = [
        *header_items(view.layout_.trace, "f", view.columns),
        *body_items(view.layout_, view.columns, 0, view.layout_.height, None, None),
    ]
    yield from ((item.text, item.size * view._zoom) for item in items if isinstance(item, Text))


@pytest.mark.parametrize(
    ("stem", "size"),
    [*(("matvec", size) for size in SIZES), ("neural_net_layer", SIZES[0]), ("pairwise_distances", SIZES[0])],
    ids=str,
)
def test_the_smallest_text_is_17_px_at_720p(qtbot: QtBot, lecture: App, stem: str, size: tuple[int, int]) -> None:
    lecture.window.resize(*size)
    lecture.files.open_example(f"{GALLERY}{stem}")
    wait_done(qtbot, lecture)
    least = 17 * min(size[0] / 1280, size[1] / 720)
    for _ in actions.LECTURE_PANELS:
        for _ in actions.lecture_steps(lecture.store.session):
            for text, pixels in words(lecture):
                assert pixels >= least - 0.75, f"{panel(lecture)}: {text} has {pixels:.1f} px"  # whole pixels
            press(lecture, "PgDown")
            lecture.window.clock.forward()  # in Shapes to the end of the phase
        press(lecture, "Tab")
        assert lecture.window.size().toTuple() == size


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_that_matters_is_cut(qtbot: QtBot, lecture: App, size: tuple[int, int]) -> None:
    lecture.window.resize(*size)
    for stem in ("matvec", "neural_net_layer", "pairwise_distances"):
        lecture.files.open_example(f"{GALLERY}{stem}")
        wait_done(qtbot, lecture)
        head, foot = lecture.window.lecture_head, lecture.window.lecture_foot
        assert head.name.shown_text() == head.name.text()
        for text, _ in programs_words(lecture):
            assert "…" not in text
        for _ in actions.lecture_steps(lecture.store.session):
            sentence = lecture.window.sentence
            label = sentence.findChild(QLabel)
            assert label.heightForWidth(label.width()) <= sentence.height()
            press(lecture, "PgDown")
        panel_text, keys = foot.panel_text()
        wide = QFontMetrics(theme.font("caption", 700)).horizontalAdvance(f"{panel_text} · {keys}")
        assert wide < foot.width() / 2 + 40
