"""Arguments change one at a time, and the number of examples in all of them at once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from vmapviz.model.actions import add_argument, arguments_now, remove_argument, set_argument, set_batch_size
from vmapviz.model.actions.arguments import whole_axes
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Argument, ArgumentLeaf
from vmapviz.model.session import Session

SOURCE = "def f(W, x, s=1.0, *, k=2): ..."


def session(arguments: str, in_axes: str = "0", source: str = SOURCE, axis_size: int | None = None) -> Session:
    return Session(Experiment(source, "f", arguments, (Vmap(in_axes, axis_size=axis_size),)))


def test_arguments_are_known_from_their_types_before_the_worker_speaks() -> None:
    found = arguments_now(session("x={'a': f32[B,3], 'b': i32[2]}, W=jnp.eye(3), k=f32[4]"))
    assert [(one.name, one.text, one.keyword) for one in found] == [
        ("W", "jnp.eye(3)", False),
        ("x", "{'a': f32[B,3], 'b': i32[2]}", False),
        ("k", "f32[4]", True),
    ]
    assert [(leaf.path, leaf.dtype, leaf.shape) for leaf in found[1].leaves] == [
        ("['a']", "float32", (0, 3)),
        ("['b']", "int32", (2,)),
    ]
    assert found[0].leaves == ()


def test_what_the_worker_said_of_the_same_text_counts() -> None:
    told = Argument("W", "jnp.eye(3)", (ArgumentLeaf("", "float32", (3, 3), (0,)),))
    known = replace(session("jnp.eye(3), f32[2]"), problem_arguments=(told,))
    assert arguments_now(known)[0] == told
    changed = set_argument(known, 0, "jnp.eye(4)")
    assert arguments_now(changed)[0].leaves == ()


def test_a_source_that_cannot_be_read_still_has_arguments() -> None:
    found = arguments_now(session("f32[2], y=f32[3]", source="def f("))
    assert [one.name for one in found] == ["arg0", "y"]


def test_one_argument_changes_and_the_others_keep_their_words() -> None:
    start = session("x=f32[ 5,3 ], W=f32[2,3]")
    assert set_argument(start, 0, " jnp.eye(3) ").experiment.arguments == "x=f32[ 5,3 ], W=jnp.eye(3)"


def test_a_text_that_is_no_value_is_a_problem_at_its_row_and_changes_nothing() -> None:
    start = session("f32[2,3], f32[5,3]")
    wrong = set_argument(start, 1, "f32[5,")
    assert wrong.experiment == start.experiment
    assert wrong.problem is not None
    assert (wrong.problem.title, wrong.problem.arguments) == ("**The value of `x` is not finished.**", (1,))
    assert set_argument(wrong, 1, "f32[5,3]").problem is None


def test_arguments_come_and_go_with_their_axes() -> None:
    start = session("f32[2,3], f32[5,3]", "(None, 0)")
    more = add_argument(start, "s")
    assert (more.experiment.arguments, more.experiment.levels[0].in_axes) == (
        "f32[2,3], f32[5,3], s=f32[B]",
        "(None, 0, 0)",
    )
    named = add_argument(start, "k", "7")
    assert (named.experiment.arguments, named.experiment.levels[0].in_axes) == ("f32[2,3], f32[5,3], k=7", "(None, 0)")
    fewer = remove_argument(more, 0)
    assert (fewer.experiment.arguments, fewer.experiment.levels[0].in_axes) == ("x=f32[5,3], s=f32[B]", "(0, 0)")


def test_without_a_readable_function_only_the_text_changes() -> None:
    start = session("f32[2], f32[3]", "(None, 0)", source="def f(")
    assert remove_argument(start, 0).experiment.arguments == "f32[3]"
    assert add_argument(start, "k").experiment.levels[0].in_axes == "(None, 0)"


def test_the_batch_size_changes_every_batched_type() -> None:
    start = session("f32[2,3], {'a': f32[3,B], 'b': f32[4]}", "(None, {'a': 1, 'b': 0})")
    assert set_batch_size(start, 7).experiment.arguments == "f32[2,3], {'a': f32[3,7], 'b': f32[7]}"
    sized = session("f32[2,3], f32[5,3]", "(None, 0)", axis_size=5)
    changed = set_batch_size(sized, 7).experiment
    assert (changed.arguments, changed.levels[0].axis_size) == ("f32[2,3], f32[7,3]", 7)
    shared = session("f32[2,3], f32[5,3]", "None", axis_size=5)
    assert set_batch_size(shared, 7).experiment.levels[0].axis_size == 7


def test_each_vmap_has_its_own_batch_size() -> None:
    levels = (Vmap("(0, 0)"), Vmap("(1, None)"))
    start = Session(Experiment("def f(a, b): ...", "f", "f32[4,3,2], f32[4,2]", levels))
    assert set_batch_size(start, 9, 0).experiment.arguments == "f32[9,3,2], f32[9,2]"
    assert set_batch_size(start, 9, 1).experiment.arguments == "f32[4,9,2], f32[4,2]"
    assert whole_axes(arguments_now(start), start.experiment, 0) == ((0,), (0,))
    turned = replace(start.experiment, levels=(Vmap("(0, 0)"), Vmap("(0, None)")))
    assert whole_axes(arguments_now(start), turned, 0) == ((1,), (0,))


@pytest.mark.parametrize(
    ("start", "title"),
    [
        (session("f32[2,3], jnp.eye(3)", "(None, 0)"), "**`x` keeps its size.**"),
        (session("f32[2,3], f32[5,3]", "None"), "**Nothing is batched yet.**"),
        (session("f32[2,3], f32[5,3]", "(0,)"), "**`in_axes` has 1 entry for 2 arguments.**"),
    ],
)
def test_a_batch_size_that_cannot_change_says_why(start: Session, title: str) -> None:
    told = Argument("x", "jnp.eye(3)", (ArgumentLeaf("", "float32", (3, 3), (0,)),))
    refused = set_batch_size(replace(start, problem_arguments=(told,)), 7)
    assert refused.experiment == start.experiment
    assert [note.title for note in refused.notes] == [title]
