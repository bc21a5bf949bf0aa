"""The result: every example by itself at the left, all at once at the right, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.messages import Argument
from vmapviz.model.programs.text import counted, length, value_spans
from vmapviz.model.scenes.arrays import draw, fitting
from vmapviz.model.scenes.layout import LADDER, SMALL, Figure, Style, ladder
from vmapviz.model.scenes.marks import CAP, bounds, check, cross, number
from vmapviz.model.scenes.measure import text_width, wrapped
from vmapviz.model.scenes.programs.items import span_items
from vmapviz.model.scenes.scene import Item, Rect, Scene, Text
from vmapviz.model.scenes.stage import beside
from vmapviz.model.scenes.style import hollow
from vmapviz.model.scenes.subject import apart_by_level
from vmapviz.model.scenes.tracks import cell_width
from vmapviz.model.trace import Value, short_dtype
from vmapviz.model.values import Check, Leaf, Preview, Result

LEFT, MOST_ROWS, MOST_LEAVES, HISTOGRAM = 50.0, 8, 3, 150.0
STYLES: tuple[Style, ...] = (LADDER[0], LADDER[1], LADDER[3], LADDER[4], SMALL[0], SMALL[2])


class Shown(NamedTuple):
    """A result with what is needed to speak of it; `call` and `batched` are the two calls as text."""

    result: Result
    sizes: tuple[int, ...]
    example: tuple[int, ...]
    call: str
    batched: str
    out_axes: str


def sheet(shown: Shown, width: float, state: str = "") -> Scene:
    """The whole picture, as high as it needs to be; `state` is said first."""
    items, y = _head(shown.result, width, state)
    half = min(width * 0.55, LEFT + 520) if shown.result.checks and shown.result.leaves[:1] else LEFT
    left = _one_by_one(shown, half - LEFT - 24, y) if half > LEFT else []
    if len(shown.sizes) > 1 and left:  # a table of several levels is wide: it takes what the left side leaves
        half = min(half, max(bounds(left)[2] + 32, LEFT + 240))
    right = _all_at_once(shown, half + 8 if half > LEFT else LEFT, width - 16, y)
    items += [*left, *right]
    bottom = bounds(items)[3]
    for line in _foot(shown.result):
        bottom += 24
        items.append(Text(LEFT, bottom, line, "ink3", 12, width=width - LEFT - 16))
    return Scene(width, bottom + 16, tuple(items), headline(shown.result))


def headline(result: Result) -> str:
    """Whether the result is right, in one sentence."""
    return verdict(result.checks[0]) if result.checks else result.note or "Not checked."


def verdict(found: Check) -> str:
    """What a check found: how many examples agree, or how many differ and where most."""
    count, wrong = len(found.examples), found.same.count(False)
    loop = found.against == "loop"
    if not wrong:
        return f"{'Same result' if loop else f'{found.against} gives the same'}: {count} of {found.of} examples"
    worst = max(range(count), key=lambda n: _size(found.differences[n]) if not found.same[n] else -1.0)
    whose = "" if loop else f" from {found.against}"
    where = f"Largest difference {number(found.differences[worst])}, in example {found.examples[worst]}."
    return f"{wrong} of {count} examples differ{whose}. {where}"


def _size(difference: float) -> float:
    return difference if difference == difference else float("inf")  # nan is the largest of all


def _head(result: Result, width: float, state: str) -> tuple[list[Item], float]:
    items: list[Item] = []
    y = 18.0
    if state:
        items.append(Text(LEFT, y, state, "ink2", 13, key="state"))
        y += 24
    for n, found in enumerate(result.checks):
        good = all(found.same)
        items.extend([check(LEFT + 6, y - 4, key=f"head{n}")] if good else cross(LEFT + 6, y - 4, f"head{n}"))
        items.append(Text(LEFT + 22, y, verdict(found), "ok" if good else "error", 13, 600, width=width - LEFT - 40))
        y += 22
    notes = " ".join(filter(None, [result.note, *dict.fromkeys(found.note for found in result.checks)]))
    for line in wrapped(notes, width - LEFT - 16, 13):
        items.append(Text(LEFT, y, line, "ink2", 13))
        y += 20
    return items, y + 10


def _foot(result: Result) -> Iterator[str]:
    if result.checks and result.leaves:
        kinds = " and ".join(dict.fromkeys(short_dtype(leaf.batched.dtype) for leaf in result.leaves[:MOST_LEAVES]))
        yield f"{kinds} values count as the same up to {_short(result.checks[0].tolerance)}, relative"


def _short(tolerance: float) -> str:
    """A small number as a power: 1e-4."""
    return f"{tolerance:.0e}".replace("e-0", "e-") if 0 < tolerance < 0.01 else f"{tolerance:g}"


def rows_of(found: Check) -> list[int]:
    """The positions of the examples shown, in order: the first ones, but those that differ before others."""
    order = sorted(range(len(found.examples)), key=lambda n: (found.same[n], n))
    return sorted(order[:MOST_ROWS])


def _title(x: float, y: float, words: str, call: str, count: str, room: float) -> list[Item]:
    start = x + text_width(words, 12, weight=600) + 14
    wide = min(text_width(call, 12, mono=True), max(room - (start - x) - text_width(count, 12), 40.0))
    return [
        Text(x, y, words, "ink", 12, 600),
        Text(start, y, call, "ink2", 12, mono=True, width=wide),
        Text(start + wide, y, count, "ink3", 12),
    ]


def _one_by_one(shown: Shown, room: float, y: float) -> list[Item]:
    found = shown.result.checks[0]
    loops = any(leaf.loop for leaf in shown.result.leaves)
    if not loops:
        return []
    count = counted(len(found.examples), "call")
    items = _title(LEFT, y, "one by one", shown.call, f", {count}", room)
    top = y + 18
    indent = max(44.0, 12 + max(text_width(_index(n, shown.sizes), 12, mono=True) for n in found.examples))
    style, most = _row_style(shown, found, room - 150 - indent)
    for n in rows_of(found):
        parts = beside([draw(f, style) for f in _row(shown, found, n)[:most]], 12)
        box = bounds([item for part in parts for item in part.items])
        x, middle = LEFT + indent, top - box[1]
        items += [item for part in parts for item in part.at(x - box[0], middle).items]
        colour = "b1" if len(shown.sizes) == 1 else "ink2"
        base = middle + CAP * 12
        items.append(Text(x - 12, base, _index(found.examples[n], shown.sizes), colour, 12, mono=True, anchor="end"))
        items += _mark(found, n, x + box[2] - box[0] + 24, middle, len(shown.result.leaves) - most)
        top += box[3] - box[1] + 12
    if len(found.examples) > MOST_ROWS:
        items.append(Text(LEFT + indent, top + 8, f"… and {len(found.examples) - MOST_ROWS} more", "ink3", 12))
    return items


def _mark(found: Check, n: int, x: float, y: float, hidden: int) -> list[Item]:
    words = f"difference {number(found.differences[n])}"
    if hidden > 0:
        words += f", with {hidden} more arrays" if hidden > 1 else ", with 1 more array"
    sign: list[Item] = [check(x, y)] if found.same[n] else cross(x, y)
    return [*sign, Text(x + 20, y + CAP * 12, words, "ink3" if found.same[n] else "error", 12)]


def _index(flat: int, sizes: Sequence[int]) -> str:
    """An example counted through all levels, outermost first, as one index per level: "1, 3"."""
    parts = []
    for size in sizes:
        flat, at = divmod(flat, size)
        parts.append(str(at))
    return ", ".join(reversed(parts))


def _flat(shown: Shown) -> int:
    flat = 0
    for size, at in reversed(list(zip(shown.sizes, shown.example, strict=False))):
        flat = flat * size + at
    return flat


def _row(shown: Shown, found: Check, n: int) -> list[Figure]:
    followed = found.examples[n] == _flat(shown)
    tint = 1 if len(shown.sizes) == 1 else 0
    figures = []
    for i, leaf in enumerate(shown.result.leaves[:MOST_LEAVES]):
        if n < len(leaf.loop):
            one = leaf.loop[n]
            framed = "copy" if followed else "slice"
            figure = Figure(f"one{i}.{n}", one.shape, one.dtype, one, bare=True, framed=framed)
            figures.append(replace(figure, tint=tint))
    return figures


def _row_style(shown: Shown, found: Check, room: float) -> tuple[Style, int]:
    """The style of the rows, its cells as wide as the widest number, and how many arrays a row has; numbers go last."""
    rows, width_in = [_row(shown, found, n) for n in rows_of(found)], cache(cell_width)
    clear = [(style, most) for most in (MOST_LEAVES, 2, 1) for style in STYLES if style.numbers]
    for style, most in [*clear, *((style, 1) for style in STYLES)]:
        widths = [width_in(figure, style) for row in rows for figure in row[:most]]
        style = replace(style, width=max([style.width, *widths]))
        parts = beside([draw(figure, hollow(style)) for figure in rows[0][:most]], 12) if rows else []
        if max((part.box[2] for part in parts), default=0.0) <= room:
            break
    return style, most


def _all_at_once(shown: Shown, x: float, right: float, y: float) -> list[Item]:
    items = _title(x, y, "all at once", shown.batched, ", one call", right - x)
    top = y + 16
    for n, leaf in enumerate(shown.result.leaves[:MOST_LEAVES]):
        block = _leaf(shown, leaf, f"all{n}", x, top, right - x)
        items += block
        top = bounds(block)[3] + 20
    hidden = len(shown.result.leaves) - MOST_LEAVES
    if hidden > 0:
        items.append(Text(x, top + 4, f"… and {hidden} more arrays" if hidden > 1 else "… and 1 more", "ink3", 12))
    return items


def _leaf(shown: Shown, leaf: Leaf, key: str, x: float, y: float, room: float) -> list[Item]:
    """One array: whole when it is small, its first entries with statistics and a histogram when it is large."""
    whole = leaf.batched
    levels = tuple(leaf.axes)
    figure = Figure(key, whole.shape, whole.dtype, whole, levels, shown.example)
    figure = apart_by_level(figure) if len(levels) > 1 else figure
    large = whole.shown != whole.shape
    styles = ladder(len(levels), STYLES)
    drawn = draw(figure, fitting(figure, [*(style for style in styles if style.numbers), *styles], room))
    drawn = drawn.at(x + 12 - drawn.box[0], y + 4 - drawn.box[1])
    base, left = drawn.box[3] + 20, drawn.grid[0]
    axes = tuple(None if axis is None else (axis,) for axis in levels)
    spans = value_spans(Value(leaf.path or "result", None, whole.dtype, whole.shape, axes=axes))
    words = f"{'batch axes' if len(levels) > 1 else 'out_axes'} {', '.join(str(axis) for axis in levels)}"
    end = left + length(spans) * 12 * 0.6 + 12
    items: list[Item] = [*drawn.items, *span_items(spans, left, base, 12.0)]
    if end + text_width(words, 12) > x + room:  # below instead
        end, base = left, base + 18
    items.append(Text(end, base, words, "ink3", 12))
    items.append(Text(left, base + 18, _where(levels, len(whole.shape)), "ink3", 12))
    if large or (leaf.histogram and whole.nans):
        after = max(drawn.box[2], end + text_width(words, 12)) + 24
        fits = after + HISTOGRAM <= x + room
        items += _statistics(leaf, *((after, drawn.grid[1]) if fits else (left, base + 34)))
    return items


def _where(levels: tuple[int | None, ...], rank: int) -> str:
    """Where one example lies: "example k is column k"."""
    if all(axis is None for axis in levels):
        return "the same for every example"
    if len(levels) > 1:
        return "one place of the table per example"
    axis = levels[0] or 0
    if rank == 1:
        return "example k is entry k"
    if rank == 2:
        return f"example k is {'row' if axis == 0 else 'column'} k"
    return f"example k is [{', '.join('k' if d == axis else ':' for d in range(rank))}]"


def statistics_text(preview: Preview) -> list[str]:
    """Smallest, largest and mean entry, and how many are not finite, over the whole array."""
    lines = [
        f"{word} {number(value)}"
        for word, value in (("min", preview.low), ("max", preview.high), ("mean", preview.mean))
        if value is not None
    ]
    lines += [f"{count} {word}" for count, word in ((preview.nans, "nan"), (preview.infs, "inf")) if count]
    return lines if preview.nans or preview.infs or not lines else [*lines, "all finite"]


def _statistics(leaf: Leaf, x: float, y: float) -> list[Item]:
    items: list[Item] = []
    most = max(leaf.histogram, default=0)
    if most:
        width, height = 6.0, 56.0
        for n, count in enumerate(leaf.histogram):
            tall = height * count / most
            items.append(Rect(x + n * width, y + height - tall, width - 1, max(tall, 1.0 if count else 0.0), "edge"))
        end = x + len(leaf.histogram) * width
        items.append(Rect(x, y + height, end - x, 1, "edge"))
        low, high = leaf.batched.low, leaf.batched.high
        items.append(Text(x, y + height + 15, number(low or 0.0), "ink3", 11, mono=True))
        items.append(Text(end, y + height + 15, number(high or 0.0), "ink3", 11, mono=True, anchor="end"))
        y += height + 38
    lines = statistics_text(leaf.batched)
    items.extend(Text(x, y + 18 * n, line, "ink2", 12) for n, line in enumerate(lines))
    return items


def call_texts(function: str, arguments: Sequence[Argument], levels: int = 1) -> tuple[str, str]:
    """The call for one example and for all: `layer(W, x[k], bias)` and `vmap(layer)(W, x, bias)`."""

    def one(argument: Argument) -> str:
        split = any(axis is not None for leaf in argument.leaves for axis in leaf.axes)
        return f"{argument.name}{'[k]' if split else ''}"

    names = ", ".join(argument.name for argument in arguments)
    mapped = f"{'vmap(' * levels}{function}{')' * levels}"
    return f"{function}({', '.join(map(one, arguments))})", f"{mapped}({names})"
