"""Every insight fires where it is true, with the figures of that program, and stays silent where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.engine.experiments import experiment, loaded_and_traced
from tests.model import sweeps
from vmapviz import gallery
from vmapviz.engine.examine import examine
from vmapviz.engine.results import result
from vmapviz.engine.verify import verify
from vmapviz.model.actions import take
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.facts import Facts, Memory
from vmapviz.model.insights import INSIGHTS, Insight, Known, insights
from vmapviz.model.session import Session
from vmapviz.model.trace import equations_of
from vmapviz.model.what import experiment_of

ROOT = "def f(x): return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)"
SAME_ROOT = "def f(p, x): return lax.cond(p, jnp.sqrt, lambda x: 0.0 * x, x)"
WHERE = "def f(x): return jnp.where(x > 0, 1.0 / x, 0.0)"
NEWTON = "def f(a): return lax.while_loop(lambda x: jnp.abs(x * x - a) > 1e-5 * a, lambda x: 0.5 * (x + a / x), a)"
COUNTED = "def f(a): return lax.fori_loop(0, 3, lambda i, x: 0.5 * (x + a / x), a)"
STEPS = "def f(x): return lax.scan(lambda c, y: (c + y, c), 0.0, x)[0]"
MAPPED = "def f(x): return lax.map(jnp.sin, x)"
TABLE = "def f(table, i): return table[i]"
MATVEC = "def f(m, v): return m @ v"
FROM_BEHIND = "def f(x, W): return jnp.sin(x).reshape(-1) @ W"
CONSTANT = "def f(x, b): return jnp.stack([x, b])"
NOISE = "def f(x, key): return x + jax.random.normal(key, (3,))"
OWN_KEY = "def f(x): return x + jax.random.normal(jax.random.key(0), (3,))"
PRINTS = "def f(x):\n    jax.debug.print('{}', x)\n    return x"
CALLS = "def f(x): return jax.pure_callback(np.sin, x, x, vmap_method='sequential')"
CALLS_ONCE = "def f(x): return jax.pure_callback(np.sin, x, x, vmap_method='expand_dims')"
NORM = "def f(x): return jnp.sum(x * x / 3.0)"


class Fires(NamedTuple):
    """What is found: its kind, where, the severity, the primitives it belongs to, and what its words must say."""

    kind: str
    one: Experiment
    severity: str
    equations: tuple[str, ...]
    said: tuple[str, ...]


FIRES = (
    Fires(
        "both branches",
        experiment(ROOT, "jnp.array([4.0, 9])"),
        "warn",
        ("cond",),
        ("cond became select_n", "2 examples"),
    ),
    Fires(
        "thrown away",
        experiment(ROOT, "jnp.array([4.0, -1, 9, -4])"),
        "",  # JAX 0.8 lets its gradient see them
        ("cond",),
        ("Two numbers that are NaN", "does not take them from `", "The result does not see them"),
    ),
    Fires(
        "thrown away",
        experiment(WHERE, "jnp.array([1.0, 0])"),
        "warn",
        ("select_n",),
        ("One number that is infinite", "its gradient does: one number of it is not finite"),
    ),
    Fires("thrown away", experiment(WHERE, "jnp.array([1, 0])"), "info", ("select_n",), ("does not see it.",)),
    Fires(
        "slowest",
        experiment(NEWTON, "jnp.array([4.0, 9, 2, 100, 1])"),
        "info",
        ("while",),
        ("slowest of the 5 examples", "4, 5, 3, 7 and 0 turns", "16 of 35", "46%", "adds that mask when it compiles"),
    ),
    Fires("slowest", experiment(NEWTON, "jnp.array([1.0, 1, 1, 1, 1e6])"), "warn", ("while",), ("80%",)),
    Fires("sequential", experiment(STEPS, "f32[5,7]"), "info", ("scan",), ("7 steps", "5 examples")),
    Fires("independent", experiment(MAPPED, "f32[5,7]"), "info", ("scan",), ("without a carry", "7 steps")),
    Fires(
        "indexing",
        experiment(TABLE, "f32[6,3], jnp.array([5, 0])", Vmap("(None, 0)")),
        "info",
        ("dynamic_slice",),
        ("became gather", "2 examples"),
    ),
    Fires(
        "indexing",
        experiment(TABLE, "f32[2,6,3], 3", Vmap("(0, None)")),
        "info",
        ("dynamic_slice",),
        ("index is the same for all examples", "2 examples"),
    ),
    Fires(
        "transposes",
        experiment(MATVEC, "f32[2,3], f32[5,3]", Vmap("(None, 0)")),
        "info",
        ("transpose",),
        ("one transpose", "`+`"),
    ),
    Fires(
        "copies",
        experiment(CONSTANT, "f32[5,3], f32[3]", Vmap("(0, None)")),
        "info",
        ("stacks",),
        ("is copied for every example", "60 bytes in place of 12 bytes", "a new axis of 5"),
    ),
    Fires(
        "once",
        experiment("def f(x, s): return x * (s + 1)", "f32[5], f32[]", Vmap("(0, None)")),
        "good",
        ("add",),
        ("One equation of two", "**add**"),
    ),
    Fires(
        "one key",
        experiment(NOISE, "f32[4,3], key[]", Vmap("(0, None)")),
        "warn",
        ("random_bits",),
        ("4 examples", "`key` has no batch axis"),
    ),
    Fires(
        "one key",
        experiment(OWN_KEY, "f32[4,3]"),
        "warn",
        ("random_bits",),
        ("made inside the function",),
    ),
    Fires(
        "callbacks",
        experiment(PRINTS, "f32[3]"),
        "info",
        ("prints",),
        ("once for each of the 3 examples", "three such equations"),
    ),
    Fires(
        "callbacks",
        experiment(CALLS, "f32[3]"),
        "warn",
        ("pure_callback",),
        ("pure_callback", "**scan** that takes the 3 examples one after"),
    ),
    Fires(
        "memory",
        experiment("def f(W, x): return jnp.tanh(W @ x) @ W", "f32[8,8], f32[5,8]", Vmap("(None, 0)")),
        "info",
        ("dot_general",),
        (
            "416 bytes of arguments",
            "160 bytes of results",
            "one example needs",
            "`f32[8,5]`",
            "160 bytes where it is not fused",
        ),
    ),
)
SILENT = {
    "both branches": experiment(SAME_ROOT, "True, f32[3]", Vmap("(None, 0)")),
    "thrown away": experiment(ROOT, "jnp.array([4.0, 1])"),
    "slowest": experiment(COUNTED, "f32[5]"),
    "sequential": experiment(MAPPED, "f32[5,7]"),
    "independent": experiment(STEPS, "f32[5,7]"),
    "indexing": experiment("def f(table): return table[3]", "f32[2,6,3]"),
    "transposes": experiment(MATVEC, "f32[2,3], f32[5,3]", Vmap("(None, 0)", "1")),
    "copies": experiment("def f(x, b): return x + b", "f32[5,3], f32[3]", Vmap("(0, None)")),
    "once": experiment("def f(x): return x * 2 + 1", "f32[5]"),
    "one key": experiment(NOISE, "f32[4,3], key[4]"),
    "callbacks": experiment(CALLS_ONCE, "f32[3]"),
    "last digits": experiment("def f(x): return x + 1", "f32[5]"),
}


def _known(one: Experiment) -> Known:
    loaded, traced = loaded_and_traced(one)
    trace, _ = verify(traced)
    return Known(trace, one, loaded.arguments, result(traced, loaded), examine(traced, loaded))


def _primitives(known: Known, insight: Insight) -> tuple[str, ...]:
    """What it belongs to; JAX's versions write some equations more."""
    there = {e.path: e.primitive for e in equations_of(known.trace.original)}
    there |= {f"+{e.path}": e.primitive for e in equations_of(known.trace.batched)}
    other = {
        "debug_print": "prints",
        "debug_callback": "prints",
        **dict.fromkeys(("broadcast_in_dim", "stack", "concatenate"), "stacks"),
    }
    return tuple(other.get(there[path], there[path]) for path in insight.equations)


