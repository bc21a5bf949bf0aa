"""The worker as it is: a process of its own that answers on stdout and lets nothing else onto the wire."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.experiments import experiment
from tests.there import there
from vmapviz.model import messages, wire
from vmapviz.model.experiment import Experiment, Vmap

pytestmark = pytest.mark.slow
MATVEC = experiment("def f(W, x): return W @ x\n", "f32[2,3], f32[5,3]", Vmap("(None, 0)"))
PATIENCE_S = 60


class Worker:
    """A worker process and what it says."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "vmapviz.engine.worker", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.frames, self.printed = wire.Frames(), ""
        self._waiting: list[messages.Reply] = []

    def send(self, request: messages.Request) -> None:
        """One request."""
        assert self.process.stdin is not None
        self.process.stdin.write(wire.encode(request))
        self.process.stdin.flush()

    def close(self) -> None:
        """The end of its stdin."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self) -> None:
        """Kills it and closes all its pipes."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                there(pipe).close()
        self.process.wait()

    def reply(self) -> messages.Reply:
        """The next reply; prints are put aside."""
        while True:
            while not self._waiting:
                self._waiting += map(wire.decode_reply, self.frames.feed(self._read()))
            reply = self._waiting.pop(0)
            if not isinstance(reply, messages.Printed):
                return reply
            self.printed += reply.text

    def timed(self) -> messages.Timed:
        """The reply that ends a sweep."""
        while True:
            reply = self.reply()
            assert isinstance(reply, messages.Timed)
            if reply.done:
                return reply

    def _read(self) -> bytes:
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "the worker is silent"
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        assert data, f"the worker ended: {there(self.process.stderr).read().decode()}"
        return data

    def wait_printed(self, text: str) -> None:
        """Until it has printed `text`, which may come after the reply."""
        while text not in self.printed:
            for reply in map(wire.decode_reply, self.frames.feed(self._read())):
                if isinstance(reply, messages.Printed):
                    self.printed += reply.text
                else:
                    self._waiting.append(reply)


@pytest.fixture
def start() -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []

    def begin(*options: str) -> Worker:
        workers.append(Worker(*options))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.end()


def test_it_traces_runs_and_times_on_the_devices_asked_for(start: Callable[..., Worker]) -> None:
    worker = start("--devices", "8", "--x64")
    ready = worker.reply()
    assert isinstance(ready, messages.Ready)
    assert (len(ready.devices), ready.x64) == (8, True)

    worker.send(messages.Trace(1, MATVEC))
    traced, verified = worker.reply(), worker.reply()
    assert isinstance(traced, messages.Traced)
    assert traced.trace.exact is None
    assert [row.name for row in traced.arguments] == ["W", "x"]
    assert isinstance(verified, messages.Verified)
    assert verified.trace.exact is True

    worker.send(messages.Run(2, MATVEC, (4,)))
    ran = worker.reply()
    assert isinstance(ran, messages.Ran)
    assert all(ran.result.checks[0].same)

    worker.send(messages.Time(3, MATVEC, ("loop", "jit(vmap)", "pmap"), (4, 12, 16), 8, 0.5))
    timed = worker.timed()
    loop, jitted, pmap = timed.timings.series
    assert all(point.median_s for point in (*loop.points, *jitted.points))
    assert [point.skipped for point in pmap.points] == [None, "8 devices do not divide 12", None]
    assert timed.timings.devices.startswith("8 CPU devices on ")

    collective = experiment('def f(x): return lax.psum(x, "d")\n', "jnp.arange(8.0)", Vmap(axis_name="d"), map="pmap")
    worker.send(messages.Run(4, collective))
    summed = worker.reply()
    assert isinstance(summed, messages.Ran)
    assert summed.result.leaves[0].batched.cells == (28.0,) * 8
    assert "8 devices" in summed.result.note


def test_prints_are_caught_from_python_from_other_programs_and_from_c(start: Callable[..., Worker]) -> None:
    worker = start()
    assert isinstance(worker.reply(), messages.Ready)
    body = (
        'print("from pythön")\nimport os, sys, ctypes\nprint("to stderr", file=sys.stderr)\nos.system("echo from a shell")\n'
        'ctypes.CDLL(None).puts(b"from c")\nassert sys.stdin.read() == ""\ndef f(x): return x\n'
    )
    worker.send(messages.Trace(1, experiment(body, "f32[5]")))
    assert isinstance(worker.reply(), messages.Traced)
    for text in ("from pythön\n", "to stderr\n", "from a shell\n", "from c\n"):
        worker.wait_printed(text)


