"""A sweep as a table for the terminal."""

from __future__ import annotations

import msgspec

from vmapviz.export.timings_table import progress, timings_text, written
from vmapviz.model.messages import Timed
from vmapviz.model.timing import Point, Series, Timings
from vmapviz.model.timings_file import read_timings

LOOP = Series(
    "loop",
    "[f(x) for x in xs]",
    None,
    (
        Point(1, 2e-5, 1.9e-5, 2.1e-5, 25),
        Point(64, 1.3e-3, 1.2e-3, 1.4e-3, 25),
        Point(512, skipped="would pass the 2 s budget"),
    ),
)
VMAP = Series(
    "jit(vmap)",
    "jax.jit(jax.vmap(f))(xs)",
    0.07,
    (
        Point(1, 8e-6, 7e-6, 9e-6, 25),
        Point(64, 1e-5, 9e-6, 2e-5, 25, unstable=True),
        Point(512, 4e-5, 3.9e-5, 4.1e-5, 25, disturbed=True),
    ),
)
RUN = Timings(
    "a computer, 2 cores, JAX 0.10.2",
    "8 CPU devices on 2 cores",
    (LOOP, VMAP),
    agreed="to 1e-4, relative, at every size that ran",
    about="vmap(f, in_axes=0)",
)


def rows(text: str) -> list[list[str]]:
    """The table's rows, each with its size, and the times as (number, unit) joined."""
    lines = text.split("\n\n")[1].splitlines()
    return [line.replace(" ms", "ms").replace(" µs", "µs").split() for line in lines[1:]]


def test_the_table_has_a_row_for_each_size_and_a_column_for_each_way() -> None:
    assert rows(timings_text(RUN)) == [["1", "20µs", "8.0µs"], ["64", "1.3ms", "10µs~"], ["512", "-", "40µs!"]]


def test_columns_are_aligned_at_their_right() -> None:
    head, *lines = timings_text(RUN).split("\n\n")[1].splitlines()
    assert len({line.rstrip("~! ").rindex("µs") for line in lines}) == 1
    assert head.endswith("jit(vmap)")


def test_call_machine_marks_and_reasons_are_told() -> None:
    text = timings_text(RUN)
    assert text.startswith("vmap(f, in_axes=0)\na computer, 2 cores, JAX 0.10.2; 8 CPU devices on 2 cores\n")
    assert "~ unstable: the samples differ much" in text
    assert "! disturbed: something else kept the machine busy" in text
    assert "- loop at 512: would pass the 2 s budget" in text
    assert "jit(vmap): compiled in 70 ms, once" in text
    assert "Both gave the same result" in text


def test_marks_that_stand_nowhere_are_not_explained() -> None:
    quiet = msgspec.structs.replace(RUN, series=(LOOP,))
    assert "unstable" not in timings_text(quiet)
    assert "disturbed" not in timings_text(quiet)


def test_another_machine_the_gradient_and_what_is_swept_are_named() -> None:
    far = msgspec.structs.replace(RUN, where="ssh box python", over="devices", grad=True)
    head, table, _ = timings_text(far).split("\n\n", 2)
    assert "(ssh box python)" in head
    assert head.startswith("the gradient of vmap")
    assert table.split()[0] == "devices"


def test_progress_is_one_line() -> None:
    said = progress(Timed(1, RUN, "pmap, 64 examples: first run", 0.4, 21.0, False))
    assert said == " 40%  pmap, 64 examples: first run, about 20 s left"


def test_a_file_gets_what_its_ending_says() -> None:
    assert read_timings(written(RUN, "times.json")) == RUN
    assert read_timings(written(RUN, "-")) == RUN
    assert written(RUN, "").decode() == timings_text(RUN)
    assert written(RUN, "times.CSV").startswith(b"variant,")
    assert written(RUN, "times.md").startswith(b"| examples |")
    assert b"vmap(f, in_axes=0)" in written(RUN, "times.svg")
