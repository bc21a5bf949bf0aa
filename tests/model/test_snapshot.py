"""A snapshot is read strictly, and never runs anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tests.model.actions.states import EXPERIMENT, TRACE
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.snapshot import Array, Snapshot, read_snapshot, write_snapshot

SNAPSHOT = Snapshot({"jax": "0.10.2"}, EXPERIMENT, TRACE, (Array("", "float32", (1,), b"\x00\x00\xc0\x7f"),))


def changed(**keys: Any) -> str:
    return json.dumps({**json.loads(write_snapshot(SNAPSHOT)), **keys})


def test_what_is_written_is_read_back() -> None:
    assert read_snapshot(write_snapshot(SNAPSHOT)) == SNAPSHOT
    assert json.loads(write_snapshot(SNAPSHOT))["result"][0]["data"] == "AADAfw=="


def test_a_snapshot_names_its_format_first_of_all() -> None:
    data = json.loads(write_snapshot(SNAPSHOT))
    assert (data["format"], data["version"]) == ("vmapviz-snapshot", 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("not json", "This file is not a vmapviz snapshot."),
        (b"\xff\xfe", "This file is not a vmapviz snapshot."),
        ("[]", "This file is not a vmapviz snapshot."),
        ('{"format": "other"}', "This file is not a vmapviz snapshot."),
        (changed(version=2), "This snapshot has format version 2; this vmapviz reads version 1."),
        (changed(trace=3), "This snapshot is damaged at `trace`: Expected `object`, got `int`."),
        (changed(surprise=3), "This snapshot is damaged: Object contains unknown field `surprise`."),
        (
            changed(trace={"exact": None, "levels": [], "programs": []}),
            "This snapshot is damaged at `trace`: it is not complete.",
        ),
        (
            changed(trace={"exact": True, "levels": [], "programs": []}),
            "This snapshot is damaged at `trace`: it is not complete.",
        ),
    ],
)
def test_anything_else_is_refused_in_a_sentence(data: str | bytes, said: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        read_snapshot(data)
    assert str(caught.value) == said


def test_programs_that_are_not_verified_are_not_written() -> None:
    with pytest.raises(ExperimentError, match="still being verified"):
        write_snapshot(replace(SNAPSHOT, trace=replace(TRACE, exact=None)))
