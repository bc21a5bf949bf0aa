"""Which axis counts the examples: chips, texts and names."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model import axes
from vmapviz.model.actions.arguments import arguments_now
from vmapviz.model.actions.history import commit, refuse
from vmapviz.model.experiment import Vmap
from vmapviz.model.messages import ResultLeaf
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session


def with_level(session: Session, level: int, settings: Vmap, typing: bool = False) -> Session:
    """The session with other settings of one vmap."""
    levels = session.experiment.levels
    changed = (*levels[:level], settings, *levels[level + 1 :])
    return commit(session, replace(session.experiment, levels=changed), typing)


def set_axis(session: Session, level: int, argument: int, leaf: str | None, axis: int | None) -> Session:
    """The session with another batch axis of an argument, or of one array in it, in one vmap; None = shared.

    `axis` counts in what that vmap gets: without the axes of the vmaps around it. A note says why it is impossible.
    """
    settings = session.experiment.levels[level]
    arguments = axes.level_arguments(arguments_now(session), session.experiment.levels, level)
    if isinstance(arguments, Problem):
        return refuse(session, arguments)
    text = axes.set_axis(settings.in_axes, arguments, argument, leaf, axis)
    if isinstance(text, Problem):
        return refuse(session, text)
    unsized = axes.expand(settings.in_axes, arguments) == tuple((None,) * len(one.leaves) for one in arguments)
    size = None if unsized and axis is not None else settings.axis_size
    return with_level(session, level, replace(settings, in_axes=text, axis_size=size))


def results_now(session: Session, level: int) -> tuple[ResultLeaf, ...]:
    """The arrays that one vmap gives, as far as the picture knows them."""
    picture = session.picture
    if picture is None or len(picture.trace.levels) != len(session.experiment.levels):
        return ()
    return axes.level_results(picture.results, level)


def set_out_axis(session: Session, level: int, leaf: str | None, axis: int | None) -> Session:
    """The session with another place of the batch axis in the result, or in one array of it."""
    settings = session.experiment.levels[level]
    text = axes.set_out_axis(settings.out_axes, results_now(session, level), leaf, axis)
    if isinstance(text, Problem):
        return refuse(session, text)
    return with_level(session, level, replace(settings, out_axes=text))


def set_in_axes_text(session: Session, level: int, text: str) -> Session:
    """The session with in_axes as typed."""
    return with_level(session, level, replace(session.experiment.levels[level], in_axes=text), typing=True)


def set_out_axes_text(session: Session, level: int, text: str) -> Session:
    """The session with out_axes as typed."""
    return with_level(session, level, replace(session.experiment.levels[level], out_axes=text), typing=True)


def set_axis_name(session: Session, level: int, name: str) -> Session:
    """The session with another axis name; none for an empty one."""
    settings = replace(session.experiment.levels[level], axis_name=name.strip() or None)
    return with_level(session, level, settings, typing=True)
