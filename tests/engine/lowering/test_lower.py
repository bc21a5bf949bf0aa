"""Below the jaxpr: the programs are those of plain JAX and XLA, and every operation comes from where its tag says."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from jax import lax

from tests.engine.experiments import experiment
from vmapviz.engine import links
from vmapviz.engine.calls import Vmap
from vmapviz.engine.handlers import answer
from vmapviz.engine.load import load
from vmapviz.engine.lowering import hlo, stablehlo
from vmapviz.engine.lowering.lower import NO_LINKS, NOT_EXACT, lowered, same_module
from vmapviz.engine.trace import Traced, trace
from vmapviz.gallery import entries, find
from vmapviz.model import messages
from vmapviz.model.programs.operations import around
from vmapviz.model.trace import Equation, Form, Trace, equations_of
from vmapviz.model.what import experiment_of

# What does no work: it is not used, it changes nothing, or its value is known when the program is lowered.
NO_WORK = {
    "per_sample_gradients": {"integer_pow"},  # JAX leaves out what the gradient does not need
    "softmax_regression": {"stop_gradient"},
    "gaussian_mixture": {"stop_gradient", "sign", "a branch that a constant rules out"},
}
WRONG = ("inconsistent_sizes", "in_axes_too_long", "nothing_mapped", "out_axes_none", "python_if", "mapped_keyword")
STEMS = [entry.stem for entry in entries() if entry.stem not in WRONG]


@functools.cache
def example(stem: str) -> Traced:
    loaded = load(experiment_of(stem, find, lambda path: Path(path).read_bytes()))
    return trace(loaded.fun, loaded.levels, *loaded.args, **loaded.kwargs)


def of(fun: Any, *arguments: Any, form: Form, in_axes: Any = 0) -> Trace:
    return lowered(trace(fun, (Vmap(in_axes),), *arguments), form)[0]


def operations(made: Trace) -> list[Equation]:
    return list(equations_of(made.batched))


def origins(equation: Equation) -> tuple[str, ...]:
    assert equation.operation is not None
    return equation.operation.origins


def named(made: Trace) -> set[str]:
    """The equations that some operation comes from, and those around them."""
    return set(around(origin for equation in operations(made) for origin in origins(equation)))


A53, A5 = jnp.arange(15.0).reshape(5, 3), jnp.arange(5.0)

# --- the programs are plain JAX's own ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", STEMS)
def test_tags_change_nothing_of_what_is_lowered(stem: str) -> None:
    made, note = lowered(example(stem), "StableHLO")
    assert (made.exact, note) == (True, "")
    assert "vmapviz" not in made.batched.text


@pytest.mark.parametrize(
    "stem", ["neural_net_layer", "newton_steps", "noise", "pairwise_distances", "normalise_by_psum"]
)
def test_tags_change_nothing_of_what_is_compiled(stem: str) -> None:
    call = example(stem).call
    args, kwargs = call.arguments
    plain = jax.jit(call.mapped(len(call.levels))).lower(*args, **kwargs).compile().as_text()
    text = lowered(example(stem), "HLO")[0].batched.text
    assert text == hlo.without_metadata(plain)
    assert "vmapviz" not in text
    assert "metadata=" not in text


def test_another_module_is_told() -> None:
    one, other = (jax.jit(fun).lower(A5).as_text() for fun in (jnp.sin, jnp.cos))
    assert same_module(one, one.replace("@main", "@other"))
    assert not same_module(one, other)


# --- where operations come from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", STEMS)
def test_every_equation_that_does_work_is_found_in_stablehlo(stem: str) -> None:
    made = lowered(example(stem), "StableHLO")[0]
    missing = [equation for equation in equations_of(made.original) if equation.path not in named(made)]
    ruled_out = "a branch that a constant rules out"
    assert {ruled_out if "branches[0]" in e.path else e.primitive for e in missing} == NO_WORK.get(stem, set())


@pytest.mark.parametrize("form", ["StableHLO", "HLO"])
@pytest.mark.parametrize("stem", ["softmax_regression", "guarded_root", "table_look_up"])
def test_what_an_operation_comes_from_is_written_in_the_same_text(
    stem: str, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    module = stablehlo if form == "StableHLO" else hlo
    parse = module.parse
    monkeypatch.setattr(module, "parse", lambda text: (read.append(text), parse(text))[1])
    traced = example(stem)
    made = lowered(traced, form)[0]
    tags = set(re.findall(rf'{links_prefix(read[0])}([^/()";]+)', read[0]))
    for equation in operations(made):
        assert equation.operation is not None
        assert set(equation.operation.vmapped) <= tags
    known = {equation.path for equation in equations_of(traced.trace.batched)}
    assert tags <= known


def links_prefix(text: str) -> str:
    """How the newest tags in a text begin."""
    return f"vmapviz{max(map(int, re.findall('vmapviz([0-9]+):', text)))}:"


def test_an_operation_comes_from_the_equation_that_computes_the_same() -> None:
    made = of(lambda x: jnp.tanh(jnp.sin(x) * x), A53, form="StableHLO")
    assert [(e.primitive, e.origin) for e in made.batched.equations] == [
        ("sine", "0"),
        ("multiply", "1"),
        ("tanh", "2"),
    ]
    assert [e.operation.text for e in made.batched.equations if e.operation][1].startswith(
        "%1 = stablehlo.multiply %0, %arg0"
    )


def test_a_fusion_shows_every_equation_it_swallowed() -> None:
    made = of(lambda x: jnp.tanh(jnp.sin(x) * x), A53, form="HLO")
    (fusion,) = made.batched.equations
    assert (fusion.primitive, origins(fusion), fusion.origin) == ("fusion", ("0", "1", "2"), "2")
    ((role, body),) = fusion.subprograms
    assert (role, [(e.primitive, e.origin) for e in body.equations]) == (
        "calls",
        [("sine", "0"), ("multiply", "1"), ("tanh", "2")],
    )


def test_what_vmap_added_comes_from_no_original_but_says_from_where() -> None:
    made = lowered(example("neural_net_layer"), "StableHLO")[0]
    (added,) = [e for e in operations(made) if e.origin is None]
    assert added.operation is not None
    assert (added.primitive, origins(added)) == ("transpose", ())
    batched = example("neural_net_layer").trace.batched
    assert [batched.equations[int(path)].primitive for path in added.operation.vmapped] == ["transpose"]


def test_a_constant_without_a_place_belongs_to_the_one_equation_that_uses_it() -> None:
    made = of(lambda x: (x + 2.0) * x, A53, form="StableHLO")
    constants = [e for e in made.batched.equations if e.primitive == "constant"]
    assert [(e.origin, e.operation.by_use) for e in constants if e.operation] == [("0", True)]


def test_a_constant_that_two_equations_use_belongs_to_none() -> None:
    table = jnp.arange(40.0)
    made = of(lambda i: table[i] + table[i + 1], jnp.arange(5), form="StableHLO")
    (large,) = [e for e in operations(made) if e.primitive == "constant" and e.outputs[0].shape == (40,)]
    assert (large.origin, origins(large)) == (None, ())
    assert "__elided__" in (large.operation.text if large.operation else "")


@pytest.mark.parametrize("form", ["StableHLO", "HLO"])
def test_names_of_the_users_scopes_do_not_hide_tags(form: Form) -> None:
    def scoped(x: Any) -> Any:
        with jax.named_scope('odd (name/with;signs" @ loc(#loc1) vmapviz1:0'):
            return jnp.sin(x) * 2.0

    made = of(scoped, A53, form=form)
    assert made.exact
    found = {e.primitive: e.origin for e in operations(made)}
    assert (found["sine"], found["multiply"]) == ("0", "1")


def test_what_xla_makes_comes_from_no_equation() -> None:
    made = of(lambda x: x, A53, form="HLO")
    assert [(e.primitive, e.origin, origins(e)) for e in made.batched.equations] == [("copy", None, ())]


@pytest.mark.parametrize("stem", ["newton_steps", "library_convolve"])
def test_of_what_has_no_tag_only_constants_are_said_to_belong_to_who_uses_them(stem: str) -> None:
    found = operations(lowered(example(stem), "HLO")[0])
    by_use = {e.primitive for e in found if e.operation is not None and e.operation.by_use}
    assert by_use <= {"constant", "broadcast"}
    assert {e.primitive for e in found if e.operation is not None and not e.operation.origins} - {"constant", "tuple"}


# --- bodies -----------------------------------------------------------------------------------------------------------


def bodies(made: Trace) -> dict[str, list[str]]:
    return {
        f"{equation.primitive} {role}": [inner.origin or "" for inner in program.equations]
        for equation in operations(made)
        for role, program in equation.subprograms
    }


def test_the_bodies_of_a_loop_hold_its_equations() -> None:
    def count(x: Any) -> Any:
        return lax.while_loop(lambda v: v < 3.0, lambda v: v * 2.0 + 1.0, x)

    found = bodies(of(count, A5, form="StableHLO"))
    assert set(found) == {"while cond", "while do"}
    assert "0.cond_jaxpr.0" in found["while cond"]
    assert {"0.body_jaxpr.0", "0.body_jaxpr.1"} <= set(found["while do"])
    (loop,) = [e for e in operations(of(count, A5, form="StableHLO")) if e.primitive == "while"]
    assert loop.inputs == ("%arg0",)
    assert [[(v.name, v.dtype, v.shape) for v in body.inputs] for _, body in loop.subprograms] == [
        [("%iterArg", "float32", (5,))]
    ] * 2
    compiled = of(count, A5, form="HLO")
    assert {"0.cond_jaxpr.0", "0.body_jaxpr.0", "0.body_jaxpr.1"} <= named(compiled)


def test_a_function_that_is_called_twice_stands_once_and_each_call_has_its_equation() -> None:
    inner = jax.jit(lambda v: jnp.sin(v) * v)
    made = of(lambda x: inner(x) + inner(x + 1.0), A53, form="StableHLO")
    calls = [e for e in made.batched.equations if e.primitive == "call"]
    first, second = (call.subprograms[0][1] for call in calls)
    assert [call.origin for call in calls] == ["0", "2"]
    assert [e.origin for e in first.equations] == ["0.jaxpr.0", "0.jaxpr.1"]
    assert second.same_as == f"{calls[0].path}.{calls[0].subprograms[0][0]}"


def test_a_body_used_twice_that_xla_writes_out_comes_from_both_calls() -> None:
    inner = jax.jit(lambda v: jnp.sin(v) * v)
    made = of(lambda x: inner(x) @ inner(x + 1.0), A53, form="HLO")
    assert {"0", "2", "3"} <= named(made)


@pytest.mark.parametrize("form", ["StableHLO", "HLO"])
@pytest.mark.parametrize(
    ("fun", "arguments"),
    [
        (lambda x: lax.sort(x), (A53,)),
        (lambda x: jnp.zeros(4).at[0].add(x), (A5,)),
        (lambda x: lax.reduce(x, 0.0, lambda a, b: a * 2.0 + b, (0,)), (A53,)),
        (lambda x: jnp.argmax(x), (A53,)),
        (lambda x: lax.scan(lambda c, v: (c + v, jnp.sin(c)), 0.0, x), (A53,)),
        (lambda x: lax.cond(True, jnp.sin, jnp.cos, x), (A53,)),
        (lambda x: x * (1.0 + 2.0j), (A53,)),
        (lambda key: jax.random.normal(key, (3,)), (jax.random.split(jax.random.key(0), 5),)),
        (lambda x: jax.nn.relu(x) + jax.nn.softmax(x), (A53,)),
        (lambda x: jax.debug.print("{}", x) or x * 2.0, (A5,)),
        (lambda tree: {"out": tree["a"] + tree["b"][0]}, ({"a": A53, "b": [A53]},)),
    ],
)
def test_any_program_is_shown(fun: Any, arguments: tuple[Any, ...], form: Form) -> None:
    made = of(fun, *arguments, form=form)
    assert made.exact
    assert made.form == form
    paths = [equation.path for equation in operations(made)]
    assert len(paths) == len(set(paths))
    assert not any("metadata" in equation.operation.text for equation in operations(made) if equation.operation)
    printed = len(re.findall(r"^ +(?:ROOT )?%[^ ]+ = (?!.* parameter\()", made.batched.text, re.MULTILINE))
    read = sum(bool(equation.outputs) for equation in operations(made))
    assert read == printed


def test_without_links_the_programs_are_shown_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmapviz.engine.trace.link", lambda *_: 1 / 0)
    made, note = lowered(trace(jnp.sin, (Vmap(),), A5), "StableHLO")
    assert note == NO_LINKS
    assert [(e.primitive, e.origin) for e in made.batched.equations] == [("sine", None)]


def test_what_is_not_what_plain_jax_lowers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmapviz.engine.lowering.lower.same_module", lambda one, other: False)
    made, note = lowered(trace(jnp.sin, (Vmap(),), A5), "StableHLO")
    assert (made.exact, note) == (False, NOT_EXACT)


def test_tags_are_their_own_for_every_program() -> None:
    jaxpr = trace(jnp.sin, (Vmap(),), A5).jaxprs[-1]
    assert links.tagged(jaxpr)[1] != links.tagged(jaxpr)[1]


# --- reading what is printed ------------------------------------------------------------------------------------------

FUSED = """
#loc = loc(unknown)
module @jit_f {
  func.func public @main(%arg0: tensor<2xcomplex<f32>> loc("x")) -> tensor<2xui8> {
    %0 = stablehlo.abs %arg0 : (tensor<2xcomplex<f32>>) -> tensor<2xf32> loc(#loc4)
    %1 = stablehlo.convert %0 : (tensor<2xf32>) -> tensor<2xui8> loc(#loc)
    return %1 : tensor<2xui8> loc(#loc)
  } loc(#loc)
} loc(#loc)
#loc1 = loc("file.py":8:17 to :20)
#loc2 = loc("jit(f)/tag:3/abs"(#loc1))
#loc3 = loc("jit(f)/tag:4/abs"(#loc1))
#loc4 = loc(fused[#loc2, #loc3])
"""
TWO_NAMES = """HloModule jit_f, is_scheduled=true

ENTRY %main.2 (x.1: f32[2]) -> f32[2] {
  %x.1 = f32[2]{0} parameter(0), metadata={op_name="x"}

  ROOT %add.1 = f32[2]{0} add(%x.1, %x.1), metadata={op_name="a;b" source_file="odd (name.py"}, backend_config="{\\"a)\\":1}"
}
"""


def test_an_operation_that_mlir_made_of_two_comes_from_both() -> None:
    read = stablehlo.parse(FUSED).entry
    assert [operation.place for operation in read.operations] == ["jit(f)/tag:3/abs;jit(f)/tag:4/abs", ""]
    assert [(one.results[0].dtype, one.results[0].shape) for one in read.operations] == [
        ("float32", (2,)),
        ("uint8", (2,)),
    ]
    assert (read.inputs[0].dtype, read.inputs[0].place, read.outputs) == ("complex64", "x", ("%1",))


def test_an_instruction_with_quotes_and_two_names() -> None:
    (add,) = hlo.parse(TWO_NAMES).entry.operations
    assert (add.place, add.operands) == ("a;b", ("%x.1", "%x.1"))
    assert add.text.endswith('backend_config="{\\"a)\\":1}"')
    assert "metadata" not in add.text
    assert hlo.without_metadata(TWO_NAMES).endswith(f"  {add.text}\n}}")


@pytest.mark.parametrize("module", [stablehlo, hlo])
def test_what_is_no_program_is_refused(module: Any) -> None:
    with pytest.raises(ValueError, match="This is no"):
        module.parse("%0 = nothing of the kind")


# --- the worker -------------------------------------------------------------------------------------------------------


def test_the_worker_answers_with_the_program_or_with_a_problem() -> None:
    sent: list[messages.Reply] = []
    answer(messages.Lower(7, experiment("def f(x): return x * 2", "f32[5]"), "HLO"), sent.append)
    (reply,) = sent
    assert isinstance(reply, messages.Lowered)
    assert (reply.job, reply.trace.form, reply.trace.exact, reply.note) == (7, "HLO", True, "")
    sent.clear()
    answer(messages.Lower(8, experiment("def f(x): return y", "f32[5]"), "HLO"), sent.append)
    (failed,) = sent
    assert isinstance(failed, messages.Failed)
    assert failed.job == 8


@pytest.mark.parametrize(("form", "says"), [("StableHLO", "JAX cannot lower"), ("HLO", "XLA cannot compile")])
def test_what_cannot_be_lowered_here_says_so_and_offers_the_way_back(form: Form, says: str) -> None:
    head = "import jax\nfrom jax.experimental import pallas as pl\n"
    body = (
        "def double(x, out):\n    out[...] = x[...] * 2\n"
        "def f(x):\n    return pl.pallas_call(double, out_shape=jax.ShapeDtypeStruct(x.shape, x.dtype))(x)"
    )
    sent: list[messages.Reply] = []
    answer(messages.Lower(9, experiment(body, "f32[5,4]", head=head), form), sent.append)
    (failed,) = sent
    assert isinstance(failed, messages.Failed)
    assert failed.problem.title == f"**{says} this for the CPU.**"
    assert "interpret mode" in failed.problem.said
    assert [action.edits for action in failed.problem.actions] == [(("map", 0, "vmap"),)]
