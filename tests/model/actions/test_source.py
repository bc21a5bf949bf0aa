"""While a source is typed its function, arguments and axes keep up, and nothing typed is lost."""

from __future__ import annotations

from vmapviz.model.actions import edit_source, pause, set_argument, set_function, undo
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.session import Session

LAYER = Session(Experiment("def f(W, x): return W @ x", "f", "f32[2,3], f32[5,3]", (Vmap("(None, 0)"),)))


def test_the_first_function_typed_gets_its_arguments() -> None:
    session = Session()
    text = "def f(x, y):\n    return x"
    for length in range(1, len(text) + 1):
        session = edit_source(session, text[:length])
    assert session.experiment == Experiment(text, "f", "x=f32[B], y=f32[B]")


def test_the_same_text_is_no_edit() -> None:
    assert edit_source(LAYER, LAYER.experiment.source) is LAYER


def test_a_syntax_error_changes_nothing_but_the_text() -> None:
    broken = edit_source(LAYER, "def f(W, x: return")
    assert broken.experiment == Experiment("def f(W, x: return", "f", "f32[2,3], f32[5,3]", (Vmap("(None, 0)"),))
    mended = edit_source(broken, "def f(W, x, b): return W @ x")
    assert (mended.experiment.arguments, mended.experiment.levels[0].in_axes) == (
        "f32[2,3], f32[5,3], f32[B]",
        "(None, 0, 0)",
    )


def test_arguments_and_axes_follow_their_names() -> None:
    session = edit_source(LAYER, "def f(x, W): return W @ x")
    assert (session.experiment.arguments, session.experiment.levels[0].in_axes) == ("f32[5,3], f32[2,3]", "(0, None)")
    session = edit_source(LAYER, "def f(x): return x")
    assert (session.experiment.arguments, session.experiment.levels[0].in_axes) == ("f32[5,3]", "(0,)")


def test_an_argument_that_comes_back_has_its_type_again() -> None:
    gone = pause(edit_source(LAYER, "def f(x): return x"))
    back = edit_source(gone, "def f(x, W): return x")
    assert back.experiment.arguments == "f32[5,3], f32[2,3]"


def test_an_earlier_type_counts_even_where_the_source_could_not_be_read() -> None:
    session = set_argument(pause(edit_source(LAYER, "def f(W, x: ")), 0, "f32[9,3]")
    session = edit_source(pause(edit_source(session, "def f(x): ...")), "def f(x, W): ...")
    assert session.experiment.arguments == "f32[5,3], f32[9,3]"


def test_a_renamed_function_stays_chosen() -> None:
    two = Session(Experiment("def f(a): ...\ndef g(b, c): ...", "f", "f32[3]"))
    assert edit_source(two, "def ff(a): ...\ndef g(b, c): ...").experiment.function == "ff"
    assert edit_source(two, "def g(b, c): ...").experiment.function == "g"
    assert edit_source(two, "def g(b, c): ...").experiment.arguments == "f32[B], f32[B]"


def test_a_name_that_no_def_defines_stays() -> None:
    made = Session(Experiment("def g(x): ...\nf = make(g)", "f", "f32[3]"))
    session = edit_source(made, "def g(x, y): ...\nf = make(g)")
    assert (session.experiment.function, session.experiment.arguments) == ("f", "f32[3]")
    defined = edit_source(made, "def g(x): ...\ndef f(x, y): ...")
    assert defined.experiment.arguments == "f32[3]"


def test_choosing_another_function_keeps_arguments_of_the_same_name() -> None:
    two = Session(Experiment("def f(W, x): ...\ndef g(x): ...", "f", "W=f32[2,3], x=f32[5,3]"))
    session = set_function(two, "g")
    assert (session.experiment.function, session.experiment.arguments) == ("g", "x=f32[5,3]")
    assert undo(session) == Session(two.experiment, history=session.history.__class__((), (session.experiment,)))
    assert set_function(two, "f") is two
    assert set_function(two, "made").experiment.arguments == "W=f32[2,3], x=f32[5,3]"
