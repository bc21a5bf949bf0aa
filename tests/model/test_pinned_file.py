"""Pinned runs in their file: all comes back, what is damaged or too much is said."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from tests.model.sweeps import sweep
from vmapviz.model import pinned_file
from vmapviz.model.experiment import Experiment, ExperimentError, Vmap
from vmapviz.model.pinned import Pinned, kept
from vmapviz.model.pinned_file import read_pinned, write_pinned

MINE = Experiment("def f(x): return x  # é 🐍", "f", "f32[5]", (Vmap("0"),), path="a.py")
RUNS = (kept(sweep(), MINE), replace(kept(replace(sweep("loop"), about="g(x)"), file="times.json"), name="at home"))


def data(**changes: object) -> bytes:
    """A file with parts changed."""
    whole = msgspec.json.decode(write_pinned(RUNS)[0])
    return msgspec.json.encode({**whole, **changes})


def test_runs_come_back_and_nobody_has_said_whether_they_are_drawn() -> None:
    written, said = write_pinned(RUNS)
    assert said == ""
    assert read_pinned(written) == tuple(replace(one, drawn=None) for one in RUNS)
    assert read_pinned(write_pinned(())[0]) == ()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        data(format="vmapviz-timings"),
        data(version=0),
        data(more=1),
        data(runs=[{"timings": {}, "variant": "loop"}]),
        write_pinned(RUNS)[0][:-40],
        write_pinned(RUNS)[0].replace(b'"median_s":', b'"median_s":-', 1),
    ],
)
def test_what_is_damaged_is_said(broken: bytes) -> None:
    with pytest.raises(ExperimentError, match="the file is damaged"):
        read_pinned(broken)


def test_a_later_version_is_told_apart() -> None:
    with pytest.raises(ExperimentError, match="a later vmapviz wrote it"):
        read_pinned(data(version=2, runs=[], glow=True))


def test_a_way_that_cannot_be_drawn_gives_way_to_one_that_can() -> None:
    assert read_pinned(write_pinned((replace(RUNS[0], variant="gone"),))[0])[0].variant == RUNS[0].variant


def test_what_passes_the_limit_is_left_out_from_the_oldest_on_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    one = len(msgspec.json.encode(replace(RUNS[0], drawn=None)))
    monkeypatch.setattr(pinned_file, "MOST_BYTES", 2 * one + 10)
    many: tuple[Pinned, ...] = tuple(replace(RUNS[0], name=name) for name in "abcd")
    written, said = write_pinned(many)
    assert [each.name for each in read_pinned(written)] == ["c", "d"]
    assert said == (
        "The oldest 2 pinned runs are too much to be kept for the next start: save the times in a file of their own."
    )
    monkeypatch.setattr(pinned_file, "MOST_BYTES", 10)
    assert write_pinned(many[:1])[1].startswith("The oldest pinned run is too much")
