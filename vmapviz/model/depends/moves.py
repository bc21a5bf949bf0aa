"""Where the cells of primitives that only move cells, or work cell by cell, come from."""

from __future__ import annotations

from vmapviz.model.depends.cells import NONE, Case, Cells, Index, Sources, box, maybe, one, unknown, whole


def same_place(case: Case) -> Sources:
    """Every operand at the same index; scalars and axes of size 1 are stretched."""
    return tuple(one(stretched(shape, case.index)) for shape in case.shapes)


def stretched(shape: Index, index: Index) -> Index:
    """The index in an array whose axes of size 1 are stretched, or which is a scalar."""
    return tuple(0 if size == 1 else at for size, at in zip(shape, index, strict=False))


def passed_on(case: Case) -> Sources:
    """Each output is the operand at its place."""
    return tuple(one(case.index) if n == case.output else NONE for n in range(len(case.shapes)))


def nothing(case: Case) -> Sources:
    """Made from nothing."""
    return tuple(NONE for _ in case.shapes)


def broadcast_in_dim(case: Case) -> Sources:
    """The cell that was repeated."""
    dims = case.param("broadcast_dimensions", [])
    first = one(stretched(case.shapes[0], tuple(case.index[dim] for dim in dims)))
    return first, *(NONE for _ in case.shapes[1:])


def reshape(case: Case) -> Sources:
    """The cell with the same place in the row of all, which may go through the axes in another order."""
    flat = 0
    for at, size in zip(case.index, case.shape, strict=True):
        flat = flat * size + at
    shape = case.shapes[0]
    order = case.param("dimensions", range(len(shape)))
    found = dict(zip(order, unravelled(flat, tuple(shape[dim] for dim in order)), strict=True))
    return one(found[dim] for dim in range(len(shape))), *(NONE for _ in case.shapes[1:])


def unravelled(flat: int, shape: Index) -> Index:
    """The index of the cell with a place in the row of all."""
    found = []
    for size in reversed(shape):
        flat, at = divmod(flat, size)
        found.append(at)
    return tuple(reversed(found))


def squeeze(case: Case) -> Sources:
    """The same cell, where axes of size 1 are gone."""
    gone = {dim % len(case.shapes[0]) for dim in case.param("dimensions", [])}
    rest = iter(case.index)
    return (one(0 if dim in gone else next(rest) for dim in range(len(case.shapes[0]))),)


def expand_dims(case: Case) -> Sources:
    """The same cell, where axes of size 1 have come."""
    new = {dim % len(case.index) for dim in case.param("dimensions", [])}
    return (one(at for dim, at in enumerate(case.index) if dim not in new),)


def transpose(case: Case) -> Sources:
    """The same cell, its axes in another order."""
    pairs = zip(case.param("permutation", []), case.index, strict=True)
    return (one(at for _, at in sorted(pairs)),)


def rev(case: Case) -> Sources:
    """The cell at the same distance from the other end."""
    turned = case.param("dimensions", [])
    sizes = enumerate(zip(case.index, case.shape, strict=True))
    return (one(size - 1 - at if dim in turned else at for dim, (at, size) in sizes),)


def slice_(case: Case) -> Sources:
    """The cell it was cut from."""
    starts = case.param("start_indices")
    strides = case.param("strides", [1] * len(starts))
    return (one(start + at * step for start, at, step in zip(starts, case.index, strides, strict=True)),)


def pad(case: Case) -> Sources:
    """The cell, or the value that is put around and between."""
    found = []
    for at, size, (low, _, between) in zip(case.index, case.shapes[0], case.param("padding_config"), strict=True):
        place, rest = divmod(at - low, between + 1)
        if rest or not 0 <= place < size:
            return NONE, one(())
        found.append(place)
    return one(found), NONE


def tile(case: Case) -> Sources:
    """The cell that was repeated."""
    shape = case.shapes[0]
    index = case.index[len(case.index) - len(shape) :]
    return (one(at % size for at, size in zip(index, shape, strict=True)),)


def concatenate(case: Case) -> Sources:
    """The cell of the operand that lies there."""
    dim = case.param("dimension")
    at, found = case.index[dim], []
    for shape in case.shapes:
        here = 0 <= at < shape[dim]
        found.append(one((*case.index[:dim], at, *case.index[dim + 1 :])) if here else NONE)
        at -= shape[dim]
    return tuple(found)


def split(case: Case) -> Sources:
    """The cell it was cut from."""
    dim, before = case.param("axis"), sum(case.param("sizes")[: case.output])
    return (one(at + before if n == dim else at for n, at in enumerate(case.index)),)


def stack(case: Case) -> Sources:
    """The cell of the operand with that number."""
    dim = case.param("axis") % len(case.index)
    rest = (*case.index[:dim], *case.index[dim + 1 :])
    return tuple(one(rest) if n == case.index[dim] else NONE for n in range(len(case.shapes)))


def unstack(case: Case) -> Sources:
    """The cell in the part with the output's number."""
    dim = case.param("axis") % len(case.shapes[0])
    return (one((*case.index[:dim], case.output, *case.index[dim:])),)


def select_n(case: Case) -> Sources:
    """Which case, and the cell of that case; of any case where nobody knows which."""
    which = stretched(case.shapes[0], case.index)
    chosen, cases = case.looks[0](which), range(len(case.shapes) - 1)
    if chosen is None:
        return one(which), *(maybe(one(case.index)) for _ in cases)
    return one(which), *(one(case.index) if n == int(chosen) else NONE for n in cases)


def keyed(case: Case) -> Sources:
    """All random numbers of a key come from that key."""
    return one(case.index[: len(case.shapes[0])]), *(
        one(()) if not shape else unknown(shape) for shape in case.shapes[1:]
    )


def bits_of_state(case: Case) -> Sources:
    """rng_bit_generator: every random number comes from the whole state; the new state keeps the key, the first half, and counts on.

    The second half counts, its low word first: what is carried goes on into the next one.
    """
    if case.output:
        return (whole(case.shapes[0]),)
    (at,), half = case.index, case.shapes[0][0] // 2
    return (one((at,)) if at < half else box(range(half, at + 1)),)


def key_of_words(case: Case) -> Sources:
    """A key is made of all its words."""
    row = tuple(range(size) for size in case.shapes[0][len(case.index) :])
    return (Cells(((*((at,) for at in case.index), *row),)),)


def bitcast(case: Case) -> Sources:
    """The cell whose bits it has: the parts of a cell lie along a last axis, before or after."""
    shape, index = case.shapes[0], case.index
    if len(shape) > len(index):
        return (Cells(((*((at,) for at in index), range(shape[-1])),)),)
    return (one(index[: len(shape)]),)
