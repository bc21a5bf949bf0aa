"""What one insight is, and what it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from vmapviz.model.experiment import Experiment
from vmapviz.model.explanations.case import Case, case
from vmapviz.model.explanations.words import listed
from vmapviz.model.facts import Facts
from vmapviz.model.messages import Argument
from vmapviz.model.problem import Action
from vmapviz.model.programs.index import Index, index, outer, ranges
from vmapviz.model.timing import Timings
from vmapviz.model.trace import Equation, Trace, equations_of
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
        for equation in equations_of(self.trace.original):
            if equation.primitive in primitives and (found := case(self.trace, equation.path)) is not None:
                yield found

    def helpers(self, primitive: str) -> Iterator[Equation]:
        """The equations of the last program, at any depth, that are there because of the vmaps alone."""
        mains = self.index.mains[self.last]
        yield from (e for e in equations_of(self.trace.batched) if e.primitive == primitive and e.path not in mains)


Rule = Callable[[Known], Iterator[Insight]]


def words(count: int, one: str, several: str) -> str:
    """The words for one, or for several."""
    return one if count == 1 else several


def roots(cases: list[Case]) -> tuple[str, ...]:
    """The selections of several cases."""
    return tuple(one.root for one in cases)


def named(known: Known, equations: list[Equation]) -> str:
    """Equations of the last program by label, "`2a`, `3b–c`"; bodies by what holds them."""
    labels = dict.fromkeys(known.label(e.path if not outer(e.path) else outer(outer(e.path))) for e in equations)
    return f"`{ranges(labels)}`"


def originals(cases: list[Case]) -> list[Equation]:
    """The original equations of several cases."""
    return [one.original for one in cases if one.original is not None]


def primitives(equations: list[Equation]) -> str:
    """ "**cond**", "**sin** and **cos**": each once, at most four."""
    names = dict.fromkeys(f"**{equation.primitive}**" for equation in equations)
    return listed([*names][:4] + (["others"] if len(names) > 4 else []))
