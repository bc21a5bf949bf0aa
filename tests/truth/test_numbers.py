"""Every number of every frame of the gallery is the one that plain JAX computes for the cell it stands in, also on its way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import jax
import numpy as np
import pytest

from tests.there import there
from tests.truth import computed
from tests.truth.geometry import same_place
from tests.truth.subjects import EXPERIMENTS, PANELS, made
from vmapviz.engine.load import load
from vmapviz.model.scenes.equations import drawn_equations, steps_of
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.marks import number, shortened
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.timeline import timeline
from vmapviz.model.scenes.tween import along
from vmapviz.model.trace import Value, is_literal, values_of

CELL = re.compile(r"(?:d\d+\.)?(?:e(\d+))?(ca|[aglmoqrst]|t[mq])(\d+)(?:\.(\d+))?:([\d,]*)#")
SHARES = (0.15, 0.35, 0.5, 0.65, 0.9)
# The array of a figure by the letter and the number of its key; of what examples exchange by the example, too;
# of a step between what comes before and what does the work by the number of the step.
Claim = tuple[str, int, int | None, int | None]
Find = Callable[[str, int, int | None, int | None], Any]


class Arrays:
    """The arrays that the figures of an example's pictures claim to show."""

    def __init__(self, name: str, subject: Subject) -> None:
        self.trace, loaded = subject.trace, load(EXPERIMENTS[name])
        self.whole = computed.whole(loaded, self.trace.batched)
        self.follow = subject.example
        given = zip(self.trace.batched.inputs, self.whole.jaxpr.invars, strict=True)
        arguments = [self.cut(self.whole.of(variable), value.axes) for value, variable in given]
        self.one = computed.alone(loaded, self.trace.original, arguments)

    def cut(self, array: Any, axes: tuple[tuple[int, ...] | None, ...]) -> Any:
        """The followed example of an array with these batch axes."""
        dims = [(each[0], at) for each, at in zip(axes, self.follow, strict=True) if each]
        for dim, at in sorted(dims, reverse=True):
            array = array[(slice(None),) * dim + (at,)]
        return array

    def of_call(self, letter: str, n: int, *_: int | None) -> Any:
        """An argument (a), the followed example's slice of it (ca), or a result (r)."""
        if letter == "ca":
            value = self.trace.batched.inputs[n]
            return self.cut(self.whole.of(self.whole.jaxpr.invars[n]), value.axes)
        return self.whole.of((self.whole.jaxpr.invars if letter == "a" else self.whole.jaxpr.outvars)[n])

    def of_equation(self, path: str) -> Find:
        """Of an equation the operands (l) and results (m) for one example, for all (o, q, of branches g), and what helpers turn (s)."""
        one, main, helpers = drawn_equations(self.trace, path)
        before, after = steps_of(self.trace, path)
        steps = (*before, *after)
        ones = {value.name: value for value in values_of(self.trace.original)}

        def found(letter: str, n: int, example: int | None, step: int | None) -> Any:
            if step is not None:
                made = self.whole.jaxpr.eqns[int(steps[step].path)]
                return self.whole.of((made.outvars if letter == "q" else made.invars)[n])
            if letter == "g":
                assert one is not None
                given = [each for each in one.inputs[1:] if not is_literal(each)]
                return self.whole.names[ones[given[n]].batched[-1].name]
            if letter in "lm":
                assert one is not None
                name = one.inputs[n] if letter == "l" else one.outputs[n].name
                if example is not None:
                    return self._cut(ones[name], (example,))
                return self._of_one(ones, name, one.path, letter, n)
            if main is None:
                return self.whole.names[there(there(one).outputs[n].batched[-1]).name]
            equation = self.whole.jaxpr.eqns[int(helpers[n].path if letter == "s" else main.path)]
            return self.whole.of(equation.outvars[n] if letter == "q" else equation.invars[0 if letter == "s" else n])

        return found

    def _of_one(self, ones: dict[str, Value], name: str, path: str, letter: str, n: int) -> Any:
        if self.one is not None:
            equation = self.one.jaxpr.eqns[int(path)]
            return self.one.of((equation.invars if letter == "l" else equation.outvars)[n])
        if is_literal(name):
            return np.asarray(float(name.partition(":")[0]))
        return self._cut(ones[name], self.follow)

    def _cut(self, value: Value, example: tuple[int, ...]) -> Any:
        """One example of what a value of the original became."""
        entry = value.batched[-1]
        array = self.whole.names[entry.name]
        dims = [(dim, at) for dim, at in zip(entry.axes, example, strict=True) if dim is not None]
        for dim, at in sorted(dims, reverse=True):
            array = array[(slice(None),) * dim + (at,)]
        return array


def cells_of(scene: Scene) -> Iterator[tuple[Text, Claim, tuple[int, ...]]]:
    """The numbers in cells with the letter, number and example of their figure and their index in it."""
    for item in scene.items:
        if isinstance(item, Text) and item.key.endswith("#") and "[" not in item.text:
            found = CELL.fullmatch(item.key)
            assert found, item.key
            example, step = (None if found[n] is None else int(found[n]) for n in (4, 1))
            yield item, (found[2], int(found[3]), example, step), tuple(int(i) for i in found[5].split(",") if i)


def wrong(scene: Scene, find: Find) -> Iterator[str]:
    """Numbers that are not the entry of the array they claim, and do not lie in wait on such a one."""
    true, others = [], []
    for text, figure, index in cells_of(scene):
        if figure[0].startswith("t"):
            continue  # the turns of a loop, which tests/model/scenes/test_lanes.py holds against a loop in Python
        entry = computed.entry(find(*figure), index)
        right = text.text in (number(entry), shortened(entry))
        (true if right else others).append(text)
    for text in others:
        if not any(same_place(text, other) for other in true):
            yield f"{text.key} {text.text}"


def on_the_way(stills: tuple[Scene, ...]) -> Iterator[str]:
    """Numbers between two stills that are in neither of them."""
    for before, after in pairwise(stills):
        known = {(text.key, text.text) for scene in (before, after) for text, *_ in cells_of(scene)}
        for share in SHARES:
            shown = {(text.key, text.text) for text, *_ in cells_of(along((before, after), share))}
            yield from (f"{key} {text}" for key, text in shown - known)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_number_is_jaxs(name: str) -> None:
    subject = made(name)[1]
    follow = tuple(min(1, level.size - 1) for level in subject.trace.levels)
    subject = subject._replace(example=follow)
    with jax.enable_x64(EXPERIMENTS[name].x64):
        arrays = Arrays(name, subject)
        for all_at_once in (True, False):
            film, seen = Film(subject, PANELS["1440"], all_at_once), 0
            for segment in timeline(subject.trace, subject.name).segments:
                find = arrays.of_call if segment.path is None else arrays.of_equation(segment.path)
                for stills in film.stills(segment.path):
                    for scene in stills:
                        seen += len(list(cells_of(scene)))
                        assert not list(wrong(scene, find)), segment.path
                    assert not list(on_the_way(stills)), segment.path
            assert seen > 10
