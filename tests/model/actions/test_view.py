"""How things are shown changes nothing else."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model import actions
from vmapviz.model.session import Session, View


def test_tab_theme_mode_and_switches() -> None:
    session = actions.set_tab(actions.set_theme(actions.set_mode(Session(), False), "dark"), "timing")
    session = actions.toggle_raw(actions.toggle_examples(session))
    assert session == Session(view=View("dark", tab="timing", examples_open=False, all_at_once=False, raw=True))
    assert actions.set_tab(session, "timing") is session


def test_zoom_has_bounds_and_a_way_back() -> None:
    session = Session()
    for _ in range(15):
        session = actions.zoom_in(session)
    assert session.view.zoom == 2.0
    assert actions.zoom_out(session).view.zoom == 1.9
    assert actions.zoom_reset(session).view.zoom == 1.0
    assert actions.zoom_out(actions.zoom_out(actions.zoom_reset(session))).view.zoom == 0.9


def test_output_can_be_cleared() -> None:
    session = replace(Session(), printed="hello")
    assert actions.clear_output(session) == Session()
    assert actions.clear_output(Session()) == Session()
