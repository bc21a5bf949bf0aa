"""The programs of a lecture: as large as they have room for, their parameters in a size of their own."""

from __future__ import annotations

import pytest

from tests.model.traces import PROGRAMS, traced
from vmapviz.model.programs import Layout, layout
from vmapviz.model.programs.columns import PARAMS, Column, columns, fitting
from vmapviz.model.scenes.programs.items import row_items
from vmapviz.model.scenes.programs.picture import header_items
from vmapviz.model.scenes.scene import Text

MOST, LEAST, PIXELS = 2.0, 17 / 11, 18.0


def zoomed(placed: Layout, width: float) -> tuple[float, tuple[Column, ...]]:
    zoom = fitting(placed, width, MOST, LEAST, PIXELS)
    return zoom, columns(placed, width / zoom, PIXELS / zoom)


def code(placed: Layout, made: tuple[Column, ...]) -> list[str]:
    """The texts of all equations, each as it is shown."""
    rows = [(row, column) for column in made for row in placed.rows[column.number] if row.kind == "equation"]
    return [" ".join(i.text for i in row_items(*both) if isinstance(i, Text)) for both in rows]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_zoom_between_the_least_and_the_most_cuts_next_to_nothing(name: str) -> None:
    placed = layout(traced(name), shown=range(2))
    zoom, made = zoomed(placed, 1260)
    assert LEAST <= zoom <= MOST
    cut = [text for text in code(placed, made) if "…" in text]
    if zoom > LEAST:
        assert len(cut) <= 0.05 * sum(map(len, placed.rows)) + 1, cut


def test_a_narrow_window_has_smaller_text_and_a_wide_one_the_largest() -> None:
    placed = layout(traced("layer"))
    zooms = [zoomed(placed, width)[0] for width in (900, 1100, 1200, 1260, 1500, 1900)]
    assert zooms == sorted(zooms)
    assert (zooms[0], zooms[-1]) == (LEAST, MOST)
    assert LEAST < zooms[3] < MOST


def test_parameters_keep_their_size_on_the_screen_at_every_zoom() -> None:
    placed = layout(traced("layer"))
    for width in (900, 1260, 1900):
        zoom, made = zoomed(placed, width)
        texts = [
            item
            for row in placed.rows[1]
            for item in row_items(row, made[1])
            if isinstance(item, Text) and "=(" in item.text
        ]
        assert texts
        assert {round(text.size * zoom, 6) for text in texts} == {PIXELS}
    assert {column.params for column in columns(placed, 910)} == {PARAMS}


def test_only_a_lecture_goes_without_the_heading_of_the_batch_track() -> None:
    placed = layout(traced("layer"))

    def headings(made: tuple[Column, ...]) -> list[str]:
        return [item.text for item in header_items(placed.trace, "layer", made) if isinstance(item, Text)]

    assert "batch axis" in headings(columns(placed, 910))
    assert "batch axis" not in headings(zoomed(placed, 1260)[1])
