"""Where everything stands when pmap runs a call: the arrays on the host at both sides, and one lane per device between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise, product
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.lanes import Lanes
from vmapviz.model.scenes import layout
from vmapviz.model.scenes.arrays import Drawn
from vmapviz.model.scenes.device_parts import Parts, arrays
from vmapviz.model.scenes.layout import LADDER, Style
from vmapviz.model.scenes.marks import CAP, Box, arrow
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.scenes.stage import Size, sign

GAP, FAR, NAME, REST, SIDE = 12.0, 26.0, 16.0, 18.0, 10.0
TOP, END, LINE, EDGE = 30.0, 28.0, 16.0, 16.0  # above the lanes the title, below them the sentence and lines of notes
BRACKET, KINDS, LOW = (
    44.0,
    40.0,
    36.0,
)  # room for a bracket with its label; heights of lanes that hold two lines, or a name over an arrow
SIZES = (Style(30, 24), Style(28, 21), Style(24, 18), Style(22, 16))


class Look(NamedTuple):
    """How large things are, how many arrays and lanes are shown, the space in a lane, whether the names of its arrays stand above
    them, how brief it is in words (2: no names in lanes), and whether what all devices share is shown on the host."""

    style: Style
    most: int
    lanes: int
    pad: float
    above: bool
    brief: int
    shared: bool

    @property
    def says_copy(self) -> bool:
        """Whether what is shared is called a copy in its lane."""
        return self.above or not self.brief

    def room(self, size: Size) -> tuple[float, float]:
        """The room for all lanes, below them a line for names, and one more where they are not narrow themselves."""
        return size[0] - 2 * EDGE, size[1] - TOP - END - (2 * LINE if self.pad > 4 else LINE)


WAYS = {
    0: ((8.0, True), (4.0, True), (4.0, False), (2.0, False)),
    1: ((8.0, True), (4.0, True), (2.0, True), (2.0, False)),
    2: ((4.0, False), (2.0, False)),
}
LEAST = 2.0, False, 2, False


def looks(count: int, fits: Callable[[Look], bool]) -> Iterator[Look]:
    """What is tried, the largest first; cells are left out before lanes, down to some, and numbers last.

    Where the smallest of several does not fit, none of them is tried.
    """
    lanes = tuple(dict.fromkeys(min(count, n) for n in (count, 6, 5, 4, 3, 2, 1)))
    for most, limits in product((4, 2, 1), ((8, 6, 5), (4, 3, 2))):

        def smallest(shown: int, limit: int, most: int = most) -> bool:
            return fits(Look(replace(SIZES[-1], limit=limit), most, shown, *LEAST))

        if not smallest(lanes[-1], limits[-1]):
            continue
        for shown in (n for n in lanes if smallest(n, limits[-1])):
            for limit in (n for n in limits if smallest(shown, n)):
                for (brief, ways), style, shared in product(WAYS.items(), SIZES, (True, False)):
                    for way in ways:
                        yield Look(replace(style, limit=limit), most, shown, *way, brief, shared)
    for most, shown, style in product((2, 1), lanes, LADDER[len(LADDER) - 3 :]):
        yield Look(style, most, shown, *LEAST)


Both = tuple[list[Parts], list[Parts]]


class Called(NamedTuple):
    """What runs on every device: its name, and the sign between two arguments where it is nothing more."""

    name: str
    operator: str = ""


class Places:
    """The places of all things in one look; y grows downwards from the first lane's top, x from the host's left."""

    def __init__(self, lanes: Lanes, called: Called, followed: int, look: Look, size: Size, parts: Both) -> None:
        self.lanes, self.called, self.look, self.room = lanes, called, look, look.room(size)
        self.free = size[1] - TOP - END
        self.followed = followed // lanes.each
        self.shown = layout.window(len(lanes.devices), look.lanes, self.followed)
        self.args, self.outs = parts
        self.hidden = len(lanes.arguments) - len(self.args), len(lanes.results) - len(self.outs)
        every = (*self.args, *self.outs)
        self.over = max([parts.over for parts in every], default=10.0) + (NAME if look.above else 0.0)
        self.high = max(self.over + max([parts.under for parts in every], default=10.0) + 2 * look.pad, 20.0)
        self.lane_y = dict(self._lanes())
        self.height = sum(max(self.lane_y.values()))
        self._across()

    def _lanes(self) -> Iterator[tuple[int, tuple[float, float]]]:
        """Top and height of every lane, and under -1, -2 of what is left out."""
        y, left_out = 0.0, 0
        for number in self.shown:
            left_out -= number is None
            height = REST if number is None else self.high
            yield left_out if number is None else number, (y, height)
            y += height + self.look.pad + 2

    def _across(self) -> None:
        """The columns from left to right."""
        x = 0.0
        self.whole = {parts.array.key: parts.whole(self.room[1], right=False) for parts in self.args}
        self.ends = {parts.array.key: parts.whole(self.room[1], right=True) for parts in self.outs}
        self.host: dict[str, float] = {}  # where the cells of pieces begin
        for parts in sorted(self.args, key=lambda parts: not parts.array.shared):
            if parts.array.shared and not self.look.shared:
                continue
            whole = self.whole[parts.array.key]
            left = -min(parts.left, whole.box[0], 0.0 if parts.array.shared else -BRACKET)
            self.host[parts.array.key] = x + left
            x += left + max(parts.right, whole.box[2] - FAR) + GAP
        self.lane_x = x + FAR
        self.in_lane, x = self._inside(self.lane_x + SIDE + self._title() + GAP)
        self.lane_end = x + SIDE
        x = self.lane_end + FAR + GAP
        for parts in self.outs:
            end = self.ends[parts.array.key]
            self.host[parts.array.key] = x - min(parts.left, end.box[0])
            x = self.host[parts.array.key] + max(parts.right, end.box[2], parts.right + BRACKET) + GAP
        self.width = x - GAP

    def _title(self) -> float:
        """The width of what a lane is called."""
        kinds = [text_width(device.kind, 11) for device in self.lanes.devices] if self.says_kind else []
        return max([text_width(f"device {self.lanes.devices[-1].id}", 12, weight=600), *kinds])

    @property
    def says_kind(self) -> bool:
        """Whether lanes are high enough to say what their devices are."""
        return self.high >= KINDS and not self.look.brief

    def _inside(self, x: float) -> tuple[dict[str, float], float]:
        """Where in a lane the cells of each array begin, and where its signs and its arrow stand."""
        found: dict[str, float] = {}
        for n, parts in enumerate(self.args):
            if n and self.called.operator:
                found["sign"] = x + 5
                x += 10 + GAP
            x += self._name(parts)
            found[parts.array.key] = x - parts.left
            x += parts.width + GAP
        if self.hidden[0] > 0:
            found["more"] = x
            x += text_width(f"+{self.hidden[0]} more", 11) + GAP
        name = text_width(self.called.name, 12, True)
        found["name"] = x
        x += name + 8 if self.high < LOW and self.look.brief < 2 else 0.0
        found["arrow"] = x
        x += 28.0 if self.high < LOW or self.look.brief > 1 else max(44.0, name + 12)
        found["arrow end"] = x
        for parts in self.outs:
            found[parts.array.key] = x + GAP - parts.left
            x = found[parts.array.key] + parts.right
        return found, x

    def _name(self, parts: Parts) -> float:
        """The room that the name of a piece needs at its left, or because it is wider than the piece it stands above."""
        if self.look.brief > 1:
            return 0.0
        width = max(
            (text_width(parts.array.named(n, not self.look.says_copy), 11, True) for n in parts.pieces), default=0.0
        )
        return max(0.0, width - parts.width) / 2 if self.look.above else width + 8

    def middle(self, number: int) -> float:
        """The height at which the cells of a lane have their middle."""
        return self.lane_y[number][0] + self.look.pad + self.over

    @property
    def fits(self) -> bool:
        """Whether all of it fits."""
        top, bottom = self.ends_y
        return self.width <= self.room[0] and bottom - top <= self.room[1]

    @property
    def notes(self) -> bool:
        """Whether there is room for two lines below the arrays on the host."""
        top, bottom = self.ends_y
        return bottom - top + 2 * LINE <= self.free

    @property
    def spare(self) -> float:
        """The height that is left over."""
        top, bottom = self.ends_y
        return max(self.free - (2 * LINE if self.notes else LINE) - (bottom - top), 0.0)

    @property
    def ends_y(self) -> tuple[float, float]:
        """Where the highest thing begins, and the lowest ends: the lanes, or a whole array that is higher than they are."""
        wholes = [(drawn.grid[1] + drawn.grid[3], drawn) for drawn in (*self.whole.values(), *self.ends.values())]
        tops = [(self.height - both) / 2 + drawn.box[1] for both, drawn in wholes]
        bottoms = [(self.height - both) / 2 + drawn.box[3] for both, drawn in wholes]
        return min([0.0, *tops]), max([self.height, *bottoms])

    # --- pieces in their places ---------------------------------------------------------------------------------------

    def on_host(self, parts: Parts, number: int) -> Drawn:
        """A piece beside its lane."""
        return self._at(parts, number, self.host[parts.array.key])

    def at_device(self, parts: Parts, number: int) -> Drawn:
        """A piece in its lane."""
        return self._at(parts, number, self.in_lane[parts.array.key])

    def _at(self, parts: Parts, number: int, x: float) -> Drawn:
        drawn = parts.drawn[number]
        return drawn.at(x, self.middle(number) - (drawn.grid[1] + drawn.grid[3]) / 2)

    def all_of(self, drawn: Drawn, key: str) -> Drawn:
        """A whole array in the middle of the height."""
        return drawn.at(self.host[key], self.height / 2 - (drawn.grid[1] + drawn.grid[3]) / 2)

    # --- lanes --------------------------------------------------------------------------------------------------------

    def frames(self) -> Iterator[Item]:
        """The lanes with their names, and how many are left out."""
        width = self.lane_end - self.lane_x
        for number, (y, height) in self.lane_y.items():
            if number < 0:
                yield Text(self.lane_x + width / 2, y + 14, self._left_out(number), "ink3", 12, anchor="middle")
                continue
            device, x = self.lanes.devices[number], self.lane_x + SIDE
            yield Rect(self.lane_x, y, width, height, "window", "edge", 1.25, radius=6, key=f"lane{number}")
            top = y + (max(self.look.pad, 6) + 10 if self.says_kind else self.middle(number) - y + CAP * 12)
            yield Text(x, top, f"device {device.id}", "ink", 12, 600, key=f"lane{number}.name")
            if self.says_kind:
                yield Text(x, top + 15, device.kind, "ink3", 11, key=f"lane{number}.kind")

    def _left_out(self, number: int) -> str:
        places = [n for n, each in enumerate(self.shown) if each is None]
        at = places[-number - 1]
        before = self.shown[at - 1] if at else -1
        after = self.shown[at + 1] if at + 1 < len(self.shown) else len(self.lanes.devices)
        count = (after or 0) - (before or 0) - 1
        return f"… {count} more device{'' if count == 1 else 's'}"

    def signs(self, number: int) -> Iterator[Item]:
        """What stands between the arrays of a lane before it runs."""
        y = self.middle(number)
        if "sign" in self.in_lane:
            yield sign(self.called.operator, self.in_lane["sign"], y, key=f"sign{number}")
        if "more" in self.in_lane:
            yield Text(self.in_lane["more"], y + 4, f"+{self.hidden[0]} more", "ink3", 11, key=f"more{number}")
        for parts in self.args if self.look.brief < 2 else ():
            drawn = self.at_device(parts, number)
            name, key = parts.array.named(number, not self.look.says_copy), f"name{number}.{parts.array.key}"
            left, top, right, _ = drawn.box
            if self.look.above:
                yield Text((drawn.grid[0] + right) / 2, top - 5, name, "ink2", 11, mono=True, anchor="middle", key=key)
            else:
                yield Text(left - 8, y + 4, name, "ink2", 11, mono=True, anchor="end", key=key)

    def runs(self, number: int) -> Iterator[Item]:
        """The arrow of what runs, with its name."""
        x, end, y = self.in_lane["arrow"], self.in_lane["arrow end"], self.middle(number)
        yield arrow(x, end, y, f"run{number}")
        key = f"run{number}.name"
        if self.look.brief > 1:
            return
        if self.high < LOW:
            yield Text(self.in_lane["name"], y + CAP * 12, self.called.name, "ink", 12, 600, True, key=key)
        else:
            yield Text((x + end) / 2, y - 7, self.called.name, "ink", 12, 600, True, "middle", key=key)

    def cuts(self, left: float, right: float, key: str) -> Iterator[Item]:
        """Dashed lines where an array is cut."""
        ends = [(y, y + height) for y, height in self.lane_y.values()]
        for n, ((_, above), (below, _)) in enumerate(pairwise(ends)):
            y = (above + below) / 2
            yield Path(((left, y), (right, y)), "ink2", 1.25, dash=(5, 3), key=f"{key}.cut{n}")

    def span(self, parts: Parts) -> Box:
        """The box around all pieces of an array on the host."""
        grids = [self.on_host(parts, n).grid for n in parts.drawn]
        lefts, tops, rights, bottoms = zip(*grids, strict=True)
        rest = [y + height - 2 for number, (y, height) in self.lane_y.items() if number < 0]
        return min(lefts), min(tops), max(rights), max(*bottoms, *rest) if rest else max(bottoms)

    def dots(self, parts: Parts) -> Iterator[Item]:
        """A mark on the host where devices are left out."""
        left, _, right, _ = self.span(parts)
        for number, (y, height) in self.lane_y.items():
            if number < 0:
                place = (left + right) / 2, y + height / 2 + 3
                yield Text(*place, "⋮", "ink3", 12, anchor="middle", key=f"{parts.array.key}.rest{number}")


def placed(lanes: Lanes, called: Called, followed: int, size: Size, level: int = 1) -> Places:
    """The places in the largest look that fits; `level` is the vmap that pmap stands for."""

    @cache
    def parts(style: Style, most: int, shown: int, brief: bool) -> Both:
        there = [n for n in layout.window(len(lanes.devices), shown, followed // lanes.each) if n is not None]
        args, outs = (
            [Parts(each, there, style, brief) for each in side] for side in arrays(lanes, followed, most, level)
        )
        return args, outs

    def made(look: Look) -> Places:
        drawn = parts(look.style, look.most, look.lanes, look.brief > 0)
        return Places(lanes, called, followed, look, size, drawn)

    tried = looks(len(lanes.devices), lambda look: made(look).fits)
    found = made(next(tried))
    for look in tried:
        if found.fits:
            break
        found = made(look)
    return found
