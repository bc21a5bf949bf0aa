"""A film with its title, its sentence and its footer: what every animation and every slide shows."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.export.marked import marked_lines
from vmapviz.export.programs import footer, summary
from vmapviz.model.call import call_text
from vmapviz.model.explain import sentence
from vmapviz.model.picked import Picked
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.programs.shift import shifted
from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text
from vmapviz.model.scenes.timeline import Timeline, timeline
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import TYPE
from vmapviz.model.trace import Trace

TITLE, FOOTER, MARGIN = 44.0, 26.0, 24.0
SIZE = (960.0, 540.0)
LEAST = (480.0, 320.0)
FRAMES_PER_SECOND = 20
HOLD_MS = 1200  # the last picture stays, before all begins again


def moments(timeline: Timeline, speed: float) -> int:
    """How many frames a film has, but for the last picture, which stays."""
    return max(1, round(timeline.total / speed * FRAMES_PER_SECOND / 1000))


def length(timeline: Timeline, speed: float) -> tuple[int, float]:
    """Frames and seconds of a film, with the last picture that stays."""
    held = HOLD_MS * FRAMES_PER_SECOND // 1000
    return moments(timeline, speed) + held, timeline.total / speed / 1000 + HOLD_MS / 1000


class Reel:
    """The frames of a snapshot's film in the size of a file; `subject` are its trace and numbers.

    `speed` 2 plays twice as fast; `reduced` shows only keyframes; without `all_at_once` the examples go one by one. Where `cell` is
    seen, it is marked with what it comes from.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        subject: Subject,
        size: tuple[float, float] = SIZE,
        speed: float = 1.0,
        all_at_once: bool = True,
        reduced: bool = False,
        cell: Picked | None = None,
    ) -> None:
        self.size, self.speed, self._reduced = size, speed, reduced
        self._cell = cell
        self._snapshot = snapshot
        self._call = call_text(snapshot.experiment)
        self.timeline: Timeline = timeline(
            subject.trace, subject.name, all_at_once, reduced, subject.devices is not None
        )
        self._lines = {path: self._told(subject.trace, path) for path in {one.path for one in self.timeline.segments}}
        self._words = 18 + TYPE["sentence"].line * max(
            len({line.y for line in lines}) for lines in self._lines.values()
        )
        self._film = Film(subject, (size[0], size[1] - TITLE - self._words - FOOTER), all_at_once)
        self._around: tuple[str | None, tuple[Item, ...]] | None = None

    def _told(self, trace: Trace, path: str | None) -> list[Text]:
        """The sentence of an equation, or that of the whole call, in lines from y = 0."""
        words, kind = sentence(trace, path) if path else summary(trace), TYPE["sentence"]
        return marked_lines(words, MARGIN, 0, self.size[0] - 2 * MARGIN, kind.size, kind.line)[0]

    def frames(self) -> Iterator[tuple[Scene, int]]:
        """Every frame with the milliseconds it is shown, at 20 a second; frames that look the same are one."""
        step = 1000 / FRAMES_PER_SECOND
        count = moments(self.timeline, self.speed)
        before, shown = self._at(0), 0.0
        for number in range(count):
            now = self._at(number * step * self.speed)
            if now != before:
                yield before, round(shown)
                before, shown = now, 0.0
            shown += step
        yield before, round(shown)
        yield self._at(self.timeline.total), HOLD_MS

    def keyframes(self) -> Iterator[Scene]:
        """The pictures at the ends of the phases, as slides show them; equal ones once."""
        return (self._framed(scene, path) for path, scene in self._film.keyframes(self.timeline, self._cell))

    def _at(self, ms: float) -> Scene:
        place = self.timeline.locate(ms)
        path = self.timeline.segments[place.segment].path
        return self._framed(self._film.scene(self.timeline, place, path, self._reduced, cell=self._cell), path)

    def _framed(self, scene: Scene, path: str | None) -> Scene:
        items = (*self._frame(path), *shifted(scene.items, 0, TITLE))
        return Scene(*self.size, items, scene.caption, self._call)

    def _frame(self, path: str | None) -> tuple[Item, ...]:
        """What stands around the picture: the same for all frames of an equation."""
        if self._around is None or self._around[0] != path:
            self._around = path, tuple(self._made(path))
        return self._around[1]

    def _made(self, path: str | None) -> Iterator[Item]:
        width, height = self.size
        yield Text(MARGIN, 28, self._call, "ink", 15, 600, mono=True, width=width - 2 * MARGIN)
        top = height - self._words - FOOTER
        yield Rect(0, top, width, self._words + FOOTER, fill="window")
        yield Path(((0, top), (width, top)), "line")
        yield from shifted(self._lines[path], 0, top + 25)
        yield Text(MARGIN, height - 10, footer(self._snapshot), "ink3", 11)
