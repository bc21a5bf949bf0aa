"""Programs below the jaxpr beside the original: what stands where, what it is called, what is said of it."""

from __future__ import annotations

from itertools import pairwise

import jax.numpy as jnp
import pytest
from jax import lax
from msgspec.structs import replace

from tests.model.traces import PROGRAMS, below, traced
from tests.there import there
from vmapviz import Vmap
from vmapviz.engine.lowering.lower import lowered
from vmapviz.engine.trace import trace
from vmapviz.export.programs import programs_svg
from vmapviz.export.text import text
from vmapviz.model.experiment import Experiment
from vmapviz.model.explain import NOTHING, sentence
from vmapviz.model.programs import Layout, Row, layout
from vmapviz.model.programs.columns import columns
from vmapviz.model.programs.find import find
from vmapviz.model.programs.index import index, unwrapped
from vmapviz.model.programs.layout import nearby
from vmapviz.model.programs.operations import Counts, counts, listed, numbers, parted, parts
from vmapviz.model.programs.text import params_text
from vmapviz.model.programs.words import all_text, line_text, selection_text, spoken, tooltip
from vmapviz.model.scenes.programs.items import row_items
from vmapviz.model.scenes.programs.picture import headings
from vmapviz.model.session import FORMS
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Form, equations_of

FUSION = "%sub_fusion = f32[5]{0} fusion(%a.1, %b.1), kind=kLoop, calls=%fused_computation"
LOOP = "%while.1 = (s32[], f32[5,3]{1,0}) while(%tuple.7), condition=%region_1.3, body=%region_0.2"
DOT = "%0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [1] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32>"


def rows(placed: Layout, kind: str, column: int = 1) -> list[Row]:
    return [row for row in placed.rows[column] if row.kind == kind]


def title(name: str, form: Form) -> str:
    words, what = headings(below(name, form), "f")[1]
    return f"{''.join(part for part, _ in words)}: {what}"


# --- the text of an operation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whole", "first", "second"),
    [
        ("%1 = stablehlo.tanh %0 : tensor<3x5xf32>", "%1 = stablehlo.tanh %0 : tensor<3x5xf32>", ""),
        (FUSION, "%sub_fusion = f32[5]{0} fusion(%a.1, %b.1)", "kind=kLoop, calls=%fused_computation"),
        (LOOP, "%while.1 = (s32[], f32[5,3]{1,0}) while(%tuple.7)", "condition=%region_1.3, body=%region_0.2"),
        (DOT, "%0 = stablehlo.dot_general %arg0, %arg1", DOT.partition("%arg1, ")[2]),
    ],
)
def test_a_long_operation_is_parted_behind_its_operands(whole: str, first: str, second: str) -> None:
    assert parted(whole) == (first, second)


@pytest.mark.parametrize(
    ("whole", "opcode"),
    [(FUSION, "fusion"), (LOOP, "while"), (DOT, "stablehlo.dot_general"), ("ROOT %t = (f32[]) tuple(%a)", "tuple")],
)
def test_the_opcode_is_found(whole: str, opcode: str) -> None:
    before, found, after = parts(whole)
    assert (found, before + found + after) == (opcode, whole)


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("form", FORMS)
def test_no_character_of_an_operation_is_lost(name: str, form: Form) -> None:
    for equation in equations_of(below(name, form).batched):
        assert equation.operation is not None
        first, second = parted(equation.operation.text)
        assert "".join(parts(first)) == first
        assert equation.operation.text.startswith(first)
        assert equation.operation.text.endswith(second)
        assert equation.operation.text[len(first) : len(equation.operation.text) - len(second)].strip(" ,:") == ""


def test_numbers_and_lists_in_few_words() -> None:
    assert [numbers(labels) for labels in (["1"], ["1", "2", "3", "5"], [str(n) for n in range(1, 30, 2)])] == [
        "1",
        "1–3, 5",
        "1…29",
    ]
    assert listed(["2"], "equation") == "equation 2"
    assert listed(["2", "3", "4"], "equation") == "equations 2, 3 and 4"
    assert listed(list("abcdefg")) == "a, b, c, d and 3 more"


