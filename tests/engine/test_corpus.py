"""Every program of the corpus is shown exactly: walked independently of the engine, and computed."""

from __future__ import annotations

import contextlib
import functools
from typing import Any, NamedTuple

import jax
import pytest

from tests.engine import walkers
from tests.engine.corpus import PROGRAMS
from tests.engine.corpus.case import Case
from tests.engine.numbers import check_numbers
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.trace import Trace

CONTROL = {
    "cond",
    "while",
    "scan",
    "jit",
    "custom_jvp_call",
    "custom_vjp_call",
    "remat2",
    "custom_vmap_call",
    "pallas_call",
}
# An equation may vanish: an all_gather over the mapped axis is no equation at all.
MAY_DROP = {"all_gather", "dce_sink", "axis_index", "psum", "all_to_all", "custom_vmap_call"}


class Checked(NamedTuple):
    """A case traced and verified."""

    jaxprs: tuple[Any, ...]
    trace: Trace
    note: str


def types_of(case: Case) -> contextlib.AbstractContextManager[Any]:
    if not case.x64:
        return contextlib.nullcontext()
    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64()


@functools.cache
def checked(name: str) -> Checked:
    case = PROGRAMS[name]
    traced = trace(case.fun, case.levels, *case.args, **case.kwargs)
    return Checked(traced.jaxprs, *verify(traced))


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str, record_property: Any) -> None:
    case = PROGRAMS[name]
    with types_of(case):
        jaxprs, result, note = checked(name)
        assert note in ("", walkers.UNKNOWN_AXES)
        assert result.exact is True
        linked, plain = (walkers.described(jaxpr, {}) for jaxpr in (jaxprs[-1], walkers.plain(case)))
        assert linked == plain
        primitives = walkers.primitives(jaxprs[0]).keys()
        walkers.check_shape_rule(result, dropped=bool(primitives & MAY_DROP))
        walkers.check_origins(result)
        walkers.check_names(result)
        if "all_gather" not in primitives:  # what one example sees grows then as well
            walkers.check_linked_axes(result)
        walkers.check_grown_axes(result, case, unknown=bool(note))
        check_numbers(jaxprs[-1], case)
    record_property("exact", name)