def test_it_starts_where_its_errors_go_into_a_file(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        command = [sys.executable, "-m", "vmapviz.engine.worker"]
        started = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, check=False)
    assert (started.returncode, (tmp_path / "log").read_text()) == (0, "")


def test_errors_answer_and_the_worker_goes_on(start: Callable[..., Worker]) -> None:
    worker = start()
    assert isinstance(worker.reply(), messages.Ready)
    worker.send(messages.Trace(1, experiment("raise SystemExit(3)\n", "f32[5]")))
    failed = worker.reply()
    assert isinstance(failed, messages.Failed)
    assert (failed.job, failed.problem.title) == (1, "Line 4 asked Python to exit.")
    worker.send(messages.Trace(2, experiment("def f(x, y): return x\n", "f32[5,2], f32[4]")))
    failed = worker.reply()
    assert isinstance(failed, messages.Failed)
    assert failed.problem.kind == "sizes"
    assert [row.name for row in failed.arguments] == ["x", "y"]
    worker.send(messages.Run(3, experiment("def f(x): return jnp.ones((1000000, 1000000)) * x\n", "f32[5]")))
    failed = worker.reply()
    assert isinstance(failed, messages.Failed)
    assert failed.problem.title == "This needs more memory than there is."
    worker.send(messages.Trace(4, MATVEC))
    assert isinstance(worker.reply(), messages.Traced)


@pytest.mark.parametrize("body", ["while True: pass\n", "def f(x):\n    while True: pass\n"])
def test_the_end_of_stdin_ends_it_whatever_it_is_doing(start: Callable[..., Worker], body: str) -> None:
    worker = start()
    assert isinstance(worker.reply(), messages.Ready)
    worker.send(messages.Trace(1, Experiment(f"print('busy')\n{body}", "f", "f32[5]")))
    if body.startswith("while"):
        worker.wait_printed("busy")
    worker.close()
    assert worker.process.wait(PATIENCE_S) == 0


def test_memory_is_limited_so_that_allocations_fail(start: Callable[..., Worker]) -> None:
    if sys.platform != "linux":
        pytest.skip("the limit is Linux's")
    worker = start("--memory-limit", str(3 * 10**9))
    assert isinstance(worker.reply(), messages.Ready)
    worker.send(messages.Trace(1, experiment("hog = bytearray(4 * 10**9)\ndef f(x): return x\n", "f32[5]")))
    failed = worker.reply()
    assert isinstance(failed, messages.Failed)
    assert failed.problem.kind == "memory"


def test_what_breaks_the_wire_ends_it(start: Callable[..., Worker]) -> None:
    worker = start()
    assert worker.process.stdin is not None
    worker.process.stdin.write(b"GET / HTTP/1.1\r\n\r\n")
    worker.process.stdin.flush()
    assert worker.process.wait(PATIENCE_S) == 0


def test_silence_holds_up_a_sweep_and_not_its_end(start: Callable[..., Worker]) -> None:
    worker = start("--nice", "0", "--platform", "cpu", "--of-a-later-version")
    ready = worker.reply()
    assert isinstance(ready, messages.Ready)
    assert (ready.backend, ready.platforms, ready.wire) == ("cpu", ("cpu",), wire.WIRE)
    assert ready.host
    assert os.getpriority(os.PRIO_PROCESS, worker.process.pid) == os.getpriority(os.PRIO_PROCESS, 0)

    worker.send(messages.Hush(True))
    worker.send(messages.Time(1, MATVEC, ("vmap",), (4,), 1, 0.2))
    said = worker.reply()
    assert isinstance(said, messages.Timed)
    assert not said.timings.series[0].points
    assert not select.select([worker.process.stdout], [], [], 0.3)[0], "nothing is measured in silence"
    worker.send(messages.Hush(False))
    timed = worker.timed()
    assert timed.timings.series[0].points[0].median_s
