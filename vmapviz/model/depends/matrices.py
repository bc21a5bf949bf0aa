"""Where the cells of linear algebra come from: one matrix of the batch, and which part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vmapviz.model.depends.cells import NONE, Box, Case, Cells, Sources, box, boxes, one


def _in_batch(case: Case, rank: int, parts: Iterable[tuple[Sequence[int], ...]]) -> Cells:
    """Parts of the matrix that belongs to the output's place in the batch; `rank` dimensions of the output are not of it."""
    batch: Box = tuple((at,) for at in case.index[: len(case.index) - rank])
    return boxes((*batch, *part) for part in parts)


def _own(case: Case, operand: int = 0, inner: int = 2) -> int:
    """How many of the output's dimensions are not the batch's."""
    return len(case.index) - (len(case.shapes[operand]) - inner)


def whole_matrix(case: Case) -> Sources:
    """Every cell of the matrix."""
    rows, columns = (range(size) for size in case.shapes[0][-2:])
    return (_in_batch(case, _own(case), [(rows, columns)]), *(NONE for _ in case.shapes[1:]))


def eigh(case: Case) -> Sources:
    """Every cell of the triangle that is read."""
    size = case.shapes[0][-1]
    lower = case.param("lower", True)
    parts = [((row,), range(row + 1) if lower else range(row, size)) for row in range(size)]
    return (_in_batch(case, _own(case), parts),)


def cholesky(case: Case) -> Sources:
    """The triangle above and left of the cell, and the cell's row up to it; above the diagonal stays what was there."""
    i, j = case.index[-2:]
    if i < j:
        return (one(case.index),)
    rows = [*range(j + 1), *([i] if i > j else [])]
    return (_in_batch(case, 2, [((row,), range(min(row, j) + 1)) for row in rows]),)


def triangular_solve(case: Case) -> Sources:
    """What is solved before it: that part of the triangle, and of its own column (from the right: row)."""
    left, size = case.param("left_side"), case.shapes[0][-1]
    at, other = case.index[-2:] if left else case.index[-2:][::-1]
    turned = bool(case.param("transpose_a")) != (not left)
    forward = bool(case.param("lower")) != turned
    before = range(at + 1) if forward else range(at, size)
    least = 1 if case.param("unit_diagonal") else 0
    parts: list[tuple[Sequence[int], ...]] = []
    for row in before:
        used = range(row + 1 - least) if forward else range(row + least, size)
        parts.append((used, (row,)) if turned else ((row,), used))
    own = (before, (other,)) if left else ((other,), before)
    return _in_batch(case, 2, parts), _in_batch(case, 2, [own])


def lu(case: Case) -> Sources:
    """Every row of the columns that were worked off by then, since any row may become the next one; and the cell's own column."""
    rows, columns = case.shapes[0][-2:]
    own = 2 if case.output == 0 else 1
    row = case.index[-own]
    # The last row has no other to change places with.
    done = range(min(row, rows - 2, columns - 1) + 1) if case.output != 1 or row < rows - 1 else ()
    used = sorted({*done, case.index[-1]}) if case.output == 0 else done
    return (_in_batch(case, own, [(range(rows), tuple(used))]),)


def qr(case: Case) -> Sources:
    """Q: the columns up to its own. R: those up to its row, and its own; nothing below the diagonal."""
    rows, columns = case.shapes[0][-2:]
    i, j = (0, 0) if len(case.index) < 2 else case.index[-2:]
    if case.param("pivoting") or case.output > 1:
        return whole_matrix(case)
    # What is left for the last row has one direction: no column decides it, but for a complex one's phase.
    last = min(rows, columns) - 1 if case.dtype.startswith("complex") else min(rows - 2, columns - 1)
    if case.output == 1 and i > j:
        return (NONE,)
    used = {*range(min(j if case.output == 0 else i, last) + 1), *((j,) if case.output == 1 else ())}
    return (_in_batch(case, 2, [(range(rows), tuple(sorted(used)))]),)


def tridiagonal_solve(case: Case) -> Sources:
    """All three diagonals, and its own column of the right side."""
    size = case.shapes[0][-1]
    batch: Box = tuple((at,) for at in case.index[:-2])
    diagonals = (range(1, size), range(size), range(size - 1))
    return *(box(*batch, along) for along in diagonals), box(*batch, range(size), (case.index[-1],))


def geqrf(case: Case) -> Sources:
    """The columns whose reflectors have gone over the cell by then, and its own; the last row's reflector does nothing."""
    rows = case.shapes[0][-2]
    i, j = case.index[-2:] if case.output == 0 else (case.index[-1],) * 2
    last = min(i, j, rows - 1 if case.dtype.startswith("complex") else rows - 2)
    if case.output == 1 and j > last:
        return (NONE,)
    return (_in_batch(case, 2 - case.output, [(range(rows), tuple(sorted({*range(last + 1), j})))]),)


def householder_product(case: Case) -> Sources:
    """The reflectors up to the cell's column: what stands of them below the diagonal, and how much each counts."""
    rows = case.shapes[0][-2]
    i, j = case.index[-2:]
    last = min(j, case.shapes[1][-1] - 1)
    below: list[tuple[Sequence[int], ...]] = [(range(k + 1, rows), (k,)) for k in range(last + 1)]
    if j == 0:  # the first column is the first reflector itself
        below = [((i,), (0,))] if i else []
    batch: Box = tuple((at,) for at in case.index[:-2])
    return _in_batch(case, 2, below), box(*batch, range(last + 1))


def symmetric_product(case: Case) -> Sources:
    """Two rows, and the cell of what is added."""
    i, j = case.index[-2:]
    both = _in_batch(case, 2, [(tuple(sorted({i, j})), range(case.shapes[0][-1]))])
    return both if case.param("alpha", 1.0) else NONE, one(case.index) if case.param("beta", 0.0) else NONE


def lu_pivots_to_permutation(case: Case) -> Sources:
    """The exchanges up to its own: later ones leave it alone."""
    batch: Box = tuple((at,) for at in case.index[:-1])
    return (box(*batch, range(min(case.index[-1] + 1, case.shapes[0][-1]))),)
