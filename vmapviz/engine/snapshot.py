"""A snapshot taken without a window: load, trace, verify."""

from __future__ import annotations

from importlib.metadata import version

import jax

from vmapviz.engine.errors import explain
from vmapviz.engine.load import load
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.experiment import Experiment
from vmapviz.model.snapshot import Snapshot


class SnapshotError(Exception):
    """The experiment could not be traced; the text is the problem's sentences."""


def take(experiment: Experiment) -> Snapshot:
    """Trace and verify an experiment in this process; raises SnapshotError with the problem in plain words."""
    loaded = None
    try:
        loaded = load(experiment)
        traced = trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)
    except Exception as error:  # whatever the user's code raises is told in words
        problem = explain(error, experiment, loaded)
        raise SnapshotError(" ".join(filter(None, (problem.title, problem.text)))) from error
    return Snapshot(made_with=made_with(), experiment=experiment, trace=verify(traced)[0])


def made_with() -> dict[str, str]:
    """The versions a snapshot was made with, by name."""
    return {"vmapviz": version("vmapviz"), "jax": jax.__version__}
