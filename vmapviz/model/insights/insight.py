"""What one insight is, and what it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from vmapviz.model.experiment import Experiment
from vmapviz.model.explanations.case import Case, case
from vmapviz.model.explanations.special import any_axis
from vmapviz.model.explanations.words import listed
from vmapviz.model.facts import Facts
from vmapviz.model.messages import Argument
from vmapviz.model.problem import Action
from vmapviz.model.programs.index import Index, index, outer, ranges
from vmapviz.model.remember import by_identity
from vmapviz.model.timing import Timings
from vmapviz.model.trace import Equation, Program, Trace, Value, equations_of, values_of
from vmapviz.model.values import Result


class Insight(msgspec.Struct, frozen=True):
    """A found fact. `title` and `text` may carry `code` and **bold**.

    `kind` names the rule; "warn" = it costs time, memory or correctness, "info" = worth knowing, "good" = as it should be.
    `equations` are paths in `programs[0]`, or "+PATH", as a selection names them; `tries` say what to do.
    """

    kind: str
    title: str
    text: str = ""
    severity: Literal["warn", "info", "good"] = "info"
    equations: tuple[str, ...] = ()
    tries: tuple[Action, ...] = ()


class Known(msgspec.Struct, frozen=True):
    """What insights are drawn from; only the trace is always there."""

    trace: Trace
    experiment: Experiment = Experiment()
    arguments: tuple[Argument, ...] = ()
    result: Result | None = None
    facts: Facts | None = None
    timings: Timings | None = None

    @property
    def index(self) -> Index:
        """The look-ups of the trace."""
        return index(self.trace)

    @property
    def last(self) -> int:
        """The number of the last program."""
        return len(self.trace.programs) - 1

    @property
    def count(self) -> str:
        """How many examples: "5 examples", "3 × 4 examples"."""
        sizes = [level.size for level in reversed(self.trace.levels)]
        return "one example" if sizes == [1] else f"{' × '.join(map(str, sizes))} examples"

    def root(self, path: str) -> str:
        """What a selection calls an equation of the last program."""
        return self.index.roots[self.last].get(path, "")

    def label(self, path: str) -> str:
        """How people call an equation of the last program."""
        return self.index.label(self.last, path)

    def originals(self, *primitives: str) -> Iterator[Case]:
        """The cases of the original's equations of these primitives, at any depth."""
        there = looked_up(self.trace.programs).originals
        for path in (path for primitive in primitives for path in there.get(primitive, ())):
            if (found := case(self.trace, path)) is not None:
                yield found

    def helpers(self, primitive: str) -> tuple[Equation, ...]:
        """The equations of the last program, at any depth, that are there because of the vmaps alone."""
        return looked_up(self.trace.programs).helpers.get(primitive, ())


class LookedUp(msgspec.Struct, frozen=True):
    """What rules look for in a trace's programs, found in one go: paths of the original's equations by primitive, helper equations of
    the last program by primitive, the last program's values by name, and the outermost equations that no example changes."""

    originals: dict[str, tuple[str, ...]]
    helpers: dict[str, tuple[Equation, ...]]
    values: dict[str, Value]
    once: tuple[Equation, ...]


@by_identity(2)
def looked_up(programs: tuple[Program, ...]) -> LookedUp:
    """The look-ups of a trace's programs; asking again for the same ones costs nothing."""
    first, last = programs[0], programs[-1]
    mains = index(Trace(None, (), programs)).mains[-1]
    originals: dict[str, list[str]] = {}
    helpers: dict[str, list[Equation]] = {}
    for equation in equations_of(first):
        originals.setdefault(equation.primitive, []).append(equation.path)
    for equation in equations_of(last):
        if equation.path not in mains:
            helpers.setdefault(equation.primitive, []).append(equation)
    return LookedUp(
        {name: tuple(paths) for name, paths in originals.items()},
        {name: tuple(found) for name, found in helpers.items()},
        {value.name: value for value in values_of(last)},
        _once(programs),
    )


def _once(programs: tuple[Program, ...]) -> tuple[Equation, ...]:
    """The original's outermost equations that are still there, and no value of which, before or after, holds examples."""
    first, there = programs[0], index(Trace(None, (), programs)).rooted[-1]
    made = (v for e in first.equations for v in e.outputs)
    mapped = {v.name for v in (*first.inputs, *first.constants, *made) if not _is_shared(v, len(programs) - 1)}
    return tuple(
        e
        for e in first.equations
        if e.outputs and e.path in there and mapped.isdisjoint((*e.inputs, *(v.name for v in e.outputs)))
    )


def _is_shared(value: Value, last: int) -> bool:
    became = value.batched[last - 1] if value.batched else None
    return became is not None and not any_axis(became)


MOST_NAMED = 12  # equations by their labels; more are counted
Rule = Callable[[Known], Iterator[Insight]]


def words(count: int, one: str, several: str) -> str:
    """The words for one, or for several."""
    return one if count == 1 else several


def roots(cases: list[Case]) -> tuple[str, ...]:
    """The selections of several cases."""
    return tuple(one.root for one in cases)


def named(known: Known, equations: Sequence[Equation]) -> str:
    """Equations of the last program by label, "`2a`, `3b–c`"; bodies by what holds them."""
    some = equations[:MOST_NAMED]
    labels = dict.fromkeys(known.label(e.path if not outer(e.path) else outer(outer(e.path))) for e in some)
    more = len(equations) - len(some)
    return f"`{ranges(labels)}`{f' and {more:,} more' if more else ''}"


def originals(cases: list[Case]) -> list[Equation]:
    """The original equations of several cases."""
    return [one.original for one in cases if one.original is not None]


def primitives(equations: list[Equation]) -> str:
    """ "**cond**", "**sin** and **cos**": each once, at most four."""
    names = dict.fromkeys(f"**{equation.primitive}**" for equation in equations)
    return listed([*names][:4] + (["others"] if len(names) > 4 else []))
