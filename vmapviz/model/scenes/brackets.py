"""The brackets around an array: which axis runs where, how long it is, and which one counts the examples."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.scenes.layout import Figure, Plan
from vmapviz.model.scenes.marks import CAP, LABEL, Box, Role, axis_label, bracket, label_width, oblique
from vmapviz.model.scenes.scene import Item

FARTHER, HIGHER = 52.0, 28.0  # from the brackets of one table to those of all


def brackets(figure: Figure, places: Plan, grid: Box, front: tuple[float, float], lift: float) -> Iterator[Item]:
    """The brackets around the box of a figure's cells: of the tables when there are some, else of every axis of the grid.

    `front` are width and height of the first table, or of the front sheet, `lift` is how far the last sheet stands from it.
    """
    if figure.bare:
        return
    if figure.apart:
        if len(figure.levels) > 1:
            yield from _of_tables(figure, places, grid, front)
        return
    top, key = grid[1] + lift, figure.key
    right = grid[0] + front[0]
    if figure.right and places.depth is None:
        yield from _upright(figure, places.down, right, top, grid[3], key, side=1)
    else:
        yield from _upright(figure, places.down, grid[0], top, grid[3], key)
    if places.depth is not None:
        yield from _level(figure, places.across, grid[3] + 10, grid[0], right, key, below=True)
    if places.depth is not None and not figure.again(places.depth):
        role, size = figure.role(places.depth), figure.size_text(places.depth)
        yield from oblique(role, right + 6, grid[3] + 3, lift + 8, f"{key}[{places.depth}")
        yield from axis_label(role, size, right + lift / 2 + 18, grid[3] - lift / 2 + 10, 0.0, f"{key}[{places.depth}")
    elif places.depth is None:
        yield from _level(figure, places.across, top - 9, grid[0], right, key)


def _of_tables(figure: Figure, places: Plan, grid: Box, front: tuple[float, float]) -> Iterator[Item]:
    """Of the first table its rows and columns; farther out, of all tables the same."""
    left, top, key = grid[0], grid[1], figure.key
    x, y = left - (6 if _two(figure) else 0), top - 10 - (4 if _two(figure) else 0)
    yield from _upright(figure, places.outer[0], x, top, top + front[1], key)
    yield from _level(figure, places.outer[1], y, left, left + front[0], key)
    inner = _shown(figure, places.outer[0]), _shown(figure, places.outer[1])
    yield from _upright(figure, places.around[0], x - (FARTHER if inner[0] is not None else 4), top, grid[3], key)
    above = y - (HIGHER if inner[1] is not None else 4)
    yield from _level(figure, places.around[1], above, left, grid[2], key)
    if _shown(figure, places.around[1]) is not None:
        yield from _cut(figure, places.around[1], above, left, grid[2])
    else:
        yield from _cut(figure, places.outer[1], y, left, left + front[0])


def _cut(figure: Figure, dim: int | None, y: float, left: float, right: float) -> Iterator[Item]:
    """Which example of the levels that are cut is drawn, outermost first: behind the label of `dim`, over its bracket at y."""
    role = _shown(figure, dim)
    own = label_width(role, figure.size_text(dim)) / 2 if role is not None and dim is not None else 0.0
    x = (left + right) / 2 + own + 20 if own else left
    for level in reversed(figure.cut):
        cut = figure.levels[level - 1]
        if cut is not None:
            said = f"{figure.shape[cut]}, here {figure.cut_dims[cut]}"
            ends = x + label_width(level, said)
            if own and right - 8 < ends < right + 12:  # not onto the bracket's end
                x -= min(ends - right + 8, 12)
            yield from axis_label(level, said, x, y - 8, 0.0, f"{figure.key}[cut{cut}")
            x += label_width(level, said) + 20


def _two(figure: Figure) -> bool:
    return sum(dim is not None for dim in figure.levels) > 1


def _shown(figure: Figure, dim: int | None) -> Role | None:
    """The role of an axis whose bracket is worth drawing."""
    if dim is None or (figure.shape[dim] == 1 and figure.role(dim) == ""):
        return None
    return figure.role(dim)


def _upright(
    figure: Figure, dim: int | None, x: float, top: float, bottom: float, key: str, side: int = -1
) -> Iterator[Item]:
    """The bracket of an axis that runs down, at the left (-1) or right (1) of x."""
    role = _shown(figure, dim)
    if role is None or dim is None:
        return
    yield from bracket(role, top, bottom, x + 9 * side, True, f"{key}[{dim}")
    y = (top + bottom) / 2 + CAP * LABEL
    yield from axis_label(role, figure.size_text(dim), x + 17 * side, y, 1.0 if side < 0 else 0.0, f"{key}[{dim}")


def _level(
    figure: Figure, dim: int | None, y: float, left: float, right: float, key: str, below: bool = False
) -> Iterator[Item]:
    role = _shown(figure, dim)
    if role is None or dim is None:
        return
    yield from bracket(role, left, right, y, False, f"{key}[{dim}")
    base = y + 17 if below else y - 8
    yield from axis_label(role, figure.size_text(dim), (left + right) / 2, base, 0.5, f"{key}[{dim}")
