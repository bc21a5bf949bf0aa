"""What a sweep says: crossings, ratios, skipped sizes."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.model.sweeps import MS, of, over, series, shaken, sweep
from vmapviz.model.timing import Timings
from vmapviz.model.timing_facts import Side, Skip, by_name, compared, crossing, measured, places, ratio, skips


def test_a_crossing_lies_where_the_drawn_lines_meet() -> None:
    # In logarithms both lines are straight: 0.5·n and 4·√n ms meet at n = 64.
    found = crossing(of(loop=tuple(0.5 * 4**i for i in range(7)), vmap=tuple(4 * 2**i for i in range(7))))
    assert found is not None
    assert (found.winner, found.loser) == ("vmap", "loop")
    assert found.at == pytest.approx(64)
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
    assert found is None or (found.at == pytest.approx(at) and found.low <= found.at <= found.high)


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
    assert places(turned) == (1, 4, 16)
    assert by_name(Timings("", "", (series("vmap", ("no",)),))) == {}
    assert math.isclose(measured(turned.series[0])[1].median_s or 0, 2 * MS)


def test_a_crossing_says_how_sure_it_is() -> None:
    # Quartiles 7.5 % below and 15 % above: both lines of steps 4 and 2 meet within a factor of (1.15 / 0.925)² around 64.
    found = crossing(of(loop=tuple(0.5 * 4**i for i in range(7)), vmap=tuple(4 * 2**i for i in range(7))))
    assert found is not None
    apart = (1.15 / 0.925) ** 2
    assert (found.low, found.high) == (pytest.approx(64 / apart), pytest.approx(64 * apart))
    assert (found.first, found.last) == (16, 256)


@given(st.floats(0.01, 0.5), st.floats(1.1, 3))
def test_a_wider_spread_makes_a_crossing_less_sure_and_never_excludes_it(spread: float, more: float) -> None:
    loops, ways = tuple(0.5 * 4.0**i for i in range(7)), tuple(4 * 2.0**i for i in range(7))
    found = [
        crossing(Timings("", "", (series("loop", loops, wide), series("vmap", ways, wide))))
        for wide in (spread, spread * more)
    ]
    sure, unsure = found
    assert sure is not None
    assert sure.first <= sure.low <= sure.at <= sure.high <= sure.last
    if unsure is not None:
        assert unsure.low <= sure.low
        assert sure.high <= unsure.high


def test_nothing_is_claimed_of_points_that_are_unstable() -> None:
    whole = sweep("loop", "jit(vmap)")
    found = ratio(shaken(whole, 1024, unstable=True))
    assert found is not None
    assert (found.batch, found.trusted) == (256, True)
    anew = ratio(shaken(whole, 1024, disturbed=True))
    assert anew is not None
    assert anew.batch == 1024
    lost = whole
    for size in (1, 16, 64, 256, 1024):
        lost = shaken(lost, size, unstable=True)
    assert ratio(lost) is None


def test_two_points_are_compared_with_what_the_quartiles_allow() -> None:
    slow, fast = Side("loop", measured(series("loop", (10,)))[0]), Side("vmap", measured(series("vmap", (2,)))[0])
    found = compared(fast, slow)
    assert (found.slow, found.fast, found.factor, found.same) == ("loop", "vmap", pytest.approx(5), False)
    assert (found.low, found.high) == (pytest.approx(5 * 0.925 / 1.15), pytest.approx(5 * 1.15 / 0.925))


def test_a_sweep_over_devices_speaks_of_what_uses_them() -> None:
    found = ratio(over(sweep("loop", "jit(vmap)", "pmap"), "devices", 64))
    assert found is not None
    assert (found.slow, found.fast, found.batch, found.slower.point.at) == ("pmap", "jit(vmap)", 64, 4096)
