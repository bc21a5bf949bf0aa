"""Prints how many bytes the process grew at its peak while it made both programs: `memory.py ours|plain flat|nested COUNT`."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import jax
import jax.numpy as jnp

from tests.bench.programs import flat, nested
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.model import messages, wire


def peak() -> int:
    """The largest memory so far, in bytes. On Linux not getrusage's, which begins with that of the process that started this one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def plain(source: str) -> object:
    fun = made(source)
    return [str(jax.make_jaxpr(fun)(jnp.ones(3))), str(jax.make_jaxpr(jax.vmap(fun))(jnp.ones((5, 3))))]


def ours(source: str) -> object:
    traced = trace(made(source), (Vmap(),), jnp.ones((5, 3)))
    return traced, wire.encode(messages.Traced(1, traced.trace, (), traced.results, 0.0))


def made(source: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    fun: Callable[..., Any] = namespace["f"]
    return fun


if __name__ == "__main__":
    who, shape, count = sys.argv[1:]
    make = {"ours": ours, "plain": plain}[who]
    source_of = {"flat": flat, "nested": nested}[shape]
    make(source_of(10, 0))
    before = peak()
    kept = make(source_of(int(count), 1))
    print(peak() - before)
