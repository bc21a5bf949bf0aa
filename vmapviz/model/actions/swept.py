"""What a sweep can be over, and what was timed."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.arguments import letters
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Session, Sweep
from vmapviz.model.timing import BATCH, DEVICES


def sweepable(session: Session) -> tuple[str, ...]:
    """What the sweep can be over: batch sizes, devices, and the letters of the arguments' types."""
    return BATCH, DEVICES, *letters(session.experiment.arguments)


def sweep_of(session: Session) -> Sweep:
    """The sweep as it can be measured: over batch sizes where the chosen letter stands in no argument."""
    sweep = session.sweep
    return sweep if sweep.over in sweepable(session) else replace(sweep, over=BATCH)


def timed_experiment(session: Session) -> Experiment:
    """What the timings shown are of; before there are any, what would be timed."""
    if session.timings is None:
        return session.experiment
    return session.timed or (session.picture.experiment if session.picture is not None else session.experiment)
