"""Which axes of the whole arrays the vmaps map and fill, and the texts of in_axes and out_axes that say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from vmapviz.model.axes import Axes, level_arguments, level_results, parse, set_axis, set_out_axis
from vmapviz.model.experiment import Vmap
from vmapviz.model.messages import Argument, ResultLeaf
from vmapviz.model.problem import Problem

InPlaces = Sequence[Sequence[Axes]]
"""Per vmap, innermost first, per argument and per array of it: the axis of the whole array that it maps, None = shared."""


def counted(place: int | None, outer: Iterable[int | None]) -> int | None:
    """A place in a whole array as a vmap counts it: without the axes of the vmaps around it."""
    return None if place is None else place - sum(other is not None and other < place for other in outer)


def with_in_places(levels: Sequence[Vmap], arguments: Sequence[Argument], places: InPlaces) -> tuple[Vmap, ...]:
    """The vmaps with an in_axes that maps these places of the whole arguments; texts that say so already stay."""
    made = list(levels)
    for level in reversed(range(len(made))):
        seen = level_arguments(arguments, made, level)
        if isinstance(seen, Problem):
            break
        text = made[level].in_axes
        for index in range(len(seen)):
            outer = [of[index] for of in places[level + 1 :]]
            own = [counted(p, (of[leaf] for of in outer)) for leaf, p in enumerate(places[level][index])]
            text = _with_entry(text, seen, index, own)
        made[level] = replace(made[level], in_axes=text)
    return tuple(made)


def _with_entry(text: str, seen: Sequence[Argument], index: int, axes: Sequence[int | None]) -> str:
    if seen[index].keyword or not axes:
        return text
    for path, axis in _choices([leaf.path for leaf in seen[index].leaves], axes):
        found = set_axis(text, seen, index, path, axis)
        text = text if isinstance(found, Problem) else found
    return text


def _choices(paths: Sequence[str], axes: Sequence[int | None]) -> list[tuple[str | None, int | None]]:
    """What has to be chosen: one axis for everything where all agree, else one per array."""
    return [(None, axes[0])] if len(set(axes)) == 1 else list(zip(paths, axes, strict=True))


def whole_result(levels: Sequence[Vmap]) -> tuple[ResultLeaf, ...]:
    """A result of which only the places of its batch axes are known; none where out_axes are not plain numbers from 0."""
    places: list[int | None] = []
    for settings in levels:
        axis = parse(settings.out_axes, "out_axes")
        if axis is not None and not (isinstance(axis, int) and axis >= 0):
            return ()
        places = [p if p is None or axis is None or p < axis else p + 1 for p in places]
        places.append(axis)
    rank = 1 + max((place for place in places if place is not None), default=-1)
    return (ResultLeaf("", "", (1,) * rank, tuple(places)),)


def with_results(levels: Sequence[Vmap], results: Sequence[ResultLeaf]) -> tuple[Vmap, ...]:
    """The vmaps with an out_axes that puts their axes where these whole results have them; texts that say so stay."""
    made = []
    for level, settings in enumerate(levels):
        seen, text = level_results(results, level), settings.out_axes
        for path, axis in _choices([leaf.path for leaf in seen], [leaf.axes[level] for leaf in seen]):
            found = set_out_axis(text, seen, path, axis)
            text = text if isinstance(found, Problem) else found
        made.append(replace(settings, out_axes=text))
    return tuple(made)
