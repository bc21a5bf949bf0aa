"""What the worker does with each request: load, trace, run or time, and answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from vmapviz.engine import errors, timing
from vmapviz.engine import trace as tracing
from vmapviz.engine.by_hand import FORM, NoProgramError, by_hand
from vmapviz.engine.calls import Call, files_of
from vmapviz.engine.codes import codes
from vmapviz.engine.evaluate import values
from vmapviz.engine.examine import examine
from vmapviz.engine.fetch import fetch
from vmapviz.engine.inside import Memory, look
from vmapviz.engine.lanes import on_devices
from vmapviz.engine.load import Loaded, LoadError, load
from vmapviz.engine.lowering.lower import lowered, refused
from vmapviz.engine.matching import BUDGET_S, WHOLE_S, matching
from vmapviz.engine.pmapped import NoPmapError, pmapped
from vmapviz.engine.quiet import quiet
from vmapviz.engine.results import result
from vmapviz.engine.verify import verify
from vmapviz.model import messages
from vmapviz.model.experiment import Experiment
from vmapviz.model.trace import Trace

Send = Callable[[messages.Reply], None]
Job = (
    messages.Trace
    | messages.Run
    | messages.Look
    | messages.Fetch
    | messages.Match
    | messages.Time
    | messages.Write
    | messages.Pmap
    | messages.Lower
    | messages.Examine
)
Loader = Callable[[Experiment], Loaded]


class _Last:
    """The last experiment, loaded and traced: running and timing it do neither again. One alone: it holds all arguments."""

    def __init__(self) -> None:
        self._experiment: Experiment | None = None
        self._loaded: Loaded | None = None
        self._traced: tracing.Traced | None = None
        self.looked = Memory()

    def forget(self) -> None:
        """Frees the arguments before others are made."""
        self._experiment = self._loaded = self._traced = None
        self.looked = Memory()

    def kept(self, experiment: Experiment) -> Loaded | None:
        """The experiment where it is the one that is loaded."""
        return self._loaded if self._experiment == experiment else None

    def loaded(self, experiment: Experiment, loader: Loader) -> Loaded:
        """The experiment, ready to be called; raises LoadError."""
        loaded = self.kept(experiment)
        if loaded is None:
            self.forget()
            loaded = loader(experiment)
            self._experiment, self._loaded = experiment, loaded
        return loaded

    def traced(self, experiment: Experiment, loader: Loader) -> tracing.Traced:
        """The experiment's trace; raises LoadError, and whatever tracing raises."""
        loaded = self.loaded(experiment, loader)
        if self._traced is None:
            call = Call(loaded.fun, loaded.levels, (loaded.args, loaded.kwargs))
            self._traced = tracing.trace_call(call, files_of(loaded.fun) if loaded.files is None else loaded.files)
        return self._traced


_last = _Last()


def handle_trace(request: messages.Trace, send: Send, loader: Loader = load) -> None:
    """Sends both programs, then again with `exact` and the axes of helper values; loads everything anew."""
    _last.forget()
    loaded = _last.loaded(request.experiment, loader)
    start = time.perf_counter()
    traced = _last.traced(request.experiment, loader)
    seconds = time.perf_counter() - start
    send(messages.Traced(request.job, traced.trace, loaded.arguments, traced.results, seconds))
    send(messages.Verified(request.job, *_verified(traced)))


def handle_run(request: messages.Run, send: Send, loader: Loader = load) -> None:
    """Sends the values of both programs and the checked result."""
    loaded, traced = _last.loaded(request.experiment, loader), _last.traced(request.experiment, loader)
    with quiet():
        inside = values(traced, request.examples)
    send(messages.Ran(request.job, inside, result(traced, loaded)))


def handle_examine(request: messages.Examine, send: Send, loader: Loader = load) -> None:
    """Sends what was found out about the programs."""
    loaded, traced = _last.loaded(request.experiment, loader), _last.traced(request.experiment, loader)
    with quiet():
        facts = examine(traced, loaded, request.whole)
    send(messages.Examined(request.job, facts))


