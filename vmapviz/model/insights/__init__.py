"""Insights: facts found in a program and its numbers that are worth knowing, and what to do about them."""

from __future__ import annotations

from vmapviz.model.insights import control, moves, numbers
from vmapviz.model.insights.insight import Insight, Known, Rule

__all__ = ["INSIGHTS", "Insight", "Known", "insights"]

# Each gives what it finds; the most telling first within one severity.
INSIGHTS: tuple[Rule, ...] = (
    numbers.slower,
    numbers.one_key,
    control.thrown_away,
    control.both_branches,
    control.slowest,
    numbers.callbacks,
    control.sequential,
    control.independent,
    moves.indexing,
    moves.copies,
    moves.transposes,
    numbers.memory,
    numbers.last_digits,
    moves.once,
)
_ORDER = ("warn", "info", "good")


def insights(known: Known) -> tuple[Insight, ...]:
    """Everything that is found, warnings first."""
    found = [one for rule in INSIGHTS for one in rule(known)]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.severity)))
