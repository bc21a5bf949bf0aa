"""The lecture view: one panel at a time, steps that stay at their ends, and a look that is left behind."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE, ready, trace, traced, two_levels
from vmapviz.model import actions
from vmapviz.model.problem import Problem
from vmapviz.model.session import Picture, Session, View
from vmapviz.model.theme import LECTURE_TYPE, LECTURE_ZOOM, TYPE, lecture_scale


def pictured() -> Session:
    reply = traced(1)
    return replace(ready(), picture=Picture(EXPERIMENT, TRACE, reply.arguments, reply.results, reply.seconds))


def lecturing(scale: float = 1.0) -> Session:
    return actions.start_lecture(pictured(), scale)


def test_it_begins_with_the_jaxprs_and_leaves_no_trace() -> None:
    session = replace(pictured(), view=View("dark", zoom=1.3, tab="timing"))
    started = actions.start_lecture(session, 1.5)
    assert started.lecture is not None
    assert (started.lecture.panel, started.lecture.scale, started.lecture.blank) == ("programs", 1.5, False)
    assert actions.start_lecture(started, 2.0) is started
    turned = actions.next_panel(actions.next_panel(started))
    assert actions.leave_lecture(turned) == session
    assert actions.leave_lecture(session) is session


def test_it_is_seen_in_projector_colours_and_the_size_of_the_window() -> None:
    session = replace(pictured(), view=View("dark", zoom=1.3, tab="timing"))
    assert actions.as_seen(session) is session
    seen = actions.as_seen(actions.start_lecture(session, 1.5)).view
    assert (seen.theme, seen.zoom, seen.tab) == ("projector", 1.5 * LECTURE_ZOOM, "timing")
    assert TYPE["code"].size * LECTURE_ZOOM == LECTURE_TYPE["code"].size == 26
    result = actions.show_panel(actions.start_lecture(session, 1.5), "result")
    assert actions.as_seen(result).view.tab == "result"
    assert result.view.tab == "timing", "the user's own tab stays"
    resized = actions.scale_lecture(result, 2.0)
    assert actions.as_seen(resized).view.zoom == 2.0 * LECTURE_ZOOM
    assert actions.scale_lecture(session, 2.0) is session


def test_tab_goes_round_all_panels() -> None:
    session, seen = lecturing(), []
    for _ in actions.LECTURE_PANELS:
        assert session.lecture is not None
        seen.append(session.lecture.panel)
        session = actions.next_panel(session)
    assert seen == list(actions.LECTURE_PANELS)
    assert session == lecturing()
    last = actions.previous_panel(session).lecture
    assert last is not None
    assert last.panel == "timing"
    assert actions.next_panel(pictured()) == pictured()


def test_a_tab_that_something_asks_for_becomes_the_panel() -> None:
    shown = actions.set_tab(lecturing(), "values")
    assert shown.lecture is not None
    assert shown.lecture.panel == "values"
    assert actions.set_tab(shown, "output") is shown, "what is printed is no panel of a lecture"


def test_a_blank_screen_is_shown_again_by_every_key_that_goes_on() -> None:
    dark = actions.blank(lecturing())
    assert dark.lecture is not None
    assert dark.lecture.blank
    for again in (
        actions.blank,
        actions.next_panel,
        actions.previous_panel,
        actions.next_step,
        actions.previous_step,
    ):
        assert again(dark) == lecturing(), again.__name__
    assert actions.blank(pictured()) == pictured()


def test_steps_go_from_the_whole_call_through_the_equations_and_stay_at_the_ends() -> None:
    session = lecturing()
    steps = actions.lecture_steps(session)
    assert steps == (None, *actions.order(TRACE))
    for number, path in enumerate(steps):
        assert (session.selected, actions.lecture_step(session)) == (path, number)
        session = actions.next_step(session)
    assert session.selected == steps[-1]
    for path in reversed(steps):
        assert session.selected == path
        session = actions.previous_step(session)
    assert session.selected is None


def test_an_equation_of_a_body_belongs_to_the_step_around_it() -> None:
    inside = replace(lecturing(), selected="1.body.0")
    steps = actions.lecture_steps(inside)
    assert steps[actions.lecture_step(inside)] == "1"
    assert actions.next_step(inside).selected == steps[steps.index("1") + 1]


def test_there_is_one_step_before_there_is_a_picture() -> None:
    session = actions.start_lecture(ready(), 1.0)
    assert actions.lecture_steps(session) == (None,)
    assert actions.next_step(session) is session


def test_of_nested_vmaps_two_programs_are_shown() -> None:
    nested = trace(*[TRACE.original.equations] * 3, sizes=(2, 3))
    picture = Picture(two_levels(), nested, (), (), 0.0)
    session = replace(ready(), experiment=two_levels(), picture=picture)
    assert len(actions.shown_programs(session)) == 3
    lecture = actions.start_lecture(session, 1.0)
    assert actions.shown_programs(lecture) == range(2)
    assert actions.shown_programs(actions.step_outwards(lecture)) == range(1, 3)
    assert len(actions.shown_programs(actions.leave_lecture(lecture))) == 3


def test_a_problem_is_told_from_a_lecture_that_goes_well() -> None:
    assert not actions.is_failing(lecturing())
    assert actions.is_failing(replace(lecturing(), problem=Problem("shapes", "**The shapes do not fit.**")))


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1280, 720, 1), (1920, 1080, 1.5), (1440, 900, 1.125), (2560, 720, 1), (1366, 768, 1.0625), (9, 9, 0.5)],
)
def test_the_size_follows_the_height_unless_the_window_is_narrow(width: int, height: int, scale: float) -> None:
    assert lecture_scale(width, height) == scale
