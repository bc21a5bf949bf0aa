"""The frames of the examples in a drawn array: lines where they stand apart, bold for the followed one, bands behind a table."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.scenes.marks import CAP, LABEL, Box, bounds, level_role
from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.scenes.tracks import Frame, Place


def _examples(frame: Frame, cells: dict[Index, Place]) -> dict[tuple[int | None, ...], Box]:
    """The boxes of the shown examples: one index per level, None where the array has no such batch axis."""
    found: dict[tuple[int | None, ...], Box] = {}
    repeats, levels = frame.figure.repeats, frame.figure.own_levels
    real = {at: place for at, place in cells.items() if not any(at[dim] for dim, _ in repeats)} if repeats else cells
    for index, (x, y, w, h) in [*real.items(), *([] if repeats else frame.rest.items())]:
        which = tuple(None if dim is None else index[dim] for dim in levels)
        left, top, right, bottom = found.get(which, (x, y, x + w, y + h))
        found[which] = min(left, x), min(top, y), max(right, x + w), max(bottom, y + h)
    return found


def slices(frame: Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    """One frame per example: invisible inside a whole array, a line when split, bold when followed."""
    figure = frame.figure
    if all(dim is None for dim in figure.own_levels):
        if figure.framed:
            yield from _copy_frame(frame, cells)
        return
    last: list[Item] = []
    for which, (left, top, right, bottom) in _examples(frame, cells).items():
        line, thickness = _example_line(figure, which)
        followed = thickness > 2
        key = f"{figure.key}@{','.join('-' if i is None else str(i) for i in which)}"
        shown = line if figure.apart or followed else ""
        item = Rect(left, top, right - left, bottom - top, "", shown, thickness, key=key)
        last.append(item) if followed else (yield item)
        if figure.apart:
            yield from _example_number(frame, which, item)
    yield from last


def _example_line(figure: Figure, which: tuple[int | None, ...]) -> tuple[str, float]:
    present = [(level, at) for level, at in enumerate(which, 1) if at is not None]
    followed = all(level <= len(figure.follow) and figure.follow[level - 1] == at for level, at in present)
    if len(present) > 1:
        return ("ink", 2.5) if followed and figure.follow else ("edge", 1.25)
    return level_role(present[0][0]), 2.5 if followed and figure.follow and (
        figure.kept is None or figure.apart
    ) else 1.5


def _copy_frame(frame: Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    left, top, right, bottom = bounds([Rect(*place) for place in (*cells.values(), *frame.rest.values())])
    plain = "edge" if frame.figure.framed == "slice" else "ink"
    line = level_role(frame.figure.tint) if frame.figure.tint else plain
    key, thickness = f"{frame.figure.key}@{frame.figure.framed}", 1.5 if frame.figure.framed == "slice" else 2.5
    yield Rect(left, top, right - left, bottom - top, "", line, thickness, key=key)


def _example_number(frame: Frame, which: tuple[int | None, ...], rect: Rect) -> Iterator[Item]:
    """The index of a slice, outside it: left of a row, above a column; in a table of two levels brackets say it."""
    present = [(level, at) for level, at in enumerate(which, 1) if at is not None]
    if len(present) != 1 or len(frame.figure.levels) > 1:
        return
    level, at = present[0]
    rows = frame.places.outer[0] is not None
    x = rect.x - 8 if rows else rect.x + rect.width / 2
    y = rect.y + rect.height / 2 + CAP * LABEL if rows else rect.y - 6
    yield Text(
        x, y, str(at), level_role(level), 11.5, mono=True, anchor="end" if rows else "middle", key=f"{rect.key}.n"
    )


def bands(frame: Frame, cells: dict[Index, Place]) -> Iterator[Item]:
    """Behind a table: the followed row and column, tinted; of tables in a table those of the followed one, and it in theirs."""
    figure = frame.figure
    present = [level for level, dim in enumerate(figure.own_levels, 1) if dim is not None]
    if len(present) < 2 or len(figure.follow) < len(figure.levels):
        return
    examples = _examples(frame, cells)
    for level in sorted(present, key=lambda level: (-((level - 1) // 2), level)):
        around = [other for other in present if (other - 1) // 2 > (level - 1) // 2]
        same = [other - 1 for other in (level, *around)]
        found = [box for at, box in examples.items() if all(at[n] == figure.follow[n] for n in same)]
        if found:
            left, top, right, bottom = bounds([Rect(b[0], b[1], b[2] - b[0], b[3] - b[1]) for b in found])
            out = 4.0 if level < 3 else 8.0
            fill = level_role(level, "fill")
            place = left - out, top - out, right - left + 2 * out, bottom - top + 2 * out
            yield Rect(*place, fill, key=f"{figure.key}=band{level}")
