"""What compiling takes, phase by phase, and what XLA says of the program that comes out."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import jax

from vmapviz.engine import compat
from vmapviz.engine.measuring.ways import Ahead
from vmapviz.model.timing import Compiled, Cost


def compiled(ahead: Ahead) -> Compiled:
    """Traces, lowers and compiles once, each timed; the cost is that of one whole batch. Raises what JAX raises."""
    start = time.perf_counter()
    traced, trace_s = ahead.jitted, None
    if hasattr(traced, "trace"):  # pmap's function traces as it lowers
        traced = traced.trace(*ahead.args, **ahead.kwargs)
        trace_s = time.perf_counter() - start
    start = time.perf_counter()
    lowered = traced.lower() if trace_s is not None else traced.lower(*ahead.args, **ahead.kwargs)
    lower_s = time.perf_counter() - start
    start = time.perf_counter()
    program = lowered.compile()
    compile_s = time.perf_counter() - start
    return Compiled(trace_s, lower_s, compile_s, cost(program, ahead.times, ahead.devices))


def cost(program: Any, times: int = 1, devices: int = 1) -> Cost:
    """What XLA says of a compiled program that runs so many `times` for a batch, on so many devices at once.

    Its flops and bytes are None where it does not know them: it counts what is in a loop once, and nothing of calls into libraries.
    """
    text = program.as_text() or ""
    known = {} if " while(" in text or _calls_libraries(text) else _analysis(program)
    total = times * devices
    memory = program.memory_analysis()
    return Cost(
        flops=_times(known.get("flops", 0.0 if "bytes accessed" in known else None), total),
        bytes=_times(known.get("bytes accessed"), total),
        peak_bytes=_peak(memory) * devices if memory is not None and times == 1 else None,
        code_bytes=compat.code_bytes(program),
        instructions=sum(" = " in line for line in text.splitlines()) or None,
    )


def _analysis(program: Any) -> Mapping[str, float]:
    found = program.cost_analysis()
    if isinstance(found, list):  # one per program in some versions
        found = found[0] if found else None
    return found or {}


def _calls_libraries(text: str) -> bool:
    """Whether a program of the CPU calls what XLA does not count, such as LAPACK; of other platforms it counts them."""
    return jax.default_backend() == "cpu" and " custom-call(" in text


def _times(number: float | None, times: int) -> float | None:
    """Of a whole batch; -1 and NaN are XLA's words for not knowing."""
    return number * times if number is not None and number >= 0 and math.isfinite(number) else None


def _peak(memory: Any) -> int:
    needed = memory.argument_size_in_bytes + memory.output_size_in_bytes + memory.temp_size_in_bytes
    return int(needed - memory.alias_size_in_bytes)
