"""Adding, removing and moving vmaps: every one keeps the axes of the arrays that it maps and fills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from vmapviz.model.actions.arguments import arguments_now, row_of, whole_axes
from vmapviz.model.actions.history import commit, refuse
from vmapviz.model.arguments import insert_dimension, join, leaf_types, remove_dimension, split, swap_dimensions
from vmapviz.model.axes import Axes
from vmapviz.model.experiment import Vmap
from vmapviz.model.messages import Argument, ArgumentLeaf, ResultLeaf
from vmapviz.model.places import counted, whole_result, with_in_places, with_results
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session

NEW_LEVEL = 3  # examples
Places = list[list[Axes]]
T = TypeVar("T")


def add_level(session: Session) -> Session:
    """The session with one more vmap around the others.

    The first argument that is made of types gets a new first axis for it; where there is none, the new vmap maps
    nothing yet and says its size itself.
    """
    experiment = session.experiment
    arguments = arguments_now(session)
    rows = list(split(experiment.arguments))
    grown = next((i for i, one in enumerate(arguments) if not one.keyword and leaf_types(one.text)), None)
    if grown is None:
        return commit(
            session, replace(experiment, levels=(*experiment.levels, Vmap(in_axes="None", axis_size=NEW_LEVEL)))
        )
    place = row_of(session, grown)
    rows[place] = (rows[place][0], insert_dimension(rows[place][1], NEW_LEVEL))
    count = sum(not one.keyword for one in arguments)
    in_axes = "0" if count == 1 else repr(tuple(0 if index == grown else None for index in range(count)))
    levels = (*experiment.levels, Vmap(in_axes=in_axes))
    return commit(session, replace(experiment, arguments=join(tuple(rows)), levels=levels))


def remove_level(session: Session, level: int) -> Session:
    """The session without one vmap; array types lose the axis that it mapped, values keep it. The last vmap stays."""
    experiment = session.experiment
    if len(experiment.levels) == 1:
        return refuse(session, Problem("level", "**One vmap has to stay.**"))
    levels, text = _without(experiment.levels, level), experiment.arguments
    places = _places(session)
    if places is not None:
        text, arguments = _arguments_without(session, places.pop(level), places)
        levels = with_in_places(levels, arguments, places)
        levels = with_results(levels, [_result_without(leaf, level) for leaf in _results(session)])
    session = replace(session, example=_without(session.example, level))
    return commit(session, replace(experiment, arguments=text, levels=levels))


def move_level(session: Session, level: int, by: int) -> Session:
    """The session with one vmap a step outwards (1) or inwards (-1); at the end it stays.

    The two vmaps that change places map the same axes of the same arguments as before and fill the same axes of the
    result, so that the call gives what it gave. What cannot be read as axes moves as it stands.
    """
    experiment = session.experiment
    inner = min(level, level + by)
    if not 0 <= inner < len(experiment.levels) - 1:
        return session
    levels, text = _exchanged(experiment.levels, inner), experiment.arguments
    places, arguments = _places(session), arguments_now(session)
    if places is not None:
        text = _keywords_exchanged(session, places, inner)
        given = [index for index, argument in enumerate(arguments) if not argument.keyword]
        for index in given:  # by keyword JAX maps axis 0, whichever vmap comes
            places[inner][index], places[inner + 1][index] = places[inner + 1][index], places[inner][index]
        levels = with_in_places(levels, arguments, places)
        results = [replace(leaf, axes=_exchanged(leaf.axes, inner)) for leaf in _results(session)]
        levels = with_results(levels, results)
    session = replace(session, example=_exchanged(session.example, inner))
    return commit(session, replace(experiment, arguments=text, levels=levels))


def _without(row: Sequence[T], place: int) -> tuple[T, ...]:
    return (*row[:place], *row[place + 1 :])


def _exchanged(row: Sequence[T], place: int) -> tuple[T, ...]:
    """The row with the one at `place` and the one after it in each other's place."""
    return (*row[:place], *reversed(row[place : place + 2]), *row[place + 2 :])


def _places(session: Session) -> Places | None:
    """Which axes of the whole arguments every vmap maps; None where the texts do not say."""
    found: Places = []
    for level in range(len(session.experiment.levels)):
        axes = whole_axes(arguments_now(session), session.experiment, level)
        if isinstance(axes, Problem):
            return None
        found.append(list(axes))
    return found


def _results(session: Session) -> Sequence[ResultLeaf]:
    """Where the batch axes of the result stand: as the texts say alone, else as the picture of the same texts knows."""
    plain, picture, experiment = whole_result(session.experiment.levels), session.picture, session.experiment
    if plain or picture is None:
        return plain
    same = (picture.experiment.function, picture.experiment.levels) == (experiment.function, experiment.levels)
    return picture.results if same else ()


def _result_without(leaf: ResultLeaf, level: int) -> ResultLeaf:
    gone, axes = leaf.axes[level], _without(leaf.axes, level)
    shape = tuple(size for axis, size in enumerate(leaf.shape) if axis != gone)
    return replace(leaf, shape=shape, axes=tuple(counted(axis, (gone,)) for axis in axes))


def _arguments_without(session: Session, mapped: list[Axes], others: Places) -> tuple[str, list[Argument]]:
    """The text of the arguments without the axes of one vmap, and the arguments then; the places of the others follow."""
    rows, left = list(split(session.experiment.arguments)), []
    for index, argument in enumerate(arguments_now(session)):
        place = row_of(session, index)
        name, text = rows[place]
        gone: list[int | None] = []
        for leaf, axis in zip(argument.leaves, mapped[index], strict=True):
            shorter = text if axis is None else remove_dimension(text, axis, leaf.path)
            gone.append(axis if shorter != text else None)
            text = shorter
        rows[place] = (name, text)
        leaves = tuple(_leaf_without(leaf, axis) for leaf, axis in zip(argument.leaves, gone, strict=True))
        left.append(replace(argument, text=text, leaves=leaves))
        for of in others:
            of[index] = tuple(counted(axis, (out,)) for axis, out in zip(of[index], gone, strict=True))
    return join(tuple(rows)), left


def _leaf_without(leaf: ArgumentLeaf, gone: int | None) -> ArgumentLeaf:
    return replace(leaf, shape=tuple(size for axis, size in enumerate(leaf.shape) if axis != gone))


def _keywords_exchanged(session: Session, places: Places, inner: int) -> str:
    """The text of the arguments in which the types given by keyword have the sizes of two vmaps exchanged."""
    rows = list(split(session.experiment.arguments))
    for index, argument in enumerate(arguments_now(session)):
        if argument.keyword:
            place = row_of(session, index)
            for leaf, one, other in zip(argument.leaves, places[inner][index], places[inner + 1][index], strict=True):
                if one is not None and other is not None:
                    rows[place] = (rows[place][0], swap_dimensions(rows[place][1], one, other, leaf.path))
    return join(tuple(rows))
