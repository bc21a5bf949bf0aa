"""Where what a loop carries comes from: back through its turns, from the last one, or from any one that is seen by itself."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from msgspec.structs import replace

from vmapviz.model.depends.bodies import TooManyError, Walk, Wanted, singles
from vmapviz.model.depends.cells import NONE, Case, Cells, Index, Sources, one, unknown, unknowns
from vmapviz.model.trace import Equation, Program, is_literal, values_of


def scan_parts(equation: Equation, shapes: Sequence[Index], body: Program) -> tuple[int, int, int]:
    """How many operands of a scan are constants, and how many carried, and how many turns there are; `shapes` are the operands'.

    Where no parameter says it (JAX 0.12) by ranks: what goes turn by turn has an axis more outside than in the body.
    """
    said = {name: data for name, _, data in equation.params}
    length: int = said["length"]
    if said.get("num_carry") is not None:
        return said["num_consts"], said["num_carry"], length
    ranks = {value.name: len(value.shape) for value in values_of(body)}
    ends = zip(equation.outputs, body.outputs, strict=True)
    carried = sum(len(value.shape) == (0 if is_literal(name) else ranks.get(name)) for value, name in ends)
    same = sum(len(shape) == len(value.shape) for shape, value in zip(shapes, body.inputs, strict=True))
    return same - carried, carried, length


def scanned(walk: Walk) -> Sources:
    """Through the iterations, from the one that made it back to the first."""
    case = walk.case
    program = walk.body("jaxpr")
    if program is None or len(program.inputs) != len(case.shapes):
        return unknowns(case)
    consts, carries, length = scan_parts(case.equation, case.shapes, program)
    asked = [Wanted() for _ in case.shapes]

    def entry(turn: int) -> int:
        """Which entry a turn takes in and gives out; and the other way round."""
        return length - 1 - turn if case.param("reverse") else turn

    is_carried = case.output < carries
    last = (length - 1 if case.turn is None else case.turn) if is_carried else entry(case.index[0])
    out = [(case.output, one(case.index if is_carried else case.index[1:]))]
    for turn in range(last, -1, -1):
        found = walk.back(program, out, case.looks[:consts])
        for ask, cells in zip(asked[:consts], found[:consts], strict=True):
            ask.add(cells)
        for ask, cells in zip(asked[consts + carries :], found[consts + carries :], strict=True):
            ask.add(replace(cells, boxes=tuple(((entry(turn),), *each) for each in cells.boxes)))
        out = list(enumerate(found[consts : consts + carries]))
        if not any(cells.boxes for _, cells in out):
            break
    for n, cells in out:
        asked[consts + n].add(cells) if n < carries else None
    return tuple(ask.made() for ask in asked)


def looped(walk: Walk) -> Sources:
    """Through the turns that were made, where it is known how many; else all that may be meant however often the loop turns."""
    case = walk.case
    tests, consts = case.param("cond_nconsts", 0), case.param("body_nconsts", 0)
    test, body = walk.body("cond_jaxpr"), walk.body("body_jaxpr")
    if test is None or body is None:
        return unknowns(case)
    if body.outputs[case.output] == body.inputs[consts + case.output].name:  # handed on from turn to turn as it is
        return tuple(one(case.index) if n == tests + consts + case.output else NONE for n in range(len(case.shapes)))
    count, spent = turns_of(case, test), case.steps[0]
    if count is not None:
        try:
            return _through_turns(walk, test, body, count)
        except TooManyError:
            case.steps[0] = spent
    return _through_all(walk, test, body)


def turn_before(walk: Walk) -> tuple[int, Cells]:
    """The last turn before that of a cell whose numbers are kept, -1 for none, and the cells of the same carried value after it which the
    cell is made of, or by which it is decided that there was another turn."""
    case = walk.case
    turn = case.turn or 0
    if case.equation.primitive == "scan":
        program = walk.body("jaxpr")
        if program is None or len(program.inputs) != len(case.shapes):
            return turn - 1, unknown(case.shape)
        consts = scan_parts(case.equation, case.shapes, program)[0]
        return turn - 1, walk.back(program, [(case.output, one(case.index))], case.looks[:consts])[consts + case.output]
    test, body = walk.body("cond_jaxpr"), walk.body("body_jaxpr")
    if test is None or body is None:
        return turn - 1, unknown(case.shape)
    tests, consts = case.param("cond_nconsts", 0), case.param("body_nconsts", 0)
    asked, count = Wanted(), turns_of(case, test)
    asked.add(
        walk.back(body, [(case.output, one(case.index))], case.looks[tests : tests + consts])[consts + case.output]
    )
    asked.add(walk.back(test, [(0, one(case.index[: rank_of(test)]))], case.looks[:tests])[tests + case.output])
    return (turn if count is None else min(turn, count)) - 1, asked.made()


def turns_made(walk: Walk) -> int | None:
    """How often a loop turns for the example that a cell belongs to; None where that is not known."""
    if walk.case.equation.primitive == "scan":
        length: int = walk.case.param("length")
        return length
    test = walk.body("cond_jaxpr")
    return turns_of(walk.case, test) if test is not None else None


def turns_of(case: Case, test: Program) -> int | None:
    """How often a while turned for the example that a cell belongs to; None where that is not known."""
    rank = rank_of(test)
    if not rank or len(case.turns) == 1:
        return max(case.turns, default=None)
    flat = 0
    for at, size in zip(case.index, case.shape[:rank], strict=False):
        flat = flat * size + at
    return case.turns[flat] if len(case.turns) == prod(case.shape[:rank]) else None


def _through_turns(walk: Walk, test: Program, body: Program, count: int) -> Sources:
    """Back through so many turns, and what each of them was tested by: that decides that there were no more and no fewer.

    What is made for an example that is done is made of what it ended with.
    """
    case = walk.case
    tests, consts = case.param("cond_nconsts", 0), case.param("body_nconsts", 0)
    asked = [Wanted() for _ in case.shapes]

    def add(to: list[Wanted], found: Sequence[Cells]) -> None:
        for ask, cells in zip(to, found, strict=True):
            ask.add(cells)

    ends = walk.back(test, [(0, one(case.index[: rank_of(test)]))], case.looks[:tests])
    add(asked[:tests], ends[:tests])
    carried: tuple[Cells, ...] = tuple(
        one(case.index) if n == case.output else NONE for n in range(len(case.shapes) - tests - consts)
    )
    last: Sources = ()
    if case.turn is not None:
        found = walk.back(body, [(case.output, one(case.index))], case.looks[tests : tests + consts])
        add(asked[tests : tests + consts], found[:consts])
        count, carried = min(case.turn, count), found[consts:]
    for turn in range(count, -1, -1):
        now = [Wanted() for _ in carried]
        add(now, carried)
        add(now, ends[tests:])
        carried = tuple(ask.made() for ask in now)
        if not turn or carried == last:  # from here on every turn asks for the same
            break
        last = carried
        found = walk.back(body, list(enumerate(carried)), case.looks[tests : tests + consts])
        add(asked[tests : tests + consts], found[:consts])
        carried = found[consts:]
    add(asked[tests + consts :], carried)
    return tuple(ask.made() for ask in asked)


def _through_all(walk: Walk, test: Program, body: Program) -> Sources:
    """All that may be meant however often the loop turns."""
    case = walk.case
    tests, consts = case.param("cond_nconsts", 0), case.param("body_nconsts", 0)
    asked = [Wanted() for _ in case.shapes]
    ends = walk.back(test, [(0, one(case.index[: rank_of(test)]))])
    for ask, cells in zip((*asked[:tests], *asked[tests + consts :]), ends, strict=True):
        ask.add(cells, exact=False)
    carry = asked[tests + consts :]
    carry[case.output].add(one(case.index), exact=False)
    news = [set(ask.cells) for ask in carry]
    while any(news):
        before = [set(ask.cells) for ask in carry]
        found = walk.back(body, [(n, singles(cells)) for n, cells in enumerate(news)])
        for ask, cells in zip((*asked[tests : tests + consts], *carry), found, strict=True):
            ask.add(cells, exact=False)
        news = [ask.cells - known for ask, known in zip(carry, before, strict=True)]
    return tuple(ask.made() for ask in asked)


def rank_of(test: Program) -> int:
    """The number of axes of a loop's test: those of the examples that end by themselves, which come first in all that is carried."""
    shapes = {value.name: value.shape for equation in test.equations for value in equation.outputs}
    return len(shapes.get(test.outputs[0], ()))
