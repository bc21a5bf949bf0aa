"""One equation and what it became, with what sentences need to know about it."""

from __future__ import annotations

from typing import Any

import msgspec

from vmapviz.model.programs.index import Index, first_use, index
from vmapviz.model.programs.words import group
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, Trace, Value, is_literal, values_of


class Case(msgspec.Struct, frozen=True):
    """The original equation (None when vmap added the group) and the equations of the last program it became."""

    trace: Trace
    root: str
    original: Equation | None
    became: tuple[Equation, ...]
    values: dict[str, Value]
    known: frozenset[str]
    originals: dict[str, Value]

    @property
    def taken(self) -> tuple[Value, ...]:
        """The values that the original equation takes."""
        names = self.original.inputs if self.original is not None else ()
        return tuple(self.originals[name] for name in names if name in self.originals)

    @property
    def index(self) -> Index:
        """The look-ups of the trace."""
        return index(self.trace)

    @property
    def main(self) -> Equation | None:
        """The equation that does the original's work, None when it became nothing."""
        if not self.became:
            return None
        mains = self.index.mains[-1]
        return next((e for e in reversed(self.became) if e.path in mains), self.became[-1])

    @property
    def helpers(self) -> tuple[Equation, ...]:
        """The other equations."""
        return tuple(e for e in self.became if e is not self.main)

    def label(self, equation: Equation) -> str:
        """How an equation is called: "2a", or the name of what it gives, inside a body."""
        label = self.index.labels[-1].get(equation.path)
        return label or (equation.outputs[0].name if equation.outputs else equation.primitive)

    def body(self, equation: Equation, name: str) -> Program:
        """The subprogram of the original equation or of one it became, in full."""
        return self.index.full(0 if equation is self.original else -1, dict(equation.subprograms)[name])

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


def case(trace: Trace, root: str) -> Case | None:
    """The case of a selection, None when the trace does not have it."""
    original = index(trace).equations[0].get(root)
    became = first_use(group(trace, root, len(trace.programs) - 1))
    if original is None and not became:
        return None
    facts = _facts(trace)
    return Case(trace, root, original, became, *facts)


Facts = tuple[dict[str, Value], frozenset[str], dict[str, Value]]


@by_identity(2)
def _facts(trace: Trace) -> Facts:
    """The last program's values by name, the names whose batch axes are certain even before verification, the original's values."""
    values = {value.name: value for value in values_of(trace.batched)}
    known = {b.name for v in values_of(trace.original) for b in v.batched[-1:] if b is not None}
    known |= {value.name for value in trace.batched.inputs}
    return values, frozenset(known), {value.name: value for value in values_of(trace.original)}


def param(equation: Equation, name: str) -> Any:
    """The data of a parameter, None where there is none."""
    return next((data for own, _, data in equation.params if own == name), None)
