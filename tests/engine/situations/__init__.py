"""What users get wrong, provoked by real code, and what they are told: one table."""

from __future__ import annotations

from tests.engine.situations import (
    axes,
    branches,
    code,
    gradients,
    inside,
    loading,
    loops,
    rules,
    shapes,
    types,
)
from tests.engine.situations.situation import Situation

SITUATIONS: dict[str, Situation] = {
    one.name: one
    for part in (loading, axes, branches, inside, loops, gradients, shapes, types, rules, code)
    for one in part.SITUATIONS
}
"""Situations by name, in the order of the error table."""
