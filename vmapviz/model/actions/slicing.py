"""The slices of arrays with many axes: chosen by their index, on a bar, or by a cell that is to be seen."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from vmapviz.model.actions.coupling import coupled
from vmapviz.model.actions.named import followed, shape_of, slice_of, value_named
from vmapviz.model.actions.selection import follow
from vmapviz.model.picked import Index, Picked, in_batch
from vmapviz.model.session import Session
from vmapviz.model.slices import Named, Slice, SliceError, beginning, holding, parsed_slice
from vmapviz.model.trace import values_of


def show_slice(session: Session, named: Named, chosen: Slice) -> Session:
    """The session with another slice of a variable, of its counterpart, and of what belongs to it in the selected equation.

    With another entry of a batch axis another example is followed.
    """
    value, before = value_named(session, named), slice_of(session, named)
    if value is None or before is None or len(chosen.at) != len(value.shape):
        return session
    own, example = followed(session, value), list(session.example)
    for level, axes in enumerate(value.axes[: len(example)]):
        if axes and axes[0] in own and axes[0] not in chosen.dims:
            example[level] = chosen.at[axes[0]]
    session = follow(session, tuple(example))
    if chosen == before:
        return session
    after = replace(session, slices={**session.slices, **_both(session, named, chosen)})
    for each in _both(session, named, chosen):
        seen = slice_of(after, each)
        after = _others(after, each, seen.at, seen) if seen is not None else after
    return after


def _others(session: Session, named: Named, cell: Index, same: Slice | None = None) -> Session:
    """The session in whose other slices those cells of the selected equation are seen that belong to a cell of one; the `same` slice
    where it is the same cell."""
    moved = {}
    for other, at in coupled(session, named, cell).items():
        seen = slice_of(session, other)
        if seen is not None and other != named:
            alike = same is not None and at == cell and shape_of(session, other) == shape_of(session, named)
            moved[other] = same if same is not None and alike else holding(seen, at)
    return replace(session, slices={**session.slices, **moved}) if moved else session


def show_entry(session: Session, named: Named, dim: int, at: int) -> Session:
    """The session that shows a variable at another entry of one of its axes."""
    value, seen = value_named(session, named), slice_of(session, named)
    if value is None or seen is None or not 0 <= at < value.shape[dim]:
        return session
    return show_slice(session, named, beginning(seen, dim, at, value.shape[dim]))


def show_index(session: Session, named: Named, text: str) -> Session:
    """The session with the slice of a variable that a text says; the same where it says none."""
    value = value_named(session, named)
    if value is None or index_problem(session, named, text):
        return session
    return show_slice(session, named, parsed_slice(text, value.shape))


def index_problem(session: Session, named: Named, text: str) -> str:
    """Why a text says no slice of a variable, in a sentence; "" where it says one."""
    value = value_named(session, named)
    try:
        parsed_slice(text, value.shape if value is not None else ())
    except SliceError as error:
        return str(error)
    return ""


def show_cell(session: Session, cell: Picked) -> Session:
    """The session in whose slices a cell is seen."""
    after = session
    for named, index in _places(session, cell):
        seen = slice_of(after, named)
        if seen is not None and len(index) == len(seen.at):
            after = replace(after, slices={**after.slices, named: holding(seen, index)})
        if len(index) == len(shape_of(after, named)):
            after = _others(after, named, index)
    return session if after.slices == session.slices else after


def _places(session: Session, cell: Picked) -> Iterator[tuple[Named, Index]]:
    """Where a cell stands, in the original and in the last program."""
    yield (cell.name, cell.batched), cell.index
    value = None if cell.batched else value_named(session, (cell.name, False))
    entry = value.batched[-1] if value is not None and value.batched else None
    if entry is not None:
        yield (entry.name, True), in_batch(entry, cell.index, session.example)


def _both(session: Session, named: Named, chosen: Slice) -> dict[Named, Slice]:
    """A slice of a variable, and that of its counterpart which shows the same cells, where there is one."""
    assert session.picture is not None
    found = {named: chosen}
    for value in values_of(session.picture.trace.original):
        entry = value.batched[-1] if value.batched else None
        if entry is None or named not in ((entry.name, True), (value.name, False)):
            continue
        rest = [dim for dim in range(len(entry.shape)) if dim not in entry.axes]
        if not named[1]:
            at = in_batch(entry, chosen.at, session.example)
            found[entry.name, True] = Slice(at, (rest[chosen.dims[0]], rest[chosen.dims[1]]))
        elif all(dim in rest for dim in chosen.dims):
            dims = rest.index(chosen.dims[0]), rest.index(chosen.dims[1])
            found[value.name, False] = Slice(tuple(chosen.at[dim] for dim in rest), dims)
    return found
