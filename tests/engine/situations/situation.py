"""One mistake that users make, and all that is said about it."""

from __future__ import annotations

import contextlib
from typing import Any, Literal, NamedTuple

import jax
from msgspec.structs import replace

from vmapviz.engine.handlers import answer
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Failed, Pmap, Run, Trace
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Session

By = Literal["trace", "run", "pmap"]
DEVICES = 6
TRACES = "it traces"
"""What follows when nothing is left to say."""


class Situation(NamedTuple):
    """A mistake in an experiment, and what the user is told.

    `text` is the sentence under the title; with several parts, each of them is in it, for figures differ between JAX
    versions. `at` is the marked piece of the source, or several where Pythons differ; `rows` are the marked arguments.
    `tries` is the label of the first thing to try that one click does, else of the first advice; `then` is what follows
    that click: `TRACES` or the next title, None when no click does anything. `by` is what was asked for: a trace, a run,
    or pmap's program on six devices.
    """

    name: str
    experiment: Experiment
    kind: str
    title: str
    text: str | tuple[str, ...]
    at: str | tuple[str, ...] = ""
    rows: tuple[int, ...] = ()
    tries: str = ""
    then: str | None = None
    by: By = "trace"


def told(one: Experiment, by: By = "trace") -> Failed:
    """The worker's answer to an experiment that fails."""
    failed = _answer(_opened(one), by)
    if failed is None:
        raise AssertionError("nothing failed")
    return failed


def _opened(one: Experiment) -> Session:
    return actions.set_devices(Session(experiment=one), DEVICES)


def _answer(session: Session, by: By) -> Failed | None:
    one, sent = session.experiment, list[Any]()
    requests = {"trace": Trace(1, one), "run": Run(1, one), "pmap": Pmap(1, one, session.sweep.devices)}
    with _numbers(one):
        answer(requests[by], sent.append)
    return sent[-1] if isinstance(sent[-1], Failed) else None


def _numbers(one: Experiment) -> contextlib.AbstractContextManager[Any]:
    if not one.x64:
        return contextlib.nullcontext()
    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64()


def after(failed: Failed, one: Experiment, action: Action, by: By = "trace") -> Session:
    """The session after one click on what the problem advises."""
    asked = replace(_opened(one), by="pmap" if by == "pmap" else "vmap")
    return actions.take(replace(asked, problem=failed.problem, problem_arguments=failed.arguments), action)


def outcome(session: Session, by: By = "trace") -> str:
    """`TRACES`, or the title of the problem that there still is."""
    failed = _answer(session, "trace" if by == "pmap" and session.by == "vmap" else by)
    return failed.problem.title if failed else TRACES


def marked(problem: Problem, one: Experiment) -> str:
    """The piece of the source that the problem marks, from its first line; "" for none."""
    place = problem.source
    if place is None:
        return ""
    line = one.source.split("\n")[place.line - 1]
    return line[place.column : place.end_column if place.end_line == place.line else len(line)]
