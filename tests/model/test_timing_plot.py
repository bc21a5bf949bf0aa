"""The plan of the plot: labels apart, marks in place, nothing invented."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.sweeps import of, sweep
from vmapviz.model.place_labels import Box, Wish, overlap, settle, spread, touches
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.timing import Timings
from vmapviz.model.timing_plot import LOOKS, Plan, look, plan


def width(text: str, weight: int) -> float:
    return text_width(text, 12, weight=weight)


def planned(timings: Timings, pinned: Timings | None = None, size: tuple[float, float] = (700, 400)) -> Plan:
    made = plan(timings, pinned, *size, width)
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
    made = planned(sweep(), sweep("jit(vmap)"), size)
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


def test_the_ring_and_its_words() -> None:
    made = planned(sweep())
    assert made.meeting is not None
    assert (made.meeting.title, made.meeting.text) == ("vmap overtakes loop", "from about 10 examples on")
    lines = [[made.frame.pixel(*p) for p in curve.points] for curve in made.curves]
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


def test_a_pinned_run_is_one_thin_line() -> None:
    made = planned(sweep("loop"), sweep())
    assert [(curve.text, curve.pinned) for curve in made.curves] == [("loop", False), ("pinned: jit(vmap)", True)]


def test_numbers_at_the_axis_have_room() -> None:
    timings = of(loop=tuple([1.0] * 7))
    assert planned(timings).ticks == (1, 4, 16, 64, 256, 1024, 4096)
    assert (
        planned(timings, size=(230, 200)).ticks == (1, 16, 256, 4096)
        or len(planned(timings, size=(230, 200)).ticks) < 7
    )


def test_before_and_with_a_single_point() -> None:
    assert plan(Timings("", "", ()), None, 700, 400, width) is None
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
