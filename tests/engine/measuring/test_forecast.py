"""What a sweep will still take is judged by what it took."""

from __future__ import annotations

import pytest

from vmapviz.engine.measuring import forecast


@pytest.mark.parametrize(
    ("known", "linear", "expected"),
    [
        ([], True, 0.0),
        ([(4, 1.0)], True, 4.0),
        ([(4, 1.0)], False, 1.0),
        ([(4, 1.0), (8, 1.0)], False, 1.0),
        ([(4, 1.0), (8, 2.0)], False, 4.0),
    ],
)
def test_larger_sizes_are_judged_by_smaller_ones(known: list[tuple[int, float]], linear: bool, expected: float) -> None:
    assert forecast.predicted(known, 16, linear) == pytest.approx(expected)


def made(over: str = "batch") -> forecast.Forecast:
    return forecast.Forecast(("loop", "jit(vmap)"), over, sampling_s=0.6)


def test_a_loop_grows_with_its_examples_only() -> None:
    for over, expected in (("batch", 4.0), ("devices", 1.0), ("D", 1.0)):
        known = made(over)
        known.known["loop"].runs.append((8, 1.0))
        assert known.run_s("loop", 32) == expected


def test_with_a_letter_times_may_grow_as_steeply_as_they_did() -> None:
    known = made("D")
    known.known["jit(vmap)"].runs += [(8, 1.0), (16, 8.0)]
    assert known.run_s("jit(vmap)", 32) == pytest.approx(64.0)


def test_what_is_compiled_takes_as_long_at_every_size_and_its_first_runs_grow() -> None:
    known = made()
    known.known["loop"].starting.append((4, 0.2))
    known.known["loop"].runs.append((4, 0.01))
    assert known.point_s("loop", 8) == pytest.approx(0.2 + 2 * 0.01 + 25 * 0.02)
    assert known.point_s("loop", 16) == pytest.approx(0.2 + 2 * 0.03 + 0.6)


def test_a_point_takes_its_start_and_its_samples_but_no_more_than_its_share() -> None:
    known = made()
    known.known["jit(vmap)"].starting.append((4, 0.2))
    known.known["jit(vmap)"].runs.append((4, 1e-6))
    assert known.point_s("jit(vmap)", 8) == pytest.approx(0.2 + 0.05)
    known.known["jit(vmap)"].runs[0] = (4, 0.1)
    assert known.point_s("jit(vmap)", 8) == pytest.approx(0.2 + 0.6)
    assert known.point_s("loop", 8) == pytest.approx(0.2 + 0.6), "what is not known yet is taken to be as others were"
    assert known.remaining_s([("jit(vmap)", 8), ("loop", 8)]) == pytest.approx(1.6)
