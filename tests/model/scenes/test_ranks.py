"""Ranks 0 to 6 with the batch axis in every place: its colour and mark on the right axis, true numbers, nothing over anything else."""

from __future__ import annotations

from itertools import combinations, product
from math import prod

import pytest
from msgspec.structs import replace

from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import CLEAR, LADDER, MOST_CELLS, Figure, Index, Style
from vmapviz.model.scenes.marks import item_box, number
from vmapviz.model.scenes.scene import Path, Rect, Text
from vmapviz.model.scenes.subject import apart_by_level
from vmapviz.model.values import Piece, Preview

SIZES = (2, 3, 5, 4, 2, 3)
PLACES = [(rank, dim) for rank in range(7) for dim in (None, *range(rank))]


def whole(shape: Index) -> Preview:
    """0, 1, 2… in row-major order."""
    return Preview("float32", shape, shape, tuple(float(n) for n in range(prod(shape))))


def figure(shape: Index, levels: tuple[int | None, ...], follow: tuple[int, ...] = (1, 1, 1)) -> Figure:
    return Figure("v", shape, "float32", whole(shape), levels, follow[: len(levels)], name="v", notes=("f32",))


def flat(shape: Index, index: Index) -> int:
    at = 0
    for size, here in zip(shape, index, strict=True):
        at = at * size + here
    return at


def roles(drawn: Drawn, dim: int) -> set[str]:
    """The colours of the lines and dots that mark a dimension: its bracket, the one into depth, or its bar."""
    found = set()
    for item in drawn.items:
        part = item.key.removeprefix("v")
        if part.startswith((f"[{dim}.", f"/{dim}.size", f"/{dim}.dot")) or part == f"/{dim}":
            colour = (
                item.line
                if isinstance(item, Path)
                else item.colour
                if isinstance(item, Text)
                else item.line or item.fill
            )
            found.add(colour)
    return found


def dots(drawn: Drawn, dim: int) -> int:
    return sum(item.key.startswith((f"v[{dim}.dot", f"v/{dim}.dot")) for item in drawn.items)


def said(drawn: Drawn, dim: int) -> str:
    """The size at the bracket or bar of a dimension."""
    keys = [f"v/{dim}.size", f"v[{dim}.size"]
    found = {i.key: i.text for i in drawn.items if isinstance(i, Text) and i.key in keys}
    return next(found[key] for key in keys if key in found)


def numbers_are_true(drawn: Drawn, shape: Index) -> int:
    """How many numbers are drawn: each is the one that belongs to the index which its key says, and stands in that cell."""
    count = 0
    for item in drawn.items:
        if isinstance(item, Text) and item.key.startswith("v:") and item.key.endswith("#"):
            index = tuple(int(n) for n in item.key[2:-1].split(",") if n)
            assert item.text == number(float(flat(shape, index)))
            x, y, width, height = drawn.cells[index]
            assert x < item.x < x + width
            assert y < item.y < y + height
            count += 1
    return count


def nothing_overlaps(drawn: Drawn) -> None:
    cells = list(drawn.cells.values())
    for (x, y, w, h), (a, b, c, d) in combinations(cells, 2):
        assert x + w <= a + 0.01 or a + c <= x + 0.01 or y + h <= b + 0.01 or b + d <= y + 0.01
    texts = [item_box(item) for item in drawn.items if isinstance(item, Text)]
    for one, other in combinations(texts, 2):
        apart = (
            one[2] <= other[0] + 0.5 or other[2] <= one[0] + 0.5 or one[3] <= other[1] + 0.5 or other[3] <= one[1] + 0.5
        )
        assert apart, (one, other)
    left, top, right, bottom = drawn.box
    for item in drawn.items:
        x0, y0, x1, y1 = item_box(item)
        assert min(x0 - left, y0 - top, right - x1, bottom - y1) >= -0.01, item