def handle_look(request: messages.Look, send: Send, loader: Loader = load) -> None:
    """Sends the values of one pass through a body."""
    traced = _last.traced(request.experiment, loader)
    with quiet():
        inside = look(traced, request.path, request.example, request.turn, _last.looked, request.devices)
    send(messages.Looked(request.job, inside))


def handle_fetch(request: messages.Fetch, send: Send, loader: Loader = load) -> None:
    """Sends cells of one value that its preview leaves out."""
    traced = _last.traced(request.experiment, loader)
    with quiet():
        piece = fetch(traced, request.region)
    send(messages.Fetched(request.job, piece))


def handle_match(request: messages.Match, send: Send, loader: Loader = load) -> None:
    """Sends whether an example's values are found again in the batched ones."""
    traced = _last.traced(request.experiment, loader)
    with quiet():
        found = matching(traced, request.example, WHOLE_S if request.whole else BUDGET_S)
    send(messages.Matched(request.job, found))


def handle_write(request: messages.Write, send: Send, loader: Loader = load) -> None:
    """Sends the Python of every variant."""
    loaded = _last.loaded(request.experiment, loader)
    with quiet():
        ways = codes(loaded, request)
    send(messages.Written(request.job, ways))


def handle_time(request: messages.Time, send: Send, loader: Loader = load) -> None:
    """Sends the timings after every step."""
    updates = timing.sweep(_last.loaded(request.experiment, loader), request)
    while True:
        with quiet():
            update = next(updates, None)
        if update is None:
            return
        send(update)


def handle_pmap(request: messages.Pmap, send: Send, loader: Loader = load) -> None:
    """Sends pmap's program of the experiment and what each device held when it ran, or why it has none."""
    traced = _last.traced(request.experiment, loader)
    try:
        with quiet():
            answer = messages.Pmapped(request.job, *pmapped(traced, request.devices), more=True)
    except NoPmapError as error:
        send(messages.Failed(request.job, error.problem()))
    else:
        send(answer)
        with quiet():
            send(messages.Placed(request.job, on_devices(traced, request.devices)))


def handle_lower(request: messages.Lower, send: Send, loader: Loader = load) -> None:
    """Sends what became of the experiment below the jaxpr, or its version by hand, or why there is none."""
    traced, loaded = _last.traced(request.experiment, loader), _last.loaded(request.experiment, loader)
    name = request.experiment.reference or ""
    try:
        with quiet():
            made = by_hand(traced, loaded.reference, name) if request.form == FORM else lowered(traced, request.form)
    except NoProgramError as error:
        send(messages.Failed(request.job, error.problem()))
    except Exception as error:
        problem = errors.explain(error, request.experiment, loaded)
        send(messages.Failed(request.job, problem if request.form == FORM else refused(problem, request.form)))
    else:
        send(messages.Lowered(request.job, *made))


HANDLERS: dict[type[Any], Callable[..., None]] = {
    messages.Trace: handle_trace,
    messages.Run: handle_run,
    messages.Look: handle_look,
    messages.Fetch: handle_fetch,
    messages.Match: handle_match,
    messages.Time: handle_time,
    messages.Write: handle_write,
    messages.Pmap: handle_pmap,
    messages.Lower: handle_lower,
    messages.Examine: handle_examine,
}


def answer(request: Job, send: Send, loader: Loader = load) -> None:
    """Handles a request; whatever goes wrong is answered by Failed."""
    try:
        HANDLERS[type(request)](request, send, loader)
    except BaseException as error:  # sys.exit() in the user's code must not end the worker
        send(_failed(request, error))


def _failed(request: Job, error: BaseException) -> messages.Failed:
    loaded = None if isinstance(error, LoadError) else _last.kept(request.experiment)
    problem = errors.explain(error, request.experiment, loaded)
    return messages.Failed(request.job, problem, errors.arguments_of(error, loaded))


def _verified(traced: tracing.Traced) -> tuple[Trace, str]:
    """The verified trace with its note; where verifying itself fails, `exact` is false and the note says why."""
    try:
        with quiet():
            return verify(traced)
    except Exception as error:
        note = f"The programs could not be compared with plain JAX: {type(error).__name__}: {error}"
        return msgspec.structs.replace(traced.trace, exact=False), note
