"""The links of single programs, and what is shown where there are none; tests/engine/test_corpus.py walks them all."""

from __future__ import annotations

import ast
import dataclasses
import functools
import linecache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import pytest
from jax import lax

import vmapviz
from tests.engine.corpus import PROGRAMS
from tests.engine.corpus.case import named
from vmapviz.engine import compat, links
from vmapviz.engine.calls import Vmap
from vmapviz.engine.handlers import answer
from vmapviz.engine.trace import trace as trace_now
from vmapviz.engine.verify import verify
from vmapviz.model import messages
from vmapviz.model.compare import same
from vmapviz.model.experiment import Experiment
from vmapviz.model.trace import Program, Trace, equations_of, inserted, values_of


@functools.cache
def traced(name: str) -> Trace:
    case = PROGRAMS[name]
    return vmapviz.trace(case.fun, levels=case.levels)(*case.args)


@pytest.mark.parametrize(("name", "count"), [("grad", 0), ("matvec", 1), ("layer", 1), ("sum", 0)])
def test_number_of_inserted_equations(name: str, count: int) -> None:
    assert len(inserted(traced(name).batched)) == count


def test_one_equation_becomes_three() -> None:
    batched = traced("layer").batched
    assert [e.primitive for e in batched.equations if e.origin == "1"] == ["transpose", "broadcast_in_dim", "add"]


def test_a_batched_cond_becomes_its_branches_and_a_select() -> None:
    became = [
        (e.primitive, e.origin) for e in traced("cond with a batched predicate").batched.equations if e.origin != e.path
    ]
    assert ("mul", "2.branches[0].0") in became
    assert ("sqrt", "2.branches[1].0") in became
    assert ("select_n", "2") in became


def test_the_linked_jaxpr_computes_what_the_loop_computes() -> None:
    fun, levels, args, *_ = PROGRAMS["layer"]
    result = trace_now(fun, levels, *args)
    got = jax.core.eval_jaxpr(result.jaxprs[1].jaxpr, result.jaxprs[1].consts, *args)[0]
    loop = np.stack([fun(args[0], x, args[2]) for x in args[1]], axis=1)
    np.testing.assert_array_equal(np.asarray(got), loop)


def corrupted(program: Program, which: str) -> Program:
    equations = list(program.equations)
    if which == "parameter":
        equations[0] = msgspec.structs.replace(equations[0], params=(("axis", "7", 7), *equations[0].params))
    elif which == "operand":
        equations[3] = msgspec.structs.replace(equations[3], inputs=tuple(reversed(equations[3].inputs)))
    elif which == "order":
        equations[0:2] = equations[1::-1]
    elif which == "type":
        wrong = msgspec.structs.replace(equations[0].outputs[0], dtype="float16")
        equations[0] = msgspec.structs.replace(equations[0], outputs=(wrong,))
    return msgspec.structs.replace(program, equations=tuple(equations))


@pytest.mark.parametrize("which", ["parameter", "operand", "order", "type"])
def test_a_corrupted_program_is_not_exact(which: str) -> None:
    fun, levels, args, *_ = PROGRAMS["layer"]
    result = trace_now(fun, levels, *args)
    wrong = Trace(None, result.trace.levels, (result.trace.original, corrupted(result.trace.batched, which)))
    assert verify(dataclasses.replace(result, trace=wrong))[0].exact is False
    assert verify(result)[0].exact is True


def test_names_do_not_count_as_a_difference() -> None:
    program = traced("layer").batched
    renamed = msgspec.json.encode(program).decode().replace('"d"', '"zz"')
    assert same(program, msgspec.json.decode(renamed, type=Program))


# Without these no jaxpr can be read at all; where the source of an equation is not found, only that is missing.
READING = {"is_jaxpr", "opened", "is_literal", "is_dropped"}
SOURCES = ("code_frames", "is_user_file")


