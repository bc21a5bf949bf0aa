"""`vmapviz bench` started as several processes of one JAX: they measure in step, and one tells."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys

import pytest

from vmapviz.engine import distributed
from vmapviz.model.timings_file import read_timings

DEADLINE_S = 120
LOWEST_PORT = 61440


def launched(*arguments: str, count: int = 2) -> list[subprocess.CompletedProcess[bytes]]:
    """The processes that Open MPI's launcher would start on this machine, at their end; it tells them of each other by these variables."""
    every = {"OMPI_MCA_orte_hnp_uri": f"{4096 * (_free_port() - LOWEST_PORT)}.0;tcp://127.0.0.1:1"}
    running = []
    for rank in map(str, range(count)):
        own = {"OMPI_COMM_WORLD_RANK": rank, "OMPI_COMM_WORLD_LOCAL_RANK": rank, "OMPI_COMM_WORLD_SIZE": str(count)}
        call = [sys.executable, "-m", "vmapviz", "bench", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(call, env={**os.environ, **every, **own}, **pipes))
    try:
        outputs = [process.communicate(timeout=DEADLINE_S) for process in running]
    finally:
        for process in running:
            process.kill()
    return [
        subprocess.CompletedProcess(process.args, process.returncode, *output)
        for process, output in zip(running, outputs, strict=True)
    ]


def _free_port() -> int:
    """A port that is free now, among those that JAX takes for a job of Open MPI."""
    while True:
        port = random.randrange(LOWEST_PORT, 2**16)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


@pytest.mark.slow
def test_pmap_and_shard_map_span_two_processes_and_the_first_one_tells() -> None:
    variants = ("--variants", "jit(vmap),pmap,shard_map")
    sizes = ("--sizes", "2, 8", "--devices", "2", "--budget", "0.2")
    first, second = launched("matvec", *variants, *sizes, "-o", "-")
    assert (first.returncode, second.returncode) == (0, 0), (first.stderr, second.stderr)
    assert second.stdout == b""
    found = read_timings(first.stdout)
    assert found.processes == 2
    assert found.devices == "4 CPU devices of 2 processes on 1 machine"
    assert {series.variant: [point.batch for point in series.points if point.median_s] for series in found.series} == {
        "jit(vmap)": [2, 8],
        "pmap": [2, 8],
        "shard_map": [2, 8],
    }
    assert "every size that ran" in found.agreed


def test_what_fails_here_is_told_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(distributed, "slowest", lambda seconds: told.append(seconds) or seconds)
    with pytest.raises(ZeroDivisionError), distributed.together():
        _ = 1 / 0
    with distributed.together():
        pass
    assert told == [1.0, 0.0]


def test_what_fails_elsewhere_is_not_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "slowest", lambda seconds: 1.0)
    with pytest.raises(distributed.ElsewhereError), distributed.together():
        pass


def test_alone_everything_is_ones_own() -> None:
    assert distributed.processes() == 1
    assert distributed.first()
    assert distributed.slowest(0.25) == 0.25
    assert distributed.machines() == 1
