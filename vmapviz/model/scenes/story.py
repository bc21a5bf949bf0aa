"""The storyboard of a whole call: inputs, split, one example, all at once, stack, result; for any function."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.scenes import stage
from vmapviz.model.scenes.bench import GAP, Bench
from vmapviz.model.scenes.layout import CLEAR, LADDER, LEAST, SMALL, Style, ladder, set_beside
from vmapviz.model.scenes.marks import bounds
from vmapviz.model.scenes.parts import Axes, Story, figure, story_of
from vmapviz.model.scenes.scene import Item, Scene, Text
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.story_calls import MOST_CALLS, calls
from vmapviz.model.scenes.story_words import axes_note, captions, more
from vmapviz.model.scenes.style import chain, hollow, largest
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.scenes.tween import along, linear
from vmapviz.model.trace import Trace
from vmapviz.model.values import Result, Values

PHASES = (
    ("Inputs", 600),
    ("Split", 400),
    ("Run one example", 600),
    ("Run all at once", 300),
    ("Stack along out_axes", 500),
    ("Result", 1000),
)
RUN = 3
ONE_BY_ONE = 5
MOST_INPUTS = 6
APART = 5  # examples, where of other axes less is shown
LEFT_OUT = sys.maxsize


def frame(
    trace: Trace, values: Values | None, example: tuple[int, ...], t: float, size: Size, name: str = "f"
) -> Scene:
    """The storyboard at t, counted in phases from 0 to 6; the same keyframes for play, scrub and export."""
    return at(stills(trace, values, example, size, name), t)


def at(phases: tuple[tuple[Scene, ...], ...], t: float) -> Scene:
    """The picture at t, counted in phases."""
    phase = min(max(int(t), 0), len(phases) - 1)
    return along(phases[phase], t - phase, *([linear] if phase == 0 else []))


def stills(
    trace: Trace,
    values: Values | None,
    example: tuple[int, ...],
    size: Size,
    name: str = "f",
    result: Result | None = None,
    all_at_once: bool = True,
    out_axes: Axes = (),
) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of each phase; the last of one phase is the first of the next.

    `out_axes` holds the batch axes of each result where the trace does not know them yet.
    """
    return stills_of(story_of(Subject(trace, values, example), name, result, size, out_axes), all_at_once)


