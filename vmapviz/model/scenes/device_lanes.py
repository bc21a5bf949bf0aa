"""The storyboard of a call that pmap runs: whole on the host, cut, one piece in the lane of every device, run, back, and joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from vmapviz.model.lanes import Lanes
from vmapviz.model.scenes import stage
from vmapviz.model.scenes.device_layout import TOP, Called, Places, placed
from vmapviz.model.scenes.device_parts import Parts, of_device, without_brackets
from vmapviz.model.scenes.device_words import captions, talk
from vmapviz.model.scenes.marks import Box, arrow, axis_label, bounds, bracket, shifted
from vmapviz.model.scenes.measure import elided, text_width
from vmapviz.model.scenes.scene import Item, Path, Scene, Text
from vmapviz.model.scenes.stage import MARGIN, Size
from vmapviz.model.scenes.symbols import symbol
from vmapviz.model.trace import Trace
from vmapviz.model.values import Result

PHASES = (
    ("On the host", 600),
    ("Cut", 500),
    ("To the devices", 600),
    ("Run on every device", 500),
    ("Back to the host", 600),
    ("Result", 1000),
)
HEADS = (22.0, 20.0)  # the baselines of what heads the picture of a call, and that of an equation


def stills(
    trace: Trace, lanes: Lanes, followed: int, size: Size, name: str = "f", result: Result | None = None
) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of each phase; the last of one phase is the first of the next. Of nested vmaps `followed` is the outermost's."""
    equations = trace.original.equations
    two = len(equations) == 1 and len(lanes.arguments) == len(equations[0].inputs) == 2
    called = Called(name, symbol(equations[0]) if two else "")
    followed = min(followed, len(lanes.devices) * lanes.each - 1)
    board = _Board(placed(lanes, called, followed, size, len(trace.levels)), trace, size)
    whole, cut, there, ran, back, end = board.scenes(result)
    return (whole,), (whole, cut), (cut, there), (there, ran), (ran, back), (back, end)


