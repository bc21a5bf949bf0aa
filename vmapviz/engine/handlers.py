"""What the worker does with each request: load, trace, run or time, and answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from vmapviz.engine import errors, timing
from vmapviz.engine import trace as tracing
from vmapviz.engine.evaluate import values
from vmapviz.engine.load import Loaded, LoadError, load
from vmapviz.engine.results import result
from vmapviz.engine.verify import verify
from vmapviz.model import messages
from vmapviz.model.experiment import Experiment
from vmapviz.model.trace import Trace

Send = Callable[[messages.Reply], None]
Loader = Callable[[Experiment], Loaded]


def handle_trace(request: messages.Trace, send: Send, loader: Loader = load) -> None:
    """Sends both programs, then again with `exact` and the axes of helper values."""
    loaded = loader(request.experiment)
    start = time.perf_counter()
    traced = _traced(request.experiment, loaded)
    seconds = time.perf_counter() - start
    send(messages.Traced(request.job, traced.trace, loaded.arguments, traced.results, seconds))
    send(messages.Verified(request.job, *_verified(traced)))


def handle_run(request: messages.Run, send: Send, loader: Loader = load) -> None:
    """Sends the values of both programs and the checked result."""
    loaded = loader(request.experiment)
    traced = _traced(request.experiment, loaded)
    send(messages.Ran(request.job, values(traced, request.examples), result(traced, loaded)))


def handle_time(request: messages.Time, send: Send, loader: Loader = load) -> None:
    """Sends the timings after every step."""
    for update in timing.sweep(loader(request.experiment), request):
        send(update)


HANDLERS: dict[type[Any], Callable[..., None]] = {
    messages.Trace: handle_trace,
    messages.Run: handle_run,
    messages.Time: handle_time,
}


def answer(request: messages.Request, send: Send, loader: Loader = load) -> None:
    """Handles a request; whatever goes wrong is answered by Failed."""
    try:
        HANDLERS[type(request)](request, send, loader)
    except BaseException as error:  # sys.exit() in the user's code must not end the worker
        send(_failed(request, error, loader))


def _failed(request: messages.Request, error: BaseException, loader: Loader) -> messages.Failed:
    loaded = None
    if not isinstance(error, LoadError):
        loaded = _loaded_again(request.experiment, loader)
    problem = errors.explain(error, request.experiment, loaded)
    return messages.Failed(request.job, problem, errors.arguments_of(error, loaded))


def _loaded_again(experiment: Experiment, loader: Loader) -> Loaded | None:
    try:
        return loader(experiment)
    except BaseException:  # the first error is the one to speak of
        return None


def _traced(experiment: Experiment, loaded: Loaded) -> tracing.Traced:
    return tracing.trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)


def _verified(traced: tracing.Traced) -> tuple[Trace, str]:
    """The verified trace with its note; where verifying itself fails, `exact` is false and the note says why."""
    try:
        return verify(traced)
    except Exception as error:
        note = f"The programs could not be compared with plain JAX: {type(error).__name__}: {error}"
        return msgspec.structs.replace(traced.trace, exact=False), note
