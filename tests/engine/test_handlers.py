"""The worker's answers in one process: what Trace has made, Run and Time use again, and Trace always makes anew."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engine.experiments import experiment
from vmapviz.engine import handlers
from vmapviz.engine import trace as tracing
from vmapviz.engine.handlers import answer
from vmapviz.engine.load import Loaded, load
from vmapviz.model import messages
from vmapviz.model.experiment import Experiment, Vmap

TALKS = """
def rows(n):
    print("arguments")
    return np.arange(2.0 * n, dtype="float32").reshape(n, 2)

def f(x):
    print(type(x).__name__)
    return x * 2
"""
ONE = experiment(TALKS, "rows(3)")
OTHER = experiment(TALKS, "rows(4)")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    handlers._last.forget()
    yield
    handlers._last.forget()


def replies(*requests: messages.Request) -> list[Any]:
    """What the worker sends for these requests, one after the other."""
    sent: list[Any] = []
    for request in requests:
        answer(request, sent.append)
    return sent


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The functions that were traced."""
    made: list[Any] = []
    trace = tracing.trace_call

    def noted(fun: Any, *rest: Any, **keywords: Any) -> tracing.Traced:
        made.append(fun)
        return trace(fun, *rest, **keywords)

    monkeypatch.setattr(tracing, "trace_call", noted)
    return made


def test_trace_then_run_and_time_load_and_trace_once(traces: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    traced, verified = replies(messages.Trace(1, ONE))
    assert isinstance(traced, messages.Traced)
    assert verified.trace.exact
    first, *later = capsys.readouterr().out.split()
    assert first == "arguments"
    assert "arguments" not in later

    ran, *timed = replies(messages.Run(2, ONE), messages.Time(3, ONE, ("vmap",), (3,), 1, 0.01))
    assert (ran.job, ran.result.leaves[0].batched.shape) == (2, (3, 2))
    assert timed[-1].done
    assert len(traces) == 1
    assert "arguments" not in capsys.readouterr().out


def test_another_experiment_is_loaded_whatever_was_traced(capsys: pytest.CaptureFixture[str]) -> None:
    replies(messages.Trace(1, ONE))
    (ran,) = replies(messages.Run(2, OTHER))
    assert ran.result.leaves[0].batched.shape == (4, 2)
    (ran,) = replies(messages.Run(3, ONE))
    assert ran.result.leaves[0].batched.shape == (3, 2)
    assert capsys.readouterr().out.count("arguments") == 3


def test_tracing_again_makes_everything_anew(traces: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    replies(messages.Trace(1, ONE), messages.Trace(2, ONE))
    assert capsys.readouterr().out.count("arguments") == 2
    assert len(traces) == 2


def test_the_arguments_of_one_experiment_are_kept_at_most() -> None:
    held: list[weakref.ref[Any]] = []

    def watched(one: Experiment) -> Loaded:
        assert not [ref for ref in held if ref() is not None], "the last arguments are freed before the next are made"
        loaded = load(one)
        held.extend(map(weakref.ref, loaded.args))
        return loaded

    sent: list[Any] = []
    gc.disable()  # freed at once, not some time
    try:
        for job, one in enumerate((ONE, OTHER, ONE)):
            answer(messages.Trace(job, one), sent.append, watched)
            answer(messages.Run(job, one), sent.append, watched)
    finally:
        gc.enable()
    assert [type(reply).__name__ for reply in sent] == ["Traced", "Verified", "Ran"] * 3
    assert len(held) == 3


def test_a_failure_is_told_with_the_arguments_and_without_evaluating_them_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = experiment(TALKS + "def g(x): return x @ np.ones(7)\n", "rows(3)", function="g")
    (failed,) = replies(messages.Trace(1, wrong))
    assert isinstance(failed, messages.Failed)
    assert failed.problem.kind == "shapes"
    assert [row.name for row in failed.arguments] == ["x"]
    assert capsys.readouterr().out.count("arguments") == 1
    (failed,) = replies(messages.Run(2, experiment("def f(x: return x\n", "f32[3]")))
    assert failed.problem.kind == "syntax"
    assert failed.arguments == ()


def test_a_reference_that_works_in_place_leaves_the_arguments_alone() -> None:
    body = TALKS + "def all_rows(x):\n    x *= 2\n    return x\n"
    one = experiment(body, "rows(3)", Vmap(), reference="all_rows")
    runs = replies(messages.Trace(1, one), messages.Run(2, one), messages.Run(3, one))[2:]
    assert runs[0].result.leaves[0].batched.cells == runs[1].result.leaves[0].batched.cells
    assert all(all(check.same) for run in runs for check in run.result.checks)
