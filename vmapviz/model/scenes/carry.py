"""From one equation's picture to the next one's: arrays that both show travel, under the name of their variable; the rest fades."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from vmapviz.model.remember import by_identity
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.tween import between, waiting

OTHERS = "before", "after"  # what figures are called that only one of the pictures shows
HELD = 0.4  # the share of a picture's last phase in which it stays as it is

_ONE = "lm"  # letters of figures for one example; all others are of the whole batch
_ENDS = ":@|./[^="  # what may follow the key of a figure
_FIGURE = re.compile(r"(?:e\d+)?([a-z]+)\d+(?=[:@|./\[^=])")


def carried(scene: Scene, following: Scene, share: float) -> Scene:
    """The last phase of a picture: it stays, then goes over into the one that follows, which is there at 1."""
    if share <= HELD:
        return scene
    before, after = _named(scene, OTHERS[0]), _named(uncovered(following), OTHERS[1])
    return between(_with_marks(before, after), _with_marks(after, before), (share - HELD) / (1 - HELD))


def owners(scene: Scene, following: Scene, key: str) -> Iterator[tuple[bool, str]]:
    """Which pictures an item belongs to while one goes over into the next (True: that one), with its key there; both where both show it."""
    for onward, each in enumerate((scene, following)):
        called = ((name, figure) for figure, name in _called(each, OTHERS[onward]).items())
        fitting = [(name, figure) for name, figure in called if key.startswith(name) and key[len(name) :][:1] in _ENDS]
        if fitting:
            name, figure = max(fitting, key=lambda pair: len(pair[0]))
            yield bool(onward), f"{figure}{key[len(name) :]}"


@by_identity(4)
def uncovered(scene: Scene) -> Scene:
    """The picture without the cells that lie in wait right below others."""
    below = waiting(scene)
    return replace(scene, items=tuple(item for n, item in enumerate(scene.items) if n not in below))


@by_identity(4)
def _named(scene: Scene, other: str) -> Scene:
    """The picture with the keys of figures made from the names of their variables, so that they are the same in both."""
    called = _called(scene, other)
    return replace(scene, items=tuple(replace(item, key=_key(item.key, called)) for item in scene.items))


@by_identity(4)
def _called(scene: Scene, other: str) -> Mapping[str, str]:
    """The figures of a picture by key, with what they are called from now on."""
    found = {match[0]: f"{other} {match[0]}" for item in scene.items if (match := _FIGURE.match(item.key))}
    return found | dict(_names(scene))


@by_identity(4)
def _with_marks(scene: Scene, other: Scene) -> Scene:
    """The picture with the marks that only the other has of what both show, unseen here: they go along with it."""
    here, there = ({item.key: item for item in each.items if isinstance(item, Rect)} for each in (scene, other))
    marks = [item for key, item in there.items() if key.endswith("=") and key not in here]
    pairs = [(mark, there[mark.key[:-1]], here[mark.key[:-1]]) for mark in marks if mark.key[:-1] in here]
    unseen = (_moved(mark, before, after) for mark, before, after in pairs)
    return replace(scene, items=(*scene.items, *unseen)) if pairs else scene


def _moved(mark: Rect, before: Rect, after: Rect) -> Rect:
    """What lies on one rectangle in the same place on another, not to be seen."""
    wider, higher = after.width / (before.width or 1), after.height / (before.height or 1)
    x, y = after.x + (mark.x - before.x) * wider, after.y + (mark.y - before.y) * higher
    return replace(mark, x=x, y=y, width=mark.width * wider, height=mark.height * higher, opacity=0.0)


def _names(scene: Scene) -> Iterator[tuple[str, str]]:
    """The figures that are called like their variable; of several of one variable the last."""
    last: dict[str, str] = {}
    for item in scene.items:
        found = _FIGURE.match(item.key)
        if isinstance(item, Text) and found and item.key[found.end() :] in (".name", ".label"):
            last[f"{'one' if found[1] in _ONE else 'all'} {item.text}"] = found[0]
    return ((figure, name) for name, figure in last.items())


def _key(key: str, called: Mapping[str, str]) -> str:
    found = _FIGURE.match(key)
    return f"{called[found[0]]}{key[found.end() :]}" if found else key
