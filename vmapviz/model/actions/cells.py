"""The picked cell, of which the pictures show where it comes from."""

from __future__ import annotations

from math import prod

from msgspec.structs import replace

from vmapviz.model.actions.selection import follow
from vmapviz.model.actions.slicing import show_cell
from vmapviz.model.picked import Index, Picked, value_of
from vmapviz.model.programs.index import index
from vmapviz.model.session import Session
from vmapviz.model.trace import values_of


def pick(session: Session, cell: Picked | None, example: Index | None = None) -> Session:
    """The session with this cell picked, None for none, and its example followed where it is of one; slices move so that it is seen."""
    session = session if example is None else follow(session, example)
    session = session if cell is None else show_cell(session, cell)
    return session if cell == session.cell else replace(session, cell=cell)


def step_cell(session: Session, down: int, across: int) -> Session:
    """The session with a cell beside the picked one; with the first of the shown result where there was none."""
    trace = session.picture.trace if session.picture else None
    if trace is None:
        return session
    value = value_of(trace, session.cell) if session.cell is not None else None
    if session.cell is None or value is None:
        return pick(session, first_cell(session))
    flat = 0
    for at, size in zip(session.cell.index, value.shape, strict=True):
        flat = flat * size + at
    flat += down * (value.shape[-1] if value.shape else 1) + across
    if not 0 <= flat < prod(value.shape):
        return session
    found: list[int] = []
    for size in reversed(value.shape):
        flat, at = divmod(flat, size)
        found.append(at)
    return pick(session, replace(session.cell, index=tuple(reversed(found))))


def first_cell(session: Session) -> Picked | None:
    """The first cell of what the selected equation gives, or the whole call; None where it gives none."""
    path, trace = session.selected, session.picture.trace if session.picture else None
    if trace is None:
        return None
    if path is None:
        values = {value.name: value for value in values_of(trace.original)}
        shapes = [(name, values[name].shape) for name in trace.original.outputs if name in values]
        return next((Picked(name, (0,) * len(shape)) for name, shape in shapes if 0 not in shape), None)
    look = index(trace)
    equation = look.equations[-1].get(path[1:]) if path.startswith("+") else look.equations[0].get(path)
    if equation is None or not equation.outputs or 0 in equation.outputs[0].shape:
        return None
    return Picked(equation.outputs[0].name, (0,) * len(equation.outputs[0].shape), path.startswith("+"))
