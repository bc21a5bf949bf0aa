"""A loop turn by turn as a figure: one lane per example, a cell per turn, what is made for those that are done thrown away."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.inside import LOOPS
from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.scenes.subject import Subject, level_dims
from vmapviz.model.trace import Equation
from vmapviz.model.values import Turning


class Turned(NamedTuple):
    """A loop's lanes: how often each example turns by itself, and their figure, None where the numbers were not kept."""

    turning: Turning
    figure: Figure | None

    @property
    def number(self) -> int:
        """The carried value whose numbers the lanes hold."""
        return self.turning.number

    @property
    def wasted(self) -> int:
        """How many turns are made for examples that are done."""
        return self.turning.total * len(self.turning.turns) - sum(self.turning.turns)


def turned(subject: Subject, equation: Equation, one: bool, prefix: str = "") -> Turned | None:
    """The turns of an equation of the last program, or of the original for the `one` followed example; None where nobody measured them.

    The key of the figure is that of the result whose turns it shows, which begins with `prefix`, behind a "t".
    """
    found = subject.turning(equation.path, one) if equation.primitive in LOOPS else None
    if found is None:
        return None
    value = equation.outputs[found.number]
    key = f"t{prefix}{'m' if one else 'q'}{found.number}"
    if found.made is None:
        return Turned(found, None)
    levels = () if one else level_dims(value)
    made = Figure(key, found.made.shape, value.dtype, found.made, levels, subject.follow)
    name = value.name if value.name != "_" else ""
    made = replace(made, name=name, unnamed=True, kept=_counting(subject, made, found))
    alone = None if one else subject.turning_of_one(equation)
    made = replace(made, answer=alone.made if alone is not None and alone.number == found.number else None)
    return Turned(found, _in_lanes(made))


def _in_lanes(figure: Figure) -> Figure:
    """The examples of the innermost level below each other; of the other levels the followed one."""
    present = [level for level, dim in enumerate(figure.levels, 1) if dim is not None]
    if not present:
        return figure
    lanes = figure.levels[present[0] - 1]
    return replace(figure, table=(lanes, None), cut=tuple(present[1:]), nested=len(figure.levels) > 1)


def _counting(subject: Subject, figure: Figure, found: Turning) -> frozenset[Index] | None:
    """The cells of the turns that examples make for themselves; None where all make the same number."""
    if len(set(found.turns)) < 2 or figure.preview is None:
        return None
    ranges = [set(range(size)) for size in figure.preview.shown]
    for dim, at in zip(figure.levels, figure.follow, strict=False):
        if dim is not None:
            ranges[dim].add(at)
    sizes = tuple(level.size for level in subject.trace.levels)
    cells = product(*ranges)
    return frozenset(index for index in cells if index[-1] < found.turns[flat_example(figure, index, sizes)])


def flat_example(figure: Figure, index: Index, sizes: tuple[int, ...] = (1,)) -> int:
    """The example that a cell belongs to, counted through all levels with these sizes, innermost first."""
    flat = 0
    for size, dim, at in reversed(list(zip(sizes, figure.levels, figure.follow, strict=True))):
        flat = flat * size + (at if dim is None else index[dim])
    return flat
