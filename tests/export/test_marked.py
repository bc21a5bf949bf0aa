"""Sentences with marks in lines: nothing leaves the width, and no full stop stands alone."""

from __future__ import annotations

import pytest

from vmapviz.export.marked import marked_lines, plain
from vmapviz.model.scenes.measure import text_width

WORDS = "**reduce_sum** sums along the same axis of every example: axis 0 alone, axis 1 in the batch. It stays axis 0 of `b`."


@pytest.mark.parametrize("width", range(120, 900, 7))
def test_lines_hold_all_words_within_the_width_and_punctuation_with_what_it_ends(width: int) -> None:
    texts, last = marked_lines(WORDS, 10, 0, width, 15, 22)
    lines: dict[float, str] = {}
    for text in texts:
        lines[text.y] = lines.get(text.y, "") + text.text
        assert text.x + text_width(text.text, text.size, text.mono, text.weight) <= 10 + width
    assert "".join(lines.values()) == plain(WORDS).replace(" ", "")
    assert max(lines) == last
    assert all(line[0] not in ".,:" for line in lines.values())
