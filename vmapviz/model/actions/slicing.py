"""The slices of arrays with many axes: chosen by their index, on a bar, or by a cell that is to be seen."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from vmapviz.model.actions.selection import follow
from vmapviz.model.picked import Index, Picked, in_batch
from vmapviz.model.remember import by_identity
from vmapviz.model.session import Session
from vmapviz.model.slices import Named, Slice, SliceError, beginning, holding, is_sliced, parsed_slice, shown_slice
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


def show_slice(session: Session, named: Named, chosen: Slice) -> Session:
    """The session with another slice of a variable, and the same of its counterpart; on a batch axis another example is followed."""
    value, before = value_named(session, named), slice_of(session, named)
    if value is None or before is None or len(chosen.at) != len(value.shape):
        return session
    own, example = followed(session, value), list(session.example)
    for level, axes in enumerate(value.axes[: len(example)]):
        if axes and axes[0] in own and axes[0] not in chosen.dims:
            example[level] = chosen.at[axes[0]]
    session = follow(session, tuple(example))
    return session if chosen == before else replace(session, slices={**session.slices, **_both(session, named, chosen)})


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
    moved = {}
    for named, index in _places(session, cell):
        seen = slice_of(session, named)
        if seen is not None and len(index) == len(seen.at):
            moved[named] = holding(seen, index)
    changed = any(session.slices.get(named) != found for named, found in moved.items())
    return replace(session, slices={**session.slices, **moved}) if changed else session


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
