"""The Function column: what a user types and clicks there becomes the session's, and the session's becomes what is shown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.panels.argument_rows import level_rows
from vmapviz.gui.panels.argument_view import ArgumentView
from vmapviz.gui.panels.function import FunctionPanel
from vmapviz.gui.panels.level_head import INWARDS, OUTWARDS, MovableHead
from vmapviz.gui.store import Store
from vmapviz.gui.widgets.buttons import IconButton
from vmapviz.gui.widgets.chips import AxisChips, ChipButton
from vmapviz.model import actions
from vmapviz.model.experiment import Case, Experiment, Vmap
from vmapviz.model.messages import Argument, ArgumentLeaf, Ready, ResultLeaf
from vmapviz.model.problem import Problem
from vmapviz.model.session import Jobs, Picture, Session, Worker
from vmapviz.model.trace import Equation, Level, Program, Source, Trace, Value

LAYER = "def layer(W, x, bias):\n    h = W @ x + bias\n    return h\n"
READY = Worker("ready", Ready("0.10", "3.13", "cpu", ("cpu",), False, 2, "here"))


def session(
    source: str = LAYER,
    arguments: str = "W=f32[2,3], x=f32[5,3], bias=f32[2]",
    levels: tuple[Vmap, ...] = (Vmap("(None, 0, None)", "1"),),
    function: str = "layer",
) -> Session:
    return Session(experiment=Experiment(source, function, arguments, levels), worker=READY)


def traced(of: Session, results: tuple[ResultLeaf, ...], arguments: tuple[Argument, ...] = ()) -> Session:
    """The session with a picture: two nested equations in the second line."""
    out = Value("d", None, "float32", (2,))
    inner = Equation("0", "dot_general", (), ("a", "b"), (out,), (), Source("f", 2, 8, 2, 13), None)
    outer = Equation("1", "add", (), ("d", "c"), (out,), (), Source("f", 2, 8, 2, 20), None)
    program = Program((), (), (inner, outer), ("d",))
    levels = tuple(Level(5, None, level.in_axes, level.out_axes) for level in of.experiment.levels)
    trace = Trace(True, levels, (program, *(program for _ in levels)))
    return replace(of, picture=Picture(of.experiment, trace, arguments, results, 0.041))


OUT = (ResultLeaf("", "float32", (2, 5), (1,)),)


class Shown:
    """A panel on a store, as in the window."""

    def __init__(self, panel: FunctionPanel, start: Session) -> None:
        self.panel, self.store = panel, Store(start)
        self.wanted: list[object] = []
        panel.wants.connect(self.wanted.append)
        panel.wants.connect(self.store.apply)
        self.store.changed.connect(panel.show_session)
        panel.show_session(Session(), start)

    @property
    def experiment(self) -> Experiment:
        return self.store.session.experiment

    def argument(self, index: int, level: int = 0) -> ArgumentView:
        return self.panel.argument_levels[level].arguments[index]


@pytest.fixture
def panel(qtbot: QtBot) -> FunctionPanel:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    made = FunctionPanel()
    qtbot.addWidget(made)
    made.resize(328, 860)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    return made


def head(panel: FunctionPanel, level: int) -> MovableHead:
    found = panel.argument_levels[level].head
    assert found is not None
    return found


def chip(chips: AxisChips, axis: int | None) -> ChipButton:
    return next(button for button in chips.buttons() if button.chip.axis == axis)


def labels(chips: AxisChips) -> list[str]:
    return [button.chip.label for button in chips.buttons()]


def batch_axis(chips: AxisChips) -> object:
    return next((button.chip.axis for button in chips.buttons() if button.chip.chosen), "none chosen")


def retype(qtbot: QtBot, field: QLineEdit, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, key)


# The source.


def test_typing_reaches_the_session_and_its_history_takes_it_back(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    panel.editor.setFocus()
    panel.editor.go_to(3)
    qtbot.keyClicks(panel.editor, "#")
    assert shown.experiment.source == LAYER.replace("    return", "#    return")
    qtbot.keyClick(panel.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown.experiment.source == panel.editor.text() == LAYER
    assert panel.editor.caret() == (3, 0)
    qtbot.keyClick(panel.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert panel.editor.text() == LAYER.replace("    return", "#    return")


def test_a_new_parameter_gets_a_row_while_it_is_typed(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    panel.editor.setFocus()
    panel.editor.select(len("def layer(W, x, bias"), len("def layer(W, x, bias"))
    qtbot.keyClicks(panel.editor, ", y")
    assert [shown.argument(i).head.name.text() for i in range(4)] == ["W", "x", "bias", "y"]
    assert shown.argument(3).field.text() == "f32[B]"
    assert panel.editor.hasFocus()


def test_opening_a_file_shows_its_function_first(panel: FunctionPanel) -> None:
    shown = Shown(panel, session())
    source = "import jax\n" * 60 + "def f(x):\n    return x\n" + "\n" * 60
    opened = replace(shown.experiment, source=source, function="f", arguments="f32[5]", path="a.py", levels=(Vmap(),))
    shown.store.apply(lambda s: replace(s, experiment=opened))
    assert panel.editor.caret() == (61, 0)
    assert panel.editor.firstVisibleBlock().blockNumber() == 60


def test_the_error_marks_its_line_and_says_so(panel: FunctionPanel) -> None:
    shown = Shown(panel, session())
    stopped = Problem("exception", "**Line 2 stopped it.**", source=Source("f", 2, 4, 2, 9))
    shown.store.apply(lambda s: replace(s, problem=stopped))
    assert panel.editor.error_line() == 2
    assert panel.error.accessibleName() == "line 2 stopped it"
    assert panel.error.isVisible()
    shown.store.apply(lambda s: replace(s, problem=None))
    assert panel.editor.error_line() is None
    assert not panel.error.isVisible()


def test_what_stopped_the_run_is_marked_until_the_text_changes(panel: FunctionPanel) -> None:
    shown = Shown(panel, traced(session(), OUT))
    failed = Problem("callback", "The callback failed while it ran.", source=Source("f", 2, 4, 2, 9))
    shown.store.apply(lambda s: replace(s, run_problem=failed))
    assert panel.editor.error_line() == 2
    assert panel.error.accessibleName() == "line 2 stopped it"
    shown.store.apply(lambda s: actions.edit_source(s, s.experiment.source + "# more"))
    assert panel.editor.error_line() is None


def test_the_selected_equation_marks_its_source_only_while_the_picture_fits(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, traced(session(), OUT))
    shown.store.apply(lambda s: actions.hover(actions.select(s, "0"), "1"))
    assert panel.editor.ranges() == (Source("f", 2, 8, 2, 13), Source("f", 2, 8, 2, 20))
    qtbot.keyClicks(panel.editor, "#")
    assert panel.editor.ranges() == (None, None)


def test_the_innermost_equation_at_a_place_is_selected(panel: FunctionPanel) -> None:
    shown = Shown(panel, traced(session(), OUT))
    panel.editor.picked.emit(2, 9)
    assert shown.store.session.selected == "0"
    panel.editor.picked.emit(2, 18)
    assert shown.store.session.selected == "1"
    panel.editor.picked.emit(1, 0)
    assert shown.store.session.selected == "1"


def test_one_of_several_functions_can_be_picked(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    assert not panel.functions.isVisible()
    panel.editor.setFocus()
    shown.store.apply(lambda s: actions.edit_source(s, LAYER + "\ndef other(x):\n    return x\n"))
    assert panel.functions.isVisible()
    assert panel.functions.currentText() == "layer"
    panel.functions.setFocus()
    qtbot.keyClick(panel.functions, Qt.Key.Key_Down)
    assert shown.experiment.function == "other"
    assert len(shown.wanted) == 1
    panel.functions.textActivated.emit("other")
    assert len(shown.wanted) == 1
    assert shown.argument(0).head.name.text() == "x"
    assert not shown.argument(1).isVisible()


def test_finding_in_the_source(panel: FunctionPanel, qtbot: QtBot) -> None:
    Shown(panel, session("é😀 = 1\nX = 2\nx = 3\n"))
    qtbot.keyClick(panel.editor, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(panel.finder.field, "x")
    assert panel.editor.textCursor().selectedText() == "X"
    assert panel.finder.count.text() == "1 of 2"
    qtbot.keyClick(panel.finder.field, Qt.Key.Key_Return)
    assert panel.editor.caret() == (3, 1)
    qtbot.keyClick(panel.finder.field, Qt.Key.Key_Return)
    assert panel.editor.caret() == (2, 1)
    qtbot.keyClick(panel.finder.field, Qt.Key.Key_Escape)
    assert panel.editor.hasFocus()
    assert not panel.finder.isVisible()


def test_a_half_typed_line_renames_no_argument(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session(arguments="f32[2,3], f32[5,3], f32[2]"))
    panel.editor.setFocus()
    panel.editor.go_to(3)
    qtbot.keyClicks(panel.editor, "(")
    assert [shown.argument(i).head.name.text() for i in range(3)] == ["W", "x", "bias"]


def test_find_in_the_editor_is_not_the_windows(panel: FunctionPanel, qtbot: QtBot) -> None:
    Shown(panel, session())
    elsewhere: list[bool] = []
    shortcut = QShortcut(QKeySequence.StandardKey.Find, panel)
    shortcut.activated.connect(lambda: elsewhere.append(True))
    panel.setFocus()
    qtbot.keyClick(panel.editor, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert (elsewhere, panel.finder.isVisible()) == ([], True)


# Arguments.


def test_rows_show_name_type_chips_and_caption_before_any_trace(panel: FunctionPanel) -> None:
    shown = Shown(panel, session())
    x = shown.argument(1)
    assert (x.head.name.text(), x.head.dtype.text(), x.field.text()) == ("x", "f32", "f32[5,3]")
    assert labels(x.head.chips) == ["5", "3", "None"]
    assert x.head.caption.text() == "● batch axis 0: 5 examples of f32[3]"
    assert shown.argument(0).head.caption.text() == "in_axes None: one W, shared by all"


def test_a_click_on_a_chip_changes_in_axes_and_back(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    qtbot.mouseClick(chip(shown.argument(1).head.chips, 1), Qt.MouseButton.LeftButton)
    assert shown.experiment.levels[0].in_axes == "(None, 1, None)"
    assert panel.argument_levels[0].in_axes.field.text() == "(None, 1, None)"
    assert batch_axis(shown.argument(1).head.chips) == 1
    qtbot.mouseClick(chip(shown.argument(1).head.chips, None), Qt.MouseButton.LeftButton)
    assert shown.experiment.levels[0].in_axes == "(None, None, None)"
    assert shown.argument(1).head.caption.text() == "in_axes None: one x, shared by all"


def test_the_text_of_in_axes_moves_the_chips(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    retype(qtbot, panel.argument_levels[0].in_axes.field, "(1, None, 0)")
    assert [batch_axis(shown.argument(i).head.chips) for i in range(3)] == [1, None, 0]


def test_bad_axes_are_said_and_stay_to_be_mended(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    axes = panel.argument_levels[0].in_axes
    retype(qtbot, axes.field, "(None, 0")
    assert "cannot be read as axes" in axes.sentence.accessibleName()
    assert axes.sentence.isVisible()
    assert axes.field.text() == "(None, 0"
    assert shown.experiment.levels[0].in_axes == "(None, 0, None)"
    shown.store.apply(lambda s: actions.edit_source(s, LAYER + "\n"))
    assert axes.field.text() == "(None, 0"
    qtbot.keyClick(axes.field, Qt.Key.Key_Escape)
    assert axes.field.text() == "(None, 0, None)"
    assert not axes.sentence.isVisible()


def test_a_type_is_typed_and_a_bad_one_is_said(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    x = shown.argument(1)
    retype(qtbot, x.field, "i32[7,3]")
    assert shown.experiment.arguments == "W=f32[2,3], x=i32[7,3], bias=f32[2]"
    assert labels(x.head.chips) == ["7", "3", "None"]
    assert x.head.dtype.text() == "i32"
    retype(qtbot, x.field, "f32[7,")
    assert "not finished" in x.sentence.accessibleName()
    assert x.field.text() == "f32[7,"
    assert shown.experiment.arguments == "W=f32[2,3], x=i32[7,3], bias=f32[2]"


def test_unfinished_text_is_not_overwritten(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    field = shown.argument(1).field
    field.setFocus()
    qtbot.keyClicks(field, "9")
    unfinished = field.text()
    shown.store.apply(lambda s: actions.set_argument(s, 1, "f32[8,3]"))
    assert field.text() == unfinished != "f32[8,3]"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "f32[8,3]"


def test_undo_in_a_field_at_rest_is_the_experiments(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    field = shown.argument(1).field
    retype(qtbot, field, "f32[7,3]")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown.experiment.arguments == "W=f32[2,3], x=f32[5,3], bias=f32[2]"
    assert field.text() == "f32[5,3]"


def test_a_value_has_chips_once_it_was_evaluated(panel: FunctionPanel) -> None:
    start = session(arguments="W=jnp.eye(3), x=f32[B,3], bias=f32[2]")
    shown = Shown(panel, start)
    assert not shown.argument(0).head.chips.isVisible()
    assert labels(shown.argument(1).head.chips) == ["B", "3", "None"]
    known = (
        Argument("W", "jnp.eye(3)", (ArgumentLeaf("", "float32", (3, 3), (None,)),)),
        Argument("x", "f32[B,3]", (ArgumentLeaf("", "float32", (5, 3), (0,)),)),
    )
    shown.store.apply(lambda _: traced(start, OUT, known))
    assert labels(shown.argument(0).head.chips) == ["3", "3", "None"]
    assert labels(shown.argument(1).head.chips) == ["5", "3", "None"]


def test_disagreeing_rows_are_marked_and_say_what_they_count(panel: FunctionPanel) -> None:
    shown = Shown(panel, session(levels=(Vmap("(0, 0, None)"),)))
    shown.store.apply(lambda s: replace(s, problem=Problem("sizes", "W and x disagree", arguments=(0, 1))))
    rows = [shown.argument(i).row() for i in range(3)]
    assert [row.wrong for row in rows if row] == [True, True, False]
    assert shown.argument(0).head.caption.text() == "axis 0 counts 2 examples"
    image = shown.argument(0).grab().toImage()
    assert image.pixelColor(1, image.height() // 2).name().upper() == theme.current().colour("error")
    assert image.pixelColor(200, 3).name().upper() == theme.current().colour("error_fill")


def test_the_message_that_asks_for_a_type_puts_the_keyboard_there(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    panel.editor.setFocus()
    shown.store.apply(lambda s: replace(s, problem=Problem("shapes", "The shapes do not fit.", wants_type=2)))
    assert shown.argument(2).field.hasFocus()
    assert shown.argument(2).field.selectedText() == "f32[2]"
    panel.editor.setFocus()
    shown.store.apply(lambda s: replace(s, notes=(Problem("n", "The same problem stands."),)))
    assert panel.editor.hasFocus()


TREE = session("def f(p, x):\n    return x\n", 'p={"w": f32[5,3], "b": f32[5]}, x=f32[5]', (Vmap("(None, 0)"),), "f")


def test_a_pytree_has_a_row_per_array_and_one_for_all(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, TREE)
    p = shown.argument(0)
    assert [view.name.text() for view in p.leaves] == ["['b']", "['w']"]
    assert labels(p.head.chips) == ["5", "3", "None"]
    qtbot.mouseClick(chip(p.leaves[1].chips, 0), Qt.MouseButton.LeftButton)
    assert shown.experiment.levels[0].in_axes == "({'b': None, 'w': 0}, 0)"
    assert p.head.caption.text() == "its arrays have axes of their own"
    qtbot.mouseClick(chip(p.head.chips, 0), Qt.MouseButton.LeftButton)
    assert shown.experiment.levels[0].in_axes == "(0, 0)"
    assert [batch_axis(view.chips) for view in p.leaves] == [0, 0]


def test_an_impossible_axis_says_why_and_does_nothing(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, TREE)
    second = chip(shown.argument(0).head.chips, 1)
    assert second.toolTip() == "p['b'] has no axis 1. It has 1 axis: 0."
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert shown.wanted == []


def test_the_parts_of_a_pytree_fold(panel: FunctionPanel, qtbot: QtBot) -> None:
    p = Shown(panel, TREE).argument(0)
    qtbot.mouseClick(p.fold, Qt.MouseButton.LeftButton)
    assert not any(view.isVisible() for view in p.leaves)
    qtbot.mouseClick(p.fold, Qt.MouseButton.LeftButton)
    assert all(view.isVisible() for view in p.leaves)


def test_a_keyword_argument_has_axis_0_and_no_choice(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session("def f(x, *, k):\n    return x\n", "f32[5], k=f32[5,2]", (Vmap(),), "f"))
    k = shown.argument(1)
    assert labels(k.head.chips) == ["5", "2"]
    assert batch_axis(k.head.chips) == 0
    qtbot.mouseClick(chip(k.head.chips, 1), Qt.MouseButton.LeftButton)
    assert shown.wanted == []
    assert "passed by keyword" in chip(k.head.chips, 1).toolTip()


# Levels, result, settings.

PAIRS = session(
    "def dist(a, b):\n    return a - b\n", "a=f32[3,2], b=f32[4,2]", (Vmap("(None, 0)"), Vmap("(0, None)")), "dist"
)


def test_every_vmap_has_its_own_rows_without_the_axes_of_those_around_it(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, PAIRS)
    assert [labels(shown.argument(0, level).head.chips) for level in (0, 1)] == [["2", "None"], ["3", "2", "None"]]
    assert shown.argument(0, 1).head.caption.text() == "●● batch axis 0: 3 examples of f32[2]"
    assert not shown.argument(0, 1).field.isVisible()
    qtbot.mouseClick(chip(shown.argument(1, 1).head.chips, 0), Qt.MouseButton.LeftButton)
    assert [level.in_axes for level in shown.experiment.levels] == ["(None, 0)", "(0, 0)"]


def test_a_vmap_is_added_and_taken_away(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    qtbot.mouseClick(panel.count.add, Qt.MouseButton.LeftButton)
    assert len(shown.experiment.levels) == len(panel.argument_levels) == 2
    qtbot.mouseClick(head(panel, 1).remove, Qt.MouseButton.LeftButton)
    assert len(panel.argument_levels) == 1
    assert panel.argument_levels[0].head is None


def test_a_vmap_is_moved_by_mouse_and_by_keys_and_the_keyboard_goes_with_it(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session("def f(x):\n    return x\n", "f32[2,3,4]", (Vmap(), Vmap("0", "0"), Vmap()), "f"))
    qtbot.mouseClick(head(panel, 0).steps[OUTWARDS], Qt.MouseButton.LeftButton)
    assert [level.in_axes for level in shown.experiment.levels] == ["0", "1", "0"]
    assert not head(panel, 0).steps[INWARDS].isEnabled()
    assert not head(panel, 2).steps[OUTWARDS].isEnabled()
    head(panel, 2).steps[INWARDS].setFocus()
    for place in (1, 0):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert head(panel, place).isAncestorOf(QApplication.focusWidget())
    assert [level.in_axes for level in shown.experiment.levels] == ["0", "1", "2"]
    assert QApplication.focusWidget() is head(panel, 0).steps[OUTWARDS]
    shown.store.apply(actions.undo)
    shown.store.apply(actions.undo)
    shown.store.apply(actions.undo)
    assert [level.in_axes for level in shown.experiment.levels] == ["0", "0", "0"]


def test_the_buttons_of_a_vmap_say_what_they_do(panel: FunctionPanel) -> None:
    Shown(panel, PAIRS)
    names = [[one.accessibleName() for one in head(panel, level).findChildren(IconButton)] for level in (0, 1)]
    assert names[0] == ["Move the inner vmap inwards", "Move the inner vmap outwards", "Remove the inner vmap"]
    Shown(panel, session(arguments="f32[2,2,2]", levels=(Vmap(),) * 3, function="layer"))
    assert head(panel, 2).remove.accessibleName() == "Remove vmap 3"


def test_any_vmap_is_taken_away_and_the_keyboard_stays_near(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session("def f(x):\n    return x\n", "f32[2,3,4]", (Vmap(), Vmap(), Vmap()), "f"))
    head(panel, 1).remove.setFocus()
    qtbot.keyClick(head(panel, 1).remove, Qt.Key.Key_Space)
    assert shown.experiment.arguments == "f32[2,4]"
    assert QApplication.focusWidget() is head(panel, 1).remove
    qtbot.keyClick(head(panel, 1).remove, Qt.Key.Key_Space)
    assert shown.experiment.arguments == "f32[4]"
    assert QApplication.focusWidget() is panel.count.add


def test_which_programs_are_shown_is_chosen_where_there_is_a_choice(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown, (every, two) = Shown(panel, session()), panel.shown.choice.segments
    assert not panel.shown.isVisible()
    shown.store.apply(actions.add_level)
    assert panel.shown.isVisible()
    assert every.isChecked()
    qtbot.mouseClick(two, Qt.MouseButton.LeftButton)
    assert shown.store.session.view.two_levels
    assert two.isChecked()
    qtbot.keyClick(two, Qt.Key.Key_Left)
    assert not shown.store.session.view.two_levels
    shown.store.apply(actions.add_level)
    assert two.isChecked()
    assert not every.isEnabled()
    assert "4 programs" in every.toolTip()
    qtbot.mouseClick(every, Qt.MouseButton.LeftButton)
    assert two.isChecked()


def test_the_result_moves_its_batch_axis_at_once_by_chip_and_by_text(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, traced(session(), OUT))
    result = panel.result_levels[0]
    out = result.rows[0]
    assert labels(out.chips) == ["2", "5"]
    assert out.caption.text() == "● out_axes 1: batch axis last"
    qtbot.mouseClick(chip(out.chips, 0), Qt.MouseButton.LeftButton)
    assert shown.experiment.levels[0].out_axes == result.out_axes.field.text() == "0"
    assert labels(out.chips) == ["5", "2"]
    retype(qtbot, result.out_axes.field, "-1")
    assert labels(out.chips) == ["2", "5"]
    assert batch_axis(out.chips) == 1


def test_the_result_of_two_vmaps_is_marked_with_both(panel: FunctionPanel) -> None:
    results = (ResultLeaf("", "float32", (3, 4, 2), (1, 0)),)
    Shown(panel, traced(PAIRS, results))
    inner, outer = (view.rows[0].chips for view in panel.result_levels)
    assert [(b.chip.label, b.chip.level) for b in inner.buttons()] == [("4", 1), ("2", 0)]
    assert [(b.chip.label, b.chip.level) for b in outer.buttons()] == [("3", 2), ("4", 1), ("2", 0)]


def test_the_batch_size_resizes_types_and_is_fixed_for_values(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    settings = panel.level_settings[0]
    assert (settings.stepper.value(), settings.note.text()) == (5, "resizes x, axis 0")
    qtbot.mouseClick(settings.stepper.plus, Qt.MouseButton.LeftButton)
    assert shown.experiment.arguments == "W=f32[2,3], x=f32[6,3], bias=f32[2]"
    value = Argument("x", "jnp.ones((5, 3))", (ArgumentLeaf("", "float32", (5, 3), (0,)),))
    fixed = session(arguments="W=f32[2,3], x=jnp.ones((5, 3)), bias=f32[2]")
    shown.store.apply(lambda _: traced(fixed, OUT, (value,)))
    assert settings.note.text() == "x is a value: edit it"
    assert not settings.stepper.isEnabled()
    assert "its size is changed in its text" in settings.stepper.toolTip()


def test_the_axis_name_is_typed(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, session())
    retype(qtbot, panel.level_settings[0].name, "batch")
    assert shown.experiment.levels[0].axis_name == "batch"


def test_a_case_is_picked_and_left_again(panel: FunctionPanel, qtbot: QtBot) -> None:
    start = session()
    cases = (Case("seven", arguments="W=f32[2,3], x=f32[7,3], bias=f32[2]"),)
    shown = Shown(panel, replace(start, experiment=replace(start.experiment, cases=cases)))
    panel.cases.setFocus()
    qtbot.keyClick(panel.cases, Qt.Key.Key_Down)
    assert shown.experiment.case == "seven"
    assert shown.argument(1).field.text() == "f32[7,3]"
    qtbot.keyClick(panel.cases, Qt.Key.Key_Up)
    assert shown.experiment.case is None


def test_the_wheel_over_a_picker_without_the_keyboard_picks_nothing(panel: FunctionPanel) -> None:
    shown = Shown(panel, session(LAYER + "\ndef other(x):\n    return x\n"))
    panel.editor.setFocus()
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    at, phase = QPointF(20, 10), Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(at, at, QPoint(), QPoint(0, -120), buttons, keys, phase, False)
    QApplication.sendEvent(panel.functions, turn)
    assert shown.wanted == []


def test_notes_are_shown_with_their_marks(panel: FunctionPanel) -> None:
    shown = Shown(panel, session())
    assert not panel.notes.isVisible()
    note = Problem("n", "**cond became select_n.**", "Both branches run.", "warn")
    shown.store.apply(lambda s: replace(s, notes=(note,)))
    assert panel.notes.isVisible()
    assert len(panel.notes.notes) == 1


def test_a_short_trace_is_not_announced_and_a_long_one_is(panel: FunctionPanel, qtbot: QtBot) -> None:
    shown = Shown(panel, traced(session(), OUT))
    assert panel.status.text() == "up to date · 41 ms"
    shown.store.apply(lambda s: replace(s, jobs=Jobs(newest=1, trace=1)))
    assert panel.status.text() == "up to date · 41 ms"
    qtbot.waitUntil(lambda: panel.status.text() == "Working...")
    shown.store.apply(lambda s: replace(s, jobs=Jobs(newest=1)))
    assert panel.status.text() == "up to date · 41 ms"


def test_every_control_is_reached_by_tab_and_has_a_name(panel: FunctionPanel) -> None:
    shown = Shown(panel, TREE)
    reached, widget = [], panel.editor.nextInFocusChain()
    while widget is not panel.editor:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.append(widget)
        widget = widget.nextInFocusChain()
    for control in (
        shown.argument(0).field,
        shown.argument(0).fold,
        chip(shown.argument(1).head.chips, 0),
        panel.argument_levels[0].in_axes.field,
        panel.result_levels[0].out_axes.field,
        panel.level_settings[0].stepper.edit,
        panel.level_settings[0].name,
        panel.count.add,
    ):
        assert control in reached
    places = [widget.mapTo(panel, widget.rect().topLeft()).y() for widget in reached if panel.isAncestorOf(widget)]
    assert places == sorted(places)
    assert [type(w).__name__ for w in reached if not (w.accessibleName() or w.property("text"))] == []


def test_it_settles_at_every_size_and_zoom(panel: FunctionPanel) -> None:
    Shown(panel, traced(session(LAYER + "x" * 36 + "\n" * 12), OUT))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for scale in (1.0, 1.4):
        theme.apply(app, "light", scale)
        for height in range(300, 1300, 50):
            panel.resize(int(328 * scale), height)
            app.processEvents()
            assert panel.editor.height() <= max(height * 0.4, theme.px(96))
    theme.apply(app, "light")


def test_sessions_are_shown_without_wanting_anything(panel: FunctionPanel) -> None:
    empty, layer, problem = Session(), session(), Problem("sizes", "no", arguments=(0, 5), wants_type=1)
    sessions = [
        empty,
        layer,
        traced(layer, OUT),
        replace(layer, problem=problem),
        TREE,
        PAIRS,
        traced(PAIRS, (ResultLeaf("", "float32", (3, 4, 2), (1, 0)),)),
        session(source="def layer("),
        session(arguments="f32[2,"),
        session(arguments=""),
        session(levels=(Vmap("(0,)", "nonsense("),)),
        session(levels=(Vmap("None"),)),
        session(levels=(Vmap(axis_name="b", axis_size=3), Vmap(), Vmap())),
        session(function="missing"),
        session("x = 1\n", "f32[3], *args", function=""),
        replace(layer, notes=(problem,)),
        actions.select(traced(layer, OUT), "1"),
        actions.hover(traced(layer, OUT), "+0"),
        replace(layer, worker=Worker("stopped")),
        replace(traced(layer, OUT), experiment=replace(layer.experiment, source="é😀\r\n\tx\u2028y")),
    ]
    wanted: list[object] = []
    panel.wants.connect(wanted.append)
    for old, new in zip([empty, *sessions], [*sessions, empty], strict=True):
        panel.show_session(old, new)
        QApplication.processEvents()
    assert wanted == []


def test_only_the_argument_that_in_axes_do_not_fit_says_so() -> None:
    one = Experiment("def f(W, x): return W @ x", "f", "f32[2,3], f32[5,3]", (Vmap("(None, (0, 1))"),))
    captions = ["".join(words for words, _, _ in row.caption) for row in level_rows(Session(experiment=one))[0].rows]
    assert captions == ["in_axes None: one W, shared by all", "in_axes does not fit this argument"]
