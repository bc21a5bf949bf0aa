"""What `vmapviz.show` is given: any function that can be called, its own arrays, and what the window may ask of them."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from msgspec.structs import replace

from vmapviz.engine.calls import Vmap
from vmapviz.engine.handlers import answer
from vmapviz.engine.live import NO_SOURCE, Live
from vmapviz.engine.load import LoadError
from vmapviz.model import messages
from vmapviz.model.experiment import Experiment
from vmapviz.model.trace import Equation

HERE = Path(__file__).name
W, X = jnp.arange(6.0).reshape(2, 3), jnp.arange(15.0).reshape(5, 3)


def scaled(by: float) -> Any:
    def inner(W: Any, x: Any) -> Any:
        return by * (W @ x)  # line of the closure

    return inner


class Layer:
    def __call__(self, x: Any) -> Any:
        return jnp.tanh(x)  # line of the object

    def method(self, x: Any, *, by: Any = 2.0) -> Any:
        return jnp.sin(x) * by  # line of the method


class Pair(NamedTuple):
    left: Any
    right: Any


def live(fun: Any, *args: Any, levels: tuple[Vmap, ...] = (Vmap(),), **kwargs: Any) -> Live:
    """What `show` makes of a call from here."""
    return Live(fun, args, kwargs, levels, sys._getframe(1))


def asked(shown: Live, experiment: Experiment | None = None) -> list[messages.Reply]:
    """What the window hears when it asks for the programs and then for the numbers."""
    replies: list[messages.Reply] = []
    experiment = experiment or shown.shown.experiment
    answer(messages.Trace(1, experiment), replies.append, shown.load)
    answer(messages.Run(2, experiment), replies.append, shown.load)
    return replies


def traced(shown: Live, experiment: Experiment | None = None) -> messages.Traced:
    first = asked(shown, experiment)[0]
    assert isinstance(first, messages.Traced), first
    return first


def failed(shown: Live, experiment: Experiment | None = None) -> messages.Failed:
    first = asked(shown, experiment)[0]
    assert isinstance(first, messages.Failed)
    return first


def lines(equations: tuple[Equation, ...], shown: Live) -> set[str]:
    """The text of the lines that equations come from, in the source that the window shows."""
    text = shown.shown.experiment.source.splitlines()
    return {text[one.source.line - 1].strip() for one in equations if one.source}


def test_a_closure_is_shown_with_its_own_arrays_and_lines() -> None:
    shown = live(scaled(2.0), W, X, levels=(Vmap((None, 0)),))
    told = shown.shown
    assert (told.experiment.function, told.experiment.arguments) == ("inner", "W=f32[2,3], x=f32[5,3]")
    assert told.experiment.levels[0].in_axes == "(None, 0)"
    assert told.file.endswith(HERE)
    assert told.lines is not None
    start = told.experiment.source.splitlines()[told.lines[0] - 1]
    assert start.strip().startswith("def inner")
    replies = asked(shown)
    assert isinstance(replies[0], messages.Traced)
    assert lines(replies[0].trace.original.equations, shown) == {"return by * (W @ x)  # line of the closure"}
    assert isinstance(replies[1], messages.Verified)
    assert replies[1].trace.exact
    assert isinstance(replies[2], messages.Ran)
    (leaf,) = replies[2].result.leaves
    assert [float(cell) for cell in leaf.batched.cells] == np.asarray(2 * X @ W.T).ravel().tolist()


@pytest.mark.parametrize(
    ("fun", "name", "line"),
    [
        (lambda x: jnp.cos(x), "<lambda>", '(lambda x: jnp.cos(x), "<lambda>"'),
        (Layer(), "Layer", "return jnp.tanh(x)  # line of the object"),
        (Layer().method, "method", "return jnp.sin(x) * by  # line of the method"),
        (functools.partial(scaled(1.0), W), "inner", "return by * (W @ x)  # line of the closure"),
        (jax.grad(lambda x: jnp.cos(x).sum()), "<lambda>", "(jax.grad(lambda x: jnp.cos(x).sum())"),
        (jax.checkpoint(Layer().method), "method", "return jnp.sin(x) * by  # line of the method"),
    ],
    ids=["lambda", "object", "method", "partial", "grad", "wrapped"],
)
def test_all_that_can_be_called_can_be_shown(fun: Any, name: str, line: str) -> None:
    shown = live(fun, X)
    assert shown.shown.experiment.function == name
    answer = traced(shown)
    inner = [program for one in answer.trace.original.equations for _, program in one.subprograms]
    equations = (*answer.trace.original.equations, *(one for program in inner for one in program.equations))
    assert any(found.startswith(line) for found in lines(equations, shown))


def test_a_jitted_function_runs_as_it_is() -> None:
    assert traced(live(jax.jit(scaled(3.0)), W, X, levels=(Vmap((None, 0)),))).trace.original.equations[0].subprograms


def test_a_function_of_a_prompt_has_no_source_and_says_so() -> None:
    names: dict[str, Any] = {}
    exec("def typed(x): return x * 2", names)
    shown = live(names["typed"], X)
    assert (shown.shown.experiment.source, shown.shown.lines) == (NO_SOURCE, None)
    assert [one.source for one in traced(shown).trace.original.equations] == [None]


def test_of_a_librarys_function_the_users_own_lines_are_shown() -> None:
    shown = live(jnp.sin, X)
    assert shown.shown.file.endswith(HERE)
    assert traced(shown).trace.original.equations[0].primitive == "sin"


def test_another_type_takes_the_place_of_an_array_and_the_first_text_brings_it_back() -> None:
    shown = live(lambda x: x + 0, X)
    given = shown.shown.experiment

    def first_numbers(arguments: str) -> list[str]:
        ran = asked(shown, replace(given, arguments=arguments))[2]
        assert isinstance(ran, messages.Ran)
        return [str(cell) for cell in ran.result.leaves[0].batched.cells][:4]

    own = first_numbers("x=f32[5,3]")
    assert own == ["0.0", "1.0", "2.0", "3.0"]
    assert first_numbers("x=f32[4,3]") != own
    assert first_numbers("x=x[1:]") == ["3.0", "4.0", "5.0", "6.0"]
    assert first_numbers("x=f32[5,3]") == own


def test_pytrees_are_shown_as_types_where_these_have_a_text_else_by_name() -> None:
    tree = {"w": jnp.ones((3, 2)), "b": [jnp.ones(3), np.float32(1)]}
    shown = live(lambda params, pair: params["w"][0] + pair.left, tree, Pair(jnp.ones(3), jnp.ones(3)),
                 levels=(Vmap(({"w": 0, "b": None}, 0)),))  # fmt: skip
    assert shown.shown.experiment.arguments == "params={'w': f32[3,2], 'b': [f32[3], f32[]]}, pair=pair"
    assert [len(one.leaves) for one in traced(shown).arguments] == [3, 2]


def test_axes_that_no_text_says_are_those_that_were_given() -> None:
    shown = live(lambda pair: pair.left + pair.right, Pair(X, jnp.ones(3)), levels=(Vmap((Pair(0, None),)),))
    assert shown.shown.experiment.levels[0].in_axes == "in_axes"
    assert traced(shown).trace.levels[0].size == 5
    outer = replace(
        shown.shown.experiment, function="other", levels=(replace(shown.shown.experiment.levels[0], axis_name="i"),)
    )
    assert traced(shown, outer).trace.levels[0].name == "i", "the same axes with another name are still those"


def test_names_of_axes_that_are_no_text_are_those_that_were_given() -> None:
    given = Vmap(spmd_axis_name=("rows", "columns"))
    shown = live(jnp.sin, X, levels=(given,))
    assert shown.load(shown.shown.experiment).levels == (given,)


def test_arguments_of_a_function_without_names_go_by_their_place() -> None:
    shown = live(lambda *rest: rest[0] + rest[1], X, X)
    assert shown.shown.experiment.arguments == "f32[5,3], f32[5,3]"
    assert [one.name for one in traced(shown).arguments] == ["arg0", "arg1"]


def test_keyword_only_arguments_stay_so() -> None:
    first, second = traced(live(Layer().method, X, by=jnp.ones(5))).arguments
    assert (first.name, first.keyword, second.name, second.keyword) == ("x", False, "by", True)


def test_what_is_wrong_is_said_as_always() -> None:
    text = failed(live(lambda x, y: x, X, "words")).problem
    assert (text.kind, text.title, text.arguments) == ("not_array", "y is not an array.", (1,))
    assert failed(live(lambda x, y: x, X, jnp.ones(4))).problem.kind == "sizes"
    assert failed(live(lambda x: x, jnp.float32(1))).problem.kind in ("axis", "nothing_batched")
    line = failed(live(scaled(1.0), W, jnp.ones((5, 4)), levels=(Vmap((None, 0)),))).problem
    assert line.source is not None
    assert line.source.file.endswith(HERE)


def test_what_only_this_process_could_change_is_advice() -> None:
    def clipped(x: Any) -> Any:
        if x > 0:
            return x
        return 0.0 * x

    actions = failed(live(clipped, jnp.arange(3.0))).problem.actions
    assert actions
    assert not any(field == "source" for action in actions for field, _, _ in action.edits)
    shown = live(lambda x: x, X)
    wide = failed(shown, replace(shown.shown.experiment, arguments="x=f64[3]")).problem
    assert wide.kind == "x64"
    assert not any(field == "x64" for action in wide.actions for field, _, _ in action.edits)


def test_two_calls_are_never_taken_for_each_other() -> None:
    one, other = live(lambda x: jnp.sin(x), X), live(lambda x: jnp.cos(x), X)
    experiments = [shown.shown.experiment for shown in (one, other)]
    assert experiments[0] != experiments[1]
    assert traced(one).trace.original.equations[0].primitive == "sin"
    ran = asked(other)[0]
    assert isinstance(ran, messages.Traced)
    assert ran.trace.original.equations[0].primitive == "cos"


def test_another_process_says_where_the_function_lives() -> None:
    replies: list[messages.Reply] = []
    answer(messages.Trace(1, live(scaled(1.0), W, X).shown.experiment), replies.append)
    assert isinstance(replies[0], messages.Failed)
    assert replies[0].problem.title == "`inner` lives in the process that called `vmapviz.show`."


def test_a_wrong_type_is_told_by_its_row() -> None:
    shown = live(scaled(1.0), W, X, levels=(Vmap((None, 0)),))
    with pytest.raises(LoadError) as told:
        shown.load(replace(shown.shown.experiment, arguments="W=f32[2,3], x=nowhere"))
    assert (told.value.stage, told.value.index) == ("argument", 1)
