"""Sizes a picture needs before it is painted: widths of texts, whole pixels, arrow heads, lines through numbers."""

from __future__ import annotations

import math
from itertools import pairwise

from vmapviz.model.scenes.scene import Path, Rect, Text

MONO_ADVANCE = 0.6
# Advances of the bundled Inter, weight 400, in thousandths of the size, for the characters from space to tilde.
# fmt: off
INTER = (
    269, 288, 466, 633, 642, 982, 644, 300, 391, 391, 648, 648, 269, 648, 269, 360, 648, 648, 648,
    648, 648, 648, 648, 648, 648, 648, 269, 269, 648, 648, 648, 511, 966, 690, 654, 730, 722, 601,
    590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682,
    679, 629, 391, 360, 391, 471, 456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549,
    242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 391, 333, 391, 648,
)
# fmt: on
SIGNS = {
    **dict.fromkeys("×÷−≤≥≠±", 648),
    **dict.fromkeys("‘’", 261),
    **dict.fromkeys("“”", 440),
    "…": 864,
    "→": 954,
    "·": 288,
    "Σ": 689,
    "–": 500,
    "—": 1000,
    "µ": 586,
    "●": 914,
}
OTHERS = 900
BOLDER = 1.035

Point = tuple[float, float]


def text_width(text: str, size: float, mono: bool = False, weight: int = 400) -> float:
    """The width in pixels of a text in the bundled fonts; exact for monospaced text, within 2 % for Inter."""
    if mono:
        return len(text) * size * MONO_ADVANCE
    units = sum(INTER[ord(c) - 32] if " " <= c <= "~" else SIGNS.get(c, OTHERS) for c in text)
    return units * size / 1000 * (BOLDER if weight >= 500 else 1.0)


def elided(text: str, width: float, size: float, mono: bool = False, weight: int = 400) -> str:
    """The text, cut at its end with an ellipsis where it is wider than `width` pixels."""
    if text_width(text, size, mono, weight) <= width:
        return text
    kept = len(text)
    while kept and text_width(text[:kept].rstrip() + "…", size, mono, weight) > width:
        kept -= 1
    return text[:kept].rstrip() + "…"


def wrapped(text: str, width: float, size: float, lines: int = 2) -> list[str]:
    """The text in at most `lines` lines of `width` pixels; the last one is elided."""
    rows: list[str] = []
    words = text.split()
    while words and len(rows) < lines - 1:
        count = 1
        while count < len(words) and text_width(" ".join(words[: count + 1]), size) <= width:
            count += 1
        rows.append(" ".join(words[:count]))
        words = words[count:]
    return [*rows, elided(" ".join(words), width, size)] if words else rows


def snapped(value: float, thickness: float) -> float:
    """The place of a line across one axis: on half pixels when its thickness is odd, so that it stays sharp."""
    whole = math.floor(value + 0.5)
    return whole + 0.5 if math.floor(thickness + 0.5) % 2 else float(whole)


def outline(rect: Rect) -> tuple[float, float, float, float]:
    """Left, top, width and height of a rectangle's line; neighbours that touch share theirs."""
    left, top = snapped(rect.x, rect.thickness), snapped(rect.y, rect.thickness)
    right, bottom = snapped(rect.x + rect.width, rect.thickness), snapped(rect.y + rect.height, rect.thickness)
    return left, top, right - left, bottom - top


def area(rect: Rect) -> tuple[float, float, float, float]:
    """Left, top, width and height of a rectangle's fill, on whole pixels unless it is round."""
    if rect.radius:
        return rect.x, rect.y, rect.width, rect.height
    left, top = math.floor(rect.x + 0.5), math.floor(rect.y + 0.5)
    return left, top, math.floor(rect.x + rect.width + 0.5) - left, math.floor(rect.y + rect.height + 0.5) - top


def placed(path: Path) -> tuple[Point, ...]:
    """The points of a path; those of straight level and upright lines moved onto sharp places."""
    points = path.points
    pairs = list(pairwise(points))
    if path.curved or not all(abs(a[0] - b[0]) < 1e-6 or abs(a[1] - b[1]) < 1e-6 for a, b in pairs):
        return points
    return tuple((snapped(x, path.thickness), snapped(y, path.thickness)) for x, y in points)


def arrow_head(path: Path) -> tuple[Point, Point, Point]:
    """The two barbs and the tip between them of a path's arrow."""
    (fx, fy), (x, y) = path.points[-2:]
    length = math.hypot(x - fx, y - fy) or 1.0
    ux, uy = (x - fx) / length, (y - fy) / length
    reach, half = 5.0 + path.thickness, 3.0 + path.thickness / 2
    left = (x - ux * reach - uy * half, y - uy * reach + ux * half)
    right = (x - ux * reach + uy * half, y - uy * reach - ux * half)
    return left, (x, y), right


def stroke(text: Text) -> Path:
    """The line through a struck text, a little wider than the text."""
    width = text_width(text.text, text.size, text.mono, text.weight) + 10
    left = text.x - {"start": 5.0, "middle": width / 2, "end": width - 5.0}[text.anchor]
    y = text.y - 0.36 * text.size
    return Path(((left, y), (left + width, y)), text.colour, 1.0, opacity=text.opacity)
