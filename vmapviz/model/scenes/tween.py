"""Pictures between two stills: what has the same key travels, the rest fades; at 0 and 1 the stills themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from vmapviz.model.remember import by_identity
from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text

Easing = Callable[[float], float]

GONE = 0.4
COMES = 0.399  # a hair before the rest has gone, so that no moment is empty


def linear(u: float) -> float:
    """No easing."""
    return u


def in_out_cubic(u: float) -> float:
    """Slow, fast, slow."""
    return 4 * u**3 if u < 0.5 else 1 - (2 - 2 * u) ** 3 / 2


def out_cubic(u: float) -> float:
    """Fast, then slow."""
    return 1 - (1 - u) ** 3


def between(a: Scene, b: Scene, u: float, easing: Easing = in_out_cubic) -> Scene:
    """The picture at u from 0 to 1; exactly `a` at 0, exactly `b` at 1."""
    if u <= 0 or a is b:
        return a
    if u >= 1:
        return b
    v, (going, coming) = easing(u), _ways(a, b)
    items: list[Item] = [_dimmed(item, out_share(u)) for item in going] if u < GONE else []
    for item, origin in coming:
        if origin is item:
            items.append(item)
        elif origin is not None:
            items.extend(_travel(origin, item, v))
        elif u > COMES:
            items.append(_dimmed(item, in_share(u)))
    return Scene(b.width, b.height, tuple(i for i in items if i.opacity > 0), b.caption, b.title)


@by_identity(4)
def _ways(a: Scene, b: Scene) -> tuple[list[Item], list[tuple[Item, Item | None]]]:
    """What of a goes; and all of b with what it was before: itself where it stays as it is, None where it comes."""
    before = {item.key: item for item in a.items if item.key}
    after = {item.key: item for item in b.items if item.key}
    same, below_a, below_b = set(a.items).intersection(b.items), waiting(a), waiting(b)
    going = [i for n, i in enumerate(a.items) if n not in below_a and i not in same and not _pair(i, after)]
    coming: list[tuple[Item, Item | None]] = []
    for n, item in enumerate(b.items):
        origin = before.get(item.key) if item.key else None
        if item in same:
            coming.append((item, item))
        elif origin is not None and type(origin) is type(item):
            coming.append((item, origin))
        elif n not in below_b:
            coming.append((item, None))
    return going, coming


@by_identity(4)
def waiting(scene: Scene) -> frozenset[int]:
    """Which items lie right below another in the same place, unseen until one of them moves: they neither come nor go."""
    seen: set[tuple[object, ...]] = set()
    below: set[int] = set()
    for n in reversed(range(len(scene.items))):
        item = scene.items[n]
        place = _place(item)
        outline = (*place, *_look(item)) if isinstance(item, Rect) and not item.fill else place
        if place in seen or outline in seen:
            below.add(n)
        seen.add(outline)
    return frozenset(below)


def _place(item: Item) -> tuple[object, ...]:
    if isinstance(item, Rect):
        return item.x, item.y, item.width, item.height
    return (item.x, item.y, item.text, item.anchor) if isinstance(item, Text) else item.points


def along(stills: Sequence[Scene], u: float, easing: Easing = in_out_cubic) -> Scene:
    """The picture at u from 0 to 1 along several stills, each stretch as long as the others."""
    if len(stills) == 1:
        return stills[0]
    u = min(max(u, 0.0), 1.0) * (len(stills) - 1)
    first = min(int(u), len(stills) - 2)
    return between(stills[first], stills[first + 1], u - first, easing)


def out_share(u: float) -> float:
    """How much is left at u of what goes: gone before the middle."""
    return max(0.0, 1 - u / GONE)


def in_share(u: float) -> float:
    """How much is there at u of what comes: it waits until what goes has gone."""
    return max(0.0, (u - COMES) / (1 - COMES))


def _pair(item: Item, others: dict[str, Item]) -> bool:
    return bool(item.key) and type(others.get(item.key)) is type(item)


def _dimmed(item: Item, share: float) -> Item:
    return msgspec.structs.replace(item, opacity=item.opacity * share)


def _mix(a: float, b: float, v: float) -> float:
    return a + (b - a) * v


def _travel(a: Item, b: Item, v: float) -> list[Item]:
    """An item on its way; when its look changes too, the new look comes over the old one."""
    opacity = _mix(a.opacity, b.opacity, v)
    if isinstance(a, Rect) and isinstance(b, Rect):
        place = {name: _mix(getattr(a, name), getattr(b, name), v) for name in ("x", "y", "width", "height")}
        moved = msgspec.structs.replace(b, **place, opacity=opacity)
        if _look(a) == _look(b):
            return [moved]
        old = msgspec.structs.replace(a, **place, opacity=a.opacity * (1 if b.fill else 1 - v))
        return [old, msgspec.structs.replace(moved, opacity=b.opacity * v)]
    if isinstance(a, Path) and isinstance(b, Path):
        if len(a.points) != len(b.points):
            return [_dimmed(a, 1 - v), _dimmed(b, v)]
        points = tuple((_mix(p, q, v), _mix(r, s, v)) for (p, r), (q, s) in zip(a.points, b.points, strict=True))
        if _drawn(a) == _drawn(b):
            return [msgspec.structs.replace(b, points=points, opacity=opacity)]
        return [_dimmed(msgspec.structs.replace(one, points=points), share) for one, share in ((a, 1 - v), (b, v))]
    assert isinstance(a, Text)
    assert isinstance(b, Text)
    if (a.text, a.anchor) != (b.text, b.anchor):
        return [_dimmed(a, out_share(v)), _dimmed(b, in_share(v))]
    at = {name: _mix(getattr(a, name), getattr(b, name), v) for name in ("x", "y", "size")}
    if _written(a) == _written(b):
        return [msgspec.structs.replace(b, **at, opacity=opacity)]
    return [_dimmed(msgspec.structs.replace(one, **at), share) for one, share in ((a, 1 - v), (b, v))]


def _written(text: Text) -> tuple[object, ...]:
    return text.colour, text.weight, text.mono, text.strike


def _drawn(path: Path) -> tuple[object, ...]:
    return path.line, path.thickness, path.fill, path.curved, path.dash, path.arrow


def _look(rect: Rect) -> tuple[object, ...]:
    return rect.fill, rect.line, rect.thickness, rect.dash, rect.hatch
