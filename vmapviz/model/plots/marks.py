"""What stands around the curves of a plot, in pixels: skipped sizes, the crossing, the bracket, and the numbers at the axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec

from vmapviz.model.plots.labels import Box, Point, Wish, overlap, settle
from vmapviz.model.scenes import measure
from vmapviz.model.timing import Timings
from vmapviz.model.timing_facts import Crossing, Ratio
from vmapviz.model.timing_text import crossing_place, factor_text, place_text

LINE, SMALL = 18.0, 16.0  # heights of a label and of a small line
BRACKET = 22.0  # from the last points to the bracket
TEXT, CAPTION = 13.0, 12.0


def text_width(text: str, weight: int) -> float:
    """The width of a text of the plot in pixels: small type has weight 400, labels more."""
    return measure.text_width(text, TEXT if weight > 400 else CAPTION, weight=weight)


class Frame(msgspec.Struct, frozen=True):
    """The window onto the logarithms: x0…x1 and y0…y1 (upwards) on width × height pixels (y down); the first `top` pixels are for what
    was skipped, `left` pixels are before all.
    """

    width: float
    height: float
    x0: float
    x1: float
    y0: float
    y1: float
    top: float = 0.0
    left: float = 0.0

    def pixel(self, x: float, y: float) -> Point:
        """The pixel of a place in logarithms."""
        return self.left + (x - self.x0) / (self.x1 - self.x0) * self.width, (self.y1 - y) / (
            self.y1 - self.y0
        ) * self.height

    def shows(self, y: float) -> bool:
        """Whether a text at this height has room."""
        return self.top + SMALL / 2 <= self.pixel(0, y)[1] <= self.height - 4

    @property
    def area(self) -> Box:
        """Where words may stand."""
        return Box(self.left, self.top, self.width, self.height - self.top)

    def place(self, x: float, y: float) -> Point:
        """The place in logarithms of a pixel."""
        return self.x0 + (x - self.left) / self.width * (self.x1 - self.x0), self.y1 - y / self.height * (
            self.y1 - self.y0
        )


class SkipRow(msgspec.Struct, frozen=True):
    """× at the top, in pixels: the sizes that a variant, or several alike, skipped, with the reasons, a line each; the text ends or starts
    beside them.
    """

    variant: str
    level: int
    marks: tuple[tuple[float, str], ...]
    text: str
    text_x: float
    before: bool

    @property
    def y(self) -> float:
        """The middle of the row."""
        return 8 + self.level * SMALL


class Meeting(msgspec.Struct, frozen=True):
    """The ring where two curves cross, how far left and right of it that may be, and the box of its two lines of text, in pixels; None
    where other words are in every place. `measured` says between which places it was seen.
    """

    at: Point
    left: float
    right: float
    title: str
    text: str
    box: Box | None
    measured: str


class Bracket(msgspec.Struct, frozen=True):
    """From the slow to the fast point, in pixels, with the factor in a box; `guides` lead from points that are not beside it."""

    x: float
    top: float
    bottom: float
    text: str
    box: Box
    guides: tuple[tuple[Point, Point], ...] = ()


def skip_rows(frame: Frame, timings: Timings) -> tuple[SkipRow, ...]:
    """A row for all variants that skipped the same sizes; rows that leave room for each other share a level."""
    rows: list[SkipRow] = []
    taken: list[list[tuple[float, float]]] = []
    for names, skipped in _alike(timings):
        marks = [(frame.pixel(math.log10(at), 0)[0], why) for at, why in skipped]
        xs = [x for x, _ in marks]
        name, short = ", ".join(names), f"{len(names)} ways" if len(names) > 1 else names[0]
        texts = (f"{name} skipped", name, f"{short} skipped", short)
        text = next((t for t in texts if _beside_marks(xs, t, frame)), "")
        long = text_width(text, 400)
        text_x, before = _beside_marks(xs, text, frame) or (xs[-1] + 10, False)
        reach = (text_x - long, text_x) if before else (text_x, text_x + long)
        span = min(marks[0][0], reach[0]) - 8, max(marks[-1][0], reach[1]) + 8
        free = (i for i, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans))
        level = next(free, len(taken))
        taken += [[]] if level == len(taken) else []
        taken[level].append(span)
        rows.append(SkipRow(name, level, tuple(marks), text, text_x, before))
    return tuple(rows)


def _alike(timings: Timings) -> Iterator[tuple[list[str], list[tuple[int, str]]]]:
    """The variants that skipped the same sizes, and these sizes with the reasons, a line each where there are several."""
    skipped = {s.variant: {p.at: p.skipped for p in s.points if p.skipped is not None} for s in timings.series}
    for places in dict.fromkeys(tuple(sorted(of_one)) for of_one in skipped.values() if of_one):
        names = [name for name, of_one in skipped.items() if tuple(sorted(of_one)) == places]
        yield names, [(at, _reasons({name: skipped[name][at] for name in names})) for at in places]


def _reasons(whys: dict[str, str]) -> str:
    """One reason where all have the same."""
    if len(set(whys.values())) == 1:
        return next(iter(whys.values()))
    return "\n".join(f"{name}: {why}" for name, why in whys.items())


def _beside_marks(places: list[float], text: str, frame: Frame) -> tuple[float, bool] | None:
    """Where a text of marks ends (True) or starts: before the first, behind the last, else in the first gap; None without room."""
    long = text_width(text, 400)
    if places[0] > frame.left + long + 12:
        return places[0] - 10, True
    ends = [*places[1:], frame.left + frame.width + 8]
    gaps = [(places[-1], ends[-1]), *zip(places, ends, strict=True)]
    wide = next((x for x, end in gaps if end - x > long + 18), None)
    return (wide + 10, False) if wide is not None else None


def meeting_of(
    frame: Frame,
    found: Crossing | None,
    over: str,
    lines: list[list[Point]],
    labels: list[Box],
    points: list[Box],
    bracket: Bracket | None,
) -> Meeting | None:
    """Where the ring of a crossing is, and its words where least is in the way: `lines` in pixels, the labels, the points, the bracket."""
    if found is None:
        return None
    x, y = frame.pixel(math.log10(found.at), math.log10(found.seconds))
    left, right = (frame.pixel(math.log10(end), 0)[0] for end in (found.low, found.high))
    title, text = f"{found.winner} overtakes {found.loser}", ", ".join(filter(None, crossing_place(found, over)))
    width, height = max(text_width(title, 600), text_width(text, 400)), LINE + SMALL
    edges = [[(bracket.x + dx, bracket.top), (bracket.x + dx, bracket.bottom)] for dx in (-12, 12)] if bracket else []
    wish = Wish(width, height, tuple(_around((x, y), width, height, frame)))
    words = [*labels, *([bracket.box] if bracket else [])]
    box = settle([wish], [*lines, *edges], [*words, *points], frame.area)[0]
    free = not any(overlap(box, other) for other in words)
    seen = (
        f"at {place_text(over, found.first)} {found.loser} is faster, at {place_text(over, found.last)} {found.winner}"
    )
    return Meeting((x, y), left, right, title, text, box if free else None, seen)


def _around(at: Point, width: float, height: float, frame: Frame) -> Iterator[Point]:
    """Places for the words at a crossing: above or below it, farther and farther, straight or aside."""
    x, y = at
    for distance in range(24, max(int(frame.height), 25), 12):
        for left in (x - 6, x - width / 2, x - width + 6, x - width - 24, x + 24):
            yield left, y - distance - height
            yield left, y + distance


def bracket_of(
    frame: Frame, found: Ratio, far: float | None, lines: Sequence[Sequence[Point]], taken: Sequence[Box]
) -> Bracket:
    """The bracket between two points: at `far`, or else right of the points. The factor stands in its middle where that is high enough,
    else at an end of it or beside it, where it covers least.
    """
    slow, fast = (
        frame.pixel(math.log10(one.point.at), math.log10(one.point.median_s or 1.0))
        for one in (found.slower, found.faster)
    )
    x = far if far is not None else max(slow[0], fast[0]) + BRACKET
    apart = abs(slow[0] - fast[0]) > 1
    guides = tuple((point, (x, point[1])) for point in (slow, fast)) if apart else ()
    text, top, bottom = factor_words(found.factor), slow[1], fast[1]
    width, left = text_width(text, 700) + 6, x - text_width(text, 700) / 2 - 3
    middle = (left, (top + bottom) / 2 - LINE / 2)
    ends = [(left, top - 21), (left, bottom + 3), (x + 6, middle[1]), (x - width - 6, middle[1])]
    ends += [(x + 6, top - 18), (x + 6, bottom), (left, top - 33), (left, bottom + 15), (left, top - 45)]
    wish = Wish(width, LINE, (middle,) if bottom - top > 34 else tuple(ends))
    return Bracket(x, top, bottom, text, settle([wish], lines, taken, frame.area)[0], guides)


def factor_words(factor: float) -> str:
    """How many times longer: "61×"."""
    return f"{factor_text(factor)}×"


def thinned(frame: Frame, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of the sweep that have room for their number, from the largest down."""
    kept: list[int] = []
    edge = math.inf
    for size in reversed(sizes):
        x, half = frame.pixel(math.log10(size), 0)[0], measure.text_width(str(size), 11.5, mono=True) / 2 + 5
        if x + half <= edge:
            kept.append(size)
            edge = x - half
    return tuple(reversed(kept))


def times_named(frame: Frame) -> tuple[float, ...]:
    """Logarithms of the times to name: powers of ten, or every second or third where those are too near each other, and 2 and 5 times them
    where those would be too few.
    """
    decades = range(math.floor(frame.y0), math.ceil(frame.y1) + 1)
    every = math.ceil(LINE / abs(frame.pixel(0, 1)[1] - frame.pixel(0, 0)[1]))
    tens = tuple(float(d) for d in decades if frame.shows(d) and d % every == 0)
    if len(tens) > 2 or every > 1:
        return tens
    return tuple(y for d in decades for part in (1, 2, 5) if frame.shows(y := d + math.log10(part)))