def stills_of(story: Story, all_at_once: bool = True) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of each phase of a story."""
    fitted = _fitted(story)
    inputs, split, one, every, stacked, end = _scenes(fitted)
    run = (one, every) if all_at_once or len(story.subject.trace.levels) != 1 else _one_by_one(story, one, every)
    return (inputs,), (inputs, split), (split, one), run, (every, stacked), (stacked, end)


def _fitted(story: Story) -> Story:
    """The story in the largest style that fits; with fewer arguments and results shown when none does."""
    rows = _more_apart(CLEAR)
    clear = (rows, set_beside(rows)) if story.sliced else (rows,)
    small = (SMALL, set_beside(SMALL)) if story.sliced else (SMALL,)
    steps = [(styles, most) for most in (4, 3, 2) for styles in clear]
    steps += [(LEAST, 2), *((styles, most) for most in (4, 2, 1) for styles in small)]
    levels = len(story.subject.trace.levels)
    if levels > 2:  # each argument may be the only one that a level maps: they stay
        groups = groupby(ladder(levels), key=lambda style: (style.spread, style.numbers))
        steps = [*((tuple(styles), 4) for _, styles in groups), *steps[len(clear) :]]
    fits = functools.cache(lambda look: _fits(look._replace(style=hollow(look.style)).of(story)))
    first = _look(story, steps[0][0][0], steps[0][1], False)
    if fits(first):  # as most do: none is larger
        return first.of(story)
    for styles, most in steps:
        ways = [way for way in (False, True) if fits(_look(story, styles[-1], most, way))]
        looks = [_look(story, style, most, upright) for style in styles for upright in ways]
        found = largest(looks, lambda look: (look.upright, chain(look.style, story.sliced)), fits)
        if found is not None:
            return found.of(story)
    return story._replace(style=LADDER[-1], most=1)


def _more_apart(styles: Sequence[Style]) -> tuple[Style, ...]:
    """The styles, before each that shows only few entries one that shows more examples: they are what is spoken of."""
    return tuple(
        each for style in styles for each in ([replace(style, apart=APART)] if style.limit < APART else []) + [style]
    )


def turns(trace: Trace) -> tuple[str, ...]:
    """What happens one after another where the examples go one by one: the first of them, then all others."""
    count = trace.levels[0].size
    first = tuple(f"example {n}" for n in range(min(ONE_BY_ONE, count)))
    return (*first, "the others") if count > ONE_BY_ONE else first


class _Look(NamedTuple):
    """How a story may be drawn; `most` arguments and results at most."""

    style: Style
    most: int
    upright: bool

    def of(self, story: Story) -> Story:
        """The story drawn so."""
        return story._replace(style=self.style, most=self.most, upright=self.upright)


def _look(story: Story, style: Style, most: int, upright: bool) -> _Look:
    """A look, the same for all numbers of arguments beyond those that there are."""
    there = max(len(story.args), len(story.outs), 1)
    return _Look(style, min(most, there), upright and min(most, len(story.args)) > 1)


def _fits(story: Story) -> bool:
    bench = Bench(story)
    pictures: tuple[Callable[[], list[Item]], ...] = (bench.every, bench.one)
    return bench.edge < story.size[0] and all(stage.fits(bounds(picture()), story.size) for picture in pictures)


def _scenes(story: Story) -> list[Scene]:
    bench = Bench(story)
    inputs, stacked = _largest(story._replace(most=max(story.most, MOST_INPUTS)), _inputs), _largest(story, _stacked)
    inputs = inputs if _has_room(story, inputs) else _largest(story, _inputs)
    calls_beside = (
        range(MOST_CALLS, 1, -1) if _has_room(story, stacked) else ()
    )  # beside what has no room there is none
    ends = (_largest(story, functools.partial(_end, most)) for most in calls_beside)
    end = next((items for items in ends if _has_room(story, items)), stacked)  # the caption says what was compared
    pictures = [inputs, bench.split(), bench.one(), bench.every(), stacked, end]
    # Split, one and all share their place where there is room, so that only what is spoken of moves.
    box = bounds([item for items in pictures[1:4] for item in items])
    boxes = [None, box, box, box, None, None] if stage.fits(box, story.size) else [None] * 6
    texts = captions(story)
    return [
        stage.scene(stage.centred(items, story.size, at), story.size, title, text, str(number))
        for number, (items, at, (title, _), text) in enumerate(zip(pictures, boxes, PHASES, texts, strict=True), 1)
    ]


def _largest(story: Story, picture: Callable[[Story], list[Item]]) -> list[Item]:
    """A picture in the style of the others, or in a larger one that fits where theirs has no numbers; in a smaller one where it is higher
    or wider than they are. Of many levels the largest."""
    own = replace(story.style, apart=0)
    smaller = (s for s in CLEAR if s.height < own.height or (s.height == own.height and s.limit < own.limit))
    larger = (replace(own, limit=LADDER[0].limit), own, *smaller) if own.numbers else LADDER
    if len(story.subject.trace.levels) > 2:  # the whole result, or fewer of its levels
        larger = ladder(len(story.subject.trace.levels))
    if story.sliced:
        clear = [style for style in larger if style.numbers]
        larger = (*clear, *set_beside(clear), *(style for style in larger if not style.numbers))
    looks = [(style, flat) for style in larger for flat in (False, True)]

    def drawn(style: Style, flat: bool) -> list[Item]:
        return picture(story._replace(style=style, flat=flat, most=max(story.most, 2)))

    found = largest(
        looks,
        lambda look: (look[1], chain(look[0], story.sliced)),
        lambda look: _has_room(story, drawn(hollow(look[0]), look[1])),
    )
    return drawn(*found) if found is not None else picture(story._replace(flat=True))


def _has_room(story: Story, items: list[Item]) -> bool:
    return stage.fits(bounds(items), story.size)


def _inputs(story: Story) -> list[Item]:
    nested = len(story.subject.trace.levels) > 1
    shown = story.shown_args
    figures = [figure(story, part, nested, False, notes=axes_note(story, part, "in_axes")) for part in shown]
    parts = stage.beside((story.draw(each, story.style) for each in figures), GAP, story.room)
    return [*(item for part in parts for item in part.items), *more(len(story.args) - len(shown), parts)]


def _stacked(story: Story) -> list[Item]:
    nested = len(story.subject.trace.levels) > 1
    style = replace(story.style, gap=2.0)
    shown = story.shown_outs
    figures = [figure(story, part, nested, False, notes=axes_note(story, part, "out_axes")) for part in shown]
    parts = stage.beside((story.draw(each, style) for each in figures), GAP, story.room)
    return [*(item for part in parts for item in part.items), *more(len(story.outs) - len(shown), parts)]


def _end(most: int, story: Story) -> list[Item]:
    """The result, and beside it one call per example, of at most so many, with its mark when it was checked."""
    items = _stacked(story)
    if story.result is None or not story.result.checks:
        return items
    return [*items, *calls(story, story.result.checks[0], bounds(items)[2] + 40, most)]


def _one_by_one(story: Story, one: Scene, every: Scene) -> tuple[Scene, ...]:
    """Stills in which the results of the first examples come one after another, then all others."""
    count = story.subject.count
    stills = [_with_first(story, every, n) for n in range(1, min(ONE_BY_ONE, count) + 1)]
    if count > ONE_BY_ONE:
        text = f"… and {count - ONE_BY_ONE} more"
        place = stage.MARGIN, story.size[1] - stage.FOOT
        stills[-1] = replace(stills[-1], items=(*stills[-1].items, Text(*place, text, "ink3", 12)))
        return one, *stills, every
    return one, *stills[:-1], every


def _with_first(story: Story, every: Scene, shown: int) -> Scene:
    dims = {
        part.key: part.levels[0] - len(part.all.shape)
        for part in story.outs
        if part.all is not None and part.levels[0] is not None
    }

    def there(item: Item) -> bool:
        example = example_of(item.key, dims)
        return example is None or example < shown

    return replace(every, items=tuple(item for item in every.items if there(item)))


def example_of(key: str, dims: dict[str, int]) -> int | None:
    """The example that an item of a split result belongs to, from its key; None for all other items.

    `dims` are the batch axes counted from the last, as -1. What stands for examples that are left out belongs to the last of them.
    """
    name, mark, rest = key.replace("@", ":@").partition(":")
    if name.startswith("out") and name[3:].isdigit():
        return int(name[3:])
    if not mark or name not in dims:
        return None
    if rest.startswith("@"):
        at = rest[1:].removesuffix(".n")
        return int(at) if at.isdigit() else None
    index, dim = rest.removesuffix("#").removesuffix("...").split(","), dims[name]
    at = index[dim] if -dim <= len(index) else ""
    return LEFT_OUT if at == "None" else int(at) if at.isdigit() else None
