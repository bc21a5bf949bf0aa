"""Where the cells of an equation with a body come from: through the equations of the body, backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod

from msgspec.structs import replace

from vmapviz.model.depends.cells import (
    NONE,
    Box,
    Case,
    Cells,
    Find,
    Index,
    Look,
    Rule,
    Sources,
    boxes,
    number_at,
    one,
    unknowns,
)
from vmapviz.model.depends.values import NOT_MORE, Around, Known, inside
from vmapviz.model.trace import Program, is_literal

NO_TURNS: Mapping[str, tuple[int, ...]] = {}
MOST_STEPS = 5_000  # cells that are traced back through equations


class TooManyError(Exception):
    """More cells would have to be traced back than is done while someone waits."""


class Wanted:
    """Cells of one value that are asked for; not `exact` once more than is meant was asked."""

    def __init__(self) -> None:
        self.cells: set[Index] = set()
        self.exact = True
        self.everyone = False

    def add(self, cells: Cells, exact: bool = True, everyone: bool = False) -> None:
        """Ask for more."""
        if cells.count > MOST_STEPS:
            raise TooManyError
        if cells.boxes:
            self.cells.update(cells.each())
            self.exact = self.exact and exact and cells.exact
            self.everyone = self.everyone or everyone or cells.everyone

    def made(self) -> Cells:
        """As cells: one box where they are one."""
        along: Box = tuple(sorted(set(each)) for each in zip(*self.cells, strict=True))
        together = len(self.cells) > 1 and prod(map(len, along)) == len(self.cells)
        found = boxes([along]) if together else singles(self.cells)
        return replace(found, exact=self.exact, everyone=self.everyone)


def singles(found: set[Index]) -> Cells:
    """Cells one by one."""
    each: Iterator[Box] = (tuple((at,) for at in index) for index in sorted(found))
    return boxes(each)


class Walk:
    """Traces cells back through bodies with one budget of steps; `turns` of the loops right in the body it goes through, by path."""

    def __init__(self, find: Find, case: Case, turns: Mapping[str, tuple[int, ...]] = NO_TURNS) -> None:
        self.find = find
        self.case = case
        self.around = Around(case.places, case.steps, turns)

    def body(self, name: str) -> Program | None:
        """A body of the equation, wherever it stands in full."""
        found = dict(self.case.equation.subprograms).get(name)
        return self.case.places.get(found.same_as) if found is not None and found.same_as is not None else found

    def into(self, name: str) -> Walk:
        """The same way on, in a body that is run once: it is known how often the whiles in it turned."""
        return Walk(self.find, self.case, inside(self.case.inner, name))

    def back(
        self,
        program: Program,
        outputs: Sequence[tuple[int, Cells]],
        looks: Sequence[Look] = (),
        more: Mapping[str, Look] = NOT_MORE,
    ) -> Sources:
        """The cells of a program's inputs that cells of its outputs come from; `more` variables than its inputs have values."""
        self._step(len(program.equations) // 4)
        known = Known(program, looks, self.find, self.around, more)
        wanted = {name: Wanted() for name in known.shapes}
        for output, cells in outputs:
            if not is_literal(program.outputs[output]):
                wanted[program.outputs[output]].add(cells)
        for equation in reversed(program.equations):
            for number, made in enumerate(equation.outputs):
                ask = wanted[made.name]
                for index in ask.cells:
                    self._step()
                    case = known.case(equation, number, index)
                    for name, cells in zip(equation.inputs, self.find(case), strict=True):
                        if name in wanted:
                            self._step(cells.count)
                            wanted[name].add(cells, ask.exact, ask.everyone)
        return tuple(wanted[value.name].made() for value in program.inputs)

    def _step(self, count: int = 1) -> None:
        self.around.steps[0] += count
        if self.around.steps[0] > MOST_STEPS:
            raise TooManyError


def bounded(rule: Callable[[Walk], Sources], find: Find, turns: Mapping[str, tuple[int, ...]] = NO_TURNS) -> Rule:
    """A rule that says that anything may be meant where the way back is too long, or a body is not there."""

    def within(case: Case) -> Sources:
        try:
            return rule(Walk(find, case, turns))
        except TooManyError:
            return unknowns(case)

    return within


def called(walk: Walk) -> Sources:
    """A body that is computed once: jit, custom_jvp, checkpoint."""
    case = walk.case
    name = case.equation.subprograms[0][0] if case.equation.subprograms else ""
    program = walk.body(name)
    if program is None or len(program.inputs) != len(case.shapes):
        return unknowns(case)
    return walk.into(name).back(program, [(case.output, one(case.index))], case.looks)


def linear_solve(walk: Walk) -> Sources:
    """The body that solves, with the constants that it needs and the right side."""
    case, lengths = walk.case, walk.case.param("const_lengths")
    names = [name for name, _ in case.equation.subprograms]
    program = walk.body(names[2]) if lengths and len(names) > 2 else None
    if program is None:
        return unknowns(case)
    start = lengths["matvec"] + lengths["vecmat"]
    right = sum(lengths.values())
    used = [*range(start, start + lengths["solve"]), *range(right, len(case.shapes))]
    found = walk.back(program, [(case.output, one(case.index))], [case.looks[n] for n in used])
    by_operand = dict(zip(used, found, strict=True))
    return tuple(by_operand.get(n, NONE) for n in range(len(case.shapes)))


def branched(walk: Walk) -> Sources:
    """Which branch, and what it needs; what any of them needs where nobody knows which."""
    case = walk.case
    names = [name for name, _ in case.equation.subprograms]
    chosen = number_at(case.looks[0], ())
    used = range(len(names)) if chosen is None else [min(max(chosen, 0), len(names) - 1)]
    asked = [Wanted() for _ in case.shapes[1:]]
    for n in used:
        program = walk.body(names[n])
        if program is None:
            return unknowns(case)
        found = walk.into(names[n]).back(program, [(case.output, one(case.index))], case.looks[1:])
        for ask, cells in zip(asked, found, strict=True):
            ask.add(cells, exact=chosen is not None)
    return one(()), *(ask.made() for ask in asked)
