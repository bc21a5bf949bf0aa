"""Rows of arrays, signs and arrows, each with the moment at which it is first seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import Figure, Style
from vmapviz.model.scenes.marks import Box, arrow, bounds, scaled, shifted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Text
from vmapviz.model.scenes.stage import middle, sign

BEFORE, HELPERS, RUN = 0, 1, 2
LINE_GAP = 4.0
LEAST_SCALE = 0.6  # texts of 11 px are then 7 px high
FIRST, UNTIL_RUN, MADE = -1, -2, -3  # what lies in wait: before the helpers; before it runs; between the two
_SEEN = {FIRST: (BEFORE,), UNTIL_RUN: (BEFORE, HELPERS), MADE: (HELPERS,)}


def is_seen(when: int, moment: int) -> bool:
    """Whether what is seen from (or, in wait, until) `when` is there at a moment."""
    return moment in _SEEN[when] if when < 0 else when <= moment


class Shown(NamedTuple):
    """An array of a row, and when it is first seen."""

    figure: Figure
    when: int = BEFORE


class Sign(NamedTuple):
    """An operator between two arrays."""

    text: str
    when: int = BEFORE


class Arrow(NamedTuple):
    """A level arrow with a label above and one below, and a second line below that."""

    above: str = ""
    below: str = ""
    when: int = BEFORE
    more: str = ""


class Space(NamedTuple):
    """Room between two arrays."""

    width: float


Token = Shown | Sign | Arrow | Space


class Row(NamedTuple):
    """A row that has been placed: its items with their moments, the arrays by key, and the box around all."""

    items: list[tuple[Item, int]]
    arrays: dict[str, tuple[Figure, Drawn]]
    box: Box


def shrunk(made: Row, width: float, height: float) -> Row:
    """The row with everything in it smaller, so that it fits where no style does; but no smaller than what can be read."""
    left, top, right, bottom = made.box
    by = max(LEAST_SCALE, min(1.0, width / max(right - left, 1.0), height / max(bottom - top, 1.0)))
    if by == 1.0 or min(width, height) <= 0:  # of a panel that was not laid out yet nothing is seen
        return made
    items = zip(scaled([item for item, _ in made.items], by), [when for _, when in made.items], strict=True)
    arrays = {key: (figure, each.scaled(by)) for key, (figure, each) in made.arrays.items()}
    return Row(list(items), arrays, (left * by, top * by, right * by, bottom * by))


def row(tokens: Sequence[Token], style: Style, key: str, gap: float = 12.0) -> Row:
    """The tokens from left to right, the middles of the arrays' cells on y = 0; in two lines where the style says so, the results in the
    second."""
    seam = next((n for n, token in enumerate(tokens) if not isinstance(token, Space) and token.when == RUN), 0)
    if style.lines < 2 or not seam:
        return _line(tokens, style, key, gap)
    tokens = [_lower(token) for token in tokens]
    first, second = _line(tokens[:seam], style, key, gap), _line(tokens[seam:], style, f"{key}second", gap)
    dx = (first.box[0] + first.box[2] - second.box[0] - second.box[2]) / 2
    dy = first.box[3] - second.box[1] + LINE_GAP
    moved = [(item, when) for each, when in second.items for item in shifted([each], dx, dy)]
    below = {name: (figure, drawn.at(dx, dy)) for name, (figure, drawn) in second.arrays.items()}
    return Row([*first.items, *moved], first.arrays | below, bounds([item for item, _ in (*first.items, *moved)]))


def _lower(token: Token) -> Token:
    """The token with what is said of its array in one line."""
    if not isinstance(token, Shown):
        return token
    return token._replace(figure=replace(token.figure, notes=tuple(filter(None, [" · ".join(token.figure.notes)]))))


def _line(tokens: Sequence[Token], style: Style, key: str, gap: float) -> Row:
    """The tokens from left to right."""
    items: list[tuple[Item, int]] = []
    arrays: dict[str, tuple[Figure, Drawn]] = {}
    x = 0.0
    for n, token in enumerate(tokens):
        if isinstance(token, Shown):
            drawn = draw(token.figure, style)
            drawn = drawn.at(x - drawn.box[0], -middle(drawn))
            arrays[token.figure.key] = token.figure, drawn
            items.extend((item, _moment(token, item)) for item in drawn.items)
            x = drawn.box[2] + gap
        elif isinstance(token, Space):
            x += token.width
        else:
            made, width = _mark(token, x, f"{key}{n}")
            items.extend((item, token.when) for item in made)
            x += width + gap
    return Row(items, arrays, bounds([item for item, _ in items]))


def _moment(token: Shown, item: Item) -> int:
    """When an item is seen: a stretched array's real part at once, its repeats with the helpers."""
    figure, (name, mark, rest) = token.figure, item.key.partition(":")
    rest, _, sheet = rest.removesuffix("#").removesuffix("...").partition("/")
    index = rest.split(",")[-len(figure.shape) :]
    if not figure.repeats or not mark or name != figure.key:
        return token.when
    repeated = ".again" in sheet or any(index[dim] != "0" for dim, _ in figure.repeats if dim < len(index))
    return max(token.when, HELPERS) if repeated else token.when


def _mark(token: Sign | Arrow, x: float, key: str) -> tuple[list[Item], float]:
    if isinstance(token, Sign):
        width = max(10.0, text_width(token.text, 14, mono=True))
        return [sign(token.text, x + width / 2, 0.0, key)], width
    widths = [text_width(token.above, 12, True), text_width(token.below, 11), text_width(token.more, 11)]
    width = max(44.0, max(widths) + 8)
    items: list[Item] = [arrow(x, x + width, 0.0, key)]
    if token.above:
        items.append(Text(x + width / 2, -8, token.above, "ink", 12, 600, True, "middle", key=f"{key}.above"))
    if token.below:
        items.append(Text(x + width / 2, 17, token.below, "ink3", 11, anchor="middle", key=f"{key}.below"))
    if token.more:
        items.append(Text(x + width / 2, 32, token.more, "ink3", 11, anchor="middle", key=f"{key}.more"))
    return items, width


def column(shown: Sequence[tuple[str, Shown, Style]], gap: float) -> Row:
    """Arrays from top to bottom around y = 0, each with a word and its name at the left, their cells beginning at x = 0."""
    items: list[tuple[Item, int]] = []
    arrays: dict[str, tuple[Figure, Drawn]] = {}
    y = 0.0
    for n, (word, token, style) in enumerate(shown):
        drawn = draw(token.figure, style)
        drawn = drawn.at(-drawn.grid[0], y - drawn.box[1])
        arrays[token.figure.key] = token.figure, drawn
        items.extend((item, token.when) for item in drawn.items)
        line = middle(drawn) + 4
        name = Text(-18, line, token.figure.name, "ink", 12, 600, True, "end", key=f"{token.figure.key}.label")
        x = -18 - text_width(token.figure.name, 12, True) - 12
        items.append((Text(x, line, word, "ink3", 12, anchor="end", key=f"word{n}"), token.when))
        items.append((name, token.when))
        y = drawn.box[3] + gap
    grids = [drawn.grid for _, drawn in arrays.values()]
    up = (grids[0][1] + grids[-1][3]) / -2 if grids else 0.0
    moved = list(zip(shifted([item for item, _ in items], 0, up), [when for _, when in items], strict=True))
    arrays = {key: (figure, drawn.at(0, up)) for key, (figure, drawn) in arrays.items()}
    return Row(moved, arrays, bounds([item for item, _ in moved]))
