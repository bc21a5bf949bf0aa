"""What users get wrong about vmap, most common first: each has a place in the app where it becomes visible."""

from __future__ import annotations

import pytest

from tests.engine.experiments import experiment, loaded_and_traced, problem
from tests.model import sweeps
from vmapviz.engine.examine import examine
from vmapviz.engine.pmapped import NoPmapError, pmapped
from vmapviz.engine.results import result
from vmapviz.engine.verify import verify
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.explain import sentence
from vmapviz.model.insights import Known, insights
from vmapviz.model.programs.index import index
from vmapviz.model.timing import Timings

SUM = "def f(x): return jnp.sum(x)"
CHOICE = "def f(x):\n    if x > 0:\n        return x\n    return -x"
SHOWN = {
    "the batch became slower than the loop": (experiment(SUM, "f32[5,3]"), "does not run examples in parallel"),
    "cond became select_n": (
        experiment("def f(x): return lax.cond(x > 0, jnp.sin, jnp.cos, x)", "f32[5]"),
        "both branches run",
    ),
    "memory": (experiment("def f(x): return x[:, None] * x[None]", "f32[5,300]"), "The compiled batch needs"),
    "while runs until the slowest is done": (
        experiment("def f(x): return lax.while_loop(lambda s: s < 100, lambda s: s * 2, x)", "jnp.array([1.0, 50])"),
        "7 and 1 turns; together all make 7",
    ),
    "what out_axes does": (
        experiment("def f(m, v): return m @ v", "f32[2,3], f32[5,3]", Vmap("(None, 0)", "0")),
        "Added by `out_axes=0`",
    ),
    "indexing": (
        experiment("def f(t, i): return t[i]", "f32[6,3], i32[4]", Vmap("(None, 0)")),
        "dynamic_slice became gather",
    ),
    "the last digits": (
        experiment("def f(A, x): return jnp.sum(A @ x)", "f32[300,300], f32[7,300]", Vmap("(None, 0)")),
        "Loop and vmap differ by",
    ),
    "one random key": (
        experiment("def f(x, k): return x + jax.random.normal(k)", "f32[5], key[]", Vmap("(0, None)")),
        "All 5 examples draw the same random numbers",
    ),
    "the order of prints": (
        experiment("def f(x):\n    jax.debug.print('{}', x)\n    return x", "f32[3]"),
        "one for each example, in their order",
    ),
}
SAID = {
    "in_axes does not match": (
        experiment("def f(a, b): return a + b", "f32[5], f32[5]", Vmap("(0, 0, 0)")),
        "3 entries for 2 arguments",
    ),
    "inconsistent sizes": (experiment("def f(a, b): return a + b", "f32[5], f32[4]"), "disagree on the batch size"),
    "keyword arguments": (experiment("def f(x, *, s): return x * s", "f32[5], s=f32[]"), "keyword"),
    "if on a traced value": (
        experiment(CHOICE, "f32[5]"),
        "cannot look inside a batch",
    ),
    "out_axes=None on a batched value": (experiment("def f(x): return x * 2", "f32[5]", Vmap("0", "None")), "out_axes"),
    "ragged inputs": (experiment("def f(xs): return xs[0].sum()", "[f32[3], f32[4]]"), "same number of examples"),
}


def _told(one: Experiment, timings: Timings | None = None) -> str:
    """Everything that sentences and insights say."""
    loaded, traced = loaded_and_traced(one)
    trace, _ = verify(traced)
    found = insights(Known(trace, one, loaded.arguments, result(traced, loaded), examine(traced, loaded), timings))
    roots = {root for known in index(trace).roots for root in known.values() if root}
    return " ".join([*(f"{i.title} {i.text}" for i in found), *(sentence(trace, root) for root in sorted(roots))])


@pytest.mark.parametrize(("one", "words"), SHOWN.values(), ids=SHOWN)
def test_it_is_shown(one: Experiment, words: str) -> None:
    slow = sweeps.of(loop_jit=(1.0,), jit_vmap=(3.0,))
    assert words in _told(one, slow)


@pytest.mark.parametrize(("one", "words"), SAID.values(), ids=SAID)
def test_it_is_said_and_something_is_offered(one: Experiment, words: str) -> None:
    found = problem(one)
    assert words in f"{found.title} {found.text}"
    assert found.actions


def test_pmap_against_the_number_of_devices_is_said() -> None:
    _, traced = loaded_and_traced(experiment(SUM, "f32[7,3]"))
    with pytest.raises(NoPmapError) as refused:
        pmapped(traced, 4)
    found = refused.value.problem()
    assert "7" in f"{found.title} {found.text}"
    assert found.actions