# --- the layout -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("form", FORMS)
def test_every_program_is_placed_and_explained(name: str, form: Form) -> None:
    made = below(name, form)
    placed = layout(made)
    for column in placed.rows:
        assert all(row.y + row.height <= after.y for row, after in pairwise(column))
    drawn = columns(placed, 900)
    assert drawn[-1].track == drawn[-1].right  # where the examples lie is not known here
    for root in {root for roots in index(made).roots for root in roots.values()}:
        words = sentence(made, root)
        assert words.endswith(".")
        assert words != NOTHING
        assert "vmapviz" not in words
        assert selection_text(made, root)
    for row in rows(placed, "equation"):
        assert row_items(row, drawn[1])
        assert row.equation is not None
        assert row.equation.operation is not None
        assert tooltip(made, row).startswith(row.equation.operation.text[:40])


def test_a_fusion_is_marked_with_all_it_swallowed_and_each_has_its_share_of_the_edge() -> None:
    placed = layout(below("pairwise", "HLO"))
    (fusion,) = rows(placed, "equation")
    assert fusion.label == "1–4"
    assert all(fusion.marked(path) for path in ("0", "1", "2", "3"))
    assert not fusion.marked("4")
    assert not fusion.marked(None)
    (title,) = rows(placed, "body")
    assert title.text.startswith("fuses equations 1, 2, 3 and 4, ")
    assert not title.open
    ribbons = [link for link in placed.links.things if link.kind == "ribbon"]
    assert [link.root for link in ribbons] == ["0", "1", "2", "3"]
    assert all(one.right[1] == pytest.approx(next_.right[0]) for one, next_ in pairwise(ribbons))
    assert not rows(placed, "note")


def test_a_fusion_opens_on_its_operations() -> None:
    made = below("pairwise", "HLO")
    (title,) = rows(layout(made), "body")
    inside = rows(layout(made, frozenset({title.fold})), "equation")[1:]
    primitives = {row.equation.primitive: row.root for row in inside if row.equation}
    assert (primitives["subtract"], primitives["multiply"], primitives["sqrt"]) == ("0", "1", "3")


def test_what_has_no_operation_and_what_has_no_equation_say_so() -> None:
    placed = layout(below("alike", "HLO"))
    assert [row.text for row in rows(placed, "added", 0)] == ["no equation: made by XLA"]
    added = layout(below("layer", "StableHLO"))
    assert [row.text for row in rows(added, "added", 0)] == ["from what vmap added"]
    gone = layout(below("matvec", "HLO"))
    assert [row.text for row in rows(gone, "note")] == ["no operation has its name: XLA removed or merged it"]


def test_each_column_goes_on_by_itself_where_the_other_has_nothing_to_say() -> None:
    placed = layout(below("pairwise", "HLO"))
    left, right = rows(placed, "equation", 0), rows(placed, "equation")
    assert left[-1].y == right[0].y  # beside the equation that the fusion is named after
    assert all(after.y - row.y < 60 for row, after in pairwise(left))


def test_the_ends_are_written_as_the_compiler_writes_them() -> None:
    forms: tuple[tuple[Form, str], ...] = (("StableHLO", "return %"), ("HLO", "ROOT %"))
    for form, start in forms:
        made = below("layer", form)
        (end,) = rows(layout(made), "output")
        assert end.text.startswith(start)
        assert end.hint == ""


def test_scrolling_keeps_the_equation_in_sight_with_the_operations_near_it() -> None:
    near, far = Row("equation", 1, 130.0, 24.0), Row("equation", 1, 2000.0, 24.0)
    own = Row("equation", 0, 100.0, 24.0)
    assert nearby([near, own, far], 400) == [own, near]
    assert nearby([], 400) == []


# --- words ------------------------------------------------------------------------------------------------------------


def test_the_heading_says_how_much_there_is() -> None:
    assert title("pairwise", "HLO") == "1 fusion: jit(vmap(vmap(f)))"
    assert title("square", "StableHLO") == "1 operation: jit(vmap(f))"
    assert counts(below("pairwise", "HLO")) == Counts(equations=4, fusions=1, others=0, gone=0)


def test_what_is_called_counts_instead_of_the_call_and_constants_do_not() -> None:
    made = below("called", "StableHLO")
    inside = [equation.primitive for equation in equations_of(made.batched)]
    assert {"call", "constant"} <= set(inside)
    assert counts(made).others == sum(primitive not in ("call", "constant") for primitive in inside)


