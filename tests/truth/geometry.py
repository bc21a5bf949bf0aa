"""Where the texts of a picture stand: what overlaps, what leaves its box, what is cut, and what a line goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from vmapviz.model.scenes.marks import Box
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text

ASCENT, X_HEIGHT, DESCENT = 0.74, 0.56, 0.2  # of the bundled fonts, in sizes
DEEP, LOW = frozenset("gjpqy,;()[]{}@Q_/|"), frozenset("acegmnopqrsuvwxyz…,.-=+×∗~:;")
TOUCH = 0.6  # anti-aliasing
SEEN = 0.05

Rule = Callable[[Scene], Iterator[str]]


def ink(text: Text) -> Box:
    """The box around what is painted of a text: digits have no depth, most small letters no full height."""
    width = text_width(text.text, text.size, text.mono, text.weight)
    width = min(width, text.width) if text.width else width
    left = text.x - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    if text.text == "⋮":  # three dots in the middle of a wide sign
        return left + 0.4 * width, text.y - 0.65 * text.size, left + 0.6 * width, text.y
    high = X_HEIGHT if LOW.issuperset(text.text) else ASCENT
    deep = 0.0 if DEEP.isdisjoint(text.text) else DESCENT
    return left, text.y - high * text.size, left + width, text.y + deep * text.size


def texts(scene: Scene) -> list[tuple[Text, Box]]:
    """The texts that are seen, with their boxes."""
    found = [item for item in scene.items if isinstance(item, Text) and item.text.strip() and item.opacity > SEEN]
    return [(text, ink(text)) for text in found]


def meet(a: Box, b: Box, by: float = TOUCH) -> bool:
    """Whether two boxes have more in common than a touch."""
    return a[0] + by < b[2] and b[0] + by < a[2] and a[1] + by < b[3] and b[1] + by < a[3]


def within(a: Box, b: Box, by: float = TOUCH) -> bool:
    """Whether the first box lies in the second."""
    return a[0] + by >= b[0] and a[1] + by >= b[1] and a[2] <= b[2] + by and a[3] <= b[3] + by


def same_place(a: Text, b: Text) -> bool:
    """Whether two texts are painted as one: the same words in the same font at the same place."""
    alike = (a.text, a.size, a.mono, a.anchor) == (b.text, b.size, b.mono, b.anchor)
    return alike and abs(a.x - b.x) < TOUCH and abs(a.y - b.y) < TOUCH


def overlapping(scene: Scene) -> Iterator[str]:
    """Texts over texts, except those that are painted as one: a cell that waits beneath the one it comes from."""
    found = sorted(texts(scene), key=lambda pair: pair[1][0])
    for n, (one, box) in enumerate(found):
        for other, place in found[n + 1 :]:
            if place[0] >= box[2]:
                break
            if meet(box, place) and not same_place(one, other):
                yield f"{one.text!r} {one.key} over {other.text!r} {other.key}"


def leaving(scene: Scene) -> Iterator[str]:
    """Texts beyond the picture, and numbers beyond the cell they stand in."""
    cells = {item.key: item for item in scene.items if isinstance(item, Rect) and item.key}
    for text, box in texts(scene):
        if not within(box, (0, 0, scene.width, scene.height)):
            yield f"{text.text!r} {text.key} leaves the picture"
        cell = cells.get(text.key.removesuffix("#").removesuffix("..."))
        if cell is not None and not within(box, _box(cell)):
            yield f"{text.text!r} {text.key} leaves its cell"


def unsaid(scene: Scene) -> Iterator[str]:
    """Cells of which the value is known, without its number."""
    said = {text.key for text, _ in texts(scene)}
    for item in scene.items:
        if isinstance(item, Rect) and item.cell is not None and item.opacity > SEEN and f"{item.key}#" not in said:
            yield f"{item.key} holds {item.cell[0]}"


def cut(scene: Scene) -> Iterator[str]:
    """Texts whose end is left out for want of room."""
    for text, _ in texts(scene):
        whole = text_width(text.text, text.size, text.mono, text.weight)
        if (text.width and whole > text.width + TOUCH) or (text.text.endswith("…") and text.text != "…"):
            yield f"{text.text!r} {text.key} is cut"


def crossed(scene: Scene) -> Iterator[str]:
    """Texts that the edge of a rectangle or a line goes through."""
    rects = [
        item for item in scene.items if isinstance(item, Rect) and (item.fill or item.line) and item.opacity > SEEN
    ]
    paths = [item for item in scene.items if isinstance(item, Path) and item.line and item.opacity > SEEN]
    for text, box in texts(scene):
        if text.key.endswith(("#", "...")):
            continue
        for rect in rects:
            if meet(box, _box(rect)) and not within(box, _box(rect), 1.0):
                yield f"{text.text!r} {text.key} across the edge of {rect.key}"
        for path in paths:
            if any(_through(a, b, box) for a, b in pairwise(_points(path))):
                yield f"{path.key} through {text.text!r} {text.key}"


def _box(rect: Rect) -> Box:
    return rect.x, rect.y, rect.x + rect.width, rect.y + rect.height


def _points(path: Path) -> list[tuple[float, float]]:
    """The points of a path; of a curve enough to follow it."""
    if not path.curved:
        return list(path.points)
    found = [path.points[0]]
    for n in range(0, len(path.points) - 1, 3):
        a, b, c, d = path.points[n : n + 4]
        for k in range(1, 17):
            u = k / 16
            weights = (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3
            x, y = (sum(w * p[i] for w, p in zip(weights, (a, b, c, d), strict=True)) for i in (0, 1))
            found.append((x, y))
    return found


def _through(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    """Whether the stretch from a to b enters the box."""
    low, high = 0.0, 1.0
    for i in (0, 1):
        start, step = a[i], b[i] - a[i]
        near, far = box[i] + TOUCH, box[i + 2] - TOUCH
        if abs(step) < 1e-9:
            if not near < start < far:
                return False
            continue
        first, second = sorted(((near - start) / step, (far - start) / step))
        low, high = max(low, first), min(high, second)
    return low < high
