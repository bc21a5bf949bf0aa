"""One array: by rank, by size, by batch axes; the same cells whatever the style."""

from __future__ import annotations

import math
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model.scenes.arrays import draw
from vmapviz.model.scenes.layout import LADDER, MOST_CELLS, SMALL, Figure, Style, ladder, sliced, window
from vmapviz.model.scenes.marks import item_box, number, shortened, whole
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.scenes.subject import apart_by_level
from vmapviz.model.values import Preview


def preview(*shape: int) -> Preview:
    """0, 1, 2… in an array of which at most 8 entries per axis are known."""
    shown = tuple(min(n, 8) for n in shape)
    total = 1
    for n in shown:
        total *= n
    return Preview("float32", shape, shown, tuple(float(n) for n in range(total)))


def figure(*shape: int, **more: Any) -> Figure:
    return Figure("v", shape, "float32", preview(*shape), **more)


def rect(items: tuple[Item, ...], key: str) -> Rect:
    (found,) = [item for item in items if isinstance(item, Rect) and item.key == key]
    return found


def texts(items: tuple[Item, ...]) -> list[str]:
    return [item.text for item in items if isinstance(item, Text)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (-0.0, "-0"),
        (1 / 3, "0.333"),
        (1234.5678, "1.23e3"),
        (12345.0, "12345"),
        (1e-9, "1e-9"),
        (nan, "nan"),
        (-inf, "-inf"),
        (True, "T"),
        (False, "F"),
        (7, "7"),
        (2**40, "1099511627776"),
        ("1+2j", "1+2j"),
    ],
)
def test_numbers_are_short_and_exact_where_they_can_be(cell: float, text: str) -> None:
    assert number(cell) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.125, "0.12"),
        (1234.5678, "1235"),
        (0.00123456, "0.0012"),
        (0.000123456, "1.2e-4"),
        (-99999.9, "-1e5"),
        (123456789, "1.2e8"),
        (-12345, "-12345"),
        (2.5, "2.5"),
        (9.96e-7, "1e-6"),
        (nan, "nan"),
        (-inf, "-inf"),
        (-0.0, "-0"),
        (True, "T"),
        ("1797259609 0", "1797259609 0"),
        ("1+2j", "1+2j"),
    ],
)
def test_where_there_is_little_room_numbers_have_two_digits(cell: float, text: str) -> None:
    assert shortened(cell) == text


@given(st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(-1e300, 1e300)))
def test_a_shortened_number_is_the_number_rounded_and_no_longer_than_it(cell: float) -> None:
    text = shortened(cell)
    step = 10.0 ** math.floor(math.log10(abs(cell))) / 10 if cell else 0.0
    assert abs(float(text) - cell) <= 0.5001 * step
    assert len(text) <= len(number(cell))


@pytest.mark.parametrize(
    ("cell", "dtype", "text"),
    [
        (float(np.float32(0.1)), "float32", "0.1"),
        (float(np.float32(1 / 3)), "float32", "0.33333334"),
        (1 / 3, "float64", "0.3333333333333333"),
        (float(np.float16(0.1)), "float16", "0.1"),
        (123456789, "int32", "123456789"),
        (nan, "float32", "nan"),
        (-0.0, "float32", "-0"),
        ("1797259609 0", "key<fry>", "1797259609 0"),
    ],
)
def test_the_whole_number_has_the_digits_that_tell_it_from_all_others_of_its_type(
    cell: Any, dtype: str, text: str
) -> None:
    assert whole(cell, dtype) == text


def test_rank_0_to_3_are_grids_with_their_numbers() -> None:
    assert texts(draw(figure()).items) == ["0"]
    assert [t for t in texts(draw(figure(3)).items) if t != "3"] == ["0", "1", "2"]
    matrix = draw(figure(2, 3))
    assert set(matrix.cells) == {(i, j) for i in range(2) for j in range(3)}
    assert matrix.cells[1, 0][1] > matrix.cells[0, 0][1]  # axis 0 runs down
    assert matrix.cells[0, 1][0] > matrix.cells[0, 0][0]  # axis 1 across
    sheets = draw(figure(4, 2, 3, levels=(0,), follow=(2,)))
    assert {index[0] for index in sheets.cells} == {2}  # the followed sheet lies in front
    assert len([i for i in sheets.items if "/" in i.key and isinstance(i, Rect)]) == 3


