"""Inner jaxprs that stand in several places: kept once, at the first."""

from __future__ import annotations

from typing import Any

# Primitives whose batched form holds their jaxpr's batched form. Those of others, such as the branches of cond, may be inlined: each
# use needs equations of its own, as they land in different places.
KEPT = frozenset(
    (
        "jit",
        "pjit",
        "closed_call",
        "core_call",
        "checkpoint",
        "remat2",
        "custom_jvp_call",
        "custom_vjp_call",
        "custom_vjp_call_jaxpr",
        "scan",
        "while",
    )
)


class Places:
    """Where each inner jaxpr of a program stands first, when asked in order, outer equations before inner ones."""

    def __init__(self) -> None:
        self._first: dict[int, tuple[Any, str]] = {}

    def earlier(self, equation: Any, jaxpr: Any, place: str) -> str | None:
        """The place ("0.jaxpr") where the same jaxpr stood before; None when it is met for the first time, at `place`."""
        if str(equation.primitive) not in KEPT:
            return None
        _, first = self._first.setdefault(id(jaxpr), (jaxpr, place))  # held, so that no other gets its id
        return None if first == place else first
