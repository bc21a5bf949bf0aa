"""The card beside a point, a label or a skipped mark of a plot: what is known about it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vmapviz.model.plots.labels import Box, Point, overlap
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.scene import Item, Rect, Text

PAD, ROW, WIDEST = 12.0, 18.0, 420.0
BODY, SMALL, CODE = 13.0, 12.0, 11.5


class Card(msgspec.Struct, frozen=True):
    """A title, rows of a name and a value, and Python."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    code: str = ""

    @property
    def words(self) -> str:
        """All of it as text."""
        rows = [f"{name}: {value}" if value else name for name, value in self.rows]
        return "\n".join([self.title, *rows, *([self.code] if self.code else [])])


def laid_out(card: Card, at: Point, area: Box) -> tuple[Box, tuple[Item, ...]]:
    """The card near a point, inside the area, and not over the point; its items count from its own corner."""
    lines = _wrapped(card.code, min(WIDEST, area.width - 2 * PAD))
    names = max((measure.text_width(name, SMALL) for name, _ in card.rows), default=0.0) + 10
    values = max((measure.text_width(value, SMALL, weight=500) for _, value in card.rows), default=0.0)
    codes = max((measure.text_width(line, CODE, mono=True) for line in lines), default=0.0)
    width = max(measure.text_width(card.title, BODY, weight=600), names + values, codes) + 2 * PAD
    height = 2 * PAD + 16 + ROW * (len(card.rows) + len(lines)) + (6 if lines else 0)
    box = _placed(at, width, height, area)
    return box, tuple(_drawn(card, lines, names, Box(0, 0, width, height)))


def _drawn(card: Card, lines: list[str], names: float, box: Box) -> Iterator[Item]:
    yield Rect(box.x, box.y, box.width, box.height, "surface", "edge", radius=6)
    x, y = box.x + PAD, box.y + PAD + 12
    yield Text(x, y, card.title, "ink", BODY, 600)
    for name, value in card.rows:
        y += ROW
        yield Text(x, y, name, "ink3", SMALL)
        yield Text(x + names, y, value, "ink", SMALL, 500)
    y += 6
    for line in lines:
        y += ROW
        yield Text(x, y, line, "ink", CODE, mono=True)


def _placed(at: Point, width: float, height: float, area: Box) -> Box:
    """Beside the point, right or left; else above or below it; moved into the area."""
    x, y = at
    wishes = [(x + 18, y - 24), (x - 18 - width, y - 24), (x - width / 2, y - height - 18), (x - width / 2, y + 18)]
    point = Box(x - 8, y - 8, 16, 16)
    boxes = [_inside(Box(*wish, width, height), area) for wish in wishes]
    return next((box for box in boxes if not overlap(box, point)), boxes[0])


def _inside(box: Box, area: Box) -> Box:
    x = max(area.x, min(box.x, area.x + area.width - box.width))
    y = max(area.y, min(box.y, area.y + area.height - box.height))
    return Box(x, y, box.width, box.height)


def _wrapped(code: str, width: float) -> list[str]:
    """Python in lines that fit, broken behind commas and opening brackets where that is possible."""
    most = max(20, int(width / (CODE * measure.MONO_ADVANCE)))
    lines = []
    for line in code.splitlines():
        indent = ""
        while len(indent + line) > most:
            room = most - len(indent)
            cuts = [line.rfind(mark, 0, room) + len(mark) for mark in (", ", "(", " ") if line.rfind(mark, 8, room) > 0]
            cut = cuts[0] if cuts else room
            lines.append((indent + line[:cut]).rstrip())
            line, indent = line[cut:], "    "
        lines.append(indent + line)
    return lines
