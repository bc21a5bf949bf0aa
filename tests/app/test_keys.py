"""Everything by keyboard: stepping, following, playing, panels, finding, zoom and look."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.app.conftest import Started, activate, chips, press, wait_done, wait_for
from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.commands import COMMANDS
from vmapviz.gui.keys import KeysDialog
from vmapviz.model import actions
from vmapviz.model.what import GALLERY


@pytest.fixture
def layer(qtbot: QtBot, app: App) -> App:
    """The app with an example of several equations."""
    app.files.open_example(f"{GALLERY}neural_net_layer")
    wait_done(qtbot, app)
    press(app, "Ctrl+2")
    return app


def test_stepping_through_both_programs(layer: App) -> None:
    session = layer.store.session
    assert session.picture is not None
    order = actions.order(session.picture.trace)
    assert len(order) >= 3
    for key, place in (
        ("PgDown", 0),
        ("PgDown", 1),
        ("PgUp", 0),
        ("End", -1),
        ("PgDown", -1),
        ("Home", 0),
        ("PgUp", 0),
    ):
        press(layer, key)
        assert layer.store.session.selected == order[place], key
    assert layer.window.sentence.text() != ""
    selected, _ = layer.window.function.editor.ranges()
    assert selected is not None, "the source of the selected equation is marked"


def test_the_sentence_speaks_of_the_selected_equation(layer: App) -> None:
    press(layer, "Home")
    first = layer.window.sentence.text()
    press(layer, "PgDown")
    assert layer.window.sentence.text() not in ("", first)


def test_phases_and_playing(qtbot: QtBot, layer: App) -> None:
    clock = layer.window.clock
    press(layer, "Home")
    press(layer, "Left")
    start = clock.place
    press(layer, "Right")
    qtbot.waitUntil(lambda: clock.place != start and not clock.playing)
    press(layer, "Space")
    assert clock.playing
    press(layer, "Space")
    assert not clock.playing


def test_following_another_example_by_keys(qtbot: QtBot, layer: App) -> None:
    picture = layer.store.session.picture
    assert picture is not None
    size = picture.trace.levels[0].size
    press(layer, "E")
    assert layer.store.session.example == (1,)
    assert layer.window.bottom.follow._boxes[0].value() == 1
    press(layer, "Shift+E")
    press(layer, "Shift+E")
    assert layer.store.session.example == (size - 1,)
    session = wait_done(qtbot, layer)
    assert session.values is not None
    assert size - 1 in session.values.examples


def test_the_number_of_the_followed_example_can_be_typed(qtbot: QtBot, layer: App) -> None:
    box = layer.window.bottom.follow._boxes[0]
    wanted = []
    layer.window.bottom.follow.wants.connect(wanted.append)
    layer.store.apply(lambda s: actions.follow(s, (2,)))
    assert box.value() == 2
    assert wanted == [], "what the session said is not said back"
    box.selectAll()
    qtbot.keyClicks(box, "3")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert layer.store.session.example == (3,)
    wait_done(qtbot, layer)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("Ctrl+1", "function"),
        ("Ctrl+2", "programs"),
        ("Ctrl+3", "shapes"),
        ("Ctrl+4", "values"),
        ("Ctrl+5", "result"),
        ("Ctrl+6", "timing"),
    ],
)
def test_every_panel_has_a_key(app: App, keys: str, name: str) -> None:
    press(app, keys)
    window = app.window
    beside = {"function": window.function, "programs": window.programs}
    panel = beside.get(name) or window.bottom.panels[name]
    focus = QApplication.focusWidget()
    assert focus is not None
    assert panel.isVisible()
    assert panel is focus or panel.isAncestorOf(focus)
    if name not in beside:
        assert app.store.session.view.tab == name


def test_f6_leaves_the_editor(app: App) -> None:
    press(app, "Ctrl+1")
    assert app.window.function.editor.hasFocus()
    press(app, "F6")
    assert app.window.programs.view.hasFocus()


def test_the_palette_finds_an_example_by_a_few_letters(qtbot: QtBot, app: App) -> None:
    press(app, "Ctrl+K")
    palette = app.window.palette_box
    assert palette.isVisible()
    assert palette.field.hasFocus()
    qtbot.keyClicks(palette.field, "nnlayer")
    assert palette.list.item(0).text().startswith("neural net layer")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert app.store.session.experiment.name == "neural net layer"
    wait_done(qtbot, app)


def test_the_palette_runs_commands_and_gives_the_keyboard_back(qtbot: QtBot, app: App) -> None:
    press(app, "Ctrl+1")
    palette = app.window.palette_box
    press(app, "Ctrl+K")
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert app.window.function.editor.hasFocus()
    press(app, "Ctrl+K")
    qtbot.keyClicks(palette.field, "zzqq")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert app.window.function.editor.hasFocus(), "nothing found, nothing done"
    press(app, "Ctrl+K")
    qtbot.keyClicks(palette.field, "larger")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert app.store.session.view.zoom == 1.1
    assert app.window.function.editor.hasFocus()
    press(app, "Ctrl+0")
    press(app, "Ctrl+K")
    app.window.examples.list.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not palette.isVisible()
    assert app.window.examples.list.hasFocus(), "who clicks elsewhere stays there"


def test_plain_letters_are_typed_where_there_is_text(qtbot: QtBot, app: App) -> None:
    press(app, "Ctrl+F")
    qtbot.keyClicks(app.window.programs.bar.field, "e ")
    assert app.window.programs.bar.field.text() == "e "
    assert app.store.session.example == (0,)
    qtbot.keyClick(app.window.programs.bar.field, Qt.Key.Key_Escape)
    assert app.window.programs.view.hasFocus()


def test_keys_whose_command_cannot_be_used_come_back_when_it_can(qtbot: QtBot, app: App) -> None:
    app.window.topbar.menus["File"].menu().aboutToShow.emit()
    stop = app.window.actions_by_id["stop"]
    assert not stop.isEnabled()
    app.store.apply(lambda s: actions.started(s, "run"))
    assert stop.isEnabled()
    wait_done(qtbot, app)
    assert not stop.isEnabled()


def test_zoom_and_colours(app: App) -> None:
    assert theme.current().name == "light"
    size = theme.px(100)
    press(app, "Ctrl++")
    press(app, "Ctrl+=")
    assert theme.px(100) == round(size * 1.2)
    press(app, "Ctrl+-")
    assert theme.px(100) == round(size * 1.1)
    press(app, "Ctrl+0")
    assert theme.px(100) == size
    press(app, "Ctrl+D")
    assert theme.current().name == "dark"
    app.window.run_command("projector")
    assert theme.current().name == "projector"
    press(app, "Ctrl+D")
    assert theme.current().name == "dark"
    press(app, "Ctrl+D")
    assert theme.current().name == "light"


def test_the_examples_fold(app: App) -> None:
    wide = app.window.examples.width()
    press(app, "Ctrl+B")
    assert app.window.examples.width() < wide
    press(app, "Ctrl+B")
    assert app.window.examples.width() == wide


def test_both_programs_are_copied(app: App) -> None:
    press(app, "Ctrl+Shift+C")
    text = QGuiApplication.clipboard().text()
    assert text.count("dot_general") == 2


def test_f1_lists_every_key(qtbot: QtBot, app: App) -> None:
    press(app, "F1")
    dialog = app.window.findChild(KeysDialog)
    assert dialog.isVisible()
    text = dialog.findChild(type(dialog.layout().itemAt(0).widget())).toPlainText()
    for command in COMMANDS:
        if command.keys:
            assert command.title in text
            assert command.keys[0] in text
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: app.window.findChild(KeysDialog) is None)
    activate(qtbot, app)


def test_chips_change_in_axes_by_keyboard_and_trace_again(qtbot: QtBot, app: App) -> None:
    box, pill = chips(app, 0)[0], chips(app, 0)[-1]
    assert pill.isChecked()
    box.setFocus(Qt.FocusReason.TabFocusReason)
    app.store.apply(lambda s: actions.set_argument(s, 0, "f32[5,2,3]"))
    box = chips(app, 0)[0]
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert app.store.session.experiment.levels[0].in_axes == "(0, 0)"
    session = wait_done(qtbot, app)
    assert session.problem is None
    assert session.picture is not None
    assert session.picture.trace.levels[0].in_axes == "(0, 0)"


def test_64_bit_numbers_start_jax_again(qtbot: QtBot, app: App) -> None:
    restarts, jobs = app.store.session.worker.restarts, Started(app)
    assert not app.window.status.x64.isChecked()
    qtbot.mouseClick(app.window.status.x64, Qt.MouseButton.LeftButton)
    wait_for(qtbot, app, lambda s: s.worker.restarts == restarts + 1)
    session = wait_done(qtbot, app)
    assert session.worker.ready is not None
    assert session.worker.ready.x64
    assert (jobs.count("trace"), jobs.count("run")) == (1, 1)
    assert app.window.status.x64.isChecked()
    assert session.picture is not None
    assert session.picture.trace.original.inputs[0].dtype == "float64"
    press(app, "Ctrl+Z")
    wait_for(qtbot, app, lambda s: s.worker.restarts == restarts + 2)
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.trace.original.inputs[0].dtype == "float32"


def test_stepping_without_leaving_the_editor(layer: App) -> None:
    editor = layer.window.function.editor
    text = editor.text()
    press(layer, "Ctrl+1")
    for keys, path in (("Alt+Right", "0"), ("Alt+Right", "1"), ("Alt+Left", "0")):
        press(layer, keys)
        assert layer.store.session.selected == path
    assert QApplication.focusWidget() is editor
    assert editor.text() == text
