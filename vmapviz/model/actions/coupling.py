"""Cells that belong together in the selected equation: a cell of a result, and those of the operands that it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.actions.named import value_named
from vmapviz.model.actions.selection import flat_example
from vmapviz.model.depends import Case, Look, Sources, look_at, sources
from vmapviz.model.picked import Index
from vmapviz.model.programs.index import index
from vmapviz.model.session import Session
from vmapviz.model.slices import Named
from vmapviz.model.trace import Equation, is_literal


def coupled(session: Session, named: Named, cell: Index) -> dict[Named, Index]:
    """The cells of other variables of the selected equation that a cell of one of them is made of, or that it alone makes there."""
    found: dict[Named, Index] = {}
    for made in _equations(session, named[1]):
        for output, value in enumerate(made.outputs):
            own = value.name == named[0]
            if not own and (named[0] not in made.inputs or len(value.shape) != len(cell)):
                continue
            if any(at >= size for at, size in zip(cell, value.shape, strict=True)):
                continue
            rows = _first_cells(made, _sources(session, made, named[1], output, cell))
            if own or dict(rows).get(named[0]) == cell:
                found |= {(value.name, named[1]): cell, **{(name, named[1]): at for name, at in rows}}
    return found


def _equations(session: Session, batched: bool) -> Iterator[Equation]:
    """The selected equation, or those it became."""
    path, trace = session.selected, session.picture.trace if session.picture is not None else None
    if path is None or trace is None:
        return
    look = index(trace)
    if not batched:
        yield from (one for one in (look.equations[0].get(path),) if one is not None)
    elif path in look.equations[0]:
        yield from look.selected(path, -1)
    elif path[1:] in look.equations[-1]:
        yield look.equations[-1][path[1:]]


def _sources(session: Session, made: Equation, batched: bool, output: int, cell: Index) -> Sources:
    values = [value_named(session, (name, batched)) for name in made.inputs]
    shapes = tuple(value.shape if value is not None else () for value in values)
    looks = tuple(_look(session, (name, batched)) for name in made.inputs)
    assert session.picture is not None
    places = index(session.picture.trace).places[-1 if batched else 0]
    return sources(Case(made, shapes, looks, output, cell, places))


def _look(session: Session, named: Named) -> Look:
    values = session.values
    if values is None:
        return look_at(None)
    flat = flat_example(session)
    ones = values.one[values.examples.index(flat)] if flat in values.examples else {}
    return look_at((values.batched if named[1] else ones).get(named[0]))


def _first_cells(made: Equation, found: Sources) -> list[tuple[str, Index]]:
    """Of every operand the first cell, where it is known which they are."""
    rows = zip(made.inputs, found, strict=True)
    known = [(name, cells.boxes[0]) for name, cells in rows if cells.exact and cells.boxes and not is_literal(name)]
    return [(name, tuple(along[0] for along in box)) for name, box in known if all(box)]
