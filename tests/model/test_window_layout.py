"""Which panels a window of some size shows."""

from __future__ import annotations

import pytest

from vmapviz.model.window_layout import WindowLayout, layout_for


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [
        (1440, 900, WindowLayout(True, True, True, True)),
        (1280, 720, WindowLayout(True, True, True, True)),
        (1279, 900, WindowLayout(False, True, True, True)),
        (1099, 900, WindowLayout(False, False, True, True)),
        (1440, 719, WindowLayout(True, True, False, True)),
        (700, 500, WindowLayout(False, False, False, True)),
    ],
)
def test_what_gives_way(width: float, height: float, shown: WindowLayout) -> None:
    assert layout_for(width, height, "shapes") == shown


def test_times_and_prints_have_no_steps() -> None:
    assert [layout_for(1440, 900, tab).steps for tab in ("values", "result", "timing", "output")] == [
        True,
        True,
        False,
        False,
    ]


def test_three_programs_need_the_room_of_the_examples() -> None:
    assert [layout_for(1440, 900, "shapes", programs).examples for programs in (0, 1, 2, 3)] == [
        True,
        True,
        True,
        False,
    ]
    assert layout_for(1600, 900, "shapes", 3).examples
