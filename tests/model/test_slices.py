"""The slice of an array with many axes: which is seen first, what its index says, and which cells that needs."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model.slices import (
    FIRST,
    Region,
    Slice,
    SliceError,
    beginning,
    box_of,
    first_slice,
    holding,
    is_known,
    is_sliced,
    parsed_slice,
    shown_slice,
    slice_entries,
)
from vmapviz.model.values import Piece, Preview

SHAPE = (32, 28, 20, 3)


def test_the_two_longest_axes_without_examples_are_seen_first() -> None:
    assert first_slice(SHAPE, {0: 5}) == Slice((0, 0, 0, 0), (1, 2))
    assert first_slice((2, 9, 3, 30, 4), {3: 1}).dims == (1, 4)
    assert first_slice((2, 2, 2, 2), (0, 1, 2)).dims == (0, 3)


def test_an_array_of_three_long_axes_needs_none() -> None:
    assert not is_sliced((5, 1, 2, 1, 3), ())
    assert is_sliced((5, 1, 2, 1, 3), (1,))
    assert is_sliced((5, 0, 2, 3), ())


def test_the_slice_lies_at_the_followed_example_and_inside() -> None:
    assert shown_slice(Slice((3, 99, 0, 2), (1, 2)), SHAPE, {0: 7}).at == (7, 27, 0, 2)
    assert shown_slice(Slice((3, 0, 0, 2), (0, 1)), SHAPE, {0: 7}).at[0] == 3  # the examples run down
    assert shown_slice(Slice((1, 1), (0, 1)), SHAPE, {0: 7}) == Slice((7, 0, 0, 0), (1, 2))
    assert shown_slice(None, (4, 0, 2, 2), {}).at == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "at", "dims"),
    [
        ("[0, :, :, 2]", (0, 0, 0, 2), (1, 2)),
        ("-1, 4:, 0, 1:3", (31, 4, 0, 1), (1, 3)),
        (" [ 5 , 1 , -20: , : ] ", (5, 1, 0, 0), (2, 3)),
    ],
)
def test_an_index_is_read_as_python_reads_it(text: str, at: tuple[int, ...], dims: tuple[int, int]) -> None:
    assert parsed_slice(text, SHAPE) == Slice(at, dims)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[0, :, :]", "each of the 4 axes"),
        ("[0, 1, :, 2]", "a colon for two"),
        ("[:, :, :, 2]", "a colon for two"),
        ("[32, :, :, 2]", "Axis 0 has the entries 0 to 31"),
        ("[0, 28:, :, 2]", "Axis 1 has the entries 0 to 27"),
        ("[x, :, :, 2]", "x is no entry of axis 0"),
        ("[, :, :, 2]", "Nothing is no entry of axis 0"),
    ],
)
def test_what_is_no_index_is_said(text: str, said: str) -> None:
    with pytest.raises(SliceError, match=said):
        parsed_slice(text, SHAPE)


slices = st.tuples(
    st.tuples(*(st.integers(0, size - 1) for size in SHAPE)),
    st.sampled_from([(a, b) for a, b in product(range(4), range(4)) if a < b]),
).map(lambda pair: Slice(*pair))
cells = st.tuples(*(st.integers(0, size - 1) for size in SHAPE))


@given(slices, st.integers(1, FIRST))
def test_what_an_index_says_is_the_slice_again(found: Slice, length: int) -> None:
    spans = {dim: (found.at[dim], min(length, SHAPE[dim] - found.at[dim])) for dim in found.dims}
    assert parsed_slice(f"[{', '.join(slice_entries(found, SHAPE, spans))}]", SHAPE) == found


@given(slices, cells, st.integers(1, FIRST))
def test_a_held_cell_is_seen_in_every_style_and_its_numbers_are_asked_for(
    found: Slice, index: tuple[int, ...], length: int
) -> None:
    held = holding(found, index)
    start, sizes = box_of(SHAPE, {}, held)
    for dim in range(4):
        if dim in held.dims:
            begin = held.begins(dim, length)
            assert begin <= index[dim] < begin + length
            assert start[dim] <= begin
            assert min(begin + length, SHAPE[dim]) <= start[dim] + sizes[dim]
        else:
            assert (held.at[dim], start[dim], sizes[dim]) == (index[dim], index[dim], 1)


def test_another_entry_of_a_long_axis_stands_in_the_middle() -> None:
    found = Slice((0, 0, 0, 0), (1, 2))
    assert beginning(found, 1, 14, 28).at == (0, 10, 0, 0)
    assert beginning(found, 1, 27, 28).at == (0, 20, 0, 0)
    assert beginning(found, 3, 2, 3) == Slice((0, 0, 0, 2), (1, 2))


def test_cells_are_known_from_what_was_sent_and_from_what_was_asked_for() -> None:
    preview = Preview("float32", SHAPE, (8, 8, 8, 3), (0.0,) * (8 * 8 * 8 * 3))
    near, far = (Region("a", True, 0, (at, 0, 0, 0), (1, 8, 8, 1)) for at in (7, 8))
    assert is_known(near, preview, ())
    assert not is_known(far, preview, ())
    piece = Piece("a", True, 0, (8, 0, 0, 0), (1, 8, 9, 1), tuple(float(n) for n in range(72)))
    assert is_known(far, preview, (piece,))
    assert not is_known(Region("b", True, 0, far.start, far.sizes), preview, (piece,))
    assert not is_known(Region("a", False, 0, far.start, far.sizes), preview, (piece,))
    assert (piece.cell((8, 0, 0, 0)), piece.cell((8, 2, 3, 0)), piece.cell((8, 7, 8, 0))) == (0.0, 21.0, 71.0)
    assert [piece.cell(at) for at in ((7, 0, 0, 0), (8, 8, 0, 0), (8, 0, 9, 0), (8, 0, 0, 1))] == [None] * 4
    assert is_known(Region("a", True, 0, (0, 0, 0, 0), (1, 0, 8, 1)), None, ())  # no cells: nothing is missing
