"""The layout of the programs: what stands level with what, how it is called, what is linked, what is shown of a line."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest

from tests.model.traces import PROGRAMS, traced
from vmapviz.model.programs import Layout, Row, layout
from vmapviz.model.programs.columns import columns
from vmapviz.model.programs.find import find
from vmapviz.model.programs.index import index, ranges
from vmapviz.model.programs.place import SMALL
from vmapviz.model.programs.segments import segments
from vmapviz.model.programs.text import equation_spans, operand_text, params_text, plain, value_spans
from vmapviz.model.programs.words import all_text, selectable, selection_text, spoken
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.programs.items import row_items
from vmapviz.model.scenes.programs.picture import header_items, picture
from vmapviz.model.scenes.scene import Rect, Text
from vmapviz.model.trace import Equation, Value


def row(placed: Layout, column: int, path: str) -> Row:
    return next(r for r in placed.rows[column] if r.kind == "equation" and r.path == path)


def kinds(placed: Layout, column: int, kind: str) -> list[Row]:
    return [r for r in placed.rows[column] if r.kind == kind]


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_original_is_level_with_the_first_it_became(name: str) -> None:
    placed = layout(traced(name))
    for segment in placed.segments.things:
        tops = [band[0] for band in segment.bands if band is not None]
        assert len(set(tops)) == 1


@pytest.mark.parametrize("name", PROGRAMS)
def test_rows_of_a_column_stand_in_program_order_and_never_overlap(name: str) -> None:
    trace = traced(name)
    placed = layout(trace)
    for program, rows in zip(trace.programs, placed.rows, strict=True):
        for above, below in pairwise(rows):
            assert above.y + above.height <= below.y
        outermost = [r.path for r in rows if r.kind == "equation" and "." not in r.path]
        shown = [p for r in rows for p in ([e.path for e in r.run] if r.kind == "run" and not r.open else [])]
        order = [e.path for e in program.equations]
        assert outermost == [path for path in order if path not in shown]


def test_labels_say_where_an_equation_comes_from() -> None:
    labels = index(traced("layer")).labels
    assert list(labels[0].values()) == ["1", "2", "3"]
    assert list(labels[1].values()) == ["1", "2a", "2b", "2c", "3", "+"]
    assert list(index(traced("pairwise")).labels[2].values())[:3] == ["1a", "1ba", "1bb"]


def test_ranges_of_labels_are_short() -> None:
    assert ranges(["3a", "3b", "3c"]) == "3a–c"
    assert ranges(["3a"]) == "3a"
    assert ranges(["4a", "4b", "4ca", "4cba"]) == "4a–b, 4ca, 4cba"


def test_an_inserted_equation_has_a_row_of_its_own_and_says_why() -> None:
    placed = layout(traced("layer"))
    (added,) = kinds(placed, 0, "added")
    assert (added.text, added.hint, added.root) == ("added by", "out_axes=1", "+5")
    assert added.y == row(placed, 1, "5").y
    assert [link.kind for link in placed.links.things].count("inserted") == 1


def test_an_equation_that_became_nothing_says_where_its_value_is() -> None:
    placed = layout(traced("gathered"))
    (note,) = kinds(placed, 1, "note")
    assert note.text == "no equation: the value is already there, as a"
    assert note.y == row(placed, 0, "0").y
    assert [link.kind for link in placed.links.things].count("nothing") == 1


def test_bodies_of_the_same_equation_stand_side_by_side_and_fold_together() -> None:
    placed = layout(traced("scan"))
    for i in range(4):
        assert row(placed, 0, f"0.jaxpr.{i}").y == row(placed, 1, f"2.jaxpr.{i}").y
    titles = [kinds(placed, column, "body")[0] for column in (0, 1)]
    assert titles[0].y == titles[1].y
    assert {title.fold for title in titles} == {"0.jaxpr"}
    folded = layout(traced("scan"), frozenset({"0.jaxpr"}))
    assert [len(kinds(folded, column, "equation")) for column in (0, 1)] == [1, 4]
    assert kinds(folded, 0, "body")[0].text == "body, 4 equations"


def test_branches_that_became_equations_are_linked_from_inside() -> None:
    placed = layout(traced("guarded root"))
    inner = {link.root: link for link in placed.links.things if link.kind == "inner"}
    assert set(inner) == {"2.branches[0].0", "2.branches[1].0"}
    sqrt = inner["2.branches[1].0"]
    assert sqrt.left[0] == row(placed, 0, "2.branches[1].0").y
    (target,) = [r for r in kinds(placed, 1, "equation") if r.root == "2.branches[1].0"]
    assert sqrt.right[0] == target.y
    assert [r.text for r in kinds(placed, 0, "body")] == ["branch 0, when c is 0", "branch 1, when c is 1"]


def test_several_helpers_become_one_line_that_opens() -> None:
    placed = layout(traced("guarded root"))
    runs = kinds(placed, 1, "run")
    assert [(r.text, r.hint, r.label) for r in runs] == [
        ("3 helper equations", "eq, stop_gradient, select_n", "3a–c"),
        ("3 helper equations", "eq, stop_gradient, select_n", "3e–g"),
    ]
    opened = layout(traced("guarded root"), frozenset({runs[0].fold}))
    assert len(kinds(opened, 1, "equation")) == len(kinds(placed, 1, "equation")) + 3


def equation(path: str, origin: str | None) -> Equation:
    value = Value(f"v{path}", None, "float32", ())
    return Equation(path, "add", (), (), (value,), (), None, origin)


def test_what_cannot_stay_level_gets_a_row_of_its_own_in_program_order() -> None:
    originals = [equation(str(i), None) for i in range(3)]
    crossed = [equation("0", "1"), equation("1", "2"), equation("2", "0"), equation("3", "2")]
    found = segments([originals, crossed], ["", ""])
    assert [[[e.path for e in cell] for cell in cells] for cells in found] == [
        [["0"], []],
        [["1"], ["0"]],
        [["2"], ["1"]],
        [[], ["2"]],
        [[], ["3"]],
    ]


def test_before_any_equation_there_may_be_added_ones() -> None:
    found = segments([[], [equation("0", None)], [equation("0", "0")]], ["", "", ""])
    assert [[len(cell) for cell in cells] for cells in found] == [[0, 1, 1]]


def test_types_mark_the_axes_that_hold_examples() -> None:
    value = Value("e", None, "float32", (3, 4, 2), axes=((1,), (0,)))
    spans = value_spans(value)
    assert plain(spans) == "e:f32[3,4,2]"
    assert [(s.text, s.levels) for s in spans if s.levels] == [("3", (2,)), ("4", (1,))]


def test_quiet_parameters_are_hidden_and_kept_in_raw_text() -> None:
    dot = traced("matvec").original.equations[0]
    assert params_text(dot) == "dimension_numbers=(([1],[0]),([],[]))"
    assert "preferred_element_type=float32" in params_text(dot, raw=True)
    assert operand_text("0.0:f32[]") == "0.0"
    assert operand_text("0.0:f32[]", raw=True) == "0.0:f32[]"
    assert operand_text("1.4142135381698608:f32[]") == "1.4142135"
    assert operand_text("1.4142135381698608:f64[]") == "1.4142135381698608"
    assert operand_text("x") == "x"


def test_a_line_without_room_gives_up_outputs_before_the_primitive() -> None:
    outputs = tuple(Value(name, None, "float32", (5, 3)) for name in "abcd")
    wide = Equation("0", "scan", (), ("x", "y"), outputs, (), None, None)
    assert plain(equation_spans(wide, 700, 100)) == "a:f32[5,3] b:f32[5,3] c:f32[5,3] d:f32[5,3] = scan x y"
    assert plain(equation_spans(wide, 700, 40)) == "a:f32[5,3] b:f32[5,3] … = scan x y"
    assert len(plain(equation_spans(wide, 700, 12))) == 12


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("width", [650, 910, 1400])
def test_no_line_of_code_reaches_beyond_its_column(name: str, width: int) -> None:
    placed = layout(traced(name))
    for column in columns(placed, width):
        for r in placed.rows[column.number]:
            for item in row_items(r, column):
                if isinstance(item, Text) and item.mono and item.anchor == "start" and not item.width:
                    end = item.x + 0.6 * item.size * len(item.text)
                    assert end <= column.right - column.x + 13, (r, item)


def test_the_batch_track_shows_the_axis_travel() -> None:
    placed = layout(traced("layer"))
    column = columns(placed, 910)[1]
    squares = [
        [
            bool(i.fill)
            for i in row_items(row(placed, 1, str(n)), column)
            if isinstance(i, Rect) and i.height == i.width == 9
        ]
        for n in range(6)
    ]
    assert squares == [[False, True], [True, False], [False, False], [True, False], [True, False], [False, True]]


def test_a_selection_is_copied_as_jax_prints_it() -> None:
    added = selection_text(traced("layer"), "1").splitlines()
    assert added[:3] == ["e:f32[2] = add d c", "", "e:f32[5,2] = transpose[permutation=(1, 0)] d"]
    assert added[3].startswith("f:f32[1,2] = broadcast_in_dim[broadcast_dimensions=(")
    assert added[4:] == ["g:f32[5,2] = add e f"]
    assert selection_text(traced("guarded root"), "2.branches[1].0") == "h:f32[] = sqrt g\n\nk:f32[5] = sqrt j"
    assert all_text(traced("square")) == (
        "{ lambda ; a:f32[]. let\n    b:f32[] = mul a a\n  in (b,) }\n\n{ lambda ; a:f32[5]. let\n    b:f32[5] = mul a a\n  in (b,) }"
    )


def test_what_is_spoken() -> None:
    placed = layout(traced("layer"))
    assert spoken(placed, "1") == "equation 2, add, became 3 equations: 2a transpose, 2b broadcast_in_dim, 2c add"
    assert spoken(placed, "+5") == "added by vmap: + transpose"
    assert spoken(placed, None) == "nothing selected"
    assert spoken(layout(traced("gathered")), "0") == "equation 1, all_gather, became no equations"


def test_what_can_be_selected_goes_down_through_bodies_and_added_ones() -> None:
    assert selectable(layout(traced("layer"))) == ("0", "1", "2", "+5")
    assert selectable(layout(traced("guarded root"))) == ("0", "1", "2", "2.branches[0].0", "2.branches[1].0")


def test_finding_counts_every_place_once() -> None:
    placed = layout(traced("layer"))
    assert [(m.row.column, m.row.path) for m in find(placed, "ADD")] == [(0, "1"), (1, "3")]
    assert [m.line for m in find(placed, "permutation")] == [2, 2]
    assert find(placed, "") == () == find(placed, "nowhere")


def test_rows_are_found_by_their_place() -> None:
    placed = layout(traced("chain"))
    target = row(placed, 1, "150")
    assert placed.at(1, target.y + 5) is target
    assert placed.root_at(target.y + 5) == "150"
    assert target in placed.between(1, target.y + 1, target.y + 2)
    assert len(placed.between(1, target.y, target.y + 500)) < 16
    assert len(placed.links.between(target.y, target.y + 500)) < 16


def test_the_whole_picture_is_as_high_as_its_programs() -> None:
    for name in PROGRAMS:
        scene = picture(layout(traced(name)), "f", 910, "0")
        assert scene.width == 910
        assert scene.items
        bottoms = [item.y for item in scene.items if isinstance(item, Text)]
        assert max(bottoms) < scene.height


def test_without_links_everything_is_shown_as_unknown() -> None:
    data = msgspec.json.decode(traced("layer").to_json())
    for value in [*data["programs"][0]["inputs"], *(v for e in data["programs"][0]["equations"] for v in e["outputs"])]:
        value["batched"] = []
    for one in data["programs"][1]["equations"]:
        one["origin"] = None
    unknown = msgspec.convert(data, type(traced("layer")))
    assert set(index(unknown).labels[1].values()) == {"?"}
    assert {r.text for r in kinds(layout(unknown), 0, "added")} == {"origin not known"}


@pytest.mark.parametrize("name", ["pairwise", "three levels", "nested root", "called", "four levels", "turned"])
def test_a_pair_of_programs_is_placed_like_two_of_its_own(name: str) -> None:
    trace = traced(name)
    for first in range(len(trace.programs) - 1):
        seen = range(first, first + 2)
        placed = layout(trace, shown=seen)
        assert [number for number, rows in enumerate(placed.rows) if rows] == list(seen)
        assert {link.column for link in placed.links.things} <= {first}
        for number in seen:
            tops = [r.y for r in placed.rows[number]]
            assert tops == sorted(tops)
        ribbons = [link for link in placed.links.things if link.kind == "ribbon"]
        assert {link.root for link in ribbons} <= set(placed.index.equations[0]) | {r.root for r in placed.rows[first]}
        for segment in placed.segments.things:
            assert len({band[0] for band in segment.bands if band is not None}) == 1
        made = columns(placed, 910)
        assert [column.number for column in made] == list(seen)
        assert all(left.right < right.x for left, right in pairwise(made))


def test_a_pair_keeps_labels_and_roots_of_the_whole() -> None:
    placed = layout(traced("pairwise"), shown=range(1, 3))
    rows = [[(r.label, r.root) for r in placed.rows[n] if r.kind == "equation"][:3] for n in (1, 2)]
    assert rows == [[("1a", "0"), ("1b", "0"), ("2", "1")], [("1a", "0"), ("1ba", "0"), ("1bb", "0")]]
    spans = {(link.left, link.right) for link in placed.links.things if link.root == "0"}
    assert len(spans) == 2  # one ribbon from 1a, one from 1b
    assert selectable(placed) == ("0", "1", "2", "3")


def test_words_are_about_the_pair_that_is_shown() -> None:
    trace, inner, outer = traced("pairwise"), range(2), range(1, 3)
    assert spoken(layout(trace, shown=inner), "0") == (
        "equation 1, sub, became 2 equations: 1a broadcast_in_dim, 1b sub"
    )
    assert spoken(layout(trace, shown=outer), "0") == (
        "equation 1, sub, now 1a broadcast_in_dim, 1b sub, became 3 equations: "
        "1a broadcast_in_dim, 1ba broadcast_in_dim, 1bb sub"
    )
    assert all_text(trace, inner) == all_text(trace).rpartition("\n\n")[0]
    assert selection_text(trace, "0", outer).count("\n\n") == 1
    assert selection_text(trace, "0", outer) in selection_text(trace, "0")
    found = find(layout(trace, shown=outer), "sub")
    assert {match.row.column for match in found} == {1, 2}


def test_a_body_folds_in_every_pair() -> None:
    trace, body = traced("nested root"), "0.body_jaxpr"
    for seen in (range(2), range(1, 3)):
        folded = layout(trace, frozenset({body}), shown=seen)
        assert {r.open for number in seen for r in folded.rows[number] if r.fold == body} == {False}


def test_a_body_is_open_at_first_in_every_program_or_in_none() -> None:
    trace = traced("called")
    sizes = [len(p.equations[0].subprograms[0][1].equations) for p in trace.programs]
    assert sizes[0] <= SMALL < sizes[-1], "it grows beyond what is open at first"
    for seen in (range(3), range(2), range(1, 3)):
        placed = layout(trace, shown=seen)
        assert {r.open for number in seen for r in placed.rows[number] if r.kind == "body"} == {True}


def test_what_a_vmap_added_is_said_beside_it_in_its_pair_alone() -> None:
    trace = traced("turned")
    words = [[r.hint for r in layout(trace, shown=range(n, n + 2)).rows[n] if r.kind == "added"] for n in (0, 1)]
    assert words == [["out_axes=1"], ["out_axes=2"]]


def test_titles_end_where_their_column_does() -> None:
    trace = traced("layer")
    made = columns(layout(trace), 560.0)
    for after in (0.0, 124.0):
        titles = [
            item for item in header_items(trace, "layer", made, after) if isinstance(item, Text) and item.weight == 600
        ]
        ends = [
            item.x + (item.width or text_width(item.text, 13.0, weight=600)) for item in titles if item.x > made[1].x
        ]
        assert ends
        assert max(ends) <= made[1].right + 1


def test_what_was_traced_is_named_only_where_enough_of_it_can_be_read() -> None:
    trace = traced("layer")
    seen = set()
    for width in range(220, 1200, 10):
        items = header_items(trace, "a_long_name_of_a_layer", columns(layout(trace), float(width)))
        named = [item for item in items if isinstance(item, Text) and item.mono]
        assert all(item.width > 10 * 7.2 for item in named)
        seen.add(len(named))
    assert seen >= {1, 2}
