"""Cases are variations that can be picked and left again."""

from __future__ import annotations

import pytest

from vmapviz.model.experiment import Case, Experiment, ExperimentError, Vmap, pick

PLAIN = Experiment(
    source="def f(x): return x",
    function="f",
    arguments="f32[3]",
    levels=(Vmap("0", "0", axis_name="i"), Vmap("1")),
    cases=(Case("2×2", arguments="f32[2]", in_axes="1"), Case("Other", function="g", levels=(Vmap("2"),), devices=2)),
)


def test_a_case_changes_what_it_says_and_nothing_else() -> None:
    picked = pick(PLAIN, "2x2")
    assert (picked.arguments, picked.function, picked.case) == ("f32[2]", "f", "2×2")
    assert picked.levels == (Vmap("1", "0", axis_name="i"), Vmap("1"))


def test_levels_of_a_case_replace_all_levels() -> None:
    picked = pick(PLAIN, "other")
    assert (picked.function, picked.levels, picked.devices) == ("g", (Vmap("2"),), 2)


def test_leaving_a_case_gives_the_experiment_back() -> None:
    assert pick(pick(PLAIN, "2x2"), None) == PLAIN
    assert pick(pick(PLAIN, "other"), "2x2") == pick(PLAIN, "2x2")
    assert pick(PLAIN, None) == PLAIN


def test_a_case_that_is_not_there() -> None:
    with pytest.raises(ExperimentError, match=r"There is no case `3×3`; there are: `2×2`, `Other`\."):
        pick(PLAIN, "3×3")
    with pytest.raises(ExperimentError, match="there are: none"):
        pick(Experiment(), "a")
