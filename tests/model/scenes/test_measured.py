"""A picture is measured before it is drawn: hollow it has the same box, and of styles that differ in size alone few are tried."""

from __future__ import annotations

from itertools import groupby, pairwise, product
from math import prod

import pytest
from msgspec.structs import replace

from tests.pictures import made
from vmapviz.model.scenes.arrays import Drawn, draw
from vmapviz.model.scenes.layout import CLEAR, LADDER, Figure, ladder, set_beside
from vmapviz.model.scenes.marks import bounds
from vmapviz.model.scenes.parts import story_of
from vmapviz.model.scenes.sides import in_any_style, left, right
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.story import stills_of
from vmapviz.model.scenes.style import Style, chain, hollow, largest
from vmapviz.model.scenes.subject import Subject, apart_by_level, subject_of
from vmapviz.model.values import Piece, Preview

HALF = 0.5 + 1e-9  # of a line, by which what a sheet leaves out may stand over its edge
NAMES = ("affine", "tilt", "forked", "tree", "gap", "steer", "deep", "stacked")


def numbered(*shape: int) -> Preview:
    """Numbers of different lengths; of a long axis the first eight."""
    shown = tuple(min(size, 8) for size in shape)
    return Preview("float32", shape, shown, tuple((-1.0) ** n * n / 7 for n in range(prod(shown))))


def arrays() -> list[Figure]:
    """Whole arrays and split ones, short and long, with a followed example at the beginning, in the middle and at the end."""
    found = [Figure("a", shape, preview=numbered(*shape)) for shape in ((), (3,), (9, 4), (2, 3, 1000), (2, 3, 4, 5))]
    for size, at in product((1, 3, 4, 5, 6, 9, 1000), (0, 2, 4, 500, 999)):
        one = Figure("a", (size, 3), preview=numbered(size, 3), levels=(0,), follow=(min(at, size - 1),))
        deep = Figure("a", (3, size, 4), preview=numbered(3, size, 4), levels=(1,), follow=one.follow)
        two = replace(deep, levels=(1, 0), follow=(*one.follow, 1))
        found += [one, deep, *map(apart_by_level, (one, deep, two))]
    return found


@pytest.mark.parametrize("style", [*LADDER, *set_beside(CLEAR[:2]), replace(CLEAR[-1], apart=5)])
def test_a_hollow_array_has_the_box_of_the_whole_one_but_not_its_cells(style: Style) -> None:
    for figure in arrays():
        whole, measured = draw(figure, style), draw(figure, hollow(style))
        assert (measured.box, measured.grid, measured.cells) == (whole.box, whole.grid, whole.cells)
        assert bounds(measured.items) == bounds(whole.items)
        assert not any(item.key.endswith("#") for item in measured.items)


@pytest.mark.parametrize("name", NAMES)
def test_a_hollow_equation_has_the_box_of_the_whole_one(name: str) -> None:
    one = made(name)
    subject = subject_of(one.trace, one.values, one.session.example)
    for equation, style in product(one.trace.original.equations, ladder(len(one.trace.levels))[::3]):
        for draws in (left(subject, equation.path), in_any_style(right(subject, equation.path))):
            assert draws is not None
            assert draws(hollow(style)).box == pytest.approx(draws(style).box)


def test_along_a_chain_of_styles_no_array_grows() -> None:
    for figure in arrays():
        links = {style: str(chain(style, sliced=figure.seen is not None)) for style in (*ladder(3), *set_beside(CLEAR))}
        for _, same in groupby(sorted(links, key=lambda style: links[style]), links.__getitem__):
            boxes = [draw(figure, hollow(style)).box for style in same]
            for large, small in pairwise(boxes):
                assert small[2] - small[0] <= large[2] - large[0] + HALF, figure
                assert small[3] - small[1] <= large[3] - large[1] + HALF, figure


def test_the_largest_look_is_found_without_trying_all() -> None:
    tried = []

    def fits(look: int) -> bool:
        tried.append(look)
        return look >= 13

    assert largest(range(20), lambda look: look % 2, fits) == 13
    assert len(tried) < 10
    assert largest(range(20), lambda look: look, lambda look: look in (4, 17)) == 4  # none says anything of another
    assert largest(range(3), lambda look: 0, lambda look: False) is None


@pytest.mark.parametrize("size", [(943.0, 249.0), (500.0, 170.0)])
def test_what_does_not_fit_is_measured_and_never_drawn(size: Size) -> None:
    one = made("affine")
    story = story_of(Subject(one.trace, one.values), "f", one.result, size)
    drawn: list[Style] = []

    def noting(figure: Figure, style: Style) -> Drawn:
        drawn.append(style)
        return draw(figure, style)

    assert stills_of(story._replace(draw=noting)) == stills_of(story)
    chosen = [style for style in drawn if not style.hollow]
    assert len(chosen) < 60
    assert (
        len({(style.width, style.height, style.limit) for style in chosen}) <= 3
    )  # of the whole, the inputs and the result


def test_of_a_long_axis_no_more_is_looked_through_than_may_be_known() -> None:
    split = Figure("a", (5, 1000), levels=(0,), follow=(2,))
    assert split.reach(1) == 0
    assert replace(split, preview=numbered(5, 1000)).reach(1) == 8
    answered = replace(split, answer=Preview("float32", (1000,), (20,), (0.0,) * 20))
    assert (answered.reach(0), answered.reach(1)) == (0, 20)
    asked = Piece("b", True, 0, (1, 40), (1, 10), (0.0,) * 10)
    assert (replace(answered, pieces=(asked,)).reach(0), replace(answered, pieces=(asked,)).reach(1)) == (2, 50)