def _found(one: Experiment, kind: str) -> list[Insight]:
    return [insight for insight in insights(_known(one)) if insight.kind == kind]


@pytest.mark.parametrize("case", FIRES, ids=[f"{case.kind}: {case.one.source.splitlines()[3]}" for case in FIRES])
def test_it_is_found_with_the_figures_of_the_program(case: Fires) -> None:
    (insight,) = _found(case.one, case.kind)
    words = f"{insight.title} {insight.text}"
    assert case.severity in ("", insight.severity)
    assert _primitives(_known(case.one), insight) == case.equations
    assert not [part for part in case.said if part not in words], words


@pytest.mark.parametrize(("kind", "one"), SILENT.items(), ids=SILENT)
def test_it_is_silent_where_there_is_nothing(kind: str, one: Experiment) -> None:
    assert not _found(one, kind)


@pytest.mark.parametrize("case", FIRES, ids=[f"{case.kind}: {case.one.source.splitlines()[3]}" for case in FIRES])
def test_the_equations_it_belongs_to_can_be_selected(case: Fires) -> None:
    known = _known(case.one)
    there = {e.path for e in equations_of(known.trace.original)} | {
        f"+{e.path}" for e in equations_of(known.trace.batched)
    }
    for insight in insights(known):
        assert set(insight.equations) <= there, insight


