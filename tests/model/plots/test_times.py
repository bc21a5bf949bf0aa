"""The plan of the plot: labels apart, marks in place, nothing invented."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.sweeps import of, over, shaken, sweep
from vmapviz.model.pinned import PointName
from vmapviz.model.plots.labels import Box, Wish, overlap, settle, spread, touches
from vmapviz.model.plots.marks import text_width
from vmapviz.model.plots.times import LOOKS, Plan, look, plan, points_taken, stepped
from vmapviz.model.plots.times_scene import card_at
from vmapviz.model.timing import Timings
from vmapviz.model.timing_runs import Run, comparison

ENDING_INSIDE: dict[str, tuple[float | str, ...]] = {
    "loop": (0.7, 4, 16, 60, 400, "would pass the 2 s budget"),
    "loop_jit": (0.6, 3, 11, 40, 380, "would pass the 2 s budget"),
    "vmap": (1.3, 4.5, 30, 250, "would pass the 2 s budget", "would pass the 2 s budget"),
    "jit_vmap": (0.61, 5, 70, 350, 560, 5800),
    "pmap": (0.65, 2.7, 17, 80, 970, "would pass the 2 s budget"),
}


def planned(
    timings: Timings,
    *pinned: Timings,
    size: tuple[float, float] = (700, 400),
    picked: tuple[PointName, ...] = (),
) -> Plan:
    shown = (Run(timings), *(Run(one, n, f"run {n}", "jit(vmap)") for n, one in enumerate(pinned, 1)))
    made = plan(shown, comparison(shown, picked), *size)
    assert made is not None
    return made


@given(st.lists(st.floats(-50, 450), min_size=1, max_size=12))
def test_spread_labels_never_overlap_and_keep_their_order(centres: list[float]) -> None:
    placed = spread(centres, [18.0] * len(centres), 0, 400)
    order = sorted(range(len(centres)), key=lambda i: centres[i])
    heights = [placed[i] for i in order]
    assert all(b - a >= 18 - 1e-6 for a, b in pairwise(heights))
    assert heights[0] >= 9 - 1e-6
    assert heights[-1] <= 391 + 1e-6


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([50, 100, 200], [18.0] * 3, 0, 400) == [50, 100, 200]
    assert spread([100, 100], [18.0] * 2, 0, 400) == [91, 109]


def test_a_label_goes_where_nothing_is_in_the_way() -> None:
    area = Box(0, 0, 100, 100)
    wish = Wish(20, 10, ((50, 50), (70, 10), (-5, 0)))
    assert settle([wish], [[(40, 55), (90, 55)]], [], area) == [Box(70, 10, 20, 10)]
    assert settle([wish, wish], [], [], area) == [Box(50, 50, 20, 10), Box(70, 10, 20, 10)]


def test_touching() -> None:
    box = Box(10, 10, 10, 10)
    assert touches(box, (0, 15), (30, 15))
    assert touches(box, (0, 0), (30, 30))
    assert not touches(box, (0, 5), (30, 5))
    assert not touches(box, (0, 15), (9, 15))
    assert not touches(box, (5, 0), (5, 30))


@pytest.mark.parametrize("size", [(560, 180), (700, 400), (1000, 500)])
def test_labels_of_lines_do_not_overlap(size: tuple[float, float]) -> None:
    made = planned(sweep(), sweep("jit(vmap)"), size=size)
    boxes = [curve.label for curve in made.curves]
    assert len(boxes) == 7
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if overlap(a, b)]
    assert all(
        box.x >= 0 and box.x + box.width <= size[0] and box.y >= -1 and box.y + box.height <= size[1] + 1
        for box in boxes
    )


def test_bars_are_the_quartiles_in_logarithms() -> None:
    curve = planned(of(loop=(100,))).curves[0]
    assert curve.points == ((0.0, pytest.approx(-1.0)),)
    assert 10 ** (curve.points[0][1] - curve.below[0]) == pytest.approx(0.0925)
    assert 10 ** (curve.points[0][1] + curve.above[0]) == pytest.approx(0.115)


def test_skipped_sizes_are_marked_at_the_top_and_nowhere_else() -> None:
    made = planned(sweep())
    rows = {row.variant: row for row in made.skipped}
    assert set(rows) == {"loop", "pmap", "jit(loop)"}
    x = made.frame.pixel(3.0103, 0)[0]
    assert rows["jit(loop)"].marks[1] == (pytest.approx(x, abs=0.5), "compile would pass the 10 s budget")
    assert (rows["loop"].before, rows["pmap"].before) == (True, False)
    highest = min(made.frame.pixel(*p)[1] for curve in made.curves for p in curve.points)
    assert all(row.y + 8 < highest for row in made.skipped)


def test_the_words_for_what_was_skipped_everywhere_have_room() -> None:
    made = planned(of(vmap=(1, 2, 3, 4, 5, 6, 7), jit_loop=("no",) * 7))
    row = made.skipped[0]
    xs = [x for x, _ in row.marks]
    end = row.text_x + text_width(row.text, 400)
    assert not row.before
    assert not any(row.text_x <= x <= end for x in xs)
    assert end <= 700
    assert row.text == "jit(loop)"
    assert planned(of(vmap=(1, 2, 3), jit_loop=("no",) * 3)).skipped[0].text == "jit(loop) skipped"
    assert planned(of(jit_loop=("no",) * 7), size=(150, 200)).skipped[0].text == ""


def test_the_bracket_of_a_single_size_stays_beside_its_labels() -> None:
    made = planned(of(loop=(100,), jit_vmap=(1,)))
    assert made.bracket is not None
    labels = max(curve.label.x + curve.label.width for curve in made.curves)
    assert labels < made.bracket.box.x < labels + 20


def test_the_ring_and_its_words() -> None:
    made = planned(sweep())
    assert made.meeting is not None
    assert (made.meeting.title, made.meeting.text) == ("vmap overtakes loop", "near 10 examples, between 8 and 13")
    assert made.meeting.left < made.meeting.at[0] < made.meeting.right
    lines = [[made.frame.pixel(*p) for p in curve.points] for curve in made.curves]
    assert made.meeting.box is not None
    assert not any(touches(made.meeting.box, a, b) for line in lines for a, b in pairwise(line))
    assert planned(sweep("loop", "jit(vmap)")).meeting is None


@pytest.mark.parametrize("size", [(1, 1), (30, 12), (600, 23)])
def test_a_panel_pushed_together_still_has_a_plan(size: tuple[float, float]) -> None:
    assert len(planned(sweep(), size=size).curves) == len(planned(sweep()).curves)


def test_the_bracket_stands_clear_of_points_and_labels() -> None:
    inner = planned(sweep()).bracket
    assert inner is not None
    assert inner.text == "61×"
    outer = planned(sweep("loop jit", "jit(vmap)"))
    assert outer.bracket is not None
    assert outer.bracket.x > max(curve.label.x + curve.label.width for curve in outer.curves)
    assert planned(of(loop=(1, 1.05), jit_vmap=(1, 1))).bracket is None


def test_a_pinned_run_is_one_thin_line_with_its_name() -> None:
    made = planned(sweep("loop"), sweep(), sweep())
    told = [(curve.series.variant, curve.name, curve.run) for curve in made.curves]
    assert told == [("loop", "", 0), ("jit(vmap)", "run 1", 1), ("jit(vmap)", "run 2", 2)]
    assert not overlap(made.curves[1].label, made.curves[2].label)


def test_a_run_over_something_else_has_no_place_on_the_axis() -> None:
    assert [curve.run for curve in planned(sweep("loop"), over(sweep(), "D", 64)).curves] == [0]
    made = planned(over(sweep("loop"), "D", 64))
    assert (made.axis, made.ticks) == ("D, a size in the arguments' types", (1, 4, 16, 64, 256, 1024, 4096))


def test_outliers_are_marked_and_have_room() -> None:
    far = sweep("jit(vmap)")
    point = replace(far.series[0].points[2], outliers_s=(2.0, 3.0))
    points = (*far.series[0].points[:2], point, *far.series[0].points[3:])
    made = planned(replace(far, series=(replace(far.series[0], points=points),)))
    assert [10**y for _, y in made.curves[0].outliers] == [pytest.approx(2.0), pytest.approx(3.0)]
    assert all(0 <= made.frame.pixel(*place)[1] <= 400 for place in made.curves[0].outliers)


def test_signs_stand_at_points_that_are_unstable_or_were_disturbed() -> None:
    assert planned(shaken(sweep("vmap"), 16, disturbed=True)).curves[0].signs == ("", "~", "!", "", "", "", "")


def test_the_bracket_compares_two_picked_points() -> None:
    picked = PointName(0, "loop", 16), PointName(0, "jit(vmap)", 256)
    made = planned(sweep(), picked=picked)
    spots = {spot.point: spot for spot in made.spots}
    assert made.bracket is not None
    assert (made.bracket.top, made.bracket.bottom) == (spots[picked[0]].y, spots[picked[1]].y)
    assert made.bracket.text == "2.9×"
    assert len(made.bracket.guides) == 2
    assert planned(sweep(), picked=picked[:1]).bracket is None


def test_picking_moves_no_point() -> None:
    loop, vmap = PointName(0, "loop", 16), PointName(0, "jit(vmap)", 1024)
    plans = [
        planned(sweep(sizes=6), picked=picked)
        for picked in ((), (loop,), (loop, vmap), (loop, PointName(0, "vmap", 64)))
    ]
    assert len({made.spots for made in plans}) == 1
    assert len({made.bracket for made in plans}) > 2


def test_no_label_stands_where_the_factor_does() -> None:
    picked = PointName(0, "loop jit", 64), PointName(0, "jit(vmap)", 64)
    for size in ((560, 180), (700, 400), (900, 440)):
        made = planned(sweep(), size=size, picked=picked)
        assert made.bracket is not None
        inner = next(curve.label for curve in made.curves if curve.series.variant == "jit(loop)")
        assert not overlap(inner, made.bracket.box)


def test_the_factor_of_the_last_size_but_one_leaves_the_labels_at_the_ends() -> None:
    timings = of(loop=(0.054, 0.25, 0.9, 3.5, 14, 60), jit_vmap=(0.005, 0.005, 0.006, 0.007, 0.034, 0.045))
    picked = PointName(0, "loop", 1), PointName(0, "jit(vmap)", 256)
    for width in range(300, 620, 10):
        made = planned(
            timings, of(jit_vmap=(0.005, 0.005, 0.006, 0.007, 0.036, 0.06)), size=(width, 330), picked=picked
        )
        assert made.bracket is not None
        assert not [curve.series.variant for curve in made.curves if overlap(curve.label, made.bracket.box)]


def test_arrows_move_along_a_curve_and_between_curves() -> None:
    made = planned(sweep())
    first = stepped(made, None, 1, 0)
    assert first == PointName(0, "loop", 1024)
    assert stepped(made, first, -1, 0) == PointName(0, "loop", 256)
    assert stepped(made, first, 1, 0) == first
    assert stepped(made, first, 0, 1) == PointName(0, "loop jit", 1024)
    assert stepped(made, PointName(0, "loop jit", 1024), 0, -1) == first
    assert stepped(made, PointName(0, "gone", 1), 1, 0) == first


def test_numbers_at_the_axis_have_room() -> None:
    timings = of(loop=tuple([1.0] * 7))
    assert planned(timings).ticks == (1, 4, 16, 64, 256, 1024, 4096)
    assert (
        planned(timings, size=(230, 200)).ticks == (1, 16, 256, 4096)
        or len(planned(timings, size=(230, 200)).ticks) < 7
    )


def test_before_and_with_a_single_point() -> None:
    assert plan((Run(Timings("", "", ())),), None, 700, 400) is None
    made = planned(of(loop=("no",)))
    assert made.curves == ()
    assert made.skipped
    one = planned(of(loop=(1,)))
    x, y = one.frame.pixel(*one.curves[0].points[0])
    assert 0 < x < 700
    assert 0 < y < 400
    assert one.frame.place(x, y) == pytest.approx(one.curves[0].points[0])


def test_looks() -> None:
    assert look("lax.map 64") == LOOKS["lax.map"]
    assert (look("loop").symbol, look("vmap").symbol, look("pmap").symbol) == ("square", "circle", "diamond")
    assert not look("something new").solid


@pytest.mark.parametrize("size", [(454, 288), (454, 230), (614, 360)], ids=["1280x720", "low", "1440x900"])
def test_words_in_a_small_window_cover_neither_points_nor_each_other(size: tuple[float, float]) -> None:
    picked = PointName(0, "loop jit", 1), PointName(0, "jit(vmap)", 1)
    ending = of(**ENDING_INSIDE)
    for at in (16, 64, 256):
        ending = shaken(ending, at, unstable=True)
    for timings in (sweep(), shaken(sweep(), 256, unstable=True), of(**ENDING_INSIDE), ending):
        made = planned(timings, size=size, picked=picked if timings.series[1].variant == "loop jit" else ())
        words = [*(curve.label for curve in made.curves)]
        words += [made.bracket.box] if made.bracket else []
        words += [made.meeting.box] if made.meeting and made.meeting.box else []
        assert not [(a, b) for i, a in enumerate(words) for b in words[:i] if overlap(a, b)]
        assert not [(a, b) for a in words for b in points_taken(made.frame, made.curves) if overlap(a, b)]


def test_a_short_bracket_has_its_factor_beside_it_where_curves_are_above() -> None:
    timings = of(loop=(1.5, 4, 8, 16), jit_vmap=(1, 20, 40, 80), vmap=(1.2, 5, 9, 18))
    made = planned(timings, size=(454, 288), picked=(PointName(0, "loop", 1), PointName(0, "jit(vmap)", 1)))
    assert made.bracket is not None
    assert made.bracket.bottom - made.bracket.top < 34
    lines = [[made.frame.pixel(*p) for p in curve.points] for curve in made.curves]
    assert not any(touches(made.bracket.box, a, b) for line in lines for a, b in pairwise(line))


@pytest.mark.parametrize("height", [60, 120, 300])
def test_named_times_have_room(height: float) -> None:
    made = planned(of(loop=(0.0001, 0.1, 10, 100, 10_000, 100_000, 1_000_000)), size=(454, height))
    places = [made.frame.pixel(0, time)[1] for time in made.times]
    assert all(above - below >= 17 for above, below in pairwise(places))
    assert made.times


def test_what_skipped_the_same_sizes_shares_a_row() -> None:
    budget, devices = "would pass the 2 s budget", "4 devices do not divide 4096"
    made = planned(of(vmap=(1, 2, 3), loop=(1, 2, budget), loop_jit=(1, 2, budget), pmap=(1, 2, devices)))
    assert [(row.variant, row.level, row.text) for row in made.skipped] == [
        ("loop, loop jit, pmap", 0, "loop, loop jit, pmap skipped")
    ]
    why = f"loop: {budget}\nloop jit: {budget}\npmap: {devices}"
    assert [mark[1] for mark in made.skipped[0].marks] == [why]
    x, y = made.skipped[0].marks[0][0], made.skipped[0].y
    card = card_at(made, x, y)
    assert card is not None
    assert card[0].words == f"loop, loop jit, pmap skipped\n{why}"
    narrow = planned(
        of(vmap=(1, 2, 3), loop=(budget, 1, 2), loop_jit=(budget, 1, 2), pmap=(budget, 1, 2)), size=(120, 200)
    )
    assert narrow.skipped[0].text == "3 ways skipped"
    assert narrow.skipped[0].marks[0][1] == budget
