"""What users get wrong, provoked by real code, and what they are told: one table."""

from __future__ import annotations

from tests.engine.situations import arrays, axes, code, inside, loading, loops, rules
from tests.engine.situations.situation import Situation

SITUATIONS: dict[str, Situation] = {
    one.name: one
    for one in (
        *loading.SITUATIONS,
        *axes.SITUATIONS,
        *inside.SITUATIONS,
        *loops.SITUATIONS,
        *arrays.SITUATIONS,
        *code.SITUATIONS,
        *rules.SITUATIONS,
    )
}
"""Situations by name, in the order of the error table."""
