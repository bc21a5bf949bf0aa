"""The small signs of a drawing: numbers as texts, brackets along axes, dots, arrows, check marks, and moving items."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator

import msgspec

from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text
from vmapviz.model.values import Cell

Box = tuple[float, float, float, float]  # left, top, right, bottom
Role = int | str  # the level of a batch axis, from 1; "sum" for a contracted axis; "" for a free one

LABEL = 12.0
DOT = 8.0
CAP = 0.36  # from the baseline to the middle of a digit, in sizes


def number(cell: Cell) -> str:
    """A value as it stands in its cell: whole numbers plain, else 3 significant digits; T and F; nan, inf, -0 spelled."""
    if isinstance(cell, bool):
        return "T" if cell else "F"
    if isinstance(cell, int | str):
        return str(cell)
    if math.isnan(cell) or math.isinf(cell):
        return str(cell)
    if cell == 0:
        return "-0" if math.copysign(1, cell) < 0 else "0"
    if cell == int(cell) and abs(cell) < 1e5:
        return str(int(cell))
    mantissa, _, exponent = f"{cell:.3g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def shortened(cell: Cell) -> str:
    """A value in as few signs as tell its first two digits: 12,345.6 is 12346, 0.000123 is 1.2e-4; keys and complex numbers stay whole."""
    text = number(cell)
    if (
        isinstance(cell, bool | str)
        or len(text) <= 4
        or (isinstance(cell, int) and len(text) <= 5)
        or not math.isfinite(cell)
    ):
        return text
    whole = [f"{cell:.0f}"] if abs(cell) >= 10 else []
    mantissa, _, exponent = f"{cell:.1e}".partition("e")
    return min(*whole, text, f"{cell:.2g}", f"{mantissa.removesuffix('.0')}e{int(exponent)}", key=_signs)


def _signs(text: str) -> int:
    """How long a number is; one that Python writes with a padded exponent is not meant."""
    return 99 if "e+" in text or "e-0" in text else len(text)


def whole(cell: Cell, dtype: str) -> str:
    """A value with all of its digits: the fewest that tell it from every other of its type."""
    if not isinstance(cell, float) or not math.isfinite(cell) or number(cell) == "-0":
        return number(cell)
    form = {"float64": "d", "float16": "e"}.get(dtype, "f")
    texts = (f"{cell:.{digits}g}" for digits in range(1, 18))
    found = next((text for text in texts if struct.unpack(form, struct.pack(form, float(text)))[0] == cell), repr(cell))
    return repr(cell) if form == "d" else found


def number_at(scene: Scene, x: float, y: float) -> str:
    """The number with all of its digits that stands in the cell at a place of a picture; "" where none is known."""
    rects = (item for item in reversed(scene.items) if isinstance(item, Rect) and item.cell is not None)
    found = next((r.cell for r in rects if 0 <= x - r.x < r.width and 0 <= y - r.y < r.height), None)
    return whole(*found) if found is not None else ""


def level_role(role: Role, part: str = "") -> str:
    """The colour role of a level: `b1`, `b1_fill`; levels from 3 on share one."""
    name = f"b{min(int(role), 3)}"
    return f"{name}_{part}" if part else name


def label_width(role: Role, text: str) -> float:
    """The width of an axis label with its dots."""
    dots = (min(role, 3) * (DOT - 1) + 6) if isinstance(role, int) else 0
    return dots + text_width(text, LABEL, mono=True)


def axis_label(role: Role, size: int | str, x: float, y: float, anchor: float, key: str) -> list[Item]:
    """`● 5`, `●● 3`, `Σ 3` or `4` on the baseline y; `anchor` is the share of its width left of x."""
    text = f"Σ {size}" if role == "sum" else str(size)
    left = x - anchor * label_width(role, text)
    if not isinstance(role, int):
        colour, weight = ("ink2", 600) if role == "sum" else ("ink2", 400)
        return [Text(left, y, text, colour, LABEL, weight, mono=True, key=f"{key}.size")]
    colour = level_role(role)
    middle = y - CAP * LABEL
    items: list[Item] = [
        Rect(left + n * (DOT - 1), middle - DOT / 2, DOT, DOT, fill=colour, radius=DOT / 2, key=f"{key}.dot{n}")
        for n in range(min(role, 3))
    ]
    left += min(role, 3) * (DOT - 1) + 6
    return [*items, Text(left, y, text, colour, LABEL, 700, mono=True, key=f"{key}.size")]


def _lines(role: Role) -> tuple[str, float, tuple[float, ...], tuple[float, float] | None]:
    """Colour, thickness, offsets of the parallel lines and dashes of a bracket."""
    if role == "sum":
        return "ink2", 2.0, (0.0,), (2, 2)
    if not isinstance(role, int):
        return "edge", 1.0, (0.0,), None
    return {1: ("b1", 2.5, (0.0,), None), 2: ("b2", 1.5, (-2.0, 2.0), None)}.get(
        role, ("b3", 1.0, (-3.0, 0.0, 3.0), None)
    )


def bracket(role: Role, start: float, end: float, at: float, upright: bool, key: str) -> list[Item]:
    """The bracket of an axis from start to end, with a tick at each end; `upright` brackets stand at x = at."""
    colour, thickness, offsets, dash = _lines(role)
    half = 4.0 + (max(offsets) if isinstance(role, int) else 0)

    def path(x0: float, y0: float, x1: float, y1: float, part: str, dashes: tuple[float, float] | None) -> Path:
        points = ((y0, x0), (y1, x1)) if upright else ((x0, y0), (x1, y1))
        return Path(points, colour, thickness, dash=dashes, key=f"{key}.{part}")

    items: list[Item] = [path(start, at + o, end, at + o, f"line{n}", dash) for n, o in enumerate(offsets)]
    return [*items, *(path(x, at - half, x, at + half, f"tick{n}", None) for n, x in enumerate((start, end)))]


def oblique(role: Role, x: float, y: float, run: float, key: str) -> list[Item]:
    """The bracket of an axis that goes into depth, from (x, y) up to the right."""
    colour, thickness, offsets, dash = _lines(role)
    return [
        Path(((x + o, y + o), (x + run + o, y - run + o)), colour, thickness, dash=dash, key=f"{key}.deep{n}")
        for n, o in enumerate(offsets)
    ]


def arrow(x0: float, x1: float, y: float, key: str = "") -> Path:
    """A level arrow."""
    return Path(((x0, y), (x1, y)), "ink2", 1.25, arrow=True, key=key)


def check(x: float, y: float, colour: str = "ok", key: str = "") -> Path:
    """A check mark of 12 px whose middle is (x, y)."""
    return Path(((x - 6, y + 1), (x - 2, y + 5), (x + 6, y - 5)), colour, 2.0, key=key)


def cross(x: float, y: float, key: str = "") -> list[Item]:
    """The mark of a difference: two strokes of 10 px whose middle is (x, y)."""
    return [
        Path(((x - 5, y - 5), (x + 5, y + 5)), "error", 2.0, key=f"{key}.a"),
        Path(((x - 5, y + 5), (x + 5, y - 5)), "error", 2.0, key=f"{key}.b"),
    ]


def shifted(items: Iterable[Item], dx: float, dy: float) -> Iterator[Item]:
    """The items moved."""
    for item in items:
        if isinstance(item, Path):
            yield msgspec.structs.replace(item, points=tuple((x + dx, y + dy) for x, y in item.points))
        else:
            yield msgspec.structs.replace(item, x=item.x + dx, y=item.y + dy)


def scaled(items: Iterable[Item], by: float) -> Iterator[Item]:
    """The items larger or smaller, lines as thick as they were."""
    for item in items:
        if isinstance(item, Path):
            yield msgspec.structs.replace(item, points=tuple((x * by, y * by) for x, y in item.points))
        elif isinstance(item, Text):
            size, width = item.size * by, item.width * by
            yield msgspec.structs.replace(item, x=item.x * by, y=item.y * by, size=size, width=width)
        else:
            size, width = item.height * by, item.width * by
            yield msgspec.structs.replace(item, x=item.x * by, y=item.y * by, height=size, width=width)


def faded(items: Iterable[Item], opacity: float) -> Iterator[Item]:
    """The items as they look when they are not the subject."""
    for item in items:
        yield msgspec.structs.replace(item, opacity=item.opacity * opacity)


def item_box(item: Item) -> Box:
    """The box around one item; lines count half their thickness."""
    if isinstance(item, Rect):
        half = item.thickness / 2 if item.line else 0.0
        return item.x - half, item.y - half, item.x + item.width + half, item.y + item.height + half
    if isinstance(item, Path):
        xs, ys = zip(*item.points, strict=True)
        half = item.thickness / 2
        return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    width = text_width(item.text, item.size, item.mono, item.weight)
    width = min(width, item.width) if item.width else width
    left = item.x - {"start": 0.0, "middle": width / 2, "end": width}[item.anchor]
    return left, item.y - 0.8 * item.size, left + width, item.y + 0.22 * item.size


def bounds(items: Iterable[Item]) -> Box:
    """The box around all items; (0, 0, 0, 0) when there are none."""
    boxes = [item_box(item) for item in items]
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
