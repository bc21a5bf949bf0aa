"""What a sweep says: crossings, ratios, skipped sizes."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.model.sweeps import MS, of, series, sweep
from vmapviz.model.timing import Timings
from vmapviz.model.timing_facts import Skip, batches, by_name, crossing, measured, ratio, skips


def test_a_crossing_lies_where_the_drawn_lines_meet() -> None:
    # In logarithms both lines are straight: 0.5·n and 4·√n ms meet at n = 64.
    found = crossing(of(loop=tuple(0.5 * 4**i for i in range(7)), vmap=tuple(4 * 2**i for i in range(7))))
    assert found is not None
    assert (found.winner, found.loser) == ("vmap", "loop")
    assert found.batch == pytest.approx(64)
    assert found.seconds == pytest.approx(32 * MS)


@given(st.floats(0.2, 40), st.floats(0.3, 0.9))
def test_a_crossing_is_found_wherever_it_lies(at: float, slope: float) -> None:
    # At `at` examples (between the sizes, mostly) a loop ~ n meets a batched way ~ n^slope.
    at *= 4
    timings = of(
        loop=tuple(4.0**i for i in range(7)), vmap=tuple(at ** (1 - slope) * 4.0 ** (i * slope) for i in range(7))
    )
    found = crossing(timings)
    ends = ((4**6 / at) ** (1 - slope), at ** (1 - slope))
    assume(all(abs(apart - 1.15 / 0.925) > 1e-6 for apart in ends))
    clear = all(apart > 1.15 / 0.925 for apart in ends)
    assert (found is not None) == clear
    assert found is None or found.batch == pytest.approx(at)


def test_lines_that_only_touch_within_their_spread_do_not_cross() -> None:
    assert crossing(of(loop=(1, 1.1, 1, 1.1), vmap=(1.1, 1, 1.1, 1))) is None


def test_lines_that_cross_back_are_left_alone() -> None:
    assert crossing(of(loop=(1, 10, 1, 10), vmap=(5, 5, 5, 5))) is None


def test_a_loop_that_becomes_faster_is_said_to_win() -> None:
    found = crossing(of(loop=(10, 10, 10), vmap=(1, 9, 100)))
    assert found is not None
    assert (found.winner, found.loser) == ("loop", "vmap")


def test_the_ratio_is_taken_at_the_largest_size_both_ran() -> None:
    found = ratio(sweep())
    assert found is not None
    assert (found.slow, found.fast, found.batch, found.same) == ("loop", "jit(vmap)", 1024, False)
    assert found.factor == pytest.approx(164 / 2.7)


def test_the_ratio_names_the_faster_whichever_it_is() -> None:
    found = ratio(of(loop=(1,), jit_vmap=(5,)))
    assert found is not None
    assert (found.fast, found.factor) == ("loop", 5)


def test_overlapping_quartiles_are_no_ratio() -> None:
    found = ratio(of(loop=(1.1,), jit_vmap=(1,)))
    assert found is not None
    assert found.same


def test_nothing_in_common_gives_nothing() -> None:
    apart = of(loop=(1, "too slow"), jit_vmap=("no", 5))
    assert ratio(apart) is None
    assert crossing(apart) is None
    assert ratio(Timings("", "", ())) is None


def test_skips_are_grouped_by_their_reason() -> None:
    assert skips(sweep("jit(loop)", "pmap")) == (
        Skip("jit(loop)", (256, 1024, 4096), "compile would pass the 10 s budget", onwards=True),
        Skip("pmap", (1,), "4 devices do not divide 1", onwards=False),
    )
    gap = of(loop=("no", 1, "no"))
    assert skips(gap) == (Skip("loop", (1, 16), "no", onwards=False),)


def test_points_are_read_in_order() -> None:
    mixed = of(loop=(1, 2, "no"))
    turned = Timings("", "", (type(mixed.series[0])("loop", "", None, mixed.series[0].points[::-1]),))
    assert [point.batch for point in measured(turned.series[0])] == [1, 4]
    assert batches(turned) == (1, 4, 16)
    assert by_name(Timings("", "", (series("vmap", ("no",)),))) == {}
    assert math.isclose(measured(turned.series[0])[1].median_s or 0, 2 * MS)
