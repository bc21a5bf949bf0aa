"""What stands for an array of more than three axes: one bar per axis with the place of what is seen below, a 2-D slice by its index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log

from vmapviz.model.scenes.layout import Figure, Style
from vmapviz.model.scenes.marks import CAP, LABEL, Box, Role, axis_label, level_role
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.slices import Slice, slice_entries

LEAST, GROWTH, TICK = 18.0, 22.0, 3.0  # the last one is the least distance of two ticks
Spans = Mapping[int, tuple[int, int]]
LEAST_PITCH = 13.0
MARK, INDEX, LINE = 3.0, 11.0, 16.0  # least width of a place on a bar, size of the index, height of its line
NOT_SENT = "shape only"


def bars(figure: Figure, style: Style, seen: Slice, spans: Spans) -> tuple[list[Item], float]:
    """One bar per axis from y = 0 on, with the height of them all.

    A bar's length grows with the logarithm of the size, which stands behind it; on it lies what is seen. `spans` = first entry and
    length along the two axes of the slice.
    """
    height = min(style.height, 24.0) * 0.5 + 2
    pitch = max(LEAST_PITCH, height + style.height * 0.3)
    items: list[Item] = []
    for dim, size in enumerate(figure.shape):
        role, y, key = figure.role(dim), dim * pitch, f"{figure.key}/{dim}"
        level = role if isinstance(role, int) else 0
        line, fill = (level_role(level), level_role(level, "fill")) if level else ("edge", "surface")
        width, all_ = bar_width(size, style), bar_width(figure.extent(dim), style)
        if all_ > width:  # its one entry is used for all
            items.append(Rect(width, y, all_ - width, height, "", "cell", 1.0, (3, 3), key=f"{key}.again"))
        items.append(Rect(0, y, width, height, fill, line, 1.25, hatch="cell" if role == "sum" else "", key=key))
        items.extend(_place(figure, dim, seen, spans, Rect(0, y, width, height, key=key)))
        items.extend(_ticks(size, width, y + height, "edge" if not level else line, key))
        base = y + height / 2 + CAP * LABEL
        items.append(Text(-8, base, f"axis {dim}", "ink3", 11, anchor="end", key=f"{key}.axis"))
        items.extend(axis_label(role, figure.size_text(dim), all_ + 8, base, 0.0, key))
    return items, len(figure.shape) * pitch


def bar_width(size: int, style: Style) -> float:
    """The length of the bar of an axis."""
    return LEAST + GROWTH * log(max(size, 1)) * style.height / 24


def place_on(bar: Rect, size: int, start: int, length: int) -> Rect:
    """Entries of an axis of that size on its bar, wide enough to be seen."""
    each = bar.width / max(size, 1)
    width = min(max(each * length, MARK), bar.width)
    x = min(max(bar.x + each * (start + length / 2) - width / 2, bar.x), bar.x + bar.width - width)
    return Rect(x, bar.y, width, bar.height)


def _place(figure: Figure, dim: int, seen: Slice, spans: Spans, bar: Rect) -> Iterator[Item]:
    """What is seen of an axis on its bar: the followed example framed, an entry filled, a part of the axis tinted."""
    size, level = figure.shape[dim], figure.level_at(dim)
    if dim in spans and 0 < spans[dim][1] < size:
        x, y, w, h = _at(place_on(bar, size, *spans[dim]))
        yield Rect(x, y, w, h, "" if level else "ribbon", "ink2" if level else "", 1.25, key=f"{bar.key}.part")
    if level and size and figure.followed(dim) is not None:
        x, y, w, h = _at(place_on(bar, size, figure.place[dim], 1))
        yield Rect(x, y, w, h, level_role(level, "strong"), level_role(level), 2.5, key=f"{bar.key}.followed")
    elif dim not in spans and size:
        x, y, w, h = _at(place_on(bar, size, seen.at[dim], 1))
        yield Rect(x, y, w, h, "ribbon", "ink2", 1.25, key=f"{bar.key}.entry")


def _at(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x, rect.y, rect.width, rect.height


def _ticks(size: int, width: float, bottom: float, line: str, key: str) -> list[Item]:
    if not 1 < size <= width / TICK:
        return []
    marks = (n * width / size for n in range(1, size))
    return [Path(((x, bottom - 4), (x, bottom)), line, 1.0, key=f"{key}.tick{n}") for n, x in enumerate(marks)]


def index_line(figure: Figure, seen: Slice, spans: Spans, top: float, word: bool) -> Iterator[Item]:
    """The index of a slice as Python writes it, in a box from (-4, top) on, the `word` "slice" before it; entries of batch axes in their
    colour and underlined."""
    entries = slice_entries(seen, figure.shape, spans)
    key, base, advance = f"{figure.key}/index", top + 12, text_width("0", INDEX, mono=True)
    text = f"[{', '.join(entries)}]"
    if word:
        yield Text(-8, base, "slice", "ink3", 11, anchor="end", key=f"{key}.word")
    yield Rect(-4, top, text_width(text, INDEX, mono=True) + 8, LINE, "", "line", 1.0, radius=3, key=key)
    x = advance
    yield Text(0, base, "[", "ink", INDEX, mono=True, key=f"{key}.open")
    for dim, entry in enumerate(entries):
        role, last = figure.role(dim), dim == len(entries) - 1
        level = role if isinstance(role, int) else 0
        colour, weight = (level_role(level), 700) if level else ("ink", 400)
        yield Text(x, base, entry, colour, INDEX, weight, mono=True, key=f"{key}{dim}")
        for n in range(min(level, 2)):
            yield Rect(x, base + 1.5 + 1.5 * n, len(entry) * advance, 1, colour, key=f"{key}{dim}.under{n}")
        x += len(entry) * advance
        yield Text(x, base, "]" if last else ",", "ink", INDEX, mono=True, key=f"{key}{dim}.end")
        x += 2 * advance


def breaks(figure: Figure, seen: Slice, spans: Spans, grid: Box) -> Iterator[Item]:
    """Where a slice goes on: the sizes of its two axes, behind a break mark."""
    left, top, right, bottom = grid
    (down, across), sizes = seen.dims, figure.shape
    if spans[across][1] < sizes[across]:
        y = (top + bottom) / 2 + CAP * LABEL
        yield from axis_label(_role(figure, across), f"… {sizes[across]}", right + 7, y, 0.0, f"{figure.key}[{across}")
    if spans[down][1] < sizes[down]:
        x = (left + right) / 2
        yield from axis_label(_role(figure, down), f"⋮ {sizes[down]}", x, bottom + 15, 0.5, f"{figure.key}[{down}")


def _role(figure: Figure, dim: int) -> Role:
    role = figure.role(dim)
    return role if isinstance(role, int) else ""


def type_box(key: str, text: str, place: tuple[float, float, float, float], fill: str) -> list[Item]:
    """A box in the colour role `fill` with the type of an array in it, where the box has room for it."""
    x, y, width, height = place
    items: list[Item] = [Rect(x, y, width, height, fill, "edge", 1.25, key=key)]
    if text_width(text, 11, mono=True) < width - 6:
        middle = y + height / 2 + CAP * 11
        items.append(Text(x + width / 2, middle, text, "ink2", 11, 400, True, "middle", key=f"{key}#"))
    return items
