"""How much memory a program will need, estimated from its types before anything runs."""

from __future__ import annotations

import math
from typing import Any

from vmapviz.engine import compat, machine, params
from vmapviz.engine.programs import shape_of


class NeedsMemoryError(Exception):
    """A program would need about `size` bytes, and `available` are free."""

    def __init__(self, size: int, available: int) -> None:
        super().__init__(f"about {size} bytes are needed, {available} are free")
        self.size, self.available = size, available


def guard(jaxpr: Any) -> None:
    """Raises NeedsMemoryError when the values alive at once in a jaxpr would not fit into the free memory."""
    size, available = peak_bytes(jaxpr), machine.available_bytes()
    if size > available:
        raise NeedsMemoryError(size, available)


def peak_bytes(jaxpr: Any) -> int:
    """The largest sum of the bytes of values alive at the same time, evaluating equation by equation.

    The arguments stay alive throughout. Compiled code may need less, as it fuses.
    """
    return _peak(jaxpr, {})


def _peak(jaxpr: Any, known: dict[int, int]) -> int:
    """The same, each inner jaxpr looked at once: `known` holds what those by that id need."""
    inner = compat.opened(jaxpr)
    last = _last_uses(inner)
    alive = {variable: _bytes(variable) for variable in (*inner.constvars, *inner.invars)}
    kept = set(alive) | {atom for atom in inner.outvars if not compat.is_literal(atom)}
    now = peak = sum(alive.values())
    for index, equation in enumerate(inner.eqns):
        made = {variable: _bytes(variable) for variable in equation.outvars}
        inside = max((_inside(sub, known) for _, sub in params.split_jaxprs(equation.params)[1]), default=0)
        alive.update(made)
        now += sum(made.values())
        peak = max(peak, now + inside)
        for variable in {*equation.outvars, *(atom for atom in equation.invars if not compat.is_literal(atom))}:
            if variable not in kept and last.get(variable, index) <= index:
                now -= alive.pop(variable, 0)
    return peak


def _inside(jaxpr: Any, known: dict[int, int]) -> int:
    """What a subprogram needs beyond its arguments and results, which are counted outside."""
    if id(jaxpr) not in known:
        inner = compat.opened(jaxpr)
        atoms = {*inner.constvars, *inner.invars, *(atom for atom in inner.outvars if not compat.is_literal(atom))}
        known[id(jaxpr)] = max(0, _peak(jaxpr, known) - sum(map(_bytes, atoms)))
    return known[id(jaxpr)]


def _last_uses(inner: Any) -> dict[Any, int]:
    return {
        atom: index
        for index, equation in enumerate(inner.eqns)
        for atom in equation.invars
        if not compat.is_literal(atom)
    }


def _bytes(variable: Any) -> int:
    size = getattr(getattr(variable.aval, "dtype", None), "itemsize", 8)
    return math.prod(shape_of(variable.aval)) * int(size)