def test_what_the_whole_became_is_said_while_nothing_is_selected() -> None:
    assert sentence(below("pairwise", "HLO"), None) == f"4 equations became **1 fusion** on this machine. {NOTHING}"
    gone = sentence(below("matvec", "HLO"), None)
    assert "1 equation has no operation of the same name: removed, or computed in one named after another." in gone


def test_sentences_name_operations_and_companions() -> None:
    assert sentence(below("pairwise", "HLO"), "1").endswith("together with equations 1, 3 and 4.")
    assert sentence(below("square", "HLO"), "0").startswith(
        "Equation 1, `mul`, is computed by a **fusion** of its own,"
    )
    assert sentence(below("square", "StableHLO"), "0") == "Equation 1, `mul`, became `multiply`."
    constant = sentence(below("where", "StableHLO"), "0")
    assert " says nothing of its origin: only this equation uses it." in constant
    assert "**no operation of its own name**" in sentence(below("matvec", "HLO"), "0")
    assert "named after an equation that **vmap added**" in sentence(below("matvec", "HLO"), "+0")
    assert "belongs to **no equation**" in sentence(below("alike", "HLO"), "+0")


def test_what_lowering_needs_no_operation_for() -> None:
    made = lowered(trace(lambda x: lax.stop_gradient(x) * 2, (Vmap(),), jnp.ones(3)), "StableHLO")[0]
    assert sentence(made, "0") == "Equation 1, `stop_gradient`, has **no operation**: lowering it takes none."
    assert sentence(made, None).startswith(
        "2 equations became **2 operations**. 1 equation has no operation of the same name: lowering needs none."
    )
    assert [row.text for row in rows(layout(made), "note")] == ["no operation"]


def test_a_path_that_is_none_says_what_the_whole_became() -> None:
    made = below("square", "HLO")
    assert sentence(made, "7") == sentence(made, "+7") == "1 equation became **1 fusion** on this machine."


def test_a_single_operation_with_a_body_is_not_what_pmap_puts_around_programs() -> None:
    made = below("pairwise", "HLO")
    (fusion,) = made.batched.equations
    alone = replace(made.batched, equations=(replace(fusion, origin=None),))
    assert unwrapped(alone).wrappers == ()


def test_what_runs_in_a_loop_is_named_instead_of_what_holds_it() -> None:
    words = sentence(below("newton", "HLO"), "0.body_jaxpr.1")
    assert words.startswith("`add` inside equation 1 is computed inside the **fusion** `")
    assert "`div`" in words
    assert "jaxpr" not in words
    assert "`call`" not in words
    assert "`call`" not in sentence(below("called", "StableHLO"), "0")


def test_a_fusion_inside_one_equation_says_names() -> None:
    made = below("newton", "HLO")
    titles = [row.text for row in rows(layout(made), "body") if row.text.startswith("fuses")]
    assert any("div" in title for title in titles)
    assert not any("equation" in title for title in titles)


def test_those_who_listen_hear_operations() -> None:
    placed = layout(below("square", "StableHLO"))
    assert spoken(placed, "0") == "equation 1, mul, became 1 operation: 1 multiply"
    assert spoken(layout(below("alike", "HLO")), "+0") == "no equation: + copy"


def test_text_is_that_of_jax_and_xla_and_can_be_found() -> None:
    made = below("layer", "StableHLO")
    assert all_text(made, range(1, 2)) == made.batched.text
    assert made.batched.text.startswith("module @jit_layer")
    (found,) = find(layout(made), "stablehlo.maximum")
    assert found.row.equation is not None
    assert line_text(found.row).startswith("%")
    assert params_text(there(rows(layout(made), "equation")[0].equation)).startswith("contracting_dims = ")


def test_exports_show_what_the_window_shows() -> None:
    made = below("layer", "HLO")
    snapshot = Snapshot({}, Experiment(function="layer"), made)
    assert made.batched.text in text(snapshot)
    assert "fusion" in programs_svg(made, "layer")


def test_programs_in_jaxprs_are_as_they_were() -> None:
    assert traced("layer").form == ""
    assert all(equation.operation is None for equation in equations_of(traced("layer").batched))
