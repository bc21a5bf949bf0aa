"""Every common mistake, provoked by real code, gives a sentence, the place, and what to try."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from msgspec.structs import replace

from tests.engine.experiments import HEAD, experiment, problem, x_only
from tests.engine.situations import SITUATIONS
from tests.engine.situations.situation import TRACES, after, marked, outcome, told
from vmapviz.engine.errors import frames, table
from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.errors.table import explain
from vmapviz.engine.load import load
from vmapviz.engine.trace import trace
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.problem import Action, Problem

LAYER = "def f(W, x, b):\n    return W @ x + b\n"
ARGUMENTS = "f32[2,3], f32[5,3], f32[2]"
SCORES = "def f(W, x):\n    h = W @ x\n    if h[0] > 0:\n        h = h / jnp.sum(h)\n    return h\n"


def layer(in_axes: str, arguments: str = ARGUMENTS, **more: Any) -> Experiment:
    return experiment(LAYER, arguments, Vmap(in_axes, **more))


TITLE = 80  # letters
TWO_LINES = 170  # letters that two lines of the message hold


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.filterwarnings("ignore:can't resolve package:ImportWarning")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_situation(name: str, record_property: Any, caplog: pytest.LogCaptureFixture) -> None:
    """JAX may log what a callback raises; that is no concern of this table."""
    one = SITUATIONS[name]
    failed = told(one.experiment, one.by)
    found = failed.problem
    assert (found.kind, found.title) == (one.kind, one.title)
    assert_sentence(found, (one.text,) if isinstance(one.text, str) else one.text)
    assert marked(found, one.experiment) in ((one.at,) if isinstance(one.at, str) else one.at)
    assert found.arguments == one.rows
    click = next((action for action in found.actions if action.edits), None)
    tried = click or next(iter(found.actions), Action(""))
    assert tried.label == one.tries
    assert (outcome(after(failed, one.experiment, click, one.by), one.by) if click else None) == one.then
    record_property("situation", name)


def assert_sentence(found: Problem, parts: tuple[str, ...]) -> None:
    """It says these things in one or two lines; JAX's own words are there too, without its frames and ours."""
    assert all(part in found.text for part in parts), found.text
    assert bool(found.text) == any(parts)
    assert len(found.title) <= TITLE
    assert len(found.text) <= TWO_LINES
    assert f"{found.title}{found.text}".count("`") % 2 == 0
    assert found.said or found.kind == "pmap"
    for path in frames.INTERNAL:
        assert f'File "{path}' not in f"{found.said}{found.details}"


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
    assert (found.kind, found.wants_type, found.arguments) == ("rank", 1, (1,))
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


def test_a_text_that_is_not_the_file_that_ran_is_not_rewritten() -> None:
    one = x_only("return x if x > 0 else -x")
    loaded = load(one)
    with pytest.raises(jax.errors.TracerBoolConversionError) as caught:
        trace(loaded.fun, loaded.levels, *loaded.args)
    other = replace(one, source=one.source.replace("x > 0", "x > 1"))
    assert any(action.edits for action in explain(caught.value, one, loaded).actions)
    assert not any(action.edits for action in explain(caught.value, other, loaded).actions)


def test_jnp_is_imported_where_the_new_words_need_it() -> None:
    body = '"""What it does."""\nfrom __future__ import annotations\nimport numpy\n\n\ndef f(x):\n    return numpy.sin(x)\n'
    one = experiment(body, "f32[5]", head="")
    failed = told(one)
    changed = after(failed, one, failed.problem.actions[0])
    assert changed.experiment.source.split("\n")[1:4] == [
        "from __future__ import annotations",
        "import jax.numpy as jnp",
        "import numpy",
    ]
    assert "return jnp.sin(x)" in changed.experiment.source
    assert outcome(changed) == TRACES


def test_names_that_imports_gave_are_the_ones_that_are_written() -> None:
    head = "import jax.numpy as xnp\nimport numpy as onp\n"
    sin = told(experiment("def f(x):\n    return onp.sin(x)\n", "f32[5]", head=head)).problem
    assert sin.actions[0].label == "xnp.sin(x)"
    where = told(experiment("def f(x):\n    return x if x > 0 else -x\n", "f32[5]", head=head)).problem
    assert where.actions[0].label == "xnp.where(x > 0, x, -x)"


def test_a_condition_over_several_lines_is_rewritten_whole() -> None:
    body = "if (\n    x > 0\n):\n    y = (\n        x * 2\n    )  # twice\nelse:\n    y = -x\nreturn y"
    one = x_only(body)
    failed = told(one)
    click = failed.problem.actions[0]
    assert click.label == "y = jnp.where(x > 0, x * 2, -x)"
    assert outcome(after(failed, one, click)) == TRACES


def test_a_row_that_stumbles_leaves_the_answer_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: Complaint) -> Words:
        raise LookupError

    def test(_: Complaint) -> bool:
        return bool(stumble(_))

    rows = (table.Row("one", test, stumble), table.Row("other", lambda _: True, stumble))
    monkeypatch.setattr(table, "ERRORS", (*rows, *table.ERRORS))
    assert problem(x_only("return float(x)")).kind == "number"
    monkeypatch.setattr(table, "ERRORS", rows)
    assert problem(x_only("return float(x)")).title == "Line 5 stopped it."


def test_an_exception_that_cannot_say_its_text_is_told_all_the_same() -> None:
    body = "class Odd(Exception):\n    def __str__(self):\n        raise KeyError\n\ndef f(x):\n    raise Odd\n"
    found = problem(experiment(body, "f32[5]"))
    assert (found.title, found.said) == ("Line 9 raises Odd.", "Odd")
