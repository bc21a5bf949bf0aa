"""The arguments and results of a call as a storyboard draws them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import inf
from typing import Any, NamedTuple

from msgspec.structs import replace

from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import LADDER, Figure, Style
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.subject import Subject, apart_by_level, level_dims, operand_figure, top_values
from vmapviz.model.slices import MOST_AXES
from vmapviz.model.trace import Value, is_literal
from vmapviz.model.values import Result

Axes = tuple[tuple[int | None, ...], ...]


class Part(NamedTuple):
    """An argument or a result: its name, and its value for one example and for all."""

    key: str
    label: str
    one: Value | None
    one_name: str
    all: Value | None
    all_name: str
    axes: tuple[int | None, ...] = ()

    @property
    def levels(self) -> tuple[int | None, ...]:
        """Its batch axes, innermost first."""
        return self.axes or level_dims(self.all)

    @property
    def shared(self) -> bool:
        """Whether every example has the same."""
        return all(dim is None for dim in self.levels)


class Story(NamedTuple):
    """Everything a storyboard is drawn from.

    `most` arguments and results are shown; `upright` puts what the function sees below each other; `flat` notes take one line. `draw`
    draws its arrays, each of them once in a style, however many pictures show it.
    """

    subject: Subject
    name: str
    args: tuple[Part, ...]
    outs: tuple[Part, ...]
    result: Result | None
    size: Size
    style: Style = LADDER[0]
    most: int = 4
    upright: bool = False
    flat: bool = False
    draw: Callable[[Figure, Style], Drawn] = draw

    @property
    def room(self) -> Size:
        """The size beyond which no more is measured: what is larger does not fit, however large it is."""
        return self.size if self.style.hollow else (inf, inf)

    @property
    def sliced(self) -> bool:
        """Whether slices stand for some of its arrays."""
        values = [value for part in (*self.args, *self.outs) for value in (part.one, part.all) if value is not None]
        return any(len(value.shape) > MOST_AXES for value in values)

    @property
    def shown_args(self) -> tuple[Part, ...]:
        """The arguments there is room for, in order; batched ones before shared ones."""
        return _first(self.args, self.most)

    @property
    def shown_outs(self) -> tuple[Part, ...]:
        """The results there is room for."""
        return _first(self.outs, min(self.most, 3))


def _first(parts: tuple[Part, ...], most: int) -> tuple[Part, ...]:
    wanted = sorted(parts, key=lambda part: part.shared)[:most]
    return tuple(part for part in parts if part in wanted)


def story_of(subject: Subject, name: str, result: Result | None, size: Size, out_axes: Axes = ()) -> Story:
    """The arguments and results of a trace, in order."""
    first, last = subject.trace.original, subject.trace.batched
    ones, alls = top_values(first), top_values(last)
    args = tuple(
        Part(f"a{i}", one.label or one.name, one, one.name, every, every.name)
        for i, (one, every) in enumerate(zip(first.inputs, last.inputs, strict=False))
    )
    outs = tuple(
        Part(
            f"r{i}",
            "" if is_literal(every) else every,
            ones.get(one),
            one,
            alls.get(every),
            every,
            out_axes[i] if i < len(out_axes) else (),
        )
        for i, (one, every) in enumerate(zip(first.outputs, last.outputs, strict=False))
    )
    return Story(subject, name, args, outs, result, size, draw=cache(draw))


def figure(story: Story, part: Part, table: bool, boxes: bool = True, **more: Any) -> Figure:
    """A whole argument or result; `table` sets its examples apart, `boxes` also those with too many axes for a grid."""
    made = operand_figure(story.subject, part.all, part.all_name, part.key)
    made = replace(made, levels=part.levels)
    made = apart_by_level(made, boxes) if table else made
    answer = story.subject.one_preview(part.one_name, part.one)
    return replace(made, name=part.label, answer=answer, **more)
