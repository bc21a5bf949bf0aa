"""Every equation with its sentence, and the insights, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from vmapviz.model.actions.selection import order
from vmapviz.model.call import call_text
from vmapviz.model.explain import sentence
from vmapviz.model.insights import Insight
from vmapviz.model.programs import index
from vmapviz.model.programs.index import ranges
from vmapviz.model.programs.text import equation_spans, plain
from vmapviz.model.programs.words import group
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Equation, Trace

WIDTH = 100
MARKS = {"warn": "!", "info": "-", "good": "+"}
_LABELS = 5


def explained(snapshot: Snapshot, found: tuple[Insight, ...] = (), why: str = "") -> str:
    """The call, and per outermost equation: itself, what became of it in words, and the equations it became; then the insights.

    `why` says why it was not run, so that those about numbers are missing.
    """
    trace = snapshot.trace
    parts = [call_text(snapshot.experiment)]
    parts += ["\n".join(_equation(trace, path)) for path in order(trace)]
    if not trace.exact:
        parts.append("These are not exactly the programs that plain JAX makes: links may be incomplete.")
    parts += [*(["Insights"] if found else []), *("\n".join(_insight(trace, one)) for one in found)]
    if why:
        parts.append(f"Nothing is said about the numbers, since it could not be run: {why}")
    return "\n\n".join(parts) + "\n"


def _insight(trace: Trace, one: Insight) -> Iterator[str]:
    """An insight: "! warning (equations 2, 3)", its text, and what to try."""
    look = index(trace)
    labels = [
        look.label(0, p) if not p.startswith("+") else look.label(len(trace.programs) - 1, p[1:]) for p in one.equations
    ]
    where = f" ({ranges(labels)})" if labels else ""
    yield from _wrapped(f"{one.title}{where}", f"{MARKS[one.severity]:<{_LABELS}}", " " * _LABELS)
    yield from _wrapped(one.text, " " * 2 * _LABELS, " " * 2 * _LABELS)
    for action in one.tries:
        yield from _wrapped(f"{action.label} {action.note}".strip(), " " * 2 * _LABELS + "-> ", " " * (2 * _LABELS + 3))


def _wrapped(words: str, first: str, later: str) -> list[str]:
    return textwrap.wrap(words.replace("**", ""), WIDTH, initial_indent=first, subsequent_indent=later)


def _equation(trace: Trace, path: str) -> Iterator[str]:
    look, last = index(trace), len(trace.programs) - 1
    original = look.equations[0].get(path)
    if original is not None:
        yield _line(look.labels[0].get(path, ""), original)
    yield from _wrapped(sentence(trace, path), " " * 2 * _LABELS, " " * 2 * _LABELS)
    for equation in group(trace, path, last):
        yield " " * _LABELS + _line(look.labels[last].get(equation.path, ""), equation)


def _line(label: str, equation: Equation) -> str:
    return f"{label:<{_LABELS}}{plain(equation_spans(equation, 400, WIDTH))}"
