"""What of a picture says where a slice lies: the bars of its axes and its index, found again under a point."""

from __future__ import annotations

import re
from typing import NamedTuple

from vmapviz.model.scenes.scene import Rect, Scene, Text

PARTS = re.compile(r"([^/]+)/(\d+|index)(?:\..*)?")


class Spot(NamedTuple):
    """A place of a slice: the key of its figure, how many axes that has, and the place itself.

    On the bar of the axis `dim` `share` says how far along it; without one it is the index, which reads `text`.
    """

    figure: str
    rank: int
    box: Rect
    dim: int | None = None
    share: float = 0.0
    text: str = ""


def spots(scene: Scene) -> list[Spot]:
    """The indices of all slices of a picture, in the order in which they are drawn."""
    found = [item for item in scene.items if isinstance(item, Rect) and item.key.endswith("/index")]
    return [_index(scene, item) for item in found]


def _index(scene: Scene, box: Rect) -> Spot:
    figure = box.key.partition("/")[0]
    parts = [item.text for item in scene.items if isinstance(item, Text) and item.key.startswith(box.key)]
    text = "".join(part for part in parts if part != "slice")
    return Spot(figure, _rank(scene, figure), box, text=text.replace(",", ", "))


def _rank(scene: Scene, figure: str) -> int:
    bar = re.compile(rf"{re.escape(figure)}/\d+")
    return sum(isinstance(item, Rect) and bar.fullmatch(item.key) is not None for item in scene.items)


def spot_at(scene: Scene, x: float, y: float) -> Spot | None:
    """What lies under a point: the bar of an axis, or an index."""
    for item in reversed(scene.items):
        match = PARTS.fullmatch(item.key) if isinstance(item, Rect) else None
        if match is None or not isinstance(item, Rect) or not _holds(item, x, y):
            continue
        if match[2] == "index":
            return _index(scene, item)
        bars = {bar.key: bar for bar in scene.items if isinstance(bar, Rect)}
        bar = bars.get(f"{match[1]}/{match[2]}", item)
        share = min(max((x - bar.x) / bar.width, 0.0), 1.0 - 1e-9) if bar.width else 0.0
        return Spot(match[1], _rank(scene, match[1]), bar, int(match[2]), share)
    return None


def _holds(rect: Rect, x: float, y: float) -> bool:
    return 0 <= x - rect.x <= rect.width and 0 <= y - rect.y <= rect.height
