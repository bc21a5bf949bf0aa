"""times.json is read strictly: what is wrong with a file is said in a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.model.sweeps import costly, sweep
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.timing import Ceiling, Timings
from vmapviz.model.timings_file import is_timings, read_timings, write_timings


def test_what_is_written_is_read_again() -> None:
    timings = costly(sweep(), 100, 8, Ceiling(1e9, 1e9, 1e-5))
    assert read_timings(write_timings(timings)) == timings
    assert is_timings(write_timings(timings))


def spoilt(change: str, value: Any) -> bytes:
    """A good file with one place changed; "-" leaves it out."""
    data = json.loads(write_timings(sweep("loop", "vmap")))
    *way, last = [int(part) if part.isdecimal() else part for part in change.split(".")]
    place = data
    for part in way:
        place = place[part]
    place[last] = value
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "This file holds no timings of vmapviz."),
        (b"\xff\xfe", "This file holds no timings of vmapviz."),
        (b"[1, 2]", "This file holds no timings of vmapviz."),
        (b'{"format": "vmapviz-snapshot"}', "This file holds no timings of vmapviz."),
        (spoilt("version", 2), "format version 2; this vmapviz reads version 1"),
        (spoilt("devices", 4), "damaged: Expected `str`, got `int` - at `devices`"),
        (spoilt("more", 4), "damaged: Object contains unknown field `more`"),
        (spoilt("series.0.points.0.batch", 0), "the point of `loop` at 0 has no size"),
        (spoilt("series.0.points.0.median_s", None), "at 1 has neither a time nor a reason"),
        (spoilt("series.0.points.0.median_s", -1.0), "at 1 has a time that is not a number above 0"),
        (spoilt("series.0.points.0.outliers_s", [0.0]), "at 1 has a time that is not a number above 0"),
        (spoilt("series.0.points.0.q75_s", 0.0001), "at 1 has a median outside of its quartiles"),
        (spoilt("series.0.points.0.skipped", "no"), "at 1 was skipped and has a time"),
        (spoilt("series.0.points.0.batch", 4), "`loop` has 2 points at 4"),
        (spoilt("series.0.variant", "vmap"), "`vmap` is there 2 times"),
        (write_timings(Timings("", "", ())), "Nothing was measured in these timings."),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(ExperimentError) as refused:
        read_timings(data)
    assert why in str(refused.value)
    assert str(refused.value).endswith(".")
    assert "$" not in str(refused.value)
