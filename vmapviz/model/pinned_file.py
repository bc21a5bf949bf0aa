"""The file in which pinned runs outlive the window: what is written, and what is told where it cannot be read."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec.structs import replace

from vmapviz.model.experiment import ExperimentError
from vmapviz.model.pinned import Pinned, kept
from vmapviz.model.timing_facts import by_name
from vmapviz.model.timings_file import complaint

FORMAT = "vmapviz-pinned"
VERSION = 1
MOST_BYTES, MOST_RUNS = 8 << 20, 50


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    runs: tuple[Pinned, ...]
    format: str = FORMAT
    version: int = VERSION


class _Head(msgspec.Struct):
    format: str = ""
    version: int = 0


def timings_key(one: Pinned) -> bytes:
    """The same for the same run, however it is called and drawn."""
    return hashlib.sha256(msgspec.json.encode(one.timings)).digest()


def write_pinned(pinned: tuple[Pinned, ...]) -> tuple[bytes, str]:
    """The runs as JSON of MOST_BYTES and MOST_RUNS at most, and a sentence on the oldest that are left out, "" where none is."""
    rows = [msgspec.json.encode(replace(one, drawn=None)) for one in pinned]
    room, first = MOST_BYTES, len(rows)
    while first and len(rows) - first < MOST_RUNS and room >= len(rows[first - 1]):
        first -= 1
        room -= len(rows[first])
    data = msgspec.json.encode(
        {"format": FORMAT, "version": VERSION, "runs": [msgspec.Raw(row) for row in rows[first:]]}
    )
    return data, _left_out(first)


def _left_out(count: int) -> str:
    if not count:
        return ""
    which = "The oldest pinned run is" if count == 1 else f"The oldest {count} pinned runs are"
    return f"{which} too much to be kept for the next start: save the times in a file of their own."


def read_pinned(data: bytes) -> tuple[Pinned, ...]:
    """The runs in a file; raises ExperimentError with the end of a sentence for anything that is not exactly that."""
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.format == FORMAT and head.version > VERSION:
            raise ExperimentError(f"a later vmapviz wrote it (version {head.version} of the file)")
        runs = msgspec.json.decode(data, type=_File).runs
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ExperimentError("the file is damaged") from None
    if head.format != FORMAT or head.version != VERSION or any(complaint(one.timings) for one in runs):
        raise ExperimentError("the file is damaged")
    return tuple(replace(_drawable(one), drawn=None) for one in runs)


def _drawable(one: Pinned) -> Pinned:
    """The run with a variant that can be drawn."""
    return one if one.variant in by_name(one.timings) else replace(one, variant=kept(one.timings).variant)
