"""The pictures of a call one after another: the frame of any moment, the same in the window and in every export."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from vmapviz.model.actions import mapping
from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Lanes
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import (
    call_origins,
    collectives,
    device_exchange,
    device_lanes,
    equation,
    origins,
    steps,
    story,
)
from vmapviz.model.scenes import subject as scenes
from vmapviz.model.scenes.carry import HELD, carried, owners
from vmapviz.model.scenes.exchange import Exchanged
from vmapviz.model.scenes.origins import Marks
from vmapviz.model.scenes.parts import Story, story_of
from vmapviz.model.scenes.scene import Rect, Scene
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.timeline import Phase, Place, Segment, Timeline
from vmapviz.model.scenes.tween import along, linear
from vmapviz.model.session import Session
from vmapviz.model.slices import Named, Slices
from vmapviz.model.trace import Trace
from vmapviz.model.values import Result, Values

Stills = tuple[tuple[Scene, ...], ...]

KEPT = 8  # equations whose stills are kept, of at most 1 MB each: who scrubs goes to and fro


class Subject(NamedTuple):
    """What is shown: a trace with its numbers, the followed example, and `name`, what the function is called.

    `out_axes` are the batch axes of each result; `inside` a pass through the body that holds the selected equation; `slices` what was
    chosen to be seen of arrays with many axes. `lanes` are the devices that pmap ran the call on; None where vmap alone is spoken of.
    `talk` is a pass through that body for any example, with what the devices exchange in it.
    """

    trace: Trace
    values: Values | None
    example: tuple[int, ...]
    result: Result | None
    name: str
    out_axes: tuple[tuple[int | None, ...], ...] = ()
    inside: Inside | None = None
    slices: Slices | None = None
    lanes: Lanes | None = None
    talk: Inside | None = None

    @property
    def devices(self) -> Lanes | None:
        """What was on which device, where pmap ran."""
        return self.lanes if self.lanes is not None and self.lanes.devices else None


def filmed(session: Session, inside: Inside | None = None, talk: Inside | None = None) -> Subject:
    """What a session with a picture shows, with passes through the body of the selected equation."""
    picture = session.picture
    assert picture is not None
    axes = tuple(leaf.axes for leaf in picture.results)
    name = picture.experiment.function or "f"
    on, slices = mapping.lanes(session), session.slices
    return Subject(picture.trace, session.values, session.example, session.result, name, axes, inside, slices, on, talk)


class Film:
    """The frames of a subject in one size; the stills of an equation are made when they are first seen."""

    def __init__(self, subject: Subject, size: Size, all_at_once: bool = True) -> None:
        self.subject = subject
        self.size = size
        self.all_at_once = all_at_once
        self._made: dict[str | None, Stills] = {}  # of the last few that were seen
        self._marks: dict[str | None, tuple[Picked, Marks]] = {}

    def picked_at(self, path: str | None, key: str) -> tuple[Picked, tuple[int, ...]] | None:
        """The cell with this key in the picture of an equation, or of the whole call (None), and its example."""
        if path is None:
            return call_origins.picked_at(self._story(), key)
        return origins.picked_at(self._about(), path, key)

    def first(
        self, scene: Scene, timeline: Timeline, place: Place, path: str | None, reduced: bool, onward: bool
    ) -> tuple[Picked, tuple[int, ...]] | None:
        """The first cell in the picture of a moment, of a result where it has one; of the followed example."""
        cells = [item.key for item in scene.items if isinstance(item, Rect) and origins.figure_and_index(item.key)]
        pictures = [each for key in cells for each in self.pictures(key, timeline, place, path, reduced, onward)]
        for each in sorted(pictures, key=lambda each: each[1].lstrip("e0123456789")[0] not in "qr"):
            found = self.picked_at(*each)
            if found is not None and found[1] == self._about().follow:
                return found
        return None

    def beside(self, path: str | None, cell: Picked, down: int, across: int) -> tuple[Picked, tuple[int, ...]] | None:
        """The cell beside one in the table of a loop's turns, whose rows are the examples; None where that has none there."""
        if path is None or cell.turn is None:
            return None
        marks = self.marks(path, cell)
        for figure, at in marks.picked.items():
            shape = marks.shapes[figure]
            flat = sum(each * prod(shape[n + 1 :]) for n, each in enumerate(at)) + down * shape[-1] + across
            if 0 <= flat < prod(shape):
                moved = (flat // prod(shape[n + 1 :]) % size for n, size in enumerate(shape))
                return self.picked_at(path, f"{figure}:{','.join(map(str, moved))}")
        return None

    def named(self, path: str | None, key: str, rank: int) -> Named | None:
        """The variable that a figure of so many axes shows, by its key."""
        if path is None:
            return call_origins.named(self._story(), key, rank)
        return origins.named(self._about(), path, key)

    def marks(self, path: str | None, cell: Picked) -> Marks:
        """Where a cell comes from, in that picture; found anew only when it is another cell."""
        if path not in self._marks or self._marks[path][0] != cell:
            made = origins.marks(self._about(), path, cell) if path is not None else self._call_marks(cell)
            self._marks = {**dict(list(self._marks.items())[-1:]), path: (cell, made)}
        return self._marks[path][1]

    def _call_marks(self, cell: Picked) -> Marks:
        return call_origins.marks(self._story(), cell, self.subject.devices)

    def _marked(self, scene: Scene, path: str | None, cell: Picked | None) -> Scene:
        return scene if cell is None else origins.marked(scene, self.marks(path, cell))

    def _about(self) -> scenes.Subject:
        one = self.subject
        return scenes.subject_of(one.trace, one.values, one.example, one.inside, one.slices)

    def _story(self) -> Story:
        one = self.subject
        about = scenes.Subject(one.trace, one.values, one.example, slices=one.slices or {})
        return story_of(about, one.name, one.result, self.size, one.out_axes)

    def stills(self, path: str | None) -> Stills:
        """The keyframes of each phase of an equation, or of the whole call (None)."""
        found = self._made.pop(path, None) or self._stills(path)
        self._made = {**dict(list(self._made.items())[1 - KEPT :]), path: found}
        return found

    def _stills(self, path: str | None) -> Stills:
        if path is not None:
            exchange = self._exchange(path)
            if exchange is not None:
                return collectives.stills(exchange, self.size)
            about = self._about()
            whole = equation.stills_of(about, path, self.size, self.all_at_once)
            return self._with_words(steps.with_steps(about, path, self.size, whole), self._not_exchanged(path))
        one = self.subject
        if one.devices is not None:
            followed = self._about().follow[-1]
            return device_lanes.stills(one.trace, one.devices, followed, self.size, one.name, one.result)
        made = story.stills_of(self._story(), self.all_at_once)
        return self._with_words(made, one.lanes.why if one.lanes is not None else "")

    @staticmethod
    def _with_words(made: Stills, why: str) -> Stills:
        """Pictures of vmap's, with words that say why they are not pmap's."""
        return tuple(tuple(device_lanes.with_words(scene, why) for scene in phase) for phase in made) if why else made

    def _not_exchanged(self, path: str) -> str:
        """Why not the devices are drawn that exchange something by an equation, but the examples."""
        one = self.subject
        return "" if one.devices is None else device_exchange.not_by_devices(one.trace, one.devices, path, one.talk)

    def _exchange(self, path: str) -> Exchanged | None:
        """What the devices exchanged by an equation."""
        one = self.subject
        if one.devices is None:
            return None
        return device_exchange.by_devices(one.trace, one.devices, path, self._about().follow, one.talk)

    def scene(
        self,
        timeline: Timeline,
        place: Place,
        path: str | None,
        reduced: bool = False,
        onward: bool = True,
        cell: Picked | None = None,
    ) -> Scene:
        """The picture at a place of the timeline; `path` is the equation shown there, `reduced` shows only keyframes.

        The last phase of a picture goes over into the next picture where it goes `onward`; at its very end it is itself again. With a
        `cell` it is marked where that comes from.
        """
        phase = timeline.segments[place.segment].phases[place.phase]
        share = 1.0 if reduced else place.share
        following = self.following(timeline, place, reduced, onward)
        frames = _part(self._of_phase(path, phase), phase)
        if following is not None:
            return carried(*self._seam(frames[-1], path, following, cell), share)
        if self._next(timeline, place, reduced, onward) is not None:
            share = min(1.0, 2 * share / HELD)  # it is complete, and stays, before it goes over
        # Several stills come one after another at an even pace, each of them easing by itself.
        now = along(frames, share, linear) if len(frames) == 1 else along(frames, share)
        return self._marked(now, path, cell)

    def following(self, timeline: Timeline, place: Place, reduced: bool = False, onward: bool = True) -> Segment | None:
        """What a picture goes over into at a place; None where it does not."""
        return self._next(timeline, place, reduced, onward) if HELD < place.share < 1 else None

    def _next(self, timeline: Timeline, place: Place, reduced: bool, onward: bool) -> Segment | None:
        """What a picture goes over into in its last phase; None in the others."""
        last = place.phase == len(timeline.segments[place.segment].phases) - 1
        going = onward and not reduced and last
        return next(iter(timeline.segments[place.segment + 1 : place.segment + 2]), None) if going else None

    def pictures(
        self,
        key: str,
        timeline: Timeline,
        place: Place,
        path: str | None,
        reduced: bool = False,
        onward: bool = True,
    ) -> Iterator[tuple[str | None, str]]:
        """The equations whose picture an item of the picture at a place belongs to, with its key there.

        It is one, but for what two pictures show while one goes over into the other.
        """
        phase = timeline.segments[place.segment].phases[place.phase]
        following = self.following(timeline, place, reduced, onward)
        if following is None:
            yield path, key
            return
        ends = _part(self._of_phase(path, phase), phase)[-1]
        for later, own in owners(*self._seam(ends, path, following, None), key):
            yield following.path if later else path, own

    def _seam(self, scene: Scene, path: str | None, following: Segment, cell: Picked | None) -> tuple[Scene, Scene]:
        """A picture and the beginning of the one that follows, with the marks of a cell."""
        begins = self._of_phase(following.path, following.phases[0])[0]
        return self._marked(scene, path, cell), self._marked(begins, following.path, cell)

    def _of_phase(self, path: str | None, phase: Phase) -> tuple[Scene, ...]:
        stills = self.stills(path)
        return stills[min(phase.number, len(stills) - 1)]

    def keyframes(self, timeline: Timeline, cell: Picked | None = None) -> Iterator[tuple[str | None, Scene]]:
        """The picture at the end of every phase with the equation it shows, None for the whole call; equal ones once.

        With a `cell` it is marked where that comes from.
        """
        before: Scene | None = None
        for number, segment in enumerate(timeline.segments):
            for phase in range(len(segment.phases)):
                now = self.scene(timeline, Place(number, phase, 1.0), segment.path)
                if now != before:
                    yield segment.path, self._marked(now, segment.path, cell)
                before = now


def _part(frames: tuple[Scene, ...], phase: Phase) -> tuple[Scene, ...]:
    """The stills of one phase of several: each begins where the one before ends; the first ends with the first still that is new."""
    if phase.parts == 1:
        return frames
    last = len(frames) - 1

    def end(part: int) -> int:
        """The still that so many parts end with."""
        return 0 if part == 0 else min(1 + (part - 1) * max(last - 1, 0) // (phase.parts - 1), last)

    return frames[end(phase.part) : end(phase.part + 1) + 1]