class _Board:
    """The pictures, in the places of one look."""

    def __init__(self, places: Places, trace: Trace, size: Size) -> None:
        self.places, self.trace, self.size = places, trace, size
        self.numbers = [n for n in places.shown if n is not None]
        self.frames = [*places.frames(), *self._kinds()]
        self.talk = talk(trace)

    def scenes(self, result: Result | None) -> list[Scene]:
        """The six keyframes."""
        places, args, outs = self.places, self.places.args, self.places.outs
        signs = [item for n in self.numbers for item in places.signs(n)]
        runs = [item for n in self.numbers for item in places.runs(n)]
        given = [*self._lanes(args), *signs, *self._into()]
        pieces, waiting = list(self._pieces(args)), self._waiting(args)
        went = [*self.frames, *pieces, *given, *runs, *self._talk(), *self._lanes(outs)]
        pictures: list[list[Item]] = [
            [*self.frames, *self._whole(args), *self._notes(args)],
            [*self.frames, *pieces, *waiting, *self._notes(args)],
            [*self.frames, *pieces, *given, *self._notes(args)],
            [*went, *self._back(outs, there=False), *self._notes(args)],
            [*went, *self._back(outs, there=True), *self._out(), *self._notes(args), *self._notes(outs)],
            [*went, *self._ends(outs), *self._notes(args), *self._notes(outs, whole=True)],
        ]
        dx, dy = self._offset([*pictures[0], *pictures[4], *pictures[5]])
        texts = zip(PHASES, pictures, captions(places, result, self.talk), strict=True)
        return [
            stage.scene(shifted(items, dx, dy), self.size, title, text, str(number))
            for number, ((title, _), items, text) in enumerate(texts, 1)
        ]

    def _offset(self, items: list[Item]) -> tuple[float, float]:
        left, _, right, _ = bounds(items)
        top, _ = self.places.ends_y
        return round((self.size[0] - left - right) / 2), int(TOP + self.places.spare / 2 - top)

    def _kinds(self) -> Iterator[Item]:
        """What the devices are, said once where lanes are too low to say it."""
        if not self.places.says_kind:
            kinds = " and ".join(dict.fromkeys(device.kind for device in self.places.lanes.devices))
            x = (self.places.lane_x + self.places.lane_end) / 2
            count = len(self.places.lanes.devices)
            text = f"{count} device{'' if count == 1 else 's'}: {kinds}"
            yield Text(x, -6, text, "ink3", 11, anchor="middle", key="kinds")

    # --- on the host --------------------------------------------------------------------------------------------------

    def _seen(self, parts: Iterable[Parts]) -> list[Parts]:
        return [each for each in parts if each.array.key in self.places.host]

    def _whole(self, parts: Iterable[Parts]) -> Iterator[Item]:
        for each in self._seen(parts):
            yield from self.places.all_of(self.places.whole[each.array.key], each.array.key).items

    def _ends(self, parts: Iterable[Parts]) -> Iterator[Item]:
        for each in parts:
            yield from self.places.all_of(self.places.ends[each.array.key], each.array.key).items

    def _pieces(self, parts: Iterable[Parts]) -> Iterator[Item]:
        """The arrays on the host, what is batched in pieces with dashed lines between them and one bracket around all."""
        for each in self._seen(parts):
            if each.array.shared:
                yield from self.places.all_of(self.places.whole[each.array.key], each.array.key).items
                continue
            for number in each.drawn:
                yield from without_brackets(self.places.on_host(each, number).items)
            yield from self._around(each, left=True)

    def _around(self, parts: Parts, left: bool) -> Iterator[Item]:
        """The whole batch bracket and the cuts, at the left or the right of the pieces."""
        array, (start, top, end, bottom) = parts.array, self.places.span(parts)
        axis = array.spread.axis or 0
        x, key = (start - 9 if left else end + 9), f"{array.key}[{axis}"
        yield from bracket(array.level, top, bottom, x, True, key)
        size = array.spread.shape[axis]
        label = x - 8 if left else x + 8
        yield from axis_label(array.level, size, label, self.places.height / 2 + 4, 1.0 if left else 0.0, key)
        yield from self.places.dots(parts)
        yield from self.places.cuts(start - (2 if left else 12), end + (12 if left else 2), array.key)

    # --- on the devices -----------------------------------------------------------------------------------------------

    def _lanes(self, parts: Iterable[Parts]) -> Iterator[Item]:
        for each in parts:
            for number in each.drawn:
                yield from of_device(self.places.at_device(each, number).items, number)

    def _waiting(self, parts: Iterable[Parts]) -> Iterator[Item]:
        """The devices' pieces while they still lie on the host's: they are there before they leave."""
        for each in self._seen(parts):
            for number in each.drawn:
                drawn = (
                    self.places.all_of(each.drawn[number], each.array.key)
                    if each.array.shared
                    else self.places.on_host(each, number)
                )
                yield from of_device(without_brackets(drawn.items), number)

    def _back(self, parts: Iterable[Parts], there: bool) -> Iterator[Item]:
        """The pieces of the result that go back: still in the lanes, or on the host."""
        for each in parts:
            for number in each.drawn:
                at = self.places.on_host if there else self.places.at_device
                yield from without_brackets(at(each, number).items)
            if there and not each.array.shared:
                yield from self._around(each, left=False)

    def _into(self) -> Iterator[Item]:
        """Arrows from the host's pieces into the lanes."""
        cut = [each for each in self._seen(self.places.args) if not each.array.shared]
        for number in self.numbers if cut else []:
            edge = max(self.places.on_host(each, number).box[2] for each in cut)
            yield arrow(edge + 8, self.places.lane_x - 6, self.places.middle(number), f"into{number}")

    def _out(self) -> Iterator[Item]:
        """Arrows from the lanes to the host's pieces of the result."""
        for first in self.places.outs[:1]:
            for number in first.drawn:
                end = self.places.on_host(first, number).grid[0]
                yield arrow(self.places.lane_end + 6, end - 8, self.places.middle(number), f"out{number}")

    def _talk(self) -> Iterator[Item]:
        """A line between all lanes where the devices exchange something, with what does it."""
        if not self.talk.sure or len(self.numbers) < 2:
            return
        x = self.places.in_lane["arrow end"] + 5
        ends = [self.places.middle(n) for n in (self.numbers[0], self.numbers[-1])]
        for key, (start, end) in {"up": ends[::-1], "down": ends}.items():
            turn = 9 if end > start else -9
            yield Path(((x, start + turn), (x, end - turn)), "ink2", 1.25, arrow=True, key=f"talk.{key}")

    # --- words --------------------------------------------------------------------------------------------------------

    def _notes(self, parts: Iterable[Parts], whole: bool = False) -> Iterator[Item]:
        """Below the arrays on the host their names and types, and how pmap takes or gives them where there is room for it; what is seen
        in one piece (as a result is that is `whole`) has its own close to it, where they are no wider than it."""
        seen = sorted(self._seen(parts), key=lambda each: each.array.shared)
        taken: list[tuple[float, float]] = []
        for each in seen:
            array, x = each.array, self._under(each)
            alone = len([one for one in seen if one.array.shared == array.shared]) == 1
            text = f"{array.label} {array.spread.type}" if alone and not array.shared else array.label
            note = self._note(each, alone) if self.places.notes else ""
            half = text_width(note, 11) / 2
            noted = bool(note) and all(x + half + 8 < left or right + 8 < x - half for left, right in taken)
            width = max(text_width(text, 11.5, True), 2 * half if noted else 0.0)
            y = self._foot(each, width, whole and len(seen) == 1) + 14
            yield Text(x, y, text, "ink", 11.5, 600, True, "middle", key=f"{array.key}.name")
            if noted:
                yield Text(x, y + 14, note, "ink3", 11, anchor="middle", key=f"{array.key}.note")
                taken.append((x - half, x + half))

    def _foot(self, parts: Parts, width: float, alone: bool) -> float:
        """Where words of this width begin below an array: at its own end where it is in one piece, else below everything."""
        lowest = self.places.ends_y[1]
        copied = parts.array.shared and not parts.array.key.startswith("r")
        if not copied and not alone:
            return lowest
        (left, _, right, _), (_, _, _, bottom) = self._whole_box(parts)
        return min(bottom, lowest) if alone or width <= right - left + 16 else lowest

    def _under(self, parts: Parts) -> float:
        """The middle of an array's column; no further out than its words are wide."""
        left, _, right, _ = self.places.span(parts) if not parts.array.shared else self._whole_box(parts)[0]
        return (left + right) / 2

    def _whole_box(self, parts: Parts) -> tuple[Box, Box]:
        """The boxes around the cells of an array in one piece, and around all of it."""
        key = parts.array.key
        whole = self.places.whole[key] if key in self.places.whole else self.places.ends[key]
        drawn = self.places.all_of(whole, key)
        return drawn.grid, drawn.box

    def _note(self, parts: Parts, alone: bool) -> str:
        array = parts.array
        if array.key.startswith("r"):
            return f"pmap gives {array.spread.given_type}" if array.spread.given != array.spread.shape else ""
        if array.shared:
            return "copied to each"
        piece = "one piece per device"
        reshaped = f"as {array.spread.given_type}: {piece}" if array.spread.given != array.spread.shape else piece
        return f"reshaped to {reshaped.removeprefix('as ')}" if alone and reshaped != piece else reshaped


def _shorter(words: str) -> Iterator[str]:
    """The words with fewer and fewer of their sentences, from the last on."""
    sentences = words.split(". ")
    for count in range(len(sentences), 0, -1):
        yield f"{'. '.join(sentences[:count]).removesuffix('.')}."


def with_words(scene: Scene, why: str) -> Scene:
    """A picture of vmap's, with words that say why it is not pmap's."""
    heads = [item for item in scene.items if isinstance(item, Text) and item.y in HEADS]
    x = max((i.x + text_width(i.text, i.size, i.mono, i.weight) for i in heads), default=0)
    room, y = scene.width - MARGIN - x - 24, heads[0].y if heads else HEADS[0]
    seen = next((text for text in _shorter(why) if text_width(text, 12) <= room), elided(why, room, 12))
    words = Text(scene.width - MARGIN, y, seen, "ink3", 12, anchor="end", key="why")
    return replace(scene, items=(*scene.items, words), caption=f"{why} {scene.caption}".strip())
