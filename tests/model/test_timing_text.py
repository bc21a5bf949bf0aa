"""Timings in words and as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from tests.model.sweeps import TABLE, of, sweep
from vmapviz.model import timing_text as text
from vmapviz.model.session import Sweep
from vmapviz.model.timing import VARIANTS, Timings
from vmapviz.model.timing_facts import skips


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
        "Below about 10 examples `vmap` is slower than `loop`."
    )


@pytest.mark.parametrize(
    ("timings", "words"),
    [
        (of(loop=(1,), jit_vmap=(5,)), "1 example takes 1.0 ms with `loop` and 5.0 ms with `jit(vmap)`: `loop` is 5.0 times faster."),
        (of(loop=(1.1,), jit_vmap=(1,)), "For 1 example, `jit(vmap)` and `loop` take about the same time, 1.0 ms."),
        (of(vmap=(2, 3)), "4 examples take 3.0 ms with `vmap`."),
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


def test_csv_has_a_line_per_point_and_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(text.csv_text(sweep()))))
    assert len(rows) == sum(map(len, TABLE.values()))
    assert rows[0]["variant"] == "loop"
    assert float(rows[5]["median_s"]) == 0.164
    assert (rows[6]["median_s"], rows[6]["skipped"]) == ("", "would pass the 2 s budget")
    assert {row["compile_s"] for row in rows if row["variant"] == "pmap"} == {"0.32"}


def test_every_variant_is_explained() -> None:
    assert set(text.VARIANT_WORDS) == set(VARIANTS)
