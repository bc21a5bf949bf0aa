"""The version by hand beside vmap's: "the same work" is said where it is, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.experiments import experiment
from vmapviz.engine.handlers import answer
from vmapviz.gallery import find
from vmapviz.model import messages
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.explain import sentence
from vmapviz.model.trace import ByHand, Trace
from vmapviz.model.what import experiment_of

HEAD = "import functools\nimport jax\nimport jax.numpy as jnp\nimport numpy as np\n\n"


def asked(source: str, arguments: str = "f32[5,3], f32[3]", *levels: Vmap) -> messages.Reply:
    """What the worker answers of `f` and the version `g` by hand."""
    found = experiment(HEAD + source, arguments, *(levels or (Vmap("(0, None)"),)))
    return told(replace(found, function="f", reference="g"))


def told(found: Experiment) -> messages.Reply:
    replies: list[messages.Reply] = []
    answer(messages.Lower(1, found, "by hand"), replies.append)
    (reply,) = replies
    return reply


def compared(source: str, arguments: str = "f32[5,3], f32[3]", *levels: Vmap) -> tuple[Trace, ByHand]:
    reply = asked(source, arguments, *levels)
    assert isinstance(reply, messages.Lowered), reply
    assert reply.trace.hand is not None
    return reply.trace, reply.trace.hand


def links(trace: Trace) -> list[tuple[str, str | None]]:
    """Primitive and origin of the equations by hand."""
    return [(equation.primitive, equation.origin) for equation in trace.batched.equations]


@pytest.mark.parametrize(
    "by_hand",
    [
        "return jnp.tanh(x * w[None, :]).sum(1)",
        "y = jnp.broadcast_to(w[None], (1, 3))\n    return jnp.sum(jnp.tanh(y * x), axis=-1)",
        "return jax.jit(lambda a, b: jnp.tanh(a * b[None, :]))(x, w).sum(1)",
        "unused = 0\n    y = w[None, :]\n    z = jnp.tanh(x * y)\n    return z.sum(1)",
    ],
    ids=["as vmap", "operands the other way round", "in a call", "other names"],
)
def test_the_same_work_is_said_whatever_it_is_called(by_hand: str) -> None:
    trace, hand = compared(f"def f(x, w):\n    return jnp.tanh(x * w).sum()\n\ndef g(x, w):\n    {by_hand}\n")
    assert hand.agrees, hand
    assert "**Your version does the same work**: its 4 equations are vmap's, one by one." in sentence(trace, None)
    assert sentence(trace, "0") == (
        "Equation 1, `mul`: **your version computes the same**, as vmap's `broadcast_in_dim`, `mul`."
    )


@pytest.mark.parametrize(
    ("by_hand", "same"),
    [
        ("return jnp.tanh(x * w[None, :]).sum(0)", 3),
        ("return jnp.tanh(x + w[None, :]).sum(1)", 1),
        ("return jnp.tanh(x * x).sum(1)", 0),
        ("return jnp.tanh(x * w[None, :]).sum(1) + 1", 4),
        ("return jnp.tanh(x * w[None, :]).sum(1, keepdims=True)", 4),
        ("return jnp.tanh(x * w[None, :])", 3),
        ("y = jnp.tanh(x * w[None, :])\n    return y.sum(1), y", 4),
    ],
    ids=["another axis", "another primitive", "another operand", "more", "a reshape", "less", "another result"],
)
def test_other_work_is_never_called_the_same(by_hand: str, same: int) -> None:
    trace, hand = compared(f"def f(x, w):\n    return jnp.tanh(x * w).sum()\n\ndef g(x, w):\n    {by_hand}\n")
    assert not hand.agrees
    assert hand.same == same
    assert "the same work" not in sentence(trace, None)


def test_what_differs_is_said_and_linked_as_far_as_it_agrees() -> None:
    trace, hand = compared(
        "def f(x, w):\n    return jnp.maximum(x @ w - 1, 0)\n\n"
        "def g(x, w):\n    return jnp.maximum((x * w).sum(1) - 1, 0)\n"
    )
    assert hand.same == 0
    assert hand.alike == (("3", "1"), ("4", "2")), "the last two do the same to other values"
    assert [primitive for _, primitive in hand.lacking] == ["dot_general"]
    assert sentence(trace, None).startswith(
        "None of the 5 equations of `g` are **the same as vmap's**; 2 do the same to other values; "
        "vmap alone has `dot_general`; yours alone has `broadcast_in_dim`, `mul`, `reduce_sum`."
    )
    assert sentence(trace, "0") == (
        "Equation 1, `dot_general`: your version has nothing that computes what vmap's `dot_general` does."
    )
    assert sentence(trace, "1") == "Equation 2, `sub`: 1 equation does the same, **to other values**."
    assert "**in your version alone**" in sentence(trace, "+1")
    assert "**to other values**" in sentence(trace, "+3")


def test_equations_lead_to_the_original_through_vmaps() -> None:
    trace, hand = compared(
        "def f(x, w):\n    return jnp.tanh(x * w)\n\ndef g(x, w):\n    return jnp.tanh(x * w[None, :]) * 2\n"
    )
    assert links(trace) == [("broadcast_in_dim", "0"), ("mul", "0"), ("tanh", "1"), ("mul", None)]
    assert hand.own == ("3",)


def test_what_vmap_added_is_found_by_hand_too() -> None:
    trace, hand = compared(
        "def f(x, w):\n    return x * 2\n\ndef g(x, w):\n    return (x * 2).T\n",
        "f32[5,3], f32[3]",
        Vmap("(0, None)", "1"),
    )
    assert hand.agrees
    assert links(trace)[-1] == ("transpose", None)
    assert "**vmap added it**" in sentence(trace, "+1")


def test_the_same_equation_twice_is_not_the_same_as_once() -> None:
    _, hand = compared(
        "def f(x, w):\n    return jnp.sin(x) * 2\n\ndef g(x, w):\n    y = jnp.sin(x)\n    return jnp.sin(x) * 2\n"
    )
    assert (hand.same, hand.own) == (2, ("1",))


def test_arrays_that_a_program_holds_are_compared_by_what_they_hold() -> None:
    direct = "table = jnp.arange(3.0)\nother = jnp.array([{}, 1.0, 2.0])\n"
    direct += "def f(x, w):\n    return jnp.dot(x, table)\n\ndef g(x, w):\n    return jnp.dot(x, other)\n"
    assert compared(direct.format("0.0"))[1].agrees
    assert not compared(direct.format("5.0"))[1].agrees


def test_bodies_of_loops_are_compared_whole() -> None:
    body = "def {}(x, w):\n    return jax.lax.fori_loop(0, 3, lambda i, y: y {} 2.0, x)\n\n"
    assert compared(body.format("f", "*") + body.format("g", "*"))[1].agrees
    assert not compared(body.format("f", "*") + body.format("g", "+"))[1].agrees


def test_what_a_body_computes_for_nothing_counts() -> None:
    body = "def {}(x, w):\n    def step(c, _):\n        {}\n        return c * 2, None\n    return jax.lax.scan(step, x, None, 3)[0]\n\n"
    assert compared(body.format("f", "pass") + body.format("g", "pass"))[1].agrees
    assert not compared(body.format("f", "pass") + body.format("g", "jnp.sin(c)"))[1].agrees


def test_what_can_be_written_to_is_never_taken_for_the_same() -> None:
    reads = "def {}(x, w):\n    ref = jax.new_ref(x)\n    ref[...] = x * 2\n    return ref[...]\n\n"
    _, hand = compared(reads.format("f") + reads.format("g"))
    assert hand.same == 1, "the product alone: what a reference holds changes"
    assert not hand.agrees


def test_two_vmaps_lead_to_the_original_of_both() -> None:
    trace, hand = compared(
        "def f(a, b):\n    return jnp.sum((a - b) * 2)\n\n"
        "def g(a, b):\n    return jnp.sum((a[:, None, :] - b[None, :, :]) * 2, axis=-1)\n",
        "f32[3,2], f32[4,2]",
        Vmap("(None, 0)"),
        Vmap("(0, None)"),
    )
    assert hand.agrees
    assert links(trace) == [
        ("broadcast_in_dim", "0"),
        ("broadcast_in_dim", "0"),
        ("sub", "0"),
        ("mul", "1"),
        ("reduce_sum", "2"),
    ]
    assert trace.batched.equations[2].outputs[0].axes == ((1,), (0,))


def test_the_axes_by_hand_are_those_that_grow_with_the_examples() -> None:
    trace, _ = compared("def f(x, w):\n    return x @ w\n\ndef g(x, w):\n    return w @ x.T\n")
    assert [value.axes for value in trace.batched.inputs] == [((0,),), (None,)]
    transpose, dot = trace.batched.equations
    assert (transpose.outputs[0].axes, dot.outputs[0].axes) == (((1,),), ((0,),))


def test_a_number_of_examples_that_is_built_in_is_said() -> None:
    reply = asked("def f(x, w):\n    return x * 2\n\ndef g(x, w):\n    return x.reshape(15).reshape(5, 3) * 2\n")
    assert isinstance(reply, messages.Lowered)
    assert "`g` does not take another number of examples" in reply.note


def test_numpy_by_hand_has_no_program_and_says_so() -> None:
    reply = asked("def f(x, w):\n    return x @ w\n\ndef g(x, w):\n    return np.asarray(x) @ np.asarray(w)\n")
    assert isinstance(reply, messages.Failed)
    assert reply.problem.title == "**`g` has no jaxpr.**"
    assert "numpy" in reply.problem.text


def test_without_a_version_by_hand_it_is_said() -> None:
    reply = told(experiment("def f(x):\n    return x\n", "f32[3]"))
    assert isinstance(reply, messages.Failed)
    assert reply.problem.title == "**There is no version by hand.**"


def test_an_error_by_hand_is_told_with_its_line() -> None:
    reply = asked("def f(x, w):\n    return x @ w\n\ndef g(x, w):\n    return x @ w.reshape(7)\n")
    assert isinstance(reply, messages.Failed)
    assert reply.problem.source is not None


SAME = (
    "dot_product",
    "dot_product_shared_weights",
    "gaussian_pdf",
    "neural_net_forward",
    "pairwise_distances",
    "softmax_regression",
)
OTHER = ("convolve", "neural_net_layer", "table_look_up")


@pytest.mark.parametrize("stem", [*SAME, *OTHER])
def test_the_gallery(stem: str) -> None:
    reply = told(experiment_of(stem, find, lambda path: Path(path).read_bytes()))
    assert isinstance(reply, messages.Lowered)
    assert reply.trace.hand is not None
    assert reply.trace.hand.agrees == (stem in SAME)
    words: list[Any] = [sentence(reply.trace, equation.path) for equation in reply.trace.original.equations]
    assert all(words)
