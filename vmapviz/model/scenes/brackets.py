"""The brackets around an array: which axis runs where, how long it is, and which one counts the examples."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.scenes.layout import Figure, Plan
from vmapviz.model.scenes.marks import CAP, LABEL, Box, Role, axis_label, bracket, oblique
from vmapviz.model.scenes.scene import Item


def brackets(figure: Figure, places: Plan, grid: Box, width: float, lift: float) -> Iterator[Item]:
    """The brackets around the box of a figure's cells: of the table when there is one, else of every axis of the grid.

    `width` is that of the front sheet, `lift` how far the last sheet stands from it.
    """
    key = figure.key
    if figure.bare:
        return
    if figure.table != (None, None):
        if len(figure.levels) > 1:
            yield from _upright(figure, places.outer[0], grid[0] - (6 if _two(figure) else 0), grid[1], grid[3], key)
            yield from _level(figure, places.outer[1], grid[1] - 10 - (4 if _two(figure) else 0), grid[0], grid[2], key)
        return
    top = grid[1] + lift
    right = grid[0] + width
    yield from _upright(figure, places.down, grid[0], top, grid[3], key)
    if places.depth is not None:
        yield from _level(figure, places.across, grid[3] + 10, grid[0], right, key, below=True)
        role, size = figure.role(places.depth), figure.shape[places.depth]
        yield from oblique(role, right + 6, grid[3] + 3, lift + 8, f"{key}^")
        yield from axis_label(role, size, right + lift / 2 + 18, grid[3] - lift / 2 + 10, 0.0, f"{key}^")
    else:
        yield from _level(figure, places.across, top - 9, grid[0], right, key)


def _two(figure: Figure) -> bool:
    return sum(dim is not None for dim in figure.levels) > 1


def _shown(figure: Figure, dim: int | None) -> Role | None:
    """The role of an axis whose bracket is worth drawing."""
    if dim is None or (figure.shape[dim] == 1 and figure.role(dim) == ""):
        return None
    return figure.role(dim)


def _upright(figure: Figure, dim: int | None, x: float, top: float, bottom: float, key: str) -> Iterator[Item]:
    role = _shown(figure, dim)
    if role is None or dim is None:
        return
    yield from bracket(role, top, bottom, x - 9, True, f"{key}[{dim}")
    y = (top + bottom) / 2 + CAP * LABEL
    yield from axis_label(role, figure.shape[dim], x - 17, y, 1.0, f"{key}[{dim}")


def _level(
    figure: Figure, dim: int | None, y: float, left: float, right: float, key: str, below: bool = False
) -> Iterator[Item]:
    role = _shown(figure, dim)
    if role is None or dim is None:
        return
    yield from bracket(role, left, right, y, False, f"{key}[{dim}")
    base = y + 17 if below else y - 8
    yield from axis_label(role, figure.shape[dim], (left + right) / 2, base, 0.5, f"{key}[{dim}")
