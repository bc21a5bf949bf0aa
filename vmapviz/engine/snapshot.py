"""A snapshot taken without a window: load, trace, verify."""

from __future__ import annotations

import linecache
import sys
from contextlib import redirect_stdout
from importlib.metadata import version

import jax

from vmapviz.engine.errors import explain
from vmapviz.engine.load import load
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.experiment import Experiment
from vmapviz.model.problem import Problem
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Trace


class SnapshotError(Exception):
    """The experiment could not be traced; the text is the problem's sentences, its line, and what Python or JAX said."""


def take(experiment: Experiment) -> Snapshot:
    """Trace and verify an experiment in this process; raises SnapshotError with the problem in plain words.

    What the user's code prints goes to stderr, so that stdout can hold the snapshot alone.
    """
    keep_64_bits = experiment.x64 or jax.config.jax_enable_x64  # type: ignore[attr-defined]
    with redirect_stdout(sys.stderr), jax.enable_x64(keep_64_bits):
        return Snapshot(made_with=made_with(), experiment=experiment, trace=_verified(experiment))


def _verified(experiment: Experiment) -> Trace:
    loaded = None
    try:
        loaded = load(experiment)
        traced = trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)
    except (Exception, SystemExit) as error:  # whatever the user's code raises is told in words
        raise SnapshotError(_told(explain(error, experiment, loaded))) from error
    return verify(traced)[0]


def _told(problem: Problem) -> str:
    """The problem as text: its sentences, and in lines of their own where it is and what Python or JAX said first."""
    lines = [" ".join(filter(None, (problem.title, problem.text))).replace("**", "")]
    if problem.source:
        lines.append(linecache.getline(problem.source.file, problem.source.line).strip())
    return "\n    ".join(filter(None, [*lines, *problem.said.splitlines()[:1]]))


def made_with() -> dict[str, str]:
    """The versions a snapshot was made with, by name."""
    return {"vmapviz": version("vmapviz"), "jax": jax.__version__}
