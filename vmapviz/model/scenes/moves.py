"""Which cell of which operand each cell of a result was: for primitives that move cells about or change them one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vmapviz.model.depends import Case, sources
from vmapviz.model.scenes.layout import Index
from vmapviz.model.scenes.operation import Operation, Origin, Origins
from vmapviz.model.scenes.ordering import alike, extreme, sort, top_k
from vmapviz.model.scenes.symbols import ELEMENTWISE, PASSED_ON, SCATTERS

# Primitives that give each cell of one operand, or of several, a new place.
MOVERS = (
    *("broadcast_in_dim", "concatenate", "expand_dims", "pad", "reshape", "rev", "slice", "split", "squeeze"),
    *("stack", "tile", "transpose", "unstack"),
)


def origins(operation: Operation) -> Origins | None:
    """For a result and the index of a cell of it, the operand and index of the cell it was; None where that cannot be said."""
    find = MOVES.get(operation.equation.primitive)
    return find(operation) if find is not None else None


def _by_meaning(*operands: int) -> Callable[[Operation], Origins]:
    """The one cell that it depends on; of these operands alone where the others only say which."""

    def find(operation: Operation) -> Origins:
        shapes = tuple(figure.shape for figure in operation.figures)
        looks = tuple(figure.cell for figure in operation.figures)

        def origin(result: int, index: Index) -> Origin | None:
            found = sources(Case(operation.equation, shapes, looks, result, index))
            moved = [(n, cells) for n, cells in enumerate(found) if cells.count and (not operands or n in operands)]
            if len(moved) != 1 or not moved[0][1].exact or moved[0][1].count != 1:
                return None
            return moved[0][0], next(moved[0][1].each())

        return origin

    return find


def _select_n(operation: Operation) -> Origins:
    return _by_meaning(*range(1, len(operation.operands)))(operation)


def _scatter(operation: Operation) -> Origins:
    """The update that is written, else what was there; of several written to one place JAX does not say which stays."""
    find = _by_meaning(0, 2)(operation)

    def origin(result: int, index: Index) -> Origin | None:
        found = find(result, index)
        if found is None or found[0] == 0:
            return found
        there, now = operation.figures[2].cell(found[1]), operation.results[0].cell(index)
        return found if now is None or alike(there, now) else None

    return origin


MOVES: Mapping[str, Callable[[Operation], Origins | None]] = {
    **dict.fromkeys((*ELEMENTWISE, *MOVERS, *PASSED_ON), _by_meaning()),
    **dict.fromkeys(SCATTERS, _by_meaning(0)),
    **dict.fromkeys(("dynamic_slice", "gather"), _by_meaning(0)),
    "clamp": _by_meaning(1),
    "dynamic_update_slice": _by_meaning(0, 1),
    "reduce_max": extreme,
    "reduce_min": extreme,
    "scatter": _scatter,
    "select_n": _select_n,
    "sort": sort,
    "top_k": top_k,
}
