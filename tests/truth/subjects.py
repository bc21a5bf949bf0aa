"""Everything the gallery shows: each example with each of its cases, made by JAX once for all tests that look at pictures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vmapviz.engine.snapshot import take_and_run
from vmapviz.gallery import entries, find
from vmapviz.model.experiment import Experiment
from vmapviz.model.experiment_data import pick
from vmapviz.model.scenes.film import Subject
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.what import experiment_of

BROKEN = "When it goes wrong"

# What a picture has of the Shapes panel in windows of 1440×900 and 1280×720: as they open, with the panel drawn up as far as it
# goes, and in a lecture. tests/gui/test_panel_sizes.py looks whether it still is so.
PANELS = {
    "1440": (943.0, 249.0),
    "1280": (783.0, 203.0),
    "1440, drawn up": (760.0, 483.6),
    "1280, drawn up": (760.0, 407.7),
    "1440, lecture": (760.0, 323.5),
    "1280, lecture": (828.2, 298.9),
}


def _cases(stem: str) -> tuple[Experiment, ...]:
    base = experiment_of(stem, find, lambda path: Path(path).read_bytes())
    return base, *(pick(base, case.name) for case in base.cases)


EXPERIMENTS: dict[str, Experiment] = {
    f"{entry.stem}{f' ({one.case})' if one.case else ''}": one
    for entry in entries()
    for one in _cases(entry.stem)
    if one.case or entry.group != BROKEN
}


@cache
def made(name: str) -> tuple[Snapshot, Subject]:
    """An example or a case of one, traced, verified and run."""
    snapshot, subject, why = take_and_run(EXPERIMENTS[name])
    assert not why
    return snapshot, subject