def test_more_axes_are_bars_as_long_as_the_logarithm_of_their_size() -> None:
    bars = draw(figure(32, 28, 28, 3, levels=(0,)))
    assert [t for t in texts(bars.items) if t.startswith("axis")] == ["axis 0", "axis 1", "axis 2", "axis 3"]
    assert [item.text for item in bars.items if isinstance(item, Text) and item.key.endswith(".size")][:4] == [
        "32",
        "28",
        "28",
        "3",
    ]
    assert rect(bars.items, "v/0").fill == "b1_fill"
    assert rect(bars.items, "v/1").fill == "surface"
    assert rect(bars.items, "v/0").width > rect(bars.items, "v/1").width > rect(bars.items, "v/3").width


def test_long_axes_show_their_first_entries_and_their_true_size() -> None:
    long = draw(figure(28))
    assert len(long.cells) == 8
    assert "28" in texts(long.items)
    assert "…" in texts(long.items)
    assert window(28, 8) == (0, 1, 2, 3, 4, 5, 6, 7, None)
    assert window(28, 8, 20) == (0, 1, 2, 3, 4, 5, 6, None, 20, None)
    assert window(28, 8, 27) == (0, 1, 2, 3, 4, 5, 6, None, 27)
    assert window(8, 8) == tuple(range(8))


@given(st.lists(st.integers(0, 40), max_size=5), st.sampled_from(LADDER), st.data())
def test_never_too_many_cells_and_all_inside_the_box(shape: list[int], style: Style, data: st.DataObject) -> None:
    dims = st.none() | st.integers(0, len(shape) - 1) if shape else st.none()
    first = data.draw(dims)
    second = data.draw(dims.filter(lambda dim: dim is None or dim != first))
    levels = data.draw(st.sampled_from([(first,), (first, second)]))
    table = data.draw(
        st.sampled_from([(None, None), (*levels[1:], levels[0])[:2] if len(levels) > 1 else (first, None)])
    )
    made = draw(figure(*shape, levels=levels, follow=(0, 0)[: len(levels)], table=table), style)
    assert len(made.cells) <= MOST_CELLS
    left, top, right, bottom = made.box
    for item in made.items:
        x0, y0, x1, y1 = item_box(item)
        assert x0 >= left - 0.01
        assert y0 >= top - 0.01
        assert x1 <= right + 0.01
        assert y1 <= bottom + 0.01
    places = list(made.cells.values())
    assert len({(round(x, 3), round(y, 3)) for x, y, _, _ in places}) == len(places)


def test_batched_cells_are_tinted_and_the_followed_example_is_framed() -> None:
    items = draw(figure(5, 3, levels=(0,), follow=(2,))).items
    assert rect(items, "v:1,0").fill == "b1_fill"
    assert rect(items, "v:2,0").fill == "b1_strong"
    frame = rect(items, "v@2")
    assert (frame.line, frame.thickness) == ("b1", 2.5)
    assert rect(items, "v@1").line == ""
    brackets = [i for i in items if isinstance(i, Path) and i.thickness == 2.5]
    assert {i.line for i in brackets} == {"b1"}
    dots = [i for i in items if isinstance(i, Rect) and i.key.endswith("dot0")]
    assert [i.fill for i in dots] == ["b1"]


def test_level_2_has_two_dots_and_two_lines() -> None:
    items = draw(figure(3, 2, levels=(None, 0), follow=(0, 1))).items
    assert len([i for i in items if isinstance(i, Rect) and "dot" in i.key and i.fill == "b2"]) == 2
    assert len([i for i in items if isinstance(i, Path) and ".line" in i.key and i.line == "b2"]) == 2


def test_two_batch_axes_are_a_table_level_2_down_level_1_across() -> None:
    made = draw(figure(4, 3, 2, levels=(0, 1), follow=(3, 1), table=(1, 0)))
    assert made.cells[0, 1, 0][1] > made.cells[0, 0, 0][1]
    assert made.cells[1, 0, 0][0] > made.cells[0, 0, 1][0]
    crossing = rect(made.items, "v@3,1")
    assert (crossing.line, crossing.thickness) == ("ink", 2.5)


def test_a_split_array_is_apart_and_numbered() -> None:
    whole, split = draw(figure(5, 3, levels=(0,))), draw(figure(5, 3, levels=(0,), table=(0, None)))
    assert split.cells[1, 0][1] - split.cells[0, 0][1] >= whole.cells[1, 0][1] - whole.cells[0, 0][1] + 6
    assert [t.text for t in split.items if isinstance(t, Text) and t.key.endswith(".n")] == list("01234")
    assert rect(split.items, "v@1").line == "b1"


