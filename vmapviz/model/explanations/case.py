"""One equation and what it became, with what sentences need to know about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from vmapviz.model.programs.index import Index, first_use, index
from vmapviz.model.programs.words import group
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Batched, Equation, Level, Program, Trace, Value, is_literal, values_of


class Case(msgspec.Struct, frozen=True):
    """An equation of program `first` (None when a later vmap added the group) and the equations of program `last` it became."""

    trace: Trace
    root: str
    original: Equation | None
    became: tuple[Equation, ...]
    values: dict[str, Value]
    known: frozenset[str]
    originals: dict[str, Value]
    first: int
    last: int

    @property
    def taken(self) -> tuple[Value, ...]:
        """The values that the original equation takes."""
        names = self.original.inputs if self.original is not None else ()
        return tuple(self.originals[name] for name in names if name in self.originals)

    @property
    def after(self) -> Program:
        """The program that the vmaps made."""
        return self.trace.programs[self.last]

    @property
    def levels(self) -> tuple[Level, ...]:
        """The vmaps whose examples that program holds, innermost first."""
        return self.trace.levels[: self.last]

    def became_value(self, value: Value) -> Batched | None:
        """What a value of the first program became in the last; None where that is not known."""
        if not self.first:
            return value.batched[self.last - 1] if self.last <= len(value.batched) else None
        return next((b[self.last - 1] for b in self._links(value.name) if self.last <= len(b)), None)

    def _links(self, name: str) -> Iterator[tuple[Batched | None, ...]]:
        """Everything that original values became which are called `name` in the first program."""
        for value in values_of(self.trace.original):
            there = value.batched[self.first - 1 : self.first]
            if there and there[0] is not None and there[0].name == name:
                yield value.batched

    @property
    def index(self) -> Index:
        """The look-ups of the trace."""
        return index(self.trace)

    @property
    def main(self) -> Equation | None:
        """The equation that does the original's work, None when it became nothing."""
        if not self.became:
            return None
        mains = self.index.mains[self.last]
        return next((e for e in reversed(self.became) if e.path in mains), self.became[-1])

    @property
    def helpers(self) -> tuple[Equation, ...]:
        """The other equations."""
        return tuple(e for e in self.became if e is not self.main)

    def label(self, equation: Equation) -> str:
        """How an equation is called: "2a", or the name of what it gives, inside a body."""
        label = self.index.labels[self.last].get(equation.path)
        return label or (equation.outputs[0].name if equation.outputs else equation.primitive)

    def body(self, equation: Equation, name: str) -> Program:
        """The subprogram of the original equation or of one it became, in full."""
        return self.index.full(self.first if equation is self.original else self.last, dict(equation.subprograms)[name])

    def operands(self, equation: Equation) -> tuple[Value, ...]:
        """The values an equation takes, each once, without literals."""
        names = dict.fromkeys(name for name in equation.inputs if not is_literal(name))
        return tuple(self.values[name] for name in names if name in self.values)

    def batched(self, equation: Equation) -> tuple[Value, ...]:
        """The operands that hold examples."""
        return tuple(value for value in self.operands(equation) if any(value.axes))

    def shared(self, equation: Equation) -> tuple[Value, ...]:
        """The operands that are certainly the same for all examples."""
        sure = self.known
        return tuple(v for v in self.operands(equation) if not any(v.axes) and (self.trace.exact or v.name in sure))


def case(trace: Trace, root: str, shown: range | None = None) -> Case | None:
    """The case of a selection between the first and the last program `shown`, None when they do not have it.

    Where the first is not the original, the equation is the one there that does the original's work.
    """
    seen = shown or range(len(trace.programs))
    first, last = seen[0], seen[-1]
    if not first:
        original = index(trace).equations[0].get(root)
        became = first_use(group(trace, root, last))
    else:
        original, became = _onwards(trace, root, first, last)
    if original is None and not became:
        return None
    before, after = _facts(trace)[first], _facts(trace)[last]
    return Case(trace, root, original, became, after.values, after.known, before.values, first, last)


def _onwards(trace: Trace, root: str, first: int, last: int) -> tuple[Equation | None, tuple[Equation, ...]]:
    """The equation of a later program that does the work of `root` there, and what became of it alone."""
    known, came = index(trace), first_use(group(trace, root, last))
    before = first_use(group(trace, root, first))
    if not before:
        return None, came
    main = next((e for e in reversed(before) if e.path in known.mains[first]), before[-1])
    return main, tuple(e for e in came if f"{e.origin}.".startswith(f"{main.path}."))


class _Facts(msgspec.Struct, frozen=True):
    """A program's values by name, and the names whose batch axes are certain even before verification."""

    values: dict[str, Value]
    known: frozenset[str]


@by_identity(2)
def _facts(trace: Trace) -> tuple[_Facts, ...]:
    """The facts of every program."""
    return tuple(_Facts({v.name: v for v in values_of(p)}, _known(trace, k)) for k, p in enumerate(trace.programs))


def _known(trace: Trace, number: int) -> frozenset[str]:
    became = (b for v in values_of(trace.original) for b in v.batched[max(number - 1, 0) : number])
    names = {b.name for b in became if b is not None}
    return frozenset(names | {value.name for value in trace.programs[number].inputs})


def param(equation: Equation, name: str) -> Any:
    """The data of a parameter, None where there is none."""
    return next((data for own, _, data in equation.params if own == name), None)