@pytest.mark.parametrize(("rank", "dim"), PLACES)
def test_the_batch_axis_keeps_its_colour_and_mark_wherever_it_stands(rank: int, dim: int | None) -> None:
    shape = SIZES[:rank]
    for level in (1, 2, 3):
        levels = (None,) * (level - 1) + (dim,)
        drawn = draw(figure(shape, levels))
        for each in range(rank):
            if each == dim:
                assert roles(drawn, each) == {f"b{level}"}
                assert (dots(drawn, each), said(drawn, each)) == (level, str(shape[each]))
            else:
                assert not {"b1", "b2", "b3"} & roles(drawn, each)
                assert (dots(drawn, each), said(drawn, each)) == (0, str(shape[each]))


@pytest.mark.parametrize(("rank", "dim"), PLACES)
@pytest.mark.parametrize("style", CLEAR, ids=lambda style: f"{style.width:g}x{style.limit}")
def test_the_numbers_are_those_at_the_index_they_claim(rank: int, dim: int | None, style: Style) -> None:
    shape = SIZES[:rank]
    drawn = draw(figure(shape, (dim,)), style)
    assert numbers_are_true(drawn, shape) == len(drawn.cells) > 0
    assert len(drawn.cells) <= MOST_CELLS
    nothing_overlaps(drawn)


@pytest.mark.parametrize(("rank", "dim"), [(rank, dim) for rank, dim in PLACES if dim is not None])
def test_the_followed_example_is_framed_at_every_rank(rank: int, dim: int) -> None:
    shape = SIZES[:rank]
    for at in range(shape[dim]):
        drawn = draw(figure(shape, (dim,), (at,)))
        (frame,) = [i for i in drawn.items if isinstance(i, Rect) and i.key == f"v@{at}"]
        assert (frame.line, frame.thickness) == ("b1", 2.5)
        inside = [place for index, place in drawn.cells.items() if index[dim] == at]
        assert (frame.x, frame.y) == (min(p[0] for p in inside), min(p[1] for p in inside))
        if rank >= 3:  # of sheets it lies in front, a slice is one of it
            assert len(inside) == len(drawn.cells)
        if rank > 3:
            (bar,) = [i for i in drawn.items if isinstance(i, Rect) and i.key == f"v/{dim}"]
            (mark,) = [i for i in drawn.items if isinstance(i, Rect) and i.key == f"v/{dim}.followed"]
            assert (mark.line, mark.thickness, mark.fill) == ("b1", 2.5, "b1_strong")
            assert mark.x + mark.width / 2 == pytest.approx(bar.x + bar.width * (at + 0.5) / shape[dim])


@pytest.mark.parametrize("pair", [p for p in product(range(6), range(6)) if p[0] != p[1]])
def test_two_levels_keep_their_two_colours_in_any_two_places(pair: tuple[int, int]) -> None:
    for rank in range(max(pair) + 1, 7):
        shape = SIZES[:rank]
        for made in (figure(shape, pair), apart_by_level(figure(shape, pair))):
            drawn = draw(made)
            for level, dim in enumerate(pair, 1):
                assert roles(drawn, dim) == {f"b{level}"}
                assert dots(drawn, dim) == level
            assert numbers_are_true(drawn, shape) in (len(drawn.cells), 0)
            nothing_overlaps(drawn)


