"""vmap(grad(f)) reads as a forward and a backward pass, and what an inner vmap made is marked: told by JAX's own name stack."""

from __future__ import annotations

import itertools
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from jax import lax

import vmapviz
from tests.model.traces import traced
from vmapviz.export.text import text
from vmapviz.model.experiment import Experiment
from vmapviz.model.explain import sentence
from vmapviz.model.passes import pass_of, title
from vmapviz.model.programs import layout
from vmapviz.model.programs.layout import LINE
from vmapviz.model.programs.words import spoken
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Trace, equations_of

X = jnp.arange(15.0).reshape(5, 3)


def loss(x: Any) -> Any:
    return jnp.sum(jnp.tanh(x) ** 2)


def looped(x: Any) -> Any:
    return lax.scan(lambda c, y: (c * y, None), 1.0, x)[0]


def both(x: Any) -> Any:
    return jax.grad(loss)(x) + 1.0, jax.vmap(lambda v: v * 2)(x)


def passes(trace: Trace) -> list[tuple[str, str]]:
    return [(e.primitive, pass_of(trace.original, e)) for e in trace.original.equations]


def test_the_gradient_has_a_forward_and_a_backward_pass() -> None:
    found = passes(vmapviz.trace(jax.grad(loss))(X))
    kinds = [kind for _, kind in found]
    assert set(kinds) == {"forward pass", "backward pass"}
    assert kinds == sorted(kinds, reverse=True), "forward first"
    assert ("tanh", "forward pass") in found


def test_a_pushed_tangent_is_no_forward_pass() -> None:
    found = passes(vmapviz.trace(lambda x: jax.jvp(jnp.sin, (x,), (x,)))(X))
    assert {kind for _, kind in found} == {"jvp"}


def test_an_inner_vmap_is_marked_and_our_own_is_not() -> None:
    found = dict(passes(vmapviz.trace(both)(X)))
    assert [e.transforms for e in vmapviz.trace(jnp.sin)(X).original.equations] == [()]
    assert found["mul"] == "inner vmap"
    assert found["tanh"] == "forward pass"


def test_second_derivatives_name_pass_and_vmap() -> None:
    kinds = {kind for _, kind in passes(vmapviz.trace(jax.hessian(loss))(X))}
    assert {"forward pass, inner vmap", "backward pass, inner vmap"} <= kinds


def test_bodies_belong_to_the_pass_of_what_holds_them() -> None:
    trace = vmapviz.trace(jax.grad(looped))(X)
    scans = [e for e in trace.original.equations if e.primitive == "scan"]
    assert [pass_of(trace.original, e) for e in scans] == ["forward pass", "backward pass"]
    inside = [pass_of(trace.original, e) for _, body in scans[1].subprograms for e in equations_of(body)]
    assert set(inside) == {"backward pass"}


@pytest.mark.parametrize("name", ["layer", "newton", "psum"])
def test_without_a_transformation_nothing_is_marked(name: str) -> None:
    trace = traced(name)
    assert not [e.path for e in equations_of(trace.original) if e.transforms]
    assert '"transforms"' not in trace.to_json()
    assert not [row for row in layout(trace).rows[0] if row.kind == "pass"]


def test_the_passes_stand_above_their_equations_and_nothing_overlaps() -> None:
    trace = vmapviz.trace(both)(X)
    rows = layout(trace).rows[0]
    titles = [(i, row) for i, row in enumerate(rows) if row.kind == "pass"]
    assert [row.text for _, row in titles] == [
        "Forward pass",
        "Backward pass",
        "Outside the derivative",
        "Inner vmap",
    ]
    assert all(row.height == LINE for _, row in titles)
    assert all(a.y + a.height <= b.y for a, b in itertools.pairwise(rows))
    first = rows[titles[1][0] + 1].equation
    assert first is not None
    assert "transpose" in first.transforms


def test_a_title_stands_only_where_the_pass_changes() -> None:
    trace = vmapviz.trace(jax.vmap(lambda v: v * 2 + 1))(jnp.ones((2, 5, 3)))
    first, second = trace.original.equations[:2]
    assert title(trace.original, first, "") == "Inner vmap"
    assert title(trace.original, second, "inner vmap") == ""


def test_sentence_and_text_name_the_pass() -> None:
    trace = vmapviz.trace(jax.grad(loss))(X)
    last = trace.original.equations[-1].path
    assert sentence(trace, last).startswith("Backward pass: **")
    assert sentence(trace, "0").startswith("Forward pass: **")
    assert ", backward pass, became " in spoken(layout(trace), last)
    assert "# backward pass" in text(Snapshot({}, Experiment("", "loss"), trace))
