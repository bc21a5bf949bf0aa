"""The programs side by side: what pointing, keys, folding, copying and finding ask for, and what is painted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from tests.model.traces import traced
from tests.there import there
from vmapviz.gui import theme
from vmapviz.gui.panels.programs import Programs
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.programs import Row
from vmapviz.model.programs.columns import column_of
from vmapviz.model.programs.find import find
from vmapviz.model.programs.text import program_text
from vmapviz.model.scenes.programs.picture import HEADER
from vmapviz.model.session import Picture, Session, View
from vmapviz.model.trace import Trace

Change = Callable[[Session], Session]


class Shown:
    """A panel with the session it shows; what it wants is done at once, as the store does it."""

    def __init__(self, qtbot: QtBot, trace: Trace | None, width: int = 910, height: int = 420) -> None:
        self.panel = Programs()
        qtbot.addWidget(self.panel)
        self.panel.resize(width, height)
        self.panel.show()
        self.session = Session()
        self.wanted: list[Change] = []
        self.panel.wants.connect(self.change)
        if trace is not None:
            picture = Picture(Experiment(function="layer"), trace, (), (), 0.1)
            self.go(msgspec.structs.replace(self.session, picture=picture))

    def go(self, new: Session) -> None:
        old, self.session = self.session, new
        self.panel.show_session(old, new)

    def change(self, change: Change) -> None:
        self.wanted.append(change)
        self.go(change(self.session))

    def row(self, column: int, path: str, kind: str = "equation") -> Row:
        placed = self.panel.view.layout_
        assert placed is not None
        return next(r for r in placed.rows[column] if r.path == path and r.kind == kind)

    def point(self, row: Row, dx: float = 60) -> QPoint:
        view = self.panel.view
        column = column_of(view.columns, row.column)
        return QPointF(column.text + dx, row.y - view.top + HEADER + 12).toPoint()

    def click(self, row: Row) -> None:
        QTest.mouseClick(self.panel.view.viewport(), Qt.MouseButton.LeftButton, pos=self.point(row))

    def image(self) -> QImage:
        return self.panel.view.viewport().grab().toImage()


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    QGuiApplication.clipboard().clear()
    QToolTip.hideText()


@pytest.fixture
def layer(qtbot: QtBot) -> Shown:
    return Shown(qtbot, traced("layer"))


def test_a_click_on_either_side_selects_the_original(layer: Shown) -> None:
    layer.click(layer.row(1, "2"))
    assert layer.session.selected == "1"
    layer.click(layer.row(0, "0"))
    assert layer.session.selected == "0"
    layer.click(layer.row(1, "5"))
    assert layer.session.selected == "+5"


def test_a_click_beside_everything_selects_nothing(layer: Shown) -> None:
    layer.click(layer.row(0, "1"))
    QTest.mouseClick(layer.panel.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, HEADER_ROW))
    assert layer.session.selected is None


HEADER_ROW = int(HEADER) + 14  # an input's row: it cannot be selected


def test_the_pointer_hovers_and_leaves(layer: Shown, qtbot: QtBot) -> None:
    viewport = layer.panel.view.viewport()
    QTest.mouseMove(viewport, layer.point(layer.row(1, "4")))
    qtbot.waitUntil(lambda: layer.session.hovered == "2")
    QTest.mouseMove(viewport, QPoint(60, HEADER_ROW))
    qtbot.waitUntil(lambda: layer.session.hovered is None)


def test_the_gutter_belongs_to_its_ribbon(layer: Shown) -> None:
    view = layer.panel.view
    middle = (view.columns[0].right + view.columns[1].x) / 2
    y = layer.row(0, "1").y + HEADER + 10
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(int(middle), int(y)))
    assert layer.session.selected == "1"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_PageDown, "1"),
        (Qt.Key.Key_Home, "0"),
        (Qt.Key.Key_End, "+5"),
        (Qt.Key.Key_Down, "1"),
    ],
)
def test_keys_go_from_equation_to_equation(layer: Shown, key: Qt.Key, expected: str) -> None:
    layer.go(actions.select(layer.session, "0"))
    QTest.keyClick(layer.panel.view, key)
    assert layer.session.selected == expected


def test_arrows_go_into_open_bodies_and_pages_do_not(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("guarded root"))
    shown.go(actions.select(shown.session, "2"))
    QTest.keyClick(shown.panel.view, Qt.Key.Key_Down)
    assert shown.session.selected == "2.branches[0].0"
    QTest.keyClick(shown.panel.view, Qt.Key.Key_Up)
    assert shown.session.selected == "2"


def test_enter_opens_and_backspace_folds(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("scan"))
    shown.go(actions.select(shown.session, "0"))
    QTest.keyClick(shown.panel.view, Qt.Key.Key_Backspace)
    assert shown.session.folded == {"0.jaxpr"}
    assert not shown.row(0, "0.jaxpr", "body").open
    QTest.keyClick(shown.panel.view, Qt.Key.Key_Backspace)
    assert len(shown.wanted) == 1  # nothing left to fold
    QTest.keyClick(shown.panel.view, Qt.Key.Key_Return)
    assert shown.session.folded == frozenset()


def test_a_click_on_a_title_folds_its_body_on_both_sides(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("scan"))
    shown.click(shown.row(1, "2.jaxpr", "body"))
    assert shown.session.folded == {"0.jaxpr"}
    placed = shown.panel.view.layout_
    assert placed is not None
    assert all(not row.open for rows in placed.rows for row in rows if row.kind == "body")


def test_copy_takes_the_selection_or_everything(layer: Shown) -> None:
    layer.go(actions.select(layer.session, "1"))
    QTest.keyClick(layer.panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "g:f32[5,2] = add e f" in QGuiApplication.clipboard().text()
    assert "lambda" not in QGuiApplication.clipboard().text()
    layer.panel.copy_all()
    assert QGuiApplication.clipboard().text().count("lambda") == 2


def test_find_counts_marks_and_goes_on(layer: Shown) -> None:
    QTest.keyClick(layer.panel.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert layer.panel.bar.isVisible()
    before = layer.image()
    QTest.keyClicks(layer.panel.bar.field, "transpose")
    assert layer.panel.bar.count.text() == "1 of 2"
    assert layer.image() != before
    QTest.keyClick(layer.panel.bar.field, Qt.Key.Key_Return)
    assert layer.panel.bar.count.text() == "2 of 2"
    QTest.keyClick(layer.panel.bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert layer.panel.bar.count.text() == "1 of 2"
    QTest.keyClicks(layer.panel.bar.field, "x")
    assert layer.panel.bar.count.text() == "not found"
    QTest.keyClick(layer.panel.bar.field, Qt.Key.Key_Escape)
    assert not layer.panel.bar.isVisible()


def test_find_scrolls_to_what_is_below(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("chain"))
    shown.panel.open_find()
    last = shown.row(0, "199")
    QTest.keyClicks(shown.panel.bar.field, last.equation.outputs[0].name + ":" if last.equation else "")
    assert shown.panel.view.top > 1000


def test_a_selection_out_of_sight_is_scrolled_to(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("chain"))
    for path in ("150", "3"):
        shown.go(actions.select(shown.session, path))
        row, view = shown.row(0, path), shown.panel.view
        assert view.top <= row.y
        assert row.y + row.height <= view.top + view.viewport().height() - HEADER


def test_the_ribbon_of_the_selection_is_outlined_in_ink(layer: Shown) -> None:
    view = layer.panel.view
    row = layer.row(0, "1")
    point = QPoint(int(view.columns[0].right), int(row.y + HEADER + 12))
    ink = QColor(theme.current().colour("ink"))

    def dark() -> bool:
        image = layer.image()
        return any(image.pixelColor(point.x() + d, point.y()).lightness() < ink.lightness() + 60 for d in (-1, 0, 1))

    assert not dark()
    layer.go(actions.select(layer.session, "1"))
    assert dark()


def test_out_of_date_is_painted_fainter(layer: Shown) -> None:
    def darkest() -> int:
        image = layer.image()
        return min(image.pixelColor(x, y).lightness() for x in range(0, 300, 1) for y in range(90, 130, 2))

    crisp = darkest()
    layer.panel.set_dimmed(0.4)
    assert darkest() > crisp + 60
    layer.panel.set_dimmed(1.0)
    assert darkest() == crisp


def test_themes_and_zoom_repaint(layer: Shown, qapp: QApplication) -> None:
    light = layer.image()
    theme.apply(qapp, "dark")
    assert layer.image() != light
    theme.apply(qapp, "light")
    assert layer.image() == light
    layer.go(msgspec.structs.replace(layer.session, view=View(zoom=1.5)))
    assert layer.image() != light
    layer.click(layer_row(layer, 1.5))
    assert layer.session.selected == "1"


def layer_row(shown: Shown, zoom: float) -> Row:
    """A row moved to where a zoomed view shows it."""
    row = shown.row(0, "1")
    return msgspec.structs.replace(row, y=(row.y + HEADER + 12) * zoom - HEADER - 12 + shown.panel.view.top)


def test_before_the_first_trace_it_says_what_to_do(qtbot: QtBot) -> None:
    shown = Shown(qtbot, None)
    assert shown.panel.empty.isVisible()
    assert "Choose an example" in shown.panel.empty.text()
    shown.go(msgspec.structs.replace(shown.session, picture=Picture(Experiment(), traced("square"), (), (), 0.1)))
    assert not shown.panel.empty.isVisible()


def test_those_who_listen_hear_the_selection(layer: Shown) -> None:
    layer.go(actions.select(layer.session, "1"))
    words = "equation 2, add, became 3 equations: 2a transpose, 2b broadcast_in_dim, 2c add"
    assert layer.panel.view.accessibleDescription() == words


def test_a_resting_pointer_shows_the_full_text(layer: Shown) -> None:
    view = layer.panel.view
    view.show_tooltip(layer.point(layer.row(0, "0")), QPoint(100, 100))
    assert "preferred_element_type=float32" in QToolTip.text()


def test_the_menu_copies_and_folds(layer: Shown) -> None:
    layer.go(actions.select(layer.session, "1"))
    menu = layer.panel.menu()
    assert [action.text() for action in menu.actions()] == [
        "Copy equation",
        "Copy all",
        "Find",
        "Open bodies",
        "Fold bodies",
    ]
    menu.actions()[0].trigger()
    assert "transpose" in QGuiApplication.clipboard().text()
    assert isinstance(menu, QMenu)
    menu.deleteLater()


def test_showing_sessions_asks_for_nothing(qtbot: QtBot) -> None:
    """Twenty sessions, nothing wanted: otherwise the window would chase itself."""
    shown = Shown(qtbot, traced("guarded root"))
    for selected in ("0", "1", "2", "2.branches[0].0", None):
        for folded in (frozenset(), frozenset({"2.branches[0]"})):
            for hovered in (None, "1"):
                shown.go(msgspec.structs.replace(shown.session, selected=selected, folded=folded, hovered=hovered))
    assert shown.wanted == []


def test_a_new_trace_keeps_the_place(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("chain"))
    bar = shown.panel.view.verticalScrollBar()
    bar.setValue(1200)
    again = msgspec.structs.replace(traced("chain"), exact=None)
    picture = msgspec.structs.replace(shown.session.picture, trace=again)
    shown.go(msgspec.structs.replace(shown.session, picture=picture))
    assert bar.value() == 1200


def test_a_narrow_view_of_three_programs_scrolls_sideways(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("pairwise"), width=600)
    assert shown.panel.view.horizontalScrollBar().maximum() > 0
    wide = Shown(qtbot, traced("layer"), width=650)
    assert wide.panel.view.horizontalScrollBar().maximum() == 0


# Nested vmaps: two programs at a time.


@pytest.fixture
def four(qtbot: QtBot) -> Shown:
    shown = Shown(qtbot, traced("four levels"), width=1000)
    assert shown.session.picture is not None
    return shown


def columns_of(shown: Shown) -> list[int]:
    return [column.number for column in shown.panel.view.columns]


def test_up_to_three_programs_have_no_selector(qtbot: QtBot) -> None:
    for name, count in (("layer", 2), ("pairwise", 3)):
        shown = Shown(qtbot, traced(name))
        assert not shown.panel.levels.isVisible()
        assert columns_of(shown) == list(range(count))


def test_of_many_programs_the_selector_says_which_are_shown_and_chooses_others(four: Shown) -> None:
    bar = four.panel.levels
    assert bar.isVisible()
    assert columns_of(four) == [0, 1]
    assert bar.vmaps is not None
    assert [segment.text() for segment in bar.vmaps.segments] == ["vmap 1", "vmap 2", "vmap 3", "vmap 4"]
    QTest.mouseClick(bar.vmaps.segments[2], Qt.MouseButton.LeftButton)
    assert columns_of(four) == [2, 3]
    assert [segment.isChecked() for segment in bar.vmaps.segments] == [False, False, True, False]
    QTest.keyClick(bar.vmaps.segments[2], Qt.Key.Key_Right)
    assert columns_of(four) == [3, 4]


def test_two_programs_at_a_time_are_a_choice_for_three(qtbot: QtBot) -> None:
    shown = Shown(qtbot, traced("pairwise"))
    shown.change(partial(actions.set_two_levels, two=True))
    assert columns_of(shown) == [0, 1]
    assert shown.panel.levels.vmaps is not None
    assert [segment.text() for segment in shown.panel.levels.vmaps.segments] == ["inner vmap", "outer vmap"]
    shown.change(actions.step_outwards)
    assert columns_of(shown) == [1, 2]
    shown.change(partial(actions.set_two_levels, two=False))
    assert not shown.panel.levels.isVisible()
    assert columns_of(shown) == [0, 1, 2]


def test_what_is_done_with_a_pair_is_about_the_pair(four: Shown) -> None:
    four.change(partial(actions.show_pair, pair=2))
    four.click(four.row(3, "2"))  # 3a, a helper of the original's mul
    assert four.session.selected == "2"
    assert "now 3 mul, became 3 equations: 3a" in four.panel.view.accessibleDescription()
    four.panel.copy()
    programs = traced("four levels").programs
    assert QGuiApplication.clipboard().text().count("\n\n") == 1
    four.panel.copy_all()
    assert QGuiApplication.clipboard().text() == f"{program_text(programs[2])}\n\n{program_text(programs[3])}"
    four.panel.open_find()
    four.panel.bar.field.setText("broadcast_in_dim")
    found = find(there(four.panel.view.layout_), "broadcast_in_dim")
    assert len(found) == sum(e.primitive == "broadcast_in_dim" for p in programs[2:4] for e in p.equations)
    assert four.panel.bar.count.text() == f"1 of {len(found)}"
    four.panel.close_find()


def test_the_selection_stays_selected_and_in_sight_in_another_pair(four: Shown) -> None:
    four.panel.resize(1000, 160)
    four.change(actions.select_last)
    view = four.panel.view
    for pair in (1, 2, 3):
        four.change(partial(actions.show_pair, pair=pair))
        rows = [row for row in there(view.layout_).rows[pair] if row.root == "3"]
        assert any(view.top <= row.y <= view.top + view.viewport().height() for row in rows)
    assert four.session.selected == "3"
