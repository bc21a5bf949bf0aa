"""Every common mistake, provoked by real code, gives a sentence, the place, and what to try."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from tests.engine.experiments import HEAD, experiment, problem
from vmapviz.engine.load import load
from vmapviz.engine.trace import trace
from vmapviz.model.experiment import Experiment, Vmap

LAYER = "def f(W, x, b):\n    return W @ x + b\n"
ARGUMENTS = "f32[2,3], f32[5,3], f32[2]"
SCORES = "def f(W, x):\n    h = W @ x\n    if h[0] > 0:\n        h = h / jnp.sum(h)\n    return h\n"


def layer(in_axes: str, arguments: str = ARGUMENTS, **more: object) -> Experiment:
    return experiment(LAYER, arguments, Vmap(in_axes, **more))  # type: ignore[arg-type]


def x_only(body: str, arguments: str = "f32[5]") -> Experiment:
    return experiment(f"def f(x):\n    {body}\n", arguments)


CASES = [
    ("syntax", experiment("def f(x:\n  return x", "f32[3]"), "Line 4 is not finished."),
    ("no_function", experiment("x = 3", "f32[3]", function=""), "There is no function yet."),
    ("no_function", experiment("def g(x): return x", "f32[3]"), "There is no function `f`."),
    ("no_function", experiment("def f(x): return x", "f32[3]", reference="r"), "There is no reference function `r`."),
    ("arguments", layer("0", "f32[2,3], f32[5,3]"), "`f` cannot take 2 arguments."),
    ("arguments", layer("0", f"{ARGUMENTS}, f32[2]"), "`f` cannot take 4 arguments."),
    ("argument", layer("0", "f32[2,3], f32[5,3, f32[2]"), "The arguments are not finished."),
    ("argument", layer("0", "f32[2,3], 5 +, f32[2]"), "x is not finished."),
    ("argument", layer("0", "f32[2,3], foo, f32[2]"), "x uses `foo`, which is not defined."),
    ("argument", layer("0", "f32[2,3], 1/0, f32[2]"), "x could not be evaluated."),
    ("not_array", layer("0", 'f32[2,3], "abc", f32[2]'), "x is not an array."),
    ("size", layer("0", "f32[2,3], f32[1000000,1000000], f32[2]"), "x is too large."),
    ("memory", layer("0", "f32[2,3], jnp.ones((1000000, 1000000)), f32[2]"), "This needs more memory than there is."),
    ("x64", layer("0", "f64[2,3], f32[5,3], f32[2]"), "W needs x64."),
    ("axes", layer("(None, 0,"), "The axes could not be read."),
    ("in_axes", layer("(0, 0)"), "in_axes has 2 entries for 3 arguments."),
    ("in_axes", layer("(None, 0, None, 0)"), "in_axes has 4 entries for 3 arguments."),
    ("in_axes", layer("(None, (0, 1), None)"), "in_axes does not fit `x`."),
    ("in_axes", layer("(None, 1.5, None)"), "in_axes does not fit `x`."),
    ("sizes", layer("(0, 0, None)"), "W and x disagree on the batch size."),
    ("nothing_batched", layer("None"), "Nothing is batched yet."),
    ("axis", layer("(None, 2, None)"), "x has no axis 2."),
    ("axis", experiment("def f(x, s): return x * s", "f32[5], 2.0"), "s has no axis 0."),
    ("shapes", layer("(None, 1, None)"), "The shapes do not fit."),
    ("shapes", layer("(None, 0, None)", "f32[2,3], f32[5,3], f32[4]"), "The shapes do not fit."),
    ("out_axes", layer("(None, 0, None)", out_axes="None"), "out_axes=None wants one result for all."),
    ("out_axes", layer("(None, 0, None)", out_axes="3"), "The result has no axis 3."),
    ("out_axes", layer("(None, 0, None)", out_axes="(0, 0)"), "out_axes does not fit the result."),
    (
        "keyword",
        experiment("def f(x, *, s): return x * s", "f32[5], s=2.0"),
        "`s` is passed by keyword, so vmap splits it along axis 0.",
    ),
    (
        "sizes",
        experiment("def f(x, *, s): return x * s", "f32[5], s=f32[3]"),
        "`s` is passed by keyword, so vmap splits it along axis 0.",
    ),
    ("branch", experiment(SCORES, "f32[2,3], f32[5,3]", Vmap("(None, 0)")), "`if` cannot look inside a batch."),
    ("branch", x_only("return x if x > 0 else -x"), "`if` cannot look inside a batch."),
    ("branch", x_only("while x > 0: x = x - 1"), "`while` cannot look inside a batch."),
    ("branch", x_only("assert x > 0"), "`assert` cannot look inside a batch."),
    ("branch", x_only("return (x > 0) & 1 if not x > 1 else x"), "`not` cannot look inside a batch."),
    ("branch", x_only("return 1.0 if x > 0 and x < 2 else x"), "`and` cannot look inside a batch."),
    ("numpy", x_only("return np.sin(x)"), "NumPy cannot look inside a batch."),
    ("number", x_only("return int(x)"), "Line 5 needs a number that is not known yet."),
    ("number", x_only("return [0, 1, 2, 3][x]", "i32[5]"), "Line 5 needs a number that is not known yet."),
    ("mask", x_only("return x[x > 0]", "f32[5,3]"), "Line 5 would give every example another length."),
    ("immutable", x_only("x[0] = 1", "f32[5,3]"), "JAX arrays cannot be changed in place."),
    ("axis_name", x_only('return lax.psum(x, "i")'), "No vmap has the axis name `i`."),
    ("result", x_only('return "s"'), "The function must return arrays."),
    ("name", x_only("return jmp.sin(x)"), "Line 5 uses `jmp`, which is not defined."),
    ("import", x_only("import no_such_module_here"), "The module `no_such_module_here` is not installed here."),
    ("import", experiment("from jax import no_such_name\n", "f32[5]"), "Line 4 imports something that is not there."),
    ("recursion", x_only("return f(x)"), "The function calls itself without end."),
    ("exit", experiment("raise SystemExit(3)\n", "f32[5]"), "Line 4 asked Python to exit."),
    ("time", x_only("raise TimeoutError"), "Line 5 took too long."),
    ("exception", x_only('raise ValueError("no")'), "Line 5 stopped it."),
    ("exception", experiment("d = {}['key']\n", "f32[5]"), "Line 4 stopped it."),
]


@pytest.mark.parametrize(("kind", "one", "title"), CASES, ids=[title for _, _, title in CASES])
def test_the_sentence(kind: str, one: Experiment, title: str) -> None:
    found = problem(one)
    assert (found.kind, found.title) == (kind, title)
    assert "jax/_src" not in found.details
    assert "vmapviz/engine" not in found.details


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ('"é🎉"; return jmp.sin(x)', "jmp"),
        ('"é🎉"; raise ValueError("nö")', 'raise ValueError("nö")'),
        ('return jnp.sum(x, axis={"é🎉": 0}["ü"])', '{"é🎉": 0}["ü"]'),
        ('return (x if "é🎉" and x > 0 else -x)', "x > 0"),
    ],
)
def test_the_place_counts_characters_not_bytes(body: str, marked: str) -> None:
    one = x_only(body)
    place = problem(one).source
    assert place is not None
    assert one.source.splitlines()[place.line - 1][place.column : place.end_column] == marked


def test_the_innermost_line_of_the_users_own_is_marked() -> None:
    one = experiment("def g(x):\n    return jnp.reshape(x, 7)\ndef f(x):\n    return g(x)\n", "f32[5,3]")
    found = problem(one)
    assert found.kind == "shapes"
    assert found.source is not None
    assert found.source.line == 5


def test_jax_is_quoted_without_its_remarks_on_tracers() -> None:
    said = problem(experiment(SCORES, "f32[2,3], f32[5,3]", Vmap("(None, 0)"))).said
    assert said == "TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[]."
    assert "one axis had size 2: axis 0 of argument W" in problem(layer("(0, 0, None)")).said


def test_an_if_on_a_batch_is_rewritten_with_the_users_own_names() -> None:
    found = problem(experiment(SCORES, "f32[2,3], f32[5,3]", Vmap("(None, 0)")))
    assert found.text.startswith("`h[0] > 0` has one answer per example, five in all.")
    assert found.actions[0].label == "h = jnp.where(h[0] > 0, h / jnp.sum(h), h)"


def test_the_argument_whose_type_is_not_typed_yet_is_asked_for() -> None:
    found = problem(layer("(None, 0, None)", "f32[2,3], f32[B], f32[2]"))
    assert (found.kind, found.wants_type, found.arguments) == ("shapes", 1, (1,))
    assert "each x is f32[]" in found.text


def test_sizes_that_disagree_are_told_apart() -> None:
    found = problem(layer("(0, 0, None)"))
    assert found.text.startswith("W would give 2 examples, x would give 5.")
    assert found.arguments == (0, 1)
    assert [(action.label, action.edits) for action in found.actions] == [
        ("Set W to None", (("in_axes", 0, "(None, 0, None)"),)),
        ("Make W f32[5,2,3]", (("argument", 0, "f32[5,2,3]"),)),
    ]


EDITED = [
    layer("(0, 0, None)"),
    layer("None"),
    layer("(None, 2, None)"),
    layer("(None, 1, None)"),
    layer("(None, (0, 1), None)"),
    layer("(None, 0, None)", out_axes="None"),
    layer("(None, 0, None)", out_axes="3"),
]


@pytest.mark.parametrize("one", EDITED, ids=[f"{one.levels[0].in_axes} -> {one.levels[0].out_axes}" for one in EDITED])
def test_the_first_button_that_edits_repairs_it(one: Experiment) -> None:
    edits = next(action.edits for action in problem(one).actions if action.edits)
    (field, _, text) = edits[0]
    changed = Vmap(one.levels[0].in_axes, text) if field == "out_axes" else Vmap(text, "0")
    loaded = load(Experiment(one.source, "f", one.arguments, (changed,)))
    assert trace(loaded.fun, loaded.levels, *loaded.args).trace.programs


def test_an_axis_size_that_disagrees_is_told() -> None:
    try:
        jax.vmap(lambda x: x, axis_size=4)(jnp.zeros(5))
    except ValueError:
        found = problem(layer("(None, 0, None)", axis_size=4))
    else:
        pytest.skip("this JAX does not compare axis_size with the arguments")
    assert (found.kind, found.title) == ("sizes", "x and axis_size=4 disagree on the batch size.")
    assert found.text.startswith("x would give 5 examples, axis_size asks for 4.")


def test_missing_imports_are_offered() -> None:
    found = problem(Experiment("def f(x): return jnp.sin(x)", "f", "f32[5]"))
    assert found.actions[0].label == "import jax.numpy as jnp"


def test_arguments_that_were_evaluated_are_kept() -> None:
    assert HEAD.count("\n") == 3
    with pytest.raises(Exception, match="call") as caught:
        load(layer("0", "f32[2,3], f32[5,3]"))
    assert [row.name for row in caught.value.arguments] == ["W", "x"]
