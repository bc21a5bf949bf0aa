"""A literal over a pytree gives every leaf its axis, and refuses what no literal can say."""

from __future__ import annotations

import pytest

from vmapviz.model.axis_trees import Leaves, Spec, UnfitError, axis_at, changed, edited
from vmapviz.model.expressions import expression
from vmapviz.model.paths import parse_path


def test_a_value_reaches_every_leaf_below_it() -> None:
    spec: Spec = ({"w": [0, None]}, 1)
    assert axis_at(spec, parse_path("[0]['w'][0]")) == 0
    assert axis_at(spec, parse_path("[0]['w'][1].deep")) is None
    assert axis_at(spec, parse_path("[1]['anything']")) == 1


@pytest.mark.parametrize("path", ["", "[2]", "['w']", "[0]", "[0].w", ".x"])
def test_a_place_the_literal_does_not_have(path: str) -> None:
    with pytest.raises(UnfitError):
        axis_at(({"w": 0}, 1), parse_path(path))


def test_an_unknown_row_is_refused_only_where_it_must_be_built() -> None:
    first, second = parse_path("[0]"), parse_path("[1]")
    leaves: Leaves = {first: 0, second: 0}
    assert changed([0, 1], {first: 0, second: 1}, first, None, lambda _: None) == [None, 1]
    with pytest.raises(UnfitError, match="list or a tuple"):
        changed(0, leaves, first, None, lambda _: None)


def test_equal_values_of_another_kind_are_written_anew() -> None:
    parsed = expression("(0, [1, 2])")
    assert parsed is not None
    assert edited(parsed, (0, [1, 2]), (0, (1, 2))) == "(0, (1, 2))"
    assert edited(parsed, (0, [1, 2]), (5, [1, 3])) == "(5, [1, 3])"
