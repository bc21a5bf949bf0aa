"""Which pass of a differentiation an equation belongs to, and whether an inner vmap made it, told by JAX's own name stack."""

from __future__ import annotations

from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, equations_of


def pass_of(program: Program, equation: Equation) -> str:
    """ "backward pass", "forward pass, inner vmap", "inner vmap" …; "" for an equation that no transformation of the user's made.

    Without a transposed equation in the program there is no backward pass: then what jvp made is called by that name.
    """
    made = equation.transforms
    if "transpose" in made:
        named = "backward pass"
    elif "jvp" in made:
        named = "forward pass" if "transpose" in _all(program) else "jvp"
    else:
        named = ""
    return ", ".join(filter(None, (named, "inner vmap" if "vmap" in made else "")))


def title(program: Program, equation: Equation, before: str) -> str:
    """What stands above an outermost equation where another pass than `before` begins; "" where the pass goes on."""
    now = pass_of(program, equation)
    if now == before:
        return ""
    if now:
        return _TITLES.get(now, f"{now[:1].upper()}{now[1:]}")
    return "Outside the derivative" if "jvp" in _all(program) else "Outside the inner vmap"


_TITLES = {"jvp": "Values and tangents (jvp)", "jvp, inner vmap": "Values and tangents (jvp), inner vmap"}


@by_identity(4)
def _all(program: Program) -> frozenset[str]:
    """Every transformation that made an equation of a program."""
    return frozenset(name for equation in equations_of(program) for name in equation.transforms)