def test_unknown_values_are_sunken_and_have_no_numbers() -> None:
    items = draw(Figure("v", (2, 2), levels=(0,))).items
    assert all(rect(items, f"v:{i},{j}").fill == "sunken" for i in range(2) for j in range(2))
    assert texts(items) == ["2", "2"]


def test_numbers_go_when_cells_are_small_and_the_tint_stays() -> None:
    items = draw(figure(3, levels=(0,)), SMALL[0]).items
    assert texts(items) == ["3"]
    assert rect(items, "v:1").fill == "b1_fill"


def test_a_stretched_axis_repeats_its_row_dashed() -> None:
    items = draw(figure(1, 2, repeats=((0, 3),))).items
    assert rect(items, "v:0,1").dash is None
    assert rect(items, "v:2,1").dash is not None
    assert [t for t in texts(items) if t != "2"] == ["0", "1", "0", "1", "0", "1"]


def test_one_example_of_a_preview() -> None:
    one = sliced(preview(2, 3), 1, 2)
    assert one is not None
    assert (one.shape, one.cells) == ((2,), (2.0, 5.0))
    assert sliced(preview(20, 3), 0, 12) is None


def test_moving_moves_everything() -> None:
    drawn = draw(figure(2, levels=(0,)))
    moved = drawn.at(10, 20)
    assert moved.cells[1,][0] == drawn.cells[1,][0] + 10
    assert moved.box[1] == drawn.box[1] + 20
    assert rect(moved.items, "v:1").y == rect(drawn.items, "v:1").y + 20


# Three and more levels: tables of tables.


def nested(*shape: int, levels: tuple[int | None, ...], follow: tuple[int, ...]) -> Figure:
    return apart_by_level(figure(*shape, levels=levels, follow=follow))


CUBE = nested(2, 3, 4, levels=(2, 1, 0), follow=(3, 1, 1))
FOUR = nested(2, 3, 4, 2, levels=(3, 2, 1, 0), follow=(1, 2, 0, 1))


def dots(items: tuple[Item, ...], dim: int) -> list[Rect]:
    return [item for item in items if isinstance(item, Rect) and f"[{dim}.dot" in item.key]


def lines(items: tuple[Item, ...], dim: int) -> list[Path]:
    return [item for item in items if isinstance(item, Path) and f"[{dim}.line" in item.key]


@pytest.mark.parametrize("drawn", [CUBE, FOUR])
def test_every_level_has_its_bracket_with_its_mark_beside_its_colour(drawn: Figure) -> None:
    items = draw(drawn).items
    for level, dim in enumerate(drawn.levels, 1):
        assert dim is not None
        role = f"b{min(level, 3)}"
        assert {dot.fill for dot in dots(items, dim)} == {line.line for line in lines(items, dim)} == {role}
        assert len(dots(items, dim)) == min(level, 3)
        assert len(lines(items, dim)) == min(level, 3)
        assert [item.text for item in items if isinstance(item, Text) and item.key == f"v[{dim}.size"] == [
            str(drawn.shape[dim])
        ]


def test_tables_stand_apart_more_than_what_is_in_them() -> None:
    cells = draw(FOUR).cells
    assert len(cells) == 48
    x, y = (lambda *at: cells[at][0]), (lambda *at: cells[at][1])
    in_table, between = x(0, 0, 0, 1) - x(0, 0, 0, 0), x(0, 1, 0, 0) - x(0, 0, 0, 1)
    assert 0 < in_table < between
    in_table, between = y(0, 0, 1, 0) - y(0, 0, 0, 0), y(1, 0, 0, 0) - y(0, 0, 3, 0)
    assert 0 < in_table < between
    assert len({x(*at) for at in cells}) == 3 * 2
    assert len({y(*at) for at in cells}) == 2 * 4


def test_the_brackets_of_a_table_measure_the_first_one_and_those_around_all() -> None:
    drawn = draw(CUBE)
    length = {dim: lines(drawn.items, dim)[0].points[1][0] - lines(drawn.items, dim)[0].points[0][0] for dim in (0, 2)}
    first = [drawn.cells[0, 0, n] for n in range(4)]
    assert length[2] == pytest.approx(first[-1][0] + first[-1][2] - first[0][0])
    assert length[0] == pytest.approx(drawn.grid[2] - drawn.grid[0])
    assert lines(drawn.items, 0)[0].points[0][1] < lines(drawn.items, 2)[0].points[0][1]  # higher up


