"""The middle of the storyboard: arguments at the left, the function, its results at the right."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from msgspec.structs import replace

from vmapviz.model.scenes import stage
from vmapviz.model.scenes.arrays import Drawn
from vmapviz.model.scenes.layout import CLEAR, Figure
from vmapviz.model.scenes.marks import CAP, arrow, bounds, faded, item_box, shifted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.parts import Part, Story, figure
from vmapviz.model.scenes.scene import Item, Path, Rect, Text
from vmapviz.model.scenes.story_words import more
from vmapviz.model.scenes.subject import kind, one_figure
from vmapviz.model.scenes.symbols import symbol
from vmapviz.model.scenes.tracks import block_height

FAN, ARROW, GAP, CLOSE, SIGN = 76.0, 40.0, 30.0, 18.0, 34.0


class Bench:
    """Split, run one and run all: the arguments stay at the left while the function works at the right."""

    def __init__(self, story: Story) -> None:
        self.story, self.style, self.draw = story, story.style, story.draw
        self.gap = GAP if self.style.height > CLEAR[-1].height else CLOSE
        args, outs = story.shown_args, story.shown_outs
        self.same = [part for part in args if part.shared]
        self.given = [part for part in args if not part.shared]
        split = [figure(story, part, True) for part in self.given]
        if split and not self.same:
            split[-1] = replace(split[-1], notes=self._hidden())
        self.made = [figure(story, part, True) for part in outs]
        whole = [each for each in (*split, *self.made) if each.table[0] is not None]
        heights = [block_height(each, self.style) for each in whole] if len(whole) > 1 else []
        self.rows = replace(self.style, block=max(heights, default=0.0))
        self.shared = self._upright(stage.below([self._shared(part) for part in self.same], 14.0))
        right = stage.box_of(self.shared)[2] + FAN if self.shared else 0.0
        parts = stage.beside((self.draw(each, self.rows) for each in split), self.gap, story.room)
        self.slices = stage.all_at(parts, right, 0.0)
        self.edge = stage.box_of([*self.shared, *self.slices])[2]

    @cached_property
    def results(self) -> list[Drawn]:
        """Every result apart."""
        return stage.beside((self.draw(each, self.rows) for each in self.made), self.gap, self.story.room)

    def _shared(self, part: Part) -> Drawn:
        """A shared array; of several the names stand at the left, so that there is room for them all."""
        seen = figure(self.story, part, False, notes=self._note(part))
        if len(self.same) == 1:
            return self.draw(seen, self.style)
        drawn = self.draw(replace(seen, name=""), self.style)
        x, y = drawn.box[0] - 16, stage.middle(drawn) + CAP * 12
        items = (*drawn.items, Text(x, y, seen.name, "ink", 12, 600, True, "end", key=f"{seen.key}.name"))
        return Drawn(items, bounds(items), drawn.grid, drawn.cells)

    def _note(self, part: Part) -> tuple[str, ...]:
        """What is said once below the last shared array, and what there was no room for."""
        if part is not self.same[-1]:
            return ()
        count = self.story.subject.count
        return (f"read by all {count}" if len(self.same) == 1 else f"each read by all {count}", *self._hidden())

    def _hidden(self) -> tuple[str, ...]:
        hidden = len(self.story.args) - len(self.story.shown_args)
        return (f"… and {hidden} more",) if hidden else ()

    @staticmethod
    def _upright(parts: list[Drawn]) -> list[Drawn]:
        """The arrays moved so that the middle of the column lies on y = 0."""
        box = stage.box_of(parts)
        return stage.all_at(parts, -box[0], -(box[1] + box[3]) / 2)

    def _rows(self, parts: list[Drawn], last: bool = True) -> dict[str, Rect]:
        """The frames of the examples of the last (or first) split array, by the end of their key."""
        chosen = parts[-1 if last else 0] if parts else None
        if chosen is None:
            return {}
        frames = [item for item in chosen.items if isinstance(item, Rect) and "@" in item.key]
        return {item.key.partition("@")[2]: item for item in frames if not item.key.endswith(".n")}

    def _fan(self) -> list[Item]:
        """From every shared array to each example."""
        items: list[Item] = []
        single = len(self.story.subject.trace.levels) == 1
        ends = list(self._rows(self.slices, last=False).values()) if single else []
        for part, shared in zip(self.same, self.shared, strict=True):
            x0, y0 = shared.grid[2] + 6, stage.middle(shared)
            for n, row in enumerate(ends):
                x1, y1 = row.x - 26, row.y + row.height / 2
                bend = (x0 + x1) / 2
                points = ((x0, y0), (bend, y0), (bend, y1), (x1, y1))
                items.append(Path(points, "edge", 1.0, curved=True, key=f"fan{part.key}.{n}"))
        return items

    def _copies(self) -> list[tuple[Figure, Drawn]]:
        """The followed example of every split array, as the function sees it."""
        found = []
        for part in self.given:
            present = [level for level, dim in enumerate(part.levels, 1) if dim is not None]
            tint = present[0] if len(present) == 1 else 0
            copy = one_figure(self.story.subject, part.one, part.one_name, f"c{part.key}")
            follow = self.story.subject.follow
            at = ",".join(str(follow[level - 1]) for level in reversed(present))
            none = any(self.story.subject.trace.levels[level - 1].size == 0 for level in present)
            name = f"one {part.label}" if none else f"{part.label}[{at}]"
            copy = replace(copy, framed="copy", tint=tint, name=name)
            found.append((copy, self.draw(copy, self.style)))
        return found

    def _overlays(self) -> list[Item]:
        """Those copies while they still lie on their slices: they are there before they leave."""
        items: list[Item] = []
        if self.style.hollow:  # they take no room
            return items
        for (seen, copy), part, split in zip(self._copies(), self.given, self.slices, strict=True):
            if seen.seen is not None:  # its slice lies in no box
                continue
            cuts = sorted((d, f) for d, f in zip(part.levels, self.story.subject.follow, strict=False) if d is not None)
            places = {}
            for index, place in split.cells.items():
                if all(index[dim] == at for dim, at in cuts):
                    dims = [dim for dim, _ in cuts]
                    places[tuple(i for d, i in enumerate(index) if d not in dims)] = place
            bold = next((item for item in split.items if isinstance(item, Rect) and _bold(item)), None)
            items.extend(stage.onto(copy, seen, places, bold))
        return items

    def split(self) -> list[Item]:
        """Every batched argument apart, every shared one drawn once."""
        parts = [item for part in (*self.shared, *self.slices) for item in part.items]
        return [*self._fan(), *self._overlays(), *parts]

    def one(self) -> list[Item]:
        """The followed example goes into the function, the others wait."""
        followed = [r for part in self.slices for r in part.items if isinstance(r, Rect) and _bold(r)]
        items: list[Item] = []
        for part in self.slices:
            for item in part.items:
                stays = any(_inside(item, frame) or item.key == f"{frame.key}.n" for frame in followed)
                items.extend([item] if stays else faded([item], 0.4))
        contents, answer = self._inside_box(), self._answer()
        left = self.edge + ARROW + 8
        inner = bounds(contents)
        width = max(inner[2] - inner[0] + 32, text_width(self.story.name, 12, mono=True) + 20)
        box = Rect(left, inner[1] - 32, width, inner[3] - inner[1] + 44, "", "edge", 1.25, radius=6)
        moved = list(shifted(contents, left + (width - inner[0] - inner[2]) / 2, 0))
        end = box.x + box.width
        results = stage.all_at(answer, end + ARROW + 10 - stage.box_of(answer)[0], 0.0)
        items.extend(moved)
        items.extend(self._box(replace(box, key="box")))
        items.extend([arrow(self.edge + 8, left - 6, 0.0, "in")] if self.slices else [])  # all there is went in itself
        items.append(arrow(end + 6, end + ARROW, 0.0, "out"))
        return [*items, *(item for part in results for item in part.items)]

    def _box(self, box: Rect) -> list[Item]:
        return [box, Text(box.x + 10, box.y + 18, self.story.name, "ink", 12, 600, mono=True, key="box.name")]

    def _inside_box(self) -> list[Item]:
        """What the function sees: every argument of one example, joined by the operator when there is one only."""
        copies = {seen.key[1:]: drawn for seen, drawn in self._copies()}
        shown = self.story.shown_args
        parts = [copies.get(part.key) or self.draw(figure(self.story, part, False), self.style) for part in shown]
        hidden = len(self.story.args) - len(shown)
        equations = self.story.subject.trace.original.equations
        operator = symbol(equations[0]) if len(equations) == 1 and len(shown) == len(equations[0].inputs) == 2 else ""
        if self.story.upright:
            placed = self._upright(stage.centred_below(parts, 10.0))
            return [*(item for part in placed for item in part.items), *more(hidden, placed)]
        placed = stage.beside(parts, SIGN if operator else self.gap)
        items = [item for part in placed for item in part.items]
        for a, b in pairwise(placed) if operator else ():
            items.append(stage.sign(operator, (a.box[2] + b.box[0]) / 2, 0.0))
        return [*items, *more(hidden, placed)]

    def _answer(self) -> list[Drawn]:
        """The results of the followed example, with the keys that their cells have among all."""
        drawn = []
        for part in self.story.shown_outs:
            answer = one_figure(self.story.subject, part.one, part.one_name, part.key)
            answer = replace(answer, name=kind(part.one, part.one_name))
            if not part.shared:
                pairs = list(zip(part.levels, self.story.subject.follow, strict=False))
                lift = tuple((dim, at) for dim, at in pairs if dim is not None)
                name = ",".join("-" if dim is None else str(at) for dim, at in pairs)
                tint = 1 if len(lift) == 1 else 0
                answer = replace(answer, framed=name, tint=tint, lift=lift)
            drawn.append(self.draw(answer, self.style))
        return stage.beside(drawn, self.gap)

    def every(self) -> list[Item]:
        """All examples through the function together."""
        rows = self._rows(self.slices)
        left = self.edge + ARROW + 8
        top = min((row.y for row in rows.values()), default=-20.0) - 4
        bottom = max((row.y + row.height for row in rows.values()), default=20.0) + 4
        width = max(64.0, 7.2 * len(self.story.name) + 20)
        middle = (top + bottom) / 2
        high = max(bottom - top, 44.0)
        box = Rect(left, middle - high / 2, width, high, "", "edge", 1.25, radius=6, key="box")
        name = Text(left + width / 2 - 3.6 * len(self.story.name), middle + 4, self.story.name, "ink", 12, 600, True)
        results = stage.all_at(self.results, left + width + ARROW + 10 - stage.box_of(self.results)[0], 0.0)
        arrays = [item for part in (*self.shared, *self.slices) for item in part.items]
        items = [*self._fan(), *self._overlays(), *arrays, box, replace(name, key="box.name")]
        items += self._arrows(rows, left, left + width, results)
        return [*items, *(item for part in results for item in part.items)]

    def _arrows(self, rows: dict[str, Rect], left: float, right: float, results: list[Drawn]) -> list[Item]:
        ends = self._rows(results, last=False)
        single = len(self.story.subject.trace.levels) == 1
        if not single or not rows or not ends:
            return [arrow(self.edge + 8, left - 6, 0.0, "in"), arrow(right + 6, right + ARROW, 0.0, "out")]
        items: list[Item] = []
        for name, row in rows.items():
            y = row.y + row.height / 2
            items.append(arrow(self.edge + 8, left - 6, y, f"in{name}"))
            if name in ends:
                index = text_width(name, 12, mono=True)
                items.append(arrow(right + 6, ends[name].x - 16 - index, y, f"out{name}"))
        return items


def _bold(rect: Rect) -> bool:
    return "@" in rect.key and rect.thickness > 2


def _inside(item: Item, frame: Rect) -> bool:
    left, top, right, bottom = item_box(item)
    x, y, w, h = frame.x - 3, frame.y - 3, frame.width + 6, frame.height + 6
    return x <= left and y <= top and right <= x + w and bottom <= y + h
