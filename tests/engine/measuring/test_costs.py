"""Compiling is timed phase by phase, and what XLA says of the program is that of one whole batch."""

from __future__ import annotations

import struct

import jax
import jax.numpy as jnp
import pytest

from tests.engine.experiments import experiment
from tests.engine.sweeps import MATVEC, NESTED, batch_of
from vmapviz.engine import compat
from vmapviz.engine.measuring import ceilings, costs, variants
from vmapviz.model.experiment import Experiment
from vmapviz.model.timing import Compiled, Cost

SIZE = 6
FLOPS = 2 * 2 * 3 * SIZE  # a multiplication and an addition per entry of the matrix and example


def made(name: str, one: Experiment = MATVEC, devices: int = 1, grad: bool = False) -> Compiled:
    way = variants.way(name, batch_of(one, SIZE, devices), grad)
    assert way.ahead is not None
    return costs.compiled(way.ahead)


@pytest.mark.parametrize(
    "name", ["loop jit", "loop jit split", "jit(loop)", "jit(vmap)", "pmap", "shard_map", "lax.map 8"]
)
def test_the_flops_are_those_of_the_whole_batch_however_it_is_cut(name: str) -> None:
    assert made(name, devices=3).cost.flops == FLOPS


def test_a_loop_inside_has_no_flops_because_xla_counts_one_turn() -> None:
    found = made("lax.map").cost
    assert (found.flops, found.bytes) == (None, None)
    assert found.peak_bytes
    assert found.instructions


def test_a_call_into_a_library_has_no_flops_because_xla_counts_none() -> None:
    solving = experiment("def f(x): return jnp.linalg.eigh(x + x.T)[0]", "f32[5,4,4]")
    assert made("jit(vmap)", solving).cost.flops is None


def test_a_program_that_computes_nothing_has_no_flops_at_all() -> None:
    assert made("jit(vmap)", experiment("def f(x): return x[::-1]", "f32[5,4]")).cost.flops == 0.0


def test_the_peak_is_arguments_results_and_buffers_of_all_devices() -> None:
    x, out, W = 4 * 3 * SIZE, 4 * 2 * SIZE, 4 * 2 * 3
    assert made("jit(vmap)").cost.peak_bytes == x + out + W
    assert made("shard_map", devices=3).cost.peak_bytes == x + out + 3 * W
    assert made("loop jit").cost.peak_bytes is None, "of one example, which says nothing of the batch"


def test_every_phase_is_timed_apart() -> None:
    whole = made("jit(vmap)", NESTED)
    assert whole.trace_s is not None
    assert min(whole.trace_s, whole.lower_s, whole.compile_s) > 0
    assert made("pmap").trace_s is None, "it is a part of lowering"


def test_the_code_of_a_larger_program_is_larger() -> None:
    sines = "jnp.sin(jnp.cos(jnp.exp(jnp.tanh(x))))"
    small, large = (
        made("jit(vmap)", experiment(f"def f(x): return {body}", "f32[5]")).cost for body in ("x + 1", sines)
    )
    assert small.code_bytes is not None
    assert large.code_bytes is not None
    assert 0 < small.code_bytes < large.code_bytes


def test_only_sections_that_are_executed_are_code() -> None:
    rows = [(0x2, 500), (0x6, 70), (0x6, 7)]  # flags and bytes: read alone, and executed
    header = bytearray(64)
    header[:6] = b"\x7fELF\x02\x01"
    header[40:48] = (64).to_bytes(8, "little")
    header[58:62] = struct.pack("<HH", 64, len(rows))
    table = b"".join(struct.pack("<IIQQQQ", 0, 1, flags, 0, 0, size).ljust(64, b"\0") for flags, size in rows)
    assert compat._code_in_object(bytes(header) + table) == 77
    assert compat._code_in_object(bytes(header)) == 0, "cut off"


def test_what_cannot_be_serialized_has_no_size_of_code() -> None:
    class Program:
        """One of a platform that says nothing."""

        def memory_analysis(self) -> None:
            return None

        def as_text(self) -> str:
            return ""

        def cost_analysis(self) -> None:
            return None

    assert compat.code_bytes(Program()) is None
    assert costs.cost(Program()) == Cost()


# --- what the machine does at best ------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceilings, "MATMUL_S", 0.0)
    monkeypatch.setattr(ceilings, "COPY_S", 0.0)
    monkeypatch.setattr(ceilings, "COPIED", 2**16)
    ceilings.ceiling.cache_clear()


def test_the_ceilings_are_measured_once(quick: None) -> None:
    found = ceilings.ceiling()
    assert min(found.flops_per_s, found.bytes_per_s, found.dispatch_s) > 0
    assert ceilings.ceiling() is found
    ceilings.ceiling.cache_clear()


def test_the_best_of_several_runs_counts_and_the_first_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now, durations = [0.0], iter([0.1, 5.0, 3.0, 4.0, 1.0])
    monkeypatch.setattr(ceilings.time, "perf_counter", lambda: now[0])

    def run() -> jax.Array:
        now[0] += next(durations)
        return jnp.zeros(())

    assert ceilings._best_s(run, end=100.0, most=3) == 3.0
