"""Sentences about the version written by hand: whether it does the same work as vmap's program, and what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vmapviz.model.by_hand import CALLS
from vmapviz.model.programs.index import index
from vmapviz.model.programs.text import counted
from vmapviz.model.programs.words import group
from vmapviz.model.trace import ByHand, Equation, Trace


def summary(trace: Trace) -> str:
    """Whether both do the same work, else what differs."""
    hand = trace.hand
    if hand is None:
        return ""
    total = hand.same + len(hand.alike) + len(hand.own)
    if hand.agrees:
        every = "its only equation is vmap's" if total == 1 else f"its {total} equations are vmap's, one by one"
        return (
            f"**Your version does the same work**: {every}." if total else "Both versions hand on what they are given."
        )
    is_ = "is" if hand.same == 1 else "are"
    words = [f"{hand.same or 'None'} of the {counted(total, 'equation')} of `{hand.name}` {is_} **the same as vmap's**"]
    if hand.alike:
        words.append(f"{len(hand.alike)} {'does' if len(hand.alike) == 1 else 'do'} the same to other values")
    if hand.lacking:
        words.append(f"vmap alone has {_listed(primitive for _, primitive in hand.lacking)}")
    if hand.own:
        equations = index(trace).equations[1]
        words.append(f"yours alone has {_listed(equations[path].primitive for path in hand.own)}")
    if not (hand.alike or hand.lacking or hand.own):
        words.append("but it gives other values back")
    return f"{'; '.join(words)}."


def sentence(trace: Trace, root: str) -> str:
    """About what became by hand of the equation `root`, or about "+PATH", an equation by hand that leads to none."""
    hand = trace.hand
    if hand is None:
        return ""
    if root.startswith("+"):
        equation = index(trace).equations[1].get(root[1:])
        return _of_none(hand, equation) if equation is not None else summary(trace)
    original = index(trace).equations[0].get(root)
    if original is None:
        return summary(trace)
    name = f"Equation {index(trace).label(0, root)}, `{original.primitive}`:"
    there = [equation.primitive for equation in group(trace, root, 1)]
    lacking = [primitive for origin, primitive in hand.lacking if _under(origin, root)]
    alike = [path for path, origin in hand.alike if _under(origin, root)]
    if there:
        if not (lacking or alike):
            return f"{name} **your version computes the same**, as vmap's {_listed(there)}."
        without = f", and does without {_listed(lacking)}" if lacking else ""
        return f"{name} of what vmap made of it, your version has {_listed(there)}{without}.{_alike(alike)}"
    if lacking:
        return f"{name} your version has nothing that computes what vmap's {_listed(lacking)} does.{_alike(alike)}"
    return f"{name}{_alike(alike)}" if alike else f"{name} vmap made no equation of it that could be missed."


def _of_none(hand: ByHand, equation: Equation) -> str:
    name = f"`{equation.primitive}`"
    if equation.path in hand.own:
        return f"{name} stands **in your version alone**: vmap's program has no equation that does it."
    if equation.path in dict(hand.alike):
        return f"{name} stands in vmap's program, too, but there it is applied **to other values**."
    if equation.subprograms and equation.primitive in CALLS:
        return f"{name} calls a function: what that does is compared equation by equation."
    return f"{name} stands in vmap's program, too: **vmap added it** there."


def _under(origin: str | None, root: str) -> bool:
    return origin is not None and (origin == root or origin.startswith(f"{root}."))


def _alike(paths: list[str]) -> str:
    if not paths:
        return ""
    return f" {counted(len(paths), 'equation')} {'does' if len(paths) == 1 else 'do'} the same, **to other values**."


def _listed(primitives: Iterable[str]) -> str:
    """`add`, 2 `transpose`, in order of appearance."""
    counts = Counter(primitives)
    return ", ".join(f"{number} `{name}`" if number > 1 else f"`{name}`" for name, number in counts.items())
