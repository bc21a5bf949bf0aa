"""JAX's places in a pytree are read step by step."""

from __future__ import annotations

import pytest

from vmapviz.model.paths import parse_path


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("", ()),
        ("['w']", ("w",)),
        ("['w'][0]", ("w", 0)),
        ('["it\'s"][3]', ("it's", 3)),
        ("['a]b']", ("a]b",)),
        (".mean['w']", (None, "w")),
        ("[(1, 2)]", (None,)),
        ("[oops]", (None,)),
        ("[<flat index 0>]", (None,)),
    ],
)
def test_steps(path: str, values: tuple[str | int | None, ...]) -> None:
    steps = parse_path(path)
    assert tuple(step.value for step in steps) == values
    assert "".join(step.text for step in steps) == path
