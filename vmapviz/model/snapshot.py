"""A snapshot: an experiment with what was made of it, in one JSON file that can be opened without running anything."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from vmapviz.model.experiment import Experiment, ExperimentError
from vmapviz.model.timing import Timings
from vmapviz.model.trace import Trace

FORMAT = "vmapviz-snapshot"
VERSION = 1


class Array(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One array of the result: `data` holds the raw little-endian bytes (base64 in JSON), `text` its entries where there are none."""

    path: str
    dtype: str
    shape: tuple[int, ...]
    data: bytes = b""
    text: tuple[str, ...] | None = None


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`made_with` holds versions by name; `result` and `timings` are None when nothing was run or measured."""

    made_with: dict[str, str]
    experiment: Experiment
    trace: Trace
    result: tuple[Array, ...] | None = None
    timings: Timings | None = None
    format: Literal["vmapviz-snapshot"] = "vmapviz-snapshot"
    version: Literal[1] = 1


class _Head(msgspec.Struct):
    format: str = ""
    version: int = 0


def write_snapshot(snapshot: Snapshot) -> bytes:
    """The snapshot as JSON; raises ExperimentError while it is not known whether the programs are exact."""
    if snapshot.trace.exact is None:
        raise ExperimentError("The programs are still being verified; a snapshot can be taken when that is done.")
    return msgspec.json.encode(snapshot)


def read_snapshot(data: bytes | str) -> Snapshot:
    """The snapshot in a file; raises ExperimentError with a sentence for anything that is not exactly one."""
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        head = _Head()
    if head.format != FORMAT:
        raise ExperimentError("This file is not a vmapviz snapshot.")
    if head.version != VERSION:
        raise ExperimentError(f"This snapshot has format version {head.version}; this vmapviz reads version {VERSION}.")
    try:
        snapshot = msgspec.json.decode(data, type=Snapshot)
    except msgspec.ValidationError as error:
        raise ExperimentError(f"This snapshot is damaged{_where(str(error))}.") from None
    if snapshot.trace.exact is None or len(snapshot.trace.programs) != len(snapshot.trace.levels) + 1:
        raise ExperimentError("This snapshot is damaged at `trace`: it is not complete.")
    return snapshot


def _where(said: str) -> str:
    place = re.search(r" - at `\$\.?(.*)`$", said)
    reason = said[: place.start()] if place else said
    return f" at `{place[1]}`: {reason}" if place and place[1] else f": {reason}"
