"""A sweep measured in this process, without a window: on one machine, or on all that a cluster started it on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import jax
from msgspec.structs import replace

from vmapviz.engine import distributed
from vmapviz.engine.calls import Call
from vmapviz.engine.errors.table import explain
from vmapviz.engine.load import Loaded, load
from vmapviz.engine.snapshot import set_up, told
from vmapviz.engine.timing import sweep
from vmapviz.model import messages
from vmapviz.model.bench import BenchError, even_examples, letter_sizes
from vmapviz.model.call import timed_call
from vmapviz.model.timing import BATCH, DEVICES


def configure(devices: int, platform: str) -> bool:
    """Fixes the number of CPU devices and the platform, before JAX starts its devices, and joins the processes that were started together.

    True in the one that tells what was measured. Raises BenchError where there is no such platform.
    """
    if platform:
        jax.config.update("jax_platforms", platform)
    jax.config.update("jax_num_cpu_devices", devices)
    try:
        distributed.join()
        jax.devices()
    except RuntimeError as error:
        raise BenchError(f"There is no {platform or 'device'} here. JAX said: {str(error).splitlines()[0]}") from error
    return distributed.first()


@contextmanager
def alone_on_stdout() -> Iterator[None]:
    """What libraries print meanwhile (gloo says whom it found) goes to stderr, so that stdout can hold the timings alone."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def measured(request: messages.Time) -> Iterator[messages.Timed]:
    """The timings so far, again and again; the last has `done`. Raises BenchError with the problem in plain words.

    What the user's code prints goes to stderr, so that stdout can hold the timings alone.
    """
    with set_up(request.experiment):
        loaded = None
        try:
            loaded = load(request.experiment)
            call = Call(loaded.fun, loaded.levels, (loaded.args, loaded.kwargs))
            call.plain(len(call.levels))  # what cannot be traced as given is told once, and well
            about = timed_call(request.experiment)
            for timed in sweep(loaded, _filled(request, loaded, call)):
                yield replace(timed, timings=replace(timed.timings, about=about))
        except BenchError:
            raise
        except (Exception, SystemExit) as error:  # whatever the user's code raises is told in words
            raise BenchError(told(explain(error, request.experiment, loaded))) from error


def _filled(request: messages.Time, loaded: Loaded, call: Call) -> messages.Time:
    """The request with what only the loaded experiment tells: the sizes of a letter, a number of examples that the devices divide.

    The devices of several processes are those of all of them.
    """
    request = replace(request, devices=request.devices * distributed.processes())
    if request.over == BATCH:
        return request
    if request.over == DEVICES:
        return replace(request, examples=request.examples or even_examples(call.stages[-1].size, request.batches))
    return replace(request, batches=request.batches or letter_sizes(request.over, loaded.letters or {}))
