"""A way to measure in words: where its Python runs, and where it cannot."""

from __future__ import annotations

import pytest

from vmapviz.model.timing import WayText
from vmapviz.model.way_words import mark_words, python_words, refused_words

CODE = "jax.pmap(f)(x)"


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (WayText("pmap", CODE, "64 examples"), ("Its Python for 64 examples", "", "")),
        (
            WayText("pmap", CODE, "", ((9, "8 devices do not divide 9"),)),
            ("Its Python, which cannot run here", "not here", "Not here: 8 devices do not divide 9."),
        ),
        (
            WayText("pmap", CODE, "8 examples", ((9, "8 devices do not divide 9"), (10, "8 devices do not divide 10"))),
            (
                "Its Python for 8 examples",
                "not at 9 and 10",
                "Not at 9: 8 devices do not divide 9. Not at 10: 8 devices do not divide 10.",
            ),
        ),
        (
            WayText("pmap", CODE, "2 devices", tuple((n, "there are 2 devices") for n in (4, 8, 12, 16))),
            ("Its Python for 2 devices", "not at 4, 8 and 2 more", "Not at 4, 8 and 2 more: there are 2 devices."),
        ),
        (
            WayText("by hand", "", "", ((1, "there is no reference function"),)),
            ("", "not here", "Not here: there is no reference function."),
        ),
    ],
)
def test_what_is_said_of_a_way(way: WayText, words: tuple[str, str, str]) -> None:
    assert (python_words(way), mark_words(way), refused_words(way)) == words
