"""The worker process: reads requests from stdin, answers on stdout; `python -m vmapviz.engine.worker`."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import platform
import queue
import threading
import traceback
from importlib.metadata import PackageNotFoundError, version

from vmapviz.engine import machine, streams
from vmapviz.engine.measuring.hush import hush
from vmapviz.model import messages, wire
from vmapviz.model.problem import Problem

MEMORY_SHARE = 0.8
NICE = 19
PLATFORMS = ("cpu", "gpu", "tpu")


def main() -> None:
    """Runs the worker until its stdin ends; what ends it otherwise is written to its real stderr."""
    options = _options()
    pipe, printed = streams.take_streams()
    faulthandler.enable(pipe.errors)
    try:
        _serve(options, pipe, printed)
    except BaseException:
        os.write(pipe.errors, traceback.format_exc().encode())
        os._exit(1)


def _serve(options: argparse.Namespace, pipe: streams.Wire, printed: int) -> None:
    sender = Sender(pipe)
    prints = streams.Prints(printed, lambda text: sender.send(messages.Printed(text)))
    _be_modest(options.nice, options.memory_limit)
    requests: queue.SimpleQueue[messages.Request] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(pipe, requests), name="requests", daemon=True).start()
    sender.send(_start_jax(options.devices, options.x64, options.platform))
    from vmapviz.engine.handlers import answer  # loads JAX, which must be configured first

    while True:
        request = requests.get()
        prints.new_job()
        if not isinstance(
            request, messages.Hello | messages.Hush
        ):  # the one is for the caller of `show`, the other not queued
            answer(request, sender.send)
        streams.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vmapviz.engine.worker", description=__doc__)
    parser.add_argument("--devices", type=int, default=1, help="number of CPU devices")
    parser.add_argument("--platform", default="", help="one of JAX's (cpu, gpu, tpu), instead of its own choice")
    parser.add_argument("--x64", action="store_true", help="keep 64-bit types")
    parser.add_argument("--nice", type=int, default=NICE, help="how far other processes go first: 0 (not at all) to 19")
    default = int(machine.total_bytes() * MEMORY_SHARE)
    parser.add_argument(
        "--memory-limit", type=int, default=default, metavar="BYTES", help="0 for no limit (Linux only)"
    )
    return parser.parse_known_args()[0]  # a newer window may know more: that it is newer is told by `Ready.wire`


class Sender:
    """Sends replies as frames; a reply that cannot be encoded is answered by a problem instead."""

    def __init__(self, pipe: streams.Wire) -> None:
        self._pipe = pipe

    def send(self, reply: messages.Reply) -> None:
        """Sends one reply; ends the process when nobody listens."""
        try:
            data = wire.encode(reply)
        except (OverflowError, TypeError, ValueError) as error:
            data = wire.encode(unsendable(reply, error))
        try:
            self._pipe.write(data)
        except OSError:
            os._exit(0)


def unsendable(reply: messages.Reply, error: Exception) -> messages.Reply:
    """What is sent in place of a reply that cannot be encoded."""
    said = f"{type(error).__name__}: {error}"
    problem = Problem(
        "wire", "The answer could not be sent.", "It holds a number or text that no message can.", said=said
    )
    return messages.Failed(getattr(reply, "job", 0), problem)


def _read(pipe: streams.Wire, requests: queue.SimpleQueue[messages.Request]) -> None:
    """Queues requests as they arrive, silence is heeded at once; ends the process, whatever it is doing, at the end of the stream."""
    frames = wire.Frames()
    with contextlib.suppress(OSError, wire.BrokenFrameError):
        while data := pipe.read():
            for request in map(wire.decode_request, frames.feed(data)):
                if isinstance(request, messages.Hush):
                    hush.set(request.on)
                else:
                    requests.put(request)
    os._exit(0)


def _be_modest(nice: int, memory_limit: int) -> None:
    """Leaves processor and memory to the window: a low priority, and a limit at which allocations fail."""
    if hasattr(os, "nice"):
        os.nice(nice)
    if memory_limit:
        machine.limit_memory(memory_limit)
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def _start_jax(devices: int, x64: bool, platform: str = "") -> messages.Ready:
    """Loads JAX, with a first computation done; devices, platform and x64 are fixed from here on."""
    import jax
    import jax.numpy as jnp

    if platform:
        jax.config.update("jax_platforms", platform)
    jax.config.update("jax_num_cpu_devices", devices)
    jax.config.update("jax_enable_x64", x64)
    jnp.add(1, 1).block_until_ready()
    return ready(x64)


def ready(x64: bool) -> messages.Ready:
    """What this process computes with; starts JAX's devices."""
    import jax

    return messages.Ready(
        jax=jax.__version__,
        python=platform.python_version(),
        backend=jax.default_backend(),
        devices=tuple(map(str, jax.devices())),
        x64=x64,
        cores=machine.cores(),
        machine=machine.name(),
        platforms=tuple(filter(_is_there, PLATFORMS)),
        host=platform.node(),
        version=_version(),
        wire=wire.WIRE,
    )


def _is_there(name: str) -> bool:
    import jax

    with contextlib.suppress(RuntimeError):
        return bool(jax.devices(name))
    return False


def _version() -> str:
    try:
        return version("vmapviz")
    except PackageNotFoundError:  # a folder on the path
        return ""


if __name__ == "__main__":
    main()
