"""A snapshot as JSON that people can read and diff, and that opens again without running anything."""

from __future__ import annotations

import msgspec

from vmapviz.model.snapshot import Snapshot, write_snapshot


def json(snapshot: Snapshot) -> bytes:
    """The snapshot as indented JSON; raises ExperimentError while it is not known whether the programs are exact."""
    return msgspec.json.format(write_snapshot(snapshot), indent=1) + b"\n"
