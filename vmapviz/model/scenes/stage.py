"""Puts drawn arrays beside and below each other, and a picture's title and caption around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from msgspec.structs import replace

from vmapviz.model.scenes.arrays import Drawn
from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.scenes.marks import CAP, Box, bounds, shifted
from vmapviz.model.scenes.measure import elided
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text

Size = tuple[float, float]
MARGIN = 24.0
HEAD, FOOT = 30.0, 30.0


def beside(parts: Iterable[Drawn], gap: float, room: Size = (inf, inf)) -> list[Drawn]:
    """The arrays from left to right from x = 0, the middles of their cells on y = 0; none behind one that reaches beyond the room."""
    placed: list[Drawn] = []
    x = 0.0
    for part in parts:
        moved = part.at(x - part.box[0], -(part.grid[1] + part.grid[3]) / 2)
        placed.append(moved)
        x = moved.box[2] + gap
        if x > room[0] or moved.box[3] - moved.box[1] > room[1]:
            break
    return placed


def below(parts: Sequence[Drawn], gap: float) -> list[Drawn]:
    """The arrays from top to bottom from y = 0, their cells ending at the same x = 0."""
    placed: list[Drawn] = []
    y = 0.0
    for part in parts:
        moved = part.at(-part.grid[2], y - part.box[1])
        placed.append(moved)
        y = moved.box[3] + gap
    return placed


def centred_below(parts: Sequence[Drawn], gap: float) -> list[Drawn]:
    """The arrays from top to bottom from y = 0, the middles of their cells on x = 0."""
    return [part.at((part.grid[2] - part.grid[0]) / 2, 0.0) for part in below(parts, gap)]


def box_of(parts: Iterable[Drawn]) -> Box:
    """The box around arrays."""
    boxes = [part.box for part in parts]
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def all_at(parts: Iterable[Drawn], dx: float, dy: float) -> list[Drawn]:
    """The arrays moved together."""
    return [part.at(dx, dy) for part in parts]


def middle(drawn: Drawn) -> float:
    """The height of the middle of an array's cells."""
    return (drawn.grid[1] + drawn.grid[3]) / 2


def sign(text: str, x: float, y: float, key: str = "") -> Text:
    """An operator between arrays, its middle at (x, y)."""
    size = 15.0 if len(text) < 3 else 13.0
    return Text(x, y + CAP * size, text, "ink", size, 500, mono=True, anchor="middle", key=key)


def onto(
    copy: Drawn, figure: Figure, places: dict[Index, tuple[float, float, float, float]], frame: Rect | None = None
) -> list[Item]:
    """The cells of `copy`, a drawing of `figure`, lying where `places` says: where a copy begins its way.

    `frame` is the line around its origin; the copy's own frame begins there.
    """
    items: list[Item] = []
    by_key = {figure.cell_key(index): index for index in copy.cells}
    for item in copy.items:
        index = by_key.get(item.key.removesuffix("#"))
        place = places.get(index) if index is not None else None
        if place is None or index is None:
            continue
        x, y, width, height = place
        old = copy.cells[index]
        if isinstance(item, Rect):
            items.append(replace(item, x=x, y=y, width=width, height=height))
        else:
            dx, dy = x + width / 2 - old[0] - old[2] / 2, y + height / 2 - old[1] - old[3] / 2
            items.extend(replace(each, width=width - 2) for each in shifted([item], dx, dy) if isinstance(each, Text))
    own = next((i for i in copy.items if isinstance(i, Rect) and i.key == f"{figure.key}@{figure.framed}"), None)
    if own is not None and frame is not None:
        items.append(replace(own, x=frame.x, y=frame.y, width=frame.width, height=frame.height))
    return items


def fits(box: Box, size: Size) -> bool:
    """Whether a box fits between title and caption."""
    return box[2] - box[0] <= size[0] - 2 * MARGIN and box[3] - box[1] <= size[1] - HEAD - FOOT


def centred(items: Iterable[Item], size: Size, box: Box | None = None) -> list[Item]:
    """The items in the middle of the space between title and caption; by `box` where given, else by their own."""
    kept = list(items)
    left, top, right, bottom = box or bounds(kept)
    dx = round((size[0] - left - right) / 2)
    dy = round(HEAD + (size[1] - HEAD - FOOT - top - bottom) / 2)
    return list(shifted(kept, dx, dy))


def scene(items: Iterable[Item], size: Size, title: str, caption: str, number: str = "") -> Scene:
    """A picture with its title at the top left and its caption at the bottom left."""
    x = MARGIN
    texts: list[Item] = []
    if number:
        texts.append(Text(x, 22, number, "ink3", 13, 600, key="number"))
        x += 16
    texts.append(Text(x, 22, elided(title, size[0] - x - MARGIN, 13, weight=600), "ink", 13, 600))
    texts.append(Text(MARGIN, size[1] - 12, elided(caption, size[0] - 2 * MARGIN, 14), "ink", 14))
    return Scene(size[0], size[1], (*items, *texts), caption, title)
