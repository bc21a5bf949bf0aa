"""The arguments as far as they are known, and changes of their values and sizes."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.history import commit, refuse
from vmapviz.model.actions.source import by_place, with_rows
from vmapviz.model.arguments import Row, argument_problem, bind, join, leaf_types, set_dimension, split
from vmapviz.model.array_types import DTYPES
from vmapviz.model.axes import expand, level_arguments
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Argument, ArgumentLeaf
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session
from vmapviz.model.source import Function, find


def arguments_now(session: Session) -> tuple[Argument, ...]:
    """The arguments of the call in the order of in_axes, those by keyword last.

    Their arrays are what the worker said of the same text, else what the types in the text say (size 0 for a letter),
    else none.
    """
    experiment = session.experiment
    function = find(experiment.source, experiment.function)
    told = (*session.problem_arguments, *(session.picture.arguments if session.picture else ()))
    known = {(argument.name, argument.text): argument for argument in reversed(told)}
    rows = _rows(experiment, function)
    keywords = {p.name for p in function.parameters if p.keyword_only} if function else set()
    found = [_argument(name, text, known, name in keywords) for name, text in rows]
    order = {p.name: index for index, p in enumerate(function.parameters)} if function else {}
    return tuple(sorted(found, key=lambda one: (one.keyword, order.get(one.name, len(order)))))


def _rows(experiment: Experiment, function: Function | None) -> list[tuple[str, str]]:
    rows = split(experiment.arguments)
    named = bind(function, rows) if function else rows
    return [(name or f"arg{index}", text) for index, (name, text) in enumerate(named)]


def _argument(name: str, text: str, known: dict[tuple[str, str], Argument], keyword: bool) -> Argument:
    if (name, text) in known:
        return known[name, text]
    types = leaf_types(text) or ()
    leaves = [
        ArgumentLeaf(path, DTYPES[one.dtype], tuple(dim if isinstance(dim, int) else 0 for dim in one.dims), ())
        for path, one in types
    ]
    return Argument(name, text, tuple(leaves), keyword)


def row_of(session: Session, index: int) -> int:
    """The row in the text of the arguments that the argument `index` of `arguments_now` stands in."""
    experiment = session.experiment
    names = [name for name, _ in _rows(experiment, find(experiment.source, experiment.function))]
    return names.index(arguments_now(session)[index].name)


def set_argument(session: Session, index: int, text: str) -> Session:
    """The session with another value or type of one argument; a text that is no value becomes a problem at its row."""
    rows = split(session.experiment.arguments)
    place = row_of(session, index)
    problem = argument_problem(text, index, arguments_now(session)[index].name)
    if problem is not None:
        return replace(session, problem=problem)
    changed = (*rows[:place], (rows[place][0], text.strip()), *rows[place + 1 :])
    return commit(session, replace(session.experiment, arguments=join(changed)))


def add_argument(session: Session, name: str, text: str = "f32[B]") -> Session:
    """The session with one more argument, by name: a parameter that had its default until now."""
    rows = split(session.experiment.arguments)
    return _with_rows(session, (*rows, (name, text)))


def remove_argument(session: Session, index: int) -> Session:
    """The session without one argument."""
    rows = split(session.experiment.arguments)
    place = row_of(session, index)
    function = find(session.experiment.source, session.experiment.function)
    later = bind(function, rows)[place + 1 :] if function else rows[place + 1 :]
    return _with_rows(session, (*rows[:place], *later))


def _with_rows(session: Session, rows: tuple[Row, ...]) -> Session:
    experiment = session.experiment
    function = find(experiment.source, experiment.function)
    if function is None:
        return commit(session, replace(experiment, arguments=join(rows)))
    old, new = by_place(function, split(experiment.arguments)), by_place(function, rows)
    return commit(session, with_rows(experiment, rows, old, new))


def set_batch_size(session: Session, size: int, level: int = 0) -> Session:
    """The session with another number of examples: every batched array type is resized along its batch axis.

    A note says why when an argument is a value, or when nothing is batched.
    """
    experiment = session.experiment
    arguments = arguments_now(session)
    axes = whole_axes(arguments, experiment, level)
    if isinstance(axes, Problem):
        return refuse(session, axes)
    rows = list(split(experiment.arguments))
    for index, (argument, own) in enumerate(zip(arguments, axes, strict=True)):
        place = row_of(session, index)
        for leaf, axis in zip(argument.leaves, own, strict=True):
            if axis is None:
                continue
            text, why = set_dimension(rows[place][1], axis, size, leaf.path)
            if text is None:
                title = f"**`{argument.name}` keeps its size.**"
                return refuse(session, Problem("batch size", title, why, arguments=(index,)))
            rows[place] = (rows[place][0], text)
    settings = experiment.levels[level]
    if settings.axis_size is not None:
        settings = replace(settings, axis_size=size)
    elif not any(axis is not None for own in axes for axis in own):
        return refuse(session, nothing_batched())
    levels = (*experiment.levels[:level], settings, *experiment.levels[level + 1 :])
    return commit(session, replace(experiment, arguments=join(tuple(rows)), levels=levels))


def nothing_batched() -> Problem:
    """That no argument has a batch axis, and what to do."""
    return Problem(
        "nothing batched", "**Nothing is batched yet.**", "Click the axis of an argument that counts examples."
    )


def whole_axes(
    arguments: tuple[Argument, ...], experiment: Experiment, level: int
) -> tuple[tuple[int | None, ...], ...] | Problem:
    """The batch axes of one vmap, counted in the whole arrays that the user gave."""
    places = [[list(range(len(leaf.shape))) for leaf in argument.leaves] for argument in arguments]
    for number in range(len(experiment.levels) - 1, level - 1, -1):
        inner = level_arguments(arguments, experiment.levels, number)
        axes = inner if isinstance(inner, Problem) else expand(experiment.levels[number].in_axes, inner)
        if isinstance(axes, Problem):
            return axes
        found = tuple(
            tuple(None if axis is None else dims.pop(axis) for dims, axis in zip(leaves, own, strict=True))
            for leaves, own in zip(places, axes, strict=True)
        )
    return found
