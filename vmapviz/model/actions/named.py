"""Variables of the picture by name: what they are, where the followed example lies in them, and which slice of them is seen."""

from __future__ import annotations

from vmapviz.model.picked import Index
from vmapviz.model.remember import by_identity
from vmapviz.model.session import Session
from vmapviz.model.slices import Named, Slice, is_sliced, shown_slice
from vmapviz.model.trace import Program, Value, values_of


def value_named(session: Session, named: Named) -> Value | None:
    """A variable of the original or of the last program; None where the picture has none."""
    if session.picture is None:
        return None
    trace = session.picture.trace
    return _by_name(trace.batched if named[1] else trace.original).get(named[0])


@by_identity(4)
def _by_name(program: Program) -> dict[str, Value]:
    return {value.name: value for value in values_of(program)}


def shape_of(session: Session, named: Named) -> Index:
    """The shape of a variable; () where the picture has none of that name."""
    value = value_named(session, named)
    return () if value is None else value.shape


def followed(session: Session, value: Value) -> dict[int, int]:
    """The index of the followed example along every batch axis of a value whose entries are examples."""
    levels = session.picture.trace.levels if session.picture else ()
    rows = zip(value.axes, session.example, levels, strict=False)
    return {
        axes[0]: min(at, max(level.each - 1, 0))
        for axes, at, level in rows
        if axes and len(axes) == 1 and value.shape[axes[0]] == level.each
    }


def slice_of(session: Session, named: Named) -> Slice | None:
    """The slice that is seen of a variable; None where all of its axes are."""
    value = value_named(session, named)
    if value is None or not is_sliced(value.shape, [dim for axes in value.axes for dim in axes or ()]):
        return None
    return shown_slice(session.slices.get(named), value.shape, followed(session, value))
