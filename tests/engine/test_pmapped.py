"""pmap's program: what plain JAX makes of pmap, with every equation's origin, or a sentence that says why there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from jax import lax

from tests.engine.corpus import PROGRAMS
from tests.engine.experiments import experiment
from tests.engine.test_corpus import types_of
from vmapviz.engine import compat, handlers, pmapped
from vmapviz.engine.calls import Vmap
from vmapviz.engine.handlers import answer
from vmapviz.engine.programs import program_of
from vmapviz.engine.trace import trace
from vmapviz.gallery import Entry, entries
from vmapviz.model import messages
from vmapviz.model.compare import same
from vmapviz.model.experiment import read
from vmapviz.model.problem import Action, Problem
from vmapviz.model.programs.index import unwrapped
from vmapviz.model.trace import Trace, equations_of, values_of

SOME = (
    *("layer", "custom_vjp", "gradient of a custom_vjp", "interp", "grad of cond", "while with a batched bound"),
    *("scan with constants", "cond in a while", "psum in a cond", "all_gather tiled", "axis_index", "poisson"),
    *(
        "int results of floats",
        "histogram",
        "keys in a scan",
        "pure_callback in a cond",
        "keyword tree",
        "psum of a pytree",
        "digitize",
        "jnp.gcd",
    ),
)
CHOSEN = list(PROGRAMS) if os.environ.get("VMAPVIZ_FUZZ") else list(SOME)
A23, A53, A83 = jnp.arange(6.0).reshape(2, 3), jnp.arange(15.0).reshape(5, 3), jnp.arange(24.0).reshape(8, 3)


def made(fun: Any, vmap: Vmap, *args: Any, devices: int = 8) -> Trace:
    return pmapped.pmapped(trace(fun, (vmap,), *args), devices)[0]


def linked(fun: Any, vmap: Vmap, *args: Any, devices: int = 8) -> list[tuple[str, str | None]]:
    """What stands in the body, with its origins."""
    return [(e.primitive, e.origin) for e in unwrapped(made(fun, vmap, *args, devices=devices).batched).equations]


def matvec(m, v):
    return m @ v


def root(x):
    return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)


def normalise(x):
    return x / lax.psum(jnp.sum(x), "i")


# --- the program ------------------------------------------------------------------------------------------------------


def test_the_program_is_what_plain_jax_prints_of_pmap() -> None:
    plain = jax.make_jaxpr(jax.pmap(matvec, in_axes=(None, 0)))(A23, A53)
    assert same(made(matvec, Vmap((None, 0)), A23, A53).batched, program_of(plain)[0])


def test_more_examples_than_devices_are_cut_and_vmapped() -> None:
    plain = jax.make_jaxpr(jax.pmap(jax.vmap(matvec, (None, 0)), in_axes=(None, 0)))(A23, jnp.ones((8, 3, 3)))
    assert same(made(matvec, Vmap((None, 0)), A23, jnp.ones((24, 3))).batched, program_of(plain)[0])


def test_a_named_axis_and_other_places_of_the_axes_are_those_of_pmap() -> None:
    plain = jax.make_jaxpr(jax.pmap(normalise, "i", in_axes=1, out_axes=1))(jnp.ones((2, 8)))
    assert same(made(normalise, Vmap(-1, -1, "i"), jnp.ones((2, 8))).batched, program_of(plain)[0])


def test_keyword_arguments_are_mapped_along_axis_0_and_results_may_be_shared() -> None:
    def fun(x, *, s):
        return {"a": x * s, "b": lax.psum(x, "i")}

    traced = trace(fun, (Vmap(0, {"a": 0, "b": None}, "i"),), A53, s=jnp.ones(5))
    plain = jax.make_jaxpr(jax.pmap(fun, "i", out_axes={"a": 0, "b": None}))(A53, s=jnp.ones(5))
    assert same(pmapped.pmapped(traced, 8)[0].batched, program_of(plain)[0])


@pytest.mark.parametrize("name", CHOSEN)
@pytest.mark.parametrize("devices", [8, 1])
def test_programs_are_exact_and_linked(name: str, devices: int) -> None:
    with types_of(PROGRAMS[name]):
        _check_program(name, devices)


def _check_program(name: str, devices: int) -> None:
    case = PROGRAMS[name]
    traced = trace(case.fun, case.levels, *case.args, **case.kwargs)
    try:
        found, note = pmapped.pmapped(traced, devices)
    except pmapped.NoPmapError:
        assert devices == 1 or name not in SOME
        return
    if devices == 1 and not found.exact:
        assert jax.__version_info__[:2] == (0, 8)  # where rebinding a literal loses the mesh that its type knows of
        assert note.startswith(pmapped.NOT_EXACT)
    else:
        assert (found.exact, note) in ((True, ""), (True, pmapped.AXES_UNKNOWN))
    _check_origins(found)


def _check_origins(found: Trace) -> None:
    """Every origin is an equation of the original; on a device with one example each is there, and is what it was."""
    originals = {e.path: e for e in equations_of(found.original)}
    origins = [(e, e.origin) for e in equations_of(found.batched) if e.origin is not None]
    assert {origin for _, origin in origins} <= originals.keys()
    if found.levels[0].each == 1:
        assert {origin for _, origin in origins} == originals.keys()
        assert all(e.primitive == originals[origin].primitive for e, origin in origins)


def test_a_changed_program_is_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    traced, bind = trace(lambda a, b: a - b, (Vmap(),), A53, A53), compat.bind

    def swapped(equation: Any, params: dict[str, Any], operands: list[Any]) -> list[Any]:
        return bind(equation, params, operands[::-1])

    monkeypatch.setattr(compat, "bind", swapped)
    found, note = pmapped.pmapped(traced, 8)
    assert (found.exact, note) == (False, pmapped.NOT_EXACT)


# --- the links --------------------------------------------------------------------------------------------------------


def test_what_pmap_adds_has_no_origin() -> None:
    found = made(matvec, Vmap((None, 0)), A23, A53).batched
    assert [(e.primitive, e.origin) for e in equations_of(found)] == [
        ("jit", None),
        ("shard_map", None),
        ("squeeze", None),
        ("dot_general", "0"),
        ("broadcast_in_dim", None),
    ]
    assert [e.source is not None for e in equations_of(found)] == [False, False, False, True, False]


def test_the_share_of_a_device_is_vmapped() -> None:
    body = linked(matvec, Vmap((None, 0)), A23, jnp.ones((24, 3)))
    assert body == [
        ("squeeze", None),
        ("dot_general", "0"),
        ("transpose", None),
        ("broadcast_in_dim", None),
    ]


def test_a_cond_stays_with_one_example_per_device_and_becomes_a_choice_with_several() -> None:
    alone = linked(root, Vmap(), jnp.arange(8.0))
    assert ("cond", "2") in alone
    assert ("select_n", "2") not in alone
    several = linked(root, Vmap(), jnp.arange(16.0))
    assert ("select_n", "2") in several
    assert ("sqrt", "2.branches[1].0") in several


def test_psum_stays_the_collective_it_is() -> None:
    assert linked(normalise, Vmap(axis_name="i"), A83)[1:-1] == [("reduce_sum", "0"), ("psum", "1"), ("div", "2")]


def test_what_jax_adds_inside_the_mesh_has_no_origin() -> None:
    case = PROGRAMS["interp"]
    found = pmapped.pmapped(trace(case.fun, case.levels, *case.args), 8)[0]
    added = [e for e in equations_of(found.batched) if e.primitive == "reshard"]
    assert all((e.origin, e.source) == (None, None) for e in added)
    assert added or jax.__version_info__[:2] != (0, 10)


def test_a_program_that_is_another_one_under_pmap_is_shown_without_links() -> None:
    def fun(x):
        return x * 2 if jax.sharding.get_abstract_mesh().empty else jnp.sin(x)

    found, note = pmapped.pmapped(trace(fun, (Vmap(),), A53), 8)
    assert (found.exact, note) == (True, pmapped.NO_LINKS)
    assert [e.primitive for e in unwrapped(found.batched).equations][1:-1] == ["sin"]
    assert all(e.origin is None for e in equations_of(found.batched))


def test_values_say_what_they_became_on_a_device() -> None:
    original = made(matvec, Vmap((None, 0)), A23, jnp.ones((24, 3))).original
    became = [value.batched[0] for value in values_of(original)]
    assert [(b.shape, b.axes) for b in became if b is not None] == [((2, 3), (None,)), ((3, 3), (0,)), ((2, 3), (1,))]


# --- the axes ---------------------------------------------------------------------------------------------------------


def axes_of(found: Trace) -> list[tuple[tuple[int, ...], Any]]:
    return [(value.shape, value.axes[0]) for value in values_of(found.batched)]


def test_outside_the_examples_lie_over_the_devices_and_inside_there_is_no_batch_axis() -> None:
    whole = [((2, 3), None), ((5, 3), (0,))]
    inside = [((2, 3), None), ((1, 3), None), ((3,), None), ((2,), None), ((1, 2), None)]
    assert axes_of(made(matvec, Vmap((None, 0)), A23, A53)) == [
        *whole,
        ((5, 2), (0,)),
        *whole,
        ((5, 2), (0,)),
        *inside,
    ]


def test_a_cut_batch_has_two_axes_outside_and_one_on_each_device() -> None:
    found = axes_of(made(matvec, Vmap((None, 1)), A23, jnp.ones((3, 16)), devices=4))
    assert found[1] == ((3, 4, 4), (1, 2))
    assert found[2] == ((4, 4, 2), (0, 1))
    assert ((3, 1, 4), (2,)) in found
    assert ((3, 4), (1,)) in found


def test_what_was_gathered_holds_all_examples_on_every_device() -> None:
    found = axes_of(made(lambda x: lax.all_gather(x, "i") * 2, Vmap(axis_name="i"), A83))
    assert ((8, 3), (0,)) in found[4:]


def test_a_function_made_for_so_many_devices_says_so() -> None:
    found, note = pmapped.pmapped(
        trace(lambda x: lax.psum_scatter(x, "i"), (Vmap(axis_name="i"),), jnp.ones((4, 4))), 8
    )
    assert (found.exact, note) == (True, pmapped.AXES_UNKNOWN)


# --- why there is none ------------------------------------------------------------------------------------------------


def problem(fun: Any, levels: tuple[Vmap, ...], *args: Any, devices: int = 8) -> Problem:
    with pytest.raises(pmapped.NoPmapError) as raised:
        pmapped.pmapped(trace(fun, levels, *args), devices)
    return raised.value.problem()


def test_a_batch_that_the_devices_do_not_divide() -> None:
    said = problem(matvec, (Vmap((None, 0)),), A23, jnp.ones((9, 3)))
    assert (said.kind, said.title) == ("pmap", "9 examples cannot be shared out over 8 devices.")
    assert said.text == "pmap gives every device the same number of examples, and 8 does not divide 9."
    assert said.actions[0] == Action("Use 3 devices", edits=(("devices", 0, "3"),))
    assert said.actions[-1].edits == (("map", 0, "vmap"),)


def test_a_function_with_an_axis_name_needs_a_device_per_example() -> None:
    said = problem(normalise, (Vmap(axis_name="i"),), jnp.ones((16, 2)))
    assert said.title == "pmap has too few devices."
    assert "`i`, so every example needs a device of its own: pmap has 8 devices for 16 examples." in said.text
    assert said.actions[0].label == "Use 16 devices"
    many = problem(normalise, (Vmap(axis_name="i"),), jnp.ones((65, 2)))
    assert [action.label for action in many.actions] == ["Show vmap's program"]


@pytest.mark.parametrize(
    ("fun", "levels", "args", "title"),
    [
        (lambda a, b: a + b, (Vmap((None, 0)), Vmap((0, None))), (A23, A23), "pmap's program is shown for one vmap."),
        (lambda x: x + 1, (Vmap(None, axis_size=5),), (A23,), "pmap needs an argument with a batch axis."),
        (lambda x: x + 1, (Vmap(),), (jnp.ones((0, 3)),), "pmap needs at least one example."),
    ],
)
def test_what_pmap_does_not_take(fun: Any, levels: tuple[Vmap, ...], args: tuple[Any, ...], title: str) -> None:
    assert problem(fun, levels, *args).title == title


def test_one_device_is_called_one() -> None:
    assert "pmap has 1 device for 4 examples." in problem(normalise, (Vmap(axis_name="i"),), A53[:4], devices=1).text


DEVICES = ("double_on_devices", "add_scalar_on_devices", "sum_across_devices", "normalise_globally")


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.stem)
def test_every_example_of_the_gallery_has_pmaps_program_or_a_sentence(entry: Entry) -> None:
    text = Path(entry.path).read_text(encoding="utf-8")
    found = replies(messages.Trace(1, read(text, entry.path)), messages.Pmap(2, read(text, entry.path), 8))
    if isinstance(found[0], messages.Failed):
        return  # an example of an error
    last = found[-1]
    if isinstance(last, messages.Failed):
        assert (last.problem.kind, last.problem.title[-1], entry.stem in DEVICES) == ("pmap", ".", False)
        return
    made = found[-2]
    assert isinstance(made, messages.Pmapped)
    assert isinstance(last, messages.Placed)
    assert (made.more, last.lanes.why, len(last.lanes.devices)) == (True, "", made.trace.levels[0].devices)
    if entry.stem in (*DEVICES, "matvec", "neural_net_layer", "guarded_root"):
        assert (made.trace.exact, made.trace.levels[0].each, made.note) == (True, 1, "")


# --- the worker -------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    handlers._last.forget()
    yield
    handlers._last.forget()


ONE = experiment("def f(x):\n    print('here')\n    return x * 2\n", "f32[4,3]")


def replies(*requests: messages.Request) -> list[Any]:
    sent: list[Any] = []
    for request in requests:
        answer(request, sent.append)
    return sent


def test_the_worker_makes_it_on_request_alone(capsys: pytest.CaptureFixture[str]) -> None:
    found = replies(messages.Trace(1, ONE))
    assert not any(isinstance(reply, messages.Pmapped) for reply in found)
    printed = capsys.readouterr().out
    reply, placed = replies(messages.Pmap(2, ONE, 8))
    assert isinstance(reply, messages.Pmapped)
    assert isinstance(placed, messages.Placed)
    assert (placed.job, len(placed.lanes.devices)) == (2, 4)
    assert (reply.job, reply.trace.exact, reply.note) == (2, True, "")
    assert reply.trace.levels[0].devices == 4
    assert printed
    assert not capsys.readouterr().out  # what the function prints was shown once


def test_the_worker_says_why_not() -> None:
    (reply,) = replies(messages.Pmap(3, experiment("def f(x): return x", "f32[9]"), 8))
    assert isinstance(reply, messages.Failed)
    assert (reply.job, reply.problem.kind) == (3, "pmap")
    (reply,) = replies(messages.Pmap(4, experiment("def f(x): return x +", "f32[9]"), 8))
    assert (reply.job, reply.problem.kind) == (4, "syntax")
