"""The whole view as one scene, for exports; the window paints the same items piece by piece."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator, Sequence

from vmapviz.model.programs.columns import TRACK, Column, column_of, columns
from vmapviz.model.programs.layout import Layout, belongs
from vmapviz.model.programs.operations import made_of
from vmapviz.model.programs.text import counted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.programs.items import row_items
from vmapviz.model.scenes.programs.ribbons import (
    across,
    band_items,
    link_items,
    row_band,
    row_state,
    rule_item,
    state_of,
)
from vmapviz.model.scenes.programs.shift import shifted
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.theme import level_role
from vmapviz.model.trace import Level, Trace

HEADER = 40.0
BASE = 26.0  # of the header's text
LEAST_OF_NAME = 10  # fewer letters of what was traced say nothing
CAPTION = 7.2  # a character of code at 12 px
MORE = 12.0  # room for an ellipsis


def picture(layout: Layout, function: str, width: float, selected: str | None = None) -> Scene:
    """The programs with header and links, `width` pixels wide, as high as they are."""
    made = columns(layout, width)
    items = [Rect(0, 0, width, HEADER + layout.height, fill="surface"), *header_items(layout.trace, function, made)]
    items += shifted(body_items(layout, made, 0, layout.height, selected, None), 0, HEADER)
    names = [name for _, name in headings(layout.trace, function)]
    title = " and ".join(names[number] for number in sorted({layout.shown[0], layout.shown[-1]}))
    return Scene(width, HEADER + layout.height, tuple(items), title=title)


def body_items(
    layout: Layout, made: Sequence[Column], top: float, bottom: float, selected: str | None, hovered: str | None
) -> Iterator[Item]:
    """What is seen between top and bottom, in the order of painting."""
    yield from back_items(layout, made, top, bottom, selected, hovered)
    for column in made:
        for row in layout.between(column.number, top, bottom):
            yield from shifted(row_items(row, column, row.marked(selected)), column.x, row.y)
    yield from front_items(layout, made, top, bottom, selected, hovered)


def back_items(
    layout: Layout, made: Sequence[Column], top: float, bottom: float, selected: str | None, hovered: str | None
) -> Iterator[Item]:
    """Bands, ribbons and rules: what lies behind the text."""
    for segment in layout.segments.between(top, bottom):
        yield from band_items(segment, made, state_of(segment.root, selected, hovered))
    for column in made:
        for row in layout.between(column.number, top, bottom):
            state = row_state(row, selected, hovered)
            nested = "." in row.root or row.also
            if nested and state != "idle" and not belongs(row.root.partition(".")[0], selected):
                yield row_band(row, column, state)
    yield from across(layout, made)
    links = [link for link in layout.links.between(top, bottom) if link.kind not in ("inner", "far")]
    for link in sorted(links, key=lambda link: belongs(link.root, selected)):
        yield from link_items(link, made, state_of(link.root, selected, hovered))
    for rule in layout.rules.between(top, bottom):
        yield rule_item(rule, column_of(made, rule.column))


def front_items(
    layout: Layout, made: Sequence[Column], top: float, bottom: float, selected: str | None, hovered: str | None
) -> Iterator[Item]:
    """The lines between nested equations, above everything; those to other uses of a body only for what is looked at."""
    seen = [path for path in (selected, hovered) if path and "." in path]
    links = [
        link
        for link in layout.links.between(top, bottom)
        if link.kind == "inner" or (link.kind == "far" and any(belongs(link.root, path) for path in seen))
    ]
    for link in sorted(links, key=lambda link: belongs(link.root, selected)):
        yield from link_items(link, made, state_of(link.root, selected, hovered))


def headings(trace: Trace, function: str) -> list[tuple[tuple[tuple[str, int], ...], str]]:
    """Per program: its title as (text, level it counts; 0 = plain), and the name of what was traced."""
    name = function or "f"
    if trace.below:
        return _lowered_headings(trace, name)
    if trace.hand:
        return _by_hand_headings(trace, name, trace.hand.name)
    if trace.levels and trace.levels[-1].devices:
        return _pmap_headings(trace.levels[-1], name)
    made: list[tuple[tuple[tuple[str, int], ...], str]] = [((("One example", 0),), name)]
    for number in range(1, len(trace.programs)):
        name = f"vmap({name})"
        parts: list[tuple[str, int]] = [("All ", 0)]
        for level in range(number, 0, -1):
            parts += [(str(trace.levels[level - 1].size), level), (" × " if level > 1 else "", 0)]
        made.append(((*parts, (" examples at once" if number == 1 else " at once", 0)), name))
    return made


def _by_hand_headings(trace: Trace, name: str, by_hand: str) -> list[tuple[tuple[tuple[str, int], ...], str]]:
    parts: list[tuple[str, int]] = [("All ", 0)]
    for level in range(len(trace.levels), 0, -1):
        parts += [(str(trace.levels[level - 1].size), level), (" × " if level > 1 else "", 0)]
    return [((("One example", 0),), name), ((*parts, (" by hand", 0)), by_hand)]


def _pmap_headings(level: Level, name: str) -> list[tuple[tuple[tuple[str, int], ...], str]]:
    alone = level.size == level.devices
    each = ((f" device{'' if level.devices == 1 else 's'}, ", 0), (str(level.each), 0 if alone else 1))
    ends = (f" example{'' if level.each == 1 else 's'} each", 0)
    return [
        ((("One example", 0),), name),
        (((str(level.devices), 1), *each, ends), f"pmap({name})" if alone else f"pmap(vmap({name}))"),
    ]


def _lowered_headings(trace: Trace, name: str) -> list[tuple[tuple[tuple[str, int], ...], str]]:
    made = ", ".join(counted(number, noun) for number, noun in made_of(trace)).replace("other operation", "other")
    whole = functools.reduce(lambda inside, _: f"vmap({inside})", trace.levels, name)
    return [((("One example", 0),), name), (((made, 0),), f"jit({whole})")]


def header_items(trace: Trace, function: str, made: Sequence[Column], after: float = 0.0) -> Iterator[Item]:
    """The titles above the columns; the last one's begins `after` pixels further right."""
    titles = headings(trace, function)
    for column in made:
        parts, name = titles[column.number]
        x = column.text + (after if column is made[-1] else 0.0)
        if len(titles) > 2 and column.number:
            x = yield from _dots(column, x)
        for text, level in parts:
            before = text_width(" ", 13.0, weight=600) if text.startswith(" ") else 0.0
            room, wide = column.right - x - before, text_width(text, 13.0, weight=600)
            if room > MORE:  # in narrow views the control before it may take all the room
                tight = room if wide - before > room else 0.0
                yield Text(
                    x + before, BASE, text.strip(), level_role(level) if level else "ink", 13.0, 600, width=tight
                )
            x += wide
        words = len(made) == 2 and not (trace.below and column.number)
        yield from _traced(name, x + 14, column.track - 12 if column.number else column.right, words)
    last = made[-1]
    if trace.below:
        return
    headed = last.right - last.track >= TRACK  # in a lecture it is narrower: the squares below say it too
    if headed and (not after or x + 12 <= last.track):
        yield Text(last.track, BASE, "batch axis", "ink3", 12.0, width=last.right - last.track + 12)


def _dots(column: Column, x: float) -> Generator[Item, None, float]:
    """As many dots as levels; returns where the text goes on."""
    count = min(column.number, 3)
    for dot in range(count):
        yield Rect(x + dot * 9, BASE - 9, 8, 8, fill=level_role(column.number), radius=4)
    return x + 9 * count + 5


def _traced(name: str, x: float, right: float, words: bool) -> Iterator[Item]:
    """What was traced, where there is room for it."""
    before = "jaxpr of" if words and right - x > 52 + CAPTION * len(name) else ""
    if before:
        yield Text(x, BASE, before, "ink3", 12.0)
        x += 52
    if right - x > CAPTION * min(len(name), LEAST_OF_NAME):
        yield Text(x, BASE, name, "ink3", 12.0, mono=True, width=right - x)
