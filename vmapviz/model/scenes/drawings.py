"""How one equation is drawn: a table of drawings, the most specific first; the last one always answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

from msgspec.structs import replace

from vmapviz.model.scenes import layout
from vmapviz.model.scenes.captions import caption
from vmapviz.model.scenes.choice import select_n
from vmapviz.model.scenes.conveyor import scan
from vmapviz.model.scenes.lanes import loop
from vmapviz.model.scenes.look_up_drawings import extreme_index, looked_up, written
from vmapviz.model.scenes.moves import origins
from vmapviz.model.scenes.operation import Drawing, Operation, general, param, shown
from vmapviz.model.scenes.random_drawings import from_key
from vmapviz.model.scenes.rows import RUN, Row, Shown, Sign, Token, row
from vmapviz.model.scenes.symbols import RANDOM, SCATTERS, SYMBOLS
from vmapviz.model.scenes.travel import travelling
from vmapviz.model.talk import unwrapped


def drawn(operation: Operation) -> Row:
    """The row of an equation by the first drawing that fits it, with the cells that travel where they come from."""
    if len(operation.operands) != len(operation.equation.inputs):
        return general(operation)  # of an equation that became nothing the results alone are there
    inner, order = unwrapped(operation.equation)
    operation = operation._replace(equation=inner, operands=tuple(operation.operands[n] for n in order))
    return travelling(operation, next(draw for fits, draw in DRAWINGS if fits(operation))(operation))


def _joined(operation: Operation, operator: str) -> Row:
    tokens: list[Token] = []
    for n, operand in enumerate(operation.operands):
        seen = max(each.when for each in operation.operands[: n + 1])
        tokens += [Sign(operator, seen)] if n else []
        tokens += shown(operand, operation.sources)
    tokens.append(Sign("=", RUN))
    tokens += [Shown(figure, RUN) for figure in operation.results]
    return row(tokens, operation.style, operation.results[0].key)


def binary(operation: Operation) -> Row:
    """Two operands with their sign: `d + c = e`."""
    return _joined(operation, SYMBOLS[operation.equation.primitive])


def dot_general(operation: Operation) -> Row:
    """Two operands whose contracted axes are hatched."""
    numbers = param(operation.equation, "dimension_numbers")
    if not numbers:
        return general(operation)
    operands = []
    for n, operand in enumerate(operation.operands):
        figure = operand.figure
        roles = tuple("sum" if dim in numbers[0][n] else "" for dim in range(len(figure.shape)))
        operands.append(operand._replace(figure=replace(figure, roles=roles, down=n == 1 and len(figure.shape) == 1)))
    down = len(operands[0].figure.shape) > 1 or operands[0].figure.down
    results = tuple(replace(figure, down=down and len(figure.shape) == 1) for figure in operation.results)
    return _joined(operation._replace(operands=tuple(operands), results=results), SYMBOLS["dot_general"])


def reduce_sum(operation: Operation) -> Row:
    """An operand whose summed axes are hatched, and the sums."""
    axes = param(operation.equation, "axes") or ()
    first = operation.operands[0]
    roles = tuple("sum" if dim in axes else "" for dim in range(len(first.figure.shape)))
    return worded(operation._replace(operands=(first._replace(figure=replace(first.figure, roles=roles)),)))


def worded(operation: Operation) -> Row:
    """Any equation, with a few words under the arrow where there are some."""
    return general(operation, caption(operation))


def pad(operation: Operation) -> Row:
    """Operands and the padded array, the cells that are new dashed."""
    find = None if operation.style.hollow else origins(operation)
    (result,) = operation.results
    if find is None or prod(result.shape) > 100 * layout.MOST_CELLS:
        return worded(operation)
    new = frozenset(at for at in product(*map(range, result.shape)) if (find(0, at) or (0,))[0] == 1)
    return worded(operation._replace(results=(replace(result, dashed=new),)))


def _named(*names: str) -> Callable[[Operation], bool]:
    return lambda operation: operation.equation.primitive in names


def _has_sign(operation: Operation) -> bool:
    return operation.equation.primitive in SYMBOLS and len(operation.operands) == 2


def _always(_: Operation) -> bool:
    return True


DRAWINGS: Sequence[tuple[Callable[[Operation], bool], Drawing]] = (
    (_named("dot_general"), dot_general),
    (_named("select_n"), select_n),
    (_named("reduce_sum", "psum", "pmax", "pmin"), reduce_sum),
    (_named("pad"), pad),
    (_named("gather", "dynamic_slice"), looked_up),
    (_named("dynamic_update_slice", *SCATTERS), written),
    (_named("argmax", "argmin"), extreme_index),
    (_named("scan"), scan),
    (_named("while"), loop),
    (_named(*RANDOM), from_key),
    (_has_sign, binary),
    (_always, worded),
)
