"""Files that hold no code: snapshots and timings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from vmapviz.model.actions.files import open_snapshot
from vmapviz.model.actions.pinning import open_timings
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.session import Session
from vmapviz.model.snapshot import read_snapshot
from vmapviz.model.timings_file import is_timings, read_timings


def opening(name: str, read: Callable[[], bytes]) -> Callable[[Session], Session]:
    """What opening the JSON file `name` changes: a snapshot is shown, timings stand beside those measured here.

    Raises ExperimentError with a sentence for a file that is neither, or cannot be read.
    """
    try:
        data = read()
        if is_timings(data):
            return partial(open_timings, timings=read_timings(data), file=name)
        return partial(open_snapshot, snapshot=read_snapshot(data))
    except (ExperimentError, OSError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else problem
        raise ExperimentError(f"{name} could not be opened: {why}") from None
