"""Every program of the corpus is shown exactly: walked independently of the engine, computed, and drawn at every moment."""

from __future__ import annotations

import contextlib
import functools
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import pytest

from tests.engine import corpus, walkers
from tests.engine.corpus import PROGRAMS
from tests.engine.corpus.case import Case
from tests.engine.numbers import LONG, check_numbers
from tests.model.sentences import check_sentence
from tests.truth.frames import check_frames, shapes_of
from vmapviz.engine.calls import Vmap
from vmapviz.engine.programs import program_of
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.explain import NOTHING, sentence
from vmapviz.model.programs.index import index
from vmapviz.model.trace import Trace, equations_of

CONTROL_FLOW = {
    *(
        "cond",
        "while",
        "scan",
        "jit",
        "custom_jvp_call",
        "custom_vjp_call",
        "custom_vmap_call",
        "custom_linear_solve",
        "remat2",
    ),
    *("pure_callback", "io_callback", "debug_callback", "pallas_call"),
}
# An equation may vanish: an all_gather over the mapped axis is no equation at all.
MAY_DROP = {"all_gather", "dce_sink", "axis_index", "psum", "all_to_all", "custom_vmap_call"}

# These want as many parts as there are examples: with one more example there is no such program.
TIED = {"all_to_all", "reduce_scatter"}

THOROUGH = bool(os.environ.get("VMAPVIZ_FUZZ"))


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


@pytest.fixture(scope="module", autouse=True)
def forget() -> Iterator[None]:
    """Give back the gigabyte that the traced and compiled programs hold."""
    yield
    checked.cache_clear()
    jax.clear_caches()


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str, record_property: Any) -> None:
    case = PROGRAMS[name]
    with types_of(case):
        jaxprs, result, note = checked(name)
        assert note == (walkers.UNKNOWN_AXES if TIED & walkers.primitives(jaxprs[0]).keys() and note else "")
        assert result.exact is True
        linked, plain = (walkers.described(jaxpr, {}) for jaxpr in (jaxprs[-1], walkers.plain(case)))
        assert linked == plain
        assert walkers.uses(result.batched) >= walkers.uses(program_of(walkers.plain(case))[0])
        primitives = walkers.primitives(jaxprs[0]).keys()
        assert all(sentence(result, equation.path) != NOTHING for equation in equations_of(result.original))
        for root in {root for found in index(result).roots for root in found.values() if root}:
            check_sentence(result, root)
        walkers.check_shape_rule(result, dropped=bool(primitives & MAY_DROP))
        walkers.check_origins(result)
        walkers.check_names(result)
        if "all_gather" not in primitives:  # what one example sees grows then as well
            walkers.check_linked_axes(result)
        walkers.check_grown_axes(result, case, unknown=bool(note))
        if name not in LONG or THOROUGH:
            check_numbers(jaxprs[-1], case)
        check_frames(shapes_of(result))
    record_property("exact program", name)


def test_the_corpus_has_at_least_300_programs() -> None:
    assert len(PROGRAMS) >= 300
    assert len(corpus.ALL) == sum(len(module.PROGRAMS) for module in corpus.MODULES), "a name is used twice"


def test_few_programs_are_left_out_for_what_this_jax_has_not() -> None:
    assert len(corpus.ALL) - len(PROGRAMS) <= 10


def test_no_two_programs_have_the_same_primitives() -> None:
    names: dict[Any, list[str]] = defaultdict(list)
    for name in PROGRAMS:
        names[frozenset(original_primitives(name).items())].append(name)
    assert [alike for alike in names.values() if len(alike) > 1] == []


def test_the_programs_use_150_primitives_and_every_kind_of_control_flow() -> None:
    primitives = set().union(*map(original_primitives, PROGRAMS))
    assert len(primitives) >= 150
    assert primitives >= CONTROL_FLOW


def test_programs_are_nested_deeply() -> None:
    depths = Counter(walkers.depth(checked(name).jaxprs[0]) for name in PROGRAMS if not PROGRAMS[name].x64)
    assert sum(count for depth, count in depths.items() if depth > 3) >= 10, depths


def test_axes_are_not_all_zero() -> None:
    def other(axes: Any) -> bool:
        return any(axis is None or axis != 0 for axis in jax.tree.leaves(axes, is_leaf=lambda x: x is None))

    assert sum(any(other((v.in_axes, v.out_axes)) for v in case.levels) for case in PROGRAMS.values()) >= 60
    assert sum(len(case.levels) == 2 for case in PROGRAMS.values()) >= 20
    assert sum(len(case.levels) >= 3 for case in PROGRAMS.values()) >= 3


def original_primitives(name: str) -> Counter[str]:
    with types_of(PROGRAMS[name]):
        return walkers.primitives(checked(name).jaxprs[0])


def test_a_psum_of_a_python_number_is_said_to_be_not_exact() -> None:
    """Under vmap it stays a Python number, and the function then does other things than for one example."""
    traced = trace(lambda x, y: x + jax.lax.psum(y, "i"), (Vmap((0, None), axis_name="i"),), jax.numpy.arange(5.0), 2.0)
    result, note = verify(traced)
    assert result.exact is False
    assert note.startswith("This is not exactly what plain JAX makes")


@pytest.mark.parametrize("wrong", ["primitive", "operand", "type"])
def test_the_walker_sees_what_differs(wrong: str) -> None:
    a = jax.make_jaxpr(lambda x, y: x - y)(1.0, 2.0)
    b = jax.make_jaxpr(
        {"primitive": lambda x, y: x + y, "operand": lambda x, y: y - x, "type": lambda x, y: x - y}[wrong]
    )
    assert walkers.described(a, {}) != walkers.described(b(1.0, 2 if wrong == "type" else 2.0), {})
