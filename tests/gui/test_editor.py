"""The editor: what its keys do to Python, what it reports, and that text from outside never disturbs the caret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import text
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QFontMetricsF, QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.code_edits import differences, new_line, toggle_comment
from vmapviz.gui.code_paint import columns
from vmapviz.gui.editor import CodeEditor
from vmapviz.gui.highlight import Highlighter, spans
from vmapviz.gui.utf16 import to_characters, to_units
from vmapviz.model.trace import Source

LAYER = 'def layer(W, x):\n    """One é 😀 layer."""\n    return W @ x\n'


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    made = CodeEditor()
    qtbot.addWidget(made)
    made.resize(328, 300)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def select(editor: CodeEditor, start: int, end: int | None = None) -> None:
    """Select characters, or put the caret."""
    text, cursor = editor.text(), editor.textCursor()
    cursor.setPosition(to_units(text, start))
    cursor.setPosition(to_units(text, start if end is None else end), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def test_typing_is_reported_with_the_whole_text(editor: CodeEditor, qtbot: QtBot) -> None:
    said: list[str] = []
    editor.edited.connect(said.append)
    qtbot.keyClicks(editor, "x = 1")
    assert said[-1] == editor.text() == "x = 1"
    assert len(said) == 5


def test_text_from_outside_is_not_reported_and_keeps_caret_and_scroll(editor: CodeEditor) -> None:
    said: list[str] = []
    editor.edited.connect(said.append)
    long = LAYER + "\n".join(f"x{i} = {i}" for i in range(200))
    editor.set_most_height(300)
    editor.show_text(long)
    select(editor, long.index("x90"))
    editor.verticalScrollBar().setValue(80)
    editor.show_text(long.replace("x150 = 150", "x150 = 😀").replace("W @ x", "W @ (x + 1)"))
    line, column = editor.caret()
    assert (line, column) == (long[: long.index("x90")].count("\n") + 1, 0)
    assert editor.verticalScrollBar().value() == 80
    assert said == []
    editor.show_text("")
    assert (editor.text(), said) == ("", [])


def test_text_that_qt_would_change_comes_back_as_it_was(editor: CodeEditor) -> None:
    editor.show_text("a = '\u00a0'\r\nb\n")
    assert editor.text() == "a = '\u00a0'\nb\n"


def test_undo_redo_and_leaving_are_asked_for_and_change_nothing_here(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("x")
    qtbot.keyClicks(editor, "y")
    asked: list[str] = []
    editor.undo_asked.connect(lambda: asked.append("undo"))
    editor.redo_asked.connect(lambda: asked.append("redo"))
    editor.left.connect(lambda: asked.append("left"))
    editor.find_asked.connect(lambda: asked.append("find"))
    ctrl, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(editor, Qt.Key.Key_Z, ctrl)
    qtbot.keyClick(editor, Qt.Key.Key_Z, ctrl | shift)
    qtbot.keyClick(editor, Qt.Key.Key_F6)
    qtbot.keyClick(editor, Qt.Key.Key_F, ctrl)
    assert asked == ["undo", "redo", "left", "find"]
    assert editor.text() in ("xy", "yx")
    assert not editor.isUndoRedoEnabled()


def test_enter_keeps_the_indentation_and_adds_to_it_after_a_colon(editor: CodeEditor, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "def f(x):")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "y = x")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "return y")
    assert editor.text() == "def f(x):\n    y = x\n    return y"


def test_enter_after_a_comment_with_a_colon_does_not_indent() -> None:
    assert new_line("x  # note:", 10, 10).text == "x  # note:\n"
    assert new_line("f(", 2, 2).text == "f(\n    "


def test_backspace_takes_back_one_step_of_indentation(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("😀\n        x")
    select(editor, 10)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert (editor.text(), editor.caret()) == ("😀\n    x", (2, 4))
    select(editor, 7)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert editor.text() == "😀\n    "


def test_tab_fills_up_to_the_next_step_and_moves_selected_lines(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("ab\n😀\n\nc")
    select(editor, 2)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text() == "ab  \n😀\n\nc"
    select(editor, 1, 7)
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text() == "    ab  \n    😀\n\nc"
    qtbot.keyClick(editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert editor.text() == "ab  \n😀\n\nc"


def test_comment_and_back(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("if x:\n    y\n\n    z\n")
    select(editor, 6, 18)
    qtbot.keyClick(editor, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "if x:\n    # y\n\n    # z\n"
    qtbot.keyClick(editor, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "if x:\n    y\n\n    z\n"


def test_a_comment_of_a_blank_line_changes_nothing() -> None:
    assert toggle_comment("\n", 0, 0).text == "\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("abc", "abxc", ((2, 2, "x"),)),
        ("aaa", "aa", ((2, 3, ""),)),
        ("", "x", ((0, 0, "x"),)),
        ("😀b", "😁b", ((0, 1, "😁"),)),
        ("same", "same", ()),
        ("a1\nb\nc1\nd", "a2\nb\nc2\nd", ((1, 2, "2"), (6, 7, "2"))),
    ],
)
def test_differences_are_the_least_edits(old: str, new: str, expected: tuple[tuple[int, int, str], ...]) -> None:
    assert differences(old, new) == expected


@given(text(alphabet="ab\n😀"), text(alphabet="ab\n😀"))
def test_differences_make_one_text_of_the_other(old: str, new: str) -> None:
    made = old
    for start, end, inserted in reversed(differences(old, new)):
        made = made[:start] + inserted + made[end:]
    assert made == new


def test_places_convert_both_ways_around_letters_outside_the_first_plane() -> None:
    text = "aé😀b"
    assert [to_units(text, n) for n in range(5)] == [0, 1, 2, 4, 5]
    assert [to_characters(text, n) for n in (0, 1, 2, 4, 5)] == [0, 1, 2, 3, 4]


def test_strings_of_several_lines_stay_strings_and_keywords_are_bold() -> None:
    found, inside = spans("    '''One", -1)
    assert {kind for _, _, kind in found} == {"string"}
    assert inside == 1
    assert spans("if this", inside)[0] == ((0, 7, "string"),)
    assert spans("two'''", inside)[1] == -1
    assert spans("return x  # why", -1)[0] == ((0, 6, "keyword"), (10, 15, "comment"))


def test_formats_count_in_utf16_units(editor: CodeEditor) -> None:
    editor.show_text("s = '😀' if x else 0")
    bold = [
        (part.start, part.length)
        for part in editor.document().firstBlock().layout().formats()
        if part.format.fontWeight() == 700
    ]
    assert bold == [(9, 2), (14, 4)]


def test_a_source_range_covers_each_line_from_its_first_letter() -> None:
    source = Source("", 2, 4, 4, 3)
    texts = {1: "a", 2: "    cond(  ", 3: "      x, ", 4: "  )  + y", 5: "z"}
    covered = {line: columns(source, line, text) for line, text in texts.items()}
    assert covered == {1: None, 2: (4, 9), 3: (6, 8), 4: (2, 3), 5: None}


def pixels(editor: CodeEditor, colour: str) -> list[tuple[int, int]]:
    """Where the viewport has this colour of the theme."""
    image, wanted = editor.viewport().grab().toImage(), QColor(theme.current().colour(colour)).rgb()
    return [(x, y) for y in range(image.height()) for x in range(image.width()) if image.pixel(x, y) == wanted]


def test_the_selected_range_is_painted_under_its_own_characters(editor: CodeEditor) -> None:
    editor.show_text("a😀é = 'é😀' + xyz\n\n")
    editor.show_ranges(Source("", 1, 13, 1, 16), None)
    xs = [x for x, _ in pixels(editor, "ribbon")]
    cursor = editor.textCursor()
    cursor.setPosition(to_units(editor.text(), 13))
    left = editor.cursorRect(cursor).left()
    cursor.setPosition(to_units(editor.text(), 16))
    right = editor.cursorRect(cursor).left()
    assert abs(min(xs) - (left - 2)) <= 2
    assert abs(max(xs) - (right + 2)) <= 2
    editor.show_ranges(None, None)
    assert pixels(editor, "ribbon") == []


def test_the_selected_range_comes_into_view_but_never_under_someone_who_types(editor: CodeEditor) -> None:
    editor.show_text("\n".join(f"line_{i} = {i}" for i in range(1, 201)))
    editor.set_most_height(240)
    editor.clearFocus()
    bar = editor.verticalScrollBar()
    editor.show_ranges(Source("", 150, 0, 152, 4), None)
    assert bar.value() <= 149
    assert bar.value() + bar.pageStep() >= 152
    before = bar.value()
    editor.show_ranges(Source("", 150, 0, 150, 4), None)
    assert bar.value() == before
    editor.show_ranges(Source("", 10, 0, 10, 4), None)
    assert bar.value() == 9
    editor.setFocus()
    editor.show_ranges(Source("", 190, 0, 190, 4), None)
    assert bar.value() == 9


def test_the_line_in_error_is_filled_across(editor: CodeEditor) -> None:
    editor.show_text("a\nb\nc")
    editor.show_error(Source("", 2, 0, 2, 1))
    ys = {y for _, y in pixels(editor, "error_fill")}
    assert len(ys) == theme.line_height("code")
    assert [x for x, _ in pixels(editor, "error") if x >= theme.px(4)] == []  # all of the line: nothing to tell apart
    editor.show_error(None)
    assert pixels(editor, "error_fill") == []


def test_what_of_the_line_is_in_error_is_underlined(editor: CodeEditor) -> None:
    editor.show_text("if x > 0:\n    y = a + b")
    editor.show_error(Source("", 2, 8, 2, 13))
    underlined = sorted({x for x, _ in pixels(editor, "error") if x >= theme.px(4)})
    letter = QFontMetricsF(editor.font()).horizontalAdvance("m")
    assert len(underlined) == underlined[-1] - underlined[0] + 1
    assert abs(len(underlined) - 5 * letter) <= 2


def test_it_grows_with_the_text_up_to_the_most(editor: CodeEditor) -> None:
    editor.show_text("\n" * 5)
    few = editor.height()
    editor.show_text("\n" * 7)
    assert editor.height() == few + 2 * theme.line_height("code")
    editor.set_most_height(200)
    editor.show_text("\n" * 100)
    assert 200 - theme.line_height("code") < editor.height() <= 200


def test_it_is_as_high_as_the_function_where_the_text_does_not_fit(editor: CodeEditor) -> None:
    row = theme.line_height("code")
    editor.show_text("\n" * 100)
    editor.set_most_height(20 * row)
    editor.set_rows(9)
    few = editor.height()
    editor.set_rows(10)
    assert editor.height() == few + row
    editor.set_rows(1)
    assert 4 * row < editor.height() < few
    editor.show_text("\n" * 14)
    assert editor.height() > few


def test_its_height_settles_at_every_width_and_zoom(editor: CodeEditor) -> None:
    editor.show_text("x" * 30 + "\n" * 6)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for scale in (1.0, 1.4):
        theme.apply(app, "light", scale)
        for most in (150, 180, 200, 1000):
            editor.set_most_height(most)
            for width in range(260, 460, 5):
                editor.resize(width, editor.height())
                assert editor.height() <= most
    theme.apply(app, "light")


def test_a_line_that_does_not_fit_gets_a_scroll_bar_below_the_text(editor: CodeEditor) -> None:
    editor.show_text("short\n" * 6)
    short = editor.height()
    editor.show_text("short\n" * 5 + "long" * 30 + "\n")
    assert editor.height() == short + editor.horizontalScrollBar().sizeHint().height()
    assert editor.verticalScrollBar().maximum() == 0


def test_a_click_between_two_rows_goes_to_the_letter_above_it(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("abcdef\nabcdef\nabcdef")
    cursor = editor.textCursor()
    cursor.setPosition(2)
    area = editor.cursorRect(cursor)
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(area.left(), area.bottom() + 2))
    assert editor.caret() == (1, 2)


def test_ctrl_click_asks_for_the_equation_there(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.show_text("a = '😀'\nb = W @ x")
    picked: list[tuple[int, int]] = []
    editor.picked.connect(lambda *place: picked.append(place))
    cursor = editor.textCursor()
    cursor.setPosition(to_units(editor.text(), 14))
    at = editor.cursorRect(cursor).center()
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert picked == []
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=at)
    assert picked == [(2, 6)]


def test_files_are_left_to_the_window(editor: CodeEditor) -> None:
    files, words = QMimeData(), QMimeData()
    files.setUrls([QUrl("file:///a.py")])
    files.setText("file:///a.py")
    words.setText("a")
    assert not editor.canInsertFromMimeData(files)
    assert editor.canInsertFromMimeData(words)


def test_the_menu_has_no_undo_of_its_own(editor: CodeEditor) -> None:
    menu = editor.menu(QPoint(40, 10))
    labels = [action.text() for action in menu.actions()]
    assert "Select its equation" in labels
    assert "Undo" not in labels


def test_the_other_half_of_a_bracket_is_found_past_strings(editor: CodeEditor) -> None:
    editor.show_text("f(')', (1,\n 2))")
    select(editor, 2)
    assert len(pixels(editor, "ribbon")) > 0
    select(editor, 6)
    assert pixels(editor, "ribbon") == []


def test_a_long_file_is_highlighted_in_slices_to_its_end(editor: CodeEditor, qtbot: QtBot) -> None:
    lines = 2000
    editor.set_most_height(300)
    editor.show_text("def f(x): return 'é', x  # why\n" * lines + '"""open\nfor')
    highlighter = editor.document().findChild(Highlighter)
    assert highlighter is not None
    assert highlighter.pending(), "so many lines take longer than a slice"
    qtbot.waitUntil(lambda: not highlighter.pending(), timeout=20_000)
    counts = [len(editor.document().findBlockByNumber(n).layout().formats()) for n in range(lines + 2)]
    assert set(counts[:lines]) == {4}
    assert counts[lines:] == [1, 1], "the string that stays open carries over"
    highlighter.restyle()
    qtbot.waitUntil(lambda: not highlighter.pending(), timeout=20_000)
    assert len(editor.document().lastBlock().layout().formats()) == 1


def test_an_error_out_of_sight_comes_into_view_unless_someone_types(qtbot: QtBot, editor: CodeEditor) -> None:
    editor.show_text("\n".join(f"line_{n} = {n}" for n in range(1, 101)))
    editor.set_most_height(200)
    editor.resize(300, 200)
    editor.clearFocus()
    editor.show_error(Source("f", 60, 0, 60, 7))
    assert editor.firstVisibleBlock().blockNumber() <= 59
    assert editor.cursorForPosition(editor.viewport().rect().bottomLeft()).blockNumber() >= 59
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    before = editor.verticalScrollBar().value()
    editor.show_error(Source("f", 3, 0, 3, 6))
    assert editor.verticalScrollBar().value() == before
