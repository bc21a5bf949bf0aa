"""Prints how many bytes the process grew at its peak while it made both programs: `memory.py ours|plain flat|nested COUNT`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import jax
import jax.numpy as jnp

from tests.bench.programs import flat, nested
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.model import messages, wire


def peak() -> int:
    """The largest memory so far, in bytes. Not getrusage's, which begins with that of the process that started this one."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def plain(source: str) -> object:
    fun = made(source)
    return [str(jax.make_jaxpr(fun)(jnp.ones(3))), str(jax.make_jaxpr(jax.vmap(fun))(jnp.ones((5, 3))))]


def ours(source: str) -> object:
    traced = trace(made(source), (Vmap(),), jnp.ones((5, 3)))
    return traced, wire.encode(messages.Traced(1, traced.trace, (), traced.results, 0.0))


def made(source: str):  # type: ignore[no-untyped-def]
    namespace: dict[str, object] = {}
    exec(source, namespace)
    return namespace["f"]


if __name__ == "__main__":
    who, shape, count = sys.argv[1:]
    make = {"ours": ours, "plain": plain}[who]
    source_of = {"flat": flat, "nested": nested}[shape]
    make(source_of(10, 0))
    before = peak()
    kept = make(source_of(int(count), 1))
    print(peak() - before)