def test_a_slice_says_its_index_and_the_true_sizes_where_it_goes_on() -> None:
    shape = (32, 28, 28, 3)
    made = replace(figure((1,), ()), shape=shape, preview=None, levels=(0,), follow=(9,))
    drawn = draw(made, LADDER[3])
    index = "".join(
        i.text for i in drawn.items if isinstance(i, Text) and i.key.startswith("v/index") and "word" not in i.key
    )
    assert index == "[9,:5,:5,0]"
    assert set(drawn.cells) == {(9, i, j, 0) for i in range(5) for j in range(5)}
    assert [i.text for i in drawn.items if isinstance(i, Text) and i.key.startswith("v[")] == ["… 28", "⋮ 28"]


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (5, 1, 3, 1, 2, 1), (1, 4, 1, 2), (2, 1, 3, 4, 5), (1, 2, 3, 1, 4, 5)])
def test_axes_of_size_1_count_only_where_they_hold_the_examples(shape: Index) -> None:
    for dim in (None, *range(len(shape))):
        drawn = draw(figure(shape, (dim,), (0,)))
        wide = sum(size > 1 or d == dim for d, size in enumerate(shape))
        assert any(item.key == "v/0" for item in drawn.items) == (wide > 3)
        assert numbers_are_true(drawn, shape) == len(drawn.cells) > 0
        if dim is not None:
            assert (roles(drawn, dim), dots(drawn, dim)) == ({"b1"}, 1)
        nothing_overlaps(drawn)


@pytest.mark.parametrize("shape", [s for rank in range(1, 6) for s in product((0, 3), repeat=rank) if 0 in s])
def test_an_array_without_cells_is_a_dashed_box_with_its_sizes(shape: Index) -> None:
    for levels in [(dim,) for dim in (None, *range(len(shape)))] + [(0, len(shape) - 1)] * (len(shape) > 1):
        for made in (figure(shape, levels), apart_by_level(figure(shape, levels))):
            drawn = draw(made)
            assert drawn.cells == {}
            (box,) = [i for i in drawn.items if isinstance(i, Rect) and i.key == "v/empty"]
            assert box.dash is not None
            assert min(box.width, box.height) > 10
            for dim, size in enumerate(shape):
                assert said(drawn, dim) == str(size)
                if dim in levels:
                    assert roles(drawn, dim) == {f"b{levels.index(dim) + 1}"}
            nothing_overlaps(drawn)


def test_sheets_that_are_left_out_are_dots() -> None:
    shape = (9, 2, 3)
    drawn = draw(figure(shape, (0,)))
    sheets = [i for i in drawn.items if isinstance(i, Rect) and i.key.startswith("v:") and "/" in i.key]
    assert [i.key for i in sheets if i.fill == "b1_fill"] == [f"v:0,0/{n}" for n in (4, 3, 2, 0)]
    assert len([i for i in sheets if i.fill == "ink3"]) == 3
    assert said(drawn, 0) == "9"


def test_an_axis_into_which_examples_were_merged_says_so_and_frames_none_of_them() -> None:
    for shape, dim in (((10, 3), 0), ((2, 3, 10), 2), ((2, 3, 2, 10), 3)):
        made = replace(figure(shape, (dim,)), merged=((dim, 5),))
        for drawn in (draw(made), draw(apart_by_level(made))):
            assert said(drawn, dim) == "10 = 5 × 2"
            assert roles(drawn, dim) == {"b1"}
            assert dots(drawn, dim) >= 1
            assert not [i for i in drawn.items if "@" in i.key or i.key.endswith(".followed")]
            assert {i.fill for i in drawn.items if isinstance(i, Rect) and i.key.startswith("v:")} <= {
                "b1_fill",
                "ink3",
            }
            assert numbers_are_true(drawn, shape) == len(drawn.cells)


def test_nothing_is_struck_that_is_not_known_to_be_thrown_away() -> None:
    piece = Piece("v", True, 0, (3, 0), (1, 2), (6.0, 7.0))
    sent = Preview("float32", (4, 2), (2, 2), (0.0, 1.0, 2.0, 3.0))
    made = Figure("v", (4, 2), "float32", sent, (0,), (3,), pieces=(piece,), kept=frozenset({(0, 0)}))
    struck = {i.key: i.strike for i in draw(made).items if isinstance(i, Text) and i.key.endswith("#")}
    assert struck == {"v:0,0#": False, "v:0,1#": True, "v:3,0#": False, "v:3,1#": False}
