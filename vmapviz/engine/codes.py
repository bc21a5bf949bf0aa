"""The Python of the ways to compute the given batch, before any is measured."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from vmapviz.engine.calls import Call
from vmapviz.engine.evaluate import needs_all_at_once
from vmapviz.engine.load import Loaded
from vmapviz.engine.variants import way
from vmapviz.engine.ways import Batch
from vmapviz.model.timing import VARIANTS

WORKING = ("loop jit split", "pmap", "shard_map")
"""The ways that cut or place the batch before they start: their Python is known when they are measured."""


def codes(call: Call, loaded: Loaded) -> tuple[tuple[str, str], ...]:
    """Variants with their Python, for so many examples as are given; those left out that cannot compute them."""
    return tuple(_codes(Batch(call, loaded, 1, needs_all_at_once(call))))


def _codes(batch: Batch) -> Iterator[tuple[str, str]]:
    for name in VARIANTS:
        if name not in WORKING:
            with contextlib.suppress(Exception):  # whatever stands in its way is told when it is to be measured
                yield name, way(name, batch).code
