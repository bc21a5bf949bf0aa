"""Where the cells come from of primitives by which the examples of a named axis, or the devices, exchange what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod

from msgspec.structs import replace

from vmapviz.model.depends.cells import NONE, Box, Case, Cells, Index, Sources, boxes, maybe, one, unknown


def _names(case: Case) -> tuple[str, ...]:
    """The named axes that it goes over, the first one slowest; of those in the batched program some may be dimensions instead."""
    found = case.param("axes", case.param("axis_name", ()))
    found = (found,) if isinstance(found, str) else found
    return tuple(name for name in found or () if isinstance(name, str))


def here(case: Case) -> tuple[int, int] | None:
    """Which example this is along its named axes, counted flat, and of how many; None where that is not known."""
    names = _names(case)
    if not names or any(name not in case.at for name in names):
        return None
    flat = 0
    for name in names:
        index, size = case.at[name]
        flat = flat * size + index
    return flat, prod(case.at[name][1] for name in names)


def _group(case: Case) -> tuple[int, Sequence[int]] | None:
    """The place of this example among those it exchanges with, and which these are."""
    place = here(case)
    if place is None:
        return None
    groups = case.param("axis_index_groups") or [range(place[1])]
    mine: Sequence[int] = next((group for group in groups if place[0] in group), range(place[1]))
    return list(mine).index(place[0]), mine


def among_examples(case: Case) -> Sources:
    """The same cell of all examples: those under a name, and those that lie along an axis of the operand."""
    along = sorted(axis for axis in case.param("axes", []) if isinstance(axis, int))
    names, group = _names(case), _group(case)
    everyone = bool(names) or not along
    found = []
    for n, shape in enumerate(case.shapes):
        rest = iter(case.index)
        place: Box = tuple(range(size) if dim in along else (next(rest),) for dim, size in enumerate(shape))
        mine = n == case.output or len(case.equation.outputs) == 1
        cells = replace(boxes([place]), everyone=everyone, examples=tuple(group[1]) if group else ())
        found.append(cells if mine else NONE)
    return tuple(found)


def from_another(case: Case) -> Sources:
    """ppermute: the same cell of the example that sends to this one; nothing where none does."""
    place = here(case)
    cells = replace(one(case.index), everyone=True)
    if place is None:
        return (maybe(cells),)
    return (_of_senders(cells, [start for start, end in case.param("perm") if end == place[0]]),)


def from_the_source(case: Case) -> Sources:
    """pbroadcast: the same cell of the one example that has it for all."""
    group, cells = _group(case), replace(one(case.index), everyone=True)
    return (maybe(cells) if group is None else _of_senders(cells, [group[1][case.param("source", 0)]]),)


def _of_senders(cells: Cells, senders: list[int]) -> Cells:
    return replace(cells, examples=tuple(senders)) if senders else NONE


def gathered(case: Case) -> Sources:
    """all_gather: the cell of the example that lies there."""
    dim, tiled, group = case.param("all_gather_dimension", 0), case.param("tiled", False), _group(case)
    sender, at = divmod(case.index[dim], max(case.shapes[0][dim], 1)) if tiled else (case.index[dim], None)
    index = (*case.index[:dim], *(() if at is None else (at,)), *case.index[dim + 1 :])
    if group is None and case.param("axis_index_groups"):
        return (replace(one(index), everyone=True, exact=False),)
    return (replace(one(index), everyone=True, examples=(group[1][sender] if group else sender,)),)


def exchanged(case: Case) -> Sources:
    """all_to_all: every example cuts its operand along one axis and gets the parts with its own number, joined along another."""
    shape, group = case.shapes[0], _group(case)
    cut, join = case.param("split_axis"), case.param("concat_axis")
    if group is None or len(shape) != len(case.index):
        return (replace(unknown(shape), everyone=True),)
    place, others = group
    part = shape[cut] // len(others)
    index = list(case.index)
    sender, index[join] = divmod(index[join], part if cut == join else shape[join])
    index[cut] += place * part
    return (replace(one(index), everyone=True, examples=(others[sender],)),)


def scattered(case: Case) -> Sources:
    """reduce_scatter: of all examples the cell that lies in the part with this one's number."""
    shape, group, dim = case.shapes[0], _group(case), case.param("scatter_dimension", 0)
    if group is None:
        return (replace(unknown(shape), everyone=True),)
    place, others = group
    index = list(case.index)
    if case.param("tiled", False):
        index[dim] += place * (shape[dim] // len(others))
    else:
        index.insert(dim, place)
    return (replace(one(index), everyone=True, examples=tuple(others)),)


def nothing(case: Case) -> Sources:
    """axis_index: a number that no cell has given."""
    return tuple(NONE for _ in case.shapes)


Rule = Callable[[Case], Sources]
COLLECTIVES: Mapping[str, Rule] = {
    **dict.fromkeys(("psum", "pmax", "pmin", "psum_invariant"), among_examples),
    **dict.fromkeys(("all_gather", "all_gather_invariant"), gathered),
    "ppermute": from_another,
    "pbroadcast": from_the_source,
    "all_to_all": exchanged,
    "reduce_scatter": scattered,
    "axis_index": nothing,
}


def at_example(case: Case, sizes: Mapping[str, int], example: Index) -> Case:
    """The case in another example: its place along every named axis, in the order of `sizes`."""
    places = zip(sizes.items(), example, strict=True)
    return replace(case, at={name: (index, size) for (name, size), index in places})
