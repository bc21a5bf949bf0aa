"""Moves scene items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from vmapviz.model.scenes.scene import Item, Path


def shifted(items: Iterable[Item], dx: float, dy: float) -> Iterator[Item]:
    """The items, moved by (dx, dy)."""
    for item in items:
        if isinstance(item, Path):
            yield msgspec.structs.replace(item, points=tuple((x + dx, y + dy) for x, y in item.points))
        else:
            yield msgspec.structs.replace(item, x=item.x + dx, y=item.y + dy)
