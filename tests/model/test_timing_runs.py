"""Runs side by side: what they are called, how two points are compared in words, and what is known of one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.sweeps import costly, over, shaken, sweep
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.pinned import Pinned, PointName, kept, names
from vmapviz.model.session import Jobs, Session
from vmapviz.model.timing import Ceiling, Timings
from vmapviz.model.timing_facts import Side
from vmapviz.model.timing_runs import comparison, picked_sentence, readout, runs, side, spoken, title

NOW = Experiment("def layer(W, x): ...", "layer", "W=f32[64,64], x=f32[5,64]", (Vmap("(None, 0)"),))
SESSION = Session(experiment=NOW, timings=sweep())


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (replace(NOW, function="other"), "other"),
        (replace(NOW, source="def layer(W, x): 1"), "earlier code"),
        (replace(NOW, arguments="W=f16[64,64], x=f32[5,64]"), "W=f16[64,64]"),
        (replace(NOW, arguments="W=f32[64,64], x=f32[9,64]"), "x=f32[9,64]"),
        (replace(NOW, levels=(Vmap("0"),)), "in_axes=0"),
        (replace(NOW, x64=True), "64-bit"),
        (NOW, "earlier"),
    ],
)
def test_a_pinned_run_is_called_by_what_differs_in_the_call(before: Experiment, name: str) -> None:
    assert names((kept(sweep(), before),), sweep(), NOW) == (name,)


@pytest.mark.parametrize(
    ("timings", "name"),
    [
        (replace(sweep(), devices="8 CPU devices on 2 cores"), "8 CPU devices on 2 cores"),
        (replace(sweep(), machine="AMD EPYC"), "AMD EPYC"),
        (replace(sweep(), grad=True), "with grad"),
        (replace(sweep(), where="ssh box python", machine="AMD EPYC"), "ssh box python, AMD EPYC"),
        (replace(sweep(), processes=2), "2 processes"),
        (over(sweep(), "D", 64), "over D"),
    ],
)
def test_a_pinned_run_is_called_by_what_differs_in_the_measurement(timings: Timings, name: str) -> None:
    assert names((kept(timings, NOW),), sweep(), NOW) == (name,)


def test_runs_over_the_same_letter_differ_in_their_examples() -> None:
    assert names((kept(over(sweep(), "D", 64), NOW),), over(sweep(), "D", 8), NOW) == ("64 examples",)


def test_a_file_is_called_by_its_name_and_what_differs_and_equal_names_are_numbered() -> None:
    file = kept(replace(sweep(), about="vmap(layer, in_axes=0)(x)"), file="times.json")
    assert names((file,), None, NOW) == ("times.json",)
    assert names((file,), replace(sweep(), machine="AMD EPYC"), NOW) == (
        "times.json, Intel Xeon, 2 cores, JAX 0.10.2, CPU",
    )
    assert names((file,), sweep(), NOW) == ("times.json",)
    assert names((kept(sweep(), NOW), kept(sweep(), NOW)), sweep(), NOW) == ("earlier (1)", "earlier (2)")


def test_the_newest_pinned_run_stands_in_for_one_measured_here() -> None:
    session = replace(SESSION, pinned=(kept(sweep("loop"), NOW), kept(sweep("vmap", "pmap"), NOW)))
    assert [(run.index, len(run.series)) for run in runs(session)] == [(0, 6), (1, 1), (2, 1)]
    opened = replace(session, timings=None)
    assert [(run.index, len(run.series)) for run in runs(opened)] == [(2, 2), (1, 1)]
    measuring = replace(opened, jobs=Jobs(time=3))
    assert [(run.index, len(run.series)) for run in runs(measuring)] == [(0, 0), (1, 1), (2, 1)]
    assert runs(Session()) == ()


def test_a_name_stands_for_a_point_that_is_shown() -> None:
    session = replace(SESSION, pinned=(Pinned(sweep(), "pmap", NOW),))
    shown = runs(session)
    assert side(shown, PointName(0, "loop", 16)) == Side("loop", sweep("loop").series[0].points[2])
    assert side(shown, PointName(1, "pmap", 4)) is not None
    assert side(shown, PointName(1, "pmap", 1)) is None
    assert side(shown, PointName(1, "loop", 4)) is None


@pytest.mark.parametrize(
    ("picked", "words"),
    [
        ((), ""),
        ((("loop", 16),), "`loop` at 16 examples: 2.4 ms. Pick another point to compare it with."),
        (
            (("jit(vmap)", 16), ("loop", 16)),
            "`loop` at 16 examples: 2.4 ms; `jit(vmap)` at 16 examples: 160 µs. "
            "The second is 15 times faster (12 to 19 by the quartiles).",
        ),
        (
            (("jit(vmap)", 16), ("jit(vmap)", 1024)),
            "`jit(vmap)` at 1024 examples: 2.7 ms; `jit(vmap)` at 16 examples: 160 µs. "
            "That is 17 times as long (14 to 21 by the quartiles) for 64 times the examples.",
        ),
        (
            (("pmap", 1024), ("vmap", 1024)),
            "`pmap` at 1024 examples: 6.6 ms; `vmap` at 1024 examples: 6.2 ms. "
            "Their quartiles overlap, so neither is shown to be faster.",
        ),
        (
            (("loop", 4), ("vmap", 4)),
            "`vmap` at 4 examples: 1.4 ms; `loop` at 4 examples: 400 µs. "
            "The second is 3.6 times faster (2.9 to 4.4 by the quartiles). Both points are unstable: the samples differ much.",
        ),
    ],
)
def test_picked_points_in_words(picked: tuple[tuple[str, int], ...], words: str) -> None:
    points = tuple(PointName(0, *one) for one in picked)
    assert picked_sentence(runs(SESSION), points) == words


def test_one_doubtful_point_is_named() -> None:
    session = replace(SESSION, timings=shaken(sweep(), 16, unstable=True))
    words = picked_sentence(runs(session), (PointName(0, "loop", 16), PointName(0, "loop", 64)))
    assert words.endswith("`loop` at 16 is unstable: the samples differ much.")


def test_a_pinned_point_is_named_with_its_run() -> None:
    session = replace(SESSION, pinned=(kept(sweep(), replace(NOW, arguments="W=f16[64,64], x=f32[5,64]")),))
    words = picked_sentence(runs(session), (PointName(1, "jit(vmap)", 16), PointName(0, "loop", 16)))
    assert "`jit(vmap)` (W=f16[64,64]) at 16 examples: 160 µs" in words


def test_without_picked_points_the_bracket_is_that_of_the_sentence() -> None:
    found = comparison(runs(SESSION), ())
    assert found is not None
    assert (found.slow, found.fast, found.batch) == ("loop", "jit(vmap)", 1024)
    assert comparison(runs(SESSION), (PointName(0, "loop", 1),)) is None
    assert comparison((), ()) is None


def test_all_that_is_known_of_a_point_is_read_out() -> None:
    timings = costly(sweep("jit(vmap)"), 8192, 1000, Ceiling(1e9, 1e9, 1e-5))
    point = replace(timings.series[0].points[2], outliers_s=(5e-4, 7e-4), disturbed=True, unstable=True)
    rows = dict(readout(point, timings))
    assert rows == {
        "median": "160 µs",
        "quartiles": "148 µs to 184 µs",
        "samples": "30 × 12 runs each",
        "outliers": "2, up to 700 µs",
        "per example": "10 µs",
        "once before": "trace 12 ms, lower 8.0 ms, compile 50 ms",
        "XLA counts": "131 thousand flops, 16 kB read and written",
        "memory": "16 kB at most, the program 12 kB",
        "~ unstable": "the samples differ much",
        "! disturbed": "something else kept the machine busy",
    }
    assert title(Side("vmap", point, 1, "earlier"), "batch") == "vmap, earlier, 16 examples"
    assert ("examples", "64") in readout(over(sweep("vmap"), "D", 64).series[0].points[0], over(sweep("vmap"), "D", 64))


def test_the_plot_is_told_to_who_does_not_see_it() -> None:
    words = spoken(runs(replace(SESSION, pinned=(kept(sweep(), NOW),))), "What it says.")
    assert words.startswith("What it says.\nloop: 1: 130 µs, 4: 400 µs")
    assert "jit(vmap) (earlier): 1: 37 µs" in words
