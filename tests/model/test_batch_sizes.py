"""Batch sizes as typed."""

from __future__ import annotations

import pytest

from vmapviz.model.batch_sizes import batches_text, parse_batches, short_text


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("1, 4, 16", (1, 4, 16)),
        ("16 4;1 4", (1, 4, 16)),
        ("1, 4, …, 1024", (1, 4, 16, 64, 256, 1024)),
        ("1, 4, ..., 1000", (1, 4, 16, 64, 256, 1000)),
        ("1,2,…,10", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        ("1, 2, …, 8", (1, 2, 4, 8)),
        ("3, 5, …, 11", (3, 5, 7, 9, 11)),
        ("1, 4, 16, …", (1, 4, 16, 64, 256, 1024)),
    ],
)
def test_sizes_are_read(text: str, sizes: tuple[int, ...]) -> None:
    assert parse_batches(text) == sizes
    assert parse_batches(batches_text(sizes)) == sizes
    assert parse_batches(short_text(sizes)) == sizes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Type batch sizes"),
        ("0", "0 is not a batch size"),
        ("1, x", "x is not a batch size"),
        ("-4", "-4 is not a batch size"),
        ("2.5", "2.5 is not"),
        ("4, …, 64", "Two rising numbers"),
        ("1, 2, …, ten", "ten is not"),
        ("99999999999", "is not a batch size"),
        ("2, 3, …, 1000", "44 batch sizes: 40 are the most"),
        (" ".join(map(str, range(1, 60))), "59 batch sizes"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    found = parse_batches(text)
    assert isinstance(found, str)
    assert says in found
