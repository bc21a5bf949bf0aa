"""Timings in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.sweeps import SIZES, of, over, point, series, shaken, sweep
from vmapviz.model import timing_text as text
from vmapviz.model.session import Sweep
from vmapviz.model.timing import UNSTEADY, VARIANTS, Point, Series, Timings
from vmapviz.model.timing_facts import crossing, skips


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.164, "164 ms"),
        (0.0027, "2.7 ms"),
        (3.7e-5, "37 µs"),
        (1.23, "1.2 s"),
        (0.9999, "1.0 s"),
        (9.99e-3, "10 ms"),
        (4e-9, "4.0 ns"),
        (75.3, "75 s"),
        (1e-3, "1.0 ms"),
        (0.9994, "999 ms"),
    ],
)
def test_times(seconds: float, words: str) -> None:
    assert text.seconds_text(seconds) == words


def test_ticks() -> None:
    assert [text.tick_text(10.0**e) for e in range(-7, 3)] == [
        "100 ns", "1 µs", "10 µs", "0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"
    ]  # fmt: skip
    assert text.tick_text(0.02) == "20 ms"


def test_waiting() -> None:
    assert [text.duration_text(s) for s in (0.2, 4.2, 18, 94, 200)] == ["1 s", "5 s", "20 s", "90 s", "3 min"]
    assert text.duration_text(text.expected_s(Sweep())) == "20 s"


def test_factors() -> None:
    assert [text.factor_text(f) for f in (1.26, 9.96, 60.7, 1290)] == ["1.3", "10", "61", "1,300"]


def test_the_sentence_of_a_whole_sweep() -> None:
    assert text.sentence(sweep()) == (
        "1024 examples take 2.7 ms with `jit(vmap)` and 164 ms with `loop`: `jit(vmap)` is 61 times faster. "
        "`vmap` overtakes `loop` near 10 examples (between 8 and 13)."
    )


@pytest.mark.parametrize(
    ("timings", "words"),
    [
        (of(loop=(1,), jit_vmap=(5,)), "1 example takes 1.0 ms with `loop` and 5.0 ms with `jit(vmap)`: `loop` is 5.0 times faster."),
        (of(loop=(1.1,), jit_vmap=(1,)), "1 example takes about the same time with `jit(vmap)` and `loop`, 1.0 ms."),
        (of(vmap=(2, 3, 4)), "16 examples take 4.0 ms with `vmap`."),
        (of(vmap=("no",)), ""),
        (Timings("", "", ()), ""),
    ],
)  # fmt: skip
def test_the_sentence_of_less(timings: Timings, words: str) -> None:
    assert text.sentence(timings) == words


def test_skips_in_words() -> None:
    assert [text.skip_words(skip) for skip in skips(sweep("jit(loop)", "pmap"))] == [
        ("256 and up", "compile would pass the 10 s budget"),
        ("1", "4 devices do not divide 1"),
    ]


def test_the_check_is_there_or_a_warning() -> None:
    assert text.verdict(sweep()) == text.Verdict("check", "All six gave the same result", sweep().agreed)
    assert text.verdict(sweep("loop", "vmap")).title == "Both gave the same result"
    assert text.verdict(sweep(agreed="")).mark == "warn"
    assert text.verdict(sweep("loop", agreed="")).title == "Nothing to compare with"
    assert text.verdict(sweep(agreed="vmap and loop differ by 2 at 4.")).title == "Not all gave the same result"
    assert text.verdict(None).mark == "none"
    whole = sweep()
    unsteady = replace(whole, series=(replace(whole.series[0], note=UNSTEADY), *whole.series[1:]))
    assert text.verdict(unsteady).title == "Not the same numbers each time"


def test_every_variant_is_explained() -> None:
    assert all(text.variant_words(variant) for variant in (*VARIANTS, "lax.map 32"))


def test_the_sentence_of_other_sweeps_says_where() -> None:
    assert text.sentence(over(sweep("loop", "jit(vmap)", sizes=4), "D", 8)) == (
        "At D = 64, 8 examples take 250 µs with `jit(vmap)` and 9.6 ms with `loop`: `jit(vmap)` is 38 times faster."
    )
    assert text.sentence(over(sweep("pmap", sizes=4), "devices", 8)) == (
        "With 64 devices, 8 examples take 2.0 ms with `pmap`. From 16 devices to 64 `pmap` becomes 1.3 times slower."
    )
    assert text.sentence(replace(sweep("vmap"), grad=True)).startswith("The gradient of 4096 examples takes 14 ms")


def test_a_point_that_is_not_to_be_trusted_is_said_to_be_so() -> None:
    assert text.sentence(shaken(of(vmap=(2,)), 1, unstable=True)) == (
        "1 example takes 2.0 ms with `vmap`, roughly: the samples differ much."
    )


def test_that_something_else_kept_the_machine_busy_is_said() -> None:
    assert text.sentence(shaken(sweep("loop", "vmap"), 1024, disturbed=True)).endswith(text.BUSY)


def test_a_little_faster_is_not_a_number_of_times() -> None:
    words = text.sentence(Timings("", "", (series("loop", (1.05,), 0.01), series("jit(vmap)", (1,), 0.01))))
    assert words.endswith("`jit(vmap)` is less than 10 % faster.")


SIDES = st.lists(st.tuples(st.floats(0.001, 500), st.floats(0.01, 0.6), st.booleans()), min_size=7, max_size=7)


Rows = list[tuple[float, float, bool]]


def measured_so(**rows: Rows) -> Timings:
    """Timings of these medians, spreads and whether they are unstable."""
    names = {"jit_vmap": "jit(vmap)"}
    return Timings(
        "",
        "",
        tuple(Series(names.get(name, name), "", None, tuple(map(_point, SIZES, row))) for name, row in rows.items()),
    )


def _point(size: int, row: tuple[float, float, bool]) -> Point:
    return replace(point(size, row[0], row[1]), unstable=row[2])


@given(
    st.fixed_dictionaries(dict.fromkeys(("loop", "vmap", "jit_vmap", "pmap"), SIDES)),
    st.sampled_from(["batch", "devices", "D"]),
)
def test_every_number_in_a_sentence_is_one_of_the_data(rows: dict[str, Rows], what: str) -> None:
    timings = measured_so(**rows)
    timings = timings if what == "batch" else over(timings, what, 64)
    points = [p for one in timings.series for p in one.points]
    times = {text.seconds_text(p.median_s or 0) for p in points}
    factors = {text.factor_text((p.median_s or 0) / (q.median_s or 1)) for p in points for q in points}
    found = crossing(timings)
    near = set(re.findall(r"\d+", " ".join(text.crossing_place(found, what)))) if found else set()
    words = text.sentence(timings)
    for number, unit in re.findall(r"(\d[\d.,]*\d|\d)(?: (s|ms|µs|ns|times|%)\b)?", words):
        known = {"times": factors, "%": {"10"}, "": {"64", *(str(size) for size in SIZES), *near}}
        assert f"{number} {unit}" in times if unit in ("s", "ms", "µs", "ns") else number in known[unit], words


@given(SIDES, SIDES)
def test_nothing_is_faster_where_the_quartiles_overlap(one: Rows, other: Rows) -> None:
    timings = measured_so(loop=one, jit_vmap=other)
    if "faster" in text.sentence(timings):
        last = max(size for size, a, b in zip(SIZES, one, other, strict=True) if not (a[2] or b[2]))
        p, q = (next(p for p in series.points if p.batch == last) for series in timings.series)
        assert (p.q25_s or 0) > (q.q75_s or 0) or (q.q25_s or 0) > (p.q75_s or 0)
