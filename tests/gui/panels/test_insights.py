"""The insights panel: what was found, the equations it belongs to as links, what to do as buttons, and states in words."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.model.traces import traced
from vmapviz.gui.panels.insights import InsightsPanel
from vmapviz.gui.widgets.text import TextLabel, spoken
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.facts import Facts, Layout, Memory, Thrown
from vmapviz.model.messages import Ready
from vmapviz.model.problem import Problem
from vmapviz.model.session import Jobs, Picture, Session, Worker

READY = Worker("ready", Ready("0.10", "3.11", "cpu", ("cpu",), False, 2, "a machine"))


def session(name: str, facts: Facts | None = None, **more: Any) -> Session:
    one = Experiment("def f(m, v): ...", "f", "f32[2,3], f32[5,3]", (Vmap("(None, 0)"),))
    picture = Picture(one, traced(name), (), (), 0.01)
    return replace(Session(experiment=one, picture=picture, facts=facts, worker=READY), **more)


def panel(qtbot: QtBot, shown: Session) -> tuple[InsightsPanel, list[Session]]:
    """The panel, and the session after each thing it wants."""
    found, after = InsightsPanel(), [shown]
    qtbot.addWidget(found)
    found.wants.connect(lambda change: after.append(change(after[-1])))
    found.acted.connect(lambda action: after.append(actions.take(after[-1], action)))
    found.resize(800, 500)
    found.show()
    found.show_session(Session(), shown)
    return found, after


def words(found: InsightsPanel) -> str:
    assert found.page is not None
    return " ".join(spoken(label.accessibleName()) for label in found.page.findChildren(TextLabel))


def buttons(found: InsightsPanel) -> dict[str, QPushButton]:
    assert found.page is not None
    return {b.accessibleName() or b.text(): b for b in found.page.findChildren(QPushButton)}


def test_an_insight_is_told_and_its_equation_can_be_selected_by_keyboard(qtbot: QtBot) -> None:
    found, after = panel(qtbot, session("guarded root", Facts(thrown=(Thrown("10", "k", 2, 0),), spoilt=0)))
    assert "Two numbers that are NaN are computed and thrown away." in words(found)
    assert "cond became select_n: both branches run." in words(found)
    link = buttons(found)["Select equation 3"]
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    assert after[-1].selected == "2"


def test_what_to_do_is_one_click_and_one_step_of_undo(qtbot: QtBot) -> None:
    found, after = panel(qtbot, session("matvec", Facts(transposes=1, layouts=(Layout("out_axes", "1", 0),))))
    buttons(found)["Set out_axes to 1"].click()
    assert after[-1].experiment.levels[0].out_axes == "1"
    assert actions.undo(after[-1]).experiment == after[0].experiment


def test_states_in_words(qtbot: QtBot) -> None:
    known = session("matvec", Facts(batched=Memory(1, 1, 1)))
    for shown, said in (
        (Session(), "appear here as soon as"),
        (session("matvec"), "Found without running it"),
        (replace(session("matvec"), run_problem=Problem("error", "No.")), "could not be run"),
        (replace(known, jobs=Jobs(newest=1, examine=1)), "Looking for more"),
        (
            replace(known, facts_problem=Problem("memory", "It needs 3 GB.", said="RESOURCE_EXHAUSTED")),
            "It needs 3 GB.",
        ),
        (replace(known, experiment=replace(known.experiment, source="def f(): ...")), "last version that worked"),
        (session("square", Facts()), "vmap costs nothing extra here"),
    ):
        assert said in words(panel(qtbot, shown)[0])


def test_a_large_program_is_compiled_when_it_is_asked_for(qtbot: QtBot) -> None:
    found, after = panel(
        qtbot, session("matvec", Facts(why="Its 2,000 equations are compiled only when you ask for it."))
    )
    assert "2,000 equations" in words(found)
    buttons(found)["Compile it now"].click()
    assert after[-1].jobs.examine == 1
    request = actions.request(after[-1], "examine")
    assert getattr(request, "whole", False)


def test_rows_stay_while_nothing_new_was_found(qtbot: QtBot) -> None:
    shown = session("guarded root", Facts())
    found, _ = panel(qtbot, shown)
    rows = list(found.rows)
    found.show_session(shown, replace(shown, selected="2", hovered="1"))
    assert found.rows == rows


def test_the_tab_counts_the_warnings() -> None:
    assert actions.insights_title(session("matvec")) == "Insights"
    assert actions.insights_title(session("guarded root")) == "Insights · 1"
    assert actions.insights_spoken(session("guarded root")) == "Insights, 1 warning"
    assert actions.insights_title(Session()) == "Insights"


def test_they_are_found_once_for_the_same_picture() -> None:
    shown = session("guarded root", Facts())
    assert actions.found_insights(shown) is actions.found_insights(replace(shown, selected="1"))
    select = partial(actions.select, path="1")
    assert actions.found_insights(select(shown)) is actions.found_insights(shown)