def test_every_rule_is_tried_both_ways() -> None:
    fired = {case.kind for case in FIRES} | {"last digits", "slower"}
    assert len(INSIGHTS) == len(fired)
    assert fired == set(SILENT) | {"memory", "slower"}


def test_without_numbers_there_are_those_of_the_program_alone() -> None:
    known = _known(experiment(NEWTON, "jnp.array([4.0, 9])"))
    (insight,) = insights(Known(known.trace))
    assert insight.kind == "slowest"
    assert "turns are masked" not in insight.text


# --- what to do about it ----------------------------------------------------------------------------------------------


def _taken(one: Experiment, kind: str) -> Experiment:
    (insight,) = _found(one, kind)
    return take(Session(experiment=one), insight.tries[0]).experiment


@pytest.mark.parametrize(
    "one",
    [
        experiment(MATVEC, "f32[2,3], f32[5,3]", Vmap("(None, 0)")),
        experiment("def f(x, w): return jnp.convolve(x, w)", "f32[2,5], f32[2,3]", Vmap("(0, 0)", "1")),
        experiment(FROM_BEHIND, "f32[2,3,5], f32[6,2]", Vmap("(2, None)")),
    ],
    ids=["out_axes", "convolve", "in_axes"],
)
def test_other_axes_leave_fewer_transposes(one: Experiment) -> None:
    before, after = _known(one), _known(_taken(one, "transposes"))
    assert before.facts is not None
    assert after.facts is not None
    assert after.facts.transposes == before.facts.layouts[0].transposes < before.facts.transposes


def test_a_split_key_gives_each_example_its_own_numbers() -> None:
    after = _taken(experiment(NOISE, "f32[4,3], jax.random.key(7)", Vmap("(0, None)")), "one key")
    assert after.arguments.endswith("jax.random.split(jax.random.key(7), 4)")
    assert after.levels[0].in_axes in ("0", "(0, 0)")
    assert not _found(after, "one key")


def test_no_change_of_axes_is_offered_that_does_not_help() -> None:
    mixture = experiment_of("gaussian mixture", gallery.find, lambda path: Path(path).read_bytes())
    (insight,) = _found(mixture, "transposes")
    assert not insight.tries
    assert "vmapviz tried one change" in insight.text


# --- rules about numbers that a small program does not have -------------------------------------------------------------


def test_a_batch_whose_values_in_between_outgrow_it_is_a_warning() -> None:
    trace = _known(experiment(MATVEC, "f32[2,3], f32[5,3]", Vmap("(None, 0)"))).trace
    blown = Facts(one=Memory(100, 100, 1000), batched=Memory(1_000_000, 1_000_000, 640_000_000))
    (insight,) = [one for one in insights(Known(trace, facts=blown)) if one.kind == "memory"]
    assert insight.severity == "warn"
    assert "642 MB" in insight.title
    assert "batch_size" in insight.tries[0].label


def test_memory_is_not_told_where_nothing_was_compiled() -> None:
    trace = _known(experiment(NORM, "f32[5,3]")).trace
    assert not [one for one in insights(Known(trace, facts=Facts(why="too large"))) if one.kind == "memory"]


def test_sums_may_differ_in_the_last_digits() -> None:
    known = _known(
        experiment("def f(A, x): return jnp.sum(jnp.tanh(A @ x))", "f32[64,64], f32[9,64]", Vmap("(None, 0)"))
    )
    assert known.result is not None
    (check,) = known.result.checks
    found = [one for one in insights(known) if one.kind == "last digits"]
    assert bool(found) == any(check.differences)
    if found:
        assert "**dot_general** and **reduce_sum**" in found[0].text


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ({"loop_jit": 1.0, "jit_vmap": 3.0}, "jit(vmap) took 3 times as long as loop jit"),
        ({"loop_jit": 1.0, "jit_vmap": 0.5, "vmap": 4.0}, "vmap took 4 times as long as loop jit"),
        ({"loop_jit": 1.0, "jit_vmap": 0.5, "vmap": 0.99}, ""),
        ({"vmap": 4.0, "jit_vmap": 0.5}, ""),
    ],
)
def test_a_slow_vmap_is_told_as_it_was_measured(times: dict[str, float], said: str) -> None:
    trace = _known(experiment(NORM, "f32[5,3]")).trace
    found = [
        one
        for one in insights(Known(trace, timings=sweeps.of(**{name: (t,) for name, t in times.items()})))
        if one.kind == "slower"
    ]
    assert [said in one.title for one in found] == ([True] if said else [])
