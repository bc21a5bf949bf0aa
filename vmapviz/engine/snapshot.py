"""A snapshot taken without a window: load, trace, verify."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from importlib.metadata import version

import jax

from vmapviz.engine.errors.table import explain
from vmapviz.engine.evaluate import values
from vmapviz.engine.examine import examine
from vmapviz.engine.load import Loaded, load
from vmapviz.engine.lowering.lower import lowered, refused
from vmapviz.engine.results import result
from vmapviz.engine.trace import Traced, trace
from vmapviz.engine.verify import verify
from vmapviz.model.experiment import Experiment
from vmapviz.model.insights import Known
from vmapviz.model.problem import Problem
from vmapviz.model.scenes.film import Subject
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Form, Trace

DEVICES = 8  # that a film of pmap has where the experiment does not say


class SnapshotError(Exception):
    """The experiment could not be traced; the text is the problem's sentences, its line, and what Python or JAX said."""


def take(experiment: Experiment, form: Form = "") -> Snapshot:
    """Trace and verify an experiment in this process, and lower or compile it where a `form` below the jaxpr is wanted; raises
    SnapshotError with the problem in plain words.

    What the user's code prints goes to stderr, so that stdout can hold the snapshot alone.
    """
    with set_up(experiment):
        loaded, traced = _traced(experiment)
        made = _below(experiment, loaded, traced, form) if form else verify(traced)[0]
        return Snapshot(made_with=made_with(), experiment=experiment, trace=made)


def _below(experiment: Experiment, loaded: Loaded, traced: Traced, form: Form) -> Trace:
    try:
        return lowered(traced, form)[0]
    except Exception as error:
        raise SnapshotError(told(refused(explain(error, experiment, loaded), form))) from error


def take_and_look(experiment: Experiment) -> tuple[Snapshot, Known, str]:
    """A snapshot as `take` makes it, what insights are drawn from, and why it could not be run ("" when it was)."""
    with set_up(experiment):
        loaded, traced = _traced(experiment)
        snapshot = Snapshot(made_with=made_with(), experiment=experiment, trace=verify(traced)[0])
        try:
            ran, facts, why = result(traced, loaded), examine(traced, loaded), ""
        except (Exception, SystemExit) as error:
            ran, facts, why = None, None, told(explain(error, experiment, loaded))
        return snapshot, Known(snapshot.trace, experiment, loaded.arguments, ran, facts), why


def take_and_run(experiment: Experiment) -> tuple[Snapshot, Subject, str]:
    """A snapshot as `take` makes it, what a film of it shows, and why it could not be run ("" when it was): then without numbers."""
    if experiment.map == "pmap":
        _simulate(experiment.devices or DEVICES)
    with set_up(experiment):
        loaded, traced = _traced(experiment)
        snapshot = Snapshot(made_with=made_with(), experiment=experiment, trace=verify(traced)[0])
        try:
            found, ran, why = values(traced), result(traced, loaded), ""
        except (Exception, SystemExit) as error:
            found, ran, why = None, None, told(explain(error, experiment, loaded))
        axes, first = tuple(leaf.axes for leaf in traced.results), (0,) * len(loaded.levels)
        on = ran.lanes if ran is not None else None
        return snapshot, Subject(snapshot.trace, found, first, ran, experiment.function, axes, lanes=on), why


def _simulate(devices: int) -> None:
    """So many devices on the CPU, where JAX has not started yet and was not told otherwise."""
    if jax.config.jax_num_cpu_devices < 1:  # type: ignore[attr-defined]
        with suppress(RuntimeError):  # it has started
            jax.config.update("jax_num_cpu_devices", devices)


@contextmanager
def set_up(experiment: Experiment) -> Iterator[None]:
    """64 bits where the experiment asks for them; what its code prints goes to stderr, so that stdout holds the answer alone."""
    keep_64_bits = experiment.x64 or jax.config.jax_enable_x64  # type: ignore[attr-defined]
    with redirect_stdout(sys.stderr), jax.enable_x64(keep_64_bits):
        yield


def _traced(experiment: Experiment) -> tuple[Loaded, Traced]:
    loaded = None
    try:
        loaded = load(experiment)
        return loaded, trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)
    except (Exception, SystemExit) as error:  # whatever the user's code raises is told in words
        raise SnapshotError(told(explain(error, experiment, loaded))) from error


def told(problem: Problem) -> str:
    """The problem as text: its sentences, and in lines of their own where it is and what Python or JAX said first."""
    lines = [" ".join(filter(None, (problem.title, problem.text))).replace("**", "")]
    if problem.source:
        lines.append(linecache.getline(problem.source.file, problem.source.line).strip())
    return "\n    ".join(filter(None, [*lines, *problem.said.splitlines()[:1]]))


def made_with() -> dict[str, str]:
    """The versions a snapshot was made with, by name."""
    return {"vmapviz": version("vmapviz"), "jax": jax.__version__}
