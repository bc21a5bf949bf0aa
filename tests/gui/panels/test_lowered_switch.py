"""StableHLO and HLO in the programs panel: what the switch asks for, what is marked, found and copied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.panels.test_pmap_switch import Shown
from tests.model.traces import below
from tests.there import there
from vmapviz.gui import theme
from vmapviz.model import actions, messages
from vmapviz.model.programs.layout import Row
from vmapviz.model.session import FORMS
from vmapviz.model.trace import Form


class Below(Shown):
    """The programs after a click on a form, with the worker's answer to it."""

    def show(self, form: Form) -> None:
        self.click(form)
        self.go(actions.started(self.session, "lower"))
        self.go(actions.receive(self.session, messages.Lowered(self.session.jobs.lower or 0, below(self.name, form))))

    def row(self, primitive: str) -> Row:
        placed = self.panel.view.layout_
        assert placed is not None
        return next(row for row in placed.rows[1] if row.equation is not None and row.equation.primitive == primitive)

    def click_on(self, row: Row) -> None:
        view = self.panel.view
        x = view.columns[row.column].text + 30 - view.left
        y = row.y + row.height / 2 - view.top + 40
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def shown(qtbot: QtBot) -> Below:
    made = Below(qtbot, "pairwise")
    made.area.resize(1800, 420)  # all choices have room
    return made


def test_a_click_shows_each_form_and_another_goes_back(shown: Below) -> None:
    shown.show("StableHLO")
    assert "subtract" in shown.primitives()
    shown.show("HLO")
    assert "fusion" in shown.primitives()
    shown.click("StableHLO")  # kept: nothing is asked for again
    assert shown.session.jobs.lower is None
    assert "subtract" in shown.primitives()
    shown.click("vmap")
    assert "sub" in shown.primitives()


def test_picking_an_operation_picks_its_original_and_a_fusion_is_marked_with_all_of_its(shown: Below) -> None:
    shown.show("StableHLO")
    shown.click_on(shown.row("multiply"))
    assert shown.session.selected == "1"
    shown.show("HLO")
    fusion = shown.row("fusion")
    assert set(fusion.also) | {fusion.root} >= {"0", "1", "2", "3"}
    for path in ("0", "1", "2", "3"):
        assert fusion.marked(path)
    shown.click_on(there(shown.panel.view.layout_).rows[0][2])  # the first equation
    assert shown.session.selected == "0"
    assert shown.panel.view.accessibleDescription() == "equation 1, sub, became 1 operation: 1–4 fusion"


def test_each_choice_says_what_it_is(shown: Below) -> None:
    said = {s.text(): s.toolTip() for s in shown.panel.switch.segments}
    assert said["StableHLO"] == "what JAX lowers jit(vmap) to"
    assert said["HLO"] == "what XLA compiles it to on this machine"
    assert [s.accessibleDescription() for s in shown.panel.switch.segments if s.text() == "HLO"] == [said["HLO"]]


def test_a_fusion_opens(shown: Below) -> None:
    shown.show("HLO")
    title = next(row for row in there(shown.panel.view.layout_).rows[1] if row.kind == "body")
    assert (title.text.partition(", ")[0], title.open) == ("fuses equations 1", False)
    shown.click_on(title)
    assert "subtract" in shown.primitives()


def test_copy_and_find_speak_of_the_operations(shown: Below) -> None:
    shown.show("HLO")
    shown.panel.copy_all()
    assert "ENTRY %main" in QGuiApplication.clipboard().text()
    shown.panel.open_find()
    shown.panel.bar.field.setText("kind=kloop")
    assert shown.panel.bar.count.text() == "1 of 1"


@pytest.mark.parametrize("form", FORMS)
def test_until_it_is_there_what_was_shown_stays(shown: Below, form: Form) -> None:
    before = shown.panel.view.layout_
    shown.click(form)
    shown.go(actions.started(shown.session, "lower"))
    assert shown.panel.view.layout_ is before
