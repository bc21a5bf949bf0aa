"""Editing the source: the function and its arguments follow what is typed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from vmapviz.model.actions.history import commit
from vmapviz.model.arguments import Row, bind, join, rows_for, split
from vmapviz.model.axes import rearranged
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Session
from vmapviz.model.source import Function, find, functions

LOOKED_BACK = 20


def edit_source(session: Session, text: str) -> Session:
    """The session with another text in the editor.

    The function follows its renaming, a new argument takes the type that an earlier one of that name had, and in_axes
    follow the arguments. A source with a syntax error changes nothing but the text.
    """
    if text == session.experiment.source:
        return session
    experiment = replace(session.experiment, source=text)
    found = functions(text)
    if found:
        before = _before(session)
        experiment = _follow(session, experiment, _chosen(experiment.function, found, before), before)
    return commit(session, experiment, typing=True)


def set_function(session: Session, name: str) -> Session:
    """The session with another function of the source; arguments of the same name keep their types."""
    experiment = session.experiment
    if name == experiment.function:
        return session
    before = find(experiment.source, experiment.function)
    function = find(experiment.source, name)
    return commit(session, _follow(session, replace(experiment, function=name), function, before))


def _before(session: Session) -> Function | None:
    """The function as it was when the source could last be read."""
    sources = (session.experiment, *reversed(session.history.past[-LOOKED_BACK:]))
    return next((found for one in sources if (found := find(one.source, one.function))), None)


def _chosen(name: str, found: tuple[Function, ...], before: Function | None) -> Function | None:
    """The function of that name; else the one that was renamed or came in its place; None for a name that is no `def`."""
    named = next((function for function in found if function.name == name), None)
    if named is not None or (name and before is None):
        return named
    same = (function for function in found if before and function.parameters == before.parameters)
    return next(same, found[-1])


def _follow(session: Session, experiment: Experiment, function: Function | None, before: Function | None) -> Experiment:
    """The experiment with this function, its arguments and axes made to fit when the parameters changed."""
    if function is None:
        return experiment
    experiment = replace(experiment, function=function.name)
    if before is not None and before.parameters == function.parameters:
        return experiment
    if before is None and experiment.arguments.strip():
        return experiment
    rows = rows_for(function, experiment.arguments, _earlier(session), before)
    old = by_place(before, split(experiment.arguments)) if before else ()
    return with_rows(experiment, rows, old, by_place(function, rows))


def _earlier(session: Session) -> dict[str, str]:
    """The texts of arguments of earlier steps by name, the newest of each."""
    texts: dict[str, str] = {}
    function: Function | None = None
    for one in session.history.past[-LOOKED_BACK:]:
        function = find(one.source, one.function) or function  # the last that could be read
        rows = split(one.arguments)
        texts.update((name, text) for name, text in (bind(function, rows) if function else rows) if name)
    return texts


def by_place(function: Function, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """The names of the arguments that in_axes speak of, in their order: those that JAX gets by place."""
    given = [name or "" for name, _ in bind(function, rows)]
    places = [parameter.name for parameter in function.parameters if not (parameter.keyword_only or parameter.star)]
    ordered = [name for name in places if name in given]
    return (*ordered, *(name for name in given if not name))


def with_rows(experiment: Experiment, rows: tuple[Row, ...], old: Sequence[str], new: Sequence[str]) -> Experiment:
    """The experiment with these arguments; `old` and `new` name the entries of in_axes before and after."""
    levels = tuple(replace(level, in_axes=rearranged(level.in_axes, old, new)) for level in experiment.levels)
    return replace(experiment, arguments=join(rows), levels=levels)
