"""From one equation's picture to the next one's: arrays that both show travel, under the name of their variable; the rest fades."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from vmapviz.model.scenes.scene import Item, Scene, Text
from vmapviz.model.scenes.tween import between, waiting

HELD = 0.4  # the share of a picture's last phase in which it stays as it is

_ONE = "lm"  # letters of figures for one example; all others are of the whole batch
_FIGURE = re.compile(r"(?:e\d+)?([a-z]+)\d+(?=[:@|./\[^=])")


def carried(scene: Scene, following: Scene, share: float) -> Scene:
    """The last phase of a picture: it stays, then goes over into the one that follows, which is there at 1."""
    if share <= HELD:
        return scene
    return between(_named(scene, "before"), _named(uncovered(following), "after"), (share - HELD) / (1 - HELD))


def uncovered(scene: Scene) -> Scene:
    """The picture without the cells that lie in wait right below others."""
    below = waiting(scene)
    return replace(scene, items=tuple(item for n, item in enumerate(scene.items) if n not in below))


def _named(scene: Scene, other: str) -> Scene:
    """The picture with the keys of figures made from the names of their variables, so that they are the same in both."""
    names = dict(_names(scene))
    return replace(scene, items=tuple(replace(item, key=_key(item, names, other)) for item in scene.items))


def _names(scene: Scene) -> Iterator[tuple[str, str]]:
    """The figures of a picture by key, with what they are called from now on; of several of one variable the last."""
    last: dict[str, str] = {}
    for item in scene.items:
        found = _FIGURE.match(item.key)
        if isinstance(item, Text) and found and item.key[found.end() :] in (".name", ".label"):
            last[f"{'one' if found[1] in _ONE else 'all'} {item.text}"] = found[0]
    return ((figure, name) for name, figure in last.items())


def _key(item: Item, names: dict[str, str], other: str) -> str:
    found = _FIGURE.match(item.key)
    if not found:
        return item.key
    return f"{names.get(found[0], f'{other} {found[0]}')}{item.key[found.end() :]}"
