"""Large numbers as people write them."""

from __future__ import annotations

import pytest

from vmapviz.model.sizes_text import bytes_short, bytes_text, count_short, count_text


@pytest.mark.parametrize(
    ("size", "long", "short"),
    [
        (0, "0 bytes", "0 B"),
        (1, "1 byte", "1 B"),
        (344, "344 bytes", "344 B"),
        (999.6, "1 kB", "1 kB"),
        (5_140, "5.14 kB", "5.1 kB"),
        (641_800_000, "642 MB", "640 MB"),
        (4e12, "4 TB", "4 TB"),
        (3.2e21, "3,200 EB", "3,200 EB"),
    ],
)
def test_bytes(size: float, long: str, short: str) -> None:
    assert (bytes_text(size), bytes_short(size)) == (long, short)


def test_counts() -> None:
    assert [count_text(n) for n in (12, 2_100_000, 9.9996e8)] == ["12", "2.1 million", "1 billion"]
    assert [count_short(n) for n in (770, 12_345, 2_160_000)] == ["770", "12 k", "2.2 M"]
