"""Numbers that the picture lacks: of which slice, or of which example, they are asked for, and what came."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from vmapviz.model.actions.mapping import as_vmap
from vmapviz.model.actions.named import followed, value_named
from vmapviz.model.actions.selection import flat_example
from vmapviz.model.inside import is_inside
from vmapviz.model.programs.index import index
from vmapviz.model.session import Session
from vmapviz.model.slices import Named, Region, box_of, is_known
from vmapviz.model.trace import Equation, is_literal
from vmapviz.model.values import Piece, Preview, Values

MOST_PIECES = 64


def missing(session: Session) -> Region | None:
    """The first cells of the picture that may be drawn and whose numbers were not sent; None where there are none, or no numbers at all."""
    values = session.values
    if values is None or session.picture is None:
        return None
    for named in _shown(as_vmap(session)):
        preview = _preview(session, values, named)
        wanted = _region(session, named) if preview is not None else None
        if wanted is not None and not is_known(wanted, preview, values.pieces):
            return wanted
    return None


def _shown(session: Session) -> Iterator[Named]:
    """The variables of the picture: of the selected equation and of those it became, or of the whole call."""
    path, trace = session.selected, session.picture.trace if session.picture is not None else None
    if trace is None or is_inside(trace, path):
        return
    if path is None:
        for program, batched in ((trace.batched, True), (trace.original, False)):
            names = (*(value.name for value in program.inputs), *program.outputs)
            yield from ((name, batched) for name in dict.fromkeys(names) if not is_literal(name))
        return
    look = index(trace)
    one = look.equations[0].get(path)
    group = (look.equations[-1][path[1:]],) if path[1:] in look.equations[-1] and one is None else ()
    for each in group or look.selected(path, -1):
        yield from ((name, True) for name in _names(each))
    if one is not None:
        yield from ((name, False) for name in _names(one))


def _names(equation: Equation) -> Iterator[str]:
    yield from (name for name in equation.inputs if not is_literal(name))
    yield from (value.name for value in equation.outputs)


def _preview(session: Session, values: Values, named: Named) -> Preview | None:
    """What was sent of a variable; None where it was not computed."""
    name, batched = named
    if batched:
        return values.batched.get(name)
    flat = flat_example(session)
    return values.one[values.examples.index(flat)].get(name) if flat in values.examples else None


def _region(session: Session, named: Named) -> Region | None:
    value = value_named(session, named)
    if value is None:
        return None
    start, sizes = box_of(value.shape, followed(session, value), session.slices.get(named))
    return Region(*named, 0 if named[1] else flat_example(session), start, sizes)


def fetched(session: Session, piece: Piece) -> Session:
    """The session with what was asked for."""
    values = session.values
    if values is None:
        return session
    return replace(session, values=replace(values, pieces=(*values.pieces, piece)[-MOST_PIECES:]))


def not_fetched(session: Session, wanted: Region | None) -> Session:
    """The session in which cells that were asked for are not asked for again."""
    if wanted is None:
        return session
    return fetched(session, Piece(wanted.name, wanted.batched, wanted.example, wanted.start, wanted.sizes, ()))