@pytest.mark.parametrize("drawn", [CUBE, FOUR])
def test_the_followed_example_of_all_levels_is_framed_and_its_way_tinted(drawn: Figure) -> None:
    items = draw(drawn).items
    bold = [item.key for item in items if isinstance(item, Rect) and item.thickness == 2.5]
    assert bold == [f"v@{','.join(map(str, drawn.follow))}"]
    bands = {item.key: item for item in items if isinstance(item, Rect) and "=band" in item.key}
    assert [band.fill for band in bands.values()] == [
        f"b{min(level, 3)}_fill" for level in sorted(range(1, len(drawn.levels) + 1), key=lambda n: (-(n > 2), n))
    ]
    frame = rect(items, bold[0])
    for band in bands.values():
        assert band.x <= frame.x
        assert frame.x + frame.width <= band.x + band.width
    inner, outer = bands["v=band1"], bands["v=band3"]
    assert inner.width < outer.width  # the column is one of the followed table


def test_of_levels_without_room_the_followed_example_stands_there_and_says_so() -> None:
    drawn = draw(FOUR, Style(spread=2))
    assert {index[:2] for index in drawn.cells} == {(1, 0)}
    assert len(drawn.cells) == 8
    assert {"2, here 1", "3, here 0"} <= set(texts(drawn.items))
    assert [len([item for item in drawn.items if f"[cut{dim}.dot" in item.key]) for dim in (0, 1)] == [3, 3]
    assert not lines(drawn.items, 0)
    numbers = {index: text for index in drawn.cells for text in [number(FOUR.cell(index) or 0.0)]}
    shown = {i.key: i.text for i in drawn.items if isinstance(i, Text) and i.key.endswith("#")}
    assert {f"v:{','.join(map(str, index))}#": text for index, text in numbers.items()} == shown


def test_with_the_least_room_level_1_alone_stands_apart_and_every_other_says_which_in_its_colour() -> None:
    drawn = draw(FOUR, Style(spread=1))
    assert {index[:3] for index in drawn.cells} == {(1, 0, 2)}
    assert len(drawn.cells) == 2
    for dim, level, said in ((0, 4, "2, here 1"), (1, 3, "3, here 0"), (2, 2, "4, here 2")):
        marks = [item for item in drawn.items if item.key.startswith(f"v[cut{dim}.")]
        assert [item.text for item in marks if isinstance(item, Text)] == [said]
        assert {item.fill for item in marks if isinstance(item, Rect)} == {f"b{min(level, 3)}"}
        assert len([item for item in marks if isinstance(item, Rect)]) == min(level, 3)


def test_an_axis_that_is_the_only_one_is_never_left_out() -> None:
    for level in range(1, 7):
        levels = tuple(0 if number == level else None for number in range(1, 7))
        drawn = draw(nested(3, levels=levels, follow=(1,) * 6), Style(spread=2))
        assert len(drawn.cells) == 3
        assert len(lines(drawn.items, 0)) == min(level, 3)
        assert not [text for text in texts(drawn.items) if "here" in text]
        strong = [item.fill for item in drawn.items if isinstance(item, Rect) and item.key == "v:1"]
        assert strong == [f"b{min(level, 3)}_strong"]


def test_beyond_four_levels_the_followed_example_stands_for_all() -> None:
    five = nested(2, 2, 2, 2, 3, levels=(4, 3, 2, 1, 0), follow=(0, 0, 0, 0, 1))
    drawn = draw(five)
    assert {index[0] for index in drawn.cells} == {1}
    assert "2, here 1" in texts(drawn.items)


def test_a_dimension_that_holds_the_examples_of_two_levels_is_drawn_once() -> None:
    drawn = draw(nested(6, 2, levels=(0, 0, None), follow=(1, 1, 0)))
    assert len(drawn.cells) == 12


def test_numbers_stay_as_long_as_fewer_levels_apart_let_them() -> None:
    assert ladder(1) == ladder(2) == LADDER
    for levels in (3, 4, 9):
        styles = ladder(levels)
        clear = [style.numbers for style in styles]
        assert clear == sorted(clear, reverse=True)
        assert {style.spread for style in styles if style.numbers} == set(range(1, min(levels, 4))) | {4}
        assert [style for style in styles if not style.numbers] == [style for style in LADDER if not style.numbers]