def used_by_links() -> list[str]:
    """The functions of compat that links.py calls."""
    tree = ast.parse(Path(links.__file__).read_text("utf-8"))
    calls = [
        node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return sorted({f.attr for f in calls if isinstance(f.value, ast.Name) and f.value.id == "compat"} - READING)


def everything(x):
    """A function whose links need every one of them."""
    weighted = lax.cond(x > 0, jax.nn.relu, jnp.cos, x) * CLOSED_OVER
    return weighted + jax.grad(lambda x: lax.psum(x, "i"))(x)


CLOSED_OVER = jnp.arange(3.0)
EVERYTHING = named(everything, np.arange(5, dtype="float32"))
DROPPING = PROGRAMS["gradient of gamma"]  # inside a loop, some outputs are not used


def broken(*args: object, **kwargs: object) -> Any:
    raise AttributeError("no such thing in this JAX")


@pytest.mark.parametrize("name", used_by_links())
def test_when_jax_changes_both_programs_are_still_shown_without_links(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fun, levels, args, *_ = DROPPING if name == "new_variable" else EVERYTHING
    linked, note = verify(trace_now(fun, levels, *args))
    assert note == ""
    monkeypatch.setattr(compat, name, broken)
    result, note = verify(trace_now(fun, levels, *args))
    assert result.exact is True
    assert list(map(same, result.programs, linked.programs)) == [True, True]
    assert [e.origin for e in equations_of(result.batched) if e.origin] == []
    assert [value.batched for value in values_of(result.original) if value.batched] == []
    assert note.startswith("Links are not available with JAX")
    assert "no such thing in this JAX" in note
    assert [value.axes for value in values_of(result.batched)] == [value.axes for value in values_of(linked.batched)]


@pytest.mark.parametrize("name", SOURCES)
def test_when_jax_keeps_tracebacks_in_another_way_the_links_stay(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compat, name, broken)
    fun, levels, args, *_ = PROGRAMS["layer"]
    result, note = verify(trace_now(fun, levels, *args))
    assert note == ""
    assert all(e.origin for e in result.batched.equations[:-1])
    if name != "is_user_file":
        assert all(e.source is None for e in equations_of(result.original))


def test_when_jaxprs_cannot_be_read_it_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compat, "opened", broken)
    replies: list[messages.Reply] = []
    answer(messages.Trace(1, Experiment("def f(x):\n    return x * 2\n", "f", "f32[3]")), replies.append)
    assert [type(reply) for reply in replies] == [messages.Failed]


def test_a_trace_is_json_with_the_names_of_the_contract() -> None:
    data = msgspec.json.decode(vmapviz.trace(lambda x: x * 2)(np.arange(3.0, dtype="float32")).to_json())
    assert set(data) == {"exact", "levels", "programs"}
    assert set(data["programs"][0]) == {"inputs", "constants", "equations", "outputs"}
    assert data["programs"][0]["inputs"][0] == {
        "name": "a",
        "label": "x",
        "dtype": "float32",
        "shape": [],
        "batched": [{"name": "a", "dtype": "float32", "shape": [3], "axes": [0]}],
        "axes": [],
    }
    assert data["programs"][1]["equations"][0]["origin"] == "0"
    assert data["programs"][1]["inputs"][0]["axes"] == [[0]]


def test_labels_name_arguments_and_leaves() -> None:
    labels = [value.label for value in traced("dict").original.inputs]
    assert labels == ["state['cov']", "state['mean']", "scale"]


def test_keyword_arguments_are_mapped_along_axis_0_as_jax_does() -> None:
    trace = vmapviz.trace(lambda x, *, y: x + y, in_axes=0)(np.ones(3, "float32"), y=np.ones(3, "float32"))
    assert [value.label for value in trace.original.inputs] == ["x", "y"]
    assert trace.exact


def test_sources_name_the_characters() -> None:
    source = traced("layer").original.equations[0].source
    assert source is not None
    assert source.file.endswith("derivatives.py")
    assert linecache.getline(source.file, source.line)[source.column : source.end_column] == "W @ x"


def test_errors_name_the_users_arguments() -> None:
    with pytest.raises(ValueError, match=r"argument m of type") as error:
        vmapviz.trace(lambda m, v: m @ v)(np.ones((2, 3)), np.ones((5, 3)))
    assert "inconsistent sizes" in str(error.value)


def test_levels_are_shown_as_python() -> None:
    level = vmapviz.trace(lambda m, v: m @ v, in_axes=(None, 0), out_axes=1)(np.ones((2, 3)), np.ones((5, 3))).levels[0]
    assert (level.size, level.in_axes, level.out_axes) == (5, "(None, 0)", "1")
    assert Vmap is vmapviz.Vmap
