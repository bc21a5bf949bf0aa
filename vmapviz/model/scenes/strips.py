"""What stands for an array of more than three axes: one bar per axis, or a box with its type."""

from __future__ import annotations

from math import log

from vmapviz.model.scenes.layout import Figure, Style
from vmapviz.model.scenes.marks import CAP, LABEL, axis_label, level_role
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Path, Rect, Text

LEAST, GROWTH, MOST_TICKS = 18.0, 22.0, 32


def strip(figure: Figure, style: Style) -> list[Item]:
    """One bar per axis; its length grows with the logarithm of the size, the size stands behind it."""
    height = min(style.height, 24.0) * 0.5 + 2
    pitch = max(15.0, height + style.height * 0.3)
    items: list[Item] = []
    for dim, size in enumerate(figure.shape):
        role, y, key = figure.role(dim), dim * pitch, f"{figure.key}/{dim}"
        level = role if isinstance(role, int) else 0
        line, fill = (level_role(level), level_role(level, "fill")) if level else ("edge", "surface")
        width = LEAST + GROWTH * log(max(size, 1)) * style.height / 24
        items.append(Rect(0, y, width, height, fill, line, 1.25, hatch="cell" if role == "sum" else "", key=key))
        items.extend(_ticks(size, width, y + height, "edge" if not level else line, key))
        base = y + height / 2 + CAP * LABEL
        items.append(Text(-8, base, f"axis {dim}", "ink3", 11, anchor="end", key=f"{key}.axis"))
        items.extend(axis_label(role, size, width + 8, base, 0.0, key))
    return items


def _ticks(size: int, width: float, bottom: float, line: str, key: str) -> list[Item]:
    if not 1 < size <= MOST_TICKS:
        return []
    marks = (n * width / size for n in range(1, size))
    return [Path(((x, bottom - 4), (x, bottom)), line, 1.0, key=f"{key}.tick{n}") for n, x in enumerate(marks)]


def type_box(key: str, text: str, place: tuple[float, float, float, float], fill: str) -> list[Item]:
    """A box in the colour role `fill` with the type of an array in it, cut when the box is too narrow."""
    x, y, width, height = place
    items: list[Item] = [Rect(x, y, width, height, fill, "edge", 1.25, key=key)]
    if text_width(text[:3], 11, mono=True) < width:
        middle = y + height / 2 + CAP * 11
        items.append(Text(x + width / 2, middle, text, "ink2", 11, 400, True, "middle", width - 6, key=f"{key}#"))
    return items
