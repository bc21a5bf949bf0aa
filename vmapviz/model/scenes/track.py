"""The transport's track: one segment per picture with its name above, its phases as ticks, and the playhead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.scenes.timeline import Place, Timeline

LEAST_WIDTH, GAP, TICK_GAP = 96.0, 7.0, 2.0
NAME_Y, LINE_Y, LINE, HEAD = 19.0, 30.0, 3.0, 12.0


class Span(NamedTuple):
    """A segment that is in view, and where."""

    number: int
    x: float
    width: float


def spans(timeline: Timeline, current: int, width: float) -> list[Span]:
    """The segments in view, the current one among them; as many as there is room for."""
    count = len(timeline.segments)
    room = max(1, int((width + GAP) / LEAST_WIDTH))
    first = min(max(0, current - room // 2), max(0, count - room))
    shown = min(room, count)
    each = (width + GAP) / shown
    return [Span(first + n, n * each, each - GAP) for n in range(shown)]


def place_at(timeline: Timeline, current: int, width: float, x: float) -> Place:
    """The place under the pointer."""
    shown = spans(timeline, current, width)
    span = min(shown, key=lambda each: max(each.x - x, x - each.x - each.width, 0.0))
    phases = len(timeline.segments[span.number].phases)
    along = min(max((x - span.x) / span.width, 0.0), 1.0) * phases
    phase = min(int(along), phases - 1)
    return Place(span.number, phase, min(along - phase, 0.999))  # the end belongs to the next segment


def turned(timeline: Timeline, current: int, width: float, by: int) -> int:
    """The segment to choose those in view for, so that they move on by one."""
    shown, half = spans(timeline, current, width), max(1, int((width + GAP) / LEAST_WIDTH)) // 2
    first = min(max(shown[0].number + by, 0), len(timeline.segments) - len(shown))
    return first + half


def items(timeline: Timeline, place: Place, width: float, around: int | None = None) -> Iterator[Item]:
    """The track with its playhead at a place; the segments in view are those around that of the place, or around another."""
    shown = spans(timeline, place.segment if around is None else around, width)
    for span in shown:
        segment = timeline.segments[span.number]
        now = span.number == place.segment
        colour, weight = ("ink", 700) if now else ("ink2", 400)
        yield Text(span.x, NAME_Y, segment.title, colour, 11.5, weight, mono=True, width=span.width)
        yield from _ticks(span, len(segment.phases), place)
    if shown[0].number:
        yield Text(-6, LINE_Y + 4, "…", "ink3", 12, anchor="end")
    if shown[-1].number < len(timeline.segments) - 1:
        yield Text(width + 4, LINE_Y + 4, "…", "ink3", 12)
    for span in (span for span in shown if span.number == place.segment):
        x = span.x + span.width * (place.phase + place.share) / len(timeline.segments[span.number].phases)
        yield Rect(x - HEAD / 2, LINE_Y + LINE / 2 - HEAD / 2, HEAD, HEAD, "ink", radius=HEAD / 2, key="playhead")


def _ticks(span: Span, phases: int, place: Place) -> Iterator[Item]:
    each = (span.width + TICK_GAP) / phases
    for phase in range(phases):
        done = (span.number, phase) < (place.segment, place.phase)
        share = 1.0 if done else place.share if (span.number, phase) == (place.segment, place.phase) else 0.0
        x, width = span.x + phase * each, each - TICK_GAP
        yield Rect(x, LINE_Y, width, LINE, "cell", key=f"tick{span.number}.{phase}")
        if share > 0:
            yield Rect(x, LINE_Y, width * share, LINE, "ink", key=f"done{span.number}.{phase}")
