"""Every equation with its sentence, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from vmapviz.model.actions.call import call_text
from vmapviz.model.actions.selection import order
from vmapviz.model.explain import sentence
from vmapviz.model.programs import index
from vmapviz.model.programs.text import equation_spans, plain
from vmapviz.model.programs.words import group
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Equation, Trace

WIDTH = 100
_LABELS = 5


def explained(snapshot: Snapshot) -> str:
    """The call, and per outermost equation: itself, what became of it in words, and the equations it became."""
    trace = snapshot.trace
    parts = ["".join(span.text for span in call_text(snapshot.experiment))]
    parts += ["\n".join(_equation(trace, path)) for path in order(trace)]
    if not trace.exact:
        parts.append("These are not exactly the programs that plain JAX makes: links may be incomplete.")
    return "\n\n".join(parts) + "\n"


def _equation(trace: Trace, path: str) -> Iterator[str]:
    look, last = index(trace), len(trace.programs) - 1
    original = look.equations[0].get(path)
    if original is not None:
        yield _line(look.labels[0].get(path, ""), original)
    yield from textwrap.wrap(
        sentence(trace, path).replace("**", ""),
        WIDTH,
        initial_indent=" " * 2 * _LABELS,
        subsequent_indent=" " * 2 * _LABELS,
    )
    for equation in group(trace, path, last):
        yield " " * _LABELS + _line(look.labels[last].get(equation.path, ""), equation)


def _line(label: str, equation: Equation) -> str:
    return f"{label:<{_LABELS}}{plain(equation_spans(equation, 400, WIDTH))}"
