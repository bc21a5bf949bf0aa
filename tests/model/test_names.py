"""Names are found as people type them."""

from __future__ import annotations

import pytest

from vmapviz.model.names import loose, named


@pytest.mark.parametrize("typed", ["Lotka–Volterra", "lotka volterra", "LOTKA_VOLTERRA", "lotka-volterra"])
def test_spelling_does_not_matter(typed: str) -> None:
    assert named(typed, ["matvec", "Lotka–Volterra"]) == "Lotka–Volterra"


def test_the_exact_name_wins_and_others_are_none() -> None:
    assert named("A b", ["ab", "A b"]) == "A b"
    assert named("c", ["ab"]) is None
    assert loose("2×2 Café") == "2x2cafe"
